import { readFileSync } from 'node:fs';
import { mkdtemp, open as openDescriptor, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createContext,
  isFramedexError,
  open,
  openArchive,
  openRemote,
} from '../../src/node/index.ts';
import type { RangeReply, ReadRange, Source } from '../../src/node/index.ts';
import { dicom, imagePixel } from '../support/build-dicom.ts';
import { buildZip } from '../support/build-zip.ts';
import { noise } from '../support/noise.ts';
import { BUCKET, refuse, startS3 } from '../support/s3-emulator.ts';
import type { S3Emulator } from '../support/s3-emulator.ts';
import { sliceParts } from '../support/slices.ts';

// What README.md shows, word for word.
function readFrom(client: S3Client, bucket: string): ReadRange {
  return async (key, start, end, { signal }) => {
    const wanted = { Bucket: bucket, Key: key, Range: `bytes=${start}-${end - 1}` };
    const reply = await client.send(new GetObjectCommand(wanted), { abortSignal: signal });
    return {
      bytes: (await reply.Body?.transformToByteArray()) ?? new Uint8Array(),
      size: Number(reply.ContentRange?.split('/')[1]), // bytes 0-65535/57671680
      etag: reply.ETag, // with another one the object is not what was opened: SOURCE_CHANGED
      modified: reply.LastModified?.getTime(),
      requests: reply.$metadata.attempts,
    };
  };
}

const KIB = 1024;
const ROWS = 256;
const FRAME = 2 * ROWS * ROWS;
const pixels = noise(3 * FRAME);
const image = imagePixel({ rows: ROWS, columns: ROWS, numberOfFrames: 3 });
const object = dicom({ elements: [...image, [0x7fe00010, 'OW', pixels]] }).bytes;

const SIDE = 128;
const slices = Array.from({ length: 12 }, (_, z) => ({
  name: `CT/IM${z}`,
  method: 0,
  data: dicom(
    sliceParts({
      z,
      instanceNumber: z,
      rows: SIDE,
      columns: SIDE,
      pixels: [0x7fe00010, 'OW', noise(2 * SIDE * SIDE).map((byte) => byte ^ z)],
    }),
  ).bytes,
}));
const study = buildZip(slices);

let s3: S3Emulator;
beforeAll(async () => {
  s3 = await startS3();
});
afterAll(() => s3.close());
beforeEach(() => {
  s3.instead = undefined;
});

/** Of a context of its own: nothing that another test brought is here. */
function remote(key: string, readRange = readFrom(s3.client, BUCKET)): Promise<Source> {
  return openRemote(key, readRange, { context: createContext(), name: `s3://${BUCKET}/${key}` });
}

async function thrown(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

function frameOf(index: number): Uint8Array {
  return pixels.subarray(index * FRAME, (index + 1) * FRAME);
}

describe('an object in S3', () => {
  it('is opened by one request, and a frame of it comes by one more', async () => {
    await s3.put('ct.dcm', object);
    const source = await remote('ct.dcm');
    await using file = await open(source);
    expect(file.dataset.get('Rows')).toBe(ROWS);
    expect(s3.ranges).toEqual(['bytes=0-65535']);
    const encoded = await file.encodedFrame(1);
    expect(Buffer.from(encoded).equals(frameOf(1))).toBe(true);
    expect(s3.ranges).toHaveLength(2);
    expect(source.remote).toMatchObject({ requests: 2 });
    expect(source).toMatchObject({ size: object.length, name: 's3://archive/ct.dcm' });
    expect(source.identity?.etag).toMatch(/^"[\da-f]{32}"$/);
    expect(source.identity?.modified).toBeGreaterThan(Date.UTC(2020));
    await source.close?.();
  });

  it('of a zip gives the series and the volume that the local one gives', async () => {
    await s3.put('studies/7.zip', study);
    const source = await remote('studies/7.zip');
    await using far = await openArchive(source);
    await using near = await openArchive(study);
    expect(s3.ranges.length).toBeLessThanOrEqual(2);
    const [[theirs], [ours]] = [await far.series(), await near.series()];
    expect(theirs?.instances.map(({ name }) => name)).toEqual(slices.map(({ name }) => name));
    const [volume, local] = [await theirs?.volume(), await ours?.volume()];
    expect(volume?.size).toEqual([SIDE, SIDE, 12]);
    expect(volume?.affine).toEqual(local?.affine);
    expect(volume?.data).toEqual(local?.data);
    // The whole is less than one run: what the header pass brought is not brought again.
    expect(s3.ranges.length).toBeLessThanOrEqual(4);
    await source.close?.();
  });

  it('that is overwritten under way is SOURCE_CHANGED', async () => {
    await s3.put('new.dcm', object);
    const source = await remote('new.dcm');
    await using file = await open(source);
    await s3.put(
      'new.dcm',
      object.map((byte) => byte ^ 1),
    );
    const error = await thrown(file.frame(2));
    expect(isFramedexError(error, 'SOURCE_CHANGED')).toBe(true);
    expect(String(error)).toContain('s3://archive/new.dcm');
    // What is here already is of an object that is gone.
    expect(isFramedexError(await thrown(source.read(0, 16)), 'SOURCE_CHANGED')).toBe(true);
  });

  it('that is no more what If-Match names is an IO error, whose cause says so', async () => {
    await s3.put('match.dcm', object);
    const matching: ReadRange = async (Key, start, end, { etag }) => {
      const wanted = { Bucket: BUCKET, Key, Range: `bytes=${start}-${end - 1}`, IfMatch: etag };
      const { Body, ETag } = await s3.client.send(new GetObjectCommand(wanted));
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
      return { bytes, size: object.length, etag: ETag };
    };
    const source = await remote('match.dcm', matching);
    expect(await source.read(FRAME, 100)).toEqual(object.subarray(FRAME, FRAME + 100));
    await s3.put(
      'match.dcm',
      object.map((byte) => byte ^ 1),
    );
    expect(await thrown(source.read(2 * FRAME, 100))).toMatchObject({
      code: 'IO',
      cause: { name: 'PreconditionFailed' },
    });
  });

  it('that is not there is an IO error with its name, and the reason as its cause', async () => {
    const error = await thrown(remote('none.dcm'));
    expect(error).toMatchObject({ code: 'IO', cause: { name: 'NoSuchKey' } });
    expect(String(error)).toContain('s3://archive/none.dcm');
  });

  it('that is empty is an IO error: there is no range of it', async () => {
    await s3.put('empty.dcm', new Uint8Array());
    expect(await thrown(remote('empty.dcm'))).toMatchObject({
      code: 'IO',
      cause: { name: 'InvalidRange' },
    });
  });

  it('is asked for again by its client where the store is busy, and both are counted', async () => {
    await s3.put('busy.dcm', object);
    s3.instead = (_, response) => {
      if (s3.ranges.length > 1) return false;
      refuse(response, 503, 'SlowDown');
      return true;
    };
    const source = await remote('busy.dcm');
    expect(s3.ranges).toHaveLength(2);
    expect(source.remote).toEqual({ requests: 2, bytesReceived: 64 * KIB });
  });

  it('is never cut short: a body that ends early is an error', async () => {
    await s3.put('cut.dcm', object);
    const source = await remote('cut.dcm');
    s3.instead = (_, response) => {
      beginPart(response);
      response.socket?.end();
      return true;
    };
    expect(await thrown(source.read(2 * FRAME, 16 * KIB))).toMatchObject({ code: 'IO' });
    s3.instead = undefined;
    const read = await source.read(2 * FRAME, 16 * KIB);
    expect(Buffer.from(read).equals(object.subarray(2 * FRAME, 2 * FRAME + 16 * KIB))).toBe(true);
  });

  it('is left when the read is aborted: the connection closes', async () => {
    await s3.put('slow.dcm', object);
    const source = await remote('slow.dcm');
    const abort = new AbortController();
    const gone = new Promise<void>((resolve) => {
      s3.instead = (request, response) => {
        beginPart(response);
        request.socket.once('close', resolve);
        setImmediate(() => abort.abort(new Error('enough')));
        return true;
      };
    });
    const reading = source.read(2 * FRAME, 16 * KIB, { signal: abort.signal });
    await expect(reading).rejects.toThrow('enough');
    await gone;
  });
});

/** The beginning of a part of 64 KiB of `object`, whose rest does not come. */
function beginPart(response: Parameters<typeof refuse>[0]): void {
  const end = 2 * FRAME + 64 * KIB;
  response.writeHead(206, {
    'content-length': 64 * KIB,
    'content-range': `bytes ${2 * FRAME}-${end - 1}/${object.length}`,
  });
  response.write(object.subarray(2 * FRAME, 2 * FRAME + 100));
}

describe('a presigned URL', () => {
  const later = Math.floor(Date.now() / 1000) + 600;

  it('is a URL like others', async () => {
    await s3.put('signed.dcm', object);
    const context = createContext();
    await using file = await open(s3.presigned('signed.dcm', later), { context });
    const encoded = await file.encodedFrame(2);
    expect(Buffer.from(encoded).equals(frameOf(2))).toBe(true);
    expect(s3.ranges).toHaveLength(2);
  });

  it('of an archive can have a member behind it', async () => {
    await s3.put('signed.zip', study);
    const url = `${s3.presigned('signed.zip', later)}!/CT/IM7`;
    await using file = await open(url, { context: createContext() });
    expect(file.dataset.get('InstanceNumber')).toBe(7);
  });

  it('whose signature is wrong, or old, is HTTP 403, and no part of it is shown', async () => {
    await s3.put('signed.dcm', object);
    const wrong = s3.presigned('signed.dcm', later).replace(/Signature=.*/, 'Signature=AAAA');
    for (const url of [wrong, s3.presigned('signed.dcm', later - 3600)]) {
      const error = await thrown(open(url, { context: createContext() }));
      expect(error).toMatchObject({ code: 'HTTP', details: { found: 'status 403' } });
      expect(String(error)).not.toMatch(/Signature|S3RVER/);
    }
  });
});

describe('a store of another kind', () => {
  const context = createContext();

  async function opens(readRange: ReadRange, key: string): Promise<void> {
    const source = await openRemote(key, readRange, { context });
    await using file = await open(source);
    const encoded = await file.encodedFrame(1);
    expect(Buffer.from(encoded).equals(frameOf(1))).toBe(true);
    await source.close?.();
  }

  it('is a Map', async () => {
    const store = new Map([['ct.dcm', object]]);
    const readRange = async (key: string, start: number, end: number): Promise<RangeReply> => {
      const bytes = store.get(key);
      if (bytes === undefined) throw new Error('no such key');
      return { bytes: bytes.slice(start, end), size: bytes.length };
    };
    await opens(readRange, 'ct.dcm');
    const error = await thrown(openRemote('none', readRange, { context }));
    expect(error).toMatchObject({ code: 'IO', cause: { message: 'no such key' } });
  });

  it('is a folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'framedex-folder-'));
    await writeFile(join(folder, 'ct.dcm'), object);
    await opens(async (key, start, end) => {
      await using file = await openDescriptor(join(folder, key));
      const { buffer, bytesRead } = await file.read(new Uint8Array(end - start), {
        position: start,
      });
      const { size, mtimeMs } = await file.stat();
      return { bytes: buffer.subarray(0, bytesRead), size, modified: mtimeMs };
    }, 'ct.dcm');
    await rm(folder, { recursive: true });
  });
});

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

describe('README.md', () => {
  it.runIf(README.includes('@aws-sdk/client-s3'))('shows the reader of above', () => {
    const source = readFileSync(new URL(import.meta.url), 'utf8');
    const [reader = 'nothing'] = /function readFrom\(.*?\n\}\n/s.exec(source) ?? [];
    expect(README).toContain(reader);
  });
});
