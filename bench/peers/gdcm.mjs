// GDCM's command line. Times are of the whole process.

import { isInstalled, runIntoFile, takeLastFrames } from './external.mjs';

export function isAvailable() {
  return isInstalled('gdcmconv');
}

export async function load() {
  return { rle };
}

function rle(data) {
  const args = ['--raw', data.file];
  return runIntoFile('gdcmconv', args, (bytes, take) => takeLastFrames(bytes, data, take));
}
