#!/usr/bin/env node
// What tasks cost over a network: requests, megabytes and milliseconds of this build, over loopback HTTP, with
// so many milliseconds added to each request. Of a zip archive that is named, else of one that is made:
//
//     node bench/network.mjs [archive.zip] [milliseconds...]
//
// `naive` is a simple range reader under the same code: HEAD tells the size, and each read is a request. `download`
// brings the whole archive first.

import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ctZip } from './data/ct.mjs';

const READERS = { framedex: cached, naive, download };

/** @typedef {{ requests: number, bytes: number }} Served */
/** @typedef {typeof import('../src/node/index.ts')} Framedex */

/**
 * Runs each task with each reader.
 * @param {string} path @param {Framedex} framedex @param {number} latency
 */
export async function networkRows(path, framedex, latency) {
  const server = await serveFile(path, latency);
  const rows = [];
  try {
    for (const [reader, open] of Object.entries(READERS)) {
      const context = framedex.createContext();
      server.forget();
      const measured = measuring(reader, server, rows);
      const source = await open(server.url, framedex, context);
      const archive = await framedex.openArchive(source, { context });
      measured('list the archive');
      await oneSlice(archive);
      measured('one slice by its name');
      const [series] = (await archive.series()).sort(
        (a, b) => b.instances.length - a.instances.length,
      );
      measured('all headers');
      await series?.volume();
      measured('volume of the series');
      await archive.close();
      await context.close();
    }
  } finally {
    await server.close();
  }
  return rows;
}

/** @param {string} reader @param {{ forget: () => Served }} server @param {object[]} rows */
function measuring(reader, server, rows) {
  let start = performance.now();
  /** @param {string} task */
  return (task) => {
    rows.push({ task, reader, ...server.forget(), ms: performance.now() - start });
    start = performance.now();
  };
}

/** @param {string} folder @param {{ count: number, matrix: number }} size */
export function madeArchive(folder, size) {
  return ctZip(folder, size).zip;
}

/** Of the middle of the listing. @param {Awaited<ReturnType<Framedex['openArchive']>>} archive */
async function oneSlice(archive) {
  const names = [];
  for await (const { name, fault } of archive.entries()) if (fault === undefined) names.push(name);
  const file = await archive.open(names[names.length >> 1] ?? '');
  await file.frame(0);
  await file.close();
}

/** @param {string} url @param {Framedex} framedex @param {import('../src/node/index.ts').Context} context */
function cached(url, framedex, context) {
  return framedex.openHttp(url, { context });
}

/** @param {string} url @returns {Promise<import('../src/bytes/source.ts').Source>} */
async function naive(url) {
  const head = await fetch(url, { method: 'HEAD' });
  return {
    name: url,
    size: Number(head.headers.get('content-length')),
    read: async (offset, length) => {
      if (length === 0) return new Uint8Array(0);
      const range = `bytes=${offset}-${offset + length - 1}`;
      const reply = await fetch(url, { headers: { range } });
      return new Uint8Array(await reply.arrayBuffer());
    },
  };
}

/** @param {string} url */
async function download(url) {
  return new Uint8Array(await (await fetch(url)).arrayBuffer());
}

/** One file, with ranges, on the loopback. @param {string} path @param {number} latency */
async function serveFile(path, latency) {
  const { size } = statSync(path);
  const count = { requests: 0, bytes: 0 };
  const server = createServer(async (request, response) => {
    count.requests += 1;
    if (latency > 0) await pause(latency);
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const start = Number(from ?? 0);
    const end = Math.min(Number(to ?? size), size - 1);
    const headers = { 'content-length': end - start + 1, etag: '"1"', 'accept-ranges': 'bytes' };
    const range = { 'content-range': `bytes ${start}-${end}/${size}` };
    response.writeHead(from === undefined ? 200 : 206, { ...headers, ...(from && range) });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    const stream = createReadStream(path, { start, end });
    stream.on('data', ({ length }) => (count.bytes += length));
    response.on('close', () => stream.destroy());
    stream.pipe(response);
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', () => ready(undefined)));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}/series.zip`,
    /** What was served since this was asked last. @returns {Served} */
    forget: () => {
      const served = { ...count };
      Object.assign(count, { requests: 0, bytes: 0 });
      return served;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done(undefined)));
    },
  };
}

/** @param {string[]} given */
async function main(given) {
  const framedex = await import('../dist/node/index.js');
  const [named] = given.filter((one) => !/^\d+$/.test(one));
  const numbers = given.filter((one) => /^\d+$/.test(one)).map(Number);
  const folder = mkdtempSync(join(tmpdir(), 'framedex-network-'));
  try {
    const path = named ?? madeArchive(folder, { count: 222, matrix: 512 });
    const size = (statSync(path).size / 1e6).toFixed(1);
    for (const latency of numbers.length > 0 ? numbers : [0, 20]) {
      console.log(`\n${size} MB, ${latency} ms added to each request\n`);
      console.log('| task | reader | requests | MB | ms |');
      console.log('| --- | --- | --: | --: | --: |');
      for (const row of await networkRows(path, framedex, latency)) {
        const cells = [row.task, row.reader, row.requests];
        console.log(
          `| ${[...cells, (row.bytes / 1e6).toFixed(2), row.ms.toFixed(0)].join(' | ')} |`,
        );
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
