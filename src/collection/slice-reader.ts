import type { ReadSlice } from '../series/volume.ts';
import type { Instance } from './instance.ts';

/** Reads slices of the instances of a series. Close it. */
export interface SliceReader extends AsyncDisposable {
  readonly read: ReadSlice<Instance>;
  close(): Promise<void>;
}

/**
 * Opens an instance of one frame for its read alone, and one of several once, until the reader is closed.
 */
export function sliceReader(): SliceReader {
  const close = (): Promise<void> => Promise.resolve();
  return {
    read: async ({ instance, frame }, options) => {
      const file = await instance.open();
      try {
        return await file.frame(frame, options);
      } finally {
        await file.close();
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
