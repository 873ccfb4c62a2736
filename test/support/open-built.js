import { memorySource } from '../../src/bytes/memory.js';
import { openSource } from '../../src/file/open.js';
import { createContext } from '../../src/node/context.js';
import { dicom } from './build-dicom.js';
import { countingSource } from './counting-source.js';
/** Builds an object, and opens it with a context of its own. */
export async function openBuilt(parts, options = {}) {
  const built = dicom(parts);
  const source = countingSource(memorySource(built.bytes, 'built.dcm'), options);
  const { limits, ...rest } = options;
  const file = await openSource(source, createContext(rest), { ...rest, limits }, 'owned');
  return { file, source, built };
}
/** The code of the `FramedexError` that a promise rejects with. */
export async function codeOf(promise) {
  return promise.then(
    () => 'no error',
    (error) => (error instanceof Error && 'code' in error ? error.code : error),
  );
}
