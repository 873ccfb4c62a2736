import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

/** What of s3rver is used; it has no types of its own. */
interface S3rver {
  readonly httpServer: Server;
  run(): Promise<AddressInfo>;
  close(): Promise<void>;
}

const S3rver = createRequire(import.meta.url)('s3rver') as new (options: object) => S3rver;

/** The one account that s3rver knows. */
const ACCOUNT = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

export const BUCKET = 'archive';

/** A store on the loopback that speaks S3, with one bucket. */
export interface S3Emulator {
  readonly client: S3Client;
  /** The ranges that were asked for since `put`, in the order that they came in. */
  readonly ranges: (string | undefined)[];
  /** Answers in the place of the store; what it gives false for, the store answers. */
  instead: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  /** Makes or overwrites an object. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** A URL that gives whoever has it the right to read, until a time in seconds since 1970. */
  presigned(key: string, expires: number): string;
  close(): Promise<void>;
}

/**
 * Starts s3rver, and puts in front of it what it lacks: If-Match (RFC 9110 13.1.1), and 416 for ranges of an
 * empty object, of which it promises one byte.
 */
export async function startS3(): Promise<S3Emulator> {
  const directory = await mkdtemp(join(tmpdir(), 'framedex-s3-'));
  const configureBuckets = [{ name: BUCKET }];
  const options = { address: '127.0.0.1', port: 0, silent: true, directory, configureBuckets };
  const store = new S3rver(options);
  const url = `http://127.0.0.1:${(await store.run()).port}`;
  const client = new S3Client({
    endpoint: url,
    region: 'eu-central-1',
    credentials: ACCOUNT,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  const objects = new Map<string, StoredObject>();
  const emulator: S3Emulator = {
    client,
    ranges: [],
    instead: undefined,
    async put(key, bytes) {
      const command = new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: bytes });
      const { ETag: etag = '' } = await client.send(command);
      const path = `/${BUCKET}/${key}`;
      objects.set(path, { etag, size: bytes.length });
      if (bytes.length > 0) await written(url + path, bytes);
      emulator.ranges.length = 0;
    },
    presigned: (key, expires) => url + signedPath(`/${BUCKET}/${key}`, expires),
    async close() {
      client.destroy();
      const closed = store.close();
      store.httpServer.closeAllConnections();
      await closed;
      await rm(directory, { recursive: true });
    },
  };
  putInFront(store.httpServer, emulator, objects);
  return emulator;
}

interface StoredObject {
  readonly etag: string;
  readonly size: number;
}

function putInFront(
  server: Server,
  emulator: S3Emulator,
  objects: ReadonlyMap<string, StoredObject>,
): void {
  const [store] = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.method !== 'GET') return store?.(request, response);
    emulator.ranges.push(request.headers.range);
    if (emulator.instead?.(request, response) === true) return;
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const object = objects.get(pathname);
    const expected = request.headers['if-match'];
    if (object !== undefined && expected !== undefined && expected !== object.etag) {
      return refuse(response, 412, 'PreconditionFailed');
    }
    if (object?.size === 0) return refuse(response, 416, 'InvalidRange');
    store?.(request, response);
  });
}

/** Answers as S3 does when something is wrong. */
export function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
}

/** s3rver answers before all that it was given is on the disk. */
async function written(url: string, bytes: Uint8Array): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const reply = await fetch(url);
    if (Buffer.from(await reply.arrayBuffer()).equals(bytes)) return;
    await pause(10);
  }
  throw new Error('the store does not give what was put into it');
}

/** Query string authentication of signature version 2: s3rver looks at no signature of version 4. */
function signedPath(path: string, expires: number): string {
  const signed = createHmac('sha1', ACCOUNT.secretAccessKey);
  const Signature = signed.update(`GET\n\n\n${expires}\n${path}`).digest('base64');
  const query = { AWSAccessKeyId: ACCOUNT.accessKeyId, Expires: String(expires), Signature };
  return `${path}?${new URLSearchParams(query).toString()}`;
}
