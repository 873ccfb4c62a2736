import { expect } from 'vitest';
import { isFramedexError } from '../../src/errors.js';
import { openBuilt } from './open-built.js';
/**
 * Opens an object both ways. A tolerant caller gets exactly the warnings of `faults`, a strict one the
 * first of them as an error, at the same byte. Gives the file of the tolerant one.
 */
export async function tolerated(parts, faults) {
  const { file, built } = await openBuilt(parts);
  const expected = faults(built.offsets, built.pixelOffset ?? 0);
  const { warnings } = file;
  expect(warnings.map(({ code, offset, tag }) => ({ code, offset, tag }))).toEqual(expected);
  const [first] = expected;
  const strict = openBuilt(parts, { strict: true });
  if (first === undefined) await strict;
  else {
    const error = await strict.then(
      () => 'no error',
      (thrown) =>
        isFramedexError(thrown)
          ? { code: thrown.code, offset: thrown.details.offset, tag: thrown.details.tag }
          : thrown,
    );
    expect(error).toEqual(first);
  }
  return { file, warnings };
}
