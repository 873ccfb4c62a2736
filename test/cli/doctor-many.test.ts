import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SYNTAX, dicom, imagePixel } from '../support/build-dicom.ts';
import { buildZip } from '../support/build-zip.ts';
import { noise } from '../support/noise.ts';
import { SAMPLE, cli, scratch, twoFrames } from './run-cli.ts';
import type { Scratch } from './run-cli.ts';

let files: Scratch;

beforeAll(() => {
  files = scratch();
});

afterAll(() => {
  files.remove();
});

interface Told {
  readonly name: string;
  readonly size: number;
  readonly verdict: string;
  readonly opened: boolean;
  readonly error?: { readonly code: string };
  readonly transferSyntax: string;
  readonly warnings: { code: string; count: number; meaning: string; done: string }[];
  readonly frames: {
    readonly count: number;
    readonly counts: Record<string, number | null>;
    readonly unreadable: { from: number; to: number; code: string; offset: number }[];
  };
  readonly cost: {
    readonly open: { reads: number; bytes: number };
    readonly frame: { reads: number; first: number; median: number; largest: number };
    readonly frames: { count: number; reads: number; bytes: number };
    readonly fragmentsPerFrame: { least: number; most: number };
    readonly inflated?: unknown;
  };
}

async function json(...args: string[]): Promise<{ code: number; records: Told[] }> {
  const { code, out } = await cli(['doctor', ...args, '--json']);
  return { code, records: JSON.parse(out) as Told[] };
}

describe('doctor of many files', () => {
  it('counts what is sound, and shows it with --all', async () => {
    const { code, out, err } = await cli(['doctor', SAMPLE]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toBe(
      '26 files: nothing to say\n1 file: no image\nNo pixel was read; --check reads and decodes every frame.\n',
    );
    const all = await cli(['doctor', SAMPLE, '--all']);
    expect(all.out.match(/: nothing wrong was found$/gm)).toHaveLength(26);
    expect(all.out).toContain('README.txt');
  });

  it('shows what is wrong with each, and what it means once, at the end', async () => {
    const { bytes, pixelOffset = 0 } = twoFrames();
    const cut = bytes.subarray(0, pixelOffset + 20);
    const zip = buildZip([
      { name: 'IM1', data: bytes },
      { name: 'IM2', data: cut, method: 0 },
      { name: 'IM3', data: bytes, flags: 1 },
      { name: 'notes.txt', data: Buffer.from('a note') },
    ]);
    const path = files.put('some.zip', zip);
    const { code, out, err } = await cli(['doctor', path]);
    expect(code).toBe(1);
    expect(err).toBe('framedex: 2 of 4 files cannot be read in full\n');
    const text = out.replaceAll(path, 'some.zip');
    expect(text).not.toContain('IM1');
    expect(text).toContain(`some.zip!/IM2  ${cut.length} B: something cannot be read\n`);
    expect(text).toMatch(/some\.zip!\/IM3 {2}\d+ B: cannot be read\n {2}error {5}ZIP_ENCRYPTED: /);
    expect(text.slice(text.indexOf('1 file: nothing'))).toBe(
      [
        '1 file: nothing to say',
        '1 file: something cannot be read',
        '1 file: cannot be read',
        '1 file: no image',
        'No pixel was read; --check reads and decodes every frame.',
        '',
        'FRAME_TRUNCATED  in 1 file, once',
        '  meaning  The data ends before the frame does.',
        '  advice   Get the file again from where it came; a copy or an export was broken off.',
        '',
        'PIXEL_LENGTH  in 1 file, once',
        '  meaning  The pixel data is shorter or longer than its frames.',
        '  done     Frames that are there as a whole are given, others are refused; bytes behind are left.',
        '  advice   If it is shorter, get the file again; if it is longer, frames may be undeclared.',
        '',
        'ZIP_ENCRYPTED  in 1 file, once',
        '  meaning  It is locked with a password.',
        '  advice   Decrypt the archive first.',
        '',
      ].join('\n'),
    );
  });

  it('takes several inputs, and goes on where one cannot be opened', async () => {
    const { bytes } = twoFrames();
    const one = files.put('one.dcm', bytes);
    const { code, records } = await json(files.path('missing.dcm'), one, SAMPLE);
    expect(code).toBe(1);
    expect(records).toHaveLength(29);
    expect(records[0]).toMatchObject({
      opened: false,
      verdict: 'unreadable',
      error: { code: 'IO' },
    });
    expect(records[1]).toMatchObject({
      ...{ name: one, size: bytes.length, opened: true, verdict: 'sound', warnings: [] },
      transferSyntax: '1.2.840.10008.1.2.1',
      frames: {
        ...{ count: 2, declaredCount: 2, strategy: 'native', confidence: 'exact', unreadable: [] },
        counts: { declared: 2, found: 2, byBytes: 2 },
      },
      cost: {
        open: { reads: 1, bytes: bytes.length },
        frame: { reads: 1, first: 12, median: 12, largest: 12 },
        frames: { count: 2, reads: 2, bytes: 24 },
      },
    });
    expect(records.filter(({ verdict }) => verdict === 'other')).toHaveLength(1);
  });

  it('tells a deflated member from a stored one', async () => {
    const { bytes } = twoFrames();
    const zip = buildZip([
      { name: 'IM1', data: bytes },
      { name: 'IM2', data: bytes, method: 0 },
    ]);
    const path = files.put('methods.zip', zip);
    const { records } = await json(path);
    expect(records[0]?.cost.inflated).toMatchObject({ size: bytes.length });
    expect(records[1]?.cost).not.toHaveProperty('inflated');
    const { out } = await cli(['doctor', `${path}!/IM1`]);
    expect(out).toContain('deflated in the archive: a frame takes inflating ');
  });

  it('finds with --check a member whose bytes are damaged', async () => {
    // Its header inflates without the rest, which alone shows the checksum.
    const { bytes } = dicom({
      elements: [
        ...imagePixel({ rows: 300, columns: 300, numberOfFrames: 2 }),
        [0x7fe00010, 'OW', noise(360_000)],
      ],
    });
    const zip = buildZip([{ name: 'IM1', data: bytes, central: { crc32: 1 } }]);
    const path = files.put('damaged.zip', zip);
    expect((await cli(['doctor', path])).code).toBe(0);
    const { code, records } = await json(path, '--check');
    expect(code).toBe(1);
    expect(records[0]?.frames.unreadable).toMatchObject([{ from: 0, to: 1, code: 'ZIP_CRC' }]);
  });

  it('says that frames of a deflated data set come out of memory', async () => {
    const { bytes } = dicom({
      transferSyntax: SYNTAX.deflated,
      elements: [...imagePixel({ rows: 1, columns: 3 }), [0x7fe00010, 'OW', [1, 2, 3]]],
    });
    const { out } = await cli(['doctor', files.put('deflated.dcm', bytes)]);
    expect(out).toContain(
      '\n            a frame: no read; the data set is deflated, and opening inflated all of it\n',
    );
  });

  it('tells what is wrong with an archive itself, and with a folder that has no image', async () => {
    const zip = buildZip([{ name: 'IM1', data: twoFrames().bytes }], { before: Buffer.alloc(5) });
    const { records } = await json(files.put('prefixed.zip', zip));
    expect(records.map(({ verdict }) => verdict)).toEqual(['tolerated', 'sound']);
    expect(records[0]?.warnings[0]?.code).toBe('ZIP_FORMAT');
    mkdirSync(files.path('nothing'));
    const empty = await json(files.path('nothing'));
    expect([empty.code, empty.records[0]?.error?.code]).toEqual([1, 'NOT_DICOM']);
  });

  it('shows progress on a terminal', async () => {
    const { err } = await cli(['doctor', SAMPLE], { terminal: true });
    expect(err).toMatch(/ of 27 files/);
  });
});
