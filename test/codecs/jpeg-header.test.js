import { describe, expect, it } from 'vitest';
import {
  codedDataEnd,
  jpegSegments,
  jpegSegmentsOfScans,
  readJpegHeader,
} from '../../src/codecs/jpeg-header.js';
import { concat, hex } from '../support/build-value.js';
import { EOI, segment, SOI } from '../support/code-streams.js';
/** 8 bits, 2 rows, 3 columns, one component. */
const SOF = segment(0xc0, hex('08 0002 0003 01 07 21 00'));
const SOS = segment(0xda, hex('01 07 00 00 3F 00'));
describe('readJpegHeader', () => {
  it('reads the frame header (T.81 B.2.2)', () => {
    expect(readJpegHeader(concat(SOI, SOF, SOS, hex('12'), EOI))).toEqual({
      process: 0xc0,
      precision: 8,
      rows: 2,
      columns: 3,
      components: [{ id: 7, horizontal: 2, vertical: 1 }],
      offset: 2,
      jfif: false,
      adobeTransform: undefined,
    });
  });
  it('H33: reads the JFIF and Adobe markers, whole ones only', () => {
    const jfif = segment(0xe0, hex('4A 46 49 46 00 01 01 00 0001 0001 00 00'));
    const adobe = segment(0xee, hex('41 64 6F 62 65 0064 0000 0000 01'));
    const cut = segment(0xee, hex('41 64 6F 62 65 0000 0000 00'));
    const read = (...parts) => readJpegHeader(concat(SOI, ...parts, SOF, SOS));
    expect(read(jfif, adobe)).toMatchObject({ jfif: true, adobeTransform: 1 });
    expect(read(cut)).toMatchObject({ jfif: false, adobeTransform: undefined });
    expect(read(segment(0xe0, hex('4A 46 58 58 00')))).toMatchObject({ jfif: false });
  });
  it('H32: passes fill bytes, TEM and RST, and looks at nothing behind EOI or the first scan', () => {
    expect(readJpegHeader(concat(SOI, hex('FF FF FF 01 FF D3'), SOF))?.rows).toBe(2);
    expect(readJpegHeader(concat(SOI, EOI, SOI, SOF, SOS))).toBeUndefined();
    expect(readJpegHeader(concat(SOI, SOS, hex('12'), SOF))).toBeUndefined();
    expect(readJpegHeader(concat(SOI, hex('FF 02 00 02'), SOF))).toBeUndefined();
  });
  it('H32: comes to an end of endless markers, and of segments that are cut or too short', () => {
    const endless = new Uint8Array(1_000_000).fill(0xff);
    expect(readJpegHeader(concat(SOI, endless))).toBeUndefined();
    const tem = endless.map((byte, k) => (k % 2 === 0 ? byte : 0x01));
    expect(readJpegHeader(concat(SOI, tem))).toBeUndefined();
    expect(readJpegHeader(concat(SOI, hex('FF E1 00 01'), SOF))).toBeUndefined();
    expect(readJpegHeader(concat(SOI, SOF.subarray(0, -1)))).toBeUndefined();
    expect(
      readJpegHeader(concat(SOI, segment(0xc0, hex('08 0002 0003 02 07 21 00')))),
    ).toBeUndefined();
    expect(readJpegHeader(Uint8Array.of())).toBeUndefined();
  });
});
describe('jpegSegments', () => {
  it('gives the segments up to the header of the first scan, and where they are', () => {
    const app = segment(0xe5, hex('01 02 03'));
    const bytes = concat(SOI, app, hex('FF'), SOF, SOS, hex('12 34'), EOI);
    expect([...jpegSegments(bytes)]).toEqual([
      { marker: 0xe5, offset: 2, end: 9 },
      { marker: 0xc0, offset: 10, end: 10 + SOF.length },
      { marker: 0xda, offset: 10 + SOF.length, end: 10 + SOF.length + SOS.length },
    ]);
  });
});
describe('jpegSegmentsOfScans', () => {
  it('goes on behind the coded data of scans, in which stuffed zeros and restarts are passed', () => {
    const data = hex('12 FF 00 34 FF D0 56 FF FF');
    const bytes = concat(SOI, SOF, SOS, data, segment(0xc4, hex('00')), SOS, hex('12'), EOI);
    const segments = [...jpegSegmentsOfScans(bytes)];
    expect(segments.map(({ marker }) => marker)).toEqual([0xc0, 0xda, 0xc4, 0xda]);
    const last = segments.at(-1)?.end ?? 0;
    expect(last).toBe(bytes.length - 3);
    expect(codedDataEnd(bytes, last)).toBe(bytes.length - 2);
    // An FF at the very end may be of anything.
    expect(codedDataEnd(bytes.subarray(0, -1), last)).toBe(bytes.length - 1);
    expect([...jpegSegmentsOfScans(concat(SOI, SOF, SOS))]).toHaveLength(2);
    expect([...jpegSegmentsOfScans(hex(''))]).toEqual([]);
  });
  it('H32: comes to an end of endless scans and fill bytes', () => {
    const scans = concat(...Array(20_000).fill(SOS));
    expect([...jpegSegmentsOfScans(concat(SOI, SOF, scans))]).toHaveLength(20_001);
    const fill = new Uint8Array(1_000_000).fill(0xff);
    expect([...jpegSegmentsOfScans(concat(SOI, SOF, SOS, fill))]).toHaveLength(2);
  });
});
