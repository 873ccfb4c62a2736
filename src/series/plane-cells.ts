import type { Samples } from '../frames/frame.ts';
import type { Grid, PlaneLayout } from './anatomical-planes.ts';

/** Cells in a row, however far apart they are: in a block, and where they are copied to. */
export interface CellLine {
  readonly start: number;
  readonly step: number;
  readonly to: number;
  readonly toStep: number;
  readonly length: number;
}

/** Where the cells of a plane are in a block: `start + row * down + column * across`. */
export interface PlaneCells {
  readonly start: number;
  readonly across: number;
  readonly down: number;
}

/** The cells of plane `k` in a block of slices. */
export function planeCells(
  size: Grid['size'],
  { axes, flipped }: Pick<PlaneLayout, 'axes' | 'flipped'>,
  k: number,
): PlaneCells {
  const strides = [1, size[0], size[0] * size[1]] as const;
  const [across, down, through] = axes;
  const end = (axis: 0 | 1 | 2): number => (size[axis] - 1) * strides[axis];
  return {
    start:
      (flipped[0] ? end(across) : 0) +
      (flipped[1] ? end(down) : 0) +
      (flipped[2] ? end(through) - k * strides[through] : k * strides[through]),
    across: flipped[0] ? -strides[across] : strides[across],
    down: flipped[1] ? -strides[down] : strides[down],
  };
}

/** Samples of the type of others, all of them 0. */
export function samplesLike(model: Samples, length: number): Samples {
  const Block = model.constructor as new (length: number) => Samples;
  return new Block(length);
}

/** Copies a plane out of a block into an array of its own, of the same type. */
export function copyPlane(
  from: Samples,
  to: Samples,
  { start, across, down }: PlaneCells,
  columns: number,
): void {
  const rows = to.length / columns;
  for (let row = 0; row < rows; row++) {
    copyLine(from, to, {
      start: start + row * down,
      step: across,
      to: row * columns,
      toStep: 1,
      length: columns,
    });
  }
}

/** Both are of one type; TypeScript cannot know that of two unions, and any array of numbers will do for it. */
export function copyLine(from: Samples, to: Samples, line: CellLine): void {
  const { start, step, to: first, toStep, length } = line;
  const source = from as Uint16Array;
  const target = to as Uint16Array;
  if (step === 1 && toStep === 1) {
    target.set(source.subarray(start, start + length), first);
    return;
  }
  for (let k = 0, i = start, o = first; k < length; k++, i += step, o += toStep) {
    target[o] = source[i] ?? 0;
  }
}
