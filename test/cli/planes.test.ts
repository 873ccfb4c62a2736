import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dicom } from '../support/build-dicom.ts';
import { buildZip } from '../support/build-zip.ts';
import { sliceParts } from '../support/slices.ts';
import type { SliceParts } from '../support/slices.ts';
import { decodePng } from '../display/decode-png.ts';
import { SAMPLE, cli, scratch } from './run-cli.ts';
import type { Result, Scratch } from './run-cli.ts';

let files: Scratch;
let folders = 0;
/** A fresh folder for each test, which is not there yet. */
let out: string;

beforeAll(() => {
  files = scratch();
});

beforeEach(() => {
  out = files.path(`planes${folders++}`);
});

afterAll(() => {
  files.remove();
});

/** An archive of slices of 3 columns and 2 rows, pixels of 0.25 x 0.5 mm, cells of `z`. */
function zipOf(slices: readonly SliceParts[]): string {
  const entries = slices.map((parts, k) => ({
    name: `IM${k}`,
    data: dicom(sliceParts({ instanceNumber: k + 1, ...parts })).bytes,
  }));
  return files.put(`series${folders}.zip`, buildZip(entries));
}

const REGULAR: readonly SliceParts[] = [0, 1, 2, 3].map((z) => ({ z }));
/** One slice is missing between the third and the fourth. */
const GAP: readonly SliceParts[] = [0, 1, 2, 4, 5].map((z) => ({ z }));
/** Slices are shifted to the back by 0.5 mm a step of 1 mm. */
const TILTED: readonly SliceParts[] = [0, 1, 2, 3].map((z) => ({
  z,
  position: `0\\${z / 2}\\${z}`,
}));

const planes = (...args: string[]): Promise<Result> => cli(['planes', ...args]);

function picture(name: string): { width: number; height: number; greys: number[] } {
  const { width, height, data } = decodePng(readFileSync(`${out}/${name}`));
  return { width, height, greys: [...data] };
}

const numbered = (plane: string, count: number): string[] =>
  Array.from({ length: count }, (_, k) => `${plane}-000${k}.png`);

describe('planes', () => {
  it('writes all three, in square pixels, named by plane and number', async () => {
    const { code, out: printed, err } = await planes(zipOf(REGULAR), '-o', out);
    expect(err).toBe(
      [
        'framedex: note: shown by window 1.5,3, by the values of some slices, without the rarest',
        'framedex: note: axial planes of 3 x 2 pixels of 0.25 x 0.5 mm, drawn 3 x 4',
        'framedex: note: coronal planes of 3 x 4 pixels of 0.25 x 1 mm, drawn 3 x 16',
        'framedex: note: sagittal planes of 2 x 4 pixels of 0.5 x 1 mm, drawn 2 x 8',
        '',
      ].join('\n'),
    );
    expect(code).toBe(0);
    expect(printed).toBe(
      [
        `${out}/axial-0000.png to axial-0003.png\t3x4\t4 axial`,
        `${out}/coronal-0000.png to coronal-0001.png\t3x16\t2 coronal`,
        `${out}/sagittal-0000.png to sagittal-0002.png\t2x8\t3 sagittal`,
        '',
      ].join('\n'),
    );
    expect(readdirSync(out)).toEqual([
      ...numbered('axial', 4),
      ...numbered('coronal', 2),
      ...numbered('sagittal', 3),
    ]);
    expect(picture('coronal-0001.png')).toMatchObject({ width: 3, height: 16 });
  });

  it('shows the head up, and all planes by one window', async () => {
    await planes(zipOf(REGULAR), '-o', out);
    const greys = [0, 1, 2, 3].map((k) => new Set(picture(`axial-000${k}.png`).greys));
    // Cells are 0 at the feet, 3 at the head.
    expect(greys).toEqual([new Set([0]), new Set([85]), new Set([170]), new Set([255])]);
    for (const name of ['coronal-0000.png', 'sagittal-0002.png']) {
      const { greys: all } = picture(name);
      expect([all[0], all[all.length - 1]]).toEqual([255, 0]);
    }
  });

  it('takes planes, a range, every so many, a window, a size and a depth', async () => {
    const zip = zipOf(REGULAR);
    const { err } = await planes(
      ...[zip, '-o', out, '--plane', 'coronal', '--plane', 'axial', '--range', '1-3'],
      ...['--every', '2', '--window', '2,4', '--invert', '--bits', '16', '--size', '2'],
    );
    expect(readdirSync(out)).toEqual(['axial-0001.png', 'axial-0003.png', 'coronal-0001.png']);
    expect(err).not.toContain('shown by window');
    const { bitDepth, data, width, height } = decodePng(readFileSync(`${out}/axial-0003.png`));
    expect([width, height, bitDepth]).toEqual([2, 2, 16]);
    // PS3.3 C.11.2.1.2.1: ((3 - 1.5) / 3 + 0.5) of white, inverted.
    expect(new Set(data)).toEqual(new Set([0]));
  });

  it('gives one document with --json', async () => {
    const zip = zipOf(REGULAR);
    const { code, out: printed } = await planes(zip, '-o', out, '--plane', 'coronal', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(printed)).toMatchObject({
      series: '2.25.8',
      number: null,
      part: null,
      planes: [
        {
          ...{ plane: 'coronal', count: 2, width: 3, height: 16, rows: 4, columns: 3 },
          ...{ spacing: [1, 0.25], first: 'coronal-0000.png', last: 'coronal-0001.png' },
        },
      ],
      window: { center: 1.5, width: 3, function: 'LINEAR_EXACT', from: 'percentile' },
      warnings: [],
      reasons: [],
      failures: [],
    });
  });

  it('writes nothing over pictures of such planes, unless it is told to', async () => {
    const zip = zipOf(REGULAR);
    mkdirSync(out);
    writeFileSync(`${out}/axial-0009.png`, 'old');
    writeFileSync(`${out}/notes.txt`, 'mine');
    const { code, err } = await planes(zip, '-o', out);
    expect(code).toBe(2);
    expect(err).toContain('axial-0009.png is there already: --overwrite replaces such');
    expect(readdirSync(out)).toHaveLength(2);
    // Others are no part of it.
    expect((await planes(zip, '-o', out, '--plane', 'coronal')).code).toBe(0);
    const again = await planes(zip, '-o', out, '--overwrite', '--plane', 'axial');
    expect(again.code).toBe(0);
    expect(again.err).toContain('1 other picture of axial planes');
    expect(readFileSync(`${out}/axial-0009.png`, 'utf8')).toBe('old');
    expect(readFileSync(`${out}/notes.txt`, 'utf8')).toBe('mine');
  });

  it('never writes over what it reads', async () => {
    mkdirSync(out);
    for (const [k, parts] of REGULAR.entries()) {
      writeFileSync(`${out}/axial-000${k}.png`, dicom(sliceParts(parts)).bytes);
    }
    const before = readFileSync(`${out}/axial-0000.png`);
    const { code, err } = await planes(out, '-o', out, '--overwrite');
    expect(code).toBe(2);
    expect(err).toContain('axial-0000.png is what is read');
    expect(readFileSync(`${out}/axial-0000.png`)).toEqual(before);
  });

  it('K17 refuses planes across a gap before it writes any, and takes what is to be done', async () => {
    const zip = zipOf(GAP);
    const { code, err } = await planes(zip, '-o', out);
    expect(code).toBe(1);
    expect(err).toContain('NOT_A_VOLUME');
    expect(err).toMatch(/IM2.*IM3/);
    expect(err).toContain('--fill-gaps');
    expect(readdirSync(files.folder)).not.toContain(out.slice(files.folder.length + 1));
    // Slices are as they are, however far apart.
    expect((await planes(zip, '-o', out, '--plane', 'axial')).code).toBe(0);
    expect(readdirSync(out)).toEqual(numbered('axial', 5));
    const filled = ['--fill-gaps', '--plane', 'sagittal', '--json'];
    const { out: printed } = await planes(zip, '-o', out, ...filled);
    expect(JSON.parse(printed)).toMatchObject({ planes: [{ count: 3, rows: 6, columns: 2 }] });
    const asIs = await planes(zip, '-o', out, '--as-is', '--plane', 'coronal', '--json');
    expect(JSON.parse(asIs.out)).toMatchObject({ planes: [{ count: 2, rows: 5 }] });
  });

  it('K17 says what was done about a gap, and which planes are in no file', async () => {
    const zip = zipOf(GAP);
    const filled = await planes(zip, '-o', out, '--fill-gaps', '--json');
    expect(filled.err).toContain('note: made regular: stack of 3 x 2 x 5');
    expect(filled.err).toContain('note: slice 3 of the volume, counted from 0, is in no file');
    expect(filled.err).toContain('note: axial plane 3 is a slice in no file');
    expect(JSON.parse(filled.out)).toMatchObject({
      made: [3],
      planes: [
        { plane: 'axial', made: [3] },
        { plane: 'coronal', made: [] },
        { plane: 'sagittal', made: [] },
      ],
    });
    const slices = await planes(zip, '-o', out, '--plane', 'axial', '--overwrite', '--json');
    expect(slices.err).toContain('note: not regular: stack');
    expect(JSON.parse(slices.out)).toMatchObject({ made: [] });
  });

  it('K17 says what is not as in a regular volume of one that is regular', async () => {
    const copies = [...REGULAR, { z: 1, instanceNumber: 2 }];
    const { code, err } = await planes(zipOf(copies), '-o', out, '--plane', 'axial');
    expect(code).toBe(0);
    expect(err).toMatch(/note: .*cop/);
  });

  it('K17 says of which planes a range has none', async () => {
    const { code, err, out: printed } = await planes(zipOf(REGULAR), '-o', out, '--range', '3-');
    expect(code).toBe(0);
    expect(err).toContain('note: no coronal planes in that range: there are 2, counted from 0');
    expect(err).toContain('note: no sagittal planes in that range: there are 3, counted from 0');
    expect(printed).toBe(`${out}/axial-0003.png\t3x4\t1 axial\n`);
  });

  it('K17 says what was tolerated of a slice that is a plane', async () => {
    // Only the second slice has a window that is none (PS3.3 C.11.2.1.2: the width is 1 at least).
    const slices = REGULAR.map((parts, k) => ({
      ...parts,
      more:
        k === 1
          ? ([
              [0x00281050, 'DS', '1'],
              [0x00281051, 'DS', '0'],
            ] as const)
          : [],
    }));
    const { out: printed, err } = await planes(zipOf(slices), '-o', out, '--json');
    const { warnings } = JSON.parse(printed) as { warnings: { code: string }[] };
    expect(warnings.map(({ code }) => code)).toContain('WINDOW');
    expect(err).toContain('WINDOW');
  });

  it('K17 refuses a file in the place of the folder before it reads a slice', async () => {
    writeFileSync(out, 'a file');
    for (const place of [out, `${out}/planes`]) {
      const { code, err } = await planes(files.path('nowhere.zip'), '-o', place);
      expect(code).toBe(2);
      expect(err).toContain(`${out} is no folder to write to`);
    }
  });

  it('K17 refuses planes that a tilted gantry skews', async () => {
    const zip = zipOf(TILTED);
    const { code, err } = await planes(zip, '-o', out);
    expect(code).toBe(1);
    expect(err).toMatch(/NOT_A_VOLUME.*sagittal planes would be skewed.*26\.6 degrees/);
    expect(err).toContain('--plane axial and --plane coronal can be had without');
    const some = await planes(zip, '-o', out, '--plane', 'axial', '--plane', 'coronal');
    expect(some.code).toBe(0);
    expect((await planes(zip, '-o', out, '--plane', 'sagittal', '--resample')).code).toBe(0);
    expect(readdirSync(out)).toContain('sagittal-0000.png');
  });

  it('takes the best series of the input, and says which', async () => {
    const { code, err } = await planes(SAMPLE, '-o', out, '--plane', 'coronal', '--every', '60');
    expect(code).toBe(0);
    expect(err).toMatch(/note: .*Chest 5\.0/);
    expect(readdirSync(out)[0]).toBe('coronal-0000.png');
  });

  it.each([
    [['--plane', 'oblique'], /--plane is axial, coronal, sagittal or all/],
    [['--range', '5-2'], /--range is A-B/],
    [['--range', '2-5x'], /--range is A-B/],
    [['--every', '0'], /--every/],
    [['--quality', '80'], /--quality is of JPEG/],
    [['--bits', '16', '--format', 'jpeg'], /--bits 16 is for PNG/],
    [['--window', 'LUNG'], /no such window/],
    [['--memory', '0'], /--memory/],
    [['--range', '99-'], /beyond the last|no axial plane|99/],
  ])('refuses %j, and writes nothing', async (args, message) => {
    const { code, err } = await planes(zipOf(REGULAR), '-o', out, ...args);
    expect(err).toMatch(message);
    expect(code).toBe(2);
    expect(readdirSync(files.folder)).not.toContain(out.slice(files.folder.length + 1));
  });

  it('asks for a folder', async () => {
    expect((await planes(zipOf(REGULAR))).err).toContain('-o is missing');
    expect((await planes(zipOf(REGULAR), '-o', '-')).err).toContain('names a folder');
  });

  it('leaves whole files only when it is interrupted', async () => {
    const interrupt = new AbortController();
    const { code } = await cli(['planes', zipOf(REGULAR), '-o', out], {
      signal: interrupt.signal,
      onWrite: () => interrupt.abort(),
    });
    expect(code).toBe(130);
    // The first line is printed when all axial planes are written.
    expect(readdirSync(out)).toEqual(numbered('axial', 4));
  });
});
