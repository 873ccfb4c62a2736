import type { Dataset } from '../dicom/dataset.ts';
import { functionalGroupCount } from '../dicom/functional-groups.ts';
import type { Keyword, TagValues } from '../dicom/tag-values.ts';
import type { WarningLog } from '../dicom/warnings.ts';
import {
  CLASSIC_FRAME_ATTRIBUTES,
  dosePlanes,
  nuclearSlices,
  reportCount,
} from './classic-frames.ts';
import type { PlacedFrames } from './classic-frames.ts';
import { functionalGroupColumns } from './frame-columns.ts';
import type { FrameTable } from './frame-table.ts';

/** Elements that only some images have, and that make a frame table. They may be long: nothing of them stays. */
export const FRAME_TABLE_ATTRIBUTES: readonly Keyword[] = [
  ...CLASSIC_FRAME_ATTRIBUTES,
  'SharedFunctionalGroupsSequence',
  'PerFrameFunctionalGroupsSequence',
];

/** What else is needed to read them. */
export const FRAME_TABLE_CONTEXT: readonly Keyword[] = ['SpecificCharacterSet'];

/**
 * The frames of an image, where they have places of their own in the patient; undefined where they have none, as in a film or in a
 * slide that is cut into tiles. What it takes grows with the frames that are described, not with those that are claimed.
 *
 * @param places - Has the elements of {@link FRAME_TABLE_ATTRIBUTES}. It is not kept.
 * @param row - Has the attributes that all frames share.
 * @param declared - How many frames the image says it has.
 */
export function frameTable(
  places: Dataset,
  row: Dataset,
  declared: number,
  warnings: Pick<WarningLog, 'report'>,
): FrameTable | undefined {
  if (isTiled(row)) return undefined;
  const grouped = groupedFrames(places, declared, warnings);
  if (grouped !== undefined) return tableOf(grouped, row);
  // One frame is where the image is.
  if (declared === 1) return undefined;
  const placed =
    dosePlanes(places, row, declared, warnings) ?? nuclearSlices(places, row, declared, warnings);
  return placed === undefined ? undefined : tableOf(placed, row);
}

/** Whether frames are tiles, whose places are on a slide (PS3.3 C.8.12.4). */
export function isTiled(row: Dataset): boolean {
  return row.has('TotalPixelMatrixColumns');
}

/** Frames that functional groups place; undefined where there is no position in them. */
function groupedFrames(
  places: Dataset,
  declared: number,
  warnings: Pick<WarningLog, 'report'>,
): PlacedFrames | undefined {
  const element = places.element('PerFrameFunctionalGroupsSequence');
  const groups = functionalGroupCount(places);
  // What all frames share places one.
  if (groups === 0 && (declared > 1 || !places.has('SharedFunctionalGroupsSequence'))) {
    return undefined;
  }
  const count = Math.min(declared, Math.max(groups, 1));
  const columns = functionalGroupColumns(places, count);
  if (!columns.has('ImagePositionPatient')) return undefined;
  if (element !== undefined && groups > 0) reportCount(groups, declared, warnings, element);
  return { count, columns };
}

function tableOf({ count, columns }: PlacedFrames, row: Dataset): FrameTable {
  // Each of them is one image.
  const all = new Map(columns).set('NumberOfFrames', [1]);
  const valueAt = (keyword: Keyword, i: number): unknown => {
    const column = all.get(keyword);
    return column?.[column.length === 1 ? 0 : i];
  };
  return {
    count,
    of: (i) => ({
      // What frames say is said of all of them: where one says nothing, nobody knows.
      get: <K extends Keyword>(keyword: K) =>
        all.has(keyword)
          ? (valueAt(keyword, i) as TagValues<Dataset>[K] | undefined)
          : row.get(keyword),
      has: (keyword) => (all.has(keyword) ? valueAt(keyword, i) !== undefined : row.has(keyword)),
    }),
  };
}
