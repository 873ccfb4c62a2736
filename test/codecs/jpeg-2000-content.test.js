import { describe, expect, it } from 'vitest';
import { htj2kCodec, jpeg2000Codec } from '../../src/codecs/default-codecs.js';
import { readJpeg2000Header } from '../../src/codecs/jpeg-2000-header.js';
import { tileParts } from '../../src/codecs/jpeg-2000-tile-parts.js';
import { codeStreamFixture, codeStreamOf } from '../support/code-stream-fixtures.js';
import { decoderOf } from '../support/codec-platform.js';
import { codeOf } from '../support/open-built.js';
const EOC = [0xff, 0xd9];
async function decode(name, bytes, options = {}, parts = {}) {
  const codec = name.startsWith('htj2k') ? htj2kCodec : jpeg2000Codec;
  const { pixel } = codeStreamFixture(name);
  return (await decoderOf(codec)).decode(bytes, { ...pixel, ...parts }, options);
}
/** Without the padding behind EOC. */
function streamOf(name) {
  const bytes = codeStreamOf(codeStreamFixture(name));
  return bytes.at(-1) === 0 ? bytes.slice(0, -1) : bytes;
}
function tilePartsOf(bytes) {
  const first = readJpeg2000Header(bytes)?.firstTilePart ?? 0;
  return { first, parts: [...tileParts(bytes, first)] };
}
/** The stream of just those tile-parts. */
function withTileParts(bytes, isKept) {
  const { first, parts } = tilePartsOf(bytes);
  const kept = parts.filter(({ index, tile }) => isKept(index, tile));
  const pieces = kept.map(({ at, length }) => [...bytes.subarray(at, at + length)]);
  return Uint8Array.from([...bytes.subarray(0, first), ...pieces.flat(), ...EOC]);
}
/** Cut after `length` bytes, with an EOC behind, and a Psot that agrees or is open. */
function patched(bytes, length, isOpen) {
  const { first } = tilePartsOf(bytes);
  const out = Uint8Array.from([...bytes.subarray(0, length), ...EOC]);
  new DataView(out.buffer).setUint32(first + 6, isOpen ? 0 : length - first);
  return out;
}
describe('tile-parts (T.800 A.4.2)', () => {
  const whole = streamOf('jpeg-2000-tile-parts');
  const { first, parts } = tilePartsOf(whole);
  const last = 3;
  it('are several of each tile, and say how many', () => {
    const four = [0, 1, 2, last];
    expect(parts.map(({ index }) => index)).toEqual([...four, ...four, ...four, ...four]);
    expect(parts.every(({ count }) => count === last + 1)).toBe(true);
  });
  it.each([
    ['the last', (index) => index < last],
    ['all but the first', (index) => index === 0],
    ['one in the midst', (index) => index !== 1],
    ['the first', (index) => index > 0],
  ])('H32: %s missing', async (_, isKept) => {
    const bytes = withTileParts(whole, isKept);
    expect(await codeOf(decode('jpeg-2000-tile-parts', bytes))).toBe('CODEC');
  });
  it('H32: one that comes twice', async () => {
    const end = (parts[0]?.at ?? 0) + (parts[0]?.length ?? 0);
    const bytes = Uint8Array.from([...whole.subarray(0, end), ...whole.subarray(first)]);
    expect(await codeOf(decode('jpeg-2000-tile-parts', bytes))).toBe('CODEC');
  });
  it('need not say how many they are', async () => {
    const bytes = whole.slice();
    for (const { at } of parts) bytes[at + 11] = 0;
    const { bytes: right } = await decode('jpeg-2000-tile-parts', whole.slice());
    expect((await decode('jpeg-2000-tile-parts', bytes)).bytes).toEqual(right);
  });
  it.each(['jpeg-2000-tiles', 'htj2k-tiles'])('H32: %s without one of its tiles', async (name) => {
    const bytes = withTileParts(streamOf(name), (_, tile) => tile !== 1);
    expect(await codeOf(decode(name, bytes))).toBe('CODEC');
  });
});
describe.each([
  'htj2k-rpcl-256',
  'htj2k-rgb8-rct',
  'htj2k-lrcp',
  'jpeg-2000-u12',
  'jpeg-2000-rgb8',
])('packets that are missing although EOC is there: %s', (name) => {
  const whole = streamOf(name);
  it.each([
    [0.3, true],
    [0.6, false],
    [0.9, true],
    [0.99, false],
    [0.99, true],
  ])('H32: after %d of the bytes, Psot open: %s', async (part, isOpen) => {
    const bytes = patched(whole, Math.floor(whole.length * part), isOpen);
    expect(await codeOf(decode(name, bytes.slice()))).toBe('CODEC');
    const { partial } = await decode(name, bytes, { lenient: true });
    expect(partial).toBe(true);
  });
  it('all are there where Psot alone is open', async () => {
    const bytes = patched(whole, whole.length - 2, true);
    const { bytes: right } = await decode(name, whole.slice());
    const decoded = await decode(name, bytes);
    expect(decoded.bytes).toEqual(right);
    expect(decoded.notes).toEqual([]);
  });
  it('zeros behind the last one are noted, other bytes refused where the decoder sees nothing', async () => {
    const padded = Uint8Array.from([...whole.subarray(0, -2), 0, 0]);
    const decoded = await decode(name, patched(padded, padded.length, false));
    expect(decoded.bytes).toEqual((await decode(name, whole.slice())).bytes);
    expect(decoded.notes).toHaveLength(1);
    const more = Uint8Array.from([...padded, 1, 2, 3]);
    const other = decode(name, patched(more, more.length, false));
    if (name.startsWith('htj2k')) expect(await codeOf(other)).toBe('CODEC');
    else expect((await other).notes).toHaveLength(1);
  });
});
describe('no EOC', () => {
  const NAMES = ['jpeg-2000-u12', 'jpeg-2000-tiles', 'htj2k-u12', 'htj2k-rgb8-rct', 'htj2k-tiles'];
  it.each(NAMES)('%s: all tile-parts are there', async (name) => {
    const whole = streamOf(name);
    const { bytes: right } = await decode(name, whole.slice());
    const open = whole.slice(0, -2);
    for (const bytes of [open, Uint8Array.from([...open, 0]), whole.slice(0, -1)]) {
      const decoded = await decode(name, bytes);
      expect(decoded.bytes).toEqual(right);
      expect(decoded.partial).toBeUndefined();
      expect(decoded.notes).toEqual([{ message: 'no EOC behind the last tile-part' }]);
    }
  });
  it.each(NAMES)('H32: %s, cut inside', async (name) => {
    const whole = streamOf(name);
    for (const less of [3, 4, 5, 17, 400]) {
      const refused = decode(name, whole.slice(0, -less));
      expect(await codeOf(refused)).toBe('CODEC');
    }
  });
  it('H32: tile-parts that do not say how many they are', async () => {
    const name = 'jpeg-2000-tile-parts';
    const whole = streamOf(name);
    const { parts } = tilePartsOf(whole);
    for (const { at } of parts) whole[at + 11] = 0;
    for (const { at } of parts.slice(1)) {
      expect(await codeOf(decode(name, whole.slice(0, at)))).toBe('CODEC');
    }
  });
});
describe('what is behind and before', () => {
  it.each(['jpeg-2000-u12', 'htj2k-u12'])('another %s behind EOC is told', async (name) => {
    const whole = streamOf(name);
    const { bytes: right } = await decode(name, whole.slice());
    const decoded = await decode(name, Uint8Array.from([...whole, ...whole]));
    expect(decoded.bytes).toEqual(right);
    expect(decoded.notes).toMatchObject([{ message: expect.stringContaining('behind') }]);
    const padded = await decode(name, Uint8Array.from([...whole, 0, 0, 0, 0]));
    expect(padded.notes).toEqual([]);
  });
  it.each(['jpeg-2000-u8', 'htj2k-u8'])('%s: code-blocks without bytes', async (name) => {
    const bytes = streamOf(name);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (const at of [8, 12, 24, 28]) view.setUint32(at, 8000);
    let cod = 0;
    while (view.getUint16(cod) !== 0xff52) cod++;
    bytes.set([0, 0], cod + 10);
    const refused = decode(name, bytes, {}, { rows: 8000, columns: 8000 });
    await expect(refused).rejects.toMatchObject({
      code: 'CODEC',
      details: { expected: 'a byte for each code-block' },
    });
  });
  it('H30: 3 KB that claim 400 million samples', async () => {
    const bytes = streamOf('htj2k-u12');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (const at of [8, 12, 24, 28]) view.setUint32(at, 20000);
    const refused = decode('htj2k-u12', bytes, {}, { rows: 20000, columns: 20000 });
    expect(await codeOf(refused)).toBe('CODEC');
  });
});
