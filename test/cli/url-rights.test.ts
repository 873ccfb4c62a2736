import { readdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildZip } from '../support/build-zip.ts';
import { dicom } from '../support/build-dicom.ts';
import { redirectTo, serve } from '../support/http-server.ts';
import type { FileServer, ServeOptions } from '../support/http-server.ts';
import { sliceParts } from '../support/slices.ts';
import { cli, scratch, twoFrames } from './run-cli.ts';
import type { Scratch } from './run-cli.ts';

const FILES = {
  'ct.dcm': twoFrames([[0x00100010, 'PN', 'Doe^Jane']]).bytes,
  'study.zip': buildZip(
    [0, 1, 2].map((z) => ({ name: `CT/IM${z}`, data: dicom(sliceParts({ z })).bytes, method: 8 })),
  ),
  'text.dcm': new TextEncoder().encode('no image'),
};

let files: Scratch;
const servers: FileServer[] = [];

beforeAll(() => {
  files = scratch();
});

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

afterAll(() => {
  files.remove();
});

async function started(options: ServeOptions = {}): Promise<FileServer> {
  const server = await serve(FILES, options);
  servers.push(server);
  return server;
}

describe('what gives rights', () => {
  it('is never shown: neither a query nor a user', async () => {
    const server = await started();
    const base = server.url.replace('http://', 'http://user:SECRET@');
    const url = (name: string, member = ''): string => `${base}${name}?token=SECRET${member}`;
    for (const args of [
      ['ls', url('study.zip'), url('none.dcm'), '--json'],
      ['tags', url('study.zip'), url('text.dcm')],
      ['tags', url('study.zip', '!/CT/IM1')],
      ['tags', url('study.zip', '!/CT/none')],
      ['frame', url('none.dcm'), '0'],
      ['frame', url('ct.dcm'), '9'],
      ['frame', url('study.zip'), '0'],
      ['doctor', url('study.zip'), url('text.dcm'), url('none.dcm'), '--json'],
      ['index', url('ct.dcm'), url('study.zip')],
      ['thumb', url('ct.dcm'), url('none.dcm'), '--json', '-o', `${files.path('out')}/`],
      ['volume', url('ct.dcm'), '--on', url('study.zip'), '-o', files.path('no.nrrd')],
      ['volume', url('study.zip'), `--on=${url('none.dcm')}`, '-o', files.path('no.nrrd')],
      ['http://SECRET:x'],
      ['ls', 's3://bucket/ct.dcm?SECRET'],
      ['ls', 'https://?SECRET'],
    ]) {
      const { out, err } = await cli(args, { terminal: !args.includes('thumb') });
      expect(out + err, args.join(' ')).not.toContain('SECRET');
      expect(out + err).not.toBe('');
    }
    expect(readdirSync(files.path('out')).join()).not.toContain('SECRET');
    expect(server.requests.every(({ query }) => query === '?token=SECRET')).toBe(true);
  });

  it('tells URLs apart that differ in their query alone', async () => {
    const server = await started({
      fault: ({ query }) =>
        query === '?uid=2' ? { status: 404, headers: { 'content-range': null } } : undefined,
    });
    const urls = ['?uid=1', '?uid=2', '?uid=1'].map((query) => `${server.url}ct.dcm${query}`);
    const { code, out, err } = await cli(['ls', ...urls, '--json']);
    const { inputs } = JSON.parse(out) as { inputs: { name: string; error?: unknown }[] };
    expect(inputs.map(({ name }) => name)).toEqual([
      `${server.url}ct.dcm`,
      `${server.url}ct.dcm (2)`,
      `${server.url}ct.dcm`,
    ]);
    expect(inputs.map(({ error }) => error !== undefined)).toEqual([false, true, false]);
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/^framedex: HTTP: [^\n]*found status 404[^\n]*\n$/),
    ]);
  });

  it('is sent where --header says it, in any place of the command line', async () => {
    const server = await started({
      fault: ({ headers }) =>
        headers.authorization === 'Bearer SECRET' && headers['x-more'] === 'a: b'
          ? undefined
          : { status: 401, headers: { 'content-range': null } },
    });
    const url = `${server.url}study.zip`;
    const refused = await cli(['tags', url]);
    expect([refused.code, refused.out]).toEqual([1, '']);
    expect(refused.err).toMatch(
      /^framedex: HTTP: .*wants to know who asks.*status 401.*\(--header\)/,
    );
    expect(refused.err).not.toContain('http.headers');
    const wrong = await cli(['tags', url, '--header', 'Authorization: Bearer SECRET2']);
    expect(wrong.code).toBe(1);
    expect(wrong.err).not.toContain('SECRET');
    const token = 'Authorization: Bearer SECRET';
    const lines = files.put('headers', `${token}\r\n\nX-More:a: b\n`);
    for (const args of [
      ['tags', url, '--header', token, '--header=x-more: a: b'],
      ['--header', token, 'tags', '--header', 'X-More:  a: b', `${url}!/CT/IM0`],
      ['ls', `--header=@${lines}`, url],
      ['doctor', `${url}!/CT/IM0`, '--header', `@${lines}`],
    ]) {
      const { code, err } = await cli(args);
      expect([code, err], args.join(' ')).toEqual([0, '']);
    }
  });

  it('goes to no other origin: by a redirect, or as another input', async () => {
    const other = await started();
    const own = await started({
      fault: ({ path }) => (path === 'ct.dcm' ? redirectTo(`${other.url}ct.dcm`) : undefined),
    });
    const secret = ['--header', 'Authorization: SECRET', '--header', 'X-Key: SECRET'];
    const { code } = await cli(['tags', `${own.url}ct.dcm`, ...secret]);
    expect(code).toBe(0);
    expect(own.requests[0]?.headers).toMatchObject({ authorization: 'SECRET', 'x-key': 'SECRET' });
    expect(other.requests.length).toBeGreaterThan(0);
    expect(JSON.stringify(other.requests)).not.toContain('SECRET');
    const before = other.requests.length + own.requests.length;
    const both = await cli(['ls', `${own.url}study.zip`, `${other.url}study.zip`, ...secret]);
    expect([both.code, both.err]).toEqual([
      2,
      expect.stringContaining('--header is for one server'),
    ]);
    expect(other.requests.length + own.requests.length).toBe(before);
  });

  it.each([
    [['--header', 'SECRET']],
    [['--header', 'Bad name: SECRET']],
    [['--header', 'a: SECRET\n']],
    [['--header', 'a: SECRET', '--header', 'A: SECRET']],
    [['--header']],
    [['--header', '@']],
    [['--whole', 'x']],
    [['--whole', '0']],
    [['--whole', '1', '--whole', '2']],
  ])('USAGE for %j, whose value is not repeated', async (args) => {
    const { code, err } = await cli(['tags', 'http://127.0.0.1:1/ct.dcm', ...args]);
    expect([code, err]).toEqual([2, expect.stringMatching(/^framedex: [^\n]*--(?:header|whole)/)]);
    expect(err).not.toContain('SECRET');
  });

  it('is read from a file that there is', async () => {
    const { code, err } = await cli([
      'tags',
      'http://127.0.0.1:1/a',
      '--header',
      `@${files.path('none')}`,
    ]);
    expect([code, err]).toEqual([1, expect.stringContaining('cannot read the headers')]);
  });
});
