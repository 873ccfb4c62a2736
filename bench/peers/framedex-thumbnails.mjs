// Thumbnails as a user makes them, and with threads or another picture format.

import { sizeOfPng } from './png.mjs';

/** Longest edges of the thumbnails of a series. */
export const EDGES = [256, 128];

/** Markers of baseline and progressive frames. */
const FRAME_HEADERS = [0xffc0, 0xffc2];

/**
 * A PNG of one frame, from opening the file on.
 * @param {typeof import('../../dist/node/index.js')} framedex
 */
export async function oneThumbnail({ open }, { file: path, size }, take) {
  const file = await open(path);
  const image = await file.thumbnail({ size });
  take(sizeOfPng(await image.encode('png')));
  return finished(file);
}

/**
 * The whole frame, decoded as for a viewer, and a picture of it.
 * @param {typeof import('../../dist/node/index.js')} framedex
 */
export async function wholeFrame({ open, render }, { file: path, frames, size }, take) {
  const file = await open(path);
  const image = render(await file.frame(frames >> 1), { size });
  take(sizeOfPng(await image.encode('png')));
  return finished(file);
}

/**
 * One of each file, in two sizes, by so many threads besides this one.
 * @param {typeof import('../../dist/node/index.js')} framedex
 * @param {{ workers: number, format?: 'png' | 'jpeg' }} how
 */
export function ofSeries({ createContext, open }, { workers, format = 'png' }) {
  return async ({ files }, take) => {
    // Each thumbnail shall cost what the first one of its frame does.
    const context = createContext({ workers, frameCacheBytes: 0 });
    const details = {};
    for (const size of EDGES) {
      let framesToCome = files.length;
      const make = async (path) => {
        framesToCome--;
        const file = await open(path, { context });
        const bytes = await (await file.thumbnail({ size, framesToCome })).encode(format);
        take(format === 'png' ? sizeOfPng(bytes) : sizeOfJpeg(bytes));
        await file.close();
      };
      const start = performance.now();
      await inLanes(files, workers === 0 ? 1 : 2 * workers, make);
      details[`${size}: a second`] = (1000 * files.length) / (performance.now() - start);
    }
    await context.close();
    return { details };
  };
}

/**
 * One picture of all series of a folder; PNG, as all of them are.
 * @param {typeof import('../../dist/node/index.js')} framedex @param {{ workers: number }} how
 */
export function sheetOf({ contactSheet, createContext, openFolder }, { workers }) {
  return async ({ folder }, take) => {
    const context = createContext({ workers, frameCacheBytes: 0 });
    const collection = await openFolder(folder, { context });
    const { image, pictures } = await contactSheet(await collection.series());
    sizeOfPng(await image.encode('png'));
    take(`${pictures.length} pictures`);
    await collection.close();
    await context.close();
  };
}

/** So many at a time; with one, each waits for the one before it. */
async function inLanes(files, lanes, make) {
  const left = files.values();
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (const path of left) await make(path);
    }),
  );
}

/** By its frame header, behind which the height and the width stand (ITU-T T.81 B.2.2). */
function sizeOfJpeg(bytes) {
  const jpeg = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 2;
  while (!FRAME_HEADERS.includes(jpeg.readUInt16BE(at))) at += 2 + jpeg.readUInt16BE(at + 2);
  return `${jpeg.readUInt16BE(at + 7)} x ${jpeg.readUInt16BE(at + 5)}`;
}

async function finished(file) {
  const { bytesRead } = file.stats();
  await file.close();
  return { bytesRead };
}
