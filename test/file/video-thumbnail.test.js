import { describe, expect, it } from 'vitest';
import { FramedexError, isFramedexError } from '../../src/errors.js';
import { videoType } from '../../src/frames/video-type.js';
import { encapsulated, imagePixel } from '../support/build-dicom.js';
import { concat, hex } from '../support/build-value.js';
import { codeOf, openBuilt } from '../support/open-built.js';
const STORAGE = '1.2.840.10008.5.1.4.1.1.';
const MPEG_2 = '1.2.840.10008.1.2.4.100';
const H_264 = '1.2.840.10008.1.2.4.102';
const H_265 = '1.2.840.10008.1.2.4.107';
async function refusal(file) {
  const error = await file.thumbnail().catch((fault) => fault);
  if (!(error instanceof FramedexError)) throw new Error('no error of ours');
  return error;
}
/** So many zeros. */
function zeros(count) {
  return new Uint8Array(count);
}
/** Two packets of a transport stream, each behind so many other bytes. */
function packets(before) {
  const packet = concat(zeros(before), Uint8Array.of(0x47), zeros(187));
  return concat(packet, packet);
}
describe('a video', () => {
  async function openVideo(transferSyntax, ...parts) {
    const { file } = await openBuilt({
      transferSyntax,
      elements: [
        [0x00080016, 'UI', `${STORAGE}77.1.1.1`],
        ...imagePixel({
          rows: 4,
          columns: 4,
          bitsAllocated: 8,
          samplesPerPixel: 3,
          numberOfFrames: 9,
        }),
        encapsulated({ frames: [parts], offsetTable: 'empty' }),
      ],
    });
    return file;
  }
  it.each([
    [MPEG_2, hex('00 00 01 B3 14'), 'video/mpeg'],
    [MPEG_2, hex('00 00 01 BA 21'), 'video/mpeg'],
    [MPEG_2, packets(0), 'video/mp2t'],
    [H_264, packets(4), 'video/mp2t'],
    [H_264, hex('00 00 00 20 66 74 79 70 69 73 6F 6D'), 'video/mp4'],
    [H_264, hex('00 00 00 01 67 64 00 0D'), 'video/H264'],
    [H_264, hex('00 00 00 01 09 F0'), 'video/H264'],
    [H_264, hex('00 00 01 06 05 FF'), 'video/H264'],
    [H_265, hex('00 00 00 01 40 01 0C 01'), 'video/H265'],
    [H_265, hex('00 00 01 46 01 50'), 'video/H265'],
    [H_265, hex('00 00 00 18 66 74 79 70 68 65 76 31'), 'video/mp4'],
  ])('%s %o is %s', async (syntax, start, mediaType) => {
    const error = await refusal(await openVideo(syntax, start));
    expect(isFramedexError(error, 'VIDEO')).toBe(true);
    expect(error.details).toMatchObject({ content: 'video', mediaType });
    expect(error.details.found).toBeUndefined();
    expect(error.message).toContain('encodedStream(0)');
  });
  it('that is not what the transfer syntax says is told, with what is there', async () => {
    for (const [syntax, start, mediaType, found] of [
      [MPEG_2, hex('00 00 00 01 67 64'), 'video/H264', 'an H.264 byte stream'],
      [H_264, hex('00 00 01 B3 14 00'), 'video/mpeg', 'an MPEG-2 video stream'],
      [H_265, hex('00 00 01 67 64 00'), 'video/H264', 'an H.264 byte stream'],
      [MPEG_2, hex('00 00 00 20 66 74 79 70'), 'video/mp4', 'an MP4 file'],
      [H_264, hex('FF D8 FF E0'), undefined, 'bytes of no known type of video'],
    ]) {
      const { details } = await refusal(await openVideo(syntax, start));
      expect(details).toMatchObject({ mediaType, found });
      expect(details.offset).toBeGreaterThan(0);
    }
  });
  it('takes a few bytes of its first fragment, not the video', async () => {
    const { file, source } = await openBuilt({
      transferSyntax: MPEG_2,
      elements: [
        ...imagePixel({ rows: 4, columns: 4, bitsAllocated: 8, samplesPerPixel: 3 }),
        encapsulated({
          frames: [concat(hex('00 00 01 BA'), zeros(100_000))],
          offsetTable: 'empty',
        }),
      ],
    });
    source.forget();
    expect((await refusal(file)).code).toBe('VIDEO');
    expect(source.reads.reduce((sum, [, length]) => sum + length, 0)).toBeLessThanOrEqual(200);
    expect(await codeOf(file.frame(0))).toBe('FRAME_AMBIGUOUS');
  });
  it('any bytes are looked at without harm', () => {
    for (const bytes of [zeros(0), zeros(3), zeros(200), hex('00 00 01'), hex('47'), hex('01')]) {
      expect(videoType(bytes)).toBeUndefined();
    }
  });
});
