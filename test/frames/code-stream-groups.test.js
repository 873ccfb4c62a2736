import { describe, expect, it } from 'vitest';
import { transferSyntax } from '../../src/dicom/transfer-syntax.js';
import { frameFamily, hasKnownStarts } from '../../src/frames/frame-evidence.js';
import { encapsulated, imagePixel, SYNTAX } from '../support/build-dicom.js';
import { hex } from '../support/build-value.js';
import { jpeg, jpeg2000, rleHeader } from '../support/code-streams.js';
import { FAMILIES, numberedJpeg, piecesOf, randomOf } from '../support/encapsulations.js';
import { openBuilt } from '../support/open-built.js';
import { pixelOf } from '../support/pixel.js';
import { frameResults } from '../support/tolerated-frames.js';
const syntaxes = FAMILIES.map(({ transferSyntax: uid }) => uid);
function opened(frames, numberOfFrames, uid = SYNTAX.jpegBaseline) {
  return openBuilt({
    transferSyntax: uid,
    elements: [
      ...imagePixel({ rows: 4, columns: 5, bitsAllocated: 8, numberOfFrames }),
      encapsulated({ frames, offsetTable: 'empty' }),
    ],
  });
}
describe('what frames start with', () => {
  it('H04: is known of code streams, and of native frames', () => {
    const known = syntaxes.map((uid) => {
      const syntax = transferSyntax(uid);
      return syntax === undefined ? 'unknown' : hasKnownStarts(syntax);
    });
    expect(known).toEqual([true, true, true, true, true, true, false, 'unknown']);
  });
  it('H04, H43: an RLE header has as many segments as a pixel has bytes', () => {
    const rle = transferSyntax(SYNTAX.rle);
    const jpegs = transferSyntax(SYNTAX.jpegBaseline);
    if (rle === undefined || jpegs === undefined) throw new Error('no syntaxes');
    const two = rleHeader(2, 64, 80);
    expect(frameFamily(rle, pixelOf({ bitsAllocated: 16 }), two)).toBe('rle');
    expect(frameFamily(rle, pixelOf({ bitsAllocated: 8 }), two)).toBeUndefined();
    expect(
      frameFamily(rle, pixelOf({ bitsAllocated: 8, samplesPerPixel: 3 }), two),
    ).toBeUndefined();
    expect(frameFamily(jpegs, pixelOf({}), jpeg())).toBe('jpeg');
    expect(frameFamily(rle, pixelOf({}), jpeg2000())).toBe('jpeg-2000');
    expect(frameFamily(jpegs, pixelOf({}), hex('00 01 02 03'))).toBeUndefined();
  });
});
describe('frames by their code streams', () => {
  it.each(
    FAMILIES.filter(({ tells }) => tells !== 'nothing').map((family) => [family.name, family]),
  )('H04: %s, of any number of fragments', async (_, family) => {
    const random = randomOf(7);
    const shape = { rows: 4, columns: 5 };
    const frames = [0, 1, 2, 3].map((k) => family.make(k, shape, random).bytes);
    const pieces = frames.map((bytes, k) => piecesOf(bytes, ...[8, 12, 18].slice(0, k)));
    const { file } = await opened(pieces, 4, family.transferSyntax);
    const padded = frames.map((bytes) => [...bytes, ...Array(bytes.length % 2).fill(0)]);
    expect(await frameResults(file)).toEqual(padded);
    expect(file.warnings).toEqual([]);
  });
  it('H04: nothing is read of the midst of frames where both sides of each border agree', async () => {
    const frames = [0, 1, 2].map((k) => jpeg({ scans: [new Uint8Array(100_000 + 2 * k + 1)] }));
    const pieces = frames.map((bytes) => piecesOf(bytes, 50_000));
    const { file, source } = await opened(pieces, 3);
    expect(file.index).toMatchObject({ count: 3, strategy: 'end-marker', confidence: 'verified' });
    expect(source.bytesRead).toBeLessThan(10_000);
  });
  it('H04: a start without an end before it is none, nor an end without a start behind it', async () => {
    // Borders at what looks like a start, and at what looks like an end, in the coded data's place.
    const one = numberedJpeg(1);
    const other = jpeg({ before: hex('ff e1 00 0c ff d8 ff e0 00 02 ff d9 00 00') });
    for (const place of [6, 14, 16]) {
      const frames = [piecesOf(other, place), piecesOf(one, 20)];
      const { file } = await opened(frames, 2);
      const padded = [...other, ...Array(other.length % 2).fill(0)];
      expect(await frameResults(file)).toEqual([padded, [...one]]);
    }
  });
});
