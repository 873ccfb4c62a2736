import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import * as zlib from 'node:zlib';
import { ROOT } from './run.mjs';

const PREFIX = '/outside/';
const MOST = 32 * 2 ** 20;

/** What pages of tests may ask for: as test/support/outside.ts has it for Node. */
const ANSWERS = {
  deflateRaw: (bytes, options) => zlib.deflateRawSync(bytes, options),
  deflate: (bytes, options) => zlib.deflateSync(bytes, options),
  gzip: (bytes, options) => zlib.gzipSync(bytes, options),
  inflateRaw: (bytes, options) => zlib.inflateRawSync(bytes, options),
  inflate: (bytes) => zlib.inflateSync(bytes),
  gunzip: (bytes) => zlib.gunzipSync(bytes),
  crc32: (bytes) => Buffer.from(String(zlib.crc32(bytes))),
  sha256: (bytes) => Buffer.from(createHash('sha256').update(bytes).digest('hex')),
  fixture: (bytes) => readFileSync(fixturePath(bytes.toString())),
};

/**
 * A plugin of Vite: the server of browser tests answers what test/support/outside.browser.ts asks.
 *
 * @returns {import('vite').Plugin}
 */
export function outside() {
  return {
    name: 'outside',
    configureServer: ({ middlewares }) => {
      middlewares.use((request, response, next) => {
        if (request.url?.startsWith(PREFIX) !== true) next();
        else void answer(request, response);
      });
    },
  };
}

async function answer(request, response) {
  try {
    const url = new URL(request.url, 'http://127.0.0.1');
    const ask = ANSWERS[url.pathname.slice(PREFIX.length)];
    const options = JSON.parse(decodeURIComponent(url.search.slice(1)));
    response.setHeader('content-type', 'application/octet-stream');
    response.end(ask(await bodyOf(request), options));
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error));
  }
}

async function bodyOf(request) {
  const pieces = [];
  let length = 0;
  for await (const piece of request) {
    length += piece.length;
    if (length > MOST) throw new Error(`more than ${MOST} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function fixturePath(name) {
  if (normalize(name).startsWith('..')) throw new Error('no fixture');
  return join(ROOT, 'fixtures', name);
}
