import type { PixelElement } from '../dicom/element.ts';
import type { Header } from '../dicom/header.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import type { Limits } from '../dicom/limits.ts';
import type { DeclaredCount } from './frame-count.ts';
import type { Assumption, FrameConfidence, FrameStrategy } from './frame-index.ts';

/** What an index of encapsulated pixel data is made from. */
export interface Encapsulated {
  readonly header: Header;
  readonly element: PixelElement;
  readonly pixel: ImagePixel;
  readonly declared: DeclaredCount;
  readonly limits: Limits;
}

/** Which fragments make which frame. */
export interface FrameGroups {
  readonly strategy: FrameStrategy;
  readonly confidence: FrameConfidence;
  /** The first fragment of each frame that was found. */
  readonly firsts: readonly number[] | Uint32Array;
  /** Frames from this one on are not there as a whole. */
  readonly whole: number;
  readonly assumed?: Assumption | undefined;
}
