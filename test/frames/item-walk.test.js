import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.js';
import { walkItems } from '../../src/frames/item-walk.js';
import { runSteps } from '../../src/frames/read-steps.js';
import { encodeAll, fragment, raw } from '../support/build-dicom.js';
import { codeOf } from '../support/open-built.js';
import { countingSource } from '../support/counting-source.js';
const LITTLE = { explicit: true, littleEndian: true };
const DELIMITER = raw('fe ff dd e0 00 00 00 00');
function walk(bytes, maxFragments = 1e6, asynchronous = false) {
  const source = countingSource(memorySource(bytes, 'items'), { asynchronous });
  const steps = walkItems(0, { size: bytes.length, littleEndian: true, maxFragments });
  return { source, result: runSteps(steps, source) };
}
function items(lengths) {
  return encodeAll(
    [...lengths.map((length) => fragment(new Uint8Array(length))), DELIMITER],
    LITTLE,
  );
}
describe('walkItems', () => {
  it.each([false, true])(
    'gives each payload and ends behind the delimiter (async: %s)',
    async (asynchronous) => {
      const bytes = items([4, 0, 100_000, 6]);
      expect(await walk(bytes, 10, asynchronous).result).toEqual({
        offsets: Float64Array.of(8, 20, 28, 100_036),
        lengths: Uint32Array.of(4, 0, 100_000, 6),
        missing: 0,
        end: bytes.length,
        ending: 'delimiter',
      });
    },
  );
  it('H25: never looks into a payload for a delimiter', async () => {
    const fake = encodeAll([DELIMITER, fragment(new Uint8Array(2)), DELIMITER], LITTLE);
    const bytes = encodeAll([fragment(fake), fragment(fake), DELIMITER], LITTLE);
    expect(await walk(bytes).result).toMatchObject({
      lengths: Uint32Array.of(fake.length, fake.length),
      ending: 'delimiter',
    });
  });
  it('H23: the file may end before the delimiter, or in it', async () => {
    const bytes = items([10, 20]).subarray(0, -8);
    for (const rest of [0, 1, 7]) {
      const cut = items([10, 20]).subarray(0, bytes.length + rest);
      expect(await walk(cut).result).toMatchObject({
        lengths: Uint32Array.of(10, 20),
        ...{ missing: 0, end: bytes.length, ending: 'end-of-file' },
      });
    }
    expect(await walk(bytes.subarray(0, -1)).result).toMatchObject({
      lengths: Uint32Array.of(10, 19),
      ...{ missing: 1, end: bytes.length - 1, ending: 'end-of-file' },
    });
  });
  it.each([
    ['H24: a delimiter of undefined length', 'fe ff dd e0 ff ff ff ff', 8],
    ['H24: a delimiter of some length', 'fe ff dd e0 08 00 00 00', 8],
    ['an item delimiter', 'fe ff 0d e0 00 00 00 00', 8],
    ['zeros to the end', '00 00 00 00 00 00 00 00 00 00 00 00', 12],
    ['data set padding', 'fc ff fc ff 4f 42 00 00 02 00 00 00 00 00', 0],
    ['digital signatures', 'fa ff fa ff 53 51 00 00 00 00 00 00', 0],
  ])('H23: %s ends the fragments, and is told of', async (_, ending, length) => {
    const bytes = encodeAll([fragment(new Uint8Array(4)), raw(ending)], LITTLE);
    const found = await walk(bytes).result;
    expect(found).toMatchObject({
      lengths: Uint32Array.of(4),
      ...{ missing: 0, end: 12 + length, ending: 'delimiter' },
    });
    expect(found.fault).toBeTypeOf('string');
  });
  it.each([
    ['an element', '09 00 10 00 00 00 00 00'],
    ['an item of undefined length', 'fe ff 00 e0 ff ff ff ff'],
    ['an item delimiter of some length', 'fe ff 0d e0 04 00 00 00'],
    ['zeros, and something behind', `00 00 00 00 00 00 00 00 ${'00 '.repeat(20)} 01`],
    ['the tag of another byte order', 'ff fe e0 00 00 00 00 00'],
  ])('H22: ends where %s stands', async (_, text) => {
    const bytes = encodeAll([fragment(new Uint8Array(4)), raw(text)], LITTLE);
    expect(await walk(bytes).result).toMatchObject({
      lengths: Uint32Array.of(4),
      ...{ missing: 0, end: 12, ending: 'not-an-item' },
    });
  });
  it.each([0xfffffffe, 0x80000000, 0x7fffffff, 20])(
    'H21: a length of %d leads behind the end, not into memory',
    async (length) => {
      const bytes = encodeAll([fragment(new Uint8Array(4), length)], LITTLE);
      expect(await walk(bytes).result).toMatchObject({
        lengths: Uint32Array.of(4),
        ...{ missing: length - 4, end: bytes.length, ending: 'end-of-file' },
      });
    },
  );
  it('reads 8 bytes of each big fragment, and none of its payload', async () => {
    const { source, result } = walk(items([10_000, 20_000, 30_000]));
    await result;
    expect(source.reads).toEqual([
      [0, 8],
      [10_008, 8],
      [30_016, 8],
      [60_024, 8],
    ]);
  });
  it('H19: reads the headers of short fragments in blocks, each byte once', async () => {
    for (const asynchronous of [false, true]) {
      for (const length of [0, 2, 500]) {
        const bytes = items(Array(100_000).fill(length));
        const { source, result } = walk(bytes, 1e6, asynchronous);
        expect((await result).offsets).toHaveLength(100_000);
        expect(source.reads.length).toBeLessThan(5 + bytes.length / 60_000);
        expect(source.bytesRead).toBeLessThan(1.01 * bytes.length + 64);
      }
    }
  });
  it('stops at the limit', async () => {
    expect(await codeOf(walk(items([0, 0, 0]), 2).result)).toBe('FRAME_LIMIT');
    expect((await walk(items([0, 0, 0]), 3).result).offsets).toHaveLength(3);
  });
  it('P05: does not begin for a signal that has aborted', async () => {
    const bytes = items([1]);
    const signal = AbortSignal.abort('enough');
    const options = { size: bytes.length, littleEndian: true, maxFragments: 9 };
    const steps = runSteps(walkItems(0, options), memorySource(bytes, 'x'), { signal });
    expect(await codeOf(steps)).toBe('enough');
  });
  it('reads items of big endian objects too', async () => {
    const big = { explicit: true, littleEndian: false };
    const end = raw('ff fe e0 dd 00 00 00 00');
    const bytes = encodeAll([fragment(Uint8Array.of(1, 2, 3, 4)), end], big);
    const options = { size: bytes.length, littleEndian: false, maxFragments: 9 };
    const found = await runSteps(walkItems(0, options), memorySource(bytes, 'x'));
    expect(found).toMatchObject({ lengths: Uint32Array.of(4), ending: 'delimiter' });
  });
});
