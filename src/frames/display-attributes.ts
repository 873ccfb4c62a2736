/** One window of VOI LUT (PS3.3 C.11.2): values around `center` become grey, all others clip. */
export interface Window {
  /** Its place in the file, counted from 0: windows before it that are broken count too. */
  readonly number: number;
  readonly center: number;
  readonly width: number;
  /** As the file names it: `WINDOW1`, `LUNG`. */
  readonly explanation?: string | undefined;
}

/**
 * Whether a window can be applied: LINEAR needs a width of 1 or more (PS3.3 C.11.2.1.2.1), the other two of
 * more than 0 (C.11.2.1.3).
 */
export function isUsableWindow(
  { center, width }: Pick<Window, 'center' | 'width'>,
  voiFunction: VoiFunction,
): boolean {
  if (!Number.isFinite(center) || !Number.isFinite(width)) return false;
  return voiFunction === 'LINEAR' ? width >= 1 : width > 0;
}

/** The three ways in which a window is applied (PS3.3 C.11.2.1.2 and C.11.2.1.3). */
export type VoiFunction = 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID';

/** A look-up table of the file (PS3.3 C.11.1.1, C.7.6.3.1.5): modality, VOI, or a colour of a palette. */
export interface LookUpTable {
  /** Entry `i` belongs to the value `first + i`; values beyond either end take the end's entry. */
  readonly first: number;
  /** Bits of an entry, 8 to 16. */
  readonly bits: number;
  readonly data: Uint16Array;
  readonly explanation?: string | undefined;
}

/** One item of VOI LUT Sequence (PS3.3 C.11.2). */
export interface VoiLut extends LookUpTable {
  /** Its place in the file, counted from 0: tables before it that are broken count too. */
  readonly number: number;
}

/**
 * The colours of stored values (PS3.3 C.7.6.3.1.5): one table each, segmented ones expanded
 * (C.7.9.2). Of a frame that is not PALETTE COLOR it is supplemental (C.7.6.19): values from `red.first` on
 * are in these colours, those below it are grey.
 */
export interface Palette {
  readonly red: LookUpTable;
  readonly green: LookUpTable;
  readonly blue: LookUpTable;
}

/**
 * What some stored values are in reality (PS3.3 C.7.6.16.2.11): `stored * slope + intercept`, or an entry
 * of `table`. Independent of the modality LUT.
 */
export interface RealWorldValueMap {
  /** Its place in the file, counted from 0: maps before it that are broken count too. */
  readonly number: number;
  /** The stored values that are mapped, both ends included. */
  readonly first: number;
  readonly last: number;
  readonly slope: number;
  readonly intercept: number;
  /** Takes the place of slope and intercept where the file has one: entry `i` is that of `first + i`. */
  readonly table?: Float64Array | undefined;
  /** LUT Label: how the map is called. */
  readonly label: string;
  readonly explanation?: string | undefined;
  /** Measurement Units Code Sequence: `{ code: '[hnsf\'U]', scheme: 'UCUM', meaning: 'Hounsfield unit' }`. */
  readonly unit?: CodedConcept | undefined;
}

/** A coded entry (PS3.3 8). */
export interface CodedConcept {
  readonly code: string;
  readonly scheme: string;
  readonly meaning: string;
}

/** What the values of a segmentation's frame stand for (PS3.3 C.8.20). */
export interface Segmentation {
  readonly type: 'BINARY' | 'FRACTIONAL' | 'LABELMAP';
  /** Of FRACTIONAL: the stored value that is all of a pixel. */
  readonly maximumFractionalValue: number;
  /** Number of the segment that the frame is of; in a LABELMAP, the stored values are the numbers. */
  readonly segmentNumber?: number | undefined;
  readonly segments: readonly Segment[];
}

/** One item of Segment Sequence (PS3.3 C.8.20.4). */
export interface Segment {
  readonly number: number;
  readonly label: string;
  /** Recommended Display CIELab Value as written: three of 0 to 65535 (PS3.3 C.10.7.1.1). */
  readonly recommendedCIELab?: readonly [number, number, number] | undefined;
}

/** What turns the stored values of one frame into a picture. */
export interface DisplayAttributes {
  /** Modality values are `stored * slope + intercept`: HU in CT. */
  readonly rescale: { readonly slope: number; readonly intercept: number };
  /** Takes the place of `rescale` where the file has one. */
  readonly modalityLut?: LookUpTable | undefined;
  /** In the file's order; the first is the default. */
  readonly windows: readonly Window[];
  readonly voiFunction: VoiFunction;
  readonly voiLuts: readonly VoiLut[];
  /** Stored values that stand for "no pixel here" (PS3.3 C.7.5.1.1.2), both ends included. */
  readonly padding?: { readonly low: number; readonly high: number } | undefined;
  /** Height of a pixel divided by its width; 1 where nothing is said. */
  readonly pixelAspect: number;
  /** Presentation LUT Shape INVERSE: shown inverted, like MONOCHROME1. */
  readonly inverse: boolean;
  readonly palette?: Palette | undefined;
  /** Absent where the file has none. */
  readonly realWorldValues?: readonly RealWorldValueMap[] | undefined;
  /** Where some of these are broken and left out: how many of them the file has. */
  readonly written?: WrittenCounts | undefined;
  /** Of a segmentation: pictures of its frames are masks in the colours of its segments. */
  readonly segmentation?: Segmentation | undefined;
  /** Groups of the overlay planes that the file has, 0x6000 to 0x601E; absent where it has none. */
  readonly overlayGroups?: readonly number[] | undefined;
  /** The file has an ICC profile (PS3.3 C.11.15), and pictures are made without it. */
  readonly iccProfile?: IccProfile | undefined;
}

/** How many windows, tables and maps the file has: those that are broken too, whose numbers are missing. */
export interface WrittenCounts {
  readonly windows: number;
  readonly voiLuts: number;
  readonly realWorldValues: number;
}

/** Beyond it, pixels would be lines: there are none of that shape, but there are wrong numbers. */
export const LARGEST_ASPECT = 100;

/** Where an ICC profile is, and what it is said to be. */
export interface IccProfile {
  /** Of the element in the object. */
  readonly offset: number;
  /** Color Space (0028,2002): `SRGB`, `ADOBERGB`... */
  readonly colourSpace?: string | undefined;
}
