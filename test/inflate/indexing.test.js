import { constants, crc32, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resume } from '../../src/inflate/deflate-resume.js';
import { Indexing } from '../../src/inflate/indexing.js';
import { nodeInflater } from '../../src/node/inflater.js';
const name = 'x';
const KINDS = ['zeros', 'noise', 'steps', 'mixed'];
/** Bytes that deflate to next to nothing, not at all, or to much of this and that. */
function plainOf(kind, length) {
  let state = 7;
  const noise = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 16;
  };
  const cell = {
    zeros: () => 0,
    noise,
    steps: (at) => (noise() & 7) + (at >> 12),
    mixed: (at) => ((at >> 15) % 2 === 0 ? at % 100 : noise()),
  }[kind];
  return Uint8Array.from({ length }, (_, at) => cell(at));
}
/** An engine, what it replied, and how far it said to be when it was asked last. */
function engine() {
  const replies = [];
  const indexing = new Indexing(crc32, (reply, transfer) => {
    // As a thread has it: what is moved is gone.
    replies.push(structuredClone(reply, { transfer }));
  });
  return {
    replies,
    tell: (request) => {
      indexing.hear(request);
      return replies.at(-1);
    },
  };
}
function* piecesOf(bytes, length) {
  for (let at = 0; at < bytes.length; at += length) {
    const last = at + length >= bytes.length;
    yield { kind: 'bytes', bytes: bytes.subarray(at, at + length), last };
  }
}
/** The reply to the last piece. */
function ran(bytes, { size = 2 ** 40, spacing = 65_536, piece = 10_000 } = {}) {
  const { replies, tell } = engine();
  tell({ kind: 'begin', size, spacing });
  for (const request of piecesOf(bytes, piece)) tell(request);
  return replies.at(-1);
}
function indexOf(reply) {
  if (reply?.kind !== 'done') throw new Error(`no index, but ${reply?.kind ?? 'nothing'}`);
  return reply.index;
}
/** Every point leads to the bytes behind it, in both ways there are. */
async function expectPoints(index, plain, deflated) {
  for (const [i, start] of index.starts.entries()) {
    const end = index.starts[i + 1] ?? index.size;
    const bits = index.bits[i] ?? NaN;
    const until = (index.bits[i + 1] ?? 8 * deflated.length) / 8;
    const input = deflated.subarray(Math.floor(bits / 8), Math.ceil(until));
    const window = index.windows[i] ?? new Uint8Array();
    const stretch = plain.subarray(start, end);
    expect(Buffer.compare(window, plain.subarray(Math.max(0, start - 32_768), start))).toBe(0);
    expect(index.checksums[i]).toBe(crc32(stretch));
    const options = { bit: bits % 8, window, expected: end - start, name };
    for (const way of [nodeInflater.resume, resume]) {
      expect(Buffer.compare(await way(input, options), stretch)).toBe(0);
    }
  }
}
const streams = fc.record({
  kind: fc.constantFrom(...KINDS),
  length: fc.integer({ min: 0, max: 600_000 }),
  level: fc.constantFrom(0, 1, 6, 9),
  strategy: fc.constantFrom(constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED, constants.Z_RLE),
  memLevel: fc.constantFrom(1, 8, 9),
  spacing: fc.integer({ min: 1, max: 200_000 }),
  piece: fc.integer({ min: 1000, max: 300_000 }),
});
describe('a run over a deflate stream', () => {
  it('O23: finds where it can be resumed, and the checksums of all', async () => {
    const property = fc.asyncProperty(streams, async ({ kind, length, spacing, piece, ...how }) => {
      const plain = plainOf(kind, length);
      const deflated = new Uint8Array(deflateRawSync(plain, how));
      const index = indexOf(ran(deflated, { size: length, spacing, piece }));
      expect([index.size, index.compressedSize]).toEqual([length, deflated.length]);
      expect(index.crc32).toBe(crc32(plain));
      expect([index.bits[0], index.starts[0]]).toEqual([0, 0]);
      for (const [i, start] of index.starts.entries()) {
        if (i === 0) continue;
        expect(start - (index.starts[i - 1] ?? NaN)).toBeGreaterThanOrEqual(spacing);
        expect(start).toBeLessThan(length);
      }
      await expectPoints(index, plain, deflated);
    });
    await fc.assert(property, { numRuns: 40 });
  });
  it('O23: notes as many points as the spacing allows', () => {
    const plain = plainOf('steps', 2 ** 20);
    const deflated = deflateRawSync(plain);
    const counts = [2 ** 14, 2 ** 17, 2 ** 18, 2 ** 20].map(
      (spacing) => indexOf(ran(deflated, { spacing })).starts.length,
    );
    expect(counts[0]).toBeGreaterThan(10);
    expect(counts[1]).toBeGreaterThan(4);
    expect(counts[2]).toBeGreaterThan(2);
    expect(counts[3]).toBe(1);
  });
  it('O23: gives what is wanted as it passes, and tells of what it has passed', () => {
    const wants = fc.array(
      fc.record({
        before: fc.nat({ max: 12 }),
        from: fc.integer({ min: 0, max: 700_000 }),
        length: fc.integer({ min: 0, max: 300_000 }),
      }),
      { maxLength: 12 },
    );
    const property = fc.property(
      streams,
      wants,
      ({ kind, length, spacing, piece, ...how }, all) => {
        const plain = plainOf(kind, length);
        const { replies, tell } = engine();
        const requests = [
          { kind: 'begin', size: length, spacing },
          ...piecesOf(deflateRawSync(plain, how), piece),
        ];
        let position = 0;
        const late = new Set();
        for (const [at, request] of requests.entries()) {
          for (const [id, { before, from, length: wanted }] of all.entries()) {
            if (Math.min(before, requests.length - 1) !== at) continue;
            if (from < position) late.add(id);
            tell({ kind: 'want', id, from, to: from + wanted });
          }
          const reply = tell(request);
          if (reply?.kind === 'taken') ({ position } = reply);
        }
        expect(replies.at(-1)?.kind).toBe('done');
        for (const [id, { from, length: wanted }] of all.entries()) {
          const answers = replies.filter((reply) => 'id' in reply && reply.id === id);
          expect(answers).toHaveLength(1);
          const [answer] = answers;
          const stretch = plain.subarray(from, from + wanted);
          const isThere = !late.has(id) && stretch.length > 0;
          expect(answer?.kind).toBe(isThere ? 'given' : 'passed');
          if (answer?.kind !== 'given') continue;
          expect(Buffer.compare(answer.bytes, stretch)).toBe(0);
          expect(answer.bytes.buffer.byteLength).toBe(stretch.length);
        }
      },
    );
    fc.assert(property, { numRuns: 60 });
  });
  it('O23: gives nothing of what is not wanted any more', () => {
    const plain = plainOf('steps', 300_000);
    const { replies, tell } = engine();
    tell({ kind: 'begin', size: plain.length, spacing: 2 ** 20 });
    tell({ kind: 'want', id: 1, from: 1000, to: 290_000 });
    tell({ kind: 'want', id: 2, from: 200_000, to: 200_010 });
    const [first, ...rest] = piecesOf(deflateRawSync(plain), 30_000);
    if (first !== undefined) tell(first);
    tell({ kind: 'forget', id: 1 });
    for (const request of rest) tell(request);
    expect(replies.flatMap((reply) => ('id' in reply ? [reply.id] : []))).toEqual([2]);
  });
  it('O23: holds no memory for a stretch before it is there', () => {
    const { tell } = engine();
    tell({ kind: 'begin', size: 2 ** 40, spacing: 2 ** 20 });
    const before = process.memoryUsage().arrayBuffers;
    for (let id = 0; id < 100; id++) {
      tell({ kind: 'want', id, from: 2 ** 30 + id, to: 2 ** 30 + 2 ** 24 });
    }
    tell({ kind: 'bytes', bytes: deflateRawSync(new Uint8Array(1000)), last: false });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
  });
});
describe('a run over a stream that is not what it should be', () => {
  const plain = plainOf('mixed', 400_000);
  const deflated = new Uint8Array(deflateRawSync(plain));
  it('O23: tells that it is cut', () => {
    const reply = ran(deflated.subarray(0, -1), { size: plain.length });
    expect(reply).toMatchObject({ kind: 'broken', reason: 'cut' });
    expect(reply?.kind === 'broken' && deflated.length - reply.at < 10).toBe(true);
  });
  it('O23: tells where it is broken', () => {
    // A stored block of 1,000 bytes, then one of the reserved type (RFC 1951 3.2.3).
    const stored = Buffer.concat([Buffer.from([0, 0xe8, 3, 0x17, 0xfc]), Buffer.alloc(1000)]);
    const reply = ran(Buffer.concat([stored, Buffer.alloc(20, 6)]));
    expect(reply).toEqual({ kind: 'broken', reason: 'broken', at: 1005 });
  });
  it('O23: stops where it gives more than it should', () => {
    const reply = ran(deflated, { size: plain.length - 1 });
    expect(reply).toMatchObject({ kind: 'broken', reason: 'too-long' });
    const bomb = deflateRawSync(new Uint8Array(2 ** 26));
    expect(ran(bomb, { size: 1000, piece: 2 ** 20 })).toMatchObject({ reason: 'too-long' });
  });
  it('O23: tells its true size where that is less, even at a point', () => {
    const { replies, tell } = engine();
    tell({ kind: 'begin', size: 2 ** 30, spacing: 1 });
    tell({ kind: 'want', id: 3, from: plain.length - 5, to: plain.length + 5 });
    tell({ kind: 'want', id: 4, from: plain.length + 5, to: plain.length + 6 });
    // An empty block at the end (RFC 1951 3.2.4): a stream that was flushed, and then finished.
    const flushed = deflateRawSync(plain, { finishFlush: constants.Z_SYNC_FLUSH });
    const stream = Buffer.concat([flushed, Buffer.from([3, 0])]);
    tell({ kind: 'bytes', bytes: stream, last: true });
    const index = indexOf(replies.at(-1));
    expect([index.size, index.crc32]).toEqual([plain.length, crc32(plain)]);
    expect(index.checksums).toHaveLength(index.starts.length);
    expect(replies.filter(({ kind }) => kind === 'passed')).toHaveLength(2);
  });
  it('O23: tells how much of the stream there was, where bytes follow it', () => {
    const longer = Buffer.concat([deflated, Buffer.alloc(100_000, 1)]);
    const { replies, tell } = engine();
    tell({ kind: 'begin', size: plain.length, spacing: 2 ** 20 });
    for (const request of piecesOf(longer, 7000)) tell(request);
    expect(replies.filter(({ kind }) => kind === 'done')).toHaveLength(1);
    expect(indexOf(replies.at(-1)).compressedSize).toBe(deflated.length);
  });
  it('O23: whatever is asked in whatever order, nothing is said after the end', () => {
    const request = fc.oneof(
      fc.record({
        kind: fc.constant('begin'),
        size: fc.constantFrom(0, 1000, 400_000),
        spacing: fc.constantFrom(1, 100_000),
      }),
      fc.record({
        kind: fc.constant('bytes'),
        bytes: fc.constantFrom(new Uint8Array(), deflated.slice(0, 9000), deflated),
        last: fc.boolean(),
      }),
      fc.record({
        kind: fc.constant('want'),
        id: fc.nat({ max: 3 }),
        from: fc.integer({ min: 0, max: 500_000 }),
        to: fc.integer({ min: 0, max: 500_000 }),
      }),
      fc.record({ kind: fc.constant('forget'), id: fc.nat({ max: 3 }) }),
    );
    const property = fc.property(fc.array(request, { maxLength: 20 }), (requests) => {
      const { replies, tell } = engine();
      for (const one of requests) tell(one);
      const end = replies.findIndex(({ kind }) => kind === 'done' || kind === 'broken');
      expect(end === -1 || end === replies.length - 1).toBe(true);
    });
    fc.assert(property, { numRuns: 200 });
  });
});
