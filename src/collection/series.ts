import type { Content } from '../dicom/content.ts';
import type { Image, Image16 } from '../display/image.ts';
import type { For16Bits } from '../display/render.ts';
import type { DicomFile, ThumbnailOptions } from '../file/dicom-file.ts';
import { planVolume } from '../series/plan-volume.ts';
import type { VolumePlan } from '../series/plan.ts';
import { sliceOf } from '../series/slice.ts';
import { sortSlices } from '../series/sort.ts';
import type { SortedBy } from '../series/sort.ts';
import { buildVolume } from '../series/volume.ts';
import type { ReadSlice, Volume, VolumeOptions } from '../series/volume.ts';
import { concatenationsOf } from './concatenation.ts';
import type { Concatenation } from './concatenation.ts';
import type { Instance } from './instance.ts';
import { contentOfSeries, seriesThumbnail } from './series-thumbnail.ts';

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
  /** What the series would be as a volume, from headers alone. */
  plan(): VolumePlan;
  /**
   * The series as one block of samples. Slices of an archive are held against its checksums; where one
   * was not, as of a big deflated member, the volume is `unverified`.
   *
   * @throws FramedexError `NOT_A_VOLUME` where the plan's verdict is `none`, `UNSUPPORTED_TRANSFER_SYNTAX`
   * where its reasons have `NO_CODEC`, and what reading a frame throws: `ZIP_CRC` for a slice that is
   * damaged in its archive.
   */
  volume(options?: VolumeOptions): Promise<Volume>;
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
 */
export function groupSeries(instances: readonly Instance[], threads = 0, strict = false): Series[] {
  const groups = new Map<string, Instance[]>();
  for (const instance of instances) {
    const { dataset } = instance;
    const key = `${dataset.get('StudyInstanceUID') ?? ''}\n${dataset.get('SeriesInstanceUID') ?? ''}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [instance]);
    else group.push(instance);
  }
  return [...groups.values()].map((one) => createSeries(one, threads, strict));
}

function createSeries(group: readonly Instance[], threads: number, strict: boolean): Series {
  const { slices, sortedBy } = sortSlices(group.map(sliceOf));
  const instances = slices.map(({ instance }) => instance);
  const dataset = instances[0]?.dataset;
  const plan = (): VolumePlan => planVolume(slices);
  function thumbnail(options: For16Bits<ThumbnailOptions>): Promise<Image16>;
  function thumbnail(options?: ThumbnailOptions): Promise<Image>;
  function thumbnail(
    options: ThumbnailOptions | For16Bits<ThumbnailOptions> = {},
  ): Promise<Image | Image16> {
    return seriesThumbnail(instances, strict, options);
  }
  let concatenations: readonly Concatenation[] | undefined;
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
    plan,
    volume: (options = {}) => buildVolume(instances, plan(), readOnlyFrame, options, threads),
    thumbnail,
  };
}

async function readOnlyFrame(
  instance: Instance,
  options: Parameters<ReadSlice<Instance>>[1],
): ReturnType<DicomFile['frame']> {
  const file = await instance.open();
  try {
    return await file.frame(0, options);
  } finally {
    await file.close();
  }
}
