import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeStreamEnd, codeStreamEndOf } from '../../src/codecs/code-stream-end.js';
import { concat, hex } from '../support/build-value.js';
import {
  box,
  jp2,
  jpeg,
  jpeg2000,
  jxl,
  rleHeader,
  segment,
  tilePart,
} from '../support/code-streams.js';
const LONGEST_READ = 64 * 1024;
/**
 * Drives the steps as a careless source does: each block is overwritten when the next is asked for.
 * Holds what they ask for against what they promise.
 */
function driven(bytes, start) {
  const steps = codeStreamEnd(start, bytes.length);
  let block = new Uint8Array(0);
  let reached = start;
  let read = 0;
  let step = steps.next();
  while (step.done !== true) {
    const { offset, length } = step.value;
    expect(length).toBeGreaterThan(0);
    expect(length).toBeLessThanOrEqual(LONGEST_READ);
    expect(offset).toBeGreaterThanOrEqual(reached);
    expect(offset + length).toBeLessThanOrEqual(bytes.length);
    reached = offset;
    read += length;
    block.fill(0xee);
    block = bytes.slice(offset, offset + length);
    step = steps.next(block);
  }
  return { end: step.value, read };
}
/** The end in memory, held against the one by steps, from a place in the midst of other bytes too. */
function endOf(bytes) {
  const end = codeStreamEndOf(bytes);
  expect(driven(bytes, 0).end).toBe(end);
  const moved = driven(concat(new Uint8Array(1000).fill(0xff), bytes), 1000).end;
  expect(typeof moved === 'number' ? moved - 1000 : moved).toBe(end);
  return end;
}
/** That the stream ends where it ends, whatever is behind it, and nowhere when it is cut. */
function expectWhole(stream) {
  expect(endOf(stream)).toBe(stream.length);
  for (const behind of [hex('00'), hex('FF'), hex('20'), hex('00 28 A2 8A'), jpeg(), jpeg2000()]) {
    expect(endOf(concat(stream, behind))).toBe(stream.length);
  }
  for (let length = 0; length < stream.length; length++) {
    expect(codeStreamEndOf(stream.subarray(0, length)), String(length)).toBeUndefined();
  }
}
describe('codeStreamEnd of JPEG', () => {
  it('H04 is behind EOI, whatever follows', () => {
    expectWhole(jpeg());
    expectWhole(jpeg({ scans: [new Uint8Array(0)] }));
  });
  it('H04 passes an image inside of a segment', () => {
    const thumbnail = jpeg();
    expectWhole(jpeg({ before: segment(0xe1, concat(hex('45786966'), thumbnail)) }));
    expectWhole(jpeg({ before: concat(segment(0xfe, hex('FFD9')), segment(0xe2, hex('FFD8'))) }));
  });
  it('passes stuffed bytes, restarts and fill bytes in coded data (T.81 B.1.1.2, B.1.1.5)', () => {
    expectWhole(jpeg({ scans: [hex('FF00 12 FF00 FF00 FFD0 34 FFD7 FF')] }));
    expectWhole(jpeg({ scans: [hex('12 FF FF FF')] }));
    expectWhole(jpeg({ scans: [hex('12 FF FF 00 34 FF FF D3 56')] }));
  });
  it('passes several scans, tables between them, and DNL (T.81 B.2, B.2.5)', () => {
    const between = concat(hex('FF00 56'), segment(0xc4, new Uint8Array(17)));
    expectWhole(jpeg({ sof: 0xc2, scans: [between, between, hex('12')] }));
    expectWhole(jpeg({ scans: [concat(hex('12'), segment(0xdc, hex('0200')))] }));
  });
  it('passes fill bytes between segments, and markers without parameters', () => {
    expectWhole(jpeg({ before: concat(hex('FF FF FF'), segment(0xdb), hex('FF 01 FF')) }));
    expectWhole(jpeg({ before: concat(segment(0xdd, hex('0010')), segment(0xcc, hex('0000'))) }));
  });
  it('H05 knows none of what is broken', () => {
    const lost = (before) => endOf(jpeg({ before: hex(before) }));
    expect(lost('FFDB 0003 00')).toBeGreaterThan(0);
    // Not a marker, a reserved one, a stuffed byte, a second SOI, a length that is none.
    expect(lost('FFDB 0003 00 12FE 0002')).toBeUndefined();
    expect(lost('FFDB 0003 00 FF30 0002')).toBeUndefined();
    expect(lost('FFDB 0003 00 FF00')).toBeUndefined();
    expect(lost('FFDB 0003 00 FFD8 0002')).toBeUndefined();
    expect(lost('FFDB 0001')).toBeUndefined();
    expect(lost('FFDB FFFF')).toBeUndefined();
  });
  it('H05 knows none where the next image starts before EOI', () => {
    expect(endOf(concat(jpeg().subarray(0, -2), jpeg()))).toBeUndefined();
  });
  it('does not take tables alone for an image (T.81 B.5)', () => {
    expect(endOf(jpeg({ scans: [] }))).toBeUndefined();
  });
  it('H32 comes to an end of markers without an end', () => {
    for (const marker of [0x01, 0xd0, 0xff]) {
      const endless = new Uint8Array(200_001).fill(0xff);
      for (let k = 1; k < endless.length; k += 2) endless[k] = marker;
      const before = concat(hex('FFDB 0002'), endless.subarray(0, -1));
      expect(endOf(concat(hex('FFD8'), before))).toBeUndefined();
      const scan = hex('FFD8 FFDB 0002 FFDA 0002');
      expect(endOf(concat(scan, endless))).toBeUndefined();
    }
  });
  it('finds a marker on each side of the border between two reads', () => {
    for (let length = 900; length < 1100; length++) {
      const scan = new Uint8Array(length).fill(7);
      for (const behind of ['', 'FF00 12', 'FFFF', 'FFD0 12']) {
        const stream = jpeg({ scans: [concat(scan, hex(behind))] });
        expect(endOf(stream)).toBe(stream.length);
      }
    }
    const long = jpeg({ scans: [concat(new Uint8Array(500_000), hex('FF00 FFD0 12'))] });
    expect(endOf(concat(long, jpeg()))).toBe(long.length);
  });
});
describe('codeStreamEnd of JPEG-LS', () => {
  it('passes an FF that a zero bit follows (T.87 A.1)', () => {
    const scans = [hex('FF 7F 12 FF 00 FF 01 FF 58 FF 7F FF')];
    expectWhole(jpeg({ sof: 0xf7, scans }));
    expect(endOf(jpeg({ scans }))).toBeUndefined();
  });
  it('passes zeros before EOI, restarts and tables', () => {
    expectWhole(jpeg({ sof: 0xf7, scans: [hex('12 34 00')] }));
    const table = segment(0xf8, new Uint8Array(11));
    expectWhole(jpeg({ sof: 0xf7, before: table, scans: [concat(hex('12 FFD5 34'), table)] }));
  });
  it('ends coded data at a byte behind FF that has the bit', () => {
    expect(endOf(jpeg({ sof: 0xf7, scans: [hex('12 FF 80 34')] }))).toBeUndefined();
  });
});
describe('codeStreamEnd of JPEG 2000', () => {
  const data = hex('12 34 56 78');
  it('H34 is behind EOC, over any number of tile-parts', () => {
    expectWhole(jpeg2000([tilePart(data)]));
    expectWhole(jpeg2000([tilePart(data), tilePart(new Uint8Array(0)), tilePart(data)]));
    expectWhole(jpeg2000([tilePart(data)], segment(0x64, hex('0001 FFD9 FF90'))));
    expectWhole(jpeg2000([tilePart(data, undefined, segment(0x58, hex('00 07 07')))]));
  });
  it('jumps a tile-part by its length, without a look into it', () => {
    expectWhole(jpeg2000([tilePart(hex('FFD9 FF90 000A FFD9')), tilePart(hex('FF D9'))]));
    const long = tilePart(new Uint8Array(200_000));
    const { end, read } = driven(jpeg2000([long, long, long, long]), 0);
    expect(end).toBeGreaterThan(800_000);
    expect(read).toBeLessThan(5 * 1024);
  });
  it('H34 follows the packets of the last tile-part where Psot is 0 (T.800 A.4.2)', () => {
    expectWhole(jpeg2000([tilePart(data), tilePart(hex('12 FF 7F FF 8F 34'), 0)]));
    expectWhole(jpeg2000([tilePart(data, 0, segment(0x64, hex('0001 FFD9 FF93')))]));
    // The number of the packet behind SOP is that of EOC (T.800 A.8.1); EPH ends its header.
    expectWhole(jpeg2000([tilePart(hex('FF91 0004 FFD9 12 FF92 34 FF91 0004 FFDA'), 0)]));
  });
  it('H05 knows none of what is broken', () => {
    expect(endOf(jpeg2000([]))).toBeUndefined();
    for (const length of [1, 12, 13, 17, 19, 0xffffffff]) {
      expect(endOf(jpeg2000([tilePart(data, length)])), String(length)).toBeUndefined();
    }
    expect(endOf(jpeg2000([tilePart(data, 18)]))).toBeGreaterThan(0);
    // Coded data cannot hold a marker; a marker segment cannot be shorter than its length.
    expect(endOf(jpeg2000([tilePart(hex('12 FF A0 34'), 0)]))).toBeUndefined();
    expect(endOf(jpeg2000([tilePart(data)], hex('FF64 0001')))).toBeUndefined();
    expect(endOf(jpeg2000([tilePart(data)], hex('1264 0002')))).toBeUndefined();
    expect(endOf(jpeg2000([tilePart(data)], hex('FF64 0002')))).toBeGreaterThan(0);
    // A tile-part header before its SOT; an SOT that is too long; a tile-part without SOD.
    expect(endOf(jpeg2000([tilePart(data)], hex('FF93 0002')))).toBeUndefined();
    const sot = (length, psot) => hex(`FF90 ${length} 0000 ${psot} 0001 FF93 12`);
    expect(endOf(jpeg2000([sot('000A', '0000000F')]))).toBeGreaterThan(0);
    expect(endOf(jpeg2000([sot('000B', '0000000F')]))).toBeUndefined();
    expect(endOf(jpeg2000([hex('FF90 000A 0000 0000000D 0001 12')]))).toBeUndefined();
    expect(endOf(concat(jpeg2000().subarray(0, -2), jpeg2000()))).toBeUndefined();
  });
});
describe('codeStreamEnd of boxes', () => {
  const stream = jpeg2000();
  it('H34 is behind the last box', () => {
    expectWhole(jp2(box('jp2h', hex('FFD9')), box('jp2c', stream)));
    expectWhole(jp2(box('jp2c', stream, 1)));
    expectWhole(jp2(box('jp2c', concat(stream, hex('00 00')))));
    const more = jp2(box('jp2c', stream), box('xml ', hex('3C 61 2F 3E')));
    expect(endOf(more)).toBe(more.length);
    expect(endOf(more.subarray(0, -1))).toBeUndefined();
  });
  it('H34 is behind EOC where the box leaves its length open', () => {
    expectWhole(jp2(box('jp2c', stream, 0)));
  });
  it('H34 is before the signature of the next frame', () => {
    const one = jp2(box('jp2c', stream));
    expect(endOf(concat(one, one))).toBe(one.length);
    const other = jxl(box('jxlc', hex('FF0A 12')));
    expect(endOf(concat(other, other))).toBe(other.length);
  });
  it('H05 knows none without a whole code stream', () => {
    expect(endOf(jp2())).toBeUndefined();
    expect(endOf(jp2(box('jp2h', hex('FFD9'))))).toBeUndefined();
    expect(endOf(jp2(box('jp2c', stream.subarray(0, -1))))).toBeUndefined();
    expect(endOf(jp2(box('jp2c', stream, 20)))).toBeUndefined();
    expect(endOf(jp2(box('jp2c', stream, 7)))).toBeUndefined();
    expect(endOf(jp2(box('jp2c', hex('12 34 56 78'))))).toBeUndefined();
    expect(endOf(jp2(box('free', hex('12'), 0)))).toBeUndefined();
    // A length of 64 bits that does not count itself: what it says is in the midst of the box.
    const short = hex('00000001 66726565 00000000 0000000C 786D6C20 12345678');
    expect(endOf(jp2(short, box('jp2c', stream)))).toBeUndefined();
  });
  it('is behind the boxes of JPEG XL, as one box or in parts', () => {
    expectWhole(jxl(box('jxlc', hex('FF0A 12 34'))));
    const parts = [box('jxlp', hex('00000000 FF0A')), box('jbrd', hex('12'))];
    expectWhole(jxl(...parts, box('jxlp', hex('80000001 34'))));
    expect(endOf(jxl(...parts))).toBeUndefined();
    expect(endOf(jxl())).toBeUndefined();
  });
  it('is unknown where nothing tells', () => {
    expect(endOf(jxl(box('jxlc', hex('FF0A 12 34'), 0)))).toBe('unknown');
    expect(endOf(jp2(box('jp2c', stream), box('xml ', hex('3C'), 0)))).toBe('unknown');
    expect(endOf(hex('FF0A 12 34'))).toBe('unknown');
    expect(endOf(concat(rleHeader(1, 64), hex('FE 07')))).toBe('unknown');
  });
});
describe('codeStreamEnd of any bytes', () => {
  it('knows none where no code stream starts', () => {
    expect(endOf(new Uint8Array(0))).toBeUndefined();
    expect(endOf(hex('12 34'))).toBeUndefined();
    expect(endOf(hex('0001020304050607 08090A0B0C0D0E0F'))).toBeUndefined();
    expect(driven(jpeg(), jpeg().length).end).toBeUndefined();
  });
  it('is behind EOI of any coded data', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), fc.uint8Array(), (data, behind) => {
        const stuffed = [...data].flatMap((byte) => (byte === 0xff ? [byte, 0] : [byte]));
        const stream = jpeg({ scans: [Uint8Array.from(stuffed)] });
        expect(endOf(concat(stream, behind))).toBe(stream.length);
      }),
    );
  });
  it('H32 is inside of the bytes or nowhere, whatever of them is changed', () => {
    const streams = [
      jpeg({ scans: [hex('12 FF00'), hex('34 FFD0 56')] }),
      jpeg({ sof: 0xf7, scans: [hex('FF 7F 12')] }),
      jpeg2000([tilePart(hex('12 34')), tilePart(hex('FF91 0004 0001 56'), 0)]),
      jp2(box('jp2c', jpeg2000()), box('xml ', hex('3C'))),
      jxl(box('jxlp', hex('00000000 FF0A')), box('jxlp', hex('80000001'))),
    ];
    const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.constantFrom(...streams), fc.array(change), (stream, changes) => {
        const changed = stream.slice();
        for (const [at, value] of changes) changed[at % changed.length] = value;
        const end = endOf(changed);
        if (typeof end === 'number') expect(end).toBeLessThanOrEqual(changed.length);
      }),
      { numRuns: 500 },
    );
  });
});
