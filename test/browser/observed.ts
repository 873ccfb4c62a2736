/**
 * What a reader says of a file, in words and digests: the same in Node and in a page, so that the two can be held
 * against each other. Imports types alone: it is loaded by both as it is.
 */
import type { Collection } from '../../src/collection/collection.ts';
import type { Image, planeLayout, render } from '../../src/index.ts';
import type { DicomFile } from '../../src/file/dicom-file.ts';
import type { Frame } from '../../src/frames/frame.ts';

/** What is looked at of a file. */
export interface Look {
  /** So many frames. */
  readonly frames: number;
  /** Frames of which the cells are wanted as they are in the file. */
  readonly packed: readonly number[];
}

/** A frame, or the code of the error that is there in its stead. */
export interface ObservedFrame {
  readonly fault?: string;
  /** Class of its samples, and their number by rows, columns and samples of a pixel. */
  readonly samples?: string;
  readonly sha256?: string;
  /** Of each sample of a pixel. */
  readonly means?: readonly number[];
  readonly warnings?: readonly string[];
}

/** All of it, or the error that `open` throws. */
export interface ObservedFile {
  readonly fault?: string;
  readonly warnings?: readonly string[];
  readonly count?: number;
  readonly strategy?: string;
  /** Offset and length, and of packed bits where they begin and how many they are. */
  readonly ranges?: readonly (string | readonly (readonly (number | undefined)[])[])[];
  readonly frames?: readonly ObservedFrame[];
  /** DICOM JSON as text. */
  readonly json?: string;
}

/** A series of a collection, its voxels, and its pictures as they are drawn. */
export interface ObservedSeries {
  readonly uid: string;
  readonly instances: number;
  readonly verdict: string;
  /** Size and digest, of series that are a volume. */
  readonly volume?: string;
  /** The middle of a series, and of a volume also that of its coronal planes. */
  readonly pictures: readonly string[];
}

/** How pictures are made, and what becomes of them. */
export interface Drawing {
  readonly render: typeof render;
  readonly planeLayout: typeof planeLayout;
  /** Draws it somewhere, and gives what is there afterwards: RGBA. */
  readonly draw: (picture: Image) => Uint8ClampedArray<ArrayBuffer>;
}

/** Opens it, looks at it, closes it. */
export async function observed(
  opening: Promise<DicomFile>,
  { frames: count, packed }: Look,
): Promise<ObservedFile> {
  let file: DicomFile;
  try {
    file = await opening;
  } catch (error) {
    return { fault: codeOf(error) };
  }
  const frames: ObservedFrame[] = [];
  for (let i = 0; i < count; i++) frames.push(await observedFrame(file, i, packed.includes(i)));
  const found: ObservedFile = {
    count: file.index.count,
    strategy: file.index.strategy,
    ranges: Array.from({ length: count }, (_, i) => rangesOf(file, i)),
    frames,
    json: JSON.stringify(file.dataset.toJSON()),
    warnings: file.warnings.map(({ code, offset, tag }) => `${code} ${offset} ${tag ?? ''}`),
  };
  await file.close();
  return found;
}

/** Opens a collection, looks at all of its series, closes it. */
export async function observedSeries(
  opening: Promise<Collection>,
  { render, planeLayout, draw }: Drawing,
): Promise<ObservedSeries[]> {
  const collection = await opening;
  const found: ObservedSeries[] = [];
  for (const series of await collection.series()) {
    const { verdict } = series.plan();
    const pictures = [drawn(series.thumbnail({ size: 256 }), draw)];
    let volume: string | undefined;
    if (verdict === 'volume') {
      const whole = await series.volume();
      volume = `${whole.size.join(' x ')} ${await sha256(whole.data)}`;
      const start = Math.floor(planeLayout(whole, 'coronal').count / 2);
      const window = await series.window();
      const planes = series.planes('coronal', { start, end: start + 1, asIs: true });
      for await (const plane of planes) pictures.push(drawn(render(plane, window), draw));
    }
    found.push({
      uid: series.uid,
      instances: series.instances.length,
      verdict,
      ...(volume === undefined ? {} : { volume }),
      pictures: await Promise.all(pictures),
    });
  }
  await collection.close();
  return found;
}

async function drawn(made: Image | Promise<Image>, draw: Drawing['draw']): Promise<string> {
  try {
    const picture = await made;
    return `${picture.width} x ${picture.height} ${await sha256(draw(picture))}`;
  } catch (error) {
    return codeOf(error);
  }
}

/** As a canvas takes it. */
export function rgbaOf({ data, width, height, channels }: Image): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let k = 0; k < 3; k++) {
      rgba[pixel * 4 + k] = data[pixel * channels + (channels === 1 ? 0 : k)] ?? 0;
    }
    rgba[pixel * 4 + 3] = channels === 4 ? (data[pixel * 4 + 3] ?? 0) : 255;
  }
  return rgba;
}

export async function sha256({ buffer, byteOffset, byteLength }: ArrayBufferView): Promise<string> {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength).slice();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function observedFrame(file: DicomFile, i: number, cells: boolean): Promise<ObservedFrame> {
  let frame: Frame;
  try {
    frame = await file.frame(i, { cells });
  } catch (error) {
    return { fault: codeOf(error) };
  }
  const { data, rows, columns, samplesPerPixel, warnings = [] } = frame;
  return {
    samples: `${data.constructor.name} ${rows} x ${columns} x ${samplesPerPixel}`,
    sha256: await sha256(data),
    means: meansOf(frame),
    warnings: warnings.map(({ code }) => code),
  };
}

function meansOf({ data, samplesPerPixel }: Frame): number[] {
  const sums = new Array<number>(samplesPerPixel).fill(0);
  for (let k = 0; k < data.length; k++) {
    const sample = k % samplesPerPixel;
    sums[sample] = (sums[sample] ?? 0) + Number(data[k]);
  }
  return sums.map((sum) => (sum * samplesPerPixel) / data.length);
}

function rangesOf(file: DicomFile, i: number): string | (number | undefined)[][] {
  try {
    const ranges = file.index.ranges(i);
    return ranges.map(({ offset, length, bitOffset, bitLength }) =>
      bitLength === undefined ? [offset, length] : [offset, length, bitOffset, bitLength],
    );
  } catch (error) {
    return codeOf(error);
  }
}

/** Messages have names of files in them, which differ by where a file is from. */
function codeOf(error: unknown): string {
  const { code, summary } = error as { readonly code?: string; readonly summary?: string };
  return code === undefined ? `not ours: ${String(error)}` : `${code} ${summary ?? ''}`;
}
