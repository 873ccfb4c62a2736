// What decoders make of damaged code streams: cut anywhere, or with a few bits the other way.

import { randomNumbers } from '../fixtures/make/phantom.mjs';

/** @typedef {import('./damage.mjs').Decode} Decode */
/** @typedef {import('./damage.mjs').Counts} Counts */

/** A third of all flips hit what is there before the coded data. */
const HEADER = 200;
const IN_HEADER = 0.3;

/** One of each kind, small so that many can be decoded; not of code streams without any header. */
export const DAMAGED = {
  RLE: 'rle-u12',
  'JPEG, 8 bits': 'jpeg-ybr-420',
  'JPEG, 12 bits': 'jpeg-u12-extended',
  'JPEG Lossless': 'jpeg-lossless-rgb8-sv6',
  'JPEG-LS': 'jpeg-ls-rgb8-line',
  'JPEG 2000': 'jpeg-2000-rgb8-rct',
  HTJ2K: 'htj2k-rgb8-rct',
  'JPEG XL': 'jpeg-xl-u8',
  'Deflated Image Frame': 'deflated-u8',
};

/**
 * So many cut at random places, shorter by a byte at least; between any two the whole one is decoded.
 * @param {Decode} decode @param {Uint8Array} whole @param {number} count
 */
export function cutCounts(decode, whole, count, progress = () => undefined) {
  const random = randomNumbers(4711);
  const cut = () => whole.slice(0, Math.floor(random() * whole.length));
  return countsOf(decode, whole, count, cut, progress);
}

/**
 * So many with one to four bits flipped.
 * @param {Decode} decode @param {Uint8Array} whole @param {number} count
 */
export function flipCounts(decode, whole, count, progress = () => undefined) {
  const random = randomNumbers(815);
  const flip = () => {
    const bytes = whole.slice();
    const bits = 1 + Math.floor(random() * 4);
    for (let bit = 0; bit < bits; bit += 1) {
      const within = random() < IN_HEADER ? Math.min(HEADER, bytes.length) : bytes.length;
      bytes[Math.floor(random() * within)] ^= 1 << Math.floor(random() * 8);
    }
    return bytes;
  };
  return countsOf(decode, whole, count, flip, progress);
}

/**
 * @param {Decode} decode @param {Uint8Array} whole @param {number} count
 * @param {() => Uint8Array} damaged @param {() => void} progress
 */
async function countsOf(decode, whole, count, damaged, progress) {
  const right = (await decode(whole.slice())).slice();
  /** @type {Counts} */
  const counts = {
    error: 0,
    exact: 0,
    changed: 0,
    resized: 0,
    untyped: 0,
    poisoned: 0,
    slowest: 0,
  };
  for (let i = 0; i < count; i += 1) {
    progress();
    const bytes = damaged();
    const start = performance.now();
    counts[await outcomeOf(decode, bytes, right)] += 1;
    counts.slowest = Math.max(counts.slowest, performance.now() - start);
    if ((await outcomeOf(decode, whole.slice(), right)) !== 'exact') counts.poisoned += 1;
  }
  return counts;
}

/** @param {Decode} decode @param {Uint8Array} bytes @param {Uint8Array} right */
async function outcomeOf(decode, bytes, right) {
  let decoded;
  try {
    decoded = await decode(bytes);
  } catch (error) {
    return error?.name === 'FramedexError' ? 'error' : 'untyped';
  }
  if (decoded.length !== right.length) return 'resized';
  return Buffer.compare(decoded, right) === 0 ? 'exact' : 'changed';
}
