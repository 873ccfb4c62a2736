import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.js';
import { bigMember, deflated, FRAME, MiB, sameRead, SIZE } from '../support/big-member.js';
import { controllableSource } from '../support/controllable-source.js';
import { countingSource } from '../support/counting-source.js';
import { countedIndexing, memorySpool } from '../support/fake-indexing.js';
describe('checkpoints that were saved', () => {
  it('make any read a matter of a stretch, without a run, and verified', async () => {
    const before = bigMember().open();
    await before.archived?.prepare();
    const index = before.archived?.checkpoints?.();
    expect(index?.starts.length).toBeGreaterThan(3);
    if (index === undefined) return;
    const counting = countingSource(memorySource(deflated, 'd'));
    const source = bigMember({ source: counting }).open();
    expect([source.archived?.verified, source.archived?.checkpoints?.()]).toEqual([
      false,
      undefined,
    ]);
    source.archived?.useCheckpoints?.(structuredClone(index));
    expect(source.archived?.verified).toBe(true);
    expect(source.archived?.checkpoints?.()).toEqual(index);
    await sameRead(source, 5 * MiB, FRAME);
    // First bytes have no checksum of their own: they are of the first stretch now.
    await sameRead(source, 100, 1000);
    expect(counting.bytesRead).toBeLessThan(deflated.length / 2);
    expect(source.archived?.inflation).toMatchObject({ indexings: 0, cursors: 0, prefixes: 0 });
    // The whole was not looked at, though.
    await source.archived?.verify();
    expect(source.archived?.inflation).toMatchObject({ cursors: 1 });
  });
  it('those of another member, and broken ones, are refused', async () => {
    const before = bigMember().open();
    await before.archived?.prepare();
    const index = before.archived?.checkpoints?.();
    if (index === undefined) throw new Error('no index');
    const source = bigMember().open();
    for (const other of [{ size: 1 }, { compressedSize: 1 }, { crc32: 1 }]) {
      expect(() => source.archived?.useCheckpoints?.({ ...index, ...other })).toThrow(
        'SOURCE_CHANGED',
      );
    }
    const { bits, starts, checksums, windows } = index;
    const swapped = (numbers) => numbers.map((_, at) => numbers.at(-at) ?? 0);
    for (const other of [
      {
        bits: new Float64Array(0),
        starts: new Float64Array(0),
        checksums: new Uint32Array(0),
        windows: [],
      },
      { bits: bits.subarray(1) },
      { bits: bits.map((bit) => bit + 1) },
      { bits: bits.map((bit) => bit * 100) },
      { bits: bits.map((bit, at) => (at === 1 ? Number.NaN : bit)) },
      { bits: swapped(bits) },
      { starts: swapped(starts) },
      { starts: starts.map((start, at) => (at === 1 ? start + 0.5 : start)) },
      { starts: starts.map((start) => start * 100) },
      { checksums: checksums.subarray(1) },
      { checksums: checksums.map((sum, at) => (at === 2 ? sum ^ 1 : sum)) },
      { windows: windows.map((window) => window.subarray(1)) },
    ]) {
      expect(() => source.archived?.useCheckpoints?.({ ...index, ...other })).toThrow(
        'INDEX_FORMAT',
      );
    }
    expect(source.archived).toMatchObject({ verified: false });
    await sameRead(source, 5 * MiB, FRAME);
  });
  it('points that are elsewhere or windows that were damaged give no wrong byte: a run tells that the member is sound', async () => {
    const before = bigMember().open();
    await before.archived?.prepare();
    const index = before.archived?.checkpoints?.();
    if (index === undefined) throw new Error('no index');
    const { bits, windows } = index;
    for (const other of [
      { bits: bits.map((bit, at) => (at === 2 ? bit + 1 : bit)) },
      {
        windows: windows.map((window, at) => (at === 2 ? window.map((byte) => byte ^ 1) : window)),
      },
    ]) {
      const source = bigMember().open();
      source.archived?.useCheckpoints?.({ ...index, ...other });
      const at = index.starts[2] ?? 0;
      await Promise.all([at, at + 1000, 10].map((from) => sameRead(source, from, FRAME)));
      await sameRead(source, (index.starts[3] ?? 0) + 10, 1000);
      expect(source.archived?.checkpoints?.()).toEqual(index);
      expect(source.archived?.inflation).toMatchObject({ indexings: 1 });
      await source.archived?.verify();
    }
  });
  it('O22: bytes that have changed are found where checkpoints are resumed, and the member is at fault', async () => {
    const before = bigMember().open();
    await before.archived?.prepare();
    const index = before.archived?.checkpoints?.();
    if (index === undefined) throw new Error('no index');
    const changed = deflated.slice();
    for (let at = changed.length - 5000; at < changed.length - 4990; at++) changed[at] = 0xa5;
    const source = bigMember({ deflated: changed }).open();
    source.archived?.useCheckpoints?.(index);
    await sameRead(source, 100_000, FRAME);
    await expect(source.read(SIZE - 10, 10)).rejects.toSatisfy(
      (error) => error.code === 'ZIP_CRC' || error.code === 'INFLATE',
    );
    expect(source.archived?.verified).toBe(false);
    await expect(source.read(100_000, FRAME)).rejects.toSatisfy(
      (error) => error.code === 'ZIP_CRC' || error.code === 'INFLATE',
    );
  });
});
describe('big members that lie or are damaged', () => {
  it('O22: a wrong checksum of the right size is told with the last frame, and by all reads from then on', async () => {
    const source = bigMember({ crc32: 1 }).open();
    await sameRead(source, 0, FRAME);
    await sameRead(source, 4 * MiB, FRAME);
    expect(source.archived?.verified).toBe(false);
    const error = await source.read(SIZE - FRAME, FRAME).catch((fault) => fault);
    expect(error).toMatchObject({ code: 'ZIP_CRC', details: { name: 'x' } });
    // No byte of it is known to be wrong.
    expect(error).not.toHaveProperty('details.offset');
    for (const at of [0, 100, MiB, 4 * MiB]) await expect(source.read(at, 10)).rejects.toBe(error);
    await expect(source.archived?.verify()).rejects.toBe(error);
    await expect(source.archived?.prepare()).rejects.toBe(error);
    expect(source.archived).toMatchObject({ verified: false });
  });
  const lies = [
    ['O22: another checksum', { crc32: 1 }, 'ZIP_CRC'],
    ['O21: more than claimed', { size: SIZE - 1 }, 'ZIP_SIZE_MISMATCH'],
    ['O21: less than claimed', { size: SIZE + 1 }, 'ZIP_SIZE_MISMATCH'],
    [
      'O21: bytes behind the stream',
      { deflated: new Uint8Array([...deflated, 1]) },
      'ZIP_SIZE_MISMATCH',
    ],
    ['a stream that is cut', { deflated: deflated.subarray(0, -10) }, 'INFLATE'],
    ['no stream at all', { deflated: new Uint8Array(0) }, 'INFLATE'],
  ];
  for (const [what, given, code] of lies) {
    it(`${what} is ${code}, whatever finds it`, async () => {
      const bySpool = { ...given, spool: memorySpool() };
      for (const way of [given, bySpool]) {
        for (const verb of ['verify', 'prepare']) {
          const source = bigMember(way).open();
          await expect(source.archived?.[verb]()).rejects.toMatchObject({ code });
          await expect(source.read(10, 10)).rejects.toMatchObject({ code });
          expect(source.archived?.checkpoints?.()).toBeUndefined();
        }
      }
      expect(bySpool.spool.openFiles()).toBe(0);
    });
  }
  it('O22: what is broken in the middle gives what comes before, unverified, and nothing afterwards', async () => {
    const broken = deflated.slice();
    const middle = broken.length >> 1;
    // A reserved block type (RFC 1951 3.2.3) at one of the next block headers, or a bad code before.
    broken.fill(0xff, middle, middle + 100_000);
    for (const spool of [undefined, memorySpool()]) {
      const source = bigMember({ deflated: broken, spool }).open();
      await sameRead(source, MiB, FRAME);
      await sameRead(source, 0, FRAME);
      const waiting = [MiB, 5 * MiB, 4 * MiB + 9].map((at) =>
        source.read(at, FRAME).catch((fault) => fault),
      );
      const faults = await Promise.all(waiting);
      expect(faults[1]).toMatchObject({ code: 'INFLATE' });
      await expect(source.read(MiB, FRAME)).rejects.toMatchObject({ code: 'INFLATE' });
      await expect(source.read(0, 10)).rejects.toMatchObject({ code: 'INFLATE' });
    }
  });
  it('O06: a source that ends early, or a disk that fails, is no fault of the member', async () => {
    const short = { ...memorySource(deflated.subarray(0, 2 * MiB), 'd'), size: deflated.length };
    for (const verb of ['verify', 'prepare']) {
      const source = bigMember({ source: short }).open();
      await expect(source.archived?.[verb]()).rejects.toMatchObject({ code: 'TRUNCATED' });
      await sameRead(source, MiB, FRAME);
      await expect(source.read(5 * MiB, FRAME)).rejects.toMatchObject({ code: 'TRUNCATED' });
    }
    for (const verb of ['verify', 'prepare']) {
      const flaky = controllableSource(memorySource(deflated, 'd'), { failAt: 2 });
      const source = bigMember({ source: flaky }).open();
      await expect(source.archived?.[verb]()).rejects.toMatchObject({ code: 'EIO' });
      await source.archived?.[verb]();
      await sameRead(source, 0, FRAME);
    }
  });
  it('a thread that fails is no fault of the member', async () => {
    const indexing = countedIndexing(true);
    const source = bigMember({ startIndexing: indexing.start }).open();
    const waits = [source.archived?.prepare(), source.archived?.prepare()];
    indexing.runs[0]?.fail(new Error('gone'));
    for (const wait of waits) await expect(wait).rejects.toThrow('gone');
    const again = source.archived?.prepare();
    expect(indexing.runs.length).toBe(2);
    indexing.runs[1]?.reply({ kind: 'broken', reason: 'too-long', at: 5 });
    await expect(again).rejects.toMatchObject({ code: 'ZIP_SIZE_MISMATCH' });
    indexing.runs[1]?.reply({ kind: 'taken', position: 5 });
  });
});
