/** How moving pictures are coded: the three families of DICOM's video (PS3.5 8.2.5 to 8.2.8). */
export type VideoCoding = 'MPEG-2' | 'H.264' | 'H.265';

/** What the first bytes of a video show. */
export interface VideoType {
  /** As registered with IANA: `video/mpeg`, `video/mp4`... */
  readonly mediaType: string;
  /** For people. */
  readonly name: string;
  /** What it may hold. */
  readonly codings: readonly VideoCoding[];
}

/** So many bytes of a stream tell its type: two packets of a transport stream, with their time stamps. */
export const VIDEO_START = 200;

const PROGRAM_STREAM: VideoType = {
  mediaType: 'video/mpeg',
  name: 'an MPEG program stream',
  codings: ['MPEG-2', 'H.264'],
};
const TRANSPORT_STREAM: VideoType = {
  mediaType: 'video/mp2t',
  name: 'an MPEG-2 transport stream',
  codings: ['MPEG-2', 'H.264', 'H.265'],
};
const MP4: VideoType = {
  mediaType: 'video/mp4',
  name: 'an MP4 file',
  codings: ['H.264', 'H.265'],
};
const MPEG_2: VideoType = {
  mediaType: 'video/mpeg',
  name: 'an MPEG-2 video stream',
  codings: ['MPEG-2'],
};
const H_264: VideoType = {
  mediaType: 'video/H264',
  name: 'an H.264 byte stream',
  codings: ['H.264'],
};
const H_265: VideoType = {
  mediaType: 'video/H265',
  name: 'an H.265 byte stream',
  codings: ['H.265'],
};

/**
 * The type of a video by its first bytes, {@link VIDEO_START} of them where there are so many; undefined
 * where they show none that DICOM allows.
 */
export function videoType(bytes: Uint8Array): VideoType | undefined {
  // ISO/IEC 14496-12 4.3: a box of type `ftyp` comes first.
  if (String.fromCharCode(...bytes.subarray(4, 8)) === 'ftyp') return MP4;
  if (hasPackets(bytes, 0, 188) || hasPackets(bytes, 4, 192)) return TRANSPORT_STREAM;
  return startCodeType(bytes);
}

/** Each packet starts with a sync byte (ISO/IEC 13818-1 2.4.3.2); on BD, behind a time stamp of 4 bytes. */
function hasPackets(bytes: Uint8Array, first: number, length: number): boolean {
  return bytes[first] === 0x47 && bytes[first + length] === 0x47;
}

/** By what follows the start code 000001, which zeros may lead. */
function startCodeType(bytes: Uint8Array): VideoType | undefined {
  const at = bytes.findIndex((byte) => byte !== 0);
  if (at < 2 || bytes[at] !== 1) return undefined;
  const [code = 0, next = 0] = bytes.subarray(at + 1, at + 3);
  // ISO/IEC 13818-1 2.5.3.3 (pack), 13818-2 6.2.2 (sequence header).
  if (code === 0xba) return PROGRAM_STREAM;
  if (code === 0xb3) return MPEG_2;
  // ITU-T H.265 7.3.1.2: two bytes; VPS 32, SPS 33, access unit delimiter 35, SEI 39, of layer 0.
  if (next === 1 && [0x40, 0x42, 0x46, 0x4e].includes(code)) return H_265;
  // ITU-T H.264 7.3.1: SEI 6 and access unit delimiter 9 are of no reference, SPS 7 is of one.
  const isParameterSet = (code & 0x9f) === 7 && code !== 7;
  return isParameterSet || code === 6 || code === 9 ? H_264 : undefined;
}
