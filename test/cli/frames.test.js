import { createHash } from 'node:crypto';
import { readFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SYNTAX, dicom, encapsulated, imagePixel } from '../support/build-dicom.js';
import { SOI, jpeg } from '../support/code-streams.js';
import { buildZip } from '../support/build-zip.js';
import { brokenChain } from '../support/rle-files.js';
import { SAMPLE, cli, scratch, twoFrames } from './run-cli.js';
let files;
let native;
let pixelOffset;
beforeAll(() => {
  files = scratch();
  const built = twoFrames();
  native = files.put('native.dcm', built.bytes);
  pixelOffset = built.pixelOffset ?? 0;
});
afterAll(() => {
  files.remove();
});
/** 1 to 12, as the two frames of the built file have them. */
function words(from, to) {
  return Buffer.from(Uint16Array.from({ length: to - from + 1 }, (_, k) => from + k).buffer);
}
function fragmented() {
  const frames = [1, 2].map((k) => jpeg({ scans: [new Uint8Array(2 * k)] }));
  const [first = SOI, second = SOI] = frames;
  const { bytes } = dicom({
    transferSyntax: SYNTAX.jpegBaseline,
    elements: [
      ...imagePixel({ rows: 1, columns: 1, bitsAllocated: 8, numberOfFrames: 2 }),
      encapsulated({
        frames: [[first], [second.subarray(0, 20), second.subarray(20)]],
      }),
    ],
  });
  return { path: files.put('fragments.dcm', bytes), frames };
}
describe('frames', () => {
  it('prints the index as JSON, in the agreed shape', async () => {
    const { code, out } = await cli(['frames', native, '--json']);
    expect(code).toBe(0);
    const index = JSON.parse(out);
    expect(Object.keys(index)).toEqual([
      ...['transferSyntax', 'count', 'declaredCount', 'counts', 'strategy', 'confidence', 'pixel'],
      ...['frames', 'warnings'],
    ]);
    expect(index).toMatchObject({
      transferSyntax: '1.2.840.10008.1.2.1',
      count: 2,
      declaredCount: 2,
      counts: { declared: 2, found: 2, byBytes: 2 },
      strategy: 'native',
      confidence: 'exact',
      pixel: { rows: 2, columns: 3, bitsAllocated: 16 },
      frames: [
        { index: 0, ranges: [{ offset: pixelOffset, length: 12 }] },
        { index: 1, ranges: [{ offset: pixelOffset + 12, length: 12 }] },
      ],
      warnings: [],
    });
  });
  it('gives ranges that hold the fragments (PS3.5 A.4)', async () => {
    const { path, frames } = fragmented();
    const bytes = readFileSync(path);
    const { out } = await cli(['frames', path, '--json']);
    const index = JSON.parse(out);
    expect(index.strategy).toBe('basic-offset-table');
    const read = index.frames.map(({ ranges }) =>
      Buffer.concat(ranges.map(({ offset, length }) => bytes.subarray(offset, offset + length))),
    );
    expect(read.map((frame) => [...frame])).toEqual(frames.map((frame) => [...frame]));
  });
  it('says it in words, the first and the last of many', async () => {
    const cells = Array.from({ length: 100 }, () => 0);
    const { bytes } = dicom({
      elements: [
        ...imagePixel({ rows: 1, columns: 1, numberOfFrames: 100 }),
        [0x7fe00010, 'OW', cells],
      ],
    });
    const { code, out } = await cli(['frames', files.put('many.dcm', bytes)]);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^transfer syntax {2}Explicit VR Little Endian \(1\.2\.840\.10008\.1\.2\.1\)$/m,
    );
    expect(out).toMatch(/^known by .*\(native\); certain \(exact\)$/m);
    const table = out.split('\n').filter((line) => /^ *(\d+|\.\.\.) /.test(line));
    expect(table.map((line) => line.trim().split(/\s+/)[0])).toEqual([
      '0',
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
      '...',
      '92',
      '93',
      '94',
      '95',
      '96',
      '97',
      '98',
      '99',
    ]);
  });
  it('is exit code 0 for an object without pixels, and 1 for pixels that cannot be placed', async () => {
    const report = await cli(['frames', `${SAMPLE}!/DICOM/SE0003/IM0001`, '--json']);
    expect(report.code).toBe(0);
    expect(JSON.parse(report.out)).toMatchObject({ count: 0, strategy: 'none', frames: [] });
    const { bytes } = dicom({
      elements: [
        [0x00280010, 'US', 0],
        [0x7fe00010, 'OW', [1]],
      ],
    });
    const broken = await cli(['frames', files.put('broken.dcm', bytes), '--json']);
    expect(broken.code).toBe(1);
    expect(broken.err).toContain('BAD_PIXEL_MODULE');
    expect(JSON.parse(broken.out)).toMatchObject({ count: 0, frames: [] });
  });
  it('does not list two thousand million frames that a file of a few bytes claims', async () => {
    const { bytes } = dicom({
      elements: [
        ...imagePixel({ rows: 1, columns: 1, numberOfFrames: 2_147_483_647 }),
        [0x7fe00010, 'OW', [1, 2, 3]],
      ],
    });
    const { out } = await cli(['frames', files.put('bomb.dcm', bytes), '--json']);
    const { count, frames } = JSON.parse(out);
    expect([count, frames.length]).toEqual([3, 3]);
  });
  it('sets the accounts of how many frames there are side by side, in words and in JSON', async () => {
    const { bytes } = dicom({
      elements: [
        ...imagePixel({ rows: 1, columns: 2, numberOfFrames: 9 }),
        [0x7fe00010, 'OW', [1, 2, 3, 4, 5]],
      ],
    });
    const path = files.put('fewer.dcm', bytes);
    expect((await cli(['frames', path])).out).toContain(
      '\nframes           3: Number of Frames says 9, the bytes are enough for 2, 2 are there as a whole\n',
    );
    expect(JSON.parse((await cli(['frames', path, '--json'])).out)).toMatchObject({
      ...{ count: 3, declaredCount: 9 },
      counts: { declared: 9, found: 2, byBytes: 2 },
    });
  });
  it('is exit code 1 where the header is cut, and says so', async () => {
    const { bytes } = dicom({
      elements: [
        [0x00100010, 'PN', 'Doe^Jane'],
        [0x00104000, 'LT', 'x'.repeat(200)],
      ],
      truncate: -100,
    });
    for (const args of [[], ['--json']]) {
      const { code, err } = await cli(['frames', files.put('cut.dcm', bytes), ...args]);
      expect(code).toBe(1);
      expect(err).toMatch(/^framedex: TRUNCATED_VALUE: .*cut.dcm.* at byte \d+\n$/);
    }
  });
  it('lists the other frames where one is lost in a broken chain of items', async () => {
    for (const lost of [0, 2]) {
      const { bytes, at } = brokenChain(lost);
      const path = files.put('chain.dcm', bytes);
      const { out } = await cli(['frames', path, '--json']);
      const { frames } = JSON.parse(out);
      expect(frames.map(({ ranges }) => ranges.length)).toEqual(
        [0, 1, 2, 3, 4].map((i) => (i === lost ? 0 : 1)),
      );
      expect(frames.flatMap(({ index, error }) => (error === undefined ? [] : [index]))).toEqual([
        lost,
      ]);
      const { error } = frames[lost] ?? {};
      expect(Object.keys(error ?? {})).toEqual(['code', 'message', 'offset']);
      expect(error).toMatchObject({ code: 'ITEM_EXPECTED', offset: at });
      const { out: text } = await cli(['frames', path]);
      expect(text.split('\n').filter((line) => /^ +\d+ /.test(line))).toHaveLength(5);
      expect(text).toMatch(new RegExp(`^ +${lost} +- +0 +0$`, 'm'));
    }
  });
  it('goes on behind a file whose chain of items is broken', async () => {
    mkdirSync(files.path('chains'));
    files.put('chains/IM1', twoFrames().bytes);
    files.put('chains/IM2', brokenChain(2).bytes);
    files.put('chains/IM3', twoFrames().bytes);
    const { out } = await cli(['frames', files.path('chains'), '--json']);
    const all = JSON.parse(out);
    expect(all.map(({ frames }) => frames.length)).toEqual([2, 5, 2]);
    expect((await cli(['frames', files.path('chains')])).out.match(/^# /gm)).toHaveLength(3);
  });
  it('prints an array for an archive', async () => {
    const { out } = await cli(['frames', SAMPLE, '--json']);
    const all = JSON.parse(out);
    expect(all).toHaveLength(26);
    expect(all[0]).toMatchObject({ name: `${SAMPLE}!/DICOM/SE0001/IM0001`, count: 1 });
  });
});
describe('frame', () => {
  it('writes stored values, little endian', async () => {
    expect((await cli(['frame', native, '0'])).bytes).toEqual(words(1, 6));
    expect((await cli(['frame', native, '1'])).bytes).toEqual(words(7, 12));
  });
  it('writes them little endian from a big endian file too (PS3.5 7.3)', async () => {
    const { bytes } = dicom({
      transferSyntax: SYNTAX.explicitBig,
      elements: [...imagePixel({ rows: 1, columns: 3 }), [0x7fe00010, 'OW', [1, 2, 3]]],
    });
    const path = files.put('big.dcm', bytes);
    expect((await cli(['frame', path, '0'])).bytes).toEqual(words(1, 3));
  });
  it('writes the encoded bytes, and the raw cells', async () => {
    const { path, frames } = fragmented();
    const encoded = await cli(['frame', path, '1', '--encoded']);
    expect([...encoded.bytes]).toEqual([...(frames[1] ?? [])]);
    const { bytes } = dicom({
      elements: [
        ...imagePixel({ rows: 1, columns: 2, bitsStored: 12 }),
        [0x7fe00010, 'OW', [0xf123, 0x0fff]],
      ],
    });
    const overlaid = files.put('overlaid.dcm', bytes);
    expect((await cli(['frame', overlaid, '0'])).bytes.toString('hex')).toBe('2301ff0f');
    expect((await cli(['frame', overlaid, '0', '--cells'])).bytes.toString('hex')).toBe('23f1ff0f');
  });
  it('prints the digest only', async () => {
    const digest = createHash('sha256').update(words(7, 12)).digest('hex');
    expect(await cli(['frame', native, '1', '--sha256'])).toMatchObject({
      code: 0,
      out: `${digest}\n`,
    });
  });
  it('writes a file, which it overwrites, and says what is in it', async () => {
    const path = files.put('frame.raw', 'old');
    const { code, out } = await cli(['frame', native, '0', '-o', path]);
    expect([code, out]).toEqual([0, `${path}\t12 bytes\t3 x 2 uint16 MONOCHROME2\n`]);
    expect(readFileSync(path)).toEqual(words(1, 6));
  });
  it('refuses a terminal, and to write over what it reads', async () => {
    const refused = await cli(['frame', native, '0'], { terminal: true });
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toContain('-o');
    expect((await cli(['frame', native, '0', '-o', '-'], { terminal: true })).code).toBe(0);
    expect((await cli(['frame', native, '0', '-o', native])).code).toBe(2);
    expect(existsSync(native)).toBe(true);
  });
  it('is exit code 1 where there is no such frame', async () => {
    const { code, out, err } = await cli(['frame', native, '2']);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^framedex: FRAME_RANGE: .*native.dcm: .*\n$/);
  });
  it('takes the one instance of a folder, an archive, or an archive in a folder', async () => {
    const { bytes } = twoFrames();
    const text = { name: 'notes.txt', data: Buffer.from('a note') };
    const zip = buildZip([text, { name: 'deep/IM0001', data: bytes }]);
    mkdirSync(files.path('plain/deep'), { recursive: true });
    mkdirSync(files.path('zipped/sub'), { recursive: true });
    files.put('plain/deep/IM0001', bytes);
    files.put('zipped/sub/x.zip', zip);
    for (const input of ['plain', 'zipped', 'zipped/sub/x.zip', 'zipped/sub/x.zip!/deep/IM0001']) {
      const { code, err, bytes: frame } = await cli(['frame', files.path(input), '1']);
      expect([input, code, err]).toEqual([input, 0, '']);
      expect(frame).toEqual(words(7, 12));
    }
  });
  it('names an instance that can be given instead where there are several', async () => {
    const { bytes } = twoFrames();
    const zip = buildZip([1, 2].map((number) => ({ name: `IM000${number}`, data: bytes })));
    mkdirSync(files.path('several/sub'), { recursive: true });
    files.put('several/sub/x.zip', zip);
    const { code, err } = await cli(['frame', files.path('several'), '0']);
    expect(code).toBe(2);
    const one = /such as (.*)\n/.exec(err)?.[1] ?? '';
    expect(one).toBe(files.path('several/sub/x.zip!/IM0001'));
    expect((await cli(['frame', one, '0'])).bytes).toEqual(words(1, 6));
  });
  it('names instances so that they can be given again', async () => {
    const folder = files.path('several');
    const json = async (verb) => {
      const { out } = await cli([verb, folder, '--json']);
      return JSON.parse(out).map(({ name }) => name);
    };
    const headings = (await cli(['frames', folder])).out.match(/^# .*$/gm) ?? [];
    const names = headings.map((line) => line.slice(2));
    expect(names).toEqual(['IM0001', 'IM0002'].map((name) => `${folder}/sub/x.zip!/${name}`));
    expect(await json('frames')).toEqual(names);
    expect(await json('tags')).toEqual(names);
    for (const name of names) expect((await cli(['frames', name])).code).toBe(0);
  });
  it('never writes over a file of the folder that it reads', async () => {
    mkdirSync(files.path('precious'));
    const { bytes } = twoFrames();
    const path = files.put('precious/image.raw', bytes);
    const { code, err } = await cli(['frame', files.path('precious'), '0', '-o', path]);
    expect(code).toBe(2);
    expect(err).toContain('is what is read');
    expect(readFileSync(path)).toEqual(Buffer.from(bytes));
  });
  it('leaves a file of another process alone that lies beside the output', async () => {
    mkdirSync(files.path('beside'));
    const other = files.path(`beside/.framedex-${process.pid}-1.part`);
    writeFileSync(other, 'theirs');
    const path = files.path('beside/frame.raw');
    expect((await cli(['frame', native, '0', '-o', path])).code).toBe(0);
    expect(readFileSync(path)).toEqual(words(1, 6));
    expect(readFileSync(other, 'utf8')).toBe('theirs');
    expect(readdirSync(files.path('beside'))).toHaveLength(2);
  });
  it('says of an output that fails what is wrong with it, not with the input', async () => {
    const { code, err } = await cli(['frame', native, '0', '-o', files.folder]);
    expect(code).toBe(1);
    expect(err).toMatch(/^framedex: IO: .*: cannot write the file, found EISDIR/);
    expect(err).not.toContain('native.dcm');
    expect(err).not.toContain('openFolder');
    const missing = await cli(['frame', native, '0', '-o', files.path('no/such/folder.raw')]);
    expect(missing.err).toContain('The folder is not there');
  });
  it('takes an archive of one instance, and asks for a member of more', async () => {
    const { err } = await cli(['frame', SAMPLE, '0']);
    expect(err).toContain('sample-study.zip!/DICOM/SE0001/IM0001');
  });
  it('H28 gives what there is of a cut frame to those who ask for it, and says so', async () => {
    const { bytes } = twoFrames();
    const path = files.put('cut.dcm', bytes.subarray(0, bytes.length - 2));
    const whole = await cli(['frame', path, '1', '-o', files.path('cut.raw')]);
    expect([whole.code, whole.err]).toEqual([1, expect.stringContaining('FRAME_TRUNCATED')]);
    const { code, err } = await cli([
      ...['frame', path, '1', '--lenient', '-o', files.path('cut.raw')],
    ]);
    expect([code, err]).toEqual([0, expect.stringContaining('could not be decoded is 0')]);
    expect(readFileSync(files.path('cut.raw'))).toEqual(
      Buffer.concat([words(7, 11), Buffer.alloc(2)]),
    );
    const picture = await cli(['thumb', path, '--frame', '1', '-o', files.path('cut.png')]);
    expect(picture.code).toBe(1);
    const some = await cli([
      ...['thumb', path, '--frame', '1', '--lenient', '-o', files.path('cut.png')],
    ]);
    expect([some.code, some.err]).toEqual([0, expect.stringContaining('is black')]);
  });
  it('refuses to mend what is given as it is stored', async () => {
    expect((await cli(['frame', native, '0', '--encoded', '--lenient'])).code).toBe(2);
    expect((await cli(['frame', native, '0', '--encoded', '--reduce', '1'])).code).toBe(2);
    expect((await cli(['frame', native, '0', '--reduce', 'x'])).code).toBe(2);
  });
});
