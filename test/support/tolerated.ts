import { expect } from 'vitest';
import type { DicomFile } from '../../src/file/dicom-file.ts';
import { isFramedexError } from '../../src/errors.ts';
import type { ErrorCode, Warning } from '../../src/errors.ts';
import type { DicomParts } from './build-dicom.ts';
import { openBuilt } from './open-built.ts';

/** What a fault was recorded with. */
export interface ToleratedFault {
  readonly code: ErrorCode;
  readonly offset: number;
  readonly tag: number;
}

/**
 * Opens an object both ways. A tolerant caller gets exactly the warnings of `faults`, a strict one the
 * first of them as an error, at the same byte. Gives the file of the tolerant one.
 */
export async function tolerated(
  parts: DicomParts,
  faults: (offsets: ReadonlyMap<number, number>, pixels: number) => readonly ToleratedFault[],
): Promise<{ readonly file: DicomFile; readonly warnings: readonly Warning[] }> {
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
      (thrown: unknown) =>
        isFramedexError(thrown)
          ? { code: thrown.code, offset: thrown.details.offset, tag: thrown.details.tag }
          : thrown,
    );
    expect(error).toEqual(first);
  }
  return { file, warnings };
}
