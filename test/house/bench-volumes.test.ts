import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { isAvailable } from '../../bench/contenders.mjs';
import { workOnce } from '../../bench/once.mjs';
import * as framedex from '../../src/node/index.ts';

const CONTENDER = fileURLToPath(new URL('../../bench/contender.mjs', import.meta.url));

const root = mkdtempSync(join(tmpdir(), 'framedex-bench-test-'));
afterAll(() => rmSync(root, { recursive: true }));

describe('all planes of a series', () => {
  const suite = 'volume-planes';

  it('are the same out of a volume', async () => {
    const what = { suite, contender: 'framedex-volume' };
    const { expected, result } = await workOnce(what, root, framedex);
    expect(result).toEqual(expected);
  });

  it('are JPEGs, one of each plane: framedex encodes as many pictures as it takes planes', async () => {
    const made: number[] = [];
    const counting = {
      ...framedex,
      render: (...args: Parameters<typeof framedex.render>) => {
        const image = framedex.render(...args);
        const encode: typeof image.encode = async (...how) => {
          const bytes = await image.encode(...how);
          made.push(Buffer.from(bytes).readUInt16BE());
          return bytes;
        };
        return { ...image, encode };
      },
    };
    await workOnce({ suite, contender: 'framedex' }, root, counting);
    expect(made).toEqual(Array.from({ length: 6 + 64 + 64 }, () => 0xffd8));
  });

  it('are those of pydicom, numpy and PIL', async ({ skip }) => {
    skip(!(await isAvailable('pydicom')), 'pydicom, numpy or PIL is not installed');
    expect(await printed(suite, 'pydicom')).toMatchObject((await made(suite)).expected);
  });

  it('have a floor that takes none of them', async () => {
    expect((await workOnce({ suite, contender: 'floor' }, root)).result.items).toBe(0);
  });
});

describe('the volume of a series', () => {
  it('is that of dcm2niix', async ({ skip }) => {
    skip(!(await isAvailable('dcm2niix')), 'unzip or dcm2niix is not installed');
    const suite = 'zip-volume';
    const { checksum, byteLength } = (await made(suite)).expected;
    expect(await printed(suite, 'dcm2niix')).toMatchObject({ checksum, byteLength });
  });
});

function made(suite: string): ReturnType<typeof workOnce> {
  return workOnce({ suite, contender: 'floor' }, root);
}

async function printed(suite: string, contender: string): Promise<unknown> {
  const { manifest } = await made(suite);
  const said = execFileSync(process.execPath, [CONTENDER, suite, contender, manifest]);
  return JSON.parse(said.toString());
}
