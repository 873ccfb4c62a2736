// libjxl's command line.

import { isInstalled } from '../../fixtures/make/encoders.mjs';
import { eachFrame } from './one-frame-programs.mjs';

export function isAvailable() {
  return isInstalled('djxl');
}

export async function load() {
  const args = (input, output) => [input, output, '--num_threads=0'];
  return { 'codec-jpeg-xl': eachFrame('djxl', 'jxl', args) };
}
