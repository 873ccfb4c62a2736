import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dicom, imagePixel } from '../support/build-dicom.ts';
import { buildTar } from '../support/build-tar.ts';
import { buildZip } from '../support/build-zip.ts';
import { NO_RANGES, serve } from '../support/http-server.ts';
import type { FileServer, ServeOptions } from '../support/http-server.ts';
import { sliceParts } from '../support/slices.ts';
import { cli, scratch, twoFrames } from './run-cli.ts';
import type { Result, Scratch } from './run-cli.ts';

const CT = twoFrames([[0x00100010, 'PN', 'Doe^Jane']]).bytes;

/** Frames of 64 KiB: the header and the first of them are not all of it. */
const LONG = dicom({
  elements: [
    ...imagePixel({ rows: 128, columns: 256, numberOfFrames: 40 }),
    [0x7fe00010, 'OW', Array.from({ length: 40 * 128 * 256 }, (_, k) => (k * 40_503) & 0xffff)],
  ],
}).bytes;

const SLICES = Array.from({ length: 4 }, (_, z) => ({
  name: `CT/IM${z}`,
  data: dicom(sliceParts({ z })).bytes,
  method: 8 as const,
}));

const FILES = {
  'ct.dcm': CT,
  'long.dcm': LONG,
  'study.zip': buildZip(SLICES),
  'study.tar.gz': gzipSync(buildTar(SLICES.map(({ name, data }) => ({ name, data })))),
  'one.dcm.gz': gzipSync(CT),
  'odd!.zip': buildZip([{ name: 'text', data: new TextEncoder().encode('no image') }]),
  'text.dcm': new TextEncoder().encode('no image'),
};

let files: Scratch;
const servers: FileServer[] = [];

beforeAll(() => {
  files = scratch();
  for (const [name, bytes] of Object.entries(FILES)) files.put(name, bytes);
});

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

afterAll(() => {
  files.remove();
});

async function started(
  options: ServeOptions = {},
  served: Record<string, Uint8Array> = { ...FILES },
): Promise<FileServer> {
  const server = await serve(served, options);
  servers.push(server);
  return server;
}

function requestsOf({ err }: Result): number {
  return Number(/, requests (\d+), bytes received \d+, /.exec(err)?.[1]);
}

describe('a URL as INPUT', () => {
  it.each([
    ['tags', ['ct.dcm']],
    ['tags', ['one.dcm.gz']],
    ['tags', ['study.zip']],
    ['tags', ['study.zip!/CT/IM2', '--json']],
    ['tags', ['study.zip!/zip#1', '--json']],
    ['tags', ['study.tar.gz', '--tag', 'SOPInstanceUID']],
    ['frames', ['long.dcm', '--json']],
    ['frame', ['long.dcm', '39', '--sha256']],
    ['frame', ['study.zip!/CT/IM3', '0', '--sha256']],
    ['ls', ['study.zip', '--instances', '--json']],
    ['ls', ['study.zip', '--members']],
    ['ls', ['study.zip!/CT/IM1', '--members', '--json']],
    ['ls', ['ct.dcm', 'study.tar.gz', '--rank']],
    ['show', ['study.zip', '--as', 'ascii']],
    ['doctor', ['study.zip', '--check', '--json']],
    ['doctor', ['study.zip!/CT/IM0']],
    ['doctor', ['text.dcm', 'odd!.zip']],
    ['index', ['study.zip']],
  ])('%s %j says what it says of the same file on the disk', async (verb, args) => {
    const server = await started();
    const at = (base: string): string[] =>
      args.map((arg) =>
        (arg.split('!/')[0] ?? '') in FILES
          ? `${base}${arg.replace('odd!', base === server.url ? 'odd%21' : 'odd!')}`
          : arg,
      );
    const far = await cli([verb, ...at(server.url)]);
    const near = await cli([verb, ...at(`${files.folder}/`)]);
    const common = (text: string): string =>
      text
        .replaceAll(server.url, '')
        .replaceAll(`${files.folder}/`, '')
        .replaceAll('%21', '!')
        .replace(/"(?:modified|etag|checksum)":("(?:\\.|[^"\\])*"|[\d.]+),?/g, '')
        // What opening cost differs, and is looked at below.
        .replace(/"cost":\{.*?\}\}/g, '')
        .replace(/^  cost .*\n(?: {12}.*\n)*/gm, '');
    expect(common(far.out)).toBe(common(near.out));
    expect(common(far.err)).toBe(common(near.err));
    expect(far.code).toBe(near.code);
    expect(far.out.length).toBeGreaterThan(0);
    expect(server.requests.length).toBeLessThanOrEqual(20);
  });

  it('is the input of ls, where no verb stands before it', async () => {
    const server = await started();
    const { code, out } = await cli([`${server.url}ct.dcm`]);
    expect([code, out]).toEqual([0, (await cli(['ls', `${server.url}ct.dcm`])).out]);
  });

  it('costs one request for a header, and one more for a frame', async () => {
    const server = await started();
    const tags = await cli(['tags', `${server.url}long.dcm`, '--stats']);
    expect(requestsOf(tags)).toBe(1);
    expect(server.requests).toHaveLength(1);
    const frame = await cli(['frame', `${server.url}long.dcm`, '30', '--sha256', '--stats']);
    expect(requestsOf(frame)).toBe(2);
    expect(server.requests).toHaveLength(3);
    expect(server.bytes).toBeLessThan(4 * 65_536 + 3 * 16_384);
  });

  it('tells all requests of several inputs, and of none where none is far', async () => {
    const server = await started();
    const urls = ['ct.dcm', 'study.zip', 'study.zip!/CT/IM0'].map((name) => server.url + name);
    const far = await cli(['ls', ...urls, files.path('ct.dcm'), '--stats']);
    expect(requestsOf(far)).toBe(server.requests.length);
    const near = await cli(['ls', files.path('ct.dcm'), '--stats']);
    expect(near.err).toContain('stats: ');
    expect(near.err).not.toContain('requests');
  });

  it('doctor says what it costs in requests', async () => {
    const server = await started();
    const { out } = await cli(['doctor', `${server.url}long.dcm`]);
    expect(out).toMatch(
      /opening: \d+ reads?, [\d.]+ K?i?B; 1 request, 64\.0 KiB received \(measured\)/,
    );
    expect(out).toContain('a frame: 1 request at most, 64.0 KiB (computed)');
    expect(out).toContain('all 40 frames: 40 reads, 2.50 MiB; in order about 1 request (computed)');
    const json = await cli(['doctor', `${server.url}long.dcm`, '--json']);
    const [{ cost }] = JSON.parse(json.out) as [{ cost: unknown }];
    expect(cost).toMatchObject({
      open: { requests: 1, bytesReceived: 65_536 },
      requests: { frame: 1, frames: 1 },
    });
    const many = await cli(['doctor', `${server.url}study.zip`, '--json']);
    expect(many.out).not.toContain('bytesReceived');
  });

  it('names pictures and volumes as it names those of files', async () => {
    const server = await started();
    const urls = [`${server.url}ct.dcm?v=1`, `${server.url}study.zip?v=1`];
    const thumb = await cli(['thumb', ...urls, '-o', `${files.path('pictures')}/`]);
    expect([thumb.code, thumb.err]).toEqual([0, '']);
    expect(readdirSync(files.path('pictures'))).toEqual([
      expect.stringMatching(/^ct-.*\.png$/),
      expect.stringMatching(/^study-.*\.png$/),
    ]);
    for (const from of [`${server.url}study.zip`, files.path('study.zip')]) {
      const to = files.path(from.startsWith('http') ? 'far.nrrd' : 'near.nrrd');
      expect((await cli(['volume', from, '-o', to])).code).toBe(0);
    }
    expect(readFileSync(files.path('far.nrrd'))).toEqual(readFileSync(files.path('near.nrrd')));
    const planes = await cli(['planes', `${server.url}study.zip`, '-o', files.path('planes')]);
    expect(planes.code).toBe(0);
    expect(readdirSync(files.path('planes'))).toContain('axial-0003.png');
  });

  it('is no file to write to, nor an index', async () => {
    const server = await started();
    const [url, to] = [`${server.url}ct.dcm`, `${server.url}out.png?token=SECRET`];
    for (const args of [
      ['thumb', url, '-o', to],
      ['thumb', url, `--output=${to}`],
      ['thumb', url, `-o${to}`],
      ['tags', url, '--index', to],
      ['tags', url, `--index=${to}`],
    ]) {
      const { code, err } = await cli(args);
      expect([code, err]).toEqual([2, expect.stringContaining('files of this system')]);
      expect(err).not.toContain('SECRET');
    }
    expect(server.requests).toHaveLength(0);
  });
});

describe('a server', () => {
  it('that has nothing there is named, with the status', async () => {
    const server = await started();
    for (const name of ['none.dcm', 'none.zip!/IM1']) {
      const { code, out, err } = await cli(['tags', `${server.url}${name}`]);
      expect([code, out]).toEqual([1, '']);
      expect(err).toMatch(
        /^framedex: HTTP: http:[^\n]*the server has nothing there, found status 404/,
      );
    }
    const doctor = await cli(['doctor', `${server.url}none.dcm`]);
    expect(doctor.code).toBe(1);
    expect(doctor.out).toContain('has nothing there');
    expect(doctor.out).toContain('meaning  The server does not give the file');
  });

  it.each(['http:/host/a.dcm', 'https:host/a.dcm'])('that is cut is no path: %s', async (url) => {
    const { code, out, err } = await cli(['tags', url]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(`a URL begins with ${url.split(':', 1)[0]}://`);
  });

  it('that gives no parts is asked for the whole where --whole says so', async () => {
    const server = await started({ fault: () => NO_RANGES });
    const url = `${server.url}long.dcm`;
    const refused = await cli(['frame', url, '7', '--sha256']);
    expect([refused.code, refused.out]).toEqual([1, '']);
    expect(refused.err).toMatch(/^framedex: HTTP_NO_RANGE: .*--whole MIB takes the whole instead/);
    expect((await cli(['frame', url, '7', '--sha256', '--whole', '2'])).code).toBe(1);
    server.requests.length = 0;
    const whole = await cli(['frame', url, '7', '--sha256', '--whole=3', '--stats']);
    expect(whole.out).toBe((await cli(['frame', files.path('long.dcm'), '7', '--sha256'])).out);
    expect([whole.code, requestsOf(whole), server.requests.length]).toEqual([0, 1, 1]);
  });

  it.each(['stallAfter', 'slow'] as const)('is called off by an interruption: %s', async (kind) => {
    const server = await started({
      fault: () => (kind === 'slow' ? { slow: 20 } : { stallAfter: 2000 }),
    });
    const interruption = new AbortController();
    const { signal } = interruption;
    const running = cli(['tags', `${server.url}long.dcm`], { signal });
    for (let k = 0; k < 500 && server.bytes === 0; k++) await pause(10);
    expect(server.bytes).toBeGreaterThan(0);
    interruption.abort();
    expect(await running).toMatchObject({ code: 130, out: '', err: '' });
    for (let k = 0; k < 500 && server.requests[0]?.state === 'open'; k++) await pause(10);
    expect(server.requests.map(({ state }) => state)).toEqual(['gone']);
  });
});

describe('an index of a URL', () => {
  it('takes the place of the headers, and says by the ETag that the file is another', async () => {
    const served: Record<string, Uint8Array> = {
      'long.dcm': LONG,
      'study.zip': FILES['study.zip'],
    };
    const server = await started({}, served);
    const urls = [`${server.url}long.dcm?a=1`, `${server.url}study.zip`];
    const path = files.path('index.json');
    const made = await cli(['index', ...urls, '-o', path]);
    expect([made.code, made.err]).toEqual([0, '']);
    const { files: entries } = JSON.parse(readFileSync(path, 'utf8')) as {
      files: Record<string, { source: { etag?: string } }>;
    };
    expect(Object.keys(entries)).toEqual([
      `${server.url}long.dcm`,
      ...SLICES.map(({ name }) => `${server.url}study.zip!/${name}`),
    ]);
    expect(entries[`${server.url}long.dcm`]?.source.etag).toMatch(/^"\w+"$/);
    for (const args of [
      ['frame', `${server.url}long.dcm?b=2`, '5', '--sha256'],
      ['tags', `${server.url}study.zip!/CT/IM2`],
      ['frames', `${server.url}study.zip`],
    ]) {
      const plain = await cli(args);
      expect(await cli([...args, '--index', path]), args.join(' ')).toEqual(plain);
    }
    const one = files.path('one.json');
    expect((await cli(['index', `${server.url}long.dcm`, '-o', one])).code).toBe(0);
    served['long.dcm'] = LONG.slice();
    const last = LONG.length - 1;
    served['long.dcm'].fill((LONG[last] ?? 0) ^ 1, last);
    const changed = await cli(['frame', `${server.url}long.dcm`, '5', '--sha256', '--index', one]);
    expect([changed.code, changed.out]).toEqual([1, '']);
    expect(changed.err).toMatch(/^framedex: SOURCE_CHANGED: /);
    expect(existsSync(one)).toBe(true);
  });
});
