import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CodecPool } from '../../src/codecs/pool.js';
import { decodedParcel } from '../../src/codecs/protocol.js';
import { reply } from '../../src/codecs/worker.js';
import { isFramedexError } from '../../src/errors.js';
import { codeOf } from '../support/open-built.js';
import { busy, jobOf, poolOf } from './pool-workers.js';
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});
describe('a worker that does not start', () => {
  it('fails all that wait with one error, leaves their bytes alone, and is not tried again', async () => {
    const { pool, workers, worker } = poolOf();
    const bytes = Uint8Array.of(1, 2, 3);
    const results = [
      pool.decode(jobOf(1, { bytes })),
      pool.decode(jobOf(2)),
      pool.decode(jobOf(3)),
    ];
    const reasons = Promise.all(results.map((one) => one.catch((error) => error)));
    worker(0).emit('error', { error: new Error('module not found') });
    worker(1).emit('error', { error: new Error('module not found') });
    const [first, ...others] = await reasons;
    expect(isFramedexError(first, 'CODEC_MISSING')).toBe(true);
    expect(first.cause).toMatchObject({ message: 'module not found' });
    for (const other of others) expect(other).toBe(first);
    expect([pool.startFault, bytes.length, workers.length]).toEqual([first, 3, 2]);
    await expect(pool.decode(jobOf(4))).rejects.toBe(first);
    expect(workers.length).toBe(2);
  });
  it('may do so by a throw, or by saying nothing', async () => {
    const thrower = new CodecPool({
      start: () => {
        throw new Error('no threads');
      },
      threads: 2,
      timeout: 1000,
    });
    expect(await codeOf(thrower.decode(jobOf(1)))).toBe('CODEC_MISSING');
    const { pool, worker } = poolOf({ threads: 1 });
    const code = codeOf(pool.decode(jobOf(1)));
    await vi.advanceTimersByTimeAsync(10_001);
    expect(await code).toBe('CODEC_MISSING');
    expect(worker(0).isTerminated).toBe(true);
  });
  it('has a bound of its own, longer than a frame’s', async () => {
    const { pool, worker } = poolOf({ threads: 1, timeout: 5 });
    const result = pool.decode(jobOf(1));
    await vi.advanceTimersByTimeAsync(9999);
    worker(0).ready();
    worker(0).reply(1);
    expect((await result).bytes[0]).toBe(1);
  });
  it('in its time is tried again for the next frame, but not forever', async () => {
    const { pool, workers, worker } = poolOf({ threads: 1 });
    for (const tried of [1, 2, 3]) {
      const code = codeOf(pool.decode(jobOf(tried)));
      await vi.advanceTimersByTimeAsync(10_001);
      expect([await code, workers.length]).toEqual(['CODEC_MISSING', tried]);
    }
    expect(await codeOf(pool.decode(jobOf(4)))).toBe('CODEC_MISSING');
    expect(workers.length).toBe(3);
    const again = poolOf({ threads: 1 });
    const slow = codeOf(again.pool.decode(jobOf(1)));
    await vi.advanceTimersByTimeAsync(10_001);
    expect([await slow, worker(0).isTerminated]).toEqual(['CODEC_MISSING', true]);
    const result = again.pool.decode(jobOf(2));
    again.worker(1).ready();
    again.worker(1).reply(2);
    expect((await result).bytes[0]).toBe(2);
  });
  it('leaves the work to those that did, for a while', async () => {
    const { pool, workers, worker } = poolOf({ threads: 3, timeout: Infinity });
    const results = [1, 2, 3].map((value) => pool.decode(jobOf(value)));
    worker(0).ready();
    worker(1).emit('error', { error: new Error('no memory') });
    worker(2).emit('error', { error: new Error('no memory') });
    for (const value of [1, 2, 3]) worker(0).reply(value);
    expect((await Promise.all(results)).map(({ bytes }) => bytes[0])).toEqual([1, 2, 3]);
    expect([pool.threads, workers.length]).toEqual([3, 3]);
    void pool.decode(jobOf(4));
    await vi.advanceTimersByTimeAsync(500);
    worker(0).reply(4);
    for (const value of [5, 6, 7]) void pool.decode(jobOf(value));
    expect(workers.length).toBe(3);
    await vi.advanceTimersByTimeAsync(500);
    worker(0).reply(5);
    busy(9000);
    void pool.decode(jobOf(8));
    expect(workers.length).toBe(5);
  });
  it('after others had is tried again for the next frame', async () => {
    const { pool, worker } = poolOf({ threads: 1 });
    void pool.decode(jobOf(1));
    worker(0).ready();
    worker(0).reply(1);
    worker(0).emit('error', { message: 'ended' });
    const failed = codeOf(pool.decode(jobOf(2)));
    worker(1).emit('error', { message: 'no memory' });
    expect(await failed).toBe('CODEC_MISSING');
    const again = pool.decode(jobOf(3));
    worker(2).ready();
    worker(2).reply(3);
    expect((await again).bytes[0]).toBe(3);
    expect(pool.startFault).toBeUndefined();
  });
});
describe('P10: a process', () => {
  it('waits for a worker with a frame, and for no other', async () => {
    const { pool, worker } = poolOf();
    const result = pool.decode(jobOf(1));
    expect(worker(0).isHeld).toBe(true);
    worker(0).ready();
    expect(worker(0).isHeld).toBe(true);
    worker(0).reply(1);
    await result;
    expect(worker(0).isHeld).toBe(false);
    void pool.decode(jobOf(2));
    expect(worker(0).isHeld).toBe(true);
  });
  it('waits while a frame waits, though its worker has one that was given up', async () => {
    const { pool, worker } = poolOf({ threads: 1 });
    const controller = new AbortController();
    const aborted = codeOf(pool.decode(jobOf(1), { signal: controller.signal }));
    worker(0).ready();
    controller.abort('enough');
    expect([await aborted, worker(0).isHeld]).toEqual(['enough', false]);
    const next = pool.decode(jobOf(2));
    expect(worker(0).isHeld).toBe(true);
    worker(0).reply(1);
    expect(worker(0).isHeld).toBe(true);
    worker(0).reply(2);
    await next;
    expect(worker(0).isHeld).toBe(false);
  });
  it('waits for no worker that starts for nobody', async () => {
    const { pool, worker } = poolOf({ threads: 1 });
    const controller = new AbortController();
    const aborted = codeOf(pool.decode(jobOf(1), { signal: controller.signal }));
    controller.abort('enough');
    expect([await aborted, worker(0).isHeld]).toEqual(['enough', false]);
    const next = pool.decode(jobOf(2));
    expect(worker(0).isHeld).toBe(true);
    worker(0).ready();
    expect(worker(0).isHeld).toBe(true);
    worker(0).reply(2);
    await next;
  });
  it('has no workers for longer than they are of use', async () => {
    const { pool, worker } = poolOf();
    void pool.decode(jobOf(1));
    worker(0).ready();
    worker(0).reply(1);
    await vi.advanceTimersByTimeAsync(4999);
    expect([worker(0).isTerminated, pool.isWarm]).toEqual([false, true]);
    await vi.advanceTimersByTimeAsync(1);
    expect([worker(0).isTerminated, pool.isWarm]).toEqual([true, false]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
describe('what a worker says', () => {
  it('is a fault of its frame where it cannot be sent', async () => {
    const said = [];
    const post = (message) => {
      if (said.length === 0) {
        said.push('nothing');
        throw new Error('no memory to clone');
      }
      said.push(message);
    };
    const request = jobOf(1);
    const decoded = { bytes: new Uint8Array(4), pixel: request.pixel };
    await reply(async () => decodedParcel(request, decoded), request, post);
    expect(said[1]).toMatchObject({
      kind: 'fault',
      fault: { code: 'CODEC', cause: 'no memory to clone' },
    });
  });
});
