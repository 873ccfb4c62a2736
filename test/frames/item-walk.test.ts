import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';
import { runSteps, walkItems } from '../../src/frames/item-walk.ts';
import { encodeAll, fragment, raw } from '../support/build-dicom.ts';
import { codeOf } from '../support/open-built.ts';
import { countingSource } from '../support/counting-source.ts';

const LITTLE = { explicit: true, littleEndian: true };
const DELIMITER = raw('fe ff dd e0 00 00 00 00');

function walk(bytes: Uint8Array, maxFragments = 1e6, asynchronous = false) {
  const source = countingSource(memorySource(bytes, 'items'), { asynchronous });
  return { source, result: runSteps(walkItems(0, bytes.length, true, maxFragments), source) };
}

function items(lengths: readonly number[]): Uint8Array {
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
        offsets: [8, 20, 28, 100_036],
        lengths: [4, 0, 100_000, 6],
        end: bytes.length,
        ending: 'delimiter',
      });
    },
  );

  it('H25: never looks into a payload for a delimiter', async () => {
    const fake = encodeAll([DELIMITER, fragment(new Uint8Array(2)), DELIMITER], LITTLE);
    const bytes = encodeAll([fragment(fake), fragment(fake), DELIMITER], LITTLE);
    expect(await walk(bytes).result).toMatchObject({
      lengths: [fake.length, fake.length],
      ending: 'delimiter',
    });
  });

  it('H23: the file may end before the delimiter', async () => {
    const bytes = items([10, 20]).subarray(0, -8);
    expect(await walk(bytes).result).toMatchObject({
      lengths: [10, 20],
      end: bytes.length,
      ending: 'end-of-file',
    });
    expect(await walk(bytes.subarray(0, -1)).result).toMatchObject({ lengths: [10, 20] });
  });

  it('H22: ends where something else stands', async () => {
    const bytes = encodeAll([fragment(new Uint8Array(4)), raw('09 00 10 00 00 00 00 00')], LITTLE);
    expect(await walk(bytes).result).toMatchObject({
      lengths: [4],
      end: 12,
      ending: 'not-an-item',
    });
  });

  it('H21: lengths up to 2^32 - 1 lead behind the end, not into memory', async () => {
    const bytes = encodeAll([fragment(new Uint8Array(4), 0xffffffff)], LITTLE);
    expect(await walk(bytes).result).toMatchObject({
      lengths: [0xffffffff],
      end: bytes.length,
      ending: 'end-of-file',
    });
  });

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

  it('H19: reads the headers of short fragments in blocks', async () => {
    const { source, result } = walk(items(Array<number>(100_000).fill(0)));
    const started = performance.now();
    expect((await result).offsets).toHaveLength(100_000);
    expect(performance.now() - started).toBeLessThan(1000);
    expect(source.reads.length).toBeLessThan(20);
  });

  it('stops at the limit', async () => {
    expect(await codeOf(walk(items([0, 0, 0]), 2).result)).toBe('FRAME_LIMIT');
  });

  it('P05: does not begin for a signal that has aborted', async () => {
    const bytes = items([1]);
    const signal = AbortSignal.abort('enough');
    const steps = runSteps(walkItems(0, bytes.length, true, 9), memorySource(bytes, 'x'), {
      signal,
    });
    expect(await codeOf(steps)).toBe('enough');
  });
});
