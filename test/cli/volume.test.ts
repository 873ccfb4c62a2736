import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dicom, imagePixel, sequence } from '../support/build-dicom.ts';
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

interface Nrrd {
  readonly header: string;
  readonly values: number[];
}

function nrrd(file: Buffer): Nrrd {
  const end = file.indexOf('\n\n') + 2;
  const header = file.subarray(0, end).toString();
  const body = header.includes('encoding: gzip')
    ? gunzipSync(file.subarray(end))
    : file.subarray(end);
  const values = Array.from({ length: body.length / 2 }, (_, k) => body.readInt16LE(2 * k));
  return { header, values };
}

describe('volume', () => {
  it('writes the slices in order of their positions, with their place', async () => {
    const { code, out, err } = await cli([
      'volume',
      zipOf('a.zip', axial(4)),
      '-o',
      files.path('a.nrrd'),
    ]);
    expect(err).toBe('');
    expect(code).toBe(0);
    const file = readFileSync(files.path('a.nrrd'));
    expect(out).toBe(
      `${files.path('a.nrrd')}\t${file.length} bytes\t3 x 2 x 4 int16, 0.25 x 0.5 x 1 mm\n`,
    );
    const { header, values } = nrrd(file);
    expect(header).toContain('\nsizes: 3 2 4\nspace directions: (0.25,0,0) (0,0.5,0) (0,0,1)\n');
    expect(values).toEqual([0, 1, 2, 3].flatMap((z) => Array<number>(6).fill(z)));
  });

  it('takes a folder, and a file of many frames', async () => {
    for (let z = 0; z < 3; z++) files.put(`IM${z}.dcm`, slice({ z }));
    const other = scratch();
    try {
      const { code } = await cli(['volume', files.folder, '-o', other.path('a.npy')]);
      expect(code).toBe(0);
      expect(readFileSync(other.path('a.npy')).toString('latin1')).toContain("'shape': (3, 2, 3)");
    } finally {
      other.remove();
    }
    const path = files.put('enhanced.dcm', enhanced(3));
    const { code, err } = await cli(['volume', path, '-o', files.path('e.nrrd')]);
    expect(err).toBe('');
    expect(code).toBe(0);
    const { header, values } = nrrd(readFileSync(files.path('e.nrrd')));
    expect(header).toContain('\nsizes: 3 2 3\nspace directions: (0.25,0,0) (0,0.5,0) (0,0,4)\n');
    expect(values).toEqual(Array.from({ length: 18 }, (_, k) => k));
  });

  it('writes modality values, and stored ones where they are asked for', async () => {
    const zip = zipOf('a.zip', axial(3, { slope: '1', intercept: '-1024' }));
    await cli(['volume', zip, '-o', files.path('a.nrrd'), '--gzip']);
    const hounsfield = nrrd(readFileSync(files.path('a.nrrd')));
    expect(hounsfield.header).toContain('\nencoding: gzip\n');
    expect(hounsfield.values.slice(0, 7)).toEqual([...Array<number>(6).fill(-1024), -1023]);
    const { err } = await cli(['volume', zip, '-o', files.path('b.nrrd'), '--stored']);
    expect(err).toContain('note: stored values: modality values are stored * 1 - 1024\n');
    const stored = nrrd(readFileSync(files.path('b.nrrd')));
    expect(stored.header).toContain('\nmodality_slope:=1\nmodality_intercept:=-1024\n');
    expect(stored.values.slice(0, 7)).toEqual([0, 0, 0, 0, 0, 0, 1]);
    await cli(['volume', zip, '-o', files.path('c.nii.gz')]);
    const nifti = gunzipSync(readFileSync(files.path('c.nii.gz')));
    expect([nifti.readFloatLE(112), nifti.readFloatLE(116)]).toEqual([1, -1024]);
    expect(nifti.readInt16LE(352 + 12)).toBe(1);
  });

  it('goes to standard output, byte for byte the file', async () => {
    const zip = zipOf('a.zip', axial(3));
    await cli(['volume', zip, '-o', files.path('a.npy')]);
    const { code, bytes } = await cli(['volume', zip, '-o', '-', '--format', 'npy']);
    expect(code).toBe(0);
    expect(bytes.equals(readFileSync(files.path('a.npy')))).toBe(true);
  });

  it('says all of it as JSON', async () => {
    const path = files.path('a.nii');
    const { out } = await cli(['volume', zipOf('a.zip', axial(3)), '-o', path, '--json']);
    expect(JSON.parse(out)).toEqual({
      ...{ series: '2.25.8', number: null, part: null, path, format: 'nifti', gzip: false },
      ...{ bytes: 352 + 36, size: [3, 2, 3], spacing: [0.25, 0.5, 1] },
      affine: [0.25, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
      samples: 'Int16Array',
      rescale: { slope: 1, intercept: 0 },
      ...{ made: [], regular: true, warnings: [], reasons: [], failures: [] },
    });
  });

  it('shows progress on a terminal', async () => {
    const args = ['volume', zipOf('a.zip', axial(3)), '-o', files.path('a.npy')];
    expect((await cli(args, { terminal: true })).err).toMatch(/\d of 3/);
  });
});

describe('a series that is no regular grid', () => {
  const gap = [0, 1, 2, 4, 5].map((z) => ({ z }));

  it('K17: is refused: the gap is named, and what can be done; no file is left', async () => {
    const path = files.path('a.nrrd');
    const { code, err, out } = await cli(['volume', zipOf('a.zip', gap), '-o', path]);
    expect(code).toBe(1);
    expect(out).toBe('');
    // The archive has them the other way round: z of 2 is IM2, z of 4 is IM1.
    expect(err).toMatch(/MISSING_SLICES.*2\.000 mm.*IM2.*IM1/);
    // The last line tells all that has to be known.
    const last = err.trimEnd().split('\n').pop();
    expect(last).toMatch(/NOT_A_VOLUME.*stack of 3 x 2 x 5.*2\.000 mm.*--fill-gaps.*--as-is takes/);
    expect(readdirSync(files.folder)).toEqual(['a.zip']);
  });

  it('K17: is filled, as it is asked for, and which slices were made is said', async () => {
    const zip = zipOf('a.zip', gap);
    const path = files.path('a.nrrd');
    const linear = await cli(['volume', '--fill-gaps', zip, '-o', path]);
    expect(linear.code).toBe(0);
    expect(linear.err).toMatch(/slice 3 of the volume.*in no file/);
    expect(nrrd(readFileSync(path)).values[18]).toBe(3);
    const { out } = await cli(['volume', zip, '--fill-gaps', '-1000', '-o', path, '--json']);
    expect(JSON.parse(out)).toMatchObject({ made: [3], size: [3, 2, 6] });
    expect(nrrd(readFileSync(path)).values[18]).toBe(-1000);
  });

  it('K17: distances are numbers as others are, and no names of inputs', async () => {
    const zip = zipOf('a.zip', axial(3));
    const path = files.path('a.nrrd');
    for (const distance of ['5e-1', '.5']) {
      const { code, out } = await cli(['volume', zip, '--resample', distance, '-o', path]);
      expect([code, out.includes('3 x 2 x 5 ')]).toEqual([0, true]);
    }
    const day = await cli(['volume', '--resample', '2024-01-31', '-o', path]);
    expect(day.err).toMatch(/^framedex: IO: .*2024-01-31: cannot open/);
  });

  it('K17: comes as it is, which is said', async () => {
    const path = files.path('a.nrrd');
    const { code, err } = await cli(['volume', zipOf('a.zip', gap), '-o', path, '--as-is']);
    expect(code).toBe(0);
    expect(err).toContain('as if it were regular');
    expect(nrrd(readFileSync(path)).header).toContain('\nsizes: 3 2 5\n');
  });

  it('K17: a tilted gantry is written sheared, which is said, or straightened', async () => {
    const tilted = Array.from({ length: 4 }, (_, z) => ({ z, position: `0\\${z}\\${z}` }));
    const zip = zipOf('a.zip', tilted);
    const path = files.path('a.nrrd');
    const sheared = await cli(['volume', zip, '-o', path]);
    expect(sheared.code).toBe(0);
    expect(sheared.err).toMatch(/sheared by 45\.0 degrees.*space directions.*--resample/);
    expect(nrrd(readFileSync(path)).header).toContain('(0,1,1)');
    const straight = await cli(['volume', zip, '--resample', '-o', path]);
    expect(straight.code).toBe(0);
    expect(straight.err).not.toContain('sheared by');
    expect(nrrd(readFileSync(path)).header).toContain('(0.25,0,0) (0,0.5,0) (0,0,1)');
  });
});

describe('which series', () => {
  const thick = (z: number): SliceParts => ({
    ...{ z: 5 * z, series: '2.25.9' },
    more: [[0x00200011, 'IS', '2']],
  });
  const thin = (z: number): SliceParts => ({ z, more: [[0x00200011, 'IS', '1']] });
  const two = [...[0, 1, 2, 3].map(thin), ...[0, 1, 2].map(thick)];

  it('the best is taken, which is said with the reason', async () => {
    const path = files.path('a.nrrd');
    const { code, err } = await cli(['volume', zipOf('a.zip', two), '-o', path]);
    expect(code).toBe(0);
    expect(err).toMatch(
      /series 1, CT Thorax 2\.25\.8 is the best of 2 series \(.*4 slices.*\); --series/,
    );
    expect(nrrd(readFileSync(path)).header).toContain('\nsizes: 3 2 4\n');
  });

  it.each(['2', '2.25.9'])('the one that is named: %s', async (name) => {
    const path = files.path('a.nrrd');
    const { code, err } = await cli(['volume', zipOf('a.zip', two), '--series', name, '-o', path]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(nrrd(readFileSync(path)).header).toContain('\nsizes: 3 2 3\n');
  });

  it('one that is not there is a wrong command line, and so is a number of two', async () => {
    const zip = zipOf('a.zip', two);
    const none = await cli(['volume', zip, '--series', '3', '-o', files.path('a.nrrd')]);
    expect(none.code).toBe(2);
    expect(none.err).toMatch(/no series 3.*1, 2/);
    const same = zipOf(
      'b.zip',
      two.map((parts) => ({ ...parts, more: [[0x00200011, 'IS', '1']] })),
    );
    const both = await cli(['volume', same, '--series', '1', '-o', files.path('a.nrrd')]);
    expect(both.code).toBe(2);
    expect(both.err).toMatch(/2 series have the number 1.*2\.25\.[89]/);
    const part = await cli([
      'volume',
      zip,
      '--series',
      '1',
      '--part',
      '1',
      '-o',
      files.path('a.npy'),
    ]);
    expect(part.code).toBe(2);
    expect(part.err).toContain('in one piece');
  });

  it('K17: of several echoes none is guessed: the parts are listed with their numbers', async () => {
    const echoes = ['4.92', '9.84'].flatMap((echo, k) =>
      [0, 1, 2].map((z): SliceParts => ({
        // Which makes UIDs, too.
        z: 100 * k + z,
        position: `0\\0\\${z}`,
        more: [
          [0x00080008, 'CS', 'ORIGINAL\\PRIMARY\\M'],
          [0x00180081, 'DS', echo],
        ],
        pixels: [0x7fe00010, 'OW', Array<number>(6).fill(Number(echo) > 5 ? 9 : 4)],
      })),
    );
    const zip = zipOf('a.zip', echoes);
    const path = files.path('a.nrrd');
    const { code, err } = await cli(['volume', zip, '-o', path]);
    expect(code).toBe(1);
    expect(err).toMatch(/part 0 \(.*4\.92.*\n.*part 1 \(.*9\.84/);
    expect(err).toMatch(/NOT_A_VOLUME.*--part N/);
    expect(existsSync(path)).toBe(false);
    const { out } = await cli(['volume', zip, '--part', '1', '-o', path, '--json']);
    expect(JSON.parse(out)).toMatchObject({ part: 1, size: [3, 2, 3] });
    expect(nrrd(readFileSync(path)).values).toEqual(Array<number>(18).fill(9));
  });

  it('an input without one is a failure', async () => {
    files.put('x.txt', 'no image');
    const { code, err, out } = await cli([
      'volume',
      files.folder,
      '-o',
      files.path('a.npy'),
      '--json',
    ]);
    expect(code).toBe(1);
    expect(err).toContain('NOT_DICOM');
    expect(JSON.parse(out)).toMatchObject({ failures: [{ code: 'NOT_DICOM' }] });
  });
});

describe('nothing is written over, and nothing by half', () => {
  it('an input is never written over', async () => {
    const path = files.put('in.npy', slice({}));
    const { code, err } = await cli(['volume', path, '-o', path]);
    expect(code).toBe(2);
    expect(err).toContain('is what is read');
    files.put('b.npy', slice({ z: 1 }));
    const member = await cli(['volume', files.folder, '-o', files.path('b.npy')]);
    expect(member.code).toBe(2);
  });

  it('a slice that is damaged leaves no file, nor half of one', async () => {
    const members = [0, 1, 2].map((z) => ({
      name: `IM${z}`,
      data: slice({ z }),
      ...(z === 1 && { method: 0, claims: { crc32: 1 } }),
    }));
    const zip = files.put('a.zip', buildZip(members));
    const { code, err } = await cli(['volume', zip, '-o', files.path('a.nrrd'), '--verify']);
    expect(code).toBe(1);
    expect(err).toMatch(/ZIP_CRC.*IM1/);
    expect(readdirSync(files.folder)).toEqual(['a.zip']);
  });

  it('nor does an interruption', async () => {
    const zip = zipOf('a.zip', axial(3));
    const signal = AbortSignal.abort(new Error('interrupted'));
    const { code } = await cli(['volume', zip, '-o', files.path('a.nrrd')], { signal });
    expect(code).toBe(130);
    expect(readdirSync(files.folder)).toEqual(['a.zip']);
  });
});

describe('a wrong command line', () => {
  const cases: readonly (readonly [what: string, args: readonly string[], message: string])[] = [
    ['no -o', [], '-o is missing'],
    ['a name that says nothing', ['-o', 'a.raw'], '.nrrd, .npy, .nii, .nii.gz'],
    ['standard output without a format', ['-o', '-'], '--format'],
    ['a format that there is not', ['-o', '-', '--format', 'mha'], 'nrrd, npy or nifti'],
    ['another format than that of the name', ['-o', 'a.nii', '--format', 'npy'], '--format npy'],
    ['compressed npy', ['-o', 'a.npy', '--gzip'], 'npy is not compressed'],
    ['compressed NIfTI without .gz', ['-o', 'a.nii', '--gzip'], '.nii.gz'],
    ['a document beside a volume', ['-o', '-', '--format', 'npy', '--json'], '--json'],
    ['--as-is and --fill-gaps', ['-o', 'a.npy', '--as-is', '--fill-gaps'], '--as-is'],
    ['--fill without --resample', ['-o', 'a.npy', '--fill', '0'], '--resample'],
    ['no distance', ['-o', 'a.npy', '--resample', '0'], 'millimetres'],
    ['gaps filled with a word', ['-o', 'a.npy', '--fill-gaps=cubic'], 'linear or a stored value'],
    ['a negative distance', ['-o', 'a.npy', '--resample', '-3'], 'millimetres, not "-3"'],
    ['no part', ['-o', 'a.npy', '--part', 'x'], '--part'],
    ['a folder that is not there', ['-o', '/nowhere/a.npy'], 'no folder'],
  ];

  it.each(cases)('%s', async (_, args, message) => {
    const { code, err } = await cli(['volume', files.put('a.dcm', slice({})), ...args]);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

/** An enhanced image: frames 4 mm apart by their functional groups, from above; values count from the lowest on. */
function enhanced(frames: number): Uint8Array {
  return dicom({
    elements: [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2.1'],
      [0x00080018, 'UI', '2.25.77'],
      [0x00080060, 'CS', 'CT'],
      [0x0020000d, 'UI', '2.25.7'],
      [0x0020000e, 'UI', '2.25.8'],
      ...imagePixel({ rows: 2, columns: 3, numberOfFrames: frames, pixelRepresentation: 1 }),
      sequence(0x52009229, [
        [
          sequence(0x00209116, [[[0x00200037, 'DS', '1\\0\\0\\0\\1\\0']]]),
          sequence(0x00289110, [[[0x00280030, 'DS', '0.5\\0.25']]]),
        ],
      ]),
      sequence(
        0x52009230,
        Array.from({ length: frames }, (_, k) => [
          sequence(0x00209113, [[[0x00200032, 'DS', `0\\0\\${4 * (frames - 1 - k)}`]]]),
        ]),
      ),
      [
        0x7fe00010,
        'OW',
        Array.from(
          { length: 6 * frames },
          (_, k) => 6 * (frames - 1 - Math.floor(k / 6)) + (k % 6),
        ),
      ],
    ],
  }).bytes;
}
