import { describe, expect, it } from 'vitest';
import { jpegCodec } from '../../src/codecs/default-codecs.js';
import { checkDctFrame, decodeDct } from '../../src/codecs/jpeg-dct.js';
import { codedDataEnd, jpegSegments, jpegSegmentsOfScans } from '../../src/codecs/jpeg-header.js';
import { createRegistry } from '../../src/codecs/registry.js';
import { isFramedexError } from '../../src/errors.js';
import { concat, hex } from '../support/build-value.js';
import {
  codeStreamFixture,
  codeStreamOf,
  differenceFrom,
} from '../support/code-stream-fixtures.js';
import { segment } from '../support/code-streams.js';
import { codecPlatform, decoderOf } from '../support/codec-platform.js';
import { noise } from '../support/noise.js';
const GREY = codeStreamFixture('jpeg-u8');
const YBR = codeStreamFixture('jpeg-ybr-444');
const PROGRESSIVE = codeStreamFixture('jpeg-u8-progressive');
const LOSSLESS = '1.2.840.10008.1.2.4.70';
async function decode(bytes, pixel, options = {}) {
  return (await decoderOf(jpegCodec)).decode(bytes, pixel, options);
}
/** The error's code and what it found. */
async function faultOf(bytes, pixel, options = {}) {
  try {
    await decode(bytes, pixel, options);
  } catch (error) {
    return isFramedexError(error)
      ? `${error.code} ${error.details.found}`
      : `not ours: ${String(error)}`;
  }
  return 'no fault';
}
/** The position of the segment with this marker. */
function placeOf(bytes, marker) {
  const found = [...jpegSegments(bytes)].find((each) => each.marker === marker);
  if (found === undefined) throw new Error('no such segment');
  return found.offset;
}
describe('jpegCodec', () => {
  it('H33: gives components as they are coded, whatever markers say of their colours', async () => {
    const bytes = codeStreamOf(YBR);
    const raw = await decode(codeStreamOf(YBR), YBR.pixel);
    expect(differenceFrom(YBR, raw)).toBeUndefined();
    const adobe = (transform) => segment(0xee, hex(`41 64 6F 62 65 0064 0000 0000 ${transform}`));
    const bare = concat(bytes.subarray(0, 2), bytes.subarray(placeOf(bytes, 0xdb)));
    for (const marker of [hex(''), adobe('00'), adobe('01'), adobe('02')]) {
      const marked = concat(bytes.subarray(0, 2), marker, bare.subarray(2));
      expect((await decode(marked, YBR.pixel)).bytes).toEqual(raw.bytes);
    }
  });
  it('H33: says what the components are, and where the label was wrong', async () => {
    const pixel = { ...YBR.pixel, photometricInterpretation: 'RGB' };
    const { pixel: given, notes } = await decode(codeStreamOf(YBR), pixel);
    expect(given).toMatchObject({ photometricInterpretation: 'YBR_FULL', planarConfiguration: 0 });
    expect(notes?.map(({ tag }) => tag)).toEqual([0x00280004]);
  });
  it('gives memory of its own, or what it was given', async () => {
    const first = await decode(codeStreamOf(GREY), GREY.pixel);
    const before = first.bytes.slice();
    const into = new Uint8Array(GREY.pixel.rows * GREY.pixel.columns + 5).fill(7);
    const second = await decode(codeStreamOf(GREY), GREY.pixel, { into });
    expect(first.bytes.buffer.byteLength).toBe(before.length);
    expect(second.bytes.buffer).toBe(into.buffer);
    expect(second.bytes).toEqual(before);
    expect([...into.subarray(before.length)]).toEqual([7, 7, 7, 7, 7]);
    expect(first.bytes).toEqual(before);
  });
  it('gives cells of 16 bits where the header allocates them', async () => {
    const { bytes } = await decode(codeStreamOf(GREY), GREY.pixel);
    const wide = { ...GREY.pixel, bitsAllocated: 16 };
    const { bytes: cells, pixel } = await decode(codeStreamOf(GREY), wide);
    expect(new Uint16Array(cells.buffer, cells.byteOffset)).toEqual(Uint16Array.from(bytes));
    expect(pixel.bitsStored).toBe(8);
  });
  it('H30: takes the highest value for what is beyond Bits Stored, and says so', async () => {
    const { bytes } = await decode(codeStreamOf(GREY), GREY.pixel);
    const few = { ...GREY.pixel, bitsStored: 7, highBit: 6 };
    const clamped = await decode(codeStreamOf(GREY), few);
    expect(bytes.some((sample) => sample > 127)).toBe(true);
    expect(clamped.bytes).toEqual(bytes.map((sample) => Math.min(127, sample)));
    expect(clamped.notes?.map(({ tag }) => tag)).toEqual([0x00280101]);
    const signed = await decode(codeStreamOf(GREY), { ...few, pixelRepresentation: 1 });
    // Of two's complement, nobody can tell what is beyond.
    expect(signed.bytes).toEqual(bytes);
  });
  it('H30: refuses another size or number of components than the header has', async () => {
    const { rows, columns } = GREY.pixel;
    const found = `CODEC ${rows} rows, ${columns} columns, 1 samples, 8 bits`;
    for (const other of [{ rows: rows + 1 }, { columns: columns - 1 }, { samplesPerPixel: 3 }]) {
      expect(await faultOf(codeStreamOf(GREY), { ...GREY.pixel, ...other })).toBe(found);
    }
  });
  it('H31: is found by the marker, under a transfer syntax of lossless JPEG too', async () => {
    const registry = createRegistry([jpegCodec], codecPlatform);
    const job = { transferSyntax: LOSSLESS, bytes: codeStreamOf(GREY), pixel: GREY.pixel };
    const decoded = await registry.decode(job);
    expect(differenceFrom(GREY, decoded)).toBeUndefined();
    expect(decoded.notes?.map(({ message }) => message)).toEqual([
      `a code stream of jpeg under the transfer syntax ${LOSSLESS}`,
    ]);
  });
  it('tolerates zeros for the coefficients of a sequential scan, and says so', async () => {
    const bytes = codeStreamOf(GREY);
    const scan = placeOf(bytes, 0xda);
    expect([...bytes.subarray(scan + 7, scan + 10)]).toEqual([0, 63, 0]);
    bytes[scan + 8] = 0;
    const decoded = await decode(bytes, GREY.pixel);
    expect(differenceFrom(GREY, decoded)).toBeUndefined();
    expect(decoded.notes).toHaveLength(1);
  });
});
const ZEROS = '00'.repeat(16);
/** The code stream with other bytes in the place of its EOI, and of padding behind it. */
function withEnd(bytes, end) {
  return concat(bytes.subarray(0, bytes.lastIndexOf(0xd9) - 1), hex(end));
}
async function messagesOf(bytes, pixel, options = {}) {
  return ((await decode(bytes, pixel, options)).notes ?? []).map(({ message }) => message);
}
describe('what is tolerated in JPEG, and noted', () => {
  it.each(['00 FF D9', '00 00 00 FF D9 00', `${ZEROS} FF D9`])(
    'zeros before EOI: %s',
    async (end) => {
      for (const fixture of [GREY, PROGRESSIVE, YBR]) {
        const bytes = withEnd(codeStreamOf(fixture), end);
        const decoded = await decode(bytes, fixture.pixel);
        expect(differenceFrom(fixture, decoded)).toBeUndefined();
        // Of a few, libjpeg does not even say it.
        if (!end.startsWith(ZEROS)) continue;
        expect(decoded.notes).toEqual([{ message: 'zeros between the coded data and EOI' }]);
        const { partial } = await decode(bytes.slice(), fixture.pixel, { lenient: true });
        expect(partial).toBeUndefined();
      }
      const other = withEnd(codeStreamOf(GREY), `${'01'.repeat(16)} ${ZEROS} FF D9`);
      expect(await faultOf(other, GREY.pixel)).toBe('CODEC a fault in the coded data');
    },
  );
  it('zeros before EOI, but for one that is stuffed', async () => {
    const frame = checkDctFrame(codeStreamOf(GREY), GREY.pixel, 8, false);
    const samples = new Uint8Array(GREY.pixel.rows * GREY.pixel.columns);
    for (const [end, tried] of [
      ['12 FF 00 00 00 FF D9', '12 FF 00 FF D9'],
      ['12 00 00 FF D9', '12 FF D9'],
      ['12 FF 00 FF D9', ''],
    ]) {
      const given = [];
      const decodeDamaged = (bytes) => {
        given.push(bytes);
        return Promise.resolve({ samples, fault: new Error('a fault') });
      };
      const job = { ...frame, bytes: hex(end) };
      await expect(decodeDct(job, decodeDamaged, {})).rejects.toThrow(/^CODEC/);
      expect(given.map((bytes) => [...bytes])).toEqual(
        [end, tried].filter((each) => each !== '').map((each) => [...hex(each)]),
      );
    }
  });
  it('an EOI that is not there, or not all of it, behind the data of sequential JPEG', async () => {
    const dcmtk = codeStreamFixture('jpeg-ybr-422-dcmtk');
    for (const fixture of [GREY, YBR, dcmtk]) {
      for (const lenient of [false, true]) {
        for (const end of ['', 'FF']) {
          const bytes = withEnd(codeStreamOf(fixture), end);
          const decoded = await decode(bytes, fixture.pixel, { lenient });
          expect(differenceFrom(fixture, decoded)).toBeUndefined();
          expect(decoded.notes).toEqual([{ message: 'no EOI behind the coded data' }]);
          expect(decoded.partial).toBeUndefined();
        }
      }
    }
    expect(await messagesOf(withEnd(codeStreamOf(GREY), ZEROS), GREY.pixel)).toEqual([
      'zeros between the coded data and EOI',
      'no EOI behind the coded data',
    ]);
    const progressive = withEnd(codeStreamOf(PROGRESSIVE), '');
    expect(await faultOf(progressive, PROGRESSIVE.pixel)).toBe('CODEC no end of the code stream');
  });
  it('scans that are missing, which makes the frame partial for who asks for what is there', async () => {
    const bytes = codeStreamOf(PROGRESSIVE);
    const scans = [...jpegSegmentsOfScans(bytes)].filter(({ marker }) => marker === 0xda);
    expect(scans.length).toBeGreaterThan(3);
    for (const { end } of scans.slice(0, -1)) {
      const cut = concat(bytes.subarray(0, codedDataEnd(bytes, end)), hex('FFD9'));
      expect(await messagesOf(cut, PROGRESSIVE.pixel)).toEqual(['scans are missing']);
      const { partial } = await decode(cut.slice(), PROGRESSIVE.pixel, { lenient: true });
      expect(partial).toBe(true);
    }
    for (const name of ['jpeg-u8-spectral', 'jpeg-ybr-420-progressive', 'jpeg-ybr-progressive']) {
      const fixture = codeStreamFixture(name);
      expect(await messagesOf(codeStreamOf(fixture), fixture.pixel)).toEqual([]);
    }
  });
  it('another code stream behind the first', async () => {
    for (const between of ['FF D9', 'FF D9 00']) {
      const bytes = concat(withEnd(codeStreamOf(GREY), between), codeStreamOf(GREY));
      const [message] = await messagesOf(bytes, GREY.pixel);
      expect(message).toMatch(/^another code stream/);
    }
  });
  it('a sign that may be lost', async () => {
    const parts = { bitsAllocated: 16, bitsStored: 16, highBit: 15 };
    const signed = { ...GREY.pixel, ...parts, pixelRepresentation: 1 };
    const message = '8 bits in the code stream, 16 stored: a sign may be lost';
    expect(await messagesOf(codeStreamOf(GREY), signed)).toEqual([message]);
    expect(await messagesOf(codeStreamOf(GREY), { ...GREY.pixel, ...parts })).toEqual([]);
  });
});
describe('broken JPEG', () => {
  it('H32: is refused where nothing decodes it, and says why', async () => {
    const arithmetic = codeStreamFixture('jpeg-arithmetic');
    const fault = await faultOf(codeStreamOf(arithmetic), arithmetic.pixel);
    expect(fault).toBe('CODEC arithmetic coding');
    const bytes = codeStreamOf(YBR);
    const factors = placeOf(bytes, 0xc0) + 11;
    for (const [first, second, third] of [
      [0x22, 0x11, 0x21],
      [0x31, 0x11, 0x11],
      [0x31, 0x21, 0x21],
      [0x11, 0x22, 0x11],
    ]) {
      bytes[factors] = first;
      bytes[factors + 3] = second;
      bytes[factors + 6] = third;
      expect(await faultOf(bytes.slice(), YBR.pixel)).toMatch(/^CODEC sampling factors [1-4]x/);
    }
  });
  it.each(['jpeg-u8', 'jpeg-ybr-444', 'jpeg-ybr-422', 'jpeg-ybr-420', 'jpeg-ybr-440'])(
    'H32: %s, cut anywhere, gives rows from the first on that are right, and zeros',
    async (name) => {
      const fixture = codeStreamFixture(name);
      const bytes = codeStreamOf(fixture);
      const { bytes: whole } = await decode(bytes.slice(), fixture.pixel);
      let most = 0;
      for (let k = 1; k < 40; k++) {
        const cut = bytes.slice(0, Math.floor((bytes.length * k) / 40));
        const decoded = await decode(cut, fixture.pixel, { lenient: true }).catch(() => undefined);
        if (decoded === undefined) continue;
        expect(decoded.partial).toBe(true);
        const first = decoded.bytes.findIndex((byte, at) => byte !== whole[at]);
        expect(decoded.bytes.subarray(first).every((byte) => byte === 0)).toBe(true);
        most = Math.max(most, first);
      }
      expect(most).toBeGreaterThan(whole.length / 4);
    },
  );
  it('H32: is refused where the number of lines comes later (DNL), or there is no frame header', async () => {
    const bytes = codeStreamOf(GREY);
    const sof = placeOf(bytes, 0xc0);
    bytes.fill(0, sof + 5, sof + 7);
    expect(await faultOf(bytes, GREY.pixel)).toMatch(/^CODEC a number of lines .* \(DNL\)$/);
    expect(await faultOf(hex('FFD8 FFD9'), GREY.pixel)).toBe('CODEC no frame header');
  });
  it('H32: is refused where a few bytes claim to be a large picture', async () => {
    const bytes = codeStreamOf(GREY);
    const sof = placeOf(bytes, 0xc0);
    bytes.fill(0xff, sof + 5, sof + 9);
    const pixel = { ...GREY.pixel, rows: 0xffff, columns: 0xffff };
    expect(await faultOf(bytes, pixel)).toBe('CODEC too few bytes');
  });
  it('H32: is refused where it has more scans than anybody writes', async () => {
    const bytes = codeStreamOf(PROGRESSIVE);
    const end = bytes.lastIndexOf(0xd9) - 1;
    const scan = bytes.subarray(bytes.lastIndexOf(0xda) - 1, end);
    const scans = concat(bytes.subarray(0, end), ...Array(300).fill(scan), hex('FFD9'));
    expect(await faultOf(scans, PROGRESSIVE.pixel)).toBe('CODEC too many scans');
  });
  it('H32: is an error wherever it is cut', async () => {
    for (const fixture of [GREY, PROGRESSIVE]) {
      const bytes = codeStreamOf(fixture);
      const end = bytes.lastIndexOf(0xd9) + 1;
      for (let k = 0; k < 250; k++) {
        const cut = bytes.slice(0, Math.floor((end * k) / 250));
        expect(await faultOf(cut, fixture.pixel)).toMatch(/^CODEC /);
      }
    }
  });
  it('H32: is an error, or another picture of the same size; the next one is right', async () => {
    const whole = codeStreamOf(GREY);
    const random = noise(3 * 500);
    let errors = 0;
    for (let k = 0; k < 500; k++) {
      const [high = 0, low = 0, bit = 0] = random.subarray(3 * k);
      const bytes = whole.slice();
      const at = (high * 256 + low) % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit % 8));
      const fault = await faultOf(bytes, GREY.pixel);
      expect(fault).toMatch(/^CODEC |^no fault/);
      if (fault === 'no fault') continue;
      errors++;
      if (errors % 20 === 0) {
        expect(differenceFrom(GREY, await decode(codeStreamOf(GREY), GREY.pixel))).toBeUndefined();
      }
    }
    expect(errors).toBeGreaterThan(50);
  });
  it('H32: gives what is there of it when asked to, and 0 for the rows that are not', async () => {
    const { rows, columns } = GREY.pixel;
    const { bytes: whole } = await decode(codeStreamOf(GREY), GREY.pixel);
    const cut = codeStreamOf(GREY).slice(0, -Math.floor(codeStreamOf(GREY).length / 3));
    const { bytes, partial } = await decode(cut, GREY.pixel, { lenient: true });
    expect(partial).toBe(true);
    expect(bytes.length).toBe(rows * columns);
    expect(bytes.subarray(0, 8 * columns)).toEqual(whole.subarray(0, 8 * columns));
    expect(bytes.subarray(-columns)).toEqual(new Uint8Array(columns));
    expect(await decode(codeStreamOf(GREY), GREY.pixel, { lenient: true })).not.toHaveProperty(
      'partial',
    );
    expect(await faultOf(cut.subarray(0, 20), GREY.pixel, { lenient: true })).toBe(
      'CODEC no frame header',
    );
  });
});
