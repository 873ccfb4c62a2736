import { chdir, cwd } from 'node:process';
import { execFileSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dicom, imagePixel } from '../support/build-dicom.js';
import { buildZip } from '../support/build-zip.js';
import { doctorJson } from '../support/doctor-report.js';
import { noise } from '../support/noise.js';
import { cli, scratch, twoFrames } from './run-cli.js';
let files;
let bytes;
let zipped;
beforeAll(() => {
  files = scratch();
  ({ bytes } = twoFrames());
  zipped = buildZip([{ name: 'IM1', data: bytes }]);
});
afterAll(() => {
  files.remove();
});
/** Sizes of the instances that `ls --json` lists. */
async function listedSizes(input, stdin) {
  const { code, out } = await cli(['ls', input, '--json'], { stdin });
  const { inputs } = JSON.parse(out);
  const series = inputs.flatMap(({ studies }) => studies.flatMap((study) => study.series));
  return [code, series.flatMap((one) => one.files.map((file) => file.bytes))];
}
describe('the size of a single object', () => {
  it('is what gzip compressed, from standard input too, whatever file is called stdin', async () => {
    const here = cwd();
    files.put('stdin', 'another file');
    chdir(files.folder);
    try {
      const gzipped = gzipSync(bytes);
      expect(await listedSizes('-', gzipped)).toEqual([0, [bytes.length]]);
      const { code, out } = await cli(['doctor', '-', '--json'], { stdin: gzipped });
      const [told] = JSON.parse(out);
      expect([code, told?.size]).toEqual([0, bytes.length]);
      expect(told?.cost.inflated).toMatchObject({ compressed: gzipped.length });
    } finally {
      chdir(here);
    }
  });
  it('is what gzip compressed, from a named pipe', async () => {
    const pipe = files.path('pipe');
    execFileSync('mkfifo', [pipe]);
    const source = files.put('piped.dcm.gz', gzipSync(bytes));
    const writing = import('node:child_process').then(({ spawn }) =>
      spawn('sh', ['-c', 'cat "$0" > "$1"', source, pipe]),
    );
    const told = await doctorJson(pipe);
    await writing;
    expect([told.code, told.records[0]?.size]).toEqual([0, bytes.length]);
  });
  it('is what is at the end of all archives around it, never what these take', async () => {
    const path = files.put(
      'nest.zip',
      buildZip([
        { name: 'c.dcm.gz', data: gzipSync(bytes) },
        { name: 'noext', data: zipped },
        { name: 'in.zip', data: zipped, method: 0 },
        { name: 'stored', data: bytes, method: 0 },
      ]),
    );
    for (const member of ['c.dcm.gz', 'noext!/IM1', 'in.zip!/IM1', 'stored', 'zip#3']) {
      const input = `${path}!/${member}`;
      expect([member, await listedSizes(input)]).toEqual([member, [0, [bytes.length]]]);
      const { code, records } = await doctorJson(input);
      expect([code, records[0]?.size]).toEqual([0, bytes.length]);
    }
  });
});
describe('--index with the index of one file', () => {
  it('opens the only member of an archive as it opens that', async () => {
    const path = files.put('only.zip', zipped);
    const index = files.path('only.json');
    await cli(['index', `${path}!/IM1`, '-o', index]);
    const without = await cli(['frame', path, '1', '--sha256']);
    const { code, out, err } = await cli(['frame', path, '1', '--sha256', '--index', index]);
    expect([code, out, err]).toEqual([0, without.out, without.err]);
  });
  it('is refused for several members, or a folder, which says to name the one', async () => {
    const two = files.put(
      'two.zip',
      buildZip([
        { name: 'IM1', data: bytes },
        { name: 'IM2', data: bytes },
      ]),
    );
    const index = files.path('two.json');
    await cli(['index', `${two}!/IM1`, '-o', index]);
    for (const input of [two, files.folder]) {
      const { code, err } = await cli(['frame', input, '0', '--sha256', '--index', index]);
      expect(code).toBe(2);
      expect(err).toContain(
        `${index} is the index of one file: name that in ${input}, as ${input}`,
      );
    }
    expect((await cli(['frame', `${two}!/IM1`, '0', '--sha256', '--index', index])).code).toBe(0);
  });
});
describe('ls --members', () => {
  it('lists what an archive holds, and why what cannot be read, without reading it', async () => {
    const path = files.put(
      'all.zip',
      buildZip([
        { name: 'IM1', data: bytes },
        { name: 'notes.txt', data: Buffer.from('notes'), method: 0 },
        { name: 'locked', data: bytes, flags: 1 },
      ]),
    );
    const { code, out, err } = await cli(['ls', path, '--members']);
    expect([code, err]).toEqual([0, '']);
    const lines = out.split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[0]).toBe(`${path}  3 members`);
    expect(lines[1]).toMatch(new RegExp(`^  zip#0  ${bytes.length} B  in +\\d+ B  IM1$`));
    expect(lines[2]).toMatch(/^ {2}zip#1 {2} +5 B {2} *in 5 B {2}notes.txt$/);
    expect(lines[3]).toMatch(/^ {2}zip#2 .* locked: .*\(ZIP_ENCRYPTED\)$/);
    const { inputs } = JSON.parse((await cli(['ls', path, '--members', '--json'])).out);
    expect(inputs[0]?.members[0]).toEqual({
      ...{ name: 'IM1', id: 'zip#0', size: bytes.length },
      compressedSize: expect.any(Number),
    });
    expect(inputs[0]?.members[2]).toMatchObject({ fault: { code: 'ZIP_ENCRYPTED' } });
  });
  it('lists those of a folder, and a file as its only one', async () => {
    const folder = scratch();
    try {
      const path = folder.put('a.dcm', bytes);
      expect((await cli(['ls', folder.folder, '--members'])).out).toBe(
        `${folder.folder}  1 member\n    ${bytes.length} B    a.dcm\n`,
      );
      const alone = await cli(['ls', path, '--members', '--json']);
      expect(JSON.parse(alone.out)).toEqual({
        inputs: [{ name: path, members: [{ name: path, id: path, size: bytes.length }] }],
      });
    } finally {
      folder.remove();
    }
  });
  it('names what cannot be opened, and is no way to list instances', async () => {
    const { code, out, err } = await cli(['ls', files.path('nothing.zip'), '--members']);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('nothing.zip');
    expect((await cli(['ls', 'x.zip', '--members', '--instances'])).code).toBe(2);
  });
});
describe('members that cannot be read', () => {
  const locked = (count) =>
    buildZip([
      { name: 'IM0', data: bytes },
      ...Array.from({ length: count }, (_, i) => ({ name: `L${i}`, data: bytes, flags: 1 })),
    ]);
  it('more than twenty of them are counted by their codes', async () => {
    const path = files.put('locked.zip', locked(500));
    for (const verb of ['ls', 'tags', 'index']) {
      const { code, err } = await cli([verb, path]);
      expect([verb, code, err]).toEqual([
        ...[verb, 1],
        `framedex: ZIP_ENCRYPTED: ${path}: 500 cannot be read: It is locked with a password. (L0, L1, L2 and 497 more)\n`,
      ]);
    }
    expect((await cli(['ls', path])).out.split('\n').length).toBeLessThan(8);
  });
  it('twenty are named one by one', async () => {
    const { code, err } = await cli(['ls', files.put('few.zip', locked(20))]);
    expect([code, err.trimEnd().split('\n').length]).toEqual([1, 20]);
  });
});
describe('--stats', () => {
  it('of a folder with archives counts what is read of these themselves', async () => {
    const folder = scratch();
    try {
      const archive = buildZip([
        { name: 'IM1', data: bytes },
        { name: 'IM2', data: bytes },
      ]);
      folder.put('study.zip', archive);
      folder.put('IM3', bytes);
      const compressed = gzipSync(bytes);
      folder.put('IM4.dcm.gz', compressed);
      const { code, err } = await cli(['ls', folder.folder, '--stats']);
      const [, read, total] = /bytes read (\d+) of (\d+)/.exec(err) ?? [];
      const all = archive.length + bytes.length + compressed.length;
      expect(code).toBe(0);
      // Header and trailer of gzip are no bytes of the object.
      expect(all - Number(total)).toBe(18);
      expect(Number(read)).toBeGreaterThan(bytes.length);
    } finally {
      folder.remove();
    }
  });
  it('does not say of what cannot be opened that nothing was read of nothing', async () => {
    const { err } = await cli(['ls', files.put('text.dcm', 'no image'), '--stats']);
    expect(err).toMatch(/, not counted: what was read of 1 input that cannot be opened\n$/);
    expect(err).not.toContain('of 0');
  });
});
describe('--verify', () => {
  /** Stored, and a frame far from all of it. */
  function stored(crc32) {
    const { bytes: data } = dicom({
      elements: [
        ...imagePixel({ rows: 256, columns: 256, numberOfFrames: 4 }),
        [0x7fe00010, 'OW', noise(4 * 256 * 256 * 2)],
      ],
    });
    return buildZip([
      { name: 'IM1', data, method: 0, claims: crc32 === undefined ? {} : { crc32 } },
    ]);
  }
  it('O22: a frame or picture before the checksum was compared is said to be one', async () => {
    const path = `${files.put('sound.zip', stored())}!/IM1`;
    const out = files.path('sound.png');
    for (const args of [
      ['frame', path, '1', '--sha256'],
      ['thumb', path, '-o', out],
    ]) {
      const { code, err } = await cli(args);
      expect(code).toBe(0);
      expect(err).toMatch(
        /^framedex: note: .*IM1 was given before the checksum of its archive was compared; --verify compares it first\n$/,
      );
      expect(await cli([...args, '--verify'])).toMatchObject({ code: 0, err: '' });
    }
  });
  it('O22: what is damaged is refused, as values, stored bytes and picture', async () => {
    const archive = files.put('unsound.zip', stored(1));
    for (const args of [
      ['frame', `${archive}!/IM1`, '1', '--sha256'],
      ['frame', archive, '1', '--encoded', '--sha256'],
      ['thumb', archive, '-o', files.path('unsound.png')],
    ]) {
      expect((await cli(args)).code).toBe(0);
      const { code, err } = await cli([...args, '--verify']);
      expect([code, err]).toEqual([1, expect.stringContaining('ZIP_CRC')]);
    }
  });
  it('O22: of a file without a checksum there is nothing to compare', async () => {
    const path = files.put('own.dcm', bytes);
    const { code, err } = await cli(['frame', path, '0', '--sha256', '--verify']);
    expect([code, err]).toEqual([0, `framedex: note: ${path} has no checksum to compare\n`]);
  });
});
describe('on a terminal', () => {
  it('doctor --check says how far it is', async () => {
    const path = files.put('far.zip', zipped);
    const checked = await cli(['doctor', path, '--check'], { terminal: true });
    expect(checked.err).toContain('IM1: 0 of 2 frames');
  });
});
describe('thumb of a series with a broken slice in the middle', () => {
  it('pictures its neighbour where the slice in the middle is damaged, and names that one', async () => {
    const slice = (number) =>
      dicom({
        elements: [
          [0x0020000d, 'UI', '1.2.3'],
          [0x0020000e, 'UI', '1.2.3.4'],
          [0x00200013, 'IS', String(number)],
          ...imagePixel({ rows: 256, columns: 256 }),
          [0x7fe00010, 'OW', noise(2 * 256 * 256)],
        ],
      }).bytes;
    const entries = [1, 2, 3].map((number) => ({ name: `IM${number}`, data: slice(number) }));
    const path = files.put(
      'middle.zip',
      buildZip(entries.map((one, k) => (k === 1 ? { ...one, claims: { crc32: 1 } } : one))),
    );
    const out = files.path('middle.png');
    const beside = await cli(['thumb', path, '-o', out]);
    expect(beside.code).toBe(0);
    expect(beside.err).toContain('IM2');
    expect((await cli(['thumb', path, '-o', out, '--frame', '1'])).code).toBe(1);
  });
});
