import { headers } from './suites/headers.mjs';
import { nativeAll, oneFrame, rle, thumbnail } from './suites/multi-frame.mjs';
import { zipList, zipSlice, zipVolume } from './suites/zip.mjs';

/** In the order in which `all` runs them. */
export const SUITES = [headers, oneFrame, zipList, zipSlice, zipVolume, rle, nativeAll, thumbnail];

/** `tiny` is what the tests run. */
export const SIZES = ['tiny', 'small', 'full'];
