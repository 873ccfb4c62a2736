/**
 * Where a fault is and what would be right instead. Every detail is optional because a fault in a
 * header has an offset, one in an argument has none.
 */
export interface FaultDetails {
  /** Position in the DICOM object (or in the archive, for `ZIP_*`) of the bytes to blame. */
  readonly offset?: number | undefined;
  /** The data element concerned, as a number: 0x00280010 is Rows. */
  readonly tag?: number | undefined;
  /** File, archive member or URL. */
  readonly name?: string | undefined;
  /** What the standard (or the caller) asks for. */
  readonly expected?: string | undefined;
  /** What is there. */
  readonly found?: string | undefined;
  /** What can be done about it. */
  readonly advice?: string | undefined;
}

/** Bytes that should be there and are not. */
export interface MissingBytes extends FaultDetails {
  readonly offset: number;
  /** Bytes wanted from `offset` on. */
  readonly needed: number;
  /** Bytes that exist from `offset` on. */
  readonly available: number;
}

/** A limit that a file would exceed. The option of that name raises it. */
export interface LimitDetails extends FaultDetails {
  readonly limit: number;
}

/** The frame concerned, counted from 0. */
export interface FrameDetails extends FaultDetails {
  readonly frame: number;
}

/** What there is instead of a picture. */
export interface NoPictureDetails extends FaultDetails {
  /** What the object is: `report`, `document`, `waveform`, `video`... */
  readonly content?: string | undefined;
  /** What its bytes are, where one can tell: `application/pdf`, `video/mp4`... */
  readonly mediaType?: string | undefined;
}

/**
 * Every code that a {@link FramedexError} or a recorded warning can carry, with the shape of its
 * details. The first group ends the operation; the second group is tolerated and recorded as a
 * warning, and thrown only with `strict: true`.
 */
export interface ErrorDetails {
  EMPTY: FaultDetails;
  NOT_DICOM: FaultDetails;
  TRUNCATED: MissingBytes;
  BAD_TAG: FaultDetails;
  BAD_VR: FaultDetails;
  BAD_LENGTH: FaultDetails;
  BAD_VALUE: FaultDetails;
  ITEM_EXPECTED: FaultDetails;
  DEPTH_LIMIT: LimitDetails;
  ELEMENT_LIMIT: LimitDetails;
  VALUE_LIMIT: LimitDetails;
  UNSUPPORTED_TRANSFER_SYNTAX: FaultDetails;
  UNSUPPORTED_PHOTOMETRIC_INTERPRETATION: FaultDetails;
  NO_PIXEL_DATA: NoPictureDetails;
  VIDEO: NoPictureDetails;
  BAD_PIXEL_MODULE: FaultDetails;
  FRAME_RANGE: FrameDetails & { readonly count: number };
  FRAME_TRUNCATED: FrameDetails & MissingBytes;
  FRAME_AMBIGUOUS: FrameDetails;
  FRAME_LIMIT: LimitDetails;
  INFLATE: FaultDetails;
  INFLATE_LIMIT: LimitDetails;
  CODEC: FaultDetails;
  CODEC_MISSING: FaultDetails;
  CODEC_TIMEOUT: FaultDetails;
  SOURCE_CHANGED: FaultDetails;
  IO: FaultDetails;
  ZIP_FORMAT: FaultDetails;
  ZIP_LIMIT: LimitDetails;
  ZIP_OVERLAP: FaultDetails;
  ZIP_RATIO: FaultDetails;
  ZIP_SIZE_MISMATCH: FaultDetails;
  ZIP_CRC: FaultDetails;
  ZIP_ENCRYPTED: FaultDetails;
  ZIP_METHOD: FaultDetails;
  ZIP_LOCAL_MISMATCH: FaultDetails;
  ZIP_NAME: FaultDetails;
  ZIP_SYMLINK: FaultDetails;
  ZIP_NESTED: FaultDetails;
  MEDIA_DIRECTORY: FaultDetails;
  HTTP: FaultDetails;
  HTTP_NO_RANGE: FaultDetails;
  INDEX_FORMAT: FaultDetails;
  NOT_A_VOLUME: FaultDetails;
  CLOSED: FaultDetails;
  USAGE: FaultDetails;

  NO_PREAMBLE: FaultDetails;
  META_GROUP: FaultDetails;
  TRANSFER_SYNTAX_MISSING: FaultDetails;
  TRANSFER_SYNTAX_UNKNOWN: FaultDetails;
  TRANSFER_SYNTAX_MISMATCH: FaultDetails;
  TRUNCATED_VALUE: FaultDetails;
  RESERVED_BYTES: FaultDetails;
  ODD_LENGTH: FaultDetails;
  TAG_ORDER: FaultDetails;
  DUPLICATE_TAG: FaultDetails;
  DELIMITER: FaultDetails;
  ITEM_LENGTH: FaultDetails;
  TRAILING_BYTES: FaultDetails;
  CHARACTER_SET: FaultDetails;
  PIXEL_MODULE: FaultDetails;
  PIXEL_LENGTH: FaultDetails;
  FRAME_COUNT: FaultDetails;
  OFFSET_TABLE: FaultDetails;
  CODE_STREAM: FaultDetails;
  LOOK_UP_TABLE: FaultDetails;
  WINDOW: FaultDetails;
  OVERLAY: FaultDetails;
  ICC_PROFILE: FaultDetails;
  PIXEL_ASPECT: FaultDetails;
  NOT_THE_MIDDLE: FaultDetails;
}

/** The name of a fault. */
export type ErrorCode = keyof ErrorDetails;

/** A fault that was tolerated. `strict: true` throws the error of the same code instead. */
export interface Warning {
  readonly code: ErrorCode;
  readonly message: string;
  /** Position of the bytes to blame: in the DICOM object, of a fault of an archive in the archive. */
  readonly offset: number;
  readonly tag?: number | undefined;
}

/**
 * The one error of this package. `code` says what went wrong, `details` where: the byte offset
 * wherever bytes are to blame, what was expected, what was found, and what to do about it.
 *
 * An aborted operation is not an error of ours: it rejects with `signal.reason`, untouched.
 */
export class FramedexError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'FramedexError';
  readonly code: C;
  /** What went wrong, in a few words: the message without its details. */
  readonly summary: string;
  readonly details: ErrorDetails[C];

  constructor(code: C, summary: string, details: ErrorDetails[C], options?: ErrorOptions) {
    super(`${code}: ${sentence(summary, details)}`, options);
    this.code = code;
    this.summary = summary;
    this.details = details;
  }
}

function sentence(summary: string, details: FaultDetails): string {
  const where = details.name === undefined ? summary : `${details.name}: ${summary}`;
  const what = details.tag === undefined ? where : `${where} in ${tagText(details.tag)}`;
  const parts = [details.offset === undefined ? what : `${what} at byte ${details.offset}`];
  if (details.expected !== undefined) parts.push(`expected ${details.expected}`);
  if (details.found !== undefined) parts.push(`found ${details.found}`);
  const text = parts.join(', ');
  return details.advice === undefined ? text : `${text}. ${details.advice}`;
}

/** `(0028,0010)`. */
function tagText(tag: number): string {
  const hex = tag.toString(16).toUpperCase().padStart(8, '0');
  return `(${hex.slice(0, 4)},${hex.slice(4)})`;
}

/**
 * Whether `error` is a {@link FramedexError}, and of that code when one is given. Recognises errors
 * of another copy of this package too.
 *
 * @example
 * ```ts
 * if (isFramedexError(error, 'FRAME_TRUNCATED')) console.log(error.details.frame, error.details.offset);
 * ```
 */
export function isFramedexError<C extends ErrorCode>(
  error: unknown,
  code?: C,
): error is FramedexError<C> {
  if (!(error instanceof Error) || error.name !== 'FramedexError' || !('code' in error))
    return false;
  return code === undefined || error.code === code;
}
