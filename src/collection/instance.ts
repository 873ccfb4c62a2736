import type { Dataset } from '../dicom/dataset.ts';
import type { Warning } from '../errors.ts';
import type { DicomFile } from '../file/dicom-file.ts';
import type { FrameTable } from '../series/frame-table.ts';

/** One instance of a series: light enough for a hundred thousand of them. */
export interface Instance {
  /** In its folder or archive. */
  readonly name: string;
  /** Bytes of the object. */
  readonly size: number;
  readonly sopInstanceUID: string;
  /** As Number of Frames says; 0 where there is no pixel data. */
  readonly frameCount: number;
  /** Of a multi-frame image that says where its frames are in the patient: what is kept of each frame. */
  readonly frames?: FrameTable | undefined;
  /** UID of the transfer syntax in effect. */
  readonly transferSyntax: string;
  /**
   * Whether the context has what decodes its frames; native ones need nothing. Packages that are installed
   * apart are taken for installed.
   */
  readonly decodable: boolean;
  /**
   * What was tolerated in the header, ten at most: first that bytes are missing, as `TRUNCATED_VALUE`
   * where the header is cut, `PIXEL_LENGTH` where the pixels are.
   */
  readonly warnings: readonly Warning[];
  /** The attributes that are kept for grouping and geometry. */
  readonly dataset: Dataset;
  /** The object with its whole header, through the shared descriptors. Close it. */
  open(): Promise<DicomFile>;
}
