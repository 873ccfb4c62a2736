import { tagOf } from '../dicom/dictionary.ts';
import { firstItemWith, itemCount, itemOf } from '../dicom/recorded-dataset.ts';
import type { ReadBytes } from '../dicom/recorded-dataset.ts';
import type { Dataset } from '../dicom/dataset.ts';
import type { Keyword } from '../dicom/tag-values.ts';
import type { Tag } from '../dicom/tag.ts';
import type { WarningLog } from '../dicom/warnings.ts';
import type { Warning } from '../errors.ts';
import { LARGEST_ASPECT } from './display-attributes.ts';
import type {
  DisplayAttributes,
  IccProfile,
  LookUpTable,
  Palette,
  RealWorldValueMap,
} from './display-attributes.ts';
import { frameFault } from './frame-faults.ts';
import { lookUpTables, placeIn } from './look-up-table.ts';
import type { DisplayFault, TableReading } from './look-up-table.ts';
import { overlayGroups } from './overlay-planes.ts';
import { PALETTE_KEYWORDS, hasPalette, readPalette } from './palette.ts';
import { realWorldValues } from './real-world-values.ts';
import { readSegmentation, segmentNumber, tiledSegments } from './segmentation.ts';
import type { SegmentOfFrame } from './segmentation.ts';
import { readVoi } from './voi-reader.ts';
import type { WrittenVoi } from './voi-reader.ts';
import { asStored, padding, rescale, voiFirstValue } from './written-values.ts';

/** All that is read here of a data set, beside the Image Pixel module. */
export const DISPLAY_KEYWORDS: readonly Keyword[] = [
  'PixelPresentation',
  'NominalScannedPixelSpacing',
  'ImagerPixelSpacing',
  'DimensionOrganizationType',
  'PixelSpacing',
  'PixelAspectRatio',
  'PixelPaddingValue',
  'PixelPaddingRangeLimit',
  'FloatPixelPaddingValue',
  'FloatPixelPaddingRangeLimit',
  'DoubleFloatPixelPaddingValue',
  'DoubleFloatPixelPaddingRangeLimit',
  'WindowCenter',
  'WindowWidth',
  'WindowCenterWidthExplanation',
  'VOILUTFunction',
  'VOILUTSequence',
  'RescaleSlope',
  'RescaleIntercept',
  'DoseGridScaling',
  'ModalityLUTSequence',
  ...PALETTE_KEYWORDS,
  'ICCProfile',
  'ColorSpace',
  'OpticalPathSequence',
  'RealWorldValueMappingSequence',
  'SegmentationType',
  'MaximumFractionalValue',
  'SegmentSequence',
  'PresentationLUTShape',
  'SharedFunctionalGroupsSequence',
  'PerFrameFunctionalGroupsSequence',
];

const SHARED = tagOf('SharedFunctionalGroupsSequence');
const PER_FRAME = tagOf('PerFrameFunctionalGroupsSequence');
const TRANSFORMATION = tagOf('PixelValueTransformationSequence');
const FRAME_VOI_LUT = tagOf('FrameVOILUTSequence');
const PIXEL_MEASURES = tagOf('PixelMeasuresSequence');
const REAL_WORLD_VALUES = tagOf('RealWorldValueMappingSequence');
const SEGMENT_IDENTIFICATION = tagOf('SegmentIdentificationSequence');
const PIXEL_PRESENTATION = tagOf('PixelPresentation');

/** What shows a frame, and what was tolerated of it. */
export interface FrameDisplay {
  readonly attributes: DisplayAttributes;
  readonly warnings: readonly Warning[];
}

/** Gives what shows frame `i`. */
export type DisplayReader = (i: number) => Promise<FrameDisplay>;

/** What reading needs to know of the object. */
interface Display {
  readonly dataset: Dataset;
  readonly read: ReadBytes;
  /** Takes the faults of one part. */
  readonly faultTo: (warnings: Warning[]) => DisplayFault;
}

/** What is read of one place, and what is wrong there. */
interface Part<T> {
  readonly value: T;
  readonly warnings: readonly Warning[];
}

/** What no functional group has a say in. */
type OfObject = Pick<
  DisplayAttributes,
  | 'modalityLut'
  | 'padding'
  | 'inverse'
  | 'palette'
  | 'segmentation'
  | 'overlayGroups'
  | 'iccProfile'
>;

/** The maps that can be read, and how many there are. */
interface WrittenMaps {
  readonly maps: readonly RealWorldValueMap[];
  readonly count: number;
}

/** What a frame's own functional groups may say instead of what all frames have. */
interface Parts {
  readonly object: Part<OfObject>;
  readonly rescale: Part<DisplayAttributes['rescale']>;
  readonly voi: Part<WrittenVoi>;
  readonly aspect: Part<number>;
  readonly maps: Part<WrittenMaps>;
}

/** What the frames have in common. */
interface Common {
  readonly parts: Parts;
  readonly display: FrameDisplay;
  readonly presentation: string | undefined;
  /** Read for the first frame that is shown in its colours. */
  readonly supplemental: (() => Promise<Part<Palette | undefined>>) | undefined;
  /** The segments of frames that have no functional groups to name theirs. */
  readonly segmentOf: SegmentOfFrame | undefined;
}

/**
 * Reads what shows a frame: from its functional groups where the object has them, its own before the
 * shared ones (PS3.3 C.7.6.16), else from the data set itself. What all frames have in common is read
 * once, for the first of them. What is wrong goes to `log`, once for all frames, and to each frame that is
 * shown by it.
 */
export function displayReader(dataset: Dataset, read: ReadBytes, log: WarningLog): DisplayReader {
  const noted = new Set<string>();
  const faultTo = (warnings: Warning[]): DisplayFault => frameFault(log, noted, warnings);
  const display: Display = { dataset, read, faultTo };
  let reading: Promise<Common> | undefined;
  return async (i) => {
    if (reading === undefined) {
      reading = readCommon(display);
      // What failed for want of a disk may be read the next time.
      reading.catch(() => {
        reading = undefined;
      });
    }
    const common = await reading;
    const group = itemOf(dataset, PER_FRAME, i);
    const { supplemental, segmentOf } = common;
    const isAlike = group === undefined && supplemental === undefined && segmentOf === undefined;
    return isAlike ? common.display : ofFrame(display, common, group, i);
  };
}

async function partOf<T>(
  { read, faultTo }: Display,
  reading: (reading: TableReading) => T | Promise<T>,
): Promise<Part<T>> {
  const warnings: Warning[] = [];
  const value = await reading({ read, fault: faultTo(warnings) });
  return { value, warnings };
}

async function readCommon(display: Display): Promise<Common> {
  const { dataset } = display;
  const shared = itemOf(dataset, SHARED, 0);
  const macro = (tag: Tag): Dataset => (shared && itemOf(shared, tag, 0)) ?? dataset;
  const mapped = shared && itemCount(shared, REAL_WORLD_VALUES) > 0 ? shared : dataset;
  const identification = shared && itemOf(shared, SEGMENT_IDENTIFICATION, 0);
  const object = await partOf(display, (reading) => ofObject(dataset, identification, reading));
  const { modalityLut, segmentation } = object.value;
  const parts: Parts = {
    object,
    rescale: await readRescale(display, macro(TRANSFORMATION), modalityLut),
    voi: await partOf(display, (reading) => readVoi(macro(FRAME_VOI_LUT), reading)),
    aspect: await readAspect(display, macro(PIXEL_MEASURES)),
    maps: await readMaps(display, mapped),
  };
  const isPalette = dataset.get('PhotometricInterpretation') === 'PALETTE COLOR';
  return {
    parts,
    display: joined(dataset, parts),
    presentation: presentation(shared) ?? dataset.get('PixelPresentation'),
    supplemental: isPalette || !hasPalette(dataset) ? undefined : supplementalPalette(display),
    segmentOf: segmentation && !identification ? tiledSegments(dataset, segmentation) : undefined,
  };
}

async function ofObject(
  dataset: Dataset,
  identification: Dataset | undefined,
  reading: TableReading,
): Promise<OfObject> {
  const stored = (written: number): number => asStored(dataset, written);
  const segmentation = readSegmentation(dataset, reading.fault);
  const isPalette = dataset.get('PhotometricInterpretation') === 'PALETTE COLOR';
  const groups = overlayGroups(dataset);
  return {
    modalityLut: await readModalityLut(dataset, stored, reading),
    padding: padding(dataset),
    inverse: dataset.get('PresentationLUTShape') === 'INVERSE',
    palette: isPalette ? await readPalette(dataset, stored, reading) : undefined,
    segmentation: segmentation && {
      ...segmentation,
      segmentNumber: segmentNumber(identification),
    },
    overlayGroups: groups.length === 0 ? undefined : groups,
    iccProfile: iccProfile(dataset),
  };
}

/** The sequence has one item (PS3.3 C.11.1). */
async function readModalityLut(
  dataset: Dataset,
  stored: (written: number) => number,
  reading: TableReading,
): Promise<LookUpTable | undefined> {
  const items = dataset.get('ModalityLUTSequence')?.slice(0, 1) ?? [];
  const [table] = await lookUpTables(items, 'modality', reading);
  if (table === undefined) return undefined;
  const { first, bits, data, explanation } = table;
  return { first: stored(first), bits, data, explanation };
}

/** Where there is a modality table, it does not matter what is wrong with the rescale. */
function readRescale(
  display: Display,
  holder: Dataset,
  modalityLut: LookUpTable | undefined,
): Promise<Part<DisplayAttributes['rescale']>> {
  const unheard = (): void => undefined;
  return partOf(display, ({ fault }) => rescale(holder, modalityLut ? unheard : fault));
}

function readAspect(display: Display, measures: Dataset): Promise<Part<number>> {
  return partOf(display, ({ fault }) => pixelAspect(display.dataset, measures, fault));
}

function readMaps(display: Display, holder: Dataset): Promise<Part<WrittenMaps>> {
  const { dataset } = display;
  const items = holder.get('RealWorldValueMappingSequence') ?? [];
  const stored = (written: number): number => asStored(dataset, written);
  return partOf(display, async (reading) => ({
    maps: await realWorldValues(items, stored, reading),
    count: items.length,
  }));
}

/** What a frame's own functional groups say takes the place of what all frames have. */
async function ofFrame(
  display: Display,
  { parts, presentation: common, supplemental, segmentOf }: Common,
  group: Dataset | undefined,
  i: number,
): Promise<FrameDisplay> {
  const own = (tag: Tag): Dataset | undefined => group && itemOf(group, tag, 0);
  const { modalityLut, segmentation } = parts.object.value;
  const transformation = own(TRANSFORMATION);
  const voi = own(FRAME_VOI_LUT);
  const measures = own(PIXEL_MEASURES);
  const isMapped = group !== undefined && itemCount(group, REAL_WORLD_VALUES) > 0;
  const shown = supplemental && (presentation(group) ?? common);
  // MIXED is said of an object that has frames of both kinds (PS3.3 C.8.16.2.1.1.3).
  const isColour = shown === 'COLOR' || shown === 'MIXED';
  const colours = isColour ? await supplemental?.() : undefined;
  const identification = segmentation && own(SEGMENT_IDENTIFICATION);
  const number = segmentNumber(identification) ?? segmentOf?.(i) ?? segmentation?.segmentNumber;
  return joined(display.dataset, {
    object: ofOneFrame(parts.object, colours, number),
    rescale: transformation
      ? await readRescale(display, transformation, modalityLut)
      : parts.rescale,
    voi: voi ? await partOf(display, (reading) => readVoi(voi, reading)) : parts.voi,
    aspect: measures ? await readAspect(display, measures) : parts.aspect,
    maps: isMapped ? await readMaps(display, group) : parts.maps,
  });
}

/** The same object, for a frame of this segment that is shown in these colours. */
function ofOneFrame(
  { value, warnings }: Part<OfObject>,
  colours: Part<Palette | undefined> | undefined,
  number: number | undefined,
): Part<OfObject> {
  const { segmentation, palette } = value;
  const isOther = segmentation !== undefined && segmentation.segmentNumber !== number;
  return {
    value: {
      ...value,
      palette: colours === undefined ? palette : colours.value,
      segmentation: isOther ? { ...segmentation, segmentNumber: number } : segmentation,
    },
    warnings: [...warnings, ...(colours?.warnings ?? [])],
  };
}

function joined(
  dataset: Dataset,
  { object, rescale: modality, voi, aspect, maps }: Parts,
): FrameDisplay {
  const { windows, voiFunction, tables, counts } = voi.value;
  const { modalityLut } = object.value;
  const first = voiFirstValue(dataset, { rescale: modality.value, modalityLut });
  const written = { ...counts, realWorldValues: maps.value.count };
  const isWhole =
    windows.length === written.windows &&
    tables.length === written.voiLuts &&
    maps.value.maps.length === written.realWorldValues;
  return {
    attributes: {
      ...object.value,
      rescale: modality.value,
      windows,
      voiFunction,
      voiLuts: tables.map((table) => ({ ...table, first: first(table.first) })),
      pixelAspect: aspect.value,
      realWorldValues: maps.value.maps.length === 0 ? undefined : maps.value.maps,
      written: isWhole ? undefined : written,
    },
    warnings: [object, modality, voi, aspect, maps].flatMap(({ warnings }) => warnings),
  };
}

/** In the frame type macro of a modality (PS3.3 C.8.16.2), whichever that is. */
function presentation(group: Dataset | undefined): string | undefined {
  return group && firstItemWith(group, PIXEL_PRESENTATION)?.get('PixelPresentation');
}

/** The palette of frames that are grey otherwise (PS3.3 C.7.6.19). */
function supplementalPalette(display: Display): () => Promise<Part<Palette | undefined>> {
  const { dataset } = display;
  const stored = (written: number): number => asStored(dataset, written);
  let palette: Promise<Part<Palette | undefined>> | undefined;
  return () => {
    if (palette === undefined) {
      palette = partOf(display, (reading) => readPalette(dataset, stored, reading));
      palette.catch(() => {
        palette = undefined;
      });
    }
    return palette;
  };
}

/** Pixel Aspect Ratio where it is given, else by the spacing (PS3.3 C.7.6.3.1.7 and 10.7.1.3). */
function pixelAspect(dataset: Dataset, measures: Dataset, fault: DisplayFault): number {
  for (const keyword of ASPECT_KEYWORDS) {
    const holder = keyword === 'PixelSpacing' ? measures : dataset;
    const sides = holder.get(keyword);
    if (sides === undefined) continue;
    const [vertical = 0, horizontal = 0] = sides;
    const aspect = vertical / horizontal;
    if (vertical > 0 && aspect <= LARGEST_ASPECT && aspect >= 1 / LARGEST_ASPECT) return aspect;
    const place = holder.element(keyword) ?? placeIn(holder);
    fault('PIXEL_ASPECT', 'pixels of an impossible shape; they are shown as squares', place);
    return 1;
  }
  return 1;
}

const ASPECT_KEYWORDS = [
  'PixelAspectRatio',
  'PixelSpacing',
  'ImagerPixelSpacing',
  'NominalScannedPixelSpacing',
] as const satisfies readonly Keyword[];

/** Of the image, or of the first optical path that has one (PS3.3 C.11.15, C.8.12.5). */
function iccProfile(dataset: Dataset): IccProfile | undefined {
  const paths = dataset.get('OpticalPathSequence') ?? [];
  const holder = [dataset, ...paths].find((one) => one.has('ICCProfile'));
  const offset = holder?.element('ICCProfile')?.offset;
  return offset === undefined ? undefined : { offset, colourSpace: holder?.get('ColorSpace') };
}
