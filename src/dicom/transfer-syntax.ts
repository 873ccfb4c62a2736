/** How a data set and its pixel data are encoded (PS3.5 section 10 and annex A). */
export interface TransferSyntax {
  readonly uid: string;
  /** As PS3.6 table A-1 writes it. */
  readonly name: string;
  readonly littleEndian: boolean;
  /** Element headers name their VR (PS3.5 7.1.2). */
  readonly explicit: boolean;
  /** The data set after the file meta information is one deflate stream (PS3.5 A.5). */
  readonly deflated: boolean;
  /** Pixel Data is a sequence of fragments (PS3.5 A.4). */
  readonly encapsulated: boolean;
  /** The pixels are a video stream, which fragments do not divide into frames (PS3.5 8.2.5). */
  readonly video: boolean;
  /** Native pixel cells are big endian although the data set is not: one private syntax of GE. */
  readonly bigEndianPixels: boolean;
}

export const IMPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2';
export const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
export const ENCAPSULATED_UNCOMPRESSED = '1.2.840.10008.1.2.1.98';
export const DEFLATED = '1.2.840.10008.1.2.1.99';
export const EXPLICIT_BIG_ENDIAN = '1.2.840.10008.1.2.2';
export const JPIP_REFERENCED = '1.2.840.10008.1.2.4.94';
export const JPIP_REFERENCED_DEFLATE = '1.2.840.10008.1.2.4.95';
export const HTJ2K = '1.2.840.10008.1.2.4.203';
export const JPIP_HTJ2K_REFERENCED = '1.2.840.10008.1.2.4.204';
export const JPIP_HTJ2K_REFERENCED_DEFLATE = '1.2.840.10008.1.2.4.205';
export const RLE_LOSSLESS = '1.2.840.10008.1.2.5';
export const DEFLATED_IMAGE_FRAME = '1.2.840.10008.1.2.8.1';
export const GE_BIG_ENDIAN_PIXELS = '1.2.840.113619.5.2';

// Explicit VR little endian is the rule; each record says where it differs (PS3.5 A.2).
const PLAIN = {
  littleEndian: true,
  explicit: true,
  deflated: false,
  encapsulated: false,
  video: false,
  bigEndianPixels: false,
};

const SINGLE: readonly TransferSyntax[] = [
  { ...PLAIN, uid: IMPLICIT_LITTLE_ENDIAN, name: 'Implicit VR Little Endian', explicit: false },
  { ...PLAIN, uid: EXPLICIT_LITTLE_ENDIAN, name: 'Explicit VR Little Endian' },
  {
    ...PLAIN,
    uid: ENCAPSULATED_UNCOMPRESSED,
    name: 'Encapsulated Uncompressed Explicit VR Little Endian',
    encapsulated: true,
  },
  { ...PLAIN, uid: DEFLATED, name: 'Deflated Explicit VR Little Endian', deflated: true },
  { ...PLAIN, uid: EXPLICIT_BIG_ENDIAN, name: 'Explicit VR Big Endian', littleEndian: false },
  // The JPIP syntaxes hold a URL in place of the pixels (PS3.5 A.6, A.7).
  { ...PLAIN, uid: JPIP_REFERENCED, name: 'JPIP Referenced' },
  { ...PLAIN, uid: JPIP_REFERENCED_DEFLATE, name: 'JPIP Referenced Deflate', deflated: true },
  { ...PLAIN, uid: JPIP_HTJ2K_REFERENCED, name: 'JPIP HTJ2K Referenced' },
  {
    ...PLAIN,
    uid: JPIP_HTJ2K_REFERENCED_DEFLATE,
    name: 'JPIP HTJ2K Referenced Deflate',
    deflated: true,
  },
  { ...PLAIN, uid: RLE_LOSSLESS, name: 'RLE Lossless', encapsulated: true },
  { ...PLAIN, uid: '1.2.840.10008.1.2.6.1', name: 'RFC 2557 MIME encapsulation' },
  { ...PLAIN, uid: '1.2.840.10008.1.2.6.2', name: 'XML Encoding' },
  {
    ...PLAIN,
    uid: '1.2.840.10008.1.2.7.1',
    name: 'SMPTE ST 2110-20 Uncompressed Progressive Active Video',
    video: true,
  },
  {
    ...PLAIN,
    uid: '1.2.840.10008.1.2.7.2',
    name: 'SMPTE ST 2110-20 Uncompressed Interlaced Active Video',
    video: true,
  },
  { ...PLAIN, uid: '1.2.840.10008.1.2.7.3', name: 'SMPTE ST 2110-30 PCM Digital Audio' },
  {
    ...PLAIN,
    uid: DEFLATED_IMAGE_FRAME,
    name: 'Deflated Image Frame Compression',
    encapsulated: true,
  },
  {
    ...PLAIN,
    uid: '1.2.840.10008.1.20',
    name: 'Papyrus 3 Implicit VR Little Endian',
    explicit: false,
  },
  {
    ...PLAIN,
    uid: GE_BIG_ENDIAN_PIXELS,
    name: 'GE Private Implicit VR Little Endian with big endian pixels',
    explicit: false,
    bigEndianPixels: true,
  },
];

// Last components below 1.2.840.10008.1.2.4. Explicit VR little endian, encapsulated (PS3.5 A.4).
const COMPRESSED: readonly (readonly [string, string])[] = [
  ['50', 'JPEG Baseline (Process 1)'],
  ['51', 'JPEG Extended (Process 2 and 4)'],
  ['52', 'JPEG Extended (Process 3 and 5)'],
  ['53', 'JPEG Spectral Selection, Non-Hierarchical (Process 6 and 8)'],
  ['54', 'JPEG Spectral Selection, Non-Hierarchical (Process 7 and 9)'],
  ['55', 'JPEG Full Progression, Non-Hierarchical (Process 10 and 12)'],
  ['56', 'JPEG Full Progression, Non-Hierarchical (Process 11 and 13)'],
  ['57', 'JPEG Lossless, Non-Hierarchical (Process 14)'],
  ['58', 'JPEG Lossless, Non-Hierarchical (Process 15)'],
  ['59', 'JPEG Extended, Hierarchical (Process 16 and 18)'],
  ['60', 'JPEG Extended, Hierarchical (Process 17 and 19)'],
  ['61', 'JPEG Spectral Selection, Hierarchical (Process 20 and 22)'],
  ['62', 'JPEG Spectral Selection, Hierarchical (Process 21 and 23)'],
  ['63', 'JPEG Full Progression, Hierarchical (Process 24 and 26)'],
  ['64', 'JPEG Full Progression, Hierarchical (Process 25 and 27)'],
  ['65', 'JPEG Lossless, Hierarchical (Process 28)'],
  ['66', 'JPEG Lossless, Hierarchical (Process 29)'],
  [
    '70',
    'JPEG Lossless, Non-Hierarchical, First-Order Prediction (Process 14 [Selection Value 1])',
  ],
  ['80', 'JPEG-LS Lossless Image Compression'],
  ['81', 'JPEG-LS Lossy (Near-Lossless) Image Compression'],
  ['90', 'JPEG 2000 Image Compression (Lossless Only)'],
  ['91', 'JPEG 2000 Image Compression'],
  ['92', 'JPEG 2000 Part 2 Multi-component Image Compression (Lossless Only)'],
  ['93', 'JPEG 2000 Part 2 Multi-component Image Compression'],
  ['110', 'JPEG XL Lossless'],
  ['111', 'JPEG XL JPEG Recompression'],
  ['112', 'JPEG XL'],
  ['201', 'High-Throughput JPEG 2000 Image Compression (Lossless Only)'],
  ['202', 'High-Throughput JPEG 2000 with RPCL Options Image Compression (Lossless Only)'],
  ['203', 'High-Throughput JPEG 2000 Image Compression'],
];

const VIDEO: readonly (readonly [string, string])[] = [
  ['100', 'MPEG2 Main Profile / Main Level'],
  ['100.1', 'Fragmentable MPEG2 Main Profile / Main Level'],
  ['101', 'MPEG2 Main Profile / High Level'],
  ['101.1', 'Fragmentable MPEG2 Main Profile / High Level'],
  ['102', 'MPEG-4 AVC/H.264 High Profile / Level 4.1'],
  ['102.1', 'Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.1'],
  ['103', 'MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1'],
  ['103.1', 'Fragmentable MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1'],
  ['104', 'MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video'],
  ['104.1', 'Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video'],
  ['105', 'MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video'],
  ['105.1', 'Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video'],
  ['106', 'MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2'],
  ['106.1', 'Fragmentable MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2'],
  ['107', 'HEVC/H.265 Main Profile / Level 5.1'],
  ['108', 'HEVC/H.265 Main 10 Profile / Level 5.1'],
];

const BY_UID: ReadonlyMap<string, TransferSyntax> = new Map(
  [...SINGLE, ...below4(COMPRESSED, false), ...below4(VIDEO, true)].map((syntax) => [
    syntax.uid,
    syntax,
  ]),
);

function below4(rows: readonly (readonly [string, string])[], video: boolean): TransferSyntax[] {
  return rows.map(([last, name]) => ({
    ...PLAIN,
    uid: `1.2.840.10008.1.2.4.${last}`,
    name,
    encapsulated: true,
    video,
  }));
}

/** What the UID of a transfer syntax means, or undefined when it is not a known one. */
export function transferSyntax(uid: string): TransferSyntax | undefined {
  return BY_UID.get(uid);
}

/** Every known transfer syntax, those of PS3.6 and the private ones. */
export function transferSyntaxes(): IterableIterator<TransferSyntax> {
  return BY_UID.values();
}
