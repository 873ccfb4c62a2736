import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReadRange } from '../../src/bytes/remote-source.ts';
import type { Collection } from '../../src/collection/collection.ts';
import * as portable from '../../src/index.ts';
import * as node from '../../src/node/index.ts';
import { dicom } from '../support/build-dicom.ts';
import { buildTar } from '../support/build-tar.ts';
import { buildZip } from '../support/build-zip.ts';
import { serve } from '../support/http-server.ts';
import type { FileServer } from '../support/http-server.ts';
import { codeOf } from '../support/open-built.ts';
import { sliceParts } from '../support/slices.ts';

const slice = (z: number): Uint8Array => dicom(sliceParts({ z })).bytes;
const gz = (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes));
const inner = buildZip([{ name: 'IM3', data: slice(3) }]);
const zip = buildZip([
  { name: 'CT/IM 1', data: slice(1) },
  { name: 'CT/50%', data: slice(2) },
  { name: 'inner.zip', data: inner },
]);
const files: Record<string, Uint8Array> = {
  IM4: slice(4),
  'IM5.dcm.gz': gz(slice(5)),
  IM6: gz(slice(6)),
  'a.zip': zip,
  'b!/a.zip': zip,
  'a.tar.gz': gz(buildTar([{ name: 'CT/IM7', data: slice(7) }])),
};

let server: FileServer;
beforeAll(async () => {
  server = await serve(files);
});
afterAll(() => server.close());

async function zOf(opening: Promise<portable.DicomFile>): Promise<number> {
  await using file = await opening;
  const { data } = await file.frame(0);
  return Number(data[0]);
}

async function names(collection: Collection): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of collection.entries()) found.push(name);
  return found;
}

describe.each([
  ['the portable entry', portable],
  ['the entry of Node', node],
])('%s', (_, entry) => {
  it.each([
    ['IM4', 4],
    ['IM4#frame=7', 4],
    ['IM5.dcm.gz', 5],
    ['IM6', 6],
    ['a.zip!/CT/IM 1', 1],
    ['a.zip!/CT/50%', 2],
    ['a.zip!/zip#1', 2],
    ['a.zip?token=x!/CT/IM 1', 1],
    ['a.zip!/inner.zip!/IM3', 3],
    ['b%21/a.zip!/CT/IM 1', 1],
    ['a.tar.gz!/CT/IM7', 7],
  ])('O26: open of %s', async (path, z) => {
    expect(await zOf(entry.open(server.url + path))).toBe(z);
  });

  it('O26: a URL object names a member as well, escaped or not', async () => {
    expect(await zOf(entry.open(new URL('a.zip!/CT/IM 1', server.url)))).toBe(1);
    expect(await zOf(entry.open(new URL('a.zip!/CT/50%', server.url)))).toBe(2);
    expect(await zOf(entry.open(new URL('IM4', server.url)))).toBe(4);
  });

  it('O26: openArchive lists and opens', async () => {
    await using archive = await entry.openArchive(`${server.url}a.zip`, { nested: true });
    expect(await names(archive)).toEqual(['CT/IM 1', 'CT/50%', 'inner.zip!/IM3']);
    expect(await zOf(archive.open('inner.zip!/IM3'))).toBe(3);
    expect(archive.name).toBe(`${server.url}a.zip`);
    await using tar = await entry.openArchive(new URL('a.tar.gz', server.url));
    expect(await names(tar)).toEqual(['CT/IM7']);
  });

  it('sends headers, and shows neither them nor the query', async () => {
    await using context = node.createContext();
    const http = { headers: { authorization: 'Bearer secret' }, retries: 0 };
    server.requests.length = 0;
    await (await entry.open(`${server.url}IM4?signature=secret`, { context, http })).close();
    expect(server.requests.map(({ headers, query }) => [headers.authorization, query])).toEqual([
      ['Bearer secret', '?signature=secret'],
    ]);
    const missing = entry.open(`${server.url}none?signature=secret`, { context, http });
    await expect(missing).rejects.toMatchObject({ code: 'HTTP' });
    await expect(missing).rejects.not.toThrow('secret');
  });

  it('uses the cache of the context that is given', async () => {
    await using context = node.createContext();
    await using file = await entry.open(`${server.url}IM4`, { context });
    expect(context.remote.bytes).toBeGreaterThanOrEqual(files['IM4']?.length ?? NaN);
    expect(file.stats().remote).toMatchObject({ requests: 1 });
  });

  it('openHttp and openRemote give sources, which stay their owner’s', async () => {
    await using context = node.createContext();
    const source = await entry.openHttp(new URL('IM4', server.url), { context });
    expect(source.size).toBe(files['IM4']?.length);
    expect(await zOf(entry.open(source))).toBe(4);
    expect(await zOf(entry.open(source))).toBe(4);
    await source.close?.();
    expect(await codeOf(source.read(0, 1))).toBe('CLOSED');
    const asked: string[] = [];
    const readRange: ReadRange = (key, start, end) => {
      asked.push(key);
      return Promise.resolve({ bytes: zip.slice(start, end), size: zip.length });
    };
    const store = await entry.openRemote('bucket/a.zip', readRange, { name: 's3:a.zip', context });
    await using archive = await entry.openArchive(store);
    expect(archive.name).toBe('s3:a.zip');
    expect(await zOf(archive.open('CT/50%'))).toBe(2);
    expect(new Set(asked)).toEqual(new Set(['bucket/a.zip']));
  });

  it('P05: a signal that has aborted comes first', async () => {
    const signal = AbortSignal.abort('no');
    server.requests.length = 0;
    expect(await codeOf(entry.open(`${server.url}IM4`, { signal }))).toBe('no');
    expect(await codeOf(entry.openArchive(`${server.url}a.zip`, { signal }))).toBe('no');
    expect(await codeOf(entry.openHttp(`${server.url}IM4`, { signal }))).toBe('no');
    expect(server.requests).toEqual([]);
  });

  it('what is no object of HTTP is USAGE, and says what to do', async () => {
    const wrong = [new URL('ftp://example.org/x'), new URL('blob:null/1'), new URL('data:,x')];
    for (const url of wrong) {
      expect(await codeOf(entry.open(url))).toBe('USAGE');
      expect(await codeOf(entry.openArchive(url))).toBe('USAGE');
      expect(await codeOf(entry.openHttp(url))).toBe('USAGE');
    }
    await expect(entry.open(new URL('blob:null/1'))).rejects.toThrow('Give the Blob itself');
    expect(await codeOf(entry.openHttp('/relative'))).toBe('USAGE');
    expect(await codeOf(entry.open('https://'))).toBe('USAGE');
    expect(await codeOf(entry.openArchive(`${server.url}a.zip!/inner.zip`))).toBe('USAGE');
    expect(await codeOf(entry.openFolder(server.url as unknown as File[]))).toBe('USAGE');
  });

  it('O26: a member that is not there says which is near', async () => {
    const opening = entry.open(`${server.url}a.zip!/MR/im 1`);
    await expect(opening).rejects.toMatchObject({ code: 'IO' });
    await expect(opening).rejects.toThrow('Did you mean CT/IM 1?');
  });
});

it('the portable entry has no paths', async () => {
  await expect(portable.open('study.zip')).rejects.toMatchObject({ code: 'USAGE' });
  await expect(portable.open('study.zip')).rejects.toThrow('Give all of the URL');
});
