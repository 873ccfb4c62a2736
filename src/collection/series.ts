import type { Image } from '../display/image.ts';
import { FramedexError } from '../errors.ts';
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
  /** A picture of the middle slice, or of the middle frame where there is one instance only. */
  thumbnail(options?: ThumbnailOptions): Promise<Image>;
}

/**
 * Groups instances by study and series, and brings each series in order.
 *
 * @param threads - That decode their frames.
 */
export function groupSeries(instances: readonly Instance[], threads = 0): Series[] {
  const groups = new Map<string, Instance[]>();
  for (const instance of instances) {
    const { dataset } = instance;
    const key = `${dataset.get('StudyInstanceUID') ?? ''}\n${dataset.get('SeriesInstanceUID') ?? ''}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [instance]);
    else group.push(instance);
  }
  return [...groups.values()].map((one) => createSeries(one, threads));
}

function createSeries(group: readonly Instance[], threads: number): Series {
  const { slices, sortedBy } = sortSlices(group.map(sliceOf));
  const instances = slices.map(({ instance }) => instance);
  const dataset = instances[0]?.dataset;
  const plan = (): VolumePlan => planVolume(slices);
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
    plan,
    volume: (options = {}) => buildVolume(instances, plan(), readOnlyFrame, options, threads),
    thumbnail: (options) => thumbnail(instances, options),
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

async function thumbnail(
  instances: readonly Instance[],
  options?: ThumbnailOptions,
): Promise<Image> {
  const images = instances.filter(({ frameCount }) => frameCount > 0);
  const middle = images[Math.floor(images.length / 2)];
  if (middle === undefined) {
    throw new FramedexError('NO_PIXEL_DATA', 'no instance of the series has an image', {
      name: instances[0]?.name,
    });
  }
  const file = await middle.open();
  try {
    return await file.thumbnail(options);
  } finally {
    await file.close();
  }
}
