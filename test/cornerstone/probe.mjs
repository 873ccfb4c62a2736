/** What the test asks of the page. */
import './page.mjs';
import { cache, imageLoader, metaData } from '@cornerstonejs/core';
import { open, openArchive } from 'framedex';
import { closeContainer, imageIdsOf, nameContainer } from './image-loader.ts';

const archives = new Map();

globalThis.probe = {
  name,
  ids: async (container) => imageIdsOf(container, await seriesOf(container)),
  close: closeContainer,
  image,
  cancelled,
  metadata: (type, imageId) => metaData.get(type, imageId),
  stats: (container) => archives.get(container).stats(),
  hasVolume: () => cache.getVolume('framedex-volume') !== undefined,
  volume,
  brightest,
};

async function name(container, url, isArchive) {
  const blob = await (await globalThis.fetch(url)).blob();
  const opened = await (isArchive ? openArchive : open)(blob);
  archives.set(container, opened);
  nameContainer(container, opened);
}

async function seriesOf(container) {
  const [series] = await archives.get(container).series();
  return series;
}

async function image(imageId, options = {}) {
  try {
    return factsOf(await imageLoader.loadImage(imageId, { priority: 0, ...options }));
  } catch (error) {
    return { fault: String(error) };
  }
}

function factsOf(loaded) {
  const { getPixelData, getCanvas, voxelManager, ...facts } = loaded;
  const data = getPixelData();
  const isSame = voxelManager.getScalarData() === data && getCanvas === undefined;
  return { ...facts, isSame, first: Array.from(data.slice(0, 8)), length: data.length };
}

async function cancelled(imageId) {
  const loading = imageLoader.loadAndCacheImage(imageId);
  cache.getImageLoadObject(imageId).cancelFn();
  return loading.then(
    () => 'loaded',
    (error) => error.name,
  );
}

/** The volume that is shown, held voxel by voxel against the one that framedex makes of the same file. */
async function volume(url) {
  const shown = cache.getVolume('framedex-volume');
  const { imageIds, dimensions, spacing, origin, direction, dataType } = shown;
  const voxels = shown.voxelManager.getCompleteScalarDataArray();
  await name('again', url, true);
  const series = await seriesOf('again');
  const own = await series.volume();
  const { slope, intercept } = own.rescale;
  const differing = own.data.reduce(
    (sum, stored, k) => sum + Number(stored * slope + intercept !== voxels[k]),
    0,
  );
  const { plan } = own;
  return {
    ...{ imageIds, dimensions, dataType, voxels: Array.from(voxels), differing },
    ...{ spacing: Array.from(spacing), origin: Array.from(origin) },
    direction: Array.from(direction),
    plan: { size: plan.size, spacing: plan.spacing, affine: Array.from(plan.affine) },
    planned: imageIdsOf('chosen', series),
  };
}

/** Where the brightest pixels of a viewport are, of its width and of its height. */
function brightest(id) {
  const drawn = globalThis.document.querySelector(`#${id} canvas`);
  if (drawn === null) return undefined;
  const { width, height } = drawn;
  const canvas = new globalThis.OffscreenCanvas(width, height).getContext('2d');
  canvas.drawImage(drawn, 0, 0);
  const { data } = canvas.getImageData(0, 0, width, height);
  const greys = Array.from({ length: width * height }, (_, k) => data[4 * k]);
  const most = greys.reduce((a, b) => Math.max(a, b), 0);
  const at = greys.flatMap((grey, k) => (grey === most ? [k] : []));
  const mean = (of) => at.reduce((sum, k) => sum + of(k), 0) / at.length;
  return {
    most,
    across: mean((k) => k % width) / width,
    down: mean((k) => Math.floor(k / width)) / height,
  };
}
