import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Collection } from '../../src/collection/collection.ts';
import type { VolumePlan } from '../../src/series/plan.ts';
import type { Volume } from '../../src/series/volume.ts';
import { openFolder } from '../../src/node/index.ts';

/** Archives of the corpus that hold series of their own; the others hold one of these again. */
export const SERIES_ZIPS: readonly string[] = [
  'ct_ge_gantry_tilt_28.zip',
  'ct_philips_96.zip',
  'media_dicomdir.zip',
  'nested_mixed.zip',
  'series_deflated.zip',
  'series_j2k_lossless.zip',
];

/** One stack of a series whose slices lie in the patient, each at a place of its own. */
export interface PlacedStack {
  /** For people: where it is from, and which part. */
  readonly name: string;
  readonly plan: VolumePlan;
  /** Path of the file, and frame, of each slice of the plan. */
  readonly images: readonly (readonly [path: string, frame: number])[];
  readonly volume: () => Promise<Volume>;
}

/** The stacks of all archives, of all files together, and of each file of many frames by itself. */
export async function placedStacks(corpus: string, work: string): Promise<readonly PlacedStack[]> {
  const files = await openFolder(join(corpus, 'files'));
  const found = await stacksIn(files, 'files', join(corpus, 'files'));
  const series = await files.series();
  const several = series.flatMap(({ instances }) =>
    instances.filter(({ frames }) => frames !== undefined).map(({ name }) => name),
  );
  for (const [i, name] of several.sort().entries()) {
    const folder = join(work, `file-${i}`);
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    symlinkSync(join(corpus, 'files', name), path);
    found.push(...(await stacksIn(await openFolder(folder), 'file', folder)));
  }
  for (const zip of SERIES_ZIPS) {
    const folder = join(work, zip);
    if (!existsSync(join(corpus, 'zips', zip))) continue;
    execFileSync('python3', ['-m', 'zipfile', '-e', join(corpus, 'zips', zip), folder]);
    found.push(...(await stacksIn(await openFolder(folder), zip, folder)));
  }
  return found;
}

async function stacksIn(
  collection: Collection,
  from: string,
  folder: string,
): Promise<PlacedStack[]> {
  const stacks: PlacedStack[] = [];
  for (const series of await collection.series()) {
    const whole = series.plan();
    const plans = [whole, ...whole.parts].map((plan, k) => ({
      plan,
      part: k === 0 ? undefined : k - 1,
    }));
    for (const { plan, part } of plans) {
      if (!isPlaced(plan)) continue;
      const first = plan.slices[0]?.name ?? '';
      stacks.push({
        name: `${from} ${first}${part === undefined ? '' : ` part ${String(part)}`}`,
        plan,
        images: plan.slices.map(({ name, frame }) => [join(folder, name), frame]),
        volume: () => series.volume({ part, mixedRescale: 'stored' }),
      });
    }
  }
  return stacks;
}

function isPlaced({ verdict, slices, sortedBy, reasons }: VolumePlan): boolean {
  if (verdict === 'none' || slices.length < 2 || sortedBy !== 'position') return false;
  return !reasons.some(({ code }) => code === 'DUPLICATE_POSITION' || code === 'NO_POSITION');
}
