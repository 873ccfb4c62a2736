import { describe, expect, it } from 'vitest';
import { createFrameDecoding } from '../../src/codecs/frame-decoding.js';
import { CodecPool } from '../../src/codecs/pool.js';
import { createRegistry } from '../../src/codecs/registry.js';
import { codecPlatform } from '../support/codec-platform.js';
import { codeOf } from '../support/open-built.js';
import { pixelOf } from '../support/pixel.js';
import { jobOf, ScriptedWorker, ServingWorker } from './pool-workers.js';
const small = pixelOf({ rows: 8, columns: 8, bitsAllocated: 8 });
const medium = pixelOf({ rows: 512, columns: 512 });
const large = pixelOf({ rows: 2048, columns: 2048 });
/** Gives cells of its own number, as if it had decoded them. */
function codec(uid, value, codeStreams) {
  return {
    name: uid,
    transferSyntaxes: [uid],
    codeStreams,
    load: async () => ({
      decode: (_, pixel) => {
        const bytes = new Uint8Array((pixel.rows * pixel.columns * pixel.bitsAllocated) / 8);
        return { bytes: bytes.fill(value), pixel };
      },
    }),
  };
}
const OWN = [
  codec('2.25.1', 1, ['jpeg-2000']),
  codec('2.25.2', 1, ['rle']),
  codec('2.25.3', 1),
  codec('2.25.4', 1, ['htj2k']),
];
/** What workers decode is told by its value. */
const THERE = OWN.map(({ transferSyntaxes: [uid = ''], codeStreams }) =>
  codec(uid, 2, codeStreams),
);
const WORKERS_OF_CALLER = [codec('2.25.9', 3, ['jpeg-ls'])];
const serving = () => new ServingWorker(THERE);
function decodingOf({ isolate = false, threads = 2, start = serving } = {}) {
  const registry = createRegistry([...OWN, ...WORKERS_OF_CALLER], codecPlatform);
  let started = 0;
  const counted = () => {
    started++;
    return start();
  };
  const pool =
    threads > 0 ? new CodecPool({ start: counted, threads, timeout: 60_000 }) : undefined;
  const decoding = createFrameDecoding({ registry, pool, own: OWN, isolate });
  return { decoding, pool, workers: () => started };
}
async function where(decoding, transferSyntax, pixel = medium, framesToCome, reduce) {
  const job = jobOf(0, { transferSyntax, pixel, reduce });
  const { bytes } = await decoding.decode(job, { framesToCome });
  return ['nowhere', 'here', 'there', 'here, by the caller'][bytes[0] ?? 0] ?? '?';
}
describe('frames are decoded', () => {
  it('here, where one of them is not worth the start of a worker', async () => {
    const { decoding, pool } = decodingOf();
    expect(await where(decoding, '2.25.1')).toBe('here');
    expect(pool?.isWarm).toBe(false);
  });
  it('in a worker, where one takes long or many come; then the others too', async () => {
    for (const [pixel, toCome] of [
      [large, undefined],
      [medium, 20],
    ]) {
      const { decoding, pool } = decodingOf();
      expect(await where(decoding, '2.25.1', pixel, toCome)).toBe('there');
      expect(await where(decoding, '2.25.1')).toBe('there');
      await pool?.close();
    }
  });
  it('in workers, where many are asked for at once', async () => {
    const { decoding, pool } = decodingOf();
    const places = await Promise.all(
      Array.from({ length: 20 }, () => where(decoding, '2.25.1', medium)),
    );
    expect([places[0], places[19]]).toEqual(['here', 'there']);
    await pool?.close();
  });
  it('here, where two workers would have no more to do than it takes to start them', async () => {
    const { decoding, pool, workers } = decodingOf({ threads: 8 });
    const cheap = pixelOf({ rows: 512, columns: 512 });
    // A millisecond for 200,000 bytes, of 524,288.
    expect(await where(decoding, '2.25.4', cheap, 80)).toBe('here');
    expect([pool?.isWarm, workers()]).toEqual([false, 0]);
    await Promise.all(
      Array.from({ length: 150 }, (_, k) => where(decoding, '2.25.4', cheap, 149 - k)),
    );
    // 393 milliseconds, of 125 each.
    expect(workers()).toBe(4);
    await pool?.close();
  });
  it('here, where less is done than sending them takes, or nothing', async () => {
    const { decoding, pool } = decodingOf();
    await where(decoding, '2.25.1', large);
    expect(pool?.isWarm).toBe(true);
    expect(await where(decoding, '2.25.1', small, 1e6)).toBe('here');
    expect(await where(decoding, '2.25.2', large, 1e6)).toBe('here');
    expect(await where(decoding, '2.25.3', large, 1e6)).toBe('here');
    expect(await where(decoding, '2.25.1', large, 0, 6)).toBe('here');
    await pool?.close();
  });
  it('here, where the codec is the caller’s', async () => {
    const { decoding } = decodingOf({ isolate: true });
    expect(await where(decoding, '2.25.9', large, 1e6)).toBe('here, by the caller');
  });
  it('in workers, whatever they are, where that was asked for', async () => {
    const { decoding, pool } = decodingOf({ isolate: true });
    expect(await where(decoding, '2.25.2', small)).toBe('there');
    expect(await where(decoding, '2.25.1', small)).toBe('there');
    // No code stream, so nothing that could hang.
    expect(await where(decoding, '2.25.3', small)).toBe('here');
    await pool?.close();
  });
  it('here, where workers cannot be started; unless it must not be here', async () => {
    const start = () => {
      const worker = new ScriptedWorker();
      setTimeout(() => {
        worker.emit('error', { error: new Error('module not found') });
      }, 0);
      return worker;
    };
    const { decoding } = decodingOf({ start });
    expect(await where(decoding, '2.25.1', large)).toBe('here');
    expect(await where(decoding, '2.25.1', large)).toBe('here');
    const { decoding: isolated } = decodingOf({ start, isolate: true });
    expect(await codeOf(where(isolated, '2.25.1', small))).toBe('CODEC_MISSING');
  });
  it('here, where there are no workers or no more; unless it must not be here', async () => {
    expect(await where(decodingOf({ threads: 0 }).decoding, '2.25.1', large)).toBe('here');
    const { decoding } = decodingOf();
    await decoding.close();
    expect(await where(decoding, '2.25.1', large)).toBe('here');
    const { decoding: isolated } = decodingOf({ isolate: true });
    await isolated.close();
    expect(await codeOf(where(isolated, '2.25.1', small))).toBe('CLOSED');
  });
  it('nowhere without a codec', async () => {
    const { decoding } = decodingOf();
    expect(await codeOf(where(decoding, '2.25.77'))).toBe('UNSUPPORTED_TRANSFER_SYNTAX');
  });
});
describe('frames to ask for ahead', () => {
  it('are twice the threads, where these decode them, and bounded in bytes', () => {
    const { decoding } = decodingOf({ threads: 3 });
    expect(decoding.threads).toBe(3);
    expect(decoding.framesAhead('2.25.1', medium, 100)).toBe(6);
    const huge = pixelOf({ rows: 4096, columns: 4096, samplesPerPixel: 1 });
    expect(decoding.framesAhead('2.25.1', huge, 100)).toBe(2);
    expect(decoding.framesAhead('2.25.1', { ...huge, rows: 40_960 }, 100)).toBe(1);
  });
  it('are none of a few, until there are workers', async () => {
    const { decoding, pool } = decodingOf();
    expect(decoding.framesAhead('2.25.1', medium, 2)).toBe(0);
    await where(decoding, '2.25.1', large);
    expect(decoding.framesAhead('2.25.1', medium, 2)).toBe(4);
    await pool?.close();
    expect(decoding.framesAhead('2.25.1', medium, 100)).toBe(0);
  });
  it('are none, where frames are decoded here', () => {
    const { decoding } = decodingOf();
    const ahead = ['2.25.2', '2.25.3', '2.25.9', '2.25.77'].map((uid) =>
      decoding.framesAhead(uid, large, 100),
    );
    expect(ahead).toEqual([0, 0, 0, 0]);
    expect(decoding.framesAhead('2.25.4', small, 100)).toBe(0);
    expect(decodingOf({ threads: 0 }).decoding.framesAhead('2.25.1', large, 100)).toBe(0);
    const { decoding: isolated } = decodingOf({ isolate: true });
    expect(isolated.framesAhead('2.25.2', small, 1)).toBe(4);
  });
});
