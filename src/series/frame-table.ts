import type { Dataset } from '../dicom/dataset.ts';
import type { Keyword, TagValues } from '../dicom/tag-values.ts';

/** The attributes that are kept of one image: of an instance, or of one of its frames. */
export interface SliceAttributes {
  get<K extends Keyword>(keyword: K): TagValues<Dataset>[K] | undefined;
  has(keyword: Keyword): boolean;
}

/**
 * What is kept of every frame of a multi-frame image that says where its frames are: by functional groups (PS3.3
 * C.7.6.16), by Grid Frame Offset Vector (C.8.8.3.2), or by the slices of nuclear medicine (C.8.4.8).
 */
export interface FrameTable {
  readonly count: number;
  /**
   * The attributes of frame `i`: its own, else those of the instance. They have the keywords of images of one frame, wherever the
   * frame has them: Effective Echo Time is `EchoTime`, Frame Acquisition Number `AcquisitionNumber`, Frame Type `ImageType`.
   */
  of(i: number): SliceAttributes;
}
