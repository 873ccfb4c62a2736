// OpenJPH's command line.

import { isInstalled } from '../../fixtures/make/encoders.mjs';
import { eachFrame } from './one-frame-programs.mjs';
import { mapSize } from './png.mjs';

export function isAvailable() {
  return isInstalled('ojph_expand');
}

export async function load() {
  const args = (input, output) => ['-i', input, '-o', output];
  const eighth = (input, output) => ['-skip_res', '3', ...args(input, output)];
  return {
    'codec-htj2k': eachFrame('ojph_expand', 'j2c', args),
    // As OpenJPEG does it.
    'thumbnails-htj2k': eachFrame('ojph_expand', 'j2c', eighth, mapSize),
  };
}
