import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createContext, open, openArchive } from '../../src/node/index.ts';
import type { DicomFile, NodeOpenOptions, Warning } from '../../src/node/index.ts';
import { dicom } from '../support/build-dicom.ts';
import { buildTar } from '../support/build-tar.ts';
import { buildZip } from '../support/build-zip.ts';
import { codeOf } from '../support/open-built.ts';
import { sliceParts } from '../support/slices.ts';

const slice = dicom(sliceParts({ z: 1 })).bytes;
const before = new Uint8Array(100).fill(7);
const inner = buildZip([{ name: 'IM2', data: slice }], { count: 3 });
const files: Record<string, Uint8Array> = {
  'sound.zip': buildZip([{ name: 'IM1', data: slice }]),
  'behind.zip': buildZip([{ name: 'IM1', data: slice }], { before }),
  'endless.tar': buildTar([{ name: 'IM1', data: slice }], 0),
  'outer.zip': buildZip([{ name: 'in.zip', data: inner }], { before }),
  'around.zip': buildZip([{ name: 'in.zip', data: inner }]),
};
let folder = '';
const at = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framedex-'));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(at(name), bytes);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Without the folder in which they were made. */
function texts(warnings: readonly Warning[]): string[] {
  return warnings.map(({ code, message }) => `${code} ${message.replaceAll(folder + sep, '')}`);
}

describe('open of a member', () => {
  const PRECEDES = '100 bytes precede the archive';
  const PROMISES = 'the end record promises 3 files, there are 1';

  it.each([
    ['sound.zip!/IM1', []],
    ['behind.zip!/IM1', [`ZIP_FORMAT behind.zip: ${PRECEDES}`]],
    ['endless.tar!/IM1', ['ZIP_FORMAT endless.tar: the tar has no end: it may have been cut']],
    ['around.zip!/in.zip!/IM2', [`ZIP_FORMAT around.zip!/in.zip: ${PROMISES}`]],
    [
      'outer.zip!/in.zip!/IM2',
      [`ZIP_FORMAT outer.zip: ${PRECEDES}`, `ZIP_FORMAT outer.zip!/in.zip: ${PROMISES}`],
    ],
  ])('O26: %s warns of its archive too, and strict throws it', async (path, expected) => {
    await using file = await open(at(path));
    expect(texts(file.warnings)).toEqual(expected);
    expect(file.warningCount).toBe(expected.length);
    expect(file.isCut).toBe(false);
    expect((await file.frame(0)).data[0]).toBe(1);
    const strict = await codeOf(open(at(path), { strict: true }).then((one) => one.close()));
    expect(strict).toBe(expected.length === 0 ? 'no error' : 'ZIP_FORMAT');
  });

  it('O26: once, when it is opened by the index that it gave', async () => {
    const path = at('behind.zip!/IM1');
    const opened = async (options?: NodeOpenOptions): Promise<DicomFile> =>
      open(path, { ...options, context: createContext() });
    await using first = await opened();
    const index = first.toIndex();
    expect(index.warnings).toEqual([]);
    await using again = await opened({ index });
    expect(texts(again.warnings)).toEqual(texts(first.warnings));
    expect(again.warningCount).toBe(1);
  });

  it('O26: those of the archive are the collection’s, where it is opened as a whole', async () => {
    await using collection = await openArchive(at('behind.zip'));
    expect(texts(collection.warnings)).toEqual([`ZIP_FORMAT ${PRECEDES}`]);
    await using file = await collection.open('IM1');
    expect(file.warnings).toEqual([]);
  });
});
