// Framedex that writes thumbnails as JPEG, by `sharp`.

import { createRequire } from 'node:module';
import { ofSeries } from './framedex-thumbnails.mjs';

export function isAvailable() {
  try {
    createRequire(import.meta.url).resolve('sharp');
    return true;
  } catch {
    return false;
  }
}

export async function load() {
  return worksOf(await import('../../dist/node/index.js'));
}

/** @param {typeof import('../../dist/node/index.js')} framedex */
export function worksOf(framedex) {
  return { 'thumbnails-series': ofSeries(framedex, { workers: 0, format: 'jpeg' }) };
}
