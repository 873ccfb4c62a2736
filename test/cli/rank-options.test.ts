import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dicom } from '../support/build-dicom.ts';
import type { DicomParts } from '../support/build-dicom.ts';
import { buildZip } from '../support/build-zip.ts';
import { sliceParts } from '../support/slices.ts';
import { cli, scratch } from './run-cli.ts';
import type { Scratch } from './run-cli.ts';

let files: Scratch;
/** 1: 6 slices of CT, 5 mm apart. 2: 4 of CT, 1 mm. 3: 8 of MR, sagittal, derived. 4: a scout of 3 slices. */
let study: string;

interface Made {
  readonly places: readonly number[];
  readonly modality?: string;
  readonly description?: string;
  readonly imageType?: string;
  readonly sagittal?: boolean;
  readonly firstInstance?: number;
}

/** Slices of a series, by its number. */
function slicesOf(number: number, made: Made): { name: string; data: Uint8Array }[] {
  const { places, modality = 'CT', description = 'Thorax', sagittal = false } = made;
  const { firstInstance = 0 } = made;
  return places.map((z, k) => {
    const parts = sliceParts({
      z,
      position: sagittal ? `${z}\\0\\0` : `0\\0\\${z}`,
      orientation: sagittal ? '0\\1\\0\\0\\0\\-1' : '1\\0\\0\\0\\1\\0',
      series: `2.25.${number}00`,
      instanceNumber: k + 1,
      more: [
        [0x00080008, 'CS', made.imageType ?? 'ORIGINAL\\PRIMARY\\AXIAL'],
        [0x00200011, 'IS', String(number)],
      ],
    });
    const own = new Map([
      [0x00080018, `2.25.${number}${String(firstInstance + k).padStart(3, '0')}`],
      [0x00080060, modality],
      [0x0008103e, description],
    ]);
    const elements: DicomParts['elements'] = (parts.elements ?? []).map((one) => {
      const value = 'encode' in one ? undefined : own.get(one[0]);
      return 'encode' in one || value === undefined ? one : [one[0], one[1], value];
    });
    return { name: `S${number}/IM${firstInstance + k}`, data: dicom({ ...parts, elements }).bytes };
  });
}

const evenly = (count: number, step: number): number[] =>
  Array.from({ length: count }, (_, k) => k * step);

const THICK: Made = { places: evenly(6, 5) };
const THIN: Made = { places: evenly(4, 1), description: 'Lung thin' };
const HEAD: Made = {
  ...{ places: evenly(8, 2), modality: 'MR', description: 'Head' },
  ...{ imageType: 'DERIVED\\PRIMARY', sagittal: true },
};
const SCOUT: Made = {
  places: evenly(3, 10),
  description: 'Scout',
  imageType: 'ORIGINAL\\PRIMARY\\LOCALIZER',
};

function zipOf(name: string, ...all: readonly Made[]): string {
  return files.put(name, buildZip(all.flatMap((made, k) => slicesOf(k + 1, made))));
}

beforeAll(() => {
  files = scratch();
  study = zipOf('study.zip', THICK, THIN, HEAD, SCOUT);
});

afterAll(() => {
  files.remove();
});

/** Number of the series that `volume` takes. */
async function taken(input: string, ...criteria: string[]): Promise<number> {
  const args = ['volume', input, '-o', files.path('taken.nrrd'), '--json', ...criteria];
  const { code, out, err } = await cli(args);
  expect([code, err.includes('NOT_A_VOLUME')]).toEqual([0, false]);
  return (JSON.parse(out) as { readonly number: number }).number;
}

/** Numbers of the series that meet them, by `ls --rank`. */
async function eligible(...criteria: string[]): Promise<number[]> {
  const { code, out } = await cli(['ls', study, '--rank', '--json', ...criteria]);
  expect(code).toBe(0);
  const { inputs } = JSON.parse(out) as {
    readonly inputs: readonly {
      readonly ranked: readonly { readonly number: number; readonly eligible: boolean }[];
    }[];
  };
  return (inputs[0]?.ranked ?? []).filter((one) => one.eligible).map(({ number }) => number);
}

/** With what is asked for, those that meet it, the best first. */
const CASES: readonly (readonly [criteria: readonly string[], numbers: readonly number[]])[] = [
  [[], [3, 1, 2]],
  [
    ['--modality', 'ct'],
    [1, 2],
  ],
  [['--modality', 'MR, PT'], [3]],
  [
    ['--min-slices', '5'],
    [3, 1],
  ],
  [['--max-spacing', '1.5'], [2]],
  [
    ['--orientation', 'axial'],
    [1, 2],
  ],
  [['--original'], [1, 2]],
  [['--description', 'LUNG'], [2]],
  [['--description', 'scout', '--accept', 'reformat', '--accept', 'localizer'], [4]],
];

describe('criteria of the best series', () => {
  it.each(CASES)('K17: %j is met by series %j', async (criteria, numbers) => {
    expect(await eligible(...criteria)).toEqual(numbers);
    expect(await taken(study, ...criteria)).toBe(numbers[0]);
  });

  it('planes takes the series that meets them', async () => {
    const out = files.path('planes');
    const args = ['planes', study, '-o', out, '--plane', 'axial', '--max-spacing', '1', '--json'];
    const { code, out: printed } = await cli(args);
    expect([code, JSON.parse(printed)]).toMatchObject([0, { number: 2 }]);
  });

  it('names the best three, and what is against them, where none meets them', async () => {
    const path = files.path('none.nrrd');
    const asked = ['--modality', 'CT', '--min-slices', '7'];
    for (const verb of [
      ['volume', study, '-o', path],
      ['planes', study, '-o', files.path('none')],
    ]) {
      const { code, out, err } = await cli([...verb, ...asked]);
      expect([code, out]).toEqual([1, '']);
      expect(err).toMatch(/NOT_A_VOLUME.*no series meets the criteria/);
      expect(err).toContain('MR Head 2.25.300 (not CT, as is asked for)');
      expect(err).toContain('CT Thorax 2.25.100 (6 slices; 7 at least are asked for)');
      expect(err).toContain('CT Lung thin 2.25.200 (4 slices; 7 at least are asked for)');
      expect(err).not.toContain('2.25.400');
    }
    expect(existsSync(path)).toBe(false);
    expect(existsSync(files.path('none'))).toBe(false);
  });

  it('holds the only series against them, too', async () => {
    const one = zipOf('one.zip', THICK);
    const { code, err } = await cli(['volume', one, '-o', files.path('x.npy'), '--modality', 'MR']);
    expect(code).toBe(1);
    expect(err).toMatch(/NOT_A_VOLUME.*CT Thorax 2\.25\.100 \(not MR, as is asked for\)/);
  });

  it('does not take a scout for want of others', async () => {
    const scouts = zipOf('scouts.zip', SCOUT);
    expect(await taken(scouts)).toBe(1);
    const { code, err } = await cli([
      ...['volume', scouts, '-o', files.path('x.npy'), '--modality', 'CT'],
    ]);
    expect(code).toBe(1);
    expect(err).toMatch(/NOT_A_VOLUME.*localizer .*chosen only where asked for/);
  });

  it('leaves a stack that meets them to what is said of gaps', async () => {
    const gapped = zipOf('gapped.zip', { places: [0, 1, 2, 4, 5] }, HEAD);
    const volume = ['volume', gapped, '-o', files.path('gapped.nrrd'), '--modality', 'CT'];
    const refused = await cli(volume);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/NOT_A_VOLUME: CT Thorax 2\.25\.100.*--fill-gaps/);
    expect(await taken(gapped, '--modality', 'CT', '--fill-gaps')).toBe(1);
  });

  it('takes the one part that meets them', async () => {
    // Of one series, and instances of their own.
    const across = { ...HEAD, imageType: 'ORIGINAL\\PRIMARY', firstInstance: 500 };
    const entries = [...slicesOf(1, THICK), ...slicesOf(1, across)];
    const path = files.put('parts.zip', buildZip(entries));
    const volume = ['volume', path, '-o', files.path('parts.nrrd'), '--json'];
    const { code, out, err } = await cli([...volume, '--orientation', 'axial']);
    expect([code, JSON.parse(out)]).toMatchObject([0, { size: [3, 2, 6] }]);
    expect(err).toContain('is the only one of them that meets the criteria');
    const { part } = JSON.parse(out) as { readonly part: number };
    const named = await cli([...volume, '--orientation', 'axial', '--part', String(1 - part)]);
    expect(named.code).toBe(1);
    expect(named.err).toMatch(/NOT_A_VOLUME.*sagittal; axial is asked for/);
    expect((await cli([...volume, '--orientation', 'axial', '--part', '7'])).code).toBe(2);
  });

  it.each([
    ['--min-slices', '0'],
    ['--min-slices', 'many'],
    ['--max-spacing', '-1'],
    ['--max-spacing', 'Infinity'],
    ['--orientation', 'oblique'],
    ['--modality', 'CT,'],
    ['--description', ' '],
    ['--accept', 'volume'],
  ])('refuses %s %j, and shows it', async (option, value) => {
    for (const verb of [
      ['ls', study, '--rank'],
      ['volume', study, '-o', files.path('x.npy')],
      ['planes', study, '-o', files.path('x')],
    ]) {
      const { code, err } = await cli([...verb, option, value]);
      expect([code, err.includes(`${option} is`)]).toEqual([2, true]);
      expect(err).toContain(`not ${JSON.stringify(value)}`);
    }
  });

  it('are for the best: for no list that has none, and no series that is named', async () => {
    for (const more of [[], ['--members'], ['--instances']]) {
      const { code, err } = await cli(['ls', study, ...more, '--original']);
      expect([code, err.includes('--original is for --rank')]).toEqual([2, true]);
    }
    for (const verb of [
      ['volume', study, '-o', files.path('x.npy')],
      ['planes', study, '-o', files.path('x')],
    ]) {
      const { code, err } = await cli([...verb, '--series', '1', '--modality', 'CT']);
      expect(code).toBe(2);
      expect(err).toContain('--series names the series; criteria choose one');
    }
  });

  it.each(['ls', 'volume', 'planes'])('%s --help lists them', async (verb) => {
    const { out } = await cli([verb, '--help']);
    for (const option of ['modality CT[,MR]', 'min-slices N', 'max-spacing MM', 'original']) {
      expect(out).toContain(`\n  --${option}`);
    }
    expect(out.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });
});
