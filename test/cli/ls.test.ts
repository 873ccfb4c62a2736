import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { members } from '../../fixtures/make-sample-study.mjs';
import { dicom, encapsulated } from '../support/build-dicom.ts';
import type { ElementLike } from '../support/build-dicom.ts';
import { buildZip } from '../support/build-zip.ts';
import { part } from '../support/concatenation-part.ts';
import { SAMPLE, cli, scratch, twoFrames } from './run-cli.ts';
import type { Scratch } from './run-cli.ts';

let files: Scratch;

beforeAll(() => {
  files = scratch();
});

afterAll(() => {
  files.remove();
});

interface Listed {
  readonly inputs: readonly {
    readonly name: string;
    readonly studies: readonly {
      readonly uid: string;
      readonly series: readonly Record<string, unknown>[];
    }[];
    readonly skipped: readonly { readonly name: string; readonly code: string }[];
  }[];
}

async function listed(...args: string[]): Promise<Listed> {
  return JSON.parse((await cli(['ls', ...args, '--json'])).out) as Listed;
}

describe('ls', () => {
  it('lists studies, series, counts, sizes and the plan of the sample', async () => {
    // The sample is described in fixtures/README.md: 24 slices of 192 x 192, 2 x 2 x 5 mm.
    const { inputs } = await listed(SAMPLE);
    expect(inputs).toHaveLength(1);
    const [study] = inputs[0]?.studies ?? [];
    expect(study).toMatchObject({
      date: '20240115',
      description: 'Synthetic chest',
      patient: { name: 'Sample^Study', id: 'SAMPLE' },
    });
    expect(study?.series).toMatchObject([
      { number: 1, modality: 'CT', description: 'Scout', instances: 1, frames: 1 },
      {
        ...{ number: 2, modality: 'CT', description: 'Chest 5.0', instances: 24, frames: 24 },
        plan: { verdict: 'volume', size: [192, 192, 24], spacing: [2, 2, 5], reasons: [] },
      },
      {
        ...{ number: 3, modality: 'SR', instances: 1, frames: 0 },
        plan: { verdict: 'none', reasons: [{ code: 'NO_PIXELS' }] },
      },
    ]);
    const slices = members().filter(({ name }) => name.startsWith('DICOM/SE0002/'));
    const bytes = slices.reduce((sum, slice) => sum + slice.bytes.length, 0);
    expect(study?.series[1]?.['bytes']).toBe(bytes);
    expect(study?.series[1]).not.toHaveProperty('files');
    expect(inputs[0]?.skipped).toMatchObject([{ name: 'README.txt', code: 'NOT_DICOM' }]);
  });

  it('says the same in words, without failing for a text among the images', async () => {
    const { code, out, err } = await cli([SAMPLE]);
    expect([code, err]).toEqual([0, '']);
    const lines = out.split('\n');
    expect(lines[1]).toMatch(
      /^ {2}Study {2}2024-01-15 {2}Synthetic chest {2}Sample\^Study \(SAMPLE\)/,
    );
    expect(lines[2]).toMatch(/^ {4}1 {2}CT {2}Scout .*no volume: one slice is no volume/);
    expect(lines[3]).toMatch(/24 instances {2}24 frames .*volume 192 x 192 x 24, 2 x 2 x 5 mm/);
    expect(lines[5]).toMatch(/^ {2}left out: README.txt: .*\(NOT_DICOM\)$/);
  });

  it('lists the instance where the input is one, and all of them on request', async () => {
    const path = files.put('two.dcm', twoFrames([[0x00080018, 'UI', '1.2.3']]).bytes);
    const { inputs } = await listed(path);
    expect(inputs[0]?.studies[0]?.series[0]?.['files']).toEqual([
      {
        name: 'two.dcm',
        sopInstanceUID: '1.2.3',
        frames: 2,
        bytes: twoFrames([[0x00080018, 'UI', '1.2.3']]).bytes.length,
      },
    ]);
    expect((await cli([path])).out).toMatch(/^ {8}two.dcm {2}2 frames/m);
    const all = await listed(SAMPLE, '--instances');
    expect(all.inputs[0]?.studies[0]?.series[1]?.['files']).toHaveLength(24);
    const member = await listed(`${SAMPLE}!/DICOM/SE0002/IM0001`);
    expect(member.inputs[0]?.studies[0]?.series[0]).toMatchObject({ bytes: 1212 + 192 * 192 * 2 });
  });

  it('takes several inputs and keeps them apart', async () => {
    const path = files.put('one.dcm', twoFrames().bytes);
    const { inputs } = await listed(path, SAMPLE);
    expect(inputs.map(({ name }) => name)).toEqual([path, SAMPLE]);
  });

  it('walks folders, and names on standard error what promised images', async () => {
    mkdirSync(files.path('study/deep'), { recursive: true });
    files.put('study/deep/a.dcm', twoFrames().bytes);
    files.put('study/broken.dcm', 'no image at all, though its name says so');
    files.put('study/empty', '');
    files.put('study/notes.txt', 'a note');
    const { code, out, err } = await cli([files.path('study')]);
    expect(code).toBe(1);
    expect(err).toContain('broken.dcm');
    expect(err).toContain('empty');
    expect(err).not.toContain('notes.txt');
    expect(out).toContain('left out: notes.txt');
  });

  it('takes IM2 beside an image IM1 for one that cannot be read', async () => {
    const noise = Buffer.alloc(600, 0xee);
    const zip = buildZip([
      { name: 'A/IM1', data: twoFrames().bytes },
      { name: 'A/IM2', data: noise },
      { name: 'A/README1', data: noise },
      { name: 'B/IM3', data: noise },
    ]);
    const path = files.put('noisy.zip', zip);
    for (const verb of ['ls', 'tags', 'frames']) {
      const { code, err } = await cli([verb, path]);
      expect(code).toBe(1);
      expect(err).toMatch(/^framedex: NOT_DICOM: [^\n]*noisy\.zip!\/A\/IM2: [^\n]*\n$/);
    }
  });

  it('names instances that are cut, of archives and alone', async () => {
    const { bytes } = twoFrames();
    const cut = bytes.subarray(0, bytes.length - 10);
    const zip = buildZip([
      { name: 'IM1', data: bytes },
      { name: 'IM2', data: cut },
    ]);
    for (const path of [files.put('cut.zip', zip), files.put('IM2', cut)]) {
      const { code, out, err } = await cli(['ls', path]);
      expect(code).toBe(1);
      expect(err).toMatch(/^framedex: \w+: [^\n]*IM2: [^\n]* at byte \d+\n$/);
      expect(out).toContain('the file is cut');
    }
  });

  it('says which transfer syntax is not decoded, behind the verdict', async () => {
    const slice = (k: number): Uint8Array =>
      dicom({
        transferSyntax: '1.2.840.10008.1.2.4.92',
        elements: [
          [0x0020000e, 'UI', '1.1'],
          [0x00200032, 'DS', `0\\0\\${k}`],
          [0x00200037, 'DS', '1\\0\\0\\0\\1\\0'],
          [0x00280010, 'US', 2],
          [0x00280011, 'US', 3],
          [0x00280030, 'DS', '1\\1'],
          [0x00280100, 'US', 16],
          [0x00280101, 'US', 16],
          [0x00280102, 'US', 15],
          [0x00280103, 'US', 0],
          encapsulated({ frames: [Uint8Array.of(1, 2, 3, 4)] }),
        ],
      }).bytes;
    const zip = buildZip([0, 1, 2].map((k) => ({ name: `IM${k}`, data: slice(k) })));
    const { out } = await cli([files.put('jpeg2000.zip', zip)]);
    expect(out).toMatch(/volume 3 x 2 x 3, 1 x 1 x 1 mm, but JPEG 2000 .*is not decoded/);
  });

  it('sums up gaps that differ by the least and the most of them', async () => {
    const places = [0, 4, 8, 12, 16, 17, 21, 28];
    const data = (z: number): Uint8Array =>
      dicom({
        elements: [
          [0x0020000e, 'UI', '1.1'],
          [0x00200032, 'DS', `0\\0\\${z}`],
          [0x00200037, 'DS', '1\\0\\0\\0\\1\\0'],
          [0x00280010, 'US', 1],
          [0x00280011, 'US', 1],
          [0x00280030, 'DS', '1\\1'],
          [0x00280100, 'US', 16],
          [0x00280101, 'US', 16],
          [0x00280102, 'US', 15],
          [0x00280103, 'US', 0],
          [0x7fe00010, 'OW', [1]],
        ],
      }).bytes;
    const zip = buildZip(places.map((z, k) => ({ name: `IM${k}`, data: data(z) })));
    const { out } = await cli([files.put('gaps.zip', zip)]);
    expect(out).toContain(
      'stack of 1 x 1 x 8, 1 regular run: distances of 1.000 to 7.000 mm, 4.000 mm is usual',
    );
  });

  it.each([
    ['20240131', '2024-01-31'],
    ['1994.01.30', '1994-01-30'],
    ['20241399', '20241399'],
    ['20230229', '20230229'],
  ])('shows the date %s as %s', async (date, shown) => {
    const path = files.put('dated.dcm', twoFrames([[0x00080020, 'DA', date]]).bytes);
    expect((await cli([path])).out).toContain(`Study  ${shown}\n`);
  });

  it('adds nothing where all that is there was named already', async () => {
    const zip = buildZip([{ name: 'a', data: twoFrames().bytes, flags: 1 }]);
    const path = files.put('encrypted.zip', zip);
    for (const verb of ['ls', 'tags', 'frames']) {
      const { code, err } = await cli([verb, path]);
      expect(code).toBe(1);
      expect(err).toMatch(/^framedex: ZIP_ENCRYPTED: [^\n]*\n$/);
    }
    expect((await listed(path)).inputs[0]).toMatchObject({ error: { code: 'ZIP_ENCRYPTED' } });
  });

  it('groups many left-out files by reason', async () => {
    const texts = Array.from({ length: 40 }, (_, k) => ({
      name: `t${k}.txt`,
      data: Buffer.from('x'),
    }));
    const image = { name: 'a.dcm', data: twoFrames().bytes };
    const path = files.put('many.zip', buildZip([...texts, image]));
    const { out } = await cli([path]);
    expect(out).toContain(
      'left out: 40 files, NOT_DICOM: t0.txt, t1.txt, t2.txt, t3.txt, t4.txt and 35 more',
    );
    expect((await listed(path)).inputs[0]?.skipped).toHaveLength(40);
  });

  it('does not take a DICOMDIR for an instance (PS3.10 8.6)', async () => {
    const directory = twoFrames().bytes;
    const meta = Buffer.from(directory).indexOf('1.2.840.10008.5.1.4.1.1.2');
    Buffer.from(directory.buffer).write('1.2.840.10008.1.3.10\0\0\0\0\0', meta, 'latin1');
    const { code, err, out } = await cli([files.put('DICOMDIR', directory)]);
    expect(code).toBe(1);
    expect(out).toContain('MEDIA_DIRECTORY');
    expect(err).toContain('no DICOM instance');
  });

  it('Q02 shows control characters of tags, and pads by columns (Q07)', async () => {
    const evil = twoFrames([
      [0x00080005, 'CS', 'ISO_IR 192'],
      [0x0008103e, 'LO', '\x1b[2Jgone'],
      [0x0020000e, 'UI', '1.1'],
      [0x00200011, 'IS', '1'],
    ]);
    const wide = twoFrames([
      [0x00080005, 'CS', 'ISO_IR 192'],
      [0x0008103e, 'LO', '胸部造影ＣＴ'],
      [0x0020000e, 'UI', '1.2'],
      [0x00200011, 'IS', '2'],
    ]);
    const zip = buildZip([
      { name: 'a.dcm', data: evil.bytes },
      { name: 'b.dcm', data: wide.bytes },
    ]);
    const { out } = await cli([files.put('evil.zip', zip)]);
    expect(out).not.toMatch(/[\0-\x09\x0b-\x1f]/);
    expect(out).toContain('\\x1b[2Jgone');
    const [first = '', second = ''] = out.split('\n').slice(2);
    // Six wide characters take twelve columns, as \x1b[2Jgone takes eleven.
    expect(first.indexOf('1 instance')).toBe(second.indexOf('1 instance') + 6);
  });

  /** One of three instances of two frames each that are one image. */
  const partOf = (number: number, more: readonly ElementLike[] = []): Uint8Array =>
    twoFrames([
      [0x0020000e, 'UI', '1.2'],
      [0x00200242, 'UI', '1.9'],
      [0x00209161, 'UI', '1.8'],
      [0x00209162, 'US', number],
      [0x00209163, 'US', 3],
      ...more,
    ]).bytes;
  const offset = (frames: number): ElementLike => [0x00209228, 'UL', frames];

  it('says what a concatenation is of, and what is missing (PS3.3 C.7.6.16.2.2)', async () => {
    const [first, second, third] = [0, 2, 4].map((frames, k) => partOf(k + 1, [offset(frames)]));
    const zipOf = (parts: readonly (Uint8Array | undefined)[]): string => {
      const entries = parts.map((data, k) => ({ name: `IM${k}`, data: data ?? new Uint8Array() }));
      return files.put('concatenation.zip', buildZip(entries));
    };
    const { code, out } = await cli(['ls', zipOf([third, first, second])]);
    expect(code).toBe(0);
    expect(out).toContain('\n        concatenation of 3 instances, 6 frames\n');
    const gap = await cli(['ls', zipOf([first, third])]);
    expect([gap.code, gap.out]).toEqual([
      0,
      expect.stringContaining(
        'concatenation of 2 instances, 6 frames: part 2 is missing (frames 2 to 3)\n',
      ),
    ]);
    const one = await cli(['ls', files.put('part.dcm', first ?? '')]);
    expect(one.out).toContain(
      'concatenation of 1 instance, 2 frames at least: parts 2 to 3 are missing\n',
    );
    const apart = await cli(['ls', zipOf([partOf(3), partOf(1), partOf(5)])]);
    expect(apart.out).toContain('2 frames at least: parts 2, 4 are missing; ');
    const uncounted = dicom(part({ number: 1, total: 1, offset: 0, values: [1, 2], frames: 'x' }));
    const open = await cli(['ls', zipOf([uncounted.bytes])]);
    expect(open.out).toContain(
      'concatenation of 1 instance, 1 frame at least: nothing tells whether more frames ' +
        'follow; Number of Frames has no number that can be (IM0)\n',
    );
    const unplaced = await cli(['ls', zipOf([partOf(1), partOf(3)])]);
    expect(unplaced.out).toContain(
      'concatenation of 1 instance, 2 frames at least: part 2 is missing; frame offsets are ' +
        'absent or contradict each other: the numbers of the parts count (IM0, IM1); ' +
        'nothing tells which frames these parts have (IM1)\n',
    );
  });

  it('has concatenations in its JSON, and nothing of them where there are none', async () => {
    const zip = buildZip([
      { name: 'a', data: partOf(1, [offset(0)]) },
      { name: 'b', data: partOf(2, [offset(4)]) },
    ]);
    const { inputs } = await listed(files.put('parts.zip', zip));
    expect(inputs[0]?.studies[0]?.series[0]?.['concatenations']).toEqual([
      {
        uid: '1.9',
        instances: 2,
        frames: 6,
        missing: [
          { parts: [], from: 2, frames: 2 },
          { parts: [{ from: 3, to: 3 }], from: 6, frames: null },
        ],
        issues: [
          {
            code: 'FRAME_OFFSET',
            message: 'the frame offsets leave out 2 frames, the numbers no part',
            instances: ['b'],
          },
        ],
      },
    ]);
    const plain = await listed(SAMPLE);
    expect(plain.inputs[0]?.studies[0]?.series[0]).not.toHaveProperty('concatenations');
  });
});
