import { memorySource } from '../../src/bytes/memory.ts';
import type { DicomFile } from '../../src/file/dicom-file.ts';
import { openSource } from '../../src/file/open.ts';
import type { OpenOptions } from '../../src/file/open.ts';
import { createContext } from './platform.ts';
import type { ContextOptions } from '../../src/file/context.ts';
import { dicom } from './build-dicom.ts';
import type { BuiltDicom, DicomParts } from './build-dicom.ts';
import { countingSource } from './counting-source.ts';
import type { CountingSource } from './counting-source.ts';

/** A built object, opened, and the record of its reads. */
export interface OpenedBuilt {
  readonly file: DicomFile;
  readonly source: CountingSource;
  readonly built: BuiltDicom;
}

/** Builds an object, and opens it with a context of its own. */
export async function openBuilt(
  parts: DicomParts,
  options: Omit<OpenOptions, 'context'> &
    ContextOptions & { readonly asynchronous?: boolean | undefined } = {},
): Promise<OpenedBuilt> {
  const built = dicom(parts);
  const source = countingSource(memorySource(built.bytes, 'built.dcm'), options);
  const { limits, ...rest } = options;
  const file = await openSource(source, {
    context: createContext(rest),
    options: { ...rest, limits },
    ownership: 'owned',
  });
  return { file, source, built };
}

/** The code of the `FramedexError` that a promise rejects with. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );
}
