import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createContext, open, openArchive } from '../../src/node/index.ts';
import type { Collection, FileIndexJson } from '../../src/node/index.ts';
import { dicom, imagePixel } from '../support/build-dicom.ts';
import { buildTar } from '../support/build-tar.ts';
import { codeOf } from '../support/open-built.ts';

const COUNT = 4;
const FRAME = 500 * 600;

/** Pixels of 32 values, so that there are blocks of deflate to resume at; others for each seed. */
function pixels(seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length: COUNT * FRAME }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) & 31;
  });
}

/** Objects of the same size and shape; they differ in their UIDs, and in their pixels. */
const objects = new Map(
  ['IM1', 'IM2'].map((name, k) => {
    const data = pixels(k);
    const shape = { rows: 500, columns: 600, bitsAllocated: 8, numberOfFrames: COUNT };
    const { bytes } = dicom({
      elements: [[0x00080018, 'UI', `2.25.${k}`], ...imagePixel(shape), [0x7fe00010, 'OB', data]],
    });
    return [name, { data, bytes }] as const;
  }),
);
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framedex-'));
  const entries = [...objects].map(([name, { bytes }]) => ({ name, data: bytes }));
  const tar = buildTar(entries);
  writeFileSync(join(folder, 'study.tar'), tar);
  writeFileSync(join(folder, 'study.tgz'), gzipSync(tar));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function indexOf(archive: Collection, name: string): Promise<FileIndexJson> {
  await using file = await archive.open(name);
  await file.prepare();
  return JSON.parse(JSON.stringify(file.toIndex({ checkpoints: true }))) as FileIndexJson;
}

describe.each([
  ['study.tar', undefined],
  ['study.tgz', undefined],
  ['study.tgz', 1000],
])('an index of a member of %s, as a whole up to %d', (archive, wholeMemberBytes) => {
  it('R69: opens that member, and not another of the same size', async () => {
    const context = createContext({ wholeMemberBytes });
    const path = join(folder, archive);
    await using collection = await openArchive(path, { context });
    const index = await indexOf(collection, 'IM1');
    // A mark of the tar is none of its members, nor is where the tar can be resumed where they can.
    const { size, head, ...marks } = index.source;
    expect(size).toBe(objects.get('IM2')?.bytes.length);
    expect(head.length).toBeGreaterThan(0);
    expect(marks).toEqual({});
    expect(index.checkpoints).toBeUndefined();
    for (const name of ['IM1', 'tar#0']) {
      await using file = await open(`${path}!/${name}`, { context, index });
      const { data } = await file.frame(2);
      expect(data).toEqual(objects.get('IM1')?.data.subarray(2 * FRAME, 3 * FRAME));
    }
    expect(await codeOf(open(`${path}!/IM2`, { context, index }))).toBe('SOURCE_CHANGED');
    const files = { IM1: await indexOf(collection, 'IM2'), IM2: index };
    const swapped = { framedex: 1, files } as const;
    await using again = await openArchive(path, { context, index: swapped });
    expect(await codeOf(again.open('IM1'))).toBe('SOURCE_CHANGED');
    expect(await codeOf(again.open('IM2'))).toBe('SOURCE_CHANGED');
  });
});
