// Framedex with a temporary file for what is inflated, instead of checkpoints.

import { randomFrames } from './framedex-deflated.mjs';

export async function load() {
  return worksOf(await import('../../dist/node/index.js'));
}

/** @param {typeof import('../../dist/node/index.js')} framedex */
export function worksOf(framedex) {
  return {
    'deflated-random': (data, take) => randomFrames(framedex, data, take, { spool: true }),
  };
}
