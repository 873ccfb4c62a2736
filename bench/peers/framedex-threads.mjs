// Framedex with two threads that decode, whatever the machine has.

import { decodingWith } from './framedex.mjs';
import { ofSeries, sheetOf } from './framedex-thumbnails.mjs';

const THREADS = 2;

export async function load() {
  const framedex = await import('../../dist/node/index.js');
  return {
    ...decodingWith(framedex, THREADS),
    'thumbnails-series': ofSeries(framedex, { workers: THREADS }),
    'thumbnails-sheet': sheetOf(framedex, { workers: THREADS }),
  };
}
