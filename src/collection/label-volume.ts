import { FramedexError } from '../errors.ts';
import type { DicomFile } from '../file/dicom-file.ts';
import type { DisplayAttributes, Segment } from '../frames/display-attributes.ts';
import type { Frame } from '../frames/frame.ts';
import { labelFrames } from '../series/label-frames.ts';
import type { LabelFrame } from '../series/label-frames.ts';
import { placedLabels } from '../series/label-grid.ts';
import type { FramePlace, LabelGrid, PlacedLabels } from '../series/label-grid.ts';
import { labelPainter } from '../series/label-painter.ts';
import type { LabelPainter, PaintedLabels } from '../series/label-painter.ts';
import { obliquePlane } from '../series/oblique.ts';
import { ownLabelGrid } from '../series/own-label-grid.ts';
import type { VolumePlan } from '../series/plan.ts';
import { checkChoice, isChosen, segmentLabels, segmentZero } from '../series/segment-labels.ts';
import type { SegmentLabels } from '../series/segment-labels.ts';
import type { SliceWarning, Volume } from '../series/volume.ts';
import { volumePlane } from '../series/volume-plane.ts';
import type { Slab } from '../series/volume-plane.ts';
import type { Instance } from './instance.ts';
import { isSegment } from './segmentations.ts';
import type { Series } from './series.ts';

/** How a segmentation becomes a volume. */
export interface LabelVolumeOptions {
  /**
   * The grid to put the labels on: the volume, or the plan, of the series that was segmented, so that voxels of both have one place. Each pixel of the
   * segmentation has to be one voxel of it, to within 0.1 mm and a tenth of a voxel, whichever way its rows and columns lie; nothing is
   * resampled. That both are in one Frame of Reference is the caller's to know. By default, the grid of the segmentation's own frames.
   */
  readonly on?: LabelGrid | undefined;
  /** Numbers of the segments to take: all by default. */
  readonly segments?: readonly number[] | undefined;
  /** Of FRACTIONAL: the part of a voxel, more than 0 and up to 1, from which on it belongs to the segment. */
  readonly threshold?: number | undefined;
  /** What becomes of voxels of several segments: refused by default, or that of the segment with the lowest or the highest number. */
  readonly overlap?: 'refuse' | 'lowest' | 'highest' | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Frames that are done, of all. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * A volume whose voxels are numbers of segments; 0 is none. Slices without a frame are background, as the standard has it: they are not `made`. Pictures of its planes
 * are in the colours of the segments, and oblique ones have numbers of the nearest voxels.
 */
export interface LabelVolume extends Volume {
  readonly data: Uint8Array | Uint16Array;
  /** Those that the labels stand for, by their numbers. */
  readonly segments: readonly Segment[];
  /** Voxels that belong to several segments. */
  readonly overlapping: number;
}

/**
 * A segmentation (PS3.3 A.51) as a volume of labels: `Uint8Array`, or `Uint16Array` where numbers go beyond 255. BINARY, FRACTIONAL and LABELMAP, of
 * one instance or of several. Frames are read one after the other: what is held is the labels and one frame.
 *
 * Background of a LABELMAP becomes 0: Pixel Padding Value, and segments whose type is Background (125040, DCM).
 *
 * @throws FramedexError `NOT_A_VOLUME` where it is no segmentation, its frames say no place, do not lie on the grid or have labels outside of it, or
 * segments overlap; `USAGE` for FRACTIONAL without a threshold, and for numbers that no segment has; what reading a frame throws.
 *
 * @example
 * ```ts
 * const volume = await ct.volume();
 * const labels = await labelVolume(segmentation, { on: volume });
 * const liver = labels.segments.find(({ label }) => label === 'Liver')?.number;
 * const voxels = labels.data.reduce((sum, label) => sum + (label === liver ? 1 : 0), 0);
 * ```
 */
export async function labelVolume(
  segmentation: Series,
  options: LabelVolumeOptions = {},
): Promise<LabelVolume> {
  const { on, overlap = 'refuse', signal } = options;
  if (!OVERLAPS.includes(overlap)) {
    const expected = OVERLAPS.join(', ');
    throw new FramedexError('USAGE', '`overlap` is none', { expected, found: overlap });
  }
  checkChoice(options);
  signal?.throwIfAborted();
  checkSegmentation(segmentation);
  const frames = labelFrames(segmentation.instances);
  const placed = on === undefined ? ownLabelGrid(frames) : placedLabels(frames, on);
  const painter = labelPainter(placed.grid, overlap);
  const read = await paintAll(frames, placed, painter, options);
  const painted = painter.painted();
  if (overlap === 'refuse' && painted.overlapping > 0) throw overlapping(painted);
  return volumeOf(segmentation, placed, painted, read);
}

const OVERLAPS: readonly unknown[] = ['refuse', 'lowest', 'highest'];

function checkSegmentation({ instances, concatenations }: Series): void {
  for (const instance of instances) {
    if (isSegment(instance)) continue;
    const { name } = instance;
    const expected = 'Segmentation Storage or Label Map Segmentation Storage';
    throw new FramedexError('NOT_A_VOLUME', 'it is no segmentation', { name, expected });
  }
  for (const { parts, missing } of concatenations) {
    if (missing.every(({ numbers, count = 0 }) => numbers.length === 0 && count === 0)) continue;
    const expected = 'all parts of the concatenation';
    const name = parts[0]?.instance.name;
    throw new FramedexError('NOT_A_VOLUME', 'parts of it are missing', { name, expected });
  }
}

/** What the frames of a segmentation said. */
interface ReadFrames {
  readonly segments: readonly Segment[];
  readonly unverified: boolean;
  readonly warnings: readonly SliceWarning[];
}

/** As many as a volume has at most. */
const MOST_WARNINGS = 1000;

/** Reads all frames, in the order of their files. */
async function paintAll(
  frames: readonly LabelFrame<Instance>[],
  { places }: PlacedLabels,
  painter: LabelPainter,
  options: LabelVolumeOptions,
): Promise<ReadFrames> {
  const { signal, onProgress } = options;
  const warnings: SliceWarning[] = [];
  const known = new Map<number, Segment>();
  const taken = new Set<string>();
  let unverified = false;
  for (let k = 0; k < frames.length;) {
    const instance = frames[k]?.slice.instance;
    if (instance === undefined) break;
    await using file = await instance.open();
    const labels = segmentLabels(file.dataset, instance.name, options);
    for (const segment of labels.segments) {
      if (isChosen(segment.number, options)) know(segment, known, instance.name);
    }
    painter.widen(mostOf(known));
    for (; frames[k]?.slice.instance === instance; k++) {
      signal?.throwIfAborted();
      const [frame, place] = [frames[k], places[k]];
      if (frame === undefined || place === undefined) continue;
      const number = labels.type === 'LABELMAP' ? undefined : segmentOf(frame, labels);
      if (number === undefined || isChosen(number, options)) {
        if (number !== undefined && !known.has(number)) {
          known.set(number, { number, label: '' });
          painter.widen(number);
        }
        takeOnce(taken, frame, place, number);
        const reading = { file, labels, frame, place, number, painter, signal };
        const read = await paintFrame(reading);
        if (read.unverified === true) unverified = true;
        const { name } = instance;
        const told = (read.warnings ?? []).map((warning) => ({
          ...{ name, frame: frame.slice.frame, warning },
        }));
        warnings.push(...told.slice(0, MOST_WARNINGS - warnings.length));
      }
      onProgress?.(k + 1, frames.length);
    }
  }
  const missing = options.segments?.filter((number) => !known.has(number)) ?? [];
  if (missing.length > 0) {
    const found = missing.join(', ');
    throw new FramedexError('USAGE', 'there is no such segment', { found });
  }
  const segments = [...known.values()].filter(({ number }) => number !== 0);
  return { segments: segments.sort((a, b) => a.number - b.number), unverified, warnings };
}

function mostOf(known: ReadonlyMap<number, Segment>): number {
  let most = 0;
  for (const number of known.keys()) most = Math.max(most, number);
  return most;
}

/** Gives the frame that was painted. */
async function paintFrame(parts: {
  readonly file: DicomFile;
  readonly labels: SegmentLabels;
  readonly frame: LabelFrame<Instance>;
  readonly place: FramePlace;
  readonly number: number | undefined;
  readonly painter: LabelPainter;
  readonly signal: AbortSignal | undefined;
}): Promise<Frame> {
  const { file, labels, frame, place, number, painter, signal } = parts;
  const { instance, frame: index } = frame.slice;
  const framesToCome = instance.frameCount - index - 1;
  const read = await file.frame(index, { signal, framesToCome });
  const table =
    number === undefined ? labels.ofMap(read.display.padding) : labels.ofSegment(number);
  painter.paint(read, instance.name, place, table);
  return read;
}

/** Segments of several instances are one where they are called the same. */
function know(segment: Segment, known: Map<number, Segment>, name: string): void {
  const { number, label } = segment;
  const other = known.get(number);
  if (other === undefined) known.set(number, segment);
  else if (other.label !== label) {
    const summary = `segment ${number} is another one than in an instance before`;
    const expected = 'one numbering of all segments in the series';
    throw new FramedexError('NOT_A_VOLUME', summary, { name, expected });
  }
}

/** The segment that a frame is of (PS3.3 C.8.20.3.1); where there is only one, frames need not say it. */
function segmentOf(
  { slice: { attributes, instance, frame } }: LabelFrame<Instance>,
  { segments }: SegmentLabels,
): number {
  const said = attributes.get('ReferencedSegmentNumber') ?? [];
  const [number, ...others] = said.length > 0 ? said : segments.map((one) => one.number);
  if (number === 0) throw segmentZero(instance.name);
  if (number !== undefined && others.length === 0) return number;
  const summary = `frame ${frame} does not say of which segment it is`;
  throw new FramedexError('NOT_A_VOLUME', summary, { name: instance.name });
}

/** Two segmentations in one series would be merged unseen. */
function takeOnce(
  taken: Set<string>,
  { slice: { instance, frame } }: LabelFrame<Instance>,
  { first }: FramePlace,
  number: number | undefined,
): void {
  const key = `${number ?? ''} ${first.join(' ')}`;
  if (taken.has(key)) {
    const of = number === undefined ? 'labels' : `segment ${number}`;
    const summary = `frame ${frame} is a second one of ${of} at its place`;
    throw new FramedexError('NOT_A_VOLUME', summary, { name: instance.name });
  }
  taken.add(key);
}

/** So many segments are named. */
const NAMED = 10;

function overlapping({ overlapping: voxels, involved }: PaintedLabels): FramedexError {
  const rest = involved.length - NAMED;
  const more = rest > 0 ? ` and ${rest} more` : '';
  return new FramedexError('NOT_A_VOLUME', 'segments overlap', {
    expected: 'voxels of one segment each',
    found: `${voxels} voxels of several of the segments ${involved.slice(0, NAMED).join(', ')}${more}`,
    advice: 'See `overlap` and `segments`.',
  });
}

function volumeOf(
  series: Series,
  { grid, space }: PlacedLabels,
  { data, overlapping: voxels }: PaintedLabels,
  { segments, unverified, warnings }: ReadFrames,
): LabelVolume {
  const { size, affine } = grid;
  const display = labelDisplay(segments);
  const { rescale } = display;
  const slab: Slab = {
    ...{ data, size, affine, rescale, display },
    regular: true,
    bitsStored: 8 * data.BYTES_PER_ELEMENT,
    photometricInterpretation: 'MONOCHROME2',
    ...(unverified && { unverified }),
  };
  const whole = {
    size: [size[0], size[1], size[2]] as [number, number, number],
    spacing: [space.steps[0], space.steps[1], space.distance] as [number, number, number],
    affine,
  };
  const own = series.plan();
  const plan: VolumePlan = {
    ...own,
    ...whole,
    verdict: 'volume',
    // Segments and frames that are left out take no labels apart.
    reasons: own.reasons.filter(({ code }) => code === 'DUPLICATE_INSTANCE'),
    tilt: space.tilt,
    samples: data instanceof Uint8Array ? 'Uint8Array' : 'Uint16Array',
    byteLength: data.byteLength,
    rescale,
    parts: [],
  };
  return {
    ...{ data, ...whole, rescale, display, plan, segments, overlapping: voxels },
    made: [],
    regular: true,
    warnings,
    ...(unverified && { unverified }),
    plane: (plane, k, how) => volumePlane(slab, plane, k, how),
    oblique: (plane) => obliquePlane(slab, plane),
  };
}

/** Shows labels as those of a LABELMAP: in the colours of the segments, and nothing where there is none. */
function labelDisplay(segments: readonly Segment[]): DisplayAttributes {
  return {
    rescale: { slope: 1, intercept: 0 },
    windows: [],
    voiFunction: 'LINEAR',
    voiLuts: [],
    padding: { low: 0, high: 0 },
    pixelAspect: 1,
    inverse: false,
    segmentation: { type: 'LABELMAP', maximumFractionalValue: 1, segments },
  };
}
