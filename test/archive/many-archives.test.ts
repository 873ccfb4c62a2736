import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Collection } from '../../src/collection/collection.ts';
import { createContext, openArchive } from '../../src/node/index.ts';
import { dicom } from '../support/build-dicom.ts';
import { buildZip } from '../support/build-zip.ts';
import { sliceParts } from '../support/slices.ts';

const ARCHIVES = 1000;
const HANDLES = 8;
const AT_ONCE = 16;

const folder = mkdtempSync(join(tmpdir(), 'framedex-'));
beforeAll(() => {
  for (let k = 0; k < ARCHIVES; k += 1) {
    const { bytes } = dicom(sliceParts({ z: k }));
    const zip = buildZip([{ name: 'IM', data: bytes, method: k % 2 === 0 ? 0 : 8 }]);
    writeFileSync(join(folder, `${k}.zip`), zip);
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A run through all of them in an order that is none: 387 has no factor of 1,000. */
const shuffled = Array.from({ length: ARCHIVES }, (_, k) => (k * 387) % ARCHIVES);

it('P10: 1,000 archives are open at once through 8 descriptors', async () => {
  await using context = createContext({ maxOpenFiles: HANDLES });
  let most = 0;
  const look = (): void => {
    most = Math.max(most, context.descriptors.stats().open);
  };
  const archives = new Map<number, Collection>();
  for (const k of shuffled) {
    archives.set(k, await openArchive(join(folder, `${k}.zip`), { context }));
    look();
  }
  expect(most).toBe(HANDLES);
  const queue = [...shuffled].reverse();
  const work = async (): Promise<void> => {
    for (let k = queue.pop(); k !== undefined; k = queue.pop()) {
      const file = await archives.get(k)?.open('IM');
      look();
      expect((await file?.frame(0))?.data[5]).toBe(k);
      look();
      await file?.close();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  expect(most).toBeGreaterThanOrEqual(HANDLES);
  expect(most).toBeLessThanOrEqual(HANDLES + AT_ONCE);
  expect(context.descriptors.stats().open).toBe(HANDLES);
  for (const archive of archives.values()) await archive.close();
  expect(context.descriptors.stats().opened).toBeLessThanOrEqual(3 * ARCHIVES);
});
