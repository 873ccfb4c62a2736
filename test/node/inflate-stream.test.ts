import { constants, createDeflateRaw, deflateRawSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import type { InflateStream } from '../../src/inflate/inflater.ts';
import { portableInflater } from '../../src/inflate/portable-inflater.ts';
import { nodeInflater } from '../../src/node/inflater.ts';
import { resumeInflating } from '../../src/node/inflate-stream.ts';

const name = 'x';
const KiB = 1024;
const plain = Uint8Array.from({ length: 3 * KiB * KiB }, (_, at) => ((at * at) >>> 9) & 15);
const deflated = new Uint8Array(deflateRawSync(plain, { level: 1 }));

/** Pieces of bytes, and what became of whoever makes them. */
function input(bytes: Uint8Array, length: number, fault?: Error) {
  const made = { pieces: 0, left: false };
  async function* pieces(): AsyncGenerator<Uint8Array> {
    try {
      for (let at = 0; at < bytes.length; at += length) {
        await Promise.resolve();
        made.pieces++;
        yield bytes.subarray(at, at + length);
      }
      if (fault !== undefined) throw fault;
    } finally {
      made.left = true;
    }
  }
  return { made, pieces: pieces() };
}

async function all(stream: InflateStream): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function errorOf(stream: InflateStream): Promise<unknown> {
  return all(stream).then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe.each([
  ['nodeInflater', nodeInflater.stream],
  ['portableInflater', portableInflater.stream],
] as const)('%s.stream', (_, stream) => {
  it('gives the bytes whatever pieces it is given', async () => {
    for (const length of [100, 4096, 65_537, deflated.length]) {
      const short = length === 100 ? 100 * KiB : plain.length;
      const bytes = short === plain.length ? deflated : deflateRawSync(plain.subarray(0, short));
      const inflated = await all(stream(input(bytes, length).pieces, name));
      expect(Buffer.compare(inflated, plain.subarray(0, short))).toBe(0);
    }
  });

  it('gives pieces of some hundred KiB at most, without the manners of Buffer', async () => {
    const zeros = deflateRawSync(new Uint8Array(8 * KiB * KiB));
    for await (const piece of stream(input(zeros, 2 ** 20).pieces, name)) {
      expect(piece.length).toBeLessThanOrEqual(512 * KiB);
      expect(Buffer.isBuffer(piece)).toBe(false);
    }
  });

  it('N21: a bomb of a gigabyte passes in little memory', async () => {
    const bomb = createDeflateRaw({ level: 9, chunkSize: 2 ** 20 });
    const chunk = Buffer.alloc(2 ** 24);
    const chunks: Buffer[] = [];
    bomb.on('data', (bytes: Buffer) => chunks.push(bytes));
    for (let at = 0; at < 64; at++) bomb.write(chunk);
    await new Promise((resolve) => bomb.on('end', resolve).end());
    const before = process.memoryUsage().arrayBuffers;
    let [length, most] = [0, 0];
    for await (const piece of stream(input(Buffer.concat(chunks), 2 ** 19).pieces, name)) {
      length += piece.length;
      if (length % 2 ** 26 < piece.length) globalThis.gc?.();
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    expect(length).toBe(2 ** 30);
    expect(most).toBeLessThan(150 * 2 ** 20);
  });

  it('ends its input when the loop is left, and reads no more of it', async () => {
    const { made, pieces } = input(deflated, 4096);
    for await (const piece of stream(pieces, name)) {
      expect(Buffer.compare(piece, plain.subarray(0, piece.length))).toBe(0);
      break;
    }
    await vi.waitFor(() => {
      expect(made.left).toBe(true);
    });
    expect(made.pieces * 4096).toBeLessThan(deflated.length);
  });

  it('takes input as it is needed', async () => {
    const { made, pieces } = input(deflated, 128 * KiB);
    let given = 0;
    for await (const piece of stream(pieces, name)) {
      given += piece.length;
      // What was given, what zlib holds, and some that was fetched ahead.
      const needed = (given / plain.length) * deflated.length + 5 * 128 * KiB;
      expect(made.pieces * 128 * KiB).toBeLessThanOrEqual(needed);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  });

  it('refuses what is cut, and what is broken', async () => {
    const cut = deflated.subarray(0, -5);
    expect(await errorOf(stream(input(cut, 9999).pieces, name))).toMatchObject({ code: 'INFLATE' });
    const broken = Uint8Array.of(7, 1, 2);
    const error = await errorOf(stream(input(broken, 9).pieces, name));
    expect(error).toMatchObject({ code: 'INFLATE', details: { name } });
  });

  it('passes on what is wrong with the input, untouched', async () => {
    const fault = new Error('the disk is gone');
    const cut = deflated.subarray(0, -5);
    expect(await errorOf(stream(input(cut, 65_536, fault).pieces, name))).toBe(fault);
  });
});

describe('nodeInflater.stream', () => {
  it('tells how much of the input it took, once it has ended', async () => {
    const longer = new Uint8Array(deflated.length + 70_000);
    longer.set(deflated);
    const stream = nodeInflater.stream(input(longer, 50_000).pieces, name);
    expect(stream.used).toBeUndefined();
    expect((await all(stream)).length).toBe(plain.length);
    expect(stream.used).toBe(deflated.length);
  });
});

describe('nodeInflater.resume', () => {
  it('O23: gives as many bytes as are wanted, of longer input too', async () => {
    const start = { bit: 0, window: new Uint8Array(), name };
    for (const expected of [0, 1, 4095, 4096, 1_000_000, plain.length]) {
      const bytes = await resumeInflating(deflated, { ...start, expected });
      expect(Buffer.compare(bytes, plain.subarray(0, expected))).toBe(0);
      expect(Buffer.isBuffer(bytes)).toBe(false);
    }
  });

  it('O23: goes on behind a window', async () => {
    const window = plain.subarray(1000, 1000 + 32_768);
    const rest = plain.subarray(1000 + 32_768, 500_000);
    const input = deflateRawSync(rest, { dictionary: window });
    const bytes = await resumeInflating(input, { bit: 0, window, expected: rest.length, name });
    expect(Buffer.compare(bytes, rest)).toBe(0);
  });

  it('O23: refuses less than is wanted, and what is broken', async () => {
    const start = { bit: 0, window: new Uint8Array(), name };
    const short = deflateRawSync(plain.subarray(0, 1000), {
      finishFlush: constants.Z_SYNC_FLUSH,
    });
    const ends = resumeInflating(short, { ...start, expected: 1001 });
    await expect(ends).rejects.toMatchObject({ code: 'INFLATE', details: { name } });
    const broken = resumeInflating(Uint8Array.of(7, 1, 2), { ...start, expected: 3 });
    await expect(broken).rejects.toMatchObject({ code: 'INFLATE' });
    const far = resumeInflating(Uint8Array.of(7, 1, 2), { ...start, expected: 2 ** 40 });
    await expect(far).rejects.toMatchObject({ code: 'INFLATE' });
  });
});
