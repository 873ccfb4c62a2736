// OpenJPEG's command line.

import { isInstalled } from '../../fixtures/make/encoders.mjs';
import { eachFrame } from './one-frame-programs.mjs';

export function isAvailable() {
  return isInstalled('opj_decompress');
}

export async function load() {
  const args = (input, output) => ['-threads', '1', '-i', input, '-o', output];
  return { 'codec-jpeg-2000': eachFrame('opj_decompress', 'j2k', args) };
}
