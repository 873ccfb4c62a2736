// All planes of a series as JPEG (by `sharp`), through one window. What `sharp` reads of its own to load is not told apart.

const PLANES = ['axial', 'coronal', 'sagittal'];

/**
 * Straight from the slices: a block of planes is in memory, never the volume.
 * @param {typeof import('../../dist/node/index.js')} framedex
 */
export function streamedPlanes(framedex) {
  return (data, take) =>
    ofSeries(framedex, data, async (series, picture) => {
      for (const plane of PLANES) {
        for await (const one of series.planes(plane)) await picture(one, take);
      }
    });
}

/** Out of a volume. @param {typeof import('../../dist/node/index.js')} framedex */
export function volumePlanes(framedex) {
  return (data, take) =>
    ofSeries(framedex, data, async (series, picture) => {
      const volume = await series.volume();
      for (const plane of PLANES) {
        const { count } = framedex.planeLayout(volume, plane);
        for (let k = 0; k < count; k += 1) await picture(volume.plane(plane, k), take);
      }
    });
}

async function ofSeries({ openArchive, render }, { zip }, work) {
  const archive = await openArchive(zip);
  const [series] = await archive.series();
  const voi = await series.window();
  await work(series, async (plane, take) => {
    const image = render(plane, voi);
    await image.encode('jpeg');
    take(plane.data);
    take(`${image.width} x ${image.height}`);
  });
  await archive.close();
}
