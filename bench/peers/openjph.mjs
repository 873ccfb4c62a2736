// OpenJPH's command line.

import { isInstalled } from '../../fixtures/make/encoders.mjs';
import { eachFrame } from './one-frame-programs.mjs';

export function isAvailable() {
  return isInstalled('ojph_expand');
}

export async function load() {
  const args = (input, output) => ['-i', input, '-o', output];
  return { 'codec-htj2k': eachFrame('ojph_expand', 'j2c', args) };
}
