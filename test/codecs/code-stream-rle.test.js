import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rleEnd } from '../../src/codecs/rle-end.js';
import { concat, hex } from '../support/build-value.js';
import { rleHeader } from '../support/code-streams.js';
/** Segments behind their header, each at its place. */
function frameOf(...segments) {
  const offsets = [];
  let at = 64;
  for (const { length } of segments) {
    offsets.push(at);
    at += length;
  }
  return concat(rleHeader(segments.length, ...offsets), ...segments);
}
describe('rleEnd', () => {
  it('H41 is behind the run with which the last segment is complete', () => {
    // A literal of 2, a run of 3; a run of 5.
    const frame = frameOf(hex('01 0A 0B FE 07 00'), hex('FC 09'));
    expect(rleEnd(frame, 5)).toBe(frame.length);
    expect(rleEnd(concat(frame, hex('00')), 5)).toBe(frame.length);
    expect(rleEnd(concat(frame, rleHeader(1, 64)), 5)).toBe(frame.length);
  });
  it('H42 passes the byte without a meaning, and takes runs that are too long', () => {
    expect(rleEnd(frameOf(hex('80 80 FF 07 80')), 2)).toBe(64 + 4);
    expect(rleEnd(frameOf(hex('81 07')), 100)).toBe(64 + 2);
  });
  it('H41 knows none where a segment gives too little', () => {
    expect(rleEnd(frameOf(hex('FF 07')), 3)).toBeUndefined();
    expect(rleEnd(frameOf(hex('FF 07'), hex('FE 07')), 3)).toBeUndefined();
    // A literal and a run that are cut, the latter before its value.
    expect(rleEnd(frameOf(hex('03 01 02 03')), 4)).toBeUndefined();
    expect(rleEnd(frameOf(hex('FD')), 4)).toBeUndefined();
    expect(rleEnd(frameOf(hex('80 80 80')), 1)).toBeUndefined();
  });
  it('H40 knows none where the header is wrong, or says more than there is', () => {
    const frame = frameOf(hex('FE 07'), hex('FE 07'));
    expect(rleEnd(frame, 3)).toBe(frame.length);
    for (let length = 0; length < frame.length; length++) {
      expect(rleEnd(frame.subarray(0, length), 3), String(length)).toBeUndefined();
    }
    expect(rleEnd(concat(rleHeader(2, 64, 0xfffffff0), hex('FE 07')), 4)).toBeUndefined();
    expect(rleEnd(concat(rleHeader(0), hex('FE 07')), 3)).toBeUndefined();
  });
  it('H42 is where any sequence of runs and literals ends', () => {
    const run = fc.integer({ min: 2, max: 128 }).map((count) => [257 - count, 7]);
    const literal = fc
      .uint8Array({ minLength: 1, maxLength: 128 })
      .map((bytes) => [bytes.length - 1, ...bytes]);
    const runs = fc.array(fc.oneof(run, literal, fc.constant([0x80])), { maxLength: 20 });
    fc.assert(
      fc.property(runs, fc.uint8Array({ maxLength: 8 }), (parts, behind) => {
        const counts = parts.map(([control = 0]) =>
          control === 0x80 ? 0 : control < 0x80 ? control + 1 : 257 - control,
        );
        const given = counts.reduce((sum, count) => sum + count, 0) + 1;
        const frame = frameOf(Uint8Array.from([...parts.flat(), 0, 9]));
        expect(rleEnd(concat(frame, behind), given)).toBe(frame.length);
      }),
    );
  });
});
