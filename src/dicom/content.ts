import type { Dataset } from './dataset.ts';
import { transferSyntax as knownSyntax } from './transfer-syntax.ts';
import { uidName } from './uid.ts';

/**
 * What an object is, by its SOP Class and by what it holds: about as directories of media tell objects
 * apart (PS3.3 F.5).
 */
export type ContentKind =
  | 'image'
  | 'video'
  | 'document'
  | 'report'
  | 'key-objects'
  | 'presentation-state'
  | 'structure-set'
  | 'plan'
  | 'treatment-record'
  | 'waveform'
  | 'spectroscopy'
  | 'raw-data'
  | 'registration'
  | 'fiducials'
  | 'surface'
  | 'tractography'
  | 'real-world-value-map'
  | 'measurements'
  | 'annotations'
  | 'assessment'
  | 'protocol'
  | 'palette'
  | 'implant'
  | 'inventory'
  | 'directory'
  | 'other';

/** What an object is. */
export interface Content {
  readonly kind: ContentKind;
  /** SOP Class UID, and its name (PS3.6 A); both are empty where nothing is said. */
  readonly sopClass: string;
  readonly sopClassName: string;
  /**
   * Whether there is pixel data. An `image` without it is one by its SOP Class alone: its pixels were never
   * there, are elsewhere, or were lost with a part of the header.
   */
  readonly hasPixels: boolean;
  /**
   * What the bytes of a document are (MIME Type of Encapsulated Document): `application/pdf`... What those
   * of a video are is not known before they are seen: a transfer syntax says how they are coded, not what
   * contains them (PS3.5 8.2.5 to 8.2.8).
   */
  readonly mediaType?: string | undefined;
}

/** What is known of an object beside its attributes. */
export interface ContentEvidence {
  /** UID of the transfer syntax in effect. */
  readonly transferSyntax: string;
  readonly hasPixelData: boolean;
  /** File Meta Information, which names the class too. */
  readonly meta?: Dataset | undefined;
}

// SOP Classes (PS3.4 B.5 and GG.3, retired ones included): UIDs below 1.2.840.10008.5.1.4. Images are
// those that PS3.6 calls so; these are the others that hold pixels.
const CLASSES: Readonly<Partial<Record<ContentKind, string>>> = {
  image: `1.1.6.2 1.1.30 1.1.66.4 1.1.66.7 1.1.66.8 1.1.481.2 1.1.501.4 1.1.501.5 1.1.77.1.5.8 1.1.81.1
    1.1.82.1`,
  document: '1.1.104.1 1.1.104.2 1.1.104.3 1.1.104.4 1.1.104.5',
  report: `1.1.88.1 1.1.88.2 1.1.88.3 1.1.88.4 1.1.88.11 1.1.88.22 1.1.88.33 1.1.88.34 1.1.88.35
    1.1.88.40 1.1.88.50 1.1.88.65 1.1.88.67 1.1.88.68 1.1.88.69 1.1.88.70 1.1.88.71 1.1.88.72
    1.1.88.73 1.1.88.74 1.1.88.75 1.1.88.76 1.1.88.77 1.1.501.3 1.1.78.6 1.1.79.1`,
  'key-objects': '1.1.88.59',
  'presentation-state': `1.1.11.1 1.1.11.2 1.1.11.3 1.1.11.4 1.1.11.5 1.1.11.6 1.1.11.7 1.1.11.8
    1.1.11.9 1.1.11.10 1.1.11.11 1.1.11.12 1.1.131`,
  'structure-set': '1.1.481.3',
  plan: `1.1.481.5 1.1.481.8 1.1.481.10 1.1.481.12 1.1.481.13 1.1.481.14 1.1.481.15 1.1.481.21
    1.1.481.22 1.1.481.25 34.1 34.7 34.10`,
  'treatment-record': `1.1.481.4 1.1.481.6 1.1.481.7 1.1.481.9 1.1.481.16 1.1.481.17 1.1.481.18
    1.1.481.19 1.1.481.20`,
  waveform: `1.1.9 1.1.9.1 1.1.9.1.1 1.1.9.1.2 1.1.9.1.3 1.1.9.1.4 1.1.9.2.1 1.1.9.3.1 1.1.9.4.1
    1.1.9.4.2 1.1.9.5.1 1.1.9.6.1 1.1.9.6.2 1.1.9.7.1 1.1.9.7.2 1.1.9.7.3 1.1.9.7.4 1.1.9.8.1
    1.1.129`,
  spectroscopy: '1.1.4.2',
  'raw-data': '1.1.66 1.1.501.6',
  registration: '1.1.66.1 1.1.66.3 1.1.77.1.5.3',
  fiducials: '1.1.66.2',
  surface: '1.1.66.5 1.1.68.1 1.1.68.2',
  tractography: '1.1.66.6',
  'real-world-value-map': '1.1.67',
  measurements: '1.1.78.1 1.1.78.2 1.1.78.3 1.1.78.4 1.1.78.5 1.1.78.7 1.1.78.8 1.1.80.1',
  annotations: '1.1.91.1 1.1.481.11',
  assessment: '1.1.90.1',
  protocol: '1.1.200.1 1.1.200.2 1.1.200.3 1.1.200.7 1.1.200.8 38.1',
  palette: '39.1',
  implant: '43.1 44.1 45.1',
  inventory: '1.1.201.1',
};

const STORAGE = '1.2.840.10008.5.1.4.';
const MEDIA_STORAGE_DIRECTORY = '1.2.840.10008.1.3.10';

/** PS3.3 A.45.1 to A.45.5: what each class of documents requires MIME Type to be. */
const DOCUMENTS: ReadonlyMap<string, string> = new Map([
  [`${STORAGE}1.1.104.1`, 'application/pdf'],
  [`${STORAGE}1.1.104.2`, 'text/XML'],
  [`${STORAGE}1.1.104.3`, 'model/stl'],
  [`${STORAGE}1.1.104.4`, 'model/obj'],
  [`${STORAGE}1.1.104.5`, 'model/mtl'],
]);

let kinds: ReadonlyMap<string, ContentKind> | undefined;

/**
 * What an object is. Pixel data decides: a segmentation is an image, and so is a dose. Without it, the SOP
 * Class does.
 */
export function contentOf(
  dataset: Dataset,
  { transferSyntax, hasPixelData, meta }: ContentEvidence,
): Content {
  const sopClass =
    uidOf(dataset.get('SOPClassUID')) ?? uidOf(meta?.get('MediaStorageSOPClassUID')) ?? '';
  const sopClassName = uidName(sopClass) ?? '';
  const isVideo = hasPixelData && knownSyntax(transferSyntax)?.video === true;
  const pixels = isVideo ? 'video' : 'image';
  const kind = hasPixelData ? pixels : kindOfClass(sopClass, sopClassName);
  const mediaType = documentMediaType(dataset, sopClass);
  return {
    ...{ kind, sopClass, sopClassName, hasPixels: hasPixelData },
    ...(mediaType !== undefined && { mediaType }),
  };
}

/** One that is empty says nothing. */
function uidOf(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function kindOfClass(sopClass: string, name: string): ContentKind {
  if (sopClass === MEDIA_STORAGE_DIRECTORY) return 'directory';
  kinds ??= kindsByClass();
  return kinds.get(sopClass) ?? (/\bImage Storage\b/.test(name) ? 'image' : 'other');
}

function kindsByClass(): Map<string, ContentKind> {
  const map = new Map<string, ContentKind>();
  for (const [kind, classes] of Object.entries(CLASSES) as [ContentKind, string][]) {
    for (const last of classes.split(/\s+/)) map.set(STORAGE + last, kind);
  }
  return map;
}

/** Of a class that is none of documents, there is none, whatever attributes it has. */
function documentMediaType(dataset: Dataset, sopClass: string): string | undefined {
  const required = DOCUMENTS.get(sopClass);
  if (required === undefined) return undefined;
  // A type and a subtype (RFC 6838 4.2), and no text of any other kind.
  const written = dataset.get('MIMETypeOfEncapsulatedDocument') ?? '';
  return /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}$/.test(written) ? written : required;
}
