import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { open } from '../../src/node/index.ts';

/**
 * Tags of real files against those that DCMTK's dcm2json gives, in a folder of DICOM files with
 * expected values that is no part of this package. Without it the test is skipped, and says so.
 */
const corpus = process.env['FRAMEDEX_CORPUS'];
/** The few that differ are listed when the test fails: private dictionaries, which we have none of. */
const SHARE = 0.985;

/** An attribute as the corpus has it: sequences cut short, long values by their number alone. */
interface Expected {
  readonly vr: string;
  readonly Value?: readonly unknown[] | undefined;
  readonly items?: number | undefined;
  readonly First?: unknown;
  readonly count?: number | undefined;
}
type Attributes = Readonly<Record<string, Expected>>;

describe.skipIf(corpus === undefined)('tags of real files, as DCMTK reads them', () => {
  it(`agree in ${SHARE * 100} % of the files`, async () => {
    const folder = corpus ?? '';
    const manifest = readJson(join(folder, 'manifest.json')) as readonly {
      readonly file: string;
      readonly expectedTags?: string;
    }[];
    const failed: string[] = [];
    let count = 0;
    for (const { file: name, expectedTags } of manifest) {
      if (expectedTags === undefined) continue;
      count++;
      const wanted = readJson(join(folder, expectedTags)) as Attributes;
      const differences: string[] = [];
      try {
        await using file = await open(join(folder, 'files', name));
        compare(wanted, file.dataset.toJSON(), '', differences);
      } catch (error) {
        differences.push(String(error));
      }
      if (differences.length > 0) failed.push(`${name}: ${differences.slice(0, 3).join('; ')}`);
    }
    expect(count).toBeGreaterThan(100);
    expect(1 - failed.length / count, failed.join('\n')).toBeGreaterThanOrEqual(SHARE);
  }, 120_000);
});

if (corpus === undefined) {
  console.warn('SKIPPED: tags of real files. Set FRAMEDEX_CORPUS to the folder that holds them.');
}

function compare(wanted: Attributes, found: Attributes, path: string, differences: string[]): void {
  for (const [tag, expected] of Object.entries(wanted)) {
    // Group lengths are of the file, not of the data set.
    if (!/^[0-9A-F]{8}$/i.test(tag) || tag.endsWith('0000')) continue;
    const got = found[tag.toUpperCase()];
    const fault = got === undefined ? 'missing' : faultOf(expected, got, path + tag, differences);
    if (fault !== undefined) differences.push(`${path}${tag} ${fault}`);
  }
}

function faultOf(
  wanted: Expected,
  got: Expected,
  path: string,
  differences: string[],
): string | undefined {
  const values = got.Value ?? [];
  if (wanted.vr === 'SQ' && got.vr === 'SQ') {
    (wanted.Value ?? []).forEach((item, k) => {
      compare(item as Attributes, (values[k] ?? {}) as Attributes, `${path}[${k}].`, differences);
    });
    const count = wanted.items ?? wanted.Value?.length ?? 0;
    return values.length === count ? undefined : `${values.length} items, not ${count}`;
  }
  if (wanted.vr !== got.vr && wanted.vr !== 'UN' && got.vr !== 'UN') return `VR ${got.vr}`;
  if (wanted.count !== undefined) {
    return values.length === wanted.count ? undefined : `${values.length} values`;
  }
  if (wanted.Value === undefined || wanted.First !== undefined) return undefined;
  const isEmpty = wanted.Value.length === 1 && wanted.Value[0] === null && values.length === 0;
  const isSame =
    wanted.Value.length === values.length &&
    wanted.Value.every((value, k) => sameValue(value, values[k]));
  return isSame || isEmpty
    ? undefined
    : `${JSON.stringify(values).slice(0, 60)}, not ${JSON.stringify(wanted.Value).slice(0, 60)}`;
}

function sameValue(wanted: unknown, found: unknown): boolean {
  // Bytes that the declared character set does not have: readers differ.
  if (typeof wanted === 'string' && wanted.includes('\uFFFD')) return true;
  const isNothing = (value: unknown): boolean => value === null || value === '';
  if (isNothing(wanted) || isNothing(found) || found === undefined) {
    return (wanted ?? '') === (found ?? '');
  }
  if (typeof wanted === 'object' && wanted !== null) {
    const groups = Object(found) as Record<string, unknown>;
    return Object.entries(wanted).every(([key, value]) => sameValue(value, groups[key]));
  }
  if (typeof wanted === 'number' || typeof found === 'number') {
    const number = Number(plain(wanted));
    return Math.abs(number - Number(plain(found))) <= 1e-6 * Math.max(1, Math.abs(number));
  }
  const [one, other] = [plain(wanted), plain(found)];
  return one === other || one.replaceAll(' ', '') === other.replaceAll(' ', '');
}

/** What dcm2json keeps or drops that other readers do not: padding, and delimiters at the end of names. */
function plain(value: unknown): string {
  return String(value)
    .replace(/[\0\s]+$/, '')
    .replace(/\^+$/, '')
    .trim();
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8')) as unknown;
}
