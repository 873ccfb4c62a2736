import type { CommonVoi } from '../display/common-window.ts';
import type { AnatomicalPlane, PlaneOptions, VoiOptions } from '../node/index.ts';
import { usage } from './arguments.ts';
import { chosenSeries } from './chosen-series.ts';
import type { ChosenSeries, SeriesChoice } from './chosen-series.ts';
import type { IndexedIo } from './given-index.ts';
import { noteGrid } from './grid-notes.ts';
import type { GridChoice } from './grid-options.ts';
import type { OpenedInput } from './inputs.ts';
import type { Job } from './job.ts';
import type { PictureFormat } from './picture-format.ts';
import { planeFolder } from './plane-folder.ts';
import { noteLayout, planeLayouts } from './plane-layouts.ts';
import { drawPlanes } from './plane-pictures.ts';
import type { PlanePictures, PlaneSet } from './plane-pictures.ts';
import { noteSets, noteWindow, planesJson, sayWritten } from './plane-words.ts';
import { jsonText } from './terminal.ts';
import { verifySlices } from './verify-slices.ts';

/** What is to be made of an input. */
export interface WantedPlanes {
  readonly input: string;
  readonly io: IndexedIo;
  readonly folder: string;
  readonly overwrite: boolean;
  readonly planes: readonly AnatomicalPlane[];
  readonly choice: SeriesChoice;
  readonly grid: GridChoice;
  readonly range: Pick<PlaneOptions, 'start' | 'end' | 'step' | 'blockBytes'>;
  readonly voi: VoiOptions;
  readonly look: PlanePictures['look'];
  readonly format: PictureFormat;
  readonly verify: boolean;
  readonly json: boolean;
}

/**
 * Writes the pictures of planes through the series that is chosen.
 *
 * @throws FramedexError `NOT_A_VOLUME` for planes that cannot be right; `USAGE`; what reading a slice throws.
 */
export async function makePlanes(
  job: Job,
  opened: OpenedInput,
  wanted: WantedPlanes,
): Promise<void> {
  const { choice, planes, grid, range, format, verify, json } = wanted;
  const { chosen: named, failures } = await chosenSeries(job, opened, choice);
  if (named === undefined) {
    if (json) await job.print(`${jsonText({ failures }, 2)}\n`);
    return;
  }
  const { layouts, made, chosen } = await planeLayouts(job, named, planes, grid);
  const most = Math.max(...[...layouts.values()].map(({ count }) => count));
  if ((range.start ?? 0) >= most) throw usage('there is no such plane: --range is beyond the last');
  const folder = await planeFolder({ ...wanted, format: format.format, most, opened });
  if (verify) await verifySlices(job, opened, chosen);
  const voi = await chosenVoi(job, chosen, wanted);
  await noteGrid(job, chosen, grid, made);
  await noteWindow(job, voi);
  const pictures = { ...wanted, chosen, folder, voi, planes: planeOptions(wanted) };
  const sets: PlaneSet[] = [];
  for (const [plane, layout] of layouts) {
    await noteLayout(job, plane, layout);
    const set = await drawPlanes(job, pictures, plane, layout);
    if (set === undefined) {
      const { count } = layout;
      await job.note(`note: no ${plane} planes in that range: there are ${count}, counted from 0`);
      continue;
    }
    sets.push(set);
    await sayWritten(job, set, folder.left(plane), wanted);
  }
  await noteSets(job, chosen, sets);
  if (json) await job.print(`${jsonText(planesJson({ chosen, sets, voi, made, failures }), 2)}\n`);
}

function planeOptions({ range, grid }: WantedPlanes): PlanePictures['planes'] {
  const { duplicates, fillGaps, resample, fill, asIs } = grid;
  return { ...range, duplicates, fillGaps, resample, fill, asIs };
}

function chosenVoi(
  job: Job,
  { series, part }: ChosenSeries,
  { voi, grid: { duplicates } }: WantedPlanes,
): Promise<CommonVoi> {
  job.progress('looking for a window');
  return series.window({ ...voi, part, duplicates, signal: job.io.signal });
}
