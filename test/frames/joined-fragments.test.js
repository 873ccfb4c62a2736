import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.js';
import { JoinedFragments } from '../../src/frames/joined-fragments.js';
import { runSteps } from '../../src/frames/read-steps.js';
import { concat } from '../support/build-value.js';
import { countingSource } from '../support/counting-source.js';
import { itemOf, randomOf } from '../support/encapsulations.js';
/** Fragments of these lengths, and their payloads in one piece. */
function fragmentsOf(lengths) {
  const random = randomOf(lengths.length);
  const payloads = lengths.map((length) => random.bytes(length));
  const bytes = concat(...payloads.map(itemOf));
  const offsets = new Float64Array(lengths.length);
  let at = 0;
  lengths.forEach((length, k) => {
    offsets[k] = at + 8;
    at += 8 + length;
  });
  const source = countingSource(memorySource(bytes, 'items'));
  const joined = new JoinedFragments(offsets, Uint32Array.from(lengths));
  return { joined, whole: concat(...payloads), source };
}
const LENGTHS = [0, 3, 0, 0, 1, 20, 0, 2, 2, 1, 0, 9, 0];
describe('payloads of fragments as one stretch', () => {
  it('H04: any bytes of it, across fragments and empty ones', async () => {
    const { joined, whole, source } = fragmentsOf(LENGTHS);
    expect([joined.count, joined.size]).toEqual([LENGTHS.length, whole.length]);
    for (let at = 0; at < whole.length; at++) {
      for (let length = 1; at + length <= whole.length; length++) {
        source.forget();
        const found = await runSteps(joined.read(at, length), source);
        expect([...found]).toEqual([...whole.subarray(at, at + length)]);
        expect(source.reads.length).toBeLessThanOrEqual(1);
      }
    }
  });
  it('H04: in any order', async () => {
    const { joined, whole, source } = fragmentsOf(LENGTHS);
    const random = randomOf(5);
    for (let k = 0; k < 300; k++) {
      const at = random.below(whole.length);
      const length = 1 + random.below(whole.length - at);
      const found = await runSteps(joined.read(at, length), source);
      expect([...found]).toEqual([...whole.subarray(at, at + length)]);
    }
  });
  it('H04: knows which fragment has a byte, and the next that is not empty', () => {
    const { joined, whole } = fragmentsOf(LENGTHS);
    const owners = LENGTHS.flatMap((length, k) => Array(length).fill(k));
    const all = owners.map((_, position) => position);
    expect(all.map((position) => joined.fragmentAt(position))).toEqual(owners);
    expect(all.reverse().map((position) => joined.fragmentAt(position))).toEqual(
      owners.toReversed(),
    );
    expect(LENGTHS.map((_, k) => joined.filledFrom(k))).toEqual([
      ...[1, 1, 4, 4, 4, 5, 7, 7, 8, 9, 11, 11, LENGTHS.length],
    ]);
    expect(joined.filledFrom(LENGTHS.length)).toBe(LENGTHS.length);
    expect(joined.startOf(LENGTHS.length)).toBe(whole.length);
  });
  it('H04: runs steps that ask for its bytes', async () => {
    const { joined, whole, source } = fragmentsOf([3, 0, 5, 1, 7]);
    function* sum() {
      let total = 0;
      for (let at = 0; at < whole.length; at += 4) {
        const bytes = yield { offset: at, length: Math.min(4, whole.length - at) };
        for (const byte of bytes) total += byte;
      }
      return total;
    }
    expect(await runSteps(joined.run(sum()), source)).toBe(whole.reduce((a, b) => a + b));
  });
  it('H18: of no fragments, or of empty ones, is nothing', () => {
    expect(fragmentsOf([]).joined).toMatchObject({ count: 0, size: 0 });
    expect(fragmentsOf([0, 0]).joined).toMatchObject({ count: 2, size: 0 });
    expect(fragmentsOf([0, 0]).joined.filledFrom(0)).toBe(2);
  });
});
