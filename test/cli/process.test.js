import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLE, scratch } from './run-cli.js';
const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'dist', 'cli', 'main.js');
let files;
beforeAll(() => {
  files = scratch();
  const built = spawnSync(process.execPath, [join(root, '.config', 'build.mjs'), '--if-needed']);
  if (built.status !== 0) throw new Error(built.stdout.toString());
});
afterAll(() => {
  files.remove();
});
function framedex(args, input) {
  return spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', input });
}
describe('the built command', () => {
  it('is a program', () => {
    expect(readFileSync(main, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    const { stdout, stderr, status } = framedex(['--version']);
    expect([stdout, stderr, status]).toEqual(['0.1.0\n', '', 0]);
  });
  it('Q06 exits with 0, 1 and 2', () => {
    expect(framedex([SAMPLE]).status).toBe(0);
    const failed = framedex(['tags', files.put('text.dcm', 'no image')]);
    expect(failed.status).toBe(1);
    expect(failed.stderr).toMatch(/^framedex: NOT_DICOM: [^\n]*\n$/);
    expect(framedex(['tags']).status).toBe(2);
  });
  it('reads an archive from standard input', () => {
    const { stdout, status } = framedex(['ls', '-', '--json'], readFileSync(SAMPLE));
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ inputs: [{ name: 'stdin' }] });
  });
  it('writes binary data unharmed', () => {
    const args = [main, 'frame', `${SAMPLE}!/DICOM/SE0002/IM0001`, '0'];
    const { stdout } = spawnSync(process.execPath, args, { maxBuffer: 1e7 });
    expect(stdout).toHaveLength(192 * 192 * 2);
    const values = new Int16Array(Uint8Array.from(stdout).buffer);
    // The corners lie outside of the reconstructed circle and hold the padding value.
    expect([values[0], values.at(-1)]).toEqual([-2000, -2000]);
  });
  it('Q07 exits quietly when nobody reads any more', async () => {
    const child = spawn(process.execPath, [main, 'tags', SAMPLE]);
    let err = '';
    child.stderr.on('data', (data) => (err += data.toString()));
    child.stdout.destroy();
    const [code] = await once(child, 'close');
    expect([code, err]).toEqual([0, '']);
  });
  it.skipIf(process.platform === 'win32')('is interrupted by SIGINT with 130', async () => {
    const child = spawn(process.execPath, [main, 'tags', '-']);
    let err = '';
    child.stderr.on('data', (data) => (err += data.toString()));
    // Some input and no end of it: the program waits.
    child.stdin.write(Buffer.alloc(1_000_000));
    await once(child.stdin, 'drain');
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    expect([code, err]).toEqual([130, '']);
  });
});
