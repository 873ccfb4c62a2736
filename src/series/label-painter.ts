import { FramedexError } from '../errors.ts';
import type { Frame } from '../frames/frame.ts';
import type { Grid } from './anatomical-planes.ts';
import type { FramePlace } from './label-grid.ts';

/** What becomes of voxels of several segments. */
export type Overlap = 'refuse' | 'lowest' | 'highest';

/** In a table of labels: a value that stands for nothing. */
export const NO_SEGMENT = -1;

/** What has been painted so far. */
export interface PaintedLabels {
  readonly data: Uint8Array | Uint16Array;
  /** Voxels of several segments. */
  readonly overlapping: number;
  /** Numbers of the segments that overlap. */
  readonly involved: readonly number[];
}

/** Puts frames in their places, one after the other. */
export interface LabelPainter {
  /** Makes room for numbers up to `most`. */
  widen(most: number): void;
  /**
   * @param table - The label of each stored value; 0 for none.
   *
   * @throws FramedexError `NOT_A_VOLUME` for values that stand for no segment, and for pixels of a segment that are outside of the grid.
   */
  paint(frame: Frame, name: string, place: FramePlace, table: Int32Array): void;
  painted(): PaintedLabels;
}

/** Memory is that of the labels, and where segments overlap, a bit for each voxel. */
export function labelPainter({ size }: Grid, overlap: Overlap): LabelPainter {
  const [columns, rows, slices] = size;
  let data: Uint8Array | Uint16Array = block(size);
  /** Voxels that are counted, so that three segments are one overlap. */
  let counted: Uint8Array | undefined;
  let overlapping = 0;
  const involved = new Set<number>();
  const meet = (at: number, was: number, label: number): void => {
    involved.add(was).add(label);
    counted ??= new Uint8Array(Math.ceil(data.length / 8));
    const byte = counted[at >> 3] ?? 0;
    const bit = 1 << (at & 7);
    if ((byte & bit) === 0) overlapping++;
    counted[at >> 3] = byte | bit;
    if (overlap === 'highest' ? label > was : label < was) data[at] = label;
  };
  return {
    widen: (most) => {
      if (most > 0xff && data instanceof Uint8Array) data = new Uint16Array(data);
    },
    paint: (frame, name, { first, across, down }, table) => {
      const { data: stored } = frame;
      let outside = 0;
      for (let row = 0, i = 0; row < frame.rows; row++) {
        for (let column = 0; column < frame.columns; column++, i++) {
          const label = table[Number(stored[i])] ?? NO_SEGMENT;
          if (label === 0) continue;
          if (label === NO_SEGMENT) throw withoutSegment(frame, name, Number(stored[i]));
          const x = first[0] + column * across[0] + row * down[0];
          const y = first[1] + column * across[1] + row * down[1];
          const z = first[2] + column * across[2] + row * down[2];
          if (x < 0 || y < 0 || z < 0 || x >= columns || y >= rows || z >= slices) {
            outside++;
            continue;
          }
          const at = (z * rows + y) * columns + x;
          const was = data[at] ?? 0;
          if (was === 0) data[at] = label;
          else if (was !== label) meet(at, was, label);
        }
      }
      if (outside > 0) throw outsideOfGrid(frame, name, outside);
    },
    painted: () => ({ data, overlapping, involved: [...involved].sort((a, b) => a - b) }),
  };
}

function withoutSegment({ index }: Frame, name: string, value: number): FramedexError {
  return new FramedexError('NOT_A_VOLUME', `frame ${index} has a number that no segment has`, {
    name,
    expected: 'numbers of segments',
    found: String(value),
    advice: '`segments` takes those that there are.',
  });
}

function outsideOfGrid({ index }: Frame, name: string, outside: number): FramedexError {
  const summary = `frame ${index} has labels outside of the grid`;
  const found = outside === 1 ? '1 pixel outside' : `${outside} pixels outside`;
  return new FramedexError('NOT_A_VOLUME', summary, {
    name,
    expected: 'a grid that holds all segments',
    found,
    advice: 'Without `on`, the labels have a grid of their own.',
  });
}

function block([columns, rows, slices]: Grid['size']): Uint8Array {
  const bytes = columns * rows * slices;
  try {
    return new Uint8Array(bytes);
  } catch (cause) {
    const summary = 'the labels do not fit into one piece of memory';
    throw new FramedexError('NOT_A_VOLUME', summary, { found: `${bytes} bytes` }, { cause });
  }
}
