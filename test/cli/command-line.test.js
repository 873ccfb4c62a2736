import { mkdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAll } from '../../src/cli/inputs.js';
import { dicom, imagePixel } from '../support/build-dicom.js';
import { buildZip } from '../support/build-zip.js';
import { SAMPLE, cli, scratch, twoFrames } from './run-cli.js';
const VERBS = ['ls', 'tags', 'frames', 'frame', 'thumb', 'show', 'doctor', 'index'];
let files;
beforeAll(() => {
  files = scratch();
});
afterAll(() => {
  files.remove();
});
describe('help and version', () => {
  it('names every verb', async () => {
    const { code, out, err } = await cli(['--help']);
    expect([code, err]).toEqual([0, '']);
    for (const verb of VERBS) expect(out).toMatch(new RegExp(`^  ${verb} `, 'm'));
  });
  it.each(VERBS)('%s explains itself, without an input', async (verb) => {
    for (const args of [
      [verb, '--help'],
      ['--help', verb],
      [verb, 'x', '-h'],
    ]) {
      const { code, out, err } = await cli(args);
      expect([code, err]).toEqual([0, '']);
      expect(out).toMatch(new RegExp(`^Usage: framedex ${verb} INPUT`));
      expect(out).toContain('--stats');
    }
  });
  it('is no wider than 100 columns', async () => {
    for (const args of [['--help'], ...VERBS.map((verb) => [verb, '--help'])]) {
      const { out } = await cli(args);
      expect(out.split('\n').filter((line) => line.length > 100)).toEqual([]);
    }
  });
  it('takes help for --help', async () => {
    expect((await cli(['help'])).out).toBe((await cli(['--help'])).out);
    expect((await cli(['help', 'tags'])).out).toBe((await cli(['tags', '--help'])).out);
  });
  it('says the version of package.json', async () => {
    const manifest = new URL('../../package.json', import.meta.url);
    const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
    expect(await cli(['--version'])).toMatchObject({ code: 0, out: `${version}\n` });
  });
});
describe('Q06 a wrong command line', () => {
  it.each([
    [[]],
    [['ls']],
    [['lss', SAMPLE]],
    [['ls', '--nonsense', SAMPLE]],
    [['ls', '-', '-']],
    [['tags', SAMPLE, '--tag', 'PatientNam']],
    [['tags', SAMPLE, '--tag']],
    [['frame', SAMPLE]],
    [['frame', SAMPLE, 'one']],
    [['frame', SAMPLE, '-1']],
    [['frame', SAMPLE, '0']],
    [['frame', SAMPLE, '0', '--encoded', '--cells']],
    [['frame', SAMPLE, '0', '--encoded', '--packed']],
    [['frame', SAMPLE, '0', '--packed', '--cells']],
    [['help', 'nix']],
    [['nix', '--help']],
    [['thumb', SAMPLE]],
    [['thumb', SAMPLE, '-o', 'out.gif']],
    [['thumb', SAMPLE, '-o', 'out.png', '--size', '0']],
    [['thumb', SAMPLE, '-o', 'out.png', '--size', '1e9']],
    [['thumb', SAMPLE, '-o', 'out.png', '--window', '40,']],
    [['thumb', SAMPLE, '-o', 'out.png', '--window', '40,0']],
    [['thumb', SAMPLE, '-o', 'out.png', '--frame', 'last']],
    [['thumb', SAMPLE, '-o', '-']],
    [['thumb', SAMPLE, '-o', '-', '--json']],
  ])('%j is exit code 2, with a hint', async (args) => {
    const { code, out, err } = await cli(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/--help/);
    expect(err).not.toMatch(/\n\s+at /);
  });
  it.each([
    ['lss', 'ls'],
    ['tag', 'tags'],
    ['thumbs', 'thumb'],
  ])('suggests for %s the verb %s', async (word, verb) => {
    for (const args of [
      [word, SAMPLE],
      ['help', word],
      [word, '--help'],
    ]) {
      const { code, out, err } = await cli(args);
      expect([code, out]).toEqual([2, '']);
      expect(err).toContain(`Did you mean framedex ${verb}?`);
    }
  });
  it('says with --help which verbs take --index, as each of them does', async () => {
    const general = (await cli(['--help'])).out;
    const [, listed = ''] = /^Option of (.*):\n {2}--index FILE/m.exec(general) ?? [];
    const verbs = VERBS.filter((verb) => new RegExp(`\\b${verb}\\b`).test(listed));
    expect(verbs).toEqual(['tags', 'frames', 'frame', 'thumb', 'show', 'doctor']);
    for (const verb of VERBS) {
      const option = /^ {2}--index FILE/m.test((await cli([verb, '--help'])).out);
      expect([verb, option]).toEqual([verb, verbs.includes(verb)]);
    }
  });
  it('suggests the keyword that was meant', async () => {
    const { err } = await cli(['tags', SAMPLE, '--tag', 'PatientNam']);
    expect(err).toContain('Did you mean PatientName?');
  });
});
describe('Q06 an input that cannot be read', () => {
  const truncated = () => readFileSync(SAMPLE).subarray(0, 300_000);
  const inputs = [
    ['empty.dcm', () => '', 'EMPTY'],
    ['text.txt', () => 'This is no DICOM object.\n', 'NOT_DICOM'],
    ['cut.zip', truncated, 'ZIP_FORMAT'],
    ['text.zip', () => 'no archive', 'ZIP_FORMAT'],
    ['nothing.zip', () => buildZip([]), 'NOT_DICOM'],
    ['notes.zip', () => buildZip([{ name: 'a.txt', data: Buffer.from('text') }]), 'NOT_DICOM'],
  ];
  it.each(inputs)('%s: exit code 1 and one line of reason', async (name, bytes, code) => {
    const path = files.put(name, bytes());
    for (const verb of ['ls', 'tags', 'frames']) {
      const { code: exit, err } = await cli([verb, path]);
      expect(exit).toBe(1);
      expect(err).toMatch(new RegExp(`^framedex: .*${code}: .*\n$`));
      expect(err).toContain(name);
    }
  });
  it.each(inputs)(
    '%s: --json prints one document with code and message',
    async (name, bytes, code) => {
      const path = files.put(name, bytes());
      const { out } = await cli(['ls', path, '--json']);
      const document = JSON.parse(out);
      expect(document.inputs[0]?.error.code).toBe(code);
      const tags = JSON.parse((await cli(['tags', path, '--json'])).out);
      expect(JSON.stringify(tags)).toContain(`"code":"${code}"`);
    },
  );
  it('a missing file, a missing member, a folder without DICOM', async () => {
    mkdirSync(files.path('nothing here'));
    for (const input of [
      files.path('missing.dcm'),
      `${SAMPLE}!/missing`,
      files.path('nothing here'),
    ]) {
      const { code, out, err } = await cli([input]);
      expect(code).toBe(1);
      expect(err.split('\n')).toHaveLength(2);
      expect(`${out}${err}`).not.toMatch(/\n\s+at /);
    }
  });
  it('a --json error has code and offset', async () => {
    const path = files.put('bytes.dcm', new Uint8Array(600).fill(0xee));
    const { code, out } = await cli(['tags', path, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({
      error: {
        code: 'NOT_DICOM',
        message: expect.stringContaining('bytes.dcm'),
        name: path,
        offset: 128,
      },
    });
  });
  it('is named while the rest is done', async () => {
    const { code, out, err } = await cli(['ls', files.path('missing.dcm'), SAMPLE]);
    expect(code).toBe(1);
    expect(err).toContain('missing.dcm');
    expect(out).toContain('Chest 5.0');
  });
});
describe('frame --packed', () => {
  /** PS3.5 8.1.1: the first pixel in the lowest bit; frame 1 starts inside of a byte. */
  const { bytes } = dicom({
    elements: [
      ...imagePixel({ rows: 1, columns: 10, bitsAllocated: 1, numberOfFrames: 2 }),
      [0x7fe00010, 'OB', [0b1000_0001, 0b1100_0110, 0b0000_1010, 0]],
    ],
  });
  it('gives pixels of 1 bit eight to the byte, each frame from the start of a byte', async () => {
    const path = files.put('bits.dcm', bytes);
    const frames = ['0', '1'].map((i) => cli(['frame', path, i, '--packed']));
    const [first, second] = await Promise.all(frames);
    expect([first?.bytes.toString('hex'), second?.bytes.toString('hex')]).toEqual(['8102', 'b102']);
    const out = files.path('bits.raw');
    const written = await cli(['frame', path, '0', '--packed', '-o', out]);
    expect(written.out).toBe(`${out}\t2 bytes\t10 x 1 1 bit, packed, MONOCHROME2\n`);
  });
  it('leaves others as they are', async () => {
    const path = files.put('words.dcm', twoFrames().bytes);
    expect(await cli(['frame', path, '0', '--packed'])).toEqual(await cli(['frame', path, '0']));
  });
});
describe('inputs', () => {
  it('are told by their bytes, whatever their names say', async () => {
    const archive = files.put('archive.bin', readFileSync(SAMPLE));
    expect((await cli([archive])).out).toContain('Chest 5.0');
    const image = files.put('image.zip', twoFrames().bytes);
    expect((await cli(['frames', image, '--json'])).code).toBe(0);
  });
  it('with DICM at byte 128 are DICOM, also when they begin like an archive (PS3.10 7.1)', async () => {
    const { bytes } = twoFrames([[0x00100010, 'PN', 'Two^Faced']]);
    bytes.set([0x50, 0x4b, 3, 4]);
    const { code, out } = await cli(['tags', files.put('both', bytes), '--tag', 'PatientName']);
    expect([code, out.slice(0, 28)]).toEqual([0, '(0010,0010) PN [Two^Faced]  ']);
  });
  it('may be members of archives, and standard input', async () => {
    const member = `${SAMPLE}!/DICOM/SE0001/IM0001`;
    const args = ['--tag', 'SeriesDescription'];
    expect((await cli(['tags', member, ...args])).out).toContain('[Scout]');
    const stdin = twoFrames([[0x0008103e, 'LO', 'piped']]).bytes;
    expect((await cli(['tags', '-', ...args], { stdin })).out).toContain('[piped]');
    const listed = await cli(['-'], { stdin: readFileSync(SAMPLE) });
    expect(listed.out).toContain('Chest 5.0');
  });
  it('of standard input are bounded', async () => {
    async function* endless() {
      for (;;) yield await Promise.resolve(new Uint8Array(64));
    }
    await expect(readAll(endless(), 'stdin', 1000)).rejects.toMatchObject({ code: 'VALUE_LIMIT' });
  });
});
describe('the end of a run', () => {
  it('Q07 is quiet where nobody reads any more', async () => {
    const onWrite = () => {
      throw Object.assign(new Error('write EPIPE'), { code: 'EPIPE', syscall: 'write' });
    };
    expect(await cli(['tags', SAMPLE], { onWrite })).toMatchObject({ code: 0, out: '', err: '' });
  });
  it('names a full disk without a stack trace', async () => {
    const onWrite = () => {
      throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', syscall: 'write' });
    };
    expect(await cli(['ls', SAMPLE], { onWrite })).toMatchObject({
      code: 1,
      err: 'framedex: IO: standard output: the disk is full\n',
    });
  });
  it('is 130 where the user interrupts', async () => {
    const interruption = new AbortController();
    interruption.abort();
    for (const args of [[SAMPLE], ['tags', SAMPLE], ['thumb', SAMPLE, '-o', 'never.png']]) {
      expect(await cli(args, { signal: interruption.signal })).toMatchObject({
        code: 130,
        err: '',
      });
    }
  });
  it('tells of a member bytes of its archive, and never more than there are', async () => {
    const data = twoFrames([[0x00104000, 'LT', 'x'.repeat(9000)]]).bytes;
    const zip = buildZip([{ name: 'IM0001', data }]);
    const archive = files.put('small.zip', zip);
    for (const input of [archive, `${archive}!/IM0001`]) {
      const { err } = await cli(['tags', input, '--all', '--stats']);
      expect(err).toContain(` of ${zip.length}`);
      const percent = /\(([\d.]+) %\)/.exec(err)?.[1];
      if (percent !== undefined) expect(Number(percent)).toBeLessThanOrEqual(100);
    }
    // Of a folder with archives, too.
    mkdirSync(files.path('of archives'));
    files.put('of archives/x.zip', zip);
    const { err } = await cli(['tags', files.path('of archives'), '--stats']);
    expect(err).toMatch(new RegExp(`bytes read \\d+ of ${zip.length}(?: \\([\\d.]+ %\\))?, peak`));
  });
  it('tells with --stats what it cost, on standard error', async () => {
    const { size } = { size: readFileSync(SAMPLE).length };
    for (const args of [['ls', SAMPLE], [SAMPLE], ['tags', SAMPLE], ['frames', SAMPLE]]) {
      const { err } = await cli([...args, '--stats']);
      const line =
        /^stats: reads (\d+), bytes read (\d+) of (\d+) \(([\d.]+) %\), peak buffers (\d+) bytes, .*time ([\d.]+) s$/m;
      const [, reads, bytes, of, percent, peak] = (line.exec(err) ?? []).map(Number);
      expect(of).toBe(size);
      expect(reads).toBeGreaterThan(0);
      expect(percent).toBeCloseTo((100 * (bytes ?? 0)) / size, 1);
      expect(peak).toBeGreaterThan(0);
    }
  });
});
