/**
 * One overlay plane of a frame (PS3.3 C.9.2): graphics, or a region of interest, drawn over the picture.
 */
export interface Overlay {
  /** Of its elements: 0x6000, 0x6002... */
  readonly group: number;
  /** G: graphics; R: region of interest. */
  readonly type: 'G' | 'R';
  readonly rows: number;
  readonly columns: number;
  /** Where its top left pixel is in the frame, counted from 0; it may lie outside. */
  readonly row: number;
  readonly column: number;
  /**
   * Of a frame that was read with `reduce`: the size of the whole frame, in whose pixels all numbers here
   * count. The same of all planes of a frame.
   */
  readonly reducedFrom?: { readonly rows: number; readonly columns: number } | undefined;
  readonly label?: string | undefined;
  readonly description?: string | undefined;
  /** 0 or 1 a pixel, row by row. */
  readonly data: Uint8Array;
}
