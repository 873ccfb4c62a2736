import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { constants, deflateRawSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileIndexJson } from '../../src/index.ts';
import { dicom, imagePixel } from '../support/build-dicom.ts';
import { buildZip } from '../support/build-zip.ts';
import { doctorJson } from '../support/doctor-report.ts';
import { noise } from '../support/noise.ts';
import { cli, scratch, twoFrames } from './run-cli.ts';
import type { Scratch } from './run-cli.ts';

let files: Scratch;

beforeAll(() => {
  files = scratch();
});

afterAll(() => {
  files.remove();
});

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe('a big deflated member', () => {
  const FRAME = 2048 * 2048 * 2;
  const COUNT = 9;
  let path: string;
  let pixels: Uint8Array;

  /** More than is inflated as a whole by default: 72 MiB, which deflate to few. */
  beforeAll(() => {
    pixels = new Uint8Array(FRAME * COUNT);
    for (let i = 0; i < COUNT; i++)
      pixels.set(
        noise(5000).map((byte) => byte ^ i),
        i * FRAME + 7000,
      );
    const { bytes } = dicom({
      elements: [
        ...imagePixel({ rows: 2048, columns: 2048, numberOfFrames: COUNT }),
        [0x7fe00010, 'OW', pixels],
      ],
    });
    path = files.put('big.zip', buildZip([{ name: 'IM1', data: bytes }]));
  });

  const frameSum = (i: number): string => sha256(pixels.subarray(i * FRAME, (i + 1) * FRAME));

  it('R81: is resumed by the checkpoints of an index, in any order, without a run', async () => {
    const index = files.path('big.json');
    const made = await cli(['index', `${path}!/IM1`, '--checkpoints', '-o', index, '--stats']);
    expect([made.code, made.err]).toEqual([0, expect.stringMatching(/checkpoints 1, /)]);
    const { checkpoints } = JSON.parse(readFileSync(index, 'utf8')) as FileIndexJson;
    expect(checkpoints?.size).toBeGreaterThan(FRAME * COUNT);
    expect(checkpoints?.windows.length).toBeGreaterThan(COUNT);
    for (const i of [7, 2]) {
      const args = ['frame', `${path}!/IM1`, String(i), '--sha256', '--index', index, '--stats'];
      const { code, out, err } = await cli(args);
      expect([code, out]).toEqual([0, `${frameSum(i)}\n`]);
      expect(err).toMatch(/, stretches resumed \d+, bytes inflated \d+, bytes of checkpoints /);
      expect(err).not.toMatch(/noted checkpoints|runs in order|inflated whole/);
      expect(Number(/bytes inflated (\d+)/.exec(err)?.[1])).toBeLessThan(3 * FRAME);
    }
  });

  it('R81: has no checkpoints in an index unless they are asked for', async () => {
    const { code, out, err } = await cli(['index', `${path}!/IM1`, '--stats']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).not.toHaveProperty('checkpoints');
    expect(err).not.toContain('noted checkpoints');
  });

  it('R81: on a terminal, index --checkpoints says how far it is', async () => {
    const args = ['index', `${path}!/IM1`, '--checkpoints', '-o', files.path('told.json')];
    const { code, err } = await cli(args, { terminal: true });
    expect(code).toBe(0);
    // How often depends on the machine: a fast one is done by the second time.
    expect(err).toMatch(/IM1: [\d.]+ [KM]?i?B of 72\.0 MiB/);
  });

  it('R81: how its frames are inflated, doctor says', async () => {
    const { records } = await doctorJson(path);
    expect(records[0]?.cost.inflated).toMatchObject({ by: 'checkpoints' });
    const { out } = await cli(['doctor', `${path}!/IM1`]);
    expect(out).toMatch(/deflated in the archive: frames in order take inflating [\d.]+ KiB to 72/);
  });

  it('O22: a wrong checksum blames no frame, unless checkpoints tell where the first damage is', async () => {
    const { bytes } = dicom({
      elements: [
        ...imagePixel({ rows: 2048, columns: 2048, numberOfFrames: COUNT }),
        [0x7fe00010, 'OW', pixels],
      ],
    });
    // Damaged in a stored block, so that the stream is another in that byte alone.
    const at = bytes.length - 3 * FRAME;
    const finishFlush = constants.Z_FULL_FLUSH;
    const streamOf = (block: Uint8Array): Uint8Array =>
      Buffer.concat([
        deflateRawSync(bytes.subarray(0, at), { finishFlush }),
        deflateRawSync(block, { level: 0, finishFlush }),
        deflateRawSync(bytes.subarray(at + block.length)),
      ]);
    const entry = { name: 'IM1', data: bytes };
    const put = (name: string, block: Uint8Array): string =>
      files.put(name, buildZip([{ ...entry, compressed: streamOf(block) }]));
    const sound = put('sound.zip', bytes.subarray(at, at + 100));
    const wrong = put('wrong.zip', new Uint8Array(100).fill(1));
    const { code, records } = await doctorJson(`${wrong}!/IM1`, '--check');
    expect([code, records[0]?.verdict, records[0]?.checksum]).toEqual([1, 'incomplete', 'wrong']);
    expect(records[0]?.frames.unreadable).toEqual([]);
    expect(records[0]?.error?.code).toBe('ZIP_CRC');
    expect(records[0]?.error?.meaning).toContain('any of its frames may be the damaged one');
    const index = files.path('stretches.json');
    expect((await cli(['index', `${sound}!/IM1`, '--checkpoints', '-o', index])).code).toBe(0);
    const told = await doctorJson(`${wrong}!/IM1`, '--check', '--index', index);
    expect([told.code, told.records[0]?.frames.unreadable]).toEqual([
      1,
      [expect.objectContaining({ from: 6, code: 'ZIP_CRC' })],
    ]);
  });
});

describe('doctor --check', () => {
  it('O22: compares the checksum of each member, stored ones too', async () => {
    const { bytes } = twoFrames();
    const compressed = bytes.slice();
    compressed[bytes.length - 1] = 99;
    const path = files.put(
      'sums.zip',
      buildZip([
        { name: 'deflated', data: bytes },
        { name: 'stored', data: bytes, method: 0 },
        { name: 'damaged', data: bytes, method: 0, compressed },
      ]),
    );
    const { code, records } = await doctorJson(path, '--check');
    expect(code).toBe(1);
    expect(records.map(({ checksum }) => checksum)).toEqual(['right', 'right', 'wrong']);
    expect(records.map(({ verdict }) => verdict)).toEqual(['sound', 'sound', 'incomplete']);
    expect(records[2]?.error?.code).toBe('ZIP_CRC');
    const unchecked = await doctorJson(path);
    expect([unchecked.code, unchecked.records[2]?.verdict]).toEqual([0, 'sound']);
    expect(unchecked.records[0]).not.toHaveProperty('checksum');
    const { out } = await cli(['doctor', `${path}!/damaged`, '--check']);
    expect(out).toContain('\n  error     ZIP_CRC: ');
    expect(out).toContain('\n  checksum  that of the archive is wrong\n');
    expect((await cli(['doctor', `${path}!/stored`, '--check'])).out).toContain(
      '\n  checksum  that of the archive is right\n',
    );
  });

  it('O22: says of a file of its own that it has none', async () => {
    const path = files.put('loose.dcm', twoFrames().bytes);
    const { code, out } = await cli(['doctor', path, '--check']);
    expect(code).toBe(0);
    expect(out).toContain('\n  checksum  none: nothing tells whether all bytes are as they were\n');
  });
});

describe('--nested', () => {
  it('O26: every verb looks into archives in archives with it alone', async () => {
    const inner = buildZip([{ name: 'IM1', data: twoFrames().bytes }]);
    const path = files.put('outer.zip', buildZip([{ name: 'inner.zip', data: inner }]));
    const without = await cli(['ls', path]);
    expect(without.code).toBe(1);
    expect(without.err).toContain('ZIP_NESTED');
    for (const verb of ['ls', 'tags', 'frames', 'doctor', 'index']) {
      const { code, out } = await cli([verb, path, '--nested']);
      expect([verb, code]).toEqual([verb, 0]);
      expect(out.length).toBeGreaterThan(50);
    }
    const { code, out } = await cli(['frame', `${path}!/inner.zip!/IM1`, '1', '--sha256']);
    const second = Uint16Array.of(7, 8, 9, 10, 11, 12);
    expect([code, out]).toEqual([0, `${sha256(new Uint8Array(second.buffer))}\n`]);
    const { records } = await doctorJson(`${path}!/inner.zip!/IM1`);
    expect(records[0]).toMatchObject({ size: twoFrames().bytes.length, verdict: 'sound' });
  });
});

describe('an object that gzip compressed', () => {
  it('is read by every verb, and doctor knows its size', async () => {
    const { bytes } = twoFrames();
    const path = files.put('IM1.dcm.gz', gzipSync(bytes));
    const { code, records } = await doctorJson(path, '--check');
    expect(code).toBe(0);
    expect(records[0]).toMatchObject({ size: bytes.length, verdict: 'sound', checksum: 'right' });
  });
});

describe('--stats', () => {
  it('counts what was inflated, of a stored member nothing', async () => {
    const { bytes } = dicom({
      elements: [...imagePixel({ rows: 300, columns: 300 }), [0x7fe00010, 'OW', noise(180_000)]],
    });
    const path = files.put(
      'stats.zip',
      buildZip([
        { name: 'IM1', data: bytes },
        { name: 'IM2', data: bytes, method: 0 },
      ]),
    );
    const deflated = await cli(['frame', `${path}!/IM1`, '0', '--sha256', '--stats']);
    expect(deflated.err).toMatch(/, members inflated whole 1, bytes inflated \d+, /);
    const stored = await cli(['frame', `${path}!/IM2`, '0', '--sha256', '--stats']);
    expect(stored.err).not.toContain('inflated');
    expect((await cli(['frames', path, '--stats'])).err).toMatch(/, bytes inflated \d+, /);
  });
});

it('an option that there is not is answered with the one that was meant', async () => {
  const { code, err } = await cli(['index', 'x.zip', '--checkpoint']);
  expect(code).toBe(2);
  expect(err).toContain("unknown option '--checkpoint'. Did you mean --checkpoints?");
  expect((await cli(['ls', 'x.zip', '--xyzzy'])).err).not.toContain('Did you mean');
});
