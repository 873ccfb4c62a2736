import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { members } from '../../fixtures/make-sample-study.mjs';
import { buildZip } from '../support/build-zip.ts';
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
});
