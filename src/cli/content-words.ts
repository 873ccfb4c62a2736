import type { ContentKind } from '../dicom/content.ts';

const WORDS: Readonly<Record<ContentKind, string>> = {
  image: 'an image whose pixel data is not there',
  video: 'a video',
  document: 'a document',
  report: 'a report',
  'key-objects': 'a selection of key objects',
  'presentation-state': 'a presentation state',
  'structure-set': 'a structure set',
  plan: 'a treatment plan',
  'treatment-record': 'a treatment record',
  waveform: 'a waveform',
  spectroscopy: 'spectroscopy data',
  'raw-data': 'raw data',
  registration: 'a registration',
  fiducials: 'fiducials',
  surface: 'a surface',
  tractography: 'tractography results',
  'real-world-value-map': 'a real world value map',
  measurements: 'measurements',
  annotations: 'annotations',
  assessment: 'an assessment',
  protocol: 'a protocol',
  palette: 'a palette',
  implant: 'an implant template',
  inventory: 'an inventory',
  directory: 'a directory of media',
  other: 'an object without pixels',
};

const KNOWN: ReadonlyMap<string, string> = new Map(Object.entries(WORDS));

/** What an object without a picture is, in words: `a report`, `a document (application/pdf)`. */
export function contentWords(content: string | undefined, mediaType: string | undefined): string {
  const words = KNOWN.get(content ?? '') ?? WORDS.other;
  return mediaType === undefined || mediaType === '' ? words : `${words} (${mediaType})`;
}
