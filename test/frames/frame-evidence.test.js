import { describe, expect, it } from 'vitest';
import { transferSyntax } from '../../src/dicom/transfer-syntax.js';
import { isWholeFrame, startsFrame } from '../../src/frames/frame-evidence.js';
import { concat, hex } from '../support/build-value.js';
import { jpeg, jpeg2000 } from '../support/code-streams.js';
import { pixelOf } from '../support/pixel.js';
import { rleEncode } from '../support/rle-encode.js';
import { SYNTAX } from '../support/build-dicom.js';
const pixel = pixelOf({ rows: 5, columns: 7, bitsAllocated: 8 });
const shape = { rows: 5, columns: 7, samplesPerPixel: 1, bytesPerSample: 1 };
const rle = rleEncode(
  Uint8Array.from({ length: 35 }, (_, k) => k * 3),
  shape,
);
const none = new Uint8Array(0);
function syntaxOf(uid) {
  const known = transferSyntax(uid);
  if (known === undefined) throw new Error(`no ${uid}`);
  return known;
}
const JPEG = syntaxOf(SYNTAX.jpegBaseline);
const RLE = syntaxOf(SYNTAX.rle);
const PLAIN = syntaxOf('1.2.840.10008.1.2.1.98');
const DEFLATED = syntaxOf('1.2.840.10008.1.2.8.1');
const whole = (bytes, syntax, quickly = false) => isWholeFrame(bytes, pixel, syntax, quickly);
describe('whether bytes are one frame', () => {
  it.each([
    ['JPEG', jpeg(), JPEG],
    ['JPEG-LS', jpeg({ sof: 0xf7 }), syntaxOf(SYNTAX.jpegLsLossless)],
    ['JPEG 2000', jpeg2000(), syntaxOf(SYNTAX.jpeg2000)],
    ['RLE', rle, RLE],
  ])('H04, H29: %s from its start to its end, and padding behind', (_, bytes, syntax) => {
    for (const quickly of [true, false]) {
      expect(whole(bytes, syntax, quickly)).toBe(true);
      for (const tail of ['00', 'ff', '00 00 20']) {
        expect(whole(concat(bytes, hex(tail)), syntax, quickly)).toBe(true);
      }
      expect(whole(bytes.subarray(1), syntax, quickly)).toBe(false);
      expect(whole(none, syntax, quickly)).toBe(false);
    }
    expect(whole(concat(bytes, new Uint8Array(200)), syntax)).toBe(true);
    // RLE is padded to even length: of it, one byte may be none.
    const cut = bytes.subarray(0, bytes.length - 2);
    expect(whole(cut, syntax)).toBe(false);
    expect(whole(cut, syntax, true)).toBe(false);
    expect(startsFrame(cut, pixel, syntax)).toBe(true);
    expect(startsFrame(bytes.subarray(1), pixel, syntax)).toBe(false);
  });
  it('H05: what ends like a frame, and breaks off within, is seen by who does not look quickly', () => {
    const broken = jpeg().slice();
    // A marker segment that reaches behind the end.
    broken.fill(0xff, 4, 6);
    expect(whole(broken, JPEG, true)).toBe(true);
    expect(whole(broken, JPEG)).toBe(false);
  });
  it('H40: an RLE header of another number of segments is none', () => {
    const colour = pixelOf({ rows: 5, columns: 7, bitsAllocated: 8, samplesPerPixel: 3 });
    expect(isWholeFrame(rle, colour, RLE, false)).toBe(false);
    expect(startsFrame(rle, colour, RLE)).toBe(false);
    const larger = pixelOf({ rows: 50, columns: 7, bitsAllocated: 8 });
    expect(isWholeFrame(rle, larger, RLE, false)).toBe(false);
  });
  it('native frames in fragments, by their length, which is padded', () => {
    for (const [length, expected] of [
      [34, false],
      [35, true],
      [36, true],
      [37, false],
      [0, false],
    ]) {
      expect(whole(new Uint8Array(length), PLAIN)).toBe(expected);
    }
    expect(startsFrame(new Uint8Array(3), pixel, PLAIN)).toBe(true);
  });
  it('bytes that tell nothing are taken for one', () => {
    const unknown = { ...JPEG, uid: '1.2.3' };
    for (const syntax of [DEFLATED, unknown]) {
      expect(whole(hex('01 02'), syntax)).toBe(true);
      expect(startsFrame(hex('01 02'), pixel, syntax)).toBe(true);
    }
  });
  it('a code stream of another family is one too: writers name transfer syntaxes wrongly', () => {
    expect(whole(jpeg2000(), JPEG)).toBe(true);
    expect(whole(jpeg(), RLE)).toBe(true);
  });
});
