/** A page that shows the first series of a zip in two volume viewports. */
import { cache, Enums, init, RenderingEngine } from '@cornerstonejs/core';
import { setVolumesForViewports, volumeLoader } from '@cornerstonejs/core';
import { openArchive } from 'framedex';
import {
  closeContainer,
  imageIdsOf,
  loadWhole,
  nameContainer,
  registerFramedex,
} from './image-loader.ts';

const VIEWS = [
  { viewportId: 'axial', orientation: Enums.OrientationAxis.AXIAL },
  { viewportId: 'sagittal', orientation: Enums.OrientationAxis.SAGITTAL },
];
const VOLUME = 'framedex-volume';

const { document } = globalThis;

init();
registerFramedex();

let engine;

async function show(file) {
  engine?.destroy();
  for (const { viewportId } of VIEWS) document.getElementById(viewportId).replaceChildren();
  cache.purgeCache();
  await closeContainer('chosen');
  const archive = await openArchive(file);
  nameContainer('chosen', archive);
  const [series] = await archive.series();
  if (series === undefined) throw new Error('there is no image in it');
  const plan = series.plan();
  if (plan.verdict !== 'volume' || plan.tilt > 0) throw new Error('this is no straight volume');
  const imageIds = imageIdsOf('chosen', series, plan);
  const volume = await volumeLoader.createAndCacheVolume(VOLUME, { imageIds });
  try {
    await loadWhole(volume);
  } catch (error) {
    cache.removeVolumeLoadObject(VOLUME);
    throw error;
  }
  engine = new RenderingEngine('engine');
  for (const { viewportId, orientation } of VIEWS) {
    const element = document.getElementById(viewportId);
    const type = Enums.ViewportType.ORTHOGRAPHIC;
    engine.enableElement({ viewportId, element, type, defaultOptions: { orientation } });
  }
  const ids = VIEWS.map(({ viewportId }) => viewportId);
  await setVolumesForViewports(engine, [{ volumeId: VOLUME }], ids);
  engine.render();
  return `${series.description}: ${plan.size.join(' x ')} voxels`;
}

const input = document.getElementById('file');
const status = document.getElementById('status');
input.addEventListener('change', () => {
  const [file] = input.files ?? [];
  if (file === undefined) return;
  status.value = 'opening';
  show(file).then(
    (shown) => (status.value = shown),
    (error) => (status.value = `cannot be shown: ${String(error)}`),
  );
});
