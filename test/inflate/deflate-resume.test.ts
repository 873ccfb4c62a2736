import { describe, expect, it } from 'vitest';
import { FramedexError } from '../../src/errors.ts';
import { DeflateDecoder } from '../../src/inflate/deflate-decoder.ts';
import { DeflateFault } from '../../src/inflate/deflate-fault.ts';
import { resume } from '../../src/inflate/deflate-resume.ts';
import { DATA_KINDS } from '../support/deflate-streams.ts';
import { differsAt } from '../support/differs-at.ts';
import { deflateRaw } from '../support/outside.ts';

const plain = DATA_KINDS.samples(300_000);
const stream = new Uint8Array(deflateRaw(plain, { memLevel: 5 }));

interface Point {
  readonly bit: number;
  readonly at: number;
  readonly window: Uint8Array;
}

const points = pointsOf(stream);

function pointsOf(bytes: Uint8Array): Point[] {
  const found: Point[] = [];
  const decoder = new DeflateDecoder({
    output: () => undefined,
    blockStart: (bit, at) => found.push({ bit, at, window: decoder.window() }),
    limit: plain.length,
  });
  decoder.push(bytes, true);
  return found;
}

/** The stretch between two points: both share the byte that is between them. */
function stretch(first: number, next: number): { bytes: Uint8Array; from: Point; to: number } {
  const from = points[first];
  if (from === undefined) throw new Error('too few blocks');
  const { bit, at } = points[next] ?? { bit: 8 * stream.length, at: plain.length };
  return { bytes: stream.slice(from.bit >> 3, Math.ceil(bit / 8)), from, to: at };
}

function resumed(bytes: Uint8Array, { bit, window }: Point, expected: number): Promise<Uint8Array> {
  return resume(bytes, { bit: bit & 7, window, expected, name: 'a.zip!/b' });
}

async function faultOf(work: Promise<unknown>): Promise<FramedexError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof FramedexError) return error;
  throw new Error('no fault');
}

describe('resume', () => {
  it('O23: gives what is between any two points', async () => {
    expect(points.length).toBeGreaterThan(9);
    for (let k = 0; k < points.length; k++) {
      const { bytes, from, to } = stretch(k, k + 1 + (k % 3));
      const found = await resumed(bytes, from, to - from.at);
      expect(differsAt(found, plain.subarray(from.at, to))).toBeUndefined();
    }
  });

  it('O23: gives no more than is asked for, however far the bytes go', async () => {
    const { bytes, from } = stretch(2, points.length);
    const found = await resumed(bytes, from, 1000);
    expect(differsAt(found, plain.subarray(from.at, from.at + 1000))).toBeUndefined();
    expect(await resumed(bytes, from, 0)).toEqual(new Uint8Array());
  });

  it('O23: tells that bytes give fewer', async () => {
    const { bytes, from, to } = stretch(2, 4);
    const error = await faultOf(resumed(bytes, from, to - from.at + 1));
    expect(error.code).toBe('INFLATE');
    expect(error.details).toEqual({
      name: 'a.zip!/b',
      expected: `${to - from.at + 1} bytes`,
      found: `${to - from.at}`,
    });
    const end = stretch(points.length - 1, points.length);
    expect((await faultOf(resumed(end.bytes, end.from, 1e6))).code).toBe('INFLATE');
  });

  it('O23: tells that bytes are broken, or that the window is not theirs', async () => {
    const { bytes, from, to } = stretch(2, 4);
    const broken = await faultOf(resumed(bytes, { ...from, bit: from.bit + 1 }, to - from.at));
    expect(broken.code).toBe('INFLATE');
    const short = { ...from, window: from.window.subarray(-1) };
    const error = await faultOf(resumed(bytes, short, to - from.at));
    expect([error.code, error.cause]).toEqual(['INFLATE', expect.any(DeflateFault)]);
  });
});
