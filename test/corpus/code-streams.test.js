import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeStreamEndOf } from '../../src/codecs/code-stream-end.js';
import {
  CODE_STREAM_START,
  codeStreamFamily,
  endsCodeStream,
  isRleHeader,
} from '../../src/codecs/code-stream-start.js';
import { rleEnd } from '../../src/codecs/rle-end.js';
import { concat } from '../support/build-value.js';
import { corpusFiles, seeded } from '../support/corpus.js';
/** Transfer syntaxes by the code streams in them (PS3.5 annex A). */
const FAMILIES = [
  [/\.4\.(5\d|6\d|70|80|81)$/, 'jpeg'],
  [/\.4\.(9[0-3]|20[1-3])$/, 'jpeg-2000'],
  [/\.4\.11[0-2]$/, 'jpeg-xl'],
  [/^1\.2\.840\.10008\.1\.2\.5$/, 'rle'],
];
/** To an even length; one writer rounds up to four and adds four, with what was in its buffer. */
const MOST_PADDING = 7;
const files = corpusFiles('where the code streams of real files end');
function framesOf(entry, bytes) {
  const uid = entry.effectiveTransferSyntaxUID ?? '';
  const family = FAMILIES.find(([pattern]) => pattern.test(uid))?.[1];
  if (family === undefined || entry.pixel?.offsetsAreIn !== undefined) return [];
  const { rows, columns, samplesPerPixel, bitsAllocated, frames = [] } = entry;
  const cells = (rows ?? 0) * (columns ?? 0);
  const segmentBytes = bitsAllocated === 1 ? Math.ceil(cells / 8) : cells;
  const found = [];
  for (const [i, { frags, err }] of frames.entries()) {
    // Some are no code stream at all, and no program decodes them.
    if (frags === undefined || err !== undefined) continue;
    const joined = concat(
      ...frags.map(([offset, length]) => bytes.subarray(offset, offset + length)),
    );
    const [lastOffset, lastLength] = frags.at(-1) ?? [0, 0];
    found.push({
      name: `${entry.file} frame ${i}`,
      family,
      bytes: joined,
      cut: itemLength(bytes, lastOffset) > lastLength,
      end: family === 'rle' ? rleEnd(joined, segmentBytes) : codeStreamEndOf(joined),
      segments: (samplesPerPixel ?? 1) * Math.ceil((bitsAllocated ?? 8) / 8),
    });
  }
  return found;
}
/** What the item header before a payload says; all of these syntaxes are little endian (PS3.5 A.4). */
function itemLength(bytes, offset) {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(offset - 4, true);
}
function realFrames() {
  const manifest = join(process.env['FRAMEDEX_CORPUS'] ?? '', 'manifest.json');
  if (files.length === 0 || !existsSync(manifest)) return [];
  const paths = new Map(files.map(({ name, path }) => [name, path]));
  const entries = JSON.parse(readFileSync(manifest, 'utf8'));
  return entries.flatMap((entry) => {
    const path = paths.get(entry.file);
    if (path === undefined) return [];
    return framesOf(entry, new Uint8Array(readFileSync(path)));
  });
}
/** Bare JPEG XL. */
function hasNoEnd({ family, bytes }) {
  return family === 'jpeg-xl' && bytes[0] === 0xff;
}
describe.skipIf(files.length === 0)('the code streams of real files', () => {
  const frames = realFrames();
  it('H04 start as their transfer syntax says', () => {
    for (const { name, family, bytes, segments } of frames) {
      expect(codeStreamFamily(bytes.subarray(0, CODE_STREAM_START)), name).toBe(family);
      if (family === 'rle') expect(isRleHeader(bytes.subarray(0, 64), segments), name).toBe(true);
    }
    console.info(`${frames.length} frames`);
    expect(frames.length).toBeGreaterThan(100);
  });
  it('H29 end where the frame does, but for its padding', () => {
    let padded = 0;
    for (const frame of frames.filter(({ cut }) => !cut)) {
      const { name, family, bytes, end } = frame;
      expect(endsCodeStream(bytes.subarray(-16), family), name).toBe(true);
      if (hasNoEnd(frame)) {
        expect(end, name).toBe('unknown');
        continue;
      }
      const padding = bytes.length - Number(end);
      expect(padding, name).toBeGreaterThanOrEqual(0);
      expect(padding, name).toBeLessThanOrEqual(MOST_PADDING);
      if (padding > 1) padded++;
    }
    console.info(`${padded} frames have more padding than an even length needs`);
    expect(padded).toBeLessThan(frames.length / 2);
  });
  it('H28 have no end where they were cut', () => {
    const random = seeded(28);
    const firsts = frames.filter(({ name }) => name.endsWith(' frame 0'));
    let cuts = 0;
    for (const { name, family, bytes, end } of firsts) {
      if (typeof end !== 'number' || family === 'rle') continue;
      for (let k = 0; k < 50; k++) {
        const length = k === 0 ? end - 1 : Math.floor(random() * end);
        expect(
          codeStreamEndOf(bytes.subarray(0, length)),
          `${name} cut at ${length}`,
        ).toBeUndefined();
        cuts++;
      }
    }
    for (const { name, end } of frames.filter(({ cut }) => cut)) expect(end, name).toBeUndefined();
    console.info(`${cuts} cuts`);
    expect(cuts).toBeGreaterThan(1000);
  });
  it('H04 end there too when the next frame follows at once', () => {
    let pairs = 0;
    for (const [k, { name, family, bytes, end }] of frames.entries()) {
      const next = frames[k + 1];
      if (next === undefined || family === 'rle' || typeof end !== 'number') continue;
      expect(codeStreamEndOf(concat(bytes, next.bytes)), name).toBe(end);
      pairs++;
    }
    expect(pairs).toBeGreaterThan(100);
  });
});
