import { tagOf } from '../dicom/dictionary.ts';
import { firstItemWith, itemCount, itemOf } from '../dicom/recorded-dataset.ts';
import type { ReadBytes } from '../dicom/recorded-dataset.ts';
import type { Dataset } from '../dicom/dataset.ts';
import type { Keyword } from '../dicom/tag-values.ts';
import type { Tag } from '../dicom/tag.ts';
import type { WarningLog } from '../dicom/warnings.ts';
import type {
  DisplayAttributes,
  IccProfile,
  Palette,
  VoiFunction,
  Window,
} from './display-attributes.ts';
import { lookUpTables, placeIn } from './look-up-table.ts';
import type { DisplayFault, TableReading } from './look-up-table.ts';
import { overlayGroups } from './overlay-planes.ts';
import { PALETTE_KEYWORDS, hasPalette, readPalette } from './palette.ts';
import { realWorldValues } from './real-world-values.ts';
import { readSegmentation, segmentNumber, tiledSegments } from './segmentation.ts';
import type { SegmentOfFrame } from './segmentation.ts';

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

/** Gives what shows frame `i`. */
export type DisplayReader = (i: number) => Promise<DisplayAttributes>;

/** What reading needs to know of the object. */
interface Display extends TableReading {
  readonly dataset: Dataset;
  /** A stored value, of the number that is written. */
  readonly stored: (written: number) => number;
}

/** What the frames have in common. */
interface Common {
  readonly attributes: DisplayAttributes;
  /** The first value that a VOI table maps, of the number that is written. */
  readonly given: (written: number) => number;
  readonly presentation: string | undefined;
  /** Read for the first frame that is shown in its colours. */
  readonly supplemental: (() => Promise<Palette | undefined>) | undefined;
  /** The segments of frames that have no functional groups to name theirs. */
  readonly segmentOf: SegmentOfFrame | undefined;
}

/**
 * Reads what shows a frame: from its functional groups where the object has them, its own before the
 * shared ones (PS3.3 C.7.6.16), else from the data set itself. What all frames have in common is read
 * once, for the first of them. What is wrong with it goes to `warnings`, once for all frames.
 */
export function displayReader(
  dataset: Dataset,
  read: ReadBytes,
  warnings?: WarningLog,
): DisplayReader {
  const stored = (value: number): number => asStored(dataset, value);
  const display: Display = { dataset, read, stored, fault: onceEach(warnings) };
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
    const { attributes, supplemental, segmentOf } = common;
    const isAlike = group === undefined && supplemental === undefined && segmentOf === undefined;
    return isAlike ? attributes : ofFrame(display, common, group, i);
  };
}

/** The same fault of many frames is recorded once. */
function onceEach(warnings: WarningLog | undefined): DisplayFault {
  const noted = new Set<string>();
  return (code, message, { offset, tag }) => {
    const key = `${code} ${tag} ${message}`;
    if (warnings === undefined || noted.has(key)) return;
    // When strict, this throws: for the next frame too.
    warnings.report(code, message, offset, tag);
    noted.add(key);
  };
}

async function readCommon(display: Display): Promise<Common> {
  const { dataset, stored, fault } = display;
  const shared = itemOf(dataset, SHARED, 0);
  const macro = (tag: Tag): Dataset => (shared && itemOf(shared, tag, 0)) ?? dataset;
  const modalityItems = dataset.get('ModalityLUTSequence') ?? [];
  const [modalityLut] = await lookUpTables(modalityItems, 'modality', stored, display);
  // What a modality table gives is unsigned (PS3.3 C.11.2.1.1).
  const given = modalityLut === undefined ? stored : asWritten;
  const voi = macro(FRAME_VOI_LUT);
  const mapped = shared && itemCount(shared, REAL_WORLD_VALUES) > 0 ? shared : dataset;
  const segmentation = readSegmentation(dataset, fault);
  const identification = shared && itemOf(shared, SEGMENT_IDENTIFICATION, 0);
  const isPalette = dataset.get('PhotometricInterpretation') === 'PALETTE COLOR';
  const groups = overlayGroups(dataset);
  const attributes: DisplayAttributes = {
    rescale: rescale(macro(TRANSFORMATION)),
    modalityLut,
    windows: windows(voi, fault),
    voiFunction: voiFunction(voi, fault),
    voiLuts: await lookUpTables(voi.get('VOILUTSequence') ?? [], 'VOI', given, display),
    padding: padding(display),
    pixelAspect: pixelAspect(dataset, macro(PIXEL_MEASURES), fault),
    inverse: dataset.get('PresentationLUTShape') === 'INVERSE',
    palette: isPalette ? await readPalette(dataset, stored, display) : undefined,
    realWorldValues: await mapsOf(display, mapped),
    segmentation: segmentation && {
      ...segmentation,
      segmentNumber: segmentNumber(identification),
    },
    overlayGroups: groups.length === 0 ? undefined : groups,
    iccProfile: iccProfile(dataset),
  };
  return {
    attributes,
    given,
    presentation: presentation(shared) ?? dataset.get('PixelPresentation'),
    supplemental: isPalette || !hasPalette(dataset) ? undefined : supplementalPalette(display),
    segmentOf: segmentation && !identification ? tiledSegments(dataset, segmentation) : undefined,
  };
}

/** What a frame's own functional groups say takes the place of what all frames have. */
async function ofFrame(
  display: Display,
  { attributes, given, presentation: common, supplemental, segmentOf }: Common,
  group: Dataset | undefined,
  i: number,
): Promise<DisplayAttributes> {
  const { dataset, fault } = display;
  const own = (tag: Tag): Dataset | undefined => group && itemOf(group, tag, 0);
  const transformation = own(TRANSFORMATION);
  const voi = own(FRAME_VOI_LUT);
  const tables = voi?.get('VOILUTSequence') ?? [];
  const voiLuts = tables.length === 0 ? [] : await lookUpTables(tables, 'VOI', given, display);
  const measures = own(PIXEL_MEASURES);
  const isMapped = group !== undefined && itemCount(group, REAL_WORLD_VALUES) > 0;
  const { segmentation } = attributes;
  const identification = segmentation && own(SEGMENT_IDENTIFICATION);
  const shown = supplemental && (presentation(group) ?? common);
  // MIXED is said of an object that has frames of both kinds (PS3.3 C.8.16.2.1.1.3).
  const isColour = shown === 'COLOR' || shown === 'MIXED';
  return {
    ...attributes,
    rescale: transformation === undefined ? attributes.rescale : rescale(transformation),
    windows: voi === undefined ? attributes.windows : windows(voi, fault),
    voiFunction: voi === undefined ? attributes.voiFunction : voiFunction(voi, fault),
    voiLuts: voi === undefined ? attributes.voiLuts : voiLuts,
    pixelAspect:
      measures === undefined ? attributes.pixelAspect : pixelAspect(dataset, measures, fault),
    palette: isColour ? await supplemental?.() : attributes.palette,
    realWorldValues: isMapped ? await mapsOf(display, group) : attributes.realWorldValues,
    segmentation: segmentation && {
      ...segmentation,
      segmentNumber: segmentNumber(identification) ?? segmentOf?.(i) ?? segmentation.segmentNumber,
    },
  };
}

function rescale(dataset: Dataset): DisplayAttributes['rescale'] {
  return {
    slope: dataset.get('RescaleSlope') ?? 1,
    intercept: dataset.get('RescaleIntercept') ?? 0,
  };
}

/** As many as there are pairs of a centre and a width (PS3.3 C.11.2.1.2). */
function windows(dataset: Dataset, fault: DisplayFault): Window[] {
  const centers = numbers(dataset, 'WindowCenter');
  const widths = numbers(dataset, 'WindowWidth');
  const list: Window[] = [];
  if (centers.length === 0 && widths.length === 0) return list;
  const explanations = dataset.get('WindowCenterWidthExplanation') ?? [];
  centers.forEach((center, k) => {
    const width = widths[k];
    if (typeof center !== 'number' || typeof width !== 'number') return;
    list.push({ center, width, explanation: explanations[k] });
  });
  if (list.length < Math.max(centers.length, widths.length)) {
    const place = dataset.element('WindowCenter') ?? dataset.element('WindowWidth');
    const message = 'a window without a centre or without a width; it is left out';
    if (place !== undefined) fault('WINDOW', message, place);
  }
  return list;
}

/** Of several numbers, some may be left empty, or be none. */
function numbers(dataset: Dataset, keyword: 'WindowCenter' | 'WindowWidth'): readonly unknown[] {
  const given = dataset.get(keyword);
  return given ?? dataset.element(keyword)?.values ?? [];
}

function voiFunction(dataset: Dataset, fault: DisplayFault): VoiFunction {
  const text = dataset.get('VOILUTFunction');
  if (text === 'LINEAR_EXACT' || text === 'SIGMOID') return text;
  const element =
    text === undefined || text === 'LINEAR' ? undefined : dataset.element('VOILUTFunction');
  if (element !== undefined)
    fault('WINDOW', 'a VOI LUT function that is unknown; LINEAR is taken', element);
  return 'LINEAR';
}

async function mapsOf(
  display: Display,
  holder: Dataset,
): Promise<DisplayAttributes['realWorldValues']> {
  const items = holder.get('RealWorldValueMappingSequence');
  const maps = items && (await realWorldValues(items, display.stored, display));
  return maps === undefined || maps.length === 0 ? undefined : maps;
}

/** In the frame type macro of a modality (PS3.3 C.8.16.2), whichever that is. */
function presentation(group: Dataset | undefined): string | undefined {
  return group && firstItemWith(group, PIXEL_PRESENTATION)?.get('PixelPresentation');
}

/** The palette of frames that are grey otherwise (PS3.3 C.7.6.19). */
function supplementalPalette(display: Display): () => Promise<Palette | undefined> {
  let palette: Promise<Palette | undefined> | undefined;
  return () => {
    if (palette === undefined) {
      palette = readPalette(display.dataset, display.stored, display);
      palette.catch(() => {
        palette = undefined;
      });
    }
    return palette;
  };
}

/** Of floating point pixels it is a float too (PS3.3 C.7.5.1). */
function padding({ dataset, stored }: Display): DisplayAttributes['padding'] {
  const written = dataset.get('PixelPaddingValue');
  if (written !== undefined) {
    return range(stored(written), stored(dataset.get('PixelPaddingRangeLimit') ?? written));
  }
  const float = dataset.get('FloatPixelPaddingValue');
  if (float !== undefined) {
    return range(float, dataset.get('FloatPixelPaddingRangeLimit') ?? float);
  }
  const double = dataset.get('DoubleFloatPixelPaddingValue');
  if (double === undefined) return undefined;
  return range(double, dataset.get('DoubleFloatPixelPaddingRangeLimit') ?? double);
}

function range(value: number, limit: number): DisplayAttributes['padding'] {
  return { low: Math.min(value, limit), high: Math.max(value, limit) };
}

/**
 * A stored value as the pixels have it: some write it US where pixels are signed, and the VR should
 * be SS (PS3.5 A.1, note), so that 63536 is -2000.
 */
function asStored(dataset: Dataset, written: number): number {
  if (dataset.get('PixelRepresentation') !== 1 || written < 0) return written;
  const range = 2 ** (dataset.get('BitsAllocated') ?? 16);
  const size = written < range ? range : 0x10000;
  return written >= size / 2 ? written - size : written;
}

function asWritten(value: number): number {
  return value;
}

/** Beyond it, pixels would be lines: there are none of that shape, but there are wrong numbers. */
const LARGEST_ASPECT = 100;

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
