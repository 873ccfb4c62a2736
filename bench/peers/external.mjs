import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { checksum } from '../data/checksum.mjs';

/** Whether a program is installed. @param {string} program @param {string[]} [args] */
export function isInstalled(program, args = ['--version']) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

/**
 * Runs a program and says what it took as a whole, its start included.
 * @param {string} program @param {readonly string[]} args
 */
export async function runProgram(program, args) {
  const start = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const parts = [];
  const errors = [];
  let peakRss = 0;
  child.stdout.on('data', (part) => parts.push(part));
  child.stderr.on('data', (part) => errors.push(part));
  const poll = setInterval(() => {
    peakRss = peakOf(child.pid) ?? peakRss;
  }, 1);
  const status = await new Promise((resolve, reject) =>
    child.on('error', reject).on('close', resolve),
  );
  clearInterval(poll);
  if (status !== 0) throw new Error(`${program}: ${Buffer.concat(errors)}`);
  const took = { coldMs: performance.now() - start, peakRss };
  return { took, output: Buffer.concat(parts).toString() };
}

/**
 * Linux tells the highest resident set of a process as long as it runs; elsewhere it stays unknown.
 * What `getrusage` tells begins with the memory of the process that started this one.
 * @param {number | 'self'} pid
 */
export function peakOf(pid) {
  try {
    const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : 1024 * Number(kilobytes);
  } catch {
    return undefined;
  }
}

/**
 * Runs a program that writes a file, and takes what `look` finds in it.
 * @param {string} program @param {readonly string[]} args without the file's path, which comes last
 * @param {(bytes: Buffer, take: (value: ArrayBufferView | string) => void) => void} look
 */
export async function runIntoFile(program, args, look) {
  const folder = mkdtempSync(join(tmpdir(), 'framedex-bench-'));
  try {
    const target = join(folder, 'out');
    const { took } = await runProgram(program, [...args, target]);
    const sum = checksum();
    look(readFileSync(target), sum.take);
    return { external: { ...took, ...sum.result() } };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The frames at the end of a file that has nothing behind them. */
export function takeLastFrames(bytes, { frames, matrix, frameLength }, take) {
  const length = frameLength ?? 2 * matrix ** 2;
  for (let i = frames; i > 0; i -= 1) {
    const start = bytes.length - i * length;
    take(bytes.subarray(start, start + length));
  }
}
