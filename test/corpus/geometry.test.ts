import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corpusFiles } from '../support/corpus.ts';
import { placedStacks } from '../support/corpus-series.ts';
import type { PlacedStack } from '../support/corpus-series.ts';
import { converted, whyNoDcm2niix } from '../support/dcm2niix.ts';
import { gdcmVolume, placedImages, whyNoPython } from '../support/python-readers.ts';
import type { GdcmVolume } from '../support/python-readers.ts';
import { corners, cross, difference, length, placed, voxelMatch } from '../support/voxel-match.ts';

const found = corpusFiles('where real series lie, beside dcm2niix, GDCM and pydicom');
const corpus = process.env['FRAMEDEX_CORPUS'] ?? '';
const noDcm2niix = whyNoDcm2niix();
const noGdcm = whyNoPython(['gdcm']);
const noPydicom = whyNoPython(['pydicom', 'numpy']);
for (const why of [noDcm2niix, noGdcm, noPydicom]) {
  if (found.length > 0 && why !== undefined) console.warn(`SKIPPED: places of series: ${why}.`);
}

/** dcm2niix calculates in single precision; DS has at most 16 characters (PS3.5 6.2). */
const MILLIMETRES = 1e-4;

const FRAMES_OF_SEGMENTS =
  'frames of two segments, which lie in the same places: it stacks all frames as they come';
/** What others find otherwise, and why ours is right. */
const DCM2NIIX: Readonly<Record<string, string>> = {
  'files pydicom__pydicom/rtdose_rle.dcm part 0':
    'it knows no Grid Frame Offset Vector (PS3.3 C.8.8.3.2): 1 mm between planes, which are 5 mm apart',
  'file pydicom__pydicom/rtdose_rle.dcm': 'likewise',
  'files QIICR__dcmqi/sparse-labelmap-ppv5.dcm':
    'it takes Spacing Between Slices, 2.5 mm; Image Position (Patient) of the two frames is 5 mm apart',
  'file QIICR__dcmqi/sparse-labelmap-ppv5.dcm': 'likewise',
  'files dcmjs-org__dcmjs/tumor_User1_Manual_Trial1.dcm part 0': FRAMES_OF_SEGMENTS,
  'files dcmjs-org__dcmjs/tumor_User1_Manual_Trial1.dcm part 1': FRAMES_OF_SEGMENTS,
  'file dcmjs-org__dcmjs/tumor_User1_Manual_Trial1.dcm part 0': FRAMES_OF_SEGMENTS,
  'file dcmjs-org__dcmjs/tumor_User1_Manual_Trial1.dcm part 1': FRAMES_OF_SEGMENTS,
};

const work = mkdtempSync(join(tmpdir(), 'framedex-geometry-'));
afterAll(() => {
  rmSync(work, { recursive: true });
});

describe.skipIf(found.length === 0)('real series', () => {
  let stacks: readonly PlacedStack[] = [];
  beforeAll(async () => {
    stacks = await placedStacks(corpus, work);
  });

  it.skipIf(noPydicom !== undefined)('P12 lie where each header says, all four corners', () => {
    const volumes = stacks.filter(({ plan }) => plan.verdict === 'volume');
    const places = placedImages(volumes.flatMap(({ images }) => images));
    const wrong: string[] = [];
    let i = 0;
    for (const { name, plan } of volumes) {
      for (const [x, y, z] of corners([plan.size[0], plan.size[1], 1])) {
        for (let k = 0; k < plan.size[2]; k++) {
          const image = places[i + k];
          const wanted = image?.origin.map(
            (from, axis) =>
              from + (x ?? 0) * (image.across[axis] ?? NaN) + (y ?? 0) * (image.down[axis] ?? NaN),
          );
          const here = placed(plan.affine, [x ?? 0, y ?? 0, (z ?? 0) + k]);
          const apart = length(difference(here, wanted ?? []));
          if (!(apart < MOST_OFF * plan.spacing[2])) wrong.push(`${name} slice ${k}: ${apart} mm`);
        }
      }
      i += plan.size[2];
    }
    expect(wrong).toEqual([]);
    expect(volumes.length).toBeGreaterThanOrEqual(30);
    expect(volumes.filter(({ plan }) => plan.tilt > 1)).toHaveLength(2);
  });

  it.skipIf(noDcm2niix !== undefined)(
    'P12 have their voxels where dcm2niix has them',
    async () => {
      const straight = stacks.filter(({ plan }) => plan.verdict === 'volume' && plan.tilt < 0.01);
      const otherwise: string[] = [];
      let compared = 0;
      for (const stack of straight) {
        const { volumes } = await converted(pathsOf(stack));
        if (volumes.length === 0) continue;
        const volume = await stack.volume();
        const matches = volumes.map((one) => voxelMatch(volume, one));
        const right = matches.some(
          (match) =>
            typeof match === 'object' && match.different === 0 && match.farthest < MILLIMETRES,
        );
        if (right) compared++;
        else otherwise.push(stack.name);
      }
      expect(otherwise.sort()).toEqual(Object.keys(DCM2NIIX).sort());
      expect(compared).toBeGreaterThanOrEqual(20);
    },
    120_000,
  );

  it.skipIf(noDcm2niix !== undefined)(
    'P12 of a tilted gantry have the tilt, the slices and their order of dcm2niix',
    async () => {
      const tilted = stacks.filter(({ plan }) => plan.tilt > 1);
      expect(tilted).toHaveLength(3);
      for (const stack of tilted) {
        const { volumes, said } = await converted(pathsOf(stack));
        expect(said).toContain(`estimated from slice vector ${stack.plan.tilt.toFixed(1)}`);
        const volume = await stack.volume();
        // Its affine of the slices as they are has no shear, so voxels are paired by their numbers, rows bottom up.
        const { size, affine } = volume;
        const raw = volumes.filter((one) => one.size.join() === size.join());
        const same = raw.map((one) =>
          voxelMatch(volume, { ...one, affine: bottomUp(affine, size) }),
        );
        expect(same, stack.name).toEqual([{ farthest: expect.closeTo(0) as number, different: 0 }]);
      }
    },
    60_000,
  );

  it.skipIf(noGdcm !== undefined)(
    'P12 lie as GDCM sorts and ITK places them',
    async () => {
      const straight = stacks.filter(({ plan }) => plan.verdict === 'volume' && plan.tilt < 0.01);
      const wrong: string[] = [];
      const compared = { sorted: 0, frames: 0 };
      for (const { name, plan, images } of straight) {
        const paths = pathsOf({ images });
        const theirs = await gdcmVolume(paths);
        // Of frames that are not evenly spaced in the file it says 1 mm between rows, columns and slices: that it does not know.
        if (theirs === undefined || theirs.spacing.every((n) => n === 1)) continue;
        if (theirs.order === undefined) {
          if (theirs.frames !== plan.size[2]) continue;
          compared.frames++;
        } else {
          compared.sorted++;
          if (theirs.order.join() !== paths.join()) wrong.push(`${name}: another order`);
        }
        const off = Math.max(
          ...itkCorners(theirs, plan.size).map(([corner, place]) =>
            length(difference(placed(plan.affine, corner), place)),
          ),
        );
        if (!(off < MILLIMETRES)) wrong.push(`${name}: ${off} mm`);
      }
      expect(wrong).toEqual([]);
      expect(compared.sorted).toBeGreaterThanOrEqual(7);
      expect(compared.frames).toBeGreaterThanOrEqual(15);
    },
    120_000,
  );
});

/** Part of the distance of slices: positions of even slices differ by rounding alone. */
const MOST_OFF = 0.01;

function pathsOf({ images }: Pick<PlacedStack, 'images'>): string[] {
  return [...new Set(images.map(([path]) => path))];
}

/** Where ITK has the corners of a volume; frames that run down the normal are counted from their end. */
function itkCorners(
  { origin, cosines, spacing }: GdcmVolume,
  size: readonly [number, number, number],
): readonly (readonly [voxel: readonly number[], place: readonly number[]])[] {
  const [row, column] = [cosines.slice(0, 3), cosines.slice(3)];
  const normal = cross(row, column);
  const [across = NaN, down = NaN, through = NaN] = spacing;
  return corners(size).map((corner) => {
    const [x = NaN, y = NaN, z = NaN] = corner;
    const k = through < 0 ? size[2] - 1 - z : z;
    const place = origin.map(
      (from, axis) =>
        from +
        x * across * (row[axis] ?? NaN) +
        y * down * (column[axis] ?? NaN) +
        k * through * (normal[axis] ?? NaN),
    );
    return [corner, place];
  });
}

/** The affine that a NIfTI file has of these voxels with its rows from the last to the first. */
function bottomUp(affine: Float64Array, [, rows]: readonly [number, number, number]): number[] {
  return [0, 1, 2].flatMap((axis) => {
    const n = (k: number): number => (axis < 2 ? -1 : 1) * (affine[4 * axis + k] ?? NaN);
    return [n(0), -n(1), n(2), n(3) + (rows - 1) * n(1)];
  });
}
