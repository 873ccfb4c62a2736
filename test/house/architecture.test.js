import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { ENTRY_POINTS, FLOORS, NODE_ROOMS } from '../../.config/floors.mjs';
const root = fileURLToPath(new URL('../..', import.meta.url));
const scratch = [];
afterEach(() => {
  for (const folder of scratch.splice(0)) rmSync(folder, { recursive: true, force: true });
});
describe('the layer check', () => {
  it('finds an import that climbs', () => {
    const { lines, status } = checkLayers({
      'dicom/up.ts': "import { decode } from '../frames/decode.ts';\nexport const up = decode;\n",
      'frames/decode.ts': 'export const decode = 1;\n',
    });
    expect(lines).toContain('dicom/up.ts -> ../frames/decode.ts climbs');
    expect(status).toBe(1);
  });
  it('finds a cycle inside a room', () => {
    const { lines, status } = checkLayers({
      'dicom/a.ts': "import { b } from './b.ts';\nexport const a = (): number => b();\n",
      'dicom/b.ts': "import { a } from './a.ts';\nexport const b = (): number => a();\n",
    });
    expect(lines).toContain('dicom/a.ts -> dicom/b.ts -> dicom/a.ts');
    expect(status).toBe(1);
  });
  it('finds a cycle of types alone', () => {
    const { lines, status } = checkLayers({
      'dicom/a.ts': "import type { B } from './b.ts';\nexport type A = B | 1;\n",
      'dicom/b.ts': "import type { A } from './a.ts';\nexport type B = A | 2;\n",
    });
    expect(lines).toContain('dicom/a.ts -> dicom/b.ts -> dicom/a.ts');
    expect(status).toBe(1);
  });
  it.each([
    ['display', 'series'],
    ['series', 'display'],
    ['cli', 'server'],
  ])('keeps %s from seeing its neighbour %s', (room, neighbour) => {
    const { lines } = checkLayers({
      [`${room}/one.ts`]: `import '../${neighbour}/other.ts';\n`,
      [`${neighbour}/other.ts`]: 'export const other = 1;\n',
    });
    expect(lines).toContain(`${room}/one.ts -> ../${neighbour}/other.ts climbs`);
  });
  it('keeps Node out of the portable rooms, types too', () => {
    const { lines } = checkLayers({
      'bytes/a.ts': "import type { Stats } from 'node:fs';\nexport type A = Stats;\n",
      'file/b.ts': "import path from 'path';\nexport const b = path.sep;\n",
      'node/c.ts': "import path from 'node:path';\nexport const c = path.sep;\n",
    });
    expect(lines).toEqual([
      'bytes/a.ts -> node:fs is for node, server, cli',
      'file/b.ts -> node:path is for node, server, cli',
      '3 modules, 2 faults',
    ]);
  });
  it('lets entry points alone import entry points', () => {
    const { lines } = checkLayers({
      'index.ts': 'export const all = 1;\n',
      'node/index.ts': "export * from '../index.ts';\n",
      'node/zip.ts': "import '../index.ts';\n",
      'cli/main.ts': "import '../node/index.ts';\nimport './ls.ts';\n",
      'cli/ls.ts': "import '../node/index.ts';\n",
    });
    expect(lines).toEqual(['node/zip.ts -> ../index.ts is an entry point', '5 modules, 1 faults']);
  });
  it('finds rooms without a floor and packages that are not dependencies', () => {
    const { lines } = checkLayers({
      'attic/box.ts': "import 'not-a-dependency';\n",
    });
    expect(lines).toEqual([
      'attic/box.ts -> not-a-dependency is not a dependency',
      'attic/box.ts has no floor',
      '1 modules, 2 faults',
    ]);
  });
  it('fails when it looked at nothing', () => {
    const { lines, status } = checkLayers({});
    expect(lines).toContain('0 modules, 0 faults');
    expect(status).toBe(1);
  });
});
describe('src', () => {
  it('keeps to the floors', () => {
    const { lines, status } = runCheck(join(root, 'src'));
    const [summary = '', ...faults] = lines.reverse();
    expect(faults).toEqual([]);
    expect(Number.parseInt(summary, 10)).toBe(sources().length);
    expect(status).toBe(0);
  });
  it('holds files named after what they hold', () => {
    const drawers = /(^|\/)(utils?|helpers?|misc|common|shared|manager|core)(\.ts$|\/)/;
    expect(sources().filter((path) => drawers.test(path))).toEqual([]);
  });
  it('is compiled without the types of Node, but for the Node rooms', () => {
    const { compilerOptions, exclude } = JSON.parse(
      readFileSync(join(root, '.config', 'tsconfig.portable.json'), 'utf8'),
    );
    expect(compilerOptions.types).toEqual([]);
    expect([...exclude].sort()).toEqual(NODE_ROOMS.map((room) => `../src/${room}`).sort());
  });
  it('has Node rooms above every portable room', () => {
    const portable = Object.keys(FLOORS).filter((room) => !NODE_ROOMS.includes(room));
    const highest = Math.max(...portable.map(floorOf));
    expect(Math.min(...NODE_ROOMS.map(floorOf))).toBeGreaterThan(highest);
  });
  it('has every entry point', () => {
    expect(ENTRY_POINTS.filter((path) => !sources().includes(path))).toEqual([]);
  });
});
/** Writes a small house into a scratch folder and checks it. */
function checkLayers(files) {
  const folder = mkdtempSync(join(tmpdir(), 'framedex layers '));
  scratch.push(folder);
  mkdirSync(join(folder, 'src'));
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, 'src', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return runCheck(join(folder, 'src'));
}
function runCheck(folder) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [join(root, '.config', 'check-layers.mjs'), folder],
    { encoding: 'utf8' },
  );
  if (stderr !== '') throw new Error(stderr);
  return { lines: stdout.trim().split('\n'), status: status ?? -1 };
}
function sources() {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts'));
}
function floorOf(room) {
  return FLOORS[room] ?? Number.NaN;
}
