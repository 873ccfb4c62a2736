import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { faultParcel } from '../../src/codecs/protocol.ts';
import { FramedexError, isFramedexError } from '../../src/errors.ts';
import { codeOf } from '../support/open-built.ts';
import { busy, jobOf, poolOf } from './pool-workers.ts';

/** Whatever is pending is settled. */
async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the pool', () => {
  it('starts as many workers as frames wait, and no more than it may', () => {
    const { pool, workers } = poolOf();
    expect([pool.isWarm, workers.length]).toEqual([false, 0]);
    void pool.decode(jobOf(1));
    expect([pool.isWarm, workers.length]).toEqual([true, 1]);
    void pool.decode(jobOf(2));
    void pool.decode(jobOf(3));
    expect(workers.length).toBe(2);
  });

  it('starts no more workers than the work is worth, of whatever it is told last', () => {
    const { pool, workers } = poolOf({ threads: 3 });
    void pool.decode(jobOf(1), { workers: 0 });
    void pool.decode(jobOf(2), { workers: 1 });
    expect(workers.length).toBe(1);
    void pool.decode(jobOf(3), { workers: 2 });
    void pool.decode(jobOf(4), { workers: 1 });
    expect(workers.length).toBe(2);
  });

  it('gives a worker one frame at a time, the oldest first, as soon as it is ready', async () => {
    const { pool, worker } = poolOf();
    const results = [1, 2, 3, 4].map((value) => pool.decode(jobOf(value)));
    expect(worker(0).requests).toEqual([]);
    worker(0).ready();
    expect(worker(0).requests.map(({ bytes }) => [...bytes])).toEqual([[1]]);
    worker(0).reply(10);
    expect(worker(0).requests.map(({ bytes }) => [...bytes])).toEqual([[1], [2]]);
    worker(1).ready();
    expect(worker(1).requests.map(({ bytes }) => [...bytes])).toEqual([[3]]);
    worker(1).reply(30);
    worker(0).reply(20);
    expect(worker(1).requests.map(({ bytes }) => [...bytes])).toEqual([[3], [4]]);
    worker(1).reply(40);
    const decoded = await Promise.all(results);
    expect(decoded.map(({ bytes }) => bytes[0])).toEqual([10, 20, 30, 40]);
  });

  it('gives the next frame to the worker that had the last one', async () => {
    const { pool, workers, worker } = poolOf();
    void pool.decode(jobOf(1));
    void pool.decode(jobOf(2));
    worker(0).ready();
    worker(1).ready();
    worker(1).reply(0);
    worker(0).reply(0);
    void pool.decode(jobOf(3));
    await settle();
    expect([worker(0).requests.length, worker(1).requests.length]).toEqual([2, 1]);
    expect(workers.length).toBe(2);
  });

  it('tells what the codec told: code, words, details', async () => {
    const { pool, worker } = poolOf();
    const result = pool.decode(jobOf(1));
    worker(0).ready();
    const cause = new Error('the reason');
    const thrown = new FramedexError('CODEC', 'broken', { offset: 7, found: 'x' }, { cause });
    worker(0).say(faultParcel(thrown));
    const error: unknown = await result.catch((reason: unknown) => reason);
    expect(isFramedexError(error, 'CODEC')).toBe(true);
    expect(error).toMatchObject({ message: thrown.message, details: { offset: 7, found: 'x' } });
    expect((error as Error).cause).toMatchObject({ message: 'the reason' });
    expect(worker(0).isTerminated).toBe(false);
  });
});

describe('memory', () => {
  it('is moved where it is all the frame’s own, and copied where others may hold it', () => {
    const { pool, worker } = poolOf({ threads: 1 });
    const whole = Uint8Array.of(1, 2);
    const around = Uint8Array.of(9, 3, 4, 9);
    void pool.decode(jobOf(0, { bytes: whole }));
    void pool.decode(jobOf(0, { bytes: around.subarray(1, 3) }));
    void pool.decode(jobOf(0, { bytes: new Uint8Array(new SharedArrayBuffer(2)).fill(5) }));
    worker(0).ready();
    worker(0).reply(0);
    worker(0).reply(0);
    expect(worker(0).requests.map(({ bytes }) => [...bytes])).toEqual([
      [1, 2],
      [3, 4],
      [5, 5],
    ]);
    // No more travels than the frame.
    expect(worker(0).requests.map(({ bytes }) => bytes.buffer.byteLength)).toEqual([2, 2, 2]);
    expect([whole.buffer.byteLength, around.buffer.byteLength]).toEqual([0, 4]);
  });

  it('of the caller is sent only where it is shared', async () => {
    const { pool, worker } = poolOf({ threads: 1 });
    const shared = new Uint8Array(new SharedArrayBuffer(8), 2, 5);
    const first = pool.decode(jobOf(1, { into: new Uint8Array(4) }));
    const second = pool.decode(jobOf(2, { into: shared }));
    worker(0).ready();
    worker(0).reply(7);
    expect((await first).bytes).toEqual(new Uint8Array(4).fill(7));
    const [plain, request] = worker(0).requests;
    expect(plain?.into).toBeUndefined();
    request?.into?.set([1, 2, 3, 4]);
    const { pixel } = jobOf(0);
    const place = request?.into?.subarray(0, 4) ?? new Uint8Array(0);
    worker(0).say({
      message: { kind: 'decoded', decoded: { bytes: place, pixel }, inPlace: true },
      transfer: [],
    });
    const { bytes } = await second;
    // Of the very object that was given: whoever compares buffers sees that nothing is to be copied.
    expect([bytes.buffer === shared.buffer, bytes.byteOffset, bytes.length]).toEqual([true, 2, 4]);
    expect([...shared]).toEqual([1, 2, 3, 4, 0]);
  });

  it('that cannot be moved fails its frame alone', async () => {
    const { pool, worker } = poolOf({ threads: 1 });
    const gone = Uint8Array.of(1);
    structuredClone(gone, { transfer: [gone.buffer] });
    const failed = pool.decode(jobOf(0, { bytes: gone }));
    const good = pool.decode(jobOf(2));
    worker(0).ready();
    expect(await codeOf(failed)).toBe('CODEC');
    worker(0).reply(3);
    expect((await good).bytes[0]).toBe(3);
  });
});

describe('a worker that fails', () => {
  it.each(['error', 'messageerror'] as const)('by %s fails its frame alone', async (type) => {
    const { pool, workers, worker } = poolOf({ threads: 1 });
    const lost = pool.decode(jobOf(1));
    const next = pool.decode(jobOf(2));
    worker(0).ready();
    worker(0).emit(type, { error: new Error('out of memory') });
    const error: unknown = await lost.catch((reason: unknown) => reason);
    expect(isFramedexError(error, 'CODEC')).toBe(true);
    expect((error as Error).cause).toMatchObject({ message: 'out of memory' });
    expect(worker(0).isTerminated).toBe(true);
    // Its end is told again, which must not count twice.
    worker(0).emit('error', { message: 'the thread ended with 1' });
    worker(1).ready();
    worker(1).reply(5);
    expect((await next).bytes[0]).toBe(5);
    expect(workers.length).toBe(2);
  });

  it('without a frame is forgotten', async () => {
    const { pool, workers, worker } = poolOf({ threads: 1 });
    void pool.decode(jobOf(1));
    worker(0).ready();
    worker(0).reply(1);
    worker(0).emit('error', { message: 'the thread ended with 1' });
    expect([pool.isWarm, workers.length]).toEqual([false, 1]);
    const next = pool.decode(jobOf(2));
    worker(1).ready();
    worker(1).reply(2);
    expect((await next).bytes[0]).toBe(2);
  });

  it('by taking too long is ended; the time that a frame waited does not count', async () => {
    const { pool, workers, worker } = poolOf({ threads: 1 });
    const slow = pool.decode(jobOf(1));
    const next = pool.decode(jobOf(2));
    const slowCode = codeOf(slow);
    worker(0).ready();
    await vi.advanceTimersByTimeAsync(999);
    expect(worker(0).isTerminated).toBe(false);
    await vi.advanceTimersByTimeAsync(2);
    expect(await slowCode).toBe('CODEC_TIMEOUT');
    expect(worker(0).isTerminated).toBe(true);
    // What it may have said meanwhile is another frame's to nobody.
    worker(0).reply(9);
    await vi.advanceTimersByTimeAsync(900);
    worker(1).ready();
    await vi.advanceTimersByTimeAsync(900);
    worker(1).reply(2);
    expect((await next).bytes[0]).toBe(2);
    expect(workers.length).toBe(2);
  });

  it('is not one that waits for WebAssembly, which no file makes slow', async () => {
    const { pool, workers, worker } = poolOf({ threads: 1 });
    const first = pool.decode(jobOf(1));
    worker(0).ready();
    await vi.advanceTimersByTimeAsync(900);
    worker(0).emit('message', { data: { kind: 'fetching' } });
    await vi.advanceTimersByTimeAsync(100_000);
    worker(0).emit('message', { data: { kind: 'fetched' } });
    await vi.advanceTimersByTimeAsync(900);
    worker(0).reply(5);
    expect((await first).bytes[0]).toBe(5);
    // Then time is counted as before: that of a frame, and that of a worker without one.
    const second = codeOf(pool.decode(jobOf(2)));
    worker(0).emit('message', { data: { kind: 'fetching' } });
    worker(0).emit('message', { data: { kind: 'fetched' } });
    expect(workers.length).toBe(1);
    await vi.advanceTimersByTimeAsync(1001);
    expect([await second, worker(0).isTerminated]).toEqual(['CODEC_TIMEOUT', true]);
  });

  it('is not one whose reply lies behind the timer, because this thread was busy', async () => {
    const { pool, workers, worker } = poolOf({ threads: 1 });
    const result = pool.decode(jobOf(1));
    busy(10_000);
    worker(0).ready();
    busy(1000);
    worker(0).reply(4);
    await settle();
    expect([(await result).bytes[0], worker(0).isTerminated]).toEqual([4, false]);
    void pool.decode(jobOf(2));
    expect(workers.length).toBe(1);
  });

  it('is waited for without a bound where there is none', async () => {
    const { pool, worker } = poolOf({ timeout: Infinity });
    const result = pool.decode(jobOf(1));
    worker(0).ready();
    await vi.advanceTimersByTimeAsync(3_000_000);
    worker(0).reply(4);
    expect((await result).bytes[0]).toBe(4);
  });
});

describe('P05: who aborts', () => {
  it('has his frame taken out of the queue', async () => {
    const { pool, worker } = poolOf({ threads: 1 });
    const controller = new AbortController();
    const first = pool.decode(jobOf(1));
    const aborted = pool.decode(jobOf(2), { signal: controller.signal });
    const last = pool.decode(jobOf(3));
    worker(0).ready();
    controller.abort('enough');
    await expect(aborted).rejects.toBe('enough');
    worker(0).reply(1);
    worker(0).reply(3);
    expect([(await first).bytes[0], (await last).bytes[0]]).toEqual([1, 3]);
    expect(worker(0).requests.map(({ bytes }) => bytes[0])).toEqual([1, 3]);
    await expect(pool.decode(jobOf(4), { signal: AbortSignal.abort('before') })).rejects.toBe(
      'before',
    );
  });

  it('waits no longer for a frame that is decoded; its worker goes on with the next', async () => {
    const { pool, worker } = poolOf({ threads: 1 });
    const controller = new AbortController();
    const aborted = pool.decode(jobOf(1), { signal: controller.signal });
    worker(0).ready();
    controller.abort('enough');
    await expect(aborted).rejects.toBe('enough');
    expect([worker(0).isHeld, worker(0).isTerminated]).toEqual([false, false]);
    const next = pool.decode(jobOf(2));
    worker(0).reply(1);
    expect(worker(0).requests.map(({ bytes }) => bytes[0])).toEqual([1, 2]);
    worker(0).reply(2);
    expect((await next).bytes[0]).toBe(2);
  });

  it('is told when his memory is no longer written to', async () => {
    const { pool, worker } = poolOf({ threads: 1 });
    const controller = new AbortController();
    const into = new Uint8Array(new SharedArrayBuffer(4));
    let isTold = false;
    const aborted = pool
      .decode(jobOf(1, { into }), { signal: controller.signal })
      .catch((error: unknown) => {
        isTold = true;
        return error;
      });
    worker(0).ready();
    controller.abort('enough');
    await settle();
    expect(isTold).toBe(false);
    worker(0).reply(1);
    expect(await aborted).toBe('enough');
  });
});

describe('P05: a signal that many wait for', () => {
  it('has one listener, and none when they are served', async () => {
    const { pool, worker } = poolOf({ threads: 1 });
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    const results = [1, 2, 3].map((value) => pool.decode(jobOf(value), { signal }));
    worker(0).ready();
    worker(0).reply(1);
    worker(0).reply(2);
    expect([added.mock.calls.length, removed.mock.calls.length]).toEqual([1, 0]);
    worker(0).reply(3);
    await Promise.all(results);
    expect([added.mock.calls.length, removed.mock.calls.length]).toEqual([1, 1]);
  });

  it('tells each of them', async () => {
    const { pool } = poolOf();
    const controller = new AbortController();
    const { signal } = controller;
    const codes = [1, 2, 3, 4].map((value) => codeOf(pool.decode(jobOf(value), { signal })));
    controller.abort('enough');
    expect(await Promise.all(codes)).toEqual(['enough', 'enough', 'enough', 'enough']);
  });
});

describe('a pool that is closed', () => {
  it('ends all workers; nobody waits for them', async () => {
    const { pool, worker } = poolOf({ threads: 1 });
    const codes = [1, 2].map((value) => codeOf(pool.decode(jobOf(value))));
    worker(0).ready();
    await pool.close();
    expect(await Promise.all(codes)).toEqual(['CLOSED', 'CLOSED']);
    expect([worker(0).isTerminated, pool.isWarm, vi.getTimerCount()]).toEqual([true, false, 0]);
    expect(await codeOf(pool.decode(jobOf(3)))).toBe('CLOSED');
    await pool.close();
  });
});
