import { expect } from 'vitest';
import { isFramedexError } from '../../src/errors.js';
import { openBuilt } from './open-built.js';
/** Each frame in turn, those that are declared and not there too. */
export async function frameResults(file) {
  const results = [];
  const { count, declaredCount } = file.index;
  for (let i = 0; i < Math.max(count, Math.min(declaredCount, 100)); i++) {
    try {
      results.push([...(await file.encodedFrame(i))]);
    } catch (error) {
      if (!isFramedexError(error)) throw error;
      results.push(error.code);
    }
  }
  return results;
}
/**
 * Reads all frames of an object from memory and from afar, tolerant and strict. A tolerant caller gets
 * exactly these frames and these warnings; a strict one the first of them as an error, at the same
 * byte, when the file is opened or with a frame. Gives the tolerant one's file, of memory.
 */
export async function toleratedFrames(parts, frames, faults) {
  const files = [];
  for (const asynchronous of [false, true]) {
    const { file, built } = await openBuilt(parts, { asynchronous });
    const expected = faults({ built, pixels: built.pixelOffset ?? 0 });
    expect(await frameResults(file)).toEqual(frames);
    expect(file.warnings.map(({ code, offset }) => [code, offset])).toEqual(expected);
    expect(await strictFault(parts, asynchronous)).toEqual(expected[0]);
    files.push(file);
  }
  const [inMemory, afar] = files;
  if (inMemory === undefined || afar === undefined) throw new Error('no files');
  // Once its frames were read, the same is known of an object, wherever it came from.
  expect(described(afar)).toEqual(described(inMemory));
  return inMemory;
}
function described({ index }) {
  const { count, declaredCount, counts, strategy } = index;
  return { count, declaredCount, counts: { ...counts, fragments: undefined }, strategy };
}
/** What a strict caller meets first; frames that are not there are no fault of the file's form. */
async function strictFault(parts, asynchronous) {
  try {
    const { file } = await openBuilt(parts, { strict: true, asynchronous });
    for (let i = 0; i < file.index.count; i++) await file.encodedFrame(i);
  } catch (error) {
    if (!isFramedexError(error)) throw error;
    if (error.code.startsWith('FRAME_T') || error.code === 'FRAME_AMBIGUOUS') return undefined;
    return [error.code, error.details.offset ?? -1];
  }
  return undefined;
}
