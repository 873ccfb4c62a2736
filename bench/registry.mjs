import { codecs } from './suites/codecs.mjs';
import { deflatedRandom } from './suites/deflated-random.mjs';
import { frameIndexCount, frameIndexFrame } from './suites/frame-index.mjs';
import { functionalGroupsOpen, functionalGroupsPositions } from './suites/functional-groups.mjs';
import { headers } from './suites/headers.mjs';
import { nativeAll, oneFrame, rle, thumbnail } from './suites/multi-frame.mjs';
import {
  thumbnailsHtj2k,
  thumbnailsJpeg2000,
  thumbnailsNative,
  thumbnailsSeries,
  thumbnailsSheet,
} from './suites/thumbnails.mjs';

import { unpack, unpackPacked } from './suites/unpack.mjs';
import { volumePlanes } from './suites/volume-planes.mjs';
import { zipList, zipSlice, zipVolume } from './suites/zip.mjs';

/** In the order in which `all` runs them. */
export const SUITES = [
  headers,
  functionalGroupsOpen,
  functionalGroupsPositions,
  oneFrame,
  frameIndexCount,
  frameIndexFrame,
  zipList,
  zipSlice,
  zipVolume,
  volumePlanes,
  deflatedRandom,
  rle,
  nativeAll,
  unpack,
  unpackPacked,
  thumbnail,
  thumbnailsNative,
  thumbnailsJpeg2000,
  thumbnailsHtj2k,
  thumbnailsSeries,
  thumbnailsSheet,
  ...codecs,
];

/**
 * Of that name, or of a family whose name it begins with: `zip` is `zip-list` and its kin.
 * @param {string} name
 */
export function suitesNamed(name) {
  return SUITES.filter(
    (suite) => name === 'all' || suite.name === name || suite.name.startsWith(`${name}-`),
  );
}

/** `tiny` is what the tests run. */
export const SIZES = ['tiny', 'small', 'full', 'huge'];

/** `huge` is for few. @param {(typeof SUITES)[number]} suite @param {string} size */
export function comesIn(suite, size) {
  return size !== 'huge' || suite.isHugeToo === true;
}
