import type { DicomFile } from '../file/dicom-file.ts';
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
    read: async ({ instance, frame }, options) => {
      if (instance.frameCount <= 1) {
        await using file = await instance.open();
        return await file.frame(frame, options);
      }
      const taken = take(instance);
      try {
        return await (await taken.file).frame(frame, options);
      } finally {
        taken.reads--;
        await closeSurplus();
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** One that could not be opened has nothing to be closed, and said so to its reads. */
async function closeFile(file: Promise<DicomFile>): Promise<void> {
  const [opened] = await Promise.allSettled([file]);
  if (opened.status === 'fulfilled') await opened.value.close();
}
