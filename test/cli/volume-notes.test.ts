import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dicom } from '../support/build-dicom.ts';
import { buildZip } from '../support/build-zip.ts';
import { sliceParts } from '../support/slices.ts';
import type { SliceParts } from '../support/slices.ts';
import { cli, scratch } from './run-cli.ts';
import type { Scratch } from './run-cli.ts';

let files: Scratch;

beforeEach(() => {
  files = scratch();
});

afterEach(() => {
  files.remove();
});

function slice(parts: SliceParts): Uint8Array {
  return dicom(sliceParts(parts)).bytes;
}

/** A zip of slices 1 mm apart, the last first; values are their z. */
function zipOf(name: string, all: readonly SliceParts[]): string {
  const members = [...all]
    .reverse()
    .map((parts, k) => ({ name: `IM${k}`, data: slice(parts), method: 8 as const }));
  return files.put(name, buildZip(members));
}

function axial(count: number, more: SliceParts = {}): SliceParts[] {
  return Array.from({ length: count }, (_, z) => ({ z, ...more }));
}

describe('notes on a volume', () => {
  it('K17: what was tolerated of a slice is said', async () => {
    const slices = axial(3).map((parts, k) => ({
      ...parts,
      more:
        k === 1
          ? ([
              [0x00281050, 'DS', '1'],
              [0x00281051, 'DS', '0'],
            ] as const)
          : [],
    }));
    const path = files.path('a.nrrd');
    const { err, out } = await cli(['volume', zipOf('a.zip', slices), '-o', path, '--json']);
    expect(JSON.parse(out)).toMatchObject({
      warnings: [{ name: 'IM1', frame: 0, code: 'WINDOW' }],
    });
    expect(err).toMatch(/note: WINDOW: IM1: /);
  });

  it('K17: indices of a palette are said to be such', async () => {
    const table = (tag: number): [number, string, number[]] => [
      tag,
      'OW',
      Array<number>(4).fill(0),
    ];
    const more = [0x00281101, 0x00281102, 0x00281103].map(
      (tag) => [tag, 'US', [4, 0, 16]] as const,
    );
    const tables = [0x00281201, 0x00281202, 0x00281203].map(table);
    const slices = axial(3, {
      ...{
        photometricInterpretation: 'PALETTE COLOR',
        pixelRepresentation: 0,
        more: [...more, ...tables],
      },
    });
    const { code, err } = await cli([
      ...['volume', zipOf('a.zip', slices), '-o', files.path('a.nrrd')],
    ]);
    expect(code).toBe(0);
    expect(err).toContain('note: the values are numbers of colours');
  });
});
