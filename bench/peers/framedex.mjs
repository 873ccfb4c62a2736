import { readFileSync, writeFileSync } from 'node:fs';
import { CODE_STREAM_KINDS } from '../data/code-stream-kinds.mjs';
import { headerLine, headerLines, objectLine } from '../data/header-line.mjs';
import { randomFrames } from './framedex-deflated.mjs';
import { ofSeries, oneThumbnail, sheetOf } from './framedex-thumbnails.mjs';
import { streamedPlanes } from './framedex-planes.mjs';
import { pictureSize, THUMBNAIL } from './png.mjs';

export async function load() {
  return worksOf(await import('../../dist/node/index.js'));
}

export async function loadAside() {
  return asideOf(await import('../../dist/node/index.js'));
}

/**
 * Indexes are saved before they are of use, and an open file holds the index that it made.
 * @param {typeof import('../../dist/node/index.js')} framedex
 */
export function asideOf(framedex) {
  const save = (data) => saveIndex(framedex, data);
  return {
    before: { 'frame-index-count': save, 'frame-index-frame': save },
    held: {
      'frame-index-count': async (data) => (await withCount(framedex, data)).file,
      'frame-index-frame': async (data) => (await withMiddle(framedex, data)).file,
    },
  };
}

/**
 * Everything through the public interface alone, each as a user would write it.
 * @param {typeof import('../../dist/node/index.js')} framedex
 */
export function worksOf(framedex) {
  return {
    headers: (data, take) => headers(framedex, data, take),
    'functional-groups-open': (data, take) => openGroups(framedex, data, take),
    'functional-groups-positions': (data, take) => allPositions(framedex, data, take),
    'one-frame': (data, take) => oneFrame(framedex, data, take),
    'frame-index-count': (data, take) => countFrames(framedex, data, take),
    'frame-index-frame': (data, take) => middleFrame(framedex, data, take),
    'zip-list': (data, take) => zipList(framedex, data, take),
    'zip-slice': (data, take) => zipSlice(framedex, data, take),
    'zip-volume': (data, take) => zipVolume(framedex, data, take),
    'volume-planes': streamedPlanes(framedex),
    'deflated-random': (data, take) => randomFrames(framedex, data, take),
    rle: (data, take) => allFrames(framedex, data, take),
    'native-all': (data, take) => allFrames(framedex, data, take),
    unpack: (data, take) => allFrames(framedex, data, take),
    'unpack-packed': (data, take) => allPacked(framedex, data, take),
    thumbnail: (data, take) => thumbnail(framedex, data, take),
    'thumbnails-native': (data, take) => oneThumbnail(framedex, data, take),
    'thumbnails-jpeg-2000': (data, take) => oneThumbnail(framedex, data, take),
    'thumbnails-htj2k': (data, take) => oneThumbnail(framedex, data, take),
    'thumbnails-series': ofSeries(framedex, { workers: 0 }),
    'thumbnails-sheet': sheetOf(framedex, { workers: 0 }),
    ...decodingWith(framedex, 0),
  };
}

/**
 * Code streams by so many threads besides this one. All files share them, as they do by default.
 * @param {typeof import('../../dist/node/index.js')} framedex @param {number} workers
 */
export function decodingWith({ createContext, open }, workers) {
  let context;
  const decode = async (data, take) => {
    context ??= createContext({ workers });
    const file = await open(data.file, { context });
    for await (const frame of file.frames()) take(frame.data);
    return finished(file);
  };
  return Object.fromEntries(CODE_STREAM_KINDS.map((kind) => [`codec-${kind}`, decode]));
}

function line(dataset) {
  return headerLine(
    dataset.get('SOPInstanceUID'),
    dataset.get('InstanceNumber'),
    dataset.get('Rows'),
    dataset.get('Columns'),
    dataset.get('ImagePositionPatient'),
  );
}

async function headers({ open }, { files }, take) {
  const lines = [];
  let bytesRead = 0;
  for (const path of files) {
    const file = await open(path);
    lines.push(line(file.dataset));
    bytesRead += file.stats().bytesRead;
    await file.close();
  }
  take(headerLines(lines));
  return { bytesRead };
}

async function openGroups({ open }, data, take) {
  const file = await open(data.file);
  const { dataset } = file;
  const [frames, rows] = [dataset.get('NumberOfFrames'), dataset.get('Rows')];
  take(objectLine(dataset.get('SOPInstanceUID'), frames, rows, dataset.get('Columns')));
  return finished(file);
}

async function allPositions({ open }, data, take) {
  const file = await open(data.file);
  take(framePositions(file));
  return finished(file);
}

/** Image Position (Patient) of all frames, one after the other. */
function framePositions(file) {
  const ofFrames = file.allFrames('ImagePositionPatient');
  const positions = new Float64Array(3 * ofFrames.length);
  ofFrames.forEach((position, frame) => positions.set(position, 3 * frame));
  return positions;
}

async function oneFrame({ open }, data, take) {
  const file = await open(data.file);
  const frame = await file.frame(data.frames >> 1);
  take(frame.data);
  return finished(file);
}

async function saveIndex({ open }, { file: path, savedIndex }) {
  if (savedIndex === undefined) return;
  const file = await open(path);
  writeFileSync(savedIndex, JSON.stringify(await file.toIndex()));
  await file.close();
}

/** With the index that was saved, where there is one; its bytes count as read. */
async function openIndexed({ open }, { file: path, savedIndex }) {
  if (savedIndex === undefined) return { file: await open(path), indexBytes: 0 };
  const text = readFileSync(savedIndex);
  const file = await open(path, { index: JSON.parse(text.toString()) });
  return { file, indexBytes: text.length };
}

async function withCount(framedex, data) {
  const opened = await openIndexed(framedex, data);
  return { ...opened, count: opened.file.index.count };
}

async function withMiddle(framedex, data) {
  const opened = await openIndexed(framedex, data);
  return { ...opened, bytes: await opened.file.encodedFrame(data.frames >> 1) };
}

async function countFrames(framedex, data, take) {
  const { file, indexBytes, count } = await withCount(framedex, data);
  take(String(count));
  return finished(file, indexBytes);
}

async function middleFrame(framedex, data, take) {
  const { file, indexBytes, bytes } = await withMiddle(framedex, data);
  take(bytes);
  return finished(file, indexBytes);
}

async function allFrames({ open }, data, take) {
  const file = await open(data.file);
  for await (const frame of file.frames()) take(frame.data);
  return finished(file);
}

async function allPacked({ open }, data, take) {
  const file = await open(data.file);
  for (let i = 0; i < data.frames; i += 1) take((await file.frame(i, { packed: true })).data);
  return finished(file);
}

async function thumbnail({ open }, data, take) {
  const file = await open(data.file);
  const image = await file.thumbnail({ size: THUMBNAIL });
  take(pictureSize(await image.encode('png')));
  return finished(file);
}

async function zipList({ openArchive }, { zip }, take) {
  const archive = await openArchive(zip);
  const lines = [];
  for await (const file of archive) {
    lines.push(line(file.dataset));
    await file.close();
  }
  take(headerLines(lines));
  return finished(archive);
}

async function zipSlice({ openArchive }, { zip }, take) {
  const archive = await openArchive(zip);
  const [{ instances }] = await archive.series();
  const listed = performance.now();
  const file = await instances[instances.length >> 1].open();
  take((await file.frame(0)).data);
  await file.close();
  const details = { 'slice ms': performance.now() - listed };
  return { ...(await finished(archive)), details };
}

async function zipVolume({ openArchive }, { zip }, take) {
  const archive = await openArchive(zip);
  const [series] = await archive.series();
  take((await series.volume()).data);
  return finished(archive);
}

async function finished(opened, besides = 0) {
  const { bytesRead } = opened.stats();
  await opened[Symbol.asyncDispose]();
  return { bytesRead: bytesRead + besides };
}
