import { describe, expect, it } from 'vitest';
import {
  CODE_STREAM_START,
  codeStreamFamily,
  endsCodeStream,
  isRleHeader,
} from '../../src/codecs/code-stream-start.js';
import { concat, hex } from '../support/build-value.js';
import { jp2, jpeg, jpeg2000, jxl, rleHeader, segment } from '../support/code-streams.js';
/** What a fragment that starts with these bytes starts. */
function familyOf(bytes) {
  const start = typeof bytes === 'string' ? hex(bytes) : bytes;
  return codeStreamFamily(start.subarray(0, CODE_STREAM_START));
}
describe('codeStreamFamily', () => {
  it('H04 knows what starts a frame', () => {
    expect(familyOf(jpeg())).toBe('jpeg');
    expect(familyOf(jpeg({ sof: 0xf7, before: new Uint8Array(0) }))).toBe('jpeg');
    expect(familyOf(jpeg2000())).toBe('jpeg-2000');
    expect(familyOf(jp2())).toBe('jpeg-2000');
    expect(familyOf(jxl())).toBe('jpeg-xl');
    expect(familyOf('FF 0A 1D 3E')).toBe('jpeg-xl');
    expect(familyOf(rleHeader(2, 64, 100))).toBe('rle');
  });
  it('H04 asks for a marker that can follow SOI', () => {
    const following = Array.from({ length: 256 }, (_, code) => code).filter(
      (code) => familyOf(Uint8Array.of(0xff, 0xd8, 0xff, code, 0, 4)) === 'jpeg',
    );
    const frames = [0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf];
    const application = Array.from({ length: 16 }, (_, k) => 0xe0 + k);
    // DHT and DAC; DQT, DRI, DHP; SOF55, LSE; COM, fill bytes.
    const tables = [0xc4, 0xcc, 0xdb, 0xdd, 0xde, 0xf7, 0xf8, 0xfe, 0xff];
    expect(following).toEqual([...frames, ...application, ...tables].sort((a, b) => a - b));
  });
  it('H05 says that nothing starts where nothing does', () => {
    expect(familyOf('')).toBeUndefined();
    expect(familyOf('FF D8')).toBeUndefined();
    expect(familyOf('FF D8 FF')).toBeUndefined();
    expect(familyOf('FF 4F FF 52')).toBeUndefined();
    expect(familyOf('00 01 02 03 04 05 06 07')).toBeUndefined();
    // Boxes that are not the signature, and a signature that was damaged by a conversion of lines.
    expect(familyOf('0000000C 66747970 0D0A870A')).toBeUndefined();
    expect(familyOf('0000000C 6A502020 0A0A870A')).toBeUndefined();
    expect(familyOf(new Uint8Array(16))).toBeUndefined();
  });
});
describe('isRleHeader', () => {
  it('H43 asks for as many segments as a pixel has bytes', () => {
    const header = rleHeader(3, 64, 100, 200);
    expect(isRleHeader(header, 3)).toBe(true);
    expect(isRleHeader(header, undefined)).toBe(true);
    expect(isRleHeader(header, 2)).toBe(false);
    expect(isRleHeader(rleHeader(0, 64), undefined)).toBe(false);
    expect(isRleHeader(rleHeader(16, 64), undefined)).toBe(false);
    const most = Array.from({ length: 15 }, (_, k) => 64 + 2 * k);
    expect(isRleHeader(rleHeader(15, ...most), undefined)).toBe(true);
  });
  it('H40 asks for offsets that ascend from behind the header, and for zeros behind them', () => {
    expect(isRleHeader(rleHeader(1, 64), 1)).toBe(true);
    expect(isRleHeader(rleHeader(1, 66), 1)).toBe(false);
    expect(isRleHeader(rleHeader(1, 0), 1)).toBe(false);
    expect(isRleHeader(rleHeader(3, 64, 200, 100), 3)).toBe(false);
    expect(isRleHeader(rleHeader(2, 64, 64), 2)).toBe(false);
    expect(isRleHeader(rleHeader(2, 64, 100, 200), 2)).toBe(false);
    const last = rleHeader(1, 64);
    last[63] = 1;
    expect(isRleHeader(last, 1)).toBe(false);
  });
  it('H40 looks at what is there of the header, and at nothing behind it', () => {
    const wrong = rleHeader(2, 64, 60);
    expect(isRleHeader(wrong.subarray(0, 8), 2)).toBe(true);
    expect(isRleHeader(wrong.subarray(0, 11), 2)).toBe(true);
    expect(isRleHeader(wrong.subarray(0, 12), 2)).toBe(false);
    expect(isRleHeader(rleHeader(2, 64, 70).subarray(0, 7), 2)).toBe(false);
    expect(isRleHeader(concat(rleHeader(1, 64), hex('01 02 03 04')), 1)).toBe(true);
  });
});
describe('endsCodeStream', () => {
  it('H29 sees EOI and EOC before padding of any kind', () => {
    for (const padding of ['', '00', 'FF', '00 00', '20', '00 28 A2 8A 28 A2']) {
      expect(endsCodeStream(hex(`12 34 FF D9 ${padding}`), 'jpeg'), padding).toBe(true);
      expect(endsCodeStream(hex(`12 34 FF D9 ${padding}`), 'jpeg-2000'), padding).toBe(true);
    }
    expect(endsCodeStream(hex('FF D9'), 'jpeg')).toBe(true);
  });
  it('H05 sees none where there is none', () => {
    expect(endsCodeStream(hex('12 34 56 D9'), 'jpeg')).toBe(false);
    expect(endsCodeStream(hex('D9 FF'), 'jpeg-2000')).toBe(false);
    expect(endsCodeStream(hex('D9'), 'jpeg')).toBe(false);
    expect(endsCodeStream(segment(0xd8), 'jpeg')).toBe(false);
    expect(endsCodeStream(new Uint8Array(16), 'jpeg')).toBe(false);
    expect(endsCodeStream(new Uint8Array(0), 'jpeg-2000')).toBe(false);
  });
  it('does not ask for what JPEG XL and RLE do not have', () => {
    expect(endsCodeStream(hex('12 34'), 'jpeg-xl')).toBe(true);
    expect(endsCodeStream(hex('12 34'), 'rle')).toBe(true);
  });
});
