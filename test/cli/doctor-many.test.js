import { mkdirSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SYNTAX, dicom, imagePixel } from '../support/build-dicom.js';
import { buildZip } from '../support/build-zip.js';
import { doctorJson } from '../support/doctor-report.js';
import { brokenChain } from '../support/rle-files.js';
import { noise } from '../support/noise.js';
import { SAMPLE, cli, scratch, twoFrames } from './run-cli.js';
let files;
beforeAll(() => {
  files = scratch();
});
afterAll(() => {
  files.remove();
});
describe('doctor of many files', () => {
  it('counts what is sound, and shows it with --all', async () => {
    const { code, out, err } = await cli(['doctor', SAMPLE]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toBe(
      '26 files: nothing wrong was found\n1 file: no image\nNo frame was decoded; --check reads and decodes each.\n',
    );
    const all = await cli(['doctor', SAMPLE, '--all']);
    expect(all.out.match(/iB: nothing wrong was found$/gm)).toHaveLength(26);
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
        '1 file: nothing wrong was found',
        '1 file: something cannot be read',
        '1 file: cannot be read',
        '1 file: no image',
        'No frame was decoded; --check reads and decodes each.',
        '',
        'FRAME_TRUNCATED  in 1 file, once',
        '  meaning  The frame is not there as a whole: the file was cut, Number of Frames is too large, or its fragment is empty.',
        '  advice   If the pixel data ends with the file, get the file again; else compare Number of Frames with the source.',
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
    const { code, records } = await doctorJson(files.path('missing.dcm'), one, SAMPLE);
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
        frame: { first: 12, median: 12, largest: 12 },
        frames: { count: 2, bytes: 24 },
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
    const { records } = await doctorJson(path);
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
    const damaged = bytes.slice();
    damaged[bytes.length - 1] = (damaged[bytes.length - 1] ?? 0) ^ 1;
    const compressed = deflateRawSync(damaged);
    const zip = buildZip([{ name: 'IM1', data: bytes, compressed }]);
    const path = files.put('damaged.zip', zip);
    expect((await cli(['doctor', path])).code).toBe(0);
    const { code, records } = await doctorJson(path, '--check');
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
  it('tells what is wrong with an archive itself, which is no file of it', async () => {
    const zip = buildZip([{ name: 'IM1', data: twoFrames().bytes }], { before: Buffer.alloc(5) });
    const path = files.put('prefixed.zip', zip);
    const { records } = await doctorJson(path);
    expect(records.map(({ kind, verdict }) => [kind, verdict])).toEqual([
      ['archive', 'tolerated'],
      ['file', 'sound'],
    ]);
    expect(records[0]?.warnings[0]?.code).toBe('ZIP_FORMAT');
    const { out } = await cli(['doctor', path]);
    expect(out).toContain(
      '\n1 file: nothing wrong was found\n1 archive: can be read, with faults\n',
    );
    expect(out).toContain('\nZIP_FORMAT  in 1 archive, once\n');
  });
  it('says of a folder without any file that there is none', async () => {
    mkdirSync(files.path('nothing'));
    const { code, records } = await doctorJson(files.path('nothing'));
    expect([code, records.length]).toEqual([1, 1]);
    expect(records[0]).toMatchObject({ kind: 'folder', verdict: 'unreadable' });
    expect(records[0]?.error).toMatchObject({
      code: 'NOT_DICOM',
      meaning: 'There is no file in it.',
    });
    expect(records[0]?.error?.message).toContain('found no file');
    const { out, err } = await cli(['doctor', files.path('nothing')]);
    expect(out).toContain('\n1 folder: cannot be read\n');
    expect(out).toContain('\n  meaning  There is no file in it.\n');
    expect(err).toBe(`framedex: ${files.path('nothing')} cannot be read in full\n`);
  });
  it('goes on behind a file whose chain of items is broken', async () => {
    const { bytes } = twoFrames();
    const broken = brokenChain(0).bytes;
    const members = ['IM1', 'IM2', 'IM3'].map((name, k) => ({
      name,
      data: k === 1 ? broken : bytes,
    }));
    mkdirSync(files.path('broken'));
    for (const { name, data } of members) files.put(`broken/${name}`, data);
    for (const input of [files.path('broken'), files.put('broken.zip', buildZip(members))]) {
      const { code, records } = await doctorJson(input);
      expect(code).toBe(1);
      expect(records.map(({ verdict }) => verdict)).toEqual(['sound', 'incomplete', 'sound']);
      const { err } = await cli(['doctor', input]);
      expect(err).toMatch(/^framedex: .*IM2 cannot be read in full\n$/);
    }
  });
  it('takes nothing for an input before any is read', async () => {
    const one = files.put('first.dcm', twoFrames().bytes);
    const { code, out, err } = await cli(['doctor', one, '', '--json']);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('an INPUT is empty');
    const senseless = await doctorJson(one, 'file://%00/x');
    expect(senseless.records.map(({ verdict }) => verdict)).toEqual(['sound', 'unreadable']);
  });
  it('shows progress on a terminal', async () => {
    const { err } = await cli(['doctor', SAMPLE], { terminal: true });
    expect(err).toMatch(/ of 27 files/);
  });
  it('calls standard input by one name, whether it can be read or not', async () => {
    const { bytes } = twoFrames();
    for (const [stdin, code] of [
      [bytes, 0],
      [bytes.subarray(0, 0), 1],
    ]) {
      const result = await cli(['doctor', '-', '--json'], { stdin });
      expect(result.code).toBe(code);
      expect(JSON.parse(result.out)).toMatchObject([{ name: 'stdin' }]);
    }
  });
});
describe('doctor of files whose header was lost', () => {
  it('is incomplete where the header was lost, whatever the fault', async () => {
    const image = [...imagePixel({ rows: 1, columns: 1 }), [0x7fe00010, 'OW', [1]]];
    const endless = [0x00091010, 'UT', '', { length: 0xffffffff }];
    const lost = dicom({ elements: [endless, ...image] }).bytes;
    const deflated = dicom({ transferSyntax: SYNTAX.deflated, elements: [...image] }).bytes;
    for (const [name, bytes, fault] of [
      ['lost.dcm', lost, 'BAD_LENGTH'],
      ['deflated.dcm', deflated.subarray(0, deflated.length - 20), 'INFLATE'],
    ]) {
      const path = files.put(name, bytes);
      const { code, records } = await doctorJson(path);
      expect([code, records[0]?.verdict]).toEqual([1, 'incomplete']);
      expect(records[0]?.warnings.map((group) => group.code)).toContain(fault);
      expect((await cli(['frames', path])).code).toBe(1);
    }
  });
});
