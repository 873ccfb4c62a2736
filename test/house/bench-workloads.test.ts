import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { listSuites, workOnce } from '../../bench/once.mjs';
import * as framedex from '../../src/node/index.ts';

const CONTENDER = fileURLToPath(new URL('../../bench/contender.mjs', import.meta.url));
const FRAME = 256 * 256 * 2;
const SLICE = 64 * 64 * 2;

/** Six lines of a UID, the instance number, rows, columns and a position each. */
const HEADER_LINES = 398;

/**
 * What each suite takes at its smallest size. A bench that measures nothing is found here, not
 * years later.
 */
const WORK: Readonly<Record<string, { items: number; byteLength: number }>> = {
  headers: { items: 1, byteLength: HEADER_LINES },
  'one-frame': { items: 1, byteLength: FRAME },
  'zip-list': { items: 1, byteLength: HEADER_LINES },
  'zip-slice': { items: 1, byteLength: SLICE },
  'zip-volume': { items: 1, byteLength: 6 * SLICE },
  rle: { items: 8, byteLength: 8 * FRAME },
  'native-all': { items: 8, byteLength: 8 * FRAME },
  thumbnail: { items: 1, byteLength: 'PNG 128 x 128'.length },
};

/** Programs that may not be installed, and what reads without understanding. */
const NOT_CHECKED_HERE = ['floor', 'framedex', 'pydicom', 'dcmtk', 'gdcm'];

const root = mkdtempSync(join(tmpdir(), 'framedex-bench-test-'));
afterAll(() => rmSync(root, { recursive: true }));

describe('bench work loads', () => {
  it('are all pinned here', () => {
    expect(listSuites().map(({ name }) => name)).toEqual(Object.keys(WORK));
  });

  for (const { name, contenders } of listSuites()) {
    it(`${name}: framedex takes what the generator wrote`, async () => {
      const { expected, result } = await workOnce(name, 'framedex', root, framedex);
      expect(result).toEqual(expected);
      expect(result).toMatchObject(WORK[name] ?? {});
    });

    const independent = contenders.filter((contender) => !NOT_CHECKED_HERE.includes(contender));
    it.each(independent)(`${name}: %s takes the same`, async (contender) => {
      const { expected, result } = await workOnce(name, contender, root);
      expect(result).toEqual(expected);
      expect(result).toMatchObject(WORK[name] ?? {});
    });
  }
});

describe('bare floors', () => {
  it('one-frame: reads the bytes of one frame and no others', async () => {
    const floor = await runFloor('one-frame');
    expect(floor.bytesRead).toBe(FRAME);
    expect(floor.byteLength).toBe(FRAME);
  });

  it('native-all: reads all pixels', async () => {
    expect((await runFloor('native-all')).bytesRead).toBe(8 * FRAME);
  });

  it('rle: reads the pixel data but for the headers of its items', async () => {
    const { bytesRead, fileSize } = await runFloor('rle');
    expect(bytesRead).toBeLessThan(fileSize);
    expect(bytesRead).toBeGreaterThan(fileSize - 1024);
  });

  it('headers: reads 8 KiB of each file', async () => {
    expect((await runFloor('headers')).bytesRead).toBe(6 * 8192);
  });

  it('zip-list: reads no more than 4 KiB of each member', async () => {
    const { bytesRead } = await runFloor('zip-list');
    expect(bytesRead).toBeGreaterThan(6 * 4096);
    expect(bytesRead).toBeLessThan(6 * 4096 + 1024);
  });

  it('zip-volume: reads the whole archive', async () => {
    const { bytesRead, fileSize, byteLength } = await runFloor('zip-volume');
    expect(byteLength).toBe(6 * SLICE);
    expect(bytesRead).toBeLessThanOrEqual(fileSize);
    expect(bytesRead).toBeGreaterThan(fileSize - 1024);
  });
});

interface Turn {
  readonly bytesRead: number;
  readonly byteLength: number;
  /** Of the one file that the suite reads; 0 where there are many. */
  readonly fileSize: number;
}

/** The floor in a process of its own, as the bench runs it. */
async function runFloor(suite: string): Promise<Turn> {
  const { manifest } = await workOnce(suite, 'floor', root);
  const printed = execFileSync(process.execPath, [CONTENDER, suite, 'floor', manifest]);
  const { bytesRead, byteLength } = JSON.parse(printed.toString()) as Turn;
  const name = { rle: 'rle.dcm', 'zip-volume': 'ct.zip' }[suite];
  const fileSize = name === undefined ? 0 : statSync(join(dirname(manifest), name)).size;
  return { bytesRead, byteLength, fileSize };
}
