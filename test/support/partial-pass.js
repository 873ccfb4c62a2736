import { expect } from 'vitest';
import { memorySource } from '../../src/bytes/memory.js';
import { hexTag } from '../../src/dicom/tag.js';
import { countingSource } from './counting-source.js';
import { headerOf } from './header-of.js';
/**
 * What decides how other elements are read: Specific Character Set, Pixel Representation, and private
 * creators (PS3.5 7.8.1).
 */
function decides(tag) {
  const isCreator = (tag & 0x10000) !== 0 && (tag & 0xffff) >= 0x10 && (tag & 0xffff) <= 0xff;
  return tag === 0x00080005 || tag === 0x00280103 || isCreator;
}
const PIXELS = new Set([0x7fe00008, 0x7fe00009, 0x7fe00010]);
/** Element by element: where it lies, what is in it, what its value is. */
function linesOf(dataset) {
  const lines = new Map();
  for (const element of dataset) {
    const { tag, vr, offset, valueOffset, length, items } = element;
    const inside = items?.map((item) => [...linesOf(item).values()]);
    const value = items === undefined ? valueOf(element) : inside;
    lines.set(offset, JSON.stringify([hexTag(tag), vr, offset, valueOffset, length, value], plain));
  }
  return lines;
}
function valueOf(element) {
  if (element.length > 100_000) return 'long';
  try {
    return element.values;
  } catch (error) {
    return String(error);
  }
}
const plain = (_, value) => (typeof value === 'bigint' ? String(value) : value);
/** The full pass over bytes, to hold others against. */
export async function fullPass(bytes) {
  const source = countingSource(memorySource(bytes, 'test'));
  const header = await headerOf(source);
  const { bytesRead } = source;
  const warnings = [...header.warnings.list];
  const tags = [...header.dataset].map(({ tag }) => tag);
  return { header, bytesRead, warnings, tags, lines: linesOf(header.dataset) };
}
/**
 * `until` ends a pass: what is before is exactly that of the full pass, and so are the warnings, of
 * which those before the end are there and none that the full pass does not have. Gives the bytes
 * that were read.
 */
export async function holdUntil(bytes, full, until) {
  const source = countingSource(memorySource(bytes, 'test'));
  const { dataset, warnings, end } = await headerOf(source, { until });
  const { bytesRead } = source;
  const recorded = [...warnings.list];
  const stop = full.tags.findIndex((tag) => tag >= until);
  const count = stop < 0 ? full.tags.length : stop;
  expect([...linesOf(dataset).values()]).toEqual([...full.lines.values()].slice(0, count));
  expect(recorded).toEqual(full.warnings.slice(0, recorded.length));
  expect(recorded.length).toBeGreaterThanOrEqual(
    full.warnings.filter(({ offset }) => offset < end).length,
  );
  if (stop >= 0) expect(end).toBe([...full.lines.keys()][stop]);
  expect(bytesRead).toBeLessThanOrEqual(full.bytesRead);
  return bytesRead;
}
/**
 * `keep` gives the kept elements and the pixel data, exactly those of the full pass. Its warnings are
 * those of the full pass but for faults inside sequences that nobody wanted: it may jump over them.
 * Gives the bytes that were read.
 */
export async function holdKeep(bytes, full, tags) {
  const keep = new Set([...tags, ...full.tags.filter(decides)]);
  const source = countingSource(memorySource(bytes, 'test'));
  const { dataset, warnings, pixelData } = await headerOf(source, { keep });
  const { bytesRead } = source;
  const recorded = [...warnings.list];
  const wanted = [...full.header.dataset].filter(
    ({ tag, offset }) => keep.has(tag) || offset === full.header.pixelData?.offset,
  );
  expect([...linesOf(dataset).values()]).toEqual(
    wanted.map(({ offset }) => full.lines.get(offset)),
  );
  expect(pixelData?.offset).toBe(full.header.pixelData?.offset);
  const skipped = skippedSequences(full, keep);
  const outside = ({ offset }) => !skipped.some(([start, end]) => offset > start && offset <= end);
  expect(recorded.filter(outside)).toEqual(full.warnings.filter(outside));
  for (const warning of recorded) expect(full.warnings).toContainEqual(warning);
  // A jump may start a block of its own.
  expect(bytesRead).toBeLessThanOrEqual(full.bytesRead + 2 ** 16);
  return bytesRead;
}
/** From its first byte to that of the next element. */
function skippedSequences({ header }, keep) {
  const elements = [...header.dataset];
  return elements.flatMap(({ tag, items, offset }, k) =>
    items === undefined || keep.has(tag) || PIXELS.has(tag)
      ? []
      : [[offset, elements[k + 1]?.offset ?? header.end]],
  );
}
