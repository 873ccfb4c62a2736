import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { isInstalled } from './external.mjs';

const PYTHON = process.env.FRAMEDEX_BENCH_PYTHON ?? 'python3';
const SCRIPT = fileURLToPath(new URL('run_pydicom.py', import.meta.url));
const SUITES = [
  ...[
    'headers',
    'functional-groups-open',
    'functional-groups-positions',
    'one-frame',
    'frame-index-count',
    'frame-index-frame',
    'native-all',
  ],
  ...['rle', 'zip-list', 'zip-slice', 'zip-volume', 'volume-planes', 'thumbnails-native'],
];

export function isAvailable() {
  return isInstalled(PYTHON, ['-c', 'import pydicom, numpy, PIL']);
}

export async function load() {
  return Object.fromEntries(
    SUITES.map((suite) => [suite, (data) => ({ external: runPython(suite, data) })]),
  );
}

/** Python times itself and knows its own memory. */
function runPython(suite, { manifest }) {
  const { status, stdout, stderr } = spawnSync(PYTHON, [SCRIPT, suite, manifest], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`pydicom: ${stderr}`);
  return JSON.parse(stdout);
}
