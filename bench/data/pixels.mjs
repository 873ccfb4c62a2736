// Pixels of the work loads: the phantom of the fixtures with noise, which deflates about as well as
// slices of a scanner do (to somewhat less than half).

import { hounsfield } from '../../fixtures/make/phantom.mjs';

/** Uniform noise of so many values either side; 12 bits are stored. */
const NOISE = 16;

/**
 * One slice of the phantom as stored values of 12 bits (HU + 1024).
 * @param {number} matrix rows and columns
 */
export function phantomSlice(matrix) {
  const spacing = 384 / matrix;
  const pixels = new Uint16Array(matrix * matrix);
  for (let i = 0; i < pixels.length; i += 1) {
    const x = spacing * ((i % matrix) + 0.5) - 192;
    const y = spacing * (Math.floor(i / matrix) + 0.5) - 192;
    pixels[i] = hounsfield(x, y, 0) + 1024;
  }
  return pixels;
}

/**
 * The same slice with noise of its own; written into `into` because millions of them are made.
 * @param {Uint16Array} base @param {number} seed @param {Uint16Array} into
 */
export function noisySlice(base, seed, into) {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  for (let i = 0; i < base.length; i += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const value = base[i] + ((state >>> 8) % (2 * NOISE + 1)) - NOISE;
    into[i] = value < 0 ? 0 : value > 4095 ? 4095 : value;
  }
  return into;
}
