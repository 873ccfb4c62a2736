import type { Frame } from '../frames/frame.ts';
import type { Overlay } from '../frames/overlay.ts';

/** A picture that is drawn over. */
export interface DrawnPicture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  /** Interleaved samples, row by row. */
  readonly data: Uint8ClampedArray | Uint16Array;
  /** The sample that is white. */
  readonly white: 255 | 65535;
}

/**
 * Draws overlay planes over the picture of a frame, in white: how they are shown, the standard leaves open
 * (PS3.3 C.9.2). The frame fills the picture, at whatever size and aspect. A pixel of the picture goes
 * as far to white as the planes cover of its area, so that a line of one pixel stays visible, if paler, in a
 * thumbnail; where several planes cover the same, it is covered once. What lies outside the frame is not
 * drawn. RGBA becomes opaque by the same share.
 */
export function drawOverlays(
  picture: DrawnPicture,
  frame: Frame,
  overlays: readonly Overlay[],
): void {
  const { height } = picture;
  const { rows, columns } = overlays[0]?.reducedFrom ?? frame;
  const mask = new Uint8Array(columns);
  const sums = new Int32Array(columns);
  // All areas are whole numbers: a pixel of the frame measures as many units as the picture has pixels
  // across and down, and one of the picture as many as the frame has.
  for (let y = 0; y < height; y++) {
    const top = y * rows;
    const bottom = top + rows;
    let covered = false;
    for (let row = Math.floor(top / height); row * height < bottom; row++) {
      if (!maskRow(overlays, row, mask)) continue;
      const units = Math.min(bottom, (row + 1) * height) - Math.max(top, row * height);
      if (!covered) sums.fill(0);
      covered = true;
      for (let x = 0; x < columns; x++) sums[x] = (sums[x] ?? 0) + units * (mask[x] ?? 0);
    }
    if (covered) drawRow(picture, y, sums, columns * rows);
  }
}

/** One row of the frame, 1 where any plane is; false where none reaches it. */
function maskRow(overlays: readonly Overlay[], row: number, mask: Uint8Array): boolean {
  let reached = false;
  for (const overlay of overlays) {
    const { rows, columns, column, data } = overlay;
    const line = row - overlay.row;
    const from = Math.max(0, column);
    const to = Math.min(mask.length, column + columns);
    if (line < 0 || line >= rows || from >= to) continue;
    if (!reached) mask.fill(0);
    reached = true;
    const start = line * columns - column;
    for (let x = from; x < to; x++) mask[x] = (mask[x] ?? 0) | (data[start + x] ?? 0);
  }
  return reached;
}

/** Along the row, from what is covered of each column: `area` is a pixel of the picture. */
function drawRow(picture: DrawnPicture, y: number, sums: Int32Array, area: number): void {
  const { width, channels, data, white } = picture;
  const columns = sums.length;
  for (let x = 0; x < width; x++) {
    const left = x * columns;
    const right = left + columns;
    let sum = 0;
    for (let column = Math.floor(left / width); column * width < right; column++) {
      const covered = sums[column] ?? 0;
      if (covered === 0) continue;
      sum += covered * (Math.min(right, (column + 1) * width) - Math.max(left, column * width));
    }
    if (sum === 0) continue;
    const share = sum / area;
    const at = (y * width + x) * channels;
    for (let c = at; c < at + channels; c++) {
      const value = data[c] ?? 0;
      data[c] = Math.round(value + (white - value) * share);
    }
  }
}
