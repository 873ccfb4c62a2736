import type { CommonVoi } from '../display/common-window.ts';
import type { ImageFacts } from '../display/image.ts';
import { render } from '../node/index.ts';
import type {
  AnatomicalPlane,
  Image,
  Image16,
  PlaneFrame,
  PlaneLayout,
  PlaneOptions,
  RenderOptions,
  Warning,
} from '../node/index.ts';
import type { ChosenSeries } from './chosen-series.ts';
import { createInFlight } from './in-flight.ts';
import type { Job } from './job.ts';
import { encoded } from './picture-format.ts';
import type { PictureFormat } from './picture-format.ts';
import type { PlaneFolder } from './plane-folder.ts';

/** How the pictures of planes are made, of all of them alike. */
export interface PlanePictures {
  readonly chosen: ChosenSeries;
  readonly folder: PlaneFolder;
  readonly format: PictureFormat;
  readonly voi: CommonVoi;
  readonly look: Pick<RenderOptions, 'invert' | 'size'>;
  readonly planes: Omit<PlaneOptions, 'signal' | 'onProgress'>;
}

/** The pictures that were written of one plane. */
export interface PlaneSet {
  readonly plane: AnatomicalPlane;
  readonly count: number;
  /** Of each picture. */
  readonly width: number;
  readonly height: number;
  /** Of the planes themselves. */
  readonly rows: number;
  readonly columns: number;
  /** Millimetres between rows, and between columns. */
  readonly spacing: readonly [number, number];
  readonly first: string;
  readonly last: string;
  /** Numbers of the planes that are slices which are in no file. */
  readonly made: readonly number[];
  readonly unverified: number;
  /** Of the slices that were read, as far as a plane is one of them, and of drawing. */
  readonly warnings: readonly Warning[];
}

/** Pictures that are written as files while the next planes are made ready: as many as `sharp` has threads in Node. */
const MOST_ENCODED = 4;

/**
 * Writes the pictures of one plane; undefined where there is none. What was begun when a plane fails, or the user interrupts, is
 * written to its end: there are whole files only.
 */
export async function drawPlanes(
  job: Job,
  pictures: PlanePictures,
  plane: AnatomicalPlane,
  { count }: PlaneLayout,
): Promise<PlaneSet | undefined> {
  const { chosen, folder, planes } = pictures;
  const { signal } = job.io;
  const onProgress = (done: number, total: number): void =>
    job.progress(`${plane}: ${done} of ${total} slices read`);
  const writing = createInFlight(MOST_ENCODED);
  let set: PlaneSet | undefined;
  try {
    const { start = 0, end = count } = planes;
    // One range for all planes, of which there are not as many of each.
    const range = { start: Math.min(start, count), end: Math.min(end, count) };
    const options = { ...planes, ...range, part: chosen.part, signal, onProgress };
    for await (const frame of chosen.series.planes(plane, options)) {
      job.progress(`${plane} ${frame.index} of ${count}`);
      const image = pictureOf(frame, pictures);
      const name = folder.nameOf(plane, frame.index);
      await writing.add(async () => folder.write(name, await encoded(image, pictures.format)));
      set = withPicture(set, plane, frame, image, name);
    }
    await writing.end();
  } finally {
    await writing.settled();
  }
  return set;
}

function pictureOf(frame: PlaneFrame, { voi, look, format }: PlanePictures): Image | Image16 {
  const options = { ...look, ...voi };
  return format.bits === 16 ? render(frame, { ...options, bitDepth: 16 }) : render(frame, options);
}

function withPicture(
  set: PlaneSet | undefined,
  plane: AnatomicalPlane,
  frame: PlaneFrame,
  { width, height, warnings, unverified }: ImageFacts,
  name: string,
): PlaneSet {
  const { rows, columns, geometry, index } = frame;
  const { spacing } = geometry;
  const before = set ?? {
    ...{ plane, count: 0, width, height, rows, columns, spacing, first: name, last: name },
    ...{ made: [], unverified: 0, warnings: [] },
  };
  return {
    ...before,
    count: before.count + 1,
    last: name,
    made: frame.made === true ? [...before.made, index] : before.made,
    unverified: before.unverified + (unverified === true ? 1 : 0),
    warnings: together(together(before.warnings, frame.warnings ?? []), warnings),
  };
}

/** Each kind of warning once: planes of a series are shown by the same attributes. */
export function together(before: readonly Warning[], more: readonly Warning[]): readonly Warning[] {
  const added = more.filter(
    ({ code, message }) => !before.some((one) => one.code === code && one.message === message),
  );
  return added.length === 0 ? before : [...before, ...added];
}
