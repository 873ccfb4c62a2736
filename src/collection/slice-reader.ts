import type { DicomFile } from '../file/dicom-file.ts';
import { isSame, unlike } from '../series/slice-form.ts';
import type { Slice } from '../series/slice.ts';
import type { ReadSlice } from '../series/volume.ts';
import type { Instance } from './instance.ts';

/** Reads slices of the instances of a series. Close it. */
export interface SliceReader extends AsyncDisposable {
  readonly read: ReadSlice<Instance>;
  close(): Promise<void>;
}

/** Instances of several frames that stay open at a time: each holds its header, which may be long. */
const MOST_OPEN = 4;

/** An instance that is open, or will be, and the reads that have it. */
interface OpenInstance {
  readonly file: Promise<DicomFile>;
  reads: number;
}

/**
 * Opens an instance of one frame for its read alone. One of several stays open until the reader is closed, or others
 * have taken its place; where it cannot be opened, that is the fault of each of its slices.
 *
 * What is opened may be another file than the one that was planned: a slice that is not where its header said is refused, as `NOT_A_VOLUME`.
 */
export function sliceReader(): SliceReader {
  let most = MOST_OPEN;
  /** Those that were read last are last. */
  const open = new Map<Instance, OpenInstance>();

  const take = (instance: Instance): OpenInstance => {
    const taken = open.get(instance) ?? { file: instance.open(), reads: 0 };
    taken.reads++;
    open.delete(instance);
    open.set(instance, taken);
    return taken;
  };

  const closeSurplus = async (): Promise<void> => {
    const closing: Promise<void>[] = [];
    for (const [instance, { file, reads }] of open) {
      if (open.size <= most) break;
      if (reads > 0) continue;
      open.delete(instance);
      closing.push(closeFile(file));
    }
    await Promise.all(closing);
  };

  const close = (): Promise<void> => {
    // What is still read is closed after its last read.
    most = 0;
    return closeSurplus();
  };
  return {
    read: async (slice, options) => {
      const { instance, frame } = slice;
      if (instance.frameCount <= 1) {
        await using file = await instance.open();
        checkPlace(file, slice);
        return await file.frame(frame, options);
      }
      const taken = take(instance);
      try {
        const file = await taken.file;
        checkPlace(file, slice);
        return await file.frame(frame, options);
      } finally {
        taken.reads--;
        await closeSurplus();
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Holds the place of a slice against the file that is there now. */
function checkPlace(file: DicomFile, { instance, frame, attributes }: Slice<Instance>): void {
  const { name, dataset, frames } = instance;
  if (file.dataset.get('SOPInstanceUID') !== dataset.get('SOPInstanceUID')) {
    throw unlike(name, 'the instance that was planned', 'another');
  }
  // There, places of frames are made of other attributes (PS3.3 C.8.8.3.2, C.8.4.15).
  if (file.dataset.has('GridFrameOffsetVector') || file.dataset.has('SliceVector')) return;
  for (const keyword of ['ImagePositionPatient', 'ImageOrientationPatient'] as const) {
    const found =
      frames === undefined ? file.dataset.get(keyword) : file.perFrame(frame).get(keyword);
    if (found === undefined && frames !== undefined) continue;
    if (!isSame(found, attributes.get(keyword))) {
      throw unlike(name, `${keyword} as it was planned`, 'another');
    }
  }
}

/** One that could not be opened has nothing to be closed, and said so to its reads. */
async function closeFile(file: Promise<DicomFile>): Promise<void> {
  const [opened] = await Promise.allSettled([file]);
  if (opened.status === 'fulfilled') await opened.value.close();
}
