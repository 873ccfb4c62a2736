import { crc32, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.js';
import { bigMember, MiB } from '../support/big-member.js';
import { countedIndexing } from '../support/fake-indexing.js';
/** Blank, but for some bytes here and there. */
const plain = new Uint8Array(70 * MiB);
for (let at = 0; at < plain.length; at += 99_991) plain[at] = at % 251;
const deflated = new Uint8Array(deflateRawSync(plain, { level: 1 }));
const claims = { source: memorySource(deflated, 'd'), size: plain.length, crc32: crc32(plain) };
/** As if there were no blocks in the first 66 MiB. */
function withLongStretch({ bits, starts, checksums, windows, ...rest }) {
  const from = starts.findIndex((start) => start > 66 * MiB);
  const start = starts[from] ?? 0;
  const sum = crc32(plain.subarray(0, start));
  return {
    ...rest,
    bits: Float64Array.of(0, ...bits.subarray(from)),
    starts: Float64Array.of(0, ...starts.subarray(from)),
    checksums: Uint32Array.of(sum, ...checksums.subarray(from)),
    windows: [new Uint8Array(0), ...windows.slice(from)],
  };
}
async function same(source, at, length) {
  const bytes = await source.read(at, length);
  expect(Buffer.compare(bytes, plain.subarray(at, at + length))).toBe(0);
}
describe('a stream whose blocks are too long to be resumed at', () => {
  it('O23: gives what lies there by one cursor, and the rest by checkpoints', async () => {
    const ready = bigMember(claims).open();
    await ready.archived?.prepare();
    const index = ready.archived?.checkpoints?.();
    if (index === undefined) throw new Error('no checkpoints');
    const indexing = countedIndexing(true);
    const source = bigMember({ ...claims, startIndexing: indexing.start }).open();
    const prepared = source.archived?.prepare();
    indexing.runs[0]?.reply({ kind: 'done', index: withLongStretch(index) });
    await prepared;
    await source.archived?.prepare();
    expect(source.archived?.verified).toBe(true);
    // Who opens it with them again could not tell which frames are verified.
    expect(source.archived?.checkpoints?.()).toBeUndefined();
    await same(source, 69 * MiB, 200_000);
    expect(source.archived?.inflation).toMatchObject({ cursors: 0 });
    expect(source.archived?.inflation?.restarts).toBeLessThan(3);
    const frames = Array.from({ length: 40 }, (_, at) => 66 * MiB - at * MiB);
    await Promise.all(frames.map((at) => same(source, at, 200_000)));
    expect(source.archived?.inflation).toMatchObject({ indexings: 1, cursors: 1 });
    expect(source.archived?.inflation?.bytesInflated).toBeLessThan(3 * plain.length);
    expect(indexing.runs.length).toBe(1);
  });
});
