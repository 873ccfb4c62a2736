import { afterEach, describe, expect, it, vi } from 'vitest';
import { browserTests } from '../../.config/browser-tests.mjs';
import { chromiumLaunch } from '../support/chromium.ts';

/** So many there were once; there may be more. */
const LEAST = 181;

/** Tests of what every browser has that run in Node alone, by what they need of it. */
const IN_NODE_ALONE: Readonly<Record<string, readonly string[]>> = {
  'servers that listen': [
    'bytes/http',
    'bytes/http-abort',
    'bytes/http-faults',
    'bytes/http-redirect',
  ],
  'memory as the process has it': [
    ...['dicom/allocation', 'dicom/deflated', 'dicom/large-file', 'frames/native-module'],
    ...['codecs/wasm-instances', 'inflate/indexing', 'inflate/long-stretches'],
  ],
  'other programs, packages and files': [
    ...['dicom/container', 'dicom/dictionary', 'dicom/entry', 'dicom/json', 'dicom/naturalized'],
    ...['dicom/private-dictionary', 'dicom/transfer-syntax', 'codecs/round-trip'],
    ...['display/dcmtk-fixtures', 'display/lettering', 'display/png', 'series/volume-readers'],
  ],
  'threads that are ended': ['codecs/guards'],
  'zlib beside our own decoder': [
    ...['inflate/deflate-alignment', 'inflate/deflate-decoder', 'inflate/deflate-header'],
    ...['inflate/inflated', 'inflate/ladder', 'inflate/big-member-ends', 'inflate/indexing-here'],
  ],
  Buffer: ['frames/native-into', 'series/encode-volume'],
};
const CORE = ['bytes', 'dicom', 'inflate', 'frames', 'codecs', 'display', 'series'];

describe('tests in a browser', () => {
  const { portable, left } = browserTests();
  const rooms = (file: string): string => file.split('/')[1] ?? '';

  it('are not fewer than they were', () => {
    expect(portable.length).toBeGreaterThanOrEqual(LEAST);
    const core = portable.filter((file) => CORE.includes(rooms(file)));
    const all = [...core, ...left.filter(({ file }) => CORE.includes(rooms(file)))];
    expect(core.length / all.length).toBeGreaterThan(2 / 3);
  });

  it('are all of the portable rooms but for those that are named here', () => {
    const named = Object.values(IN_NODE_ALONE).flat();
    const unnamed = left.filter(
      ({ file }) =>
        CORE.includes(rooms(file)) && !named.includes(file.replace(/^test\/(.*)\.test\.ts$/, '$1')),
    );
    expect(unnamed).toEqual([]);
  });

  it('leave out what Node alone can load, and say why', () => {
    const whyOf = (name: string): string | undefined =>
      left.find(({ file }) => file === `test/${name}.test.ts`)?.why;
    expect(whyOf('dicom/json')).toBe('test/dicom/json.test.ts: node:child_process');
    expect(whyOf('dicom/allocation')).toContain('process.');
    expect(whyOf('archive/tar-index')).toBeDefined();
    expect(portable).toContain('test/dicom/header.test.ts');
  });
});

describe('where there is no Chromium', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it('one line says what is left out', () => {
    vi.stubEnv('FRAMEDEX_CHROMIUM', '/nowhere/chromium');
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    expect(chromiumLaunch('what is tested')).toBeUndefined();
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/^SKIPPED: what is tested\./)]]);
  });
});
