/** What an object is, by its SOP Class and by what it holds. */
export type ContentKind =
  | 'image'
  | 'video'
  | 'document'
  | 'report'
  | 'presentation-state'
  | 'structure-set'
  | 'plan'
  | 'waveform'
  | 'spectroscopy'
  | 'registration'
  | 'surface'
  | 'directory'
  | 'other';

/** What an object is. */
export interface Content {
  readonly kind: ContentKind;
  /** SOP Class UID, and its name (PS3.6 A); both are empty where nothing is said. */
  readonly sopClass: string;
  readonly sopClassName: string;
  /**
   * What the bytes of a document are (MIME Type of Encapsulated Document), or those of a video by its
   * transfer syntax: `application/pdf`, `video/mpeg`...
   */
  readonly mediaType?: string | undefined;
}
