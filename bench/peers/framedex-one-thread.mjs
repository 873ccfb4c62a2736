// Framedex on one processor, with one thread that inflates.

import { isInstalled } from './external.mjs';
import { load as loadFramedex } from './framedex.mjs';

export const load = loadFramedex;

/** How its process is started. */
export const launcher = ['taskset', '-c', '0', 'env', 'UV_THREADPOOL_SIZE=1'];

export function isAvailable() {
  return isInstalled('taskset', ['-V']);
}
