import type { Content } from '../dicom/content.ts';
import type { Image, Image16 } from '../display/image.ts';
import type { For16Bits } from '../display/render.ts';
import type { ThumbnailOptions } from '../file/dicom-file.ts';
import type { CommonVoi } from '../display/common-window.ts';
import type { AnatomicalPlane, PlaneFrame } from '../series/anatomical-planes.ts';
import { buildVolume } from '../series/build-volume.ts';
import type { MissingParts } from '../series/incomplete.ts';
import { planSeries } from '../series/plan-series.ts';
import type { Planned, VolumePlan } from '../series/plan.ts';
import { streamPlanes } from '../series/plane-stream.ts';
import { slicesOf } from '../series/slice.ts';
import { sortSlices } from '../series/sort.ts';
import type { SortedBy } from '../series/sort.ts';
import type { PlanOptions } from '../series/tolerances.ts';
import type {
  FarSlices,
  PlaneOptions,
  ReadSlice,
  Volume,
  VolumeOptions,
} from '../series/volume.ts';
import { concatenationsOf } from './concatenation.ts';
import type { Concatenation } from './concatenation.ts';
import type { Instance } from './instance.ts';
import { contentOfSeries, seriesThumbnail } from './series-thumbnail.ts';
import { seriesWindow } from './series-window.ts';
import type { SeriesWindowOptions } from './series-window.ts';
import { sliceReader } from './slice-reader.ts';

/** Instances that belong together (PS3.3 A.1.2), in spatial order. */
export interface Series {
  /** Series Instance UID. */
  readonly uid: string;
  /** Study Instance UID. */
  readonly study: string;
  readonly modality: string;
  readonly description: string;
  readonly instances: readonly Instance[];
  /** What the order was made from. */
  readonly sortedBy: SortedBy;
  /** Multi-frame images that were taken apart into several of the instances (PS3.3 C.7.6.16.2.2). */
  readonly concatenations: readonly Concatenation[];
  /**
   * What the series would be as a volume, from headers alone: its slices in order, where they are in the patient, and all that is not as in a
   * regular volume. No pixel byte is read.
   *
   * @example
   * ```ts
   * const { verdict, size, spacing, reasons, parts } = series.plan();
   * for (const { code, message, instances } of reasons) console.log(code, message, instances);
   * ```
   */
  plan(options?: PlanOptions): VolumePlan;
  /**
   * The series as one block of samples. A stack, which is no regular grid, comes slice by slice as it is, and is not `regular`: with `fillGaps` and `resample`
   * it is made so. Slices of an archive are held against its checksums; where one
   * was not, as of a big deflated member, the volume is `unverified`.
   *
   * @throws FramedexError `NOT_A_VOLUME` where the plan's verdict is `none`, as of a series that has to be taken apart and no `part` is
   * chosen; `UNSUPPORTED_TRANSFER_SYNTAX` where its reasons have `NO_CODEC`, and what reading a frame throws: `ZIP_CRC` for a slice that is
   * damaged in its archive.
   */
  volume(options?: VolumeOptions): Promise<Volume>;
  /**
   * Planes through the series, one after the other, as {@link Volume.plane} gives them, but without the volume: what is held is a block
   * of planes of at most `blockBytes`. Slices are read once for each block.
   *
   * @throws FramedexError `NOT_A_VOLUME` as {@link Series.volume}, and across a stack that is not regular, or along which a tilted gantry skews
   * planes, unless `fillGaps`, `resample` or `asIs` say what to do.
   *
   * @example
   * ```ts
   * const voi = await series.window(); // one for all planes
   * for await (const plane of series.planes('coronal')) {
   *   await writeFile(`${plane.index}.png`, await render(plane, voi).encode('png'));
   * }
   * ```
   */
  planes(plane: AnatomicalPlane, options?: PlaneOptions): AsyncIterable<PlaneFrame>;
  /**
   * What shows all slices, and planes, of the series alike: options for `render`. The window or VOI LUT of the middle slice, else a window between the percentiles of
   * some slices.
   */
  window(options?: SeriesWindowOptions): Promise<CommonVoi>;
  /**
   * What its instances are: the first that is an image, else the first. Of documents, by their SOP Class
   * alone; `content` of the file says what it names itself.
   */
  readonly content: Content;
  /**
   * A picture of the middle slice, and of an instance of several frames, of its representative or middle
   * one. Where that slice is broken, of the nearest that is not, within four to either side: `warnings` then
   * has `NOT_THE_MIDDLE`, unless the collection was opened `strict`. So it is with a slice whose header is cut, and
   * one of a Photometric Interpretation that cannot be shown. `shows` says what it is of. With a
   * number as `frame`, of that frame counted over all images in their order, and of no other.
   *
   * @throws FramedexError `NO_PIXEL_DATA` where nothing of the series is an image, `VIDEO` where all that
   * is are videos: their details say in `content` and `mediaType` what there is instead. `FRAME_RANGE`;
   * what opening the slice and reading its frame throw.
   *
   * @example
   * ```ts
   * const picture = await series.thumbnail({ size: 128 });
   * console.log(picture.shows?.name, picture.warnings);
   * ```
   */
  thumbnail(options: For16Bits<ThumbnailOptions>): Promise<Image16>;
  thumbnail(options?: ThumbnailOptions): Promise<Image>;
}

/**
 * Groups instances by study and series, and brings each series in order.
 *
 * @param threads - That decode their frames.
 * @param strict - As the instances are opened: what would be tolerated is thrown.
 * @param far - Where the instances are far away.
 */
export function groupSeries(
  instances: readonly Instance[],
  threads = 0,
  strict = false,
  far?: FarSlices<Instance>,
): Series[] {
  const groups = new Map<string, Instance[]>();
  for (const instance of instances) {
    const { dataset } = instance;
    const key = `${dataset.get('StudyInstanceUID') ?? ''}\n${dataset.get('SeriesInstanceUID') ?? ''}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [instance]);
    else group.push(instance);
  }
  return [...groups.values()].map((one) => createSeries(one, threads, strict, far));
}

function createSeries(
  group: readonly Instance[],
  threads: number,
  strict: boolean,
  far: FarSlices<Instance> | undefined,
): Series {
  const { slices, sortedBy } = sortSlices(group.flatMap(slicesOf));
  const instances = [...new Set(slices.map(({ instance }) => instance))];
  const dataset = instances[0]?.dataset;
  let planned: Planned<Instance> | undefined;
  let concatenations: readonly Concatenation[] | undefined;
  const missing = (): MissingParts<Instance>[] =>
    missingParts((concatenations ??= concatenationsOf(instances)));
  const planBy = ({ tolerances }: PlanOptions = {}): Planned<Instance> =>
    tolerances === undefined
      ? ownCopy((planned ??= planSeries(slices, undefined, missing())))
      : planSeries(slices, tolerances, missing());
  function thumbnail(options: For16Bits<ThumbnailOptions>): Promise<Image16>;
  function thumbnail(options?: ThumbnailOptions): Promise<Image>;
  function thumbnail(
    options: ThumbnailOptions | For16Bits<ThumbnailOptions> = {},
  ): Promise<Image | Image16> {
    return seriesThumbnail(instances, strict, options);
  }
  return {
    uid: dataset?.get('SeriesInstanceUID') ?? '',
    study: dataset?.get('StudyInstanceUID') ?? '',
    modality: dataset?.get('Modality') ?? '',
    description: dataset?.get('SeriesDescription') ?? '',
    instances,
    sortedBy,
    get concatenations() {
      return (concatenations ??= concatenationsOf(instances));
    },
    get content() {
      return contentOfSeries(instances);
    },
    plan: (options) => planBy(options).plan,
    volume: (options = {}) =>
      reading((read) => buildVolume(planBy(options), read, options, threads, far)),
    async *planes(plane, options = {}) {
      await using reader = sliceReader();
      yield* streamPlanes(planBy(options), plane, reader.read, options, threads, far);
    },
    window: (options = {}) => reading((read) => seriesWindow(planBy(options), read, options)),
    thumbnail,
  };
}

/** Of what is kept: what a caller changes in its affine is changed for nobody else. */
function ownCopy<T>({ plan, slices, parts }: Planned<T>): Planned<T> {
  return { plan: structuredClone(plan), slices, parts: parts.map(ownCopy) };
}

function missingParts(concatenations: readonly Concatenation[]): MissingParts<Instance>[] {
  return concatenations
    .filter(({ missing }) => missing.length > 0)
    .map(({ parts, missing }) => {
      const numbers = missing.flatMap((run) => run.numbers);
      const count = numbers.reduce((sum, { from, to }) => sum + to - from + 1, 0);
      return {
        instances: new Set(parts.map(({ instance }) => instance)),
        count: count === 0 ? undefined : count,
      };
    });
}

async function reading<R>(action: (read: ReadSlice<Instance>) => Promise<R>): Promise<R> {
  await using reader = sliceReader();
  return await action(reader.read);
}
