// OpenJPEG's command line.

import { isInstalled } from '../../fixtures/make/encoders.mjs';
import { eachFrame } from './one-frame-programs.mjs';
import { mapSize } from './png.mjs';

export function isAvailable() {
  return isInstalled('opj_decompress');
}

export async function load() {
  const args = (input, output) => ['-threads', '1', '-i', input, '-o', output];
  const eighth = (input, output) => ['-r', '3', ...args(input, output)];
  return {
    'codec-jpeg-2000': eachFrame('opj_decompress', 'j2k', args),
    // Of 2048 pixels, an eighth is a thumbnail; nothing is windowed, no PNG is written.
    'thumbnails-jpeg-2000': eachFrame('opj_decompress', 'j2k', eighth, mapSize),
  };
}
