import type { PixelElement } from '../dicom/element.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import type {
  Assumption,
  FrameConfidence,
  FrameStrategy,
  LostFrames,
} from '../frames/frame-index.ts';

/** Another version is another format, and refused. */
export const INDEX_VERSION = 1;

/**
 * The index of one file, to be saved and given back as `index` of `open`: plain JSON of a few hundred
 * bytes, the header where it is at most 16 KiB, and about 7 bytes for each fragment of encapsulated
 * pixel data. Its `header` holds what the file's does, the patient's name too: keep it as you keep the file.
 *
 * It is checked like a header when it is used, but its word on which fragments make a frame is taken, and
 * on what comes before a checkpoint: it should come from nobody who may not write the files either.
 */
export interface FileIndexJson {
  /** Version of the format. */
  readonly framedex: typeof INDEX_VERSION;
  readonly source: SavedIdentity;
  /** UID in effect. */
  readonly transferSyntax: string;
  readonly littleEndian: boolean;
  /**
   * Where the header's bytes stand, and they in base64; without long values. Left out where they are too
   * many, of deflated data sets, and of a file that was opened with `tags`: then the header is read.
   */
  readonly header?: readonly (readonly [offset: number, base64: string])[] | undefined;
  /** The main pixel data element, where there is one. */
  readonly pixelData?: PixelElement | undefined;
  /**
   * Left out where there are none, where they cannot be told apart, and where the file is broken so that
   * an index does not say all: then they are looked for again.
   */
  readonly frames?: SavedFrames | undefined;
  /** What was tolerated where frames were looked for; what was of the header is in the header. */
  readonly warnings: readonly SavedWarning[];
  /** Where the deflate stream of an archive's member can be resumed, where that was asked for. */
  readonly checkpoints?: SavedCheckpoints | undefined;
  /**
   * Of all the rest, so that an index that was damaged is refused; but for the windows of checkpoints:
   * what is resumed at one that was damaged has another checksum.
   */
  readonly checksum: string;
}

/** The indexes of many files, by their names: of members of a folder or archive, or paths. */
export interface CollectionIndexJson {
  /** Version of the format. */
  readonly framedex: typeof INDEX_VERSION;
  readonly files: Readonly<Record<string, FileIndexJson>>;
}

/** What an index is of. */
export interface SavedIdentity {
  readonly size: number;
  /** When the file was last written, in milliseconds since 1970. */
  readonly modified?: number | undefined;
  /** A strong entity tag. */
  readonly etag?: string | undefined;
  /** CRC-32 of an archive's member. */
  readonly crc32?: number | undefined;
  /** A hash of the first bytes: compared where the source has none of the marks above. */
  readonly head: { readonly length: number; readonly hash: string };
}

/** Where the frames are, and how that is known; as `FrameIndex` has it. */
export interface SavedFrames {
  readonly count: number;
  readonly declaredCount: number;
  readonly counts: {
    readonly declared?: number | undefined;
    readonly found: number;
    readonly byBytes?: number | undefined;
  };
  readonly strategy: FrameStrategy;
  readonly confidence: FrameConfidence;
  readonly pixel: ImagePixel;
  readonly layout: SavedLayout;
}

/** Where frames lie. */
export type SavedLayout = SavedNativeLayout | SavedFragmentLayout | SavedTableLayout;

/** Native frames lie one behind the other. */
export interface SavedNativeLayout {
  readonly kind: 'native';
  readonly offset: number;
  readonly frameBits: number;
  readonly end: number;
}

/** Fragments lie one behind the other, 8 bytes of an item header before each. */
export interface SavedFragmentLayout {
  readonly kind: 'fragments';
  /** Of the first fragment's payload. */
  readonly offset: number;
  readonly lengths: readonly number[];
  /** How many fragments each frame has; left out where that is one. */
  readonly fragments?: readonly number[] | undefined;
  /** How many stand before the first frame, and are none's. */
  readonly before?: number | undefined;
  readonly lost?: LostFrames | undefined;
  readonly assumed?: Assumption | undefined;
}

/** What an offset table says whose entries were not all looked at. */
export interface SavedTableLayout {
  readonly kind: 'table';
  readonly table: 'extended-offset-table' | 'basic-offset-table';
  /** Where the first entry stands. */
  readonly tableOffset: number;
  /** Of the first frame's payload. */
  readonly offset: number;
  /** Bytes between the item header of each frame and that of the next one. */
  readonly lengths: readonly number[];
  /** A digit for each frame: 1 where Extended Offset Table Lengths leaves a byte of padding out. */
  readonly padded?: string | undefined;
}

/**
 * Where a deflate stream can be resumed: at block headers (RFC 1951 3.2.3). The first point is the start
 * of the stream, so that there is one less of what is between points, or before them.
 */
export interface SavedCheckpoints {
  /** Bytes that the stream inflates to. */
  readonly size: number;
  /** Bytes of the stream. */
  readonly compressedSize: number;
  /** CRC-32 of all that it inflates to. */
  readonly crc32: number;
  /** CRC-32 of what is between each point and the next, or the end. */
  readonly checksums: readonly number[];
  /** Bits of the stream from each point to the next. */
  readonly bits: readonly number[];
  /** Bytes that they inflate to. */
  readonly lengths: readonly number[];
  /** In base64, the last 32 KiB before each point, or fewer, where there are. */
  readonly windows: readonly string[];
}

/** What can be wrong with where frames are, as far as looking for them again would tell. */
export type SavedWarningCode =
  | 'DELIMITER'
  | 'FRAME_COUNT'
  | 'ITEM_EXPECTED'
  | 'ODD_LENGTH'
  | 'OFFSET_TABLE'
  | 'TRANSFER_SYNTAX_MISMATCH';

/** A tolerated fault. */
export interface SavedWarning {
  readonly code: SavedWarningCode;
  readonly message: string;
  readonly offset: number;
  readonly tag?: number | undefined;
}
