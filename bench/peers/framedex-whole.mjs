// Framedex that decodes the whole frame before it makes a small picture of it.

import { wholeFrame } from './framedex-thumbnails.mjs';

export async function load() {
  return worksOf(await import('../../dist/node/index.js'));
}

/** @param {typeof import('../../dist/node/index.js')} framedex */
export function worksOf(framedex) {
  const whole = (data, take) => wholeFrame(framedex, data, take);
  return { 'thumbnails-jpeg-2000': whole, 'thumbnails-htj2k': whole };
}
