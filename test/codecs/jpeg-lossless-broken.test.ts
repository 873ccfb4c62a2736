import { describe, expect, it } from 'vitest';
import { decodeJpegLossless } from '../../src/codecs/jpeg-lossless.ts';
import { concat, hex, hexOf } from '../support/build-value.ts';
import { randomOf } from '../support/encapsulations.ts';
import { losslessEncode } from '../support/jpeg-lossless-encode.ts';
import {
  PICTURE,
  PIXEL,
  STREAM,
  cellsOf,
  faultOf,
  patched,
  pixelFor,
  placeOf,
  samplesBySeed,
} from '../support/jpeg-lossless-pictures.ts';
import { pixelOf } from '../support/pixel.ts';

describe('broken JPEG Lossless', () => {
  it('H32: is refused wherever it is cut, at no place behind the cut', () => {
    for (let length = 0; length < STREAM.length - 2; length++) {
      const { code, offset } = faultOf(STREAM.slice(0, length));
      expect(code).toBe('CODEC');
      expect(offset).toBeLessThanOrEqual(length);
    }
  });

  it('H32: is given where its EOI alone is cut off, with a note', () => {
    const padded = Uint8Array.of(...STREAM.subarray(0, -2), 0);
    for (const bytes of [STREAM.slice(0, -1), STREAM.slice(0, -2), padded]) {
      const decoded = decodeJpegLossless(bytes, PIXEL);
      expect(cellsOf(decoded)).toEqual(PICTURE.samples);
      expect(decoded.notes).toContainEqual({ message: 'no EOI behind the coded data' });
      expect(decoded.partial).toBeUndefined();
    }
    const linesBehind = losslessEncode(PICTURE, { linesBehind: true });
    expect(faultOf(linesBehind.slice(0, -8))).toMatchObject({ code: 'CODEC', found: 'no DNL' });
  });

  it('H32: is refused where coded data is left over that is no padding', () => {
    for (const surplus of ['01', '00 01', '01 00', '00'.repeat(17)]) {
      const bytes = losslessEncode(PICTURE, { surplus: hex(surplus) });
      expect(faultOf(bytes)).toMatchObject({ code: 'CODEC', found: 'coded data left over' });
    }
  });

  it('H32: is refused where a hole of zeros was read as codes', () => {
    const bytes = losslessEncode(PICTURE);
    const from = placeOf(bytes, 'FF DA') + 10;
    bytes.fill(0, from + 40, from + 120);
    expect(faultOf(bytes).code).toBe('CODEC');
  });

  it('H32: is refused where samples have more bits than the precision', () => {
    for (const value of [4096, 61440, 65535]) {
      const samples = Array.from(PICTURE.samples, (sample, k) => (k === 7 ? value : sample));
      const picture = { ...PICTURE, samples };
      const fault = { code: 'CODEC', found: 'samples of more bits' };
      expect(faultOf(losslessEncode(picture))).toMatchObject(fault);
    }
  });

  it('H32: is refused wherever it is cut and ended', () => {
    for (let length = 2; length < STREAM.length - 2; length++) {
      expect(faultOf(Uint8Array.of(...STREAM.subarray(0, length), 0xff, 0xd9)).code).toBe('CODEC');
    }
  });

  it('tells where the data ends that should go on', () => {
    const bytes = patched(STREAM, 'FF D1', 'FF D9');
    const offset = placeOf(STREAM, 'FF D1');
    expect(faultOf(bytes)).toMatchObject({ code: 'CODEC', offset });
    const all = losslessEncode(PICTURE);
    const cut = Uint8Array.of(...all.subarray(0, all.length - 40), 0xff, 0xd9);
    expect(faultOf(cut)).toMatchObject({ code: 'CODEC', offset: all.length - 40 });
  });

  it('tells where bits are no code, stuffed zeros counted', () => {
    // Two codes of two bits: 10 and 11 are none.
    const code = { counts: [0, 2, ...Array<number>(14).fill(0)], categories: [0, 1] };
    const picture = { rows: 1, columns: 40, components: 1, precision: 8 };
    const flat = { ...picture, samples: Array<number>(40).fill(128) };
    const bytes = losslessEncode(flat, { codes: [code] });
    const start = bytes.length - 2 - 10;
    bytes[start + 3] = 0xff;
    bytes[start + 4] = 0;
    expect(faultOf(bytes, pixelFor(flat))).toMatchObject({
      code: 'CODEC',
      offset: start + 3,
      found: 'bits that are no code',
    });
  });

  it('has 500 bits changed, and gives a frame or CODEC', () => {
    const random = randomOf(11);
    let refused = 0;
    for (let k = 0; k < 500; k++) {
      const bytes = STREAM.slice();
      const at = random.below(k % 3 === 0 ? 60 : bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      const { code } = faultOf(bytes.slice());
      expect(['none', 'CODEC']).toContain(code);
      if (code === 'CODEC') refused++;
    }
    expect(refused).toBeGreaterThan(50);
  });

  it.each<readonly [string, string, string, string]>([
    ['H30: another number of rows', 'C3 000B 0C 0014', 'C3 000B 0C 0015', 'FF C3'],
    ['H30: another number of columns', '0014 000C 01', '0014 000D 01', 'FF C3'],
    ['H30: a precision of 1 bit', 'C3 000B 0C', 'C3 000B 01', 'FF C3'],
    ['no predictor', '01 00 06 00 00', '01 00 00 00 00', '06 00 00'],
    ['predictor 8', '01 00 06 00 00', '01 00 08 00 00', '06 00 00'],
    ['a point transform of all bits', '06 00 00', '06 00 0C', '00'],
    ['another component in the scan', 'DA 0008 01 01', 'DA 0008 01 02', '01 00 06'],
    ['a table that is not there', 'DA 0008 01 01 00', 'DA 0008 01 01 10', '01 00 06'],
    ['a restart interval of half a row', 'FF DD 0004 003C', 'FF DD 0004 0006', '01 01 00 06'],
    ['a restart with another number', 'FF D1', 'FF D2', 'FF D1'],
    ['no restart', 'FF D2', 'FF FE', 'FF D2'],
    ['restarts that nothing tells of', 'FF DD 0004 003C', 'FF DD 0004 0000', 'FF D0'],
    ['more codes than there are', '00 00 03 01', '00 00 05 01', '00 00 03 01'],
    ['a longer table segment', 'FF C4 0024', 'FF C4 0025', 'FF C4'],
    ['category 17', '0E 0F 10 FF', '0E 0F 11 FF', '00 00 03 01'],
    ['no image start', 'FF D8', 'FF D7', 'FF D8'],
    ['another process', 'FF C3', 'FF C1', 'FF D8'],
    ['a byte between segments', 'FF DD', '00 FF DD', 'FF DD'],
    ['a marker that nothing is known of', 'FF DD 0004', 'FF 02 0004', 'FF DD'],
    ['a hierarchical progression', 'FF DD 0004', 'FF DE 0004', 'FF DD'],
  ])('is refused: %s', (_, from, to) => {
    expect(faultOf(patched(STREAM, from, to)).code).toBe('CODEC');
  });

  it('is refused where components are missing, twice, out of order or of another size', () => {
    const samples = samplesBySeed(60, 8, 4);
    const picture = { rows: 5, columns: 4, components: 3, precision: 8, samples };
    const pixel = pixelFor(picture);
    for (const scans of [[[0], [1]], [[0], [1], [1], [2]], [[0, 0, 1, 2]], [[2, 1, 0]], []]) {
      expect(faultOf(losslessEncode(picture, { scans }), pixel).code).toBe('CODEC');
    }
    const bytes = losslessEncode(picture);
    expect(faultOf(patched(bytes, '01 11 00 02', '01 21 00 02'), pixel).code).toBe('CODEC');
    expect(faultOf(bytes, pixelFor({ ...picture, components: 1 })).code).toBe('CODEC');
  });

  it('is refused where it has a second frame', () => {
    const header = hex('FF C3 000B 0C 0014 000C 01 01 11 00');
    const twice = patched(STREAM, 'FF DD', `${hexOf(header)} FF DD`);
    expect(faultOf(twice)).toMatchObject({ code: 'CODEC', found: 'a second frame header' });
  });

  it('is refused in cells that cannot hold it', () => {
    for (const bitsAllocated of [8, 12, 24, 64]) {
      const pixel = pixelFor(PICTURE, { bitsAllocated, bitsStored: 8, highBit: 7 });
      expect(faultOf(STREAM, pixel).code).toBe('CODEC');
    }
  });

  it('is not held against tables that no scan uses', () => {
    const wrong = Uint8Array.of(0xff, 0xc4, 0, 0x14, 3, 9, ...Array<number>(15).fill(0), 1);
    const wider = [
      0xff,
      0xc4,
      0,
      28,
      3,
      9,
      ...Array<number>(15).fill(0),
      ...Array<number>(9).fill(0),
    ];
    const before = hexOf(Uint8Array.from(wider));
    const bytes = patched(STREAM, 'FF DD', `${before} FF DD`);
    expect(cellsOf(decodeJpegLossless(bytes, PIXEL))).toEqual(PICTURE.samples);
    const short = patched(STREAM, 'FF DD', `${hexOf(wrong)} FF DD`);
    expect(faultOf(short).code).toBe('CODEC');
  });

  it('H32: is refused before memory is taken for a picture that its bytes cannot hold', () => {
    const size = { rows: 65535, columns: 65535 };
    const small = { rows: 1, columns: 1, components: 1, precision: 16, samples: [0] };
    const bytes = patched(losslessEncode(small), '10 0001 0001', '10 FFFF FFFF');
    expect(bytes.length).toBeLessThan(110);
    expect(faultOf(bytes, pixelOf(size))).toMatchObject({ code: 'CODEC', offset: bytes.length });
  });

  it('H32: ends with endless markers that stand alone, fill bytes and empty segments', () => {
    const head = STREAM.subarray(0, placeOf(STREAM, 'FF DD'));
    for (const filler of ['FF 01', 'FF D0', 'FF FF', 'FF FE 00 02', 'FF C4 00 02']) {
      const one = hex(filler);
      const many = Uint8Array.from({ length: 300_000 }, (_, at) => one[at % one.length] ?? 0);
      expect(faultOf(concat(head, many)).code).toBe('CODEC');
    }
  });

  it('H32: is refused where the number of lines is another one behind the scan, or not there', () => {
    const bytes = losslessEncode(PICTURE, { linesBehind: true });
    expect(cellsOf(decodeJpegLossless(bytes, PIXEL))).toEqual(PICTURE.samples);
    const other = patched(bytes, 'FF DC 0004 0014', 'FF DC 0004 0015');
    expect(faultOf(other)).toMatchObject({ code: 'CODEC', offset: bytes.length - 4 });
    expect(faultOf(patched(bytes, 'FF DC 0004 0014', '')).code).toBe('CODEC');
    const right = patched(STREAM, 'FF D9', 'FF DC 0004 0014 FF D9');
    expect(cellsOf(decodeJpegLossless(right, PIXEL))).toEqual(PICTURE.samples);
  });
});

describe('lenient JPEG Lossless', () => {
  it('gives the rows before a cut, and 0 for the rest, whatever was there before', () => {
    for (const length of [STREAM.length - 3, 500, 300, 200, 100]) {
      const into = new Uint8Array(480).fill(7);
      const cut = STREAM.slice(0, length);
      const decoded = decodeJpegLossless(cut, PIXEL, { lenient: true, into });
      const cells = cellsOf(decoded);
      const rows = cells.findLastIndex((value) => value !== 0) / 12;
      const whole = 12 * Math.ceil(rows);
      expect(cells.slice(0, whole)).toEqual(Array.from(PICTURE.samples).slice(0, whole));
      expect(whole).toBeLessThan(240);
      expect(decoded.partial).toBe(true);
      expect(decoded.notes).toEqual([{ message: 'the code stream is broken' }]);
    }
  });

  it('gives most of a frame that has lost little', () => {
    const bytes = patched(STREAM, 'FF D1', 'FF D2');
    const cells = cellsOf(decodeJpegLossless(bytes, PIXEL, { lenient: true }));
    const expected = Array.from(PICTURE.samples, (value, k) => (k < 120 ? value : 0));
    expect(cells).toEqual(expected);
  });

  it('gives the components before a fault', () => {
    const samples = samplesBySeed(60, 8, 4);
    const picture = { rows: 5, columns: 4, components: 3, precision: 8, samples };
    const bytes = losslessEncode(picture, { scans: [[0], [2]] });
    const decoded = decodeJpegLossless(bytes, pixelFor(picture), { lenient: true });
    expect(cellsOf(decoded)).toEqual(samples.map((value, k) => (k % 3 === 1 ? 0 : value)));
    expect(decoded.partial).toBe(true);
  });

  it('gives a whole frame where only the end is missing', () => {
    const decoded = decodeJpegLossless(STREAM.slice(0, -2), PIXEL, { lenient: true });
    expect(cellsOf(decoded)).toEqual(PICTURE.samples);
    expect(decoded.partial).toBeUndefined();
    expect(decoded.notes).toEqual([{ message: 'no EOI behind the coded data' }]);
  });

  it('is partial whatever the fault: no row behind codes that were misread can be trusted', () => {
    const surplus = losslessEncode(PICTURE, { surplus: hex('01') });
    const samples = Array.from(PICTURE.samples, (value, k) => (k === 200 ? 4096 : value));
    const wide = losslessEncode({ ...PICTURE, samples });
    const second = patched(STREAM, 'FF D9', 'FF 02 00 02 FF D9');
    for (const bytes of [surplus, wide, second]) {
      const decoded = decodeJpegLossless(bytes, PIXEL, { lenient: true });
      expect(decoded.partial).toBe(true);
      expect(decoded.notes).toEqual([{ message: 'the code stream is broken' }]);
    }
  });

  it('refuses another picture', () => {
    const pixel = pixelFor(PICTURE, { rows: 21 });
    expect(faultOf(STREAM, pixel, { lenient: true }).code).toBe('CODEC');
    expect(faultOf(hex('FF D8 FF D9'), PIXEL, { lenient: true }).code).toBe('CODEC');
  });
});
