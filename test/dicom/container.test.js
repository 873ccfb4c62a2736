var __addDisposableResource =
  (this && this.__addDisposableResource) ||
  function (env, value, async) {
    if (value !== null && value !== void 0) {
      if (typeof value !== 'object' && typeof value !== 'function')
        throw new TypeError('Object expected.');
      var dispose, inner;
      if (async) {
        if (!Symbol.asyncDispose) throw new TypeError('Symbol.asyncDispose is not defined.');
        dispose = value[Symbol.asyncDispose];
      }
      if (dispose === void 0) {
        if (!Symbol.dispose) throw new TypeError('Symbol.dispose is not defined.');
        dispose = value[Symbol.dispose];
        if (async) inner = dispose;
      }
      if (typeof dispose !== 'function') throw new TypeError('Object not disposable.');
      if (inner)
        dispose = function () {
          try {
            inner.call(this);
          } catch (e) {
            return Promise.reject(e);
          }
        };
      env.stack.push({ value: value, dispose: dispose, async: async });
    } else if (async) {
      env.stack.push({ async: true });
    }
    return value;
  };
var __disposeResources =
  (this && this.__disposeResources) ||
  (function (SuppressedError) {
    return function (env) {
      function fail(e) {
        env.error = env.hasError
          ? new SuppressedError(e, env.error, 'An error was suppressed during disposal.')
          : e;
        env.hasError = true;
      }
      var r,
        s = 0;
      function next() {
        while ((r = env.stack.pop())) {
          try {
            if (!r.async && s === 1)
              return ((s = 0), env.stack.push(r), Promise.resolve().then(next));
            if (r.dispose) {
              var result = r.dispose.call(r.value);
              if (r.async)
                return (
                  (s |= 2),
                  Promise.resolve(result).then(next, function (e) {
                    fail(e);
                    return next();
                  })
                );
            } else s |= 1;
          } catch (e) {
            fail(e);
          }
        }
        if (s === 1) return env.hasError ? Promise.reject(env.error) : Promise.resolve();
        if (env.hasError) throw env.error;
      }
      return next();
    };
  })(
    typeof SuppressedError === 'function'
      ? SuppressedError
      : function (error, suppressed, message) {
          var e = new Error(message);
          return ((e.name = 'SuppressedError'), (e.error = error), (e.suppressed = suppressed), e);
        },
  );
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.js';
import { open } from '../../src/node/index.js';
import {
  dicom,
  element,
  encapsulated,
  encodeAll,
  imagePixel,
  raw,
  sequence,
  SYNTAX,
} from '../support/build-dicom.js';
import { concat } from '../support/build-value.js';
import { countingSource } from '../support/counting-source.js';
import { faultOf, faultsAt, headerOf, outcomeOf, toleratedAt } from '../support/header-of.js';
import { noise } from '../support/noise.js';
import { madeSource } from '../support/made-source.js';
const ELEMENTS = [
  [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
  [0x00100010, 'PN', 'Doe^Jane'],
  [0x00280010, 'US', 2],
];
const TAGS = [0x00080016, 0x00100010, 0x00280010];
const EXPLICIT = { explicit: true, littleEndian: true };
const MEBI = 2 ** 20;
function bytesOf(parts) {
  return dicom({ elements: ELEMENTS, ...parts }).bytes;
}
const ascii = (text) => new TextEncoder().encode(text);
const PREFIX = concat(new Uint8Array(128), ascii('DICM'));
const scratch = mkdtempSync(join(tmpdir(), 'framedex-container-'));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});
describe('the file container (PS3.10 7.1)', () => {
  it('A01 refuses a file without bytes', async () => {
    const error = await faultOf(new Uint8Array(0));
    expect([error.code, error.details.offset]).toEqual(['EMPTY', 0]);
  });
  it.each([132, 133, 139])('A02 says that %i bytes end behind the prefix', async (length) => {
    const error = await faultOf(bytesOf({ truncate: length }));
    expect([error.code, error.details]).toMatchObject([
      'TRUNCATED',
      { offset: 132, needed: 8, available: length - 132 },
    ]);
  });
  it.each([1, 7, 128, 131])('A02 says that %i zero bytes are no DICOM object', async (length) => {
    const error = await faultOf(new Uint8Array(length));
    expect([error.code, error.details.offset]).toEqual(['NOT_DICOM', Math.min(length, 128)]);
  });
  it.each([50, 100, 131])('A02 takes %i bytes of a preamble for no data set', async (length) => {
    // A preamble may hold anything (PS3.10 7.1): here 4-byte numbers, as some writers leave them.
    const preamble = Uint8Array.from({ length }, (_, k) =>
      k % 4 === 0 ? 0x5c : k % 4 === 1 ? 1 : 0,
    );
    expect((await faultOf(preamble)).code).toBe('NOT_DICOM');
  });
  it('reads a sound file without a warning, strict or not', async () => {
    for (const strict of [false, true]) {
      const { tags, codes, transferSyntax } = await outcomeOf(bytesOf({}), { strict });
      expect({ tags, codes, transferSyntax }).toEqual({
        tags: TAGS,
        codes: [],
        transferSyntax: SYNTAX.explicitLittle,
      });
    }
  });
  it('A03 reads a file that starts with the meta information', async () => {
    const bytes = bytesOf({ preamble: false });
    const { tags, transferSyntax } = await toleratedAt(bytes, [['NO_PREAMBLE', 0]]);
    expect([tags, transferSyntax]).toEqual([TAGS, SYNTAX.explicitLittle]);
    expect((await headerOf(bytes)).meta.get('TransferSyntaxUID')).toBe(SYNTAX.explicitLittle);
  });
  it('A03 reads a file without preamble whose text has DICM at byte 128', async () => {
    const text = `${'x'.repeat(120)}DICMA1`;
    const bytes = encodeAll([[0x00080008, 'CS', text], ...ELEMENTS.slice(1)], EXPLICIT);
    expect(new TextDecoder().decode(bytes.subarray(128, 132))).toBe('DICM');
    const { tags } = await outcomeOf(bytes);
    expect(tags).toEqual([0x00080008, 0x00100010, 0x00280010]);
  });
  it.each([
    [SYNTAX.implicitLittle, { explicit: false, littleEndian: true }],
    [SYNTAX.explicitLittle, { explicit: true, littleEndian: true }],
    [SYNTAX.explicitBig, { explicit: true, littleEndian: false }],
  ])('A04 guesses %s of a bare data set', async (transferSyntax, encoding) => {
    for (const first of [
      [0x00080005, 'CS', 'ISO_IR 100'],
      [0x00080000, 'UL', 26],
      [0x00080008, 'CS', ['ORIGINAL', 'PRIMARY']],
    ]) {
      const elements = [first, ...ELEMENTS];
      const bytes = bytesOf({ preamble: false, meta: false, encoding, elements });
      const outcome = await toleratedAt(bytes, [
        ['NO_PREAMBLE', 0],
        ['TRANSFER_SYNTAX_MISSING', 0, 0x00020010],
      ]);
      expect([outcome.tags, outcome.transferSyntax]).toEqual([[first[0], ...TAGS], transferSyntax]);
      expect((await headerOf(bytes)).dataset.get('Rows')).toBe(2);
    }
  });
  // PS3.10 7.1 leaves the preamble to whoever wants it, so that nothing in it is a fault of the file.
  it.each([
    ['A05 little endian TIFF', 'II*\0'],
    ['A05 big endian TIFF', 'MM\0*'],
    ['A05 BigTIFF', 'II+\0'],
    ['A06 a program of Windows', 'MZ\x90\0'],
    ['A06 a program of Linux', '\x7fELF'],
    ['A06 a script', '#!/bin/sh\nexit\n'],
    ['A06 a PDF', '%PDF-1.7\n'],
    ['A06 a zip archive', 'PK\x03\x04'],
    ['A06 a GIF', 'GIF89a'],
    ['A06 a page', '<!DOCTYPE html><script>'],
    ['A06 a preamble of DICM', 'DICM'.repeat(32)],
  ])('%s in the preamble: the DICOM object behind it is read', async (_, text) => {
    const preamble = new Uint8Array(128);
    preamble.set(Uint8Array.from(text, (character) => character.charCodeAt(0)));
    const outcome = await outcomeOf(bytesOf({ preamble }), { strict: true });
    expect([outcome.tags, outcome.codes]).toEqual([TAGS, []]);
  });
  it('A05 reads a file that is a TIFF, too, from both its ends', async () => {
    // A directory of TIFF 6.0 behind the pixel data, which it points into: as slide scanners write.
    const pixels = [0x7fe00010, 'OW', [1, 2, 3, 4]];
    const elements = [...ELEMENTS, pixels, element(0xfffcfffc, 'OB', new Uint8Array(200))];
    const { bytes, offsets, pixelOffset } = dicom({ elements });
    const view = new DataView(bytes.buffer);
    view.setUint32(0, 0x002a4949, true);
    view.setUint32(4, (offsets.get(0xfffcfffc) ?? 0) + 12, true);
    for (const behindPixelData of [false, true]) {
      const outcome = await outcomeOf(bytes, { behindPixelData, strict: true });
      expect(outcome.pixelOffset).toBe(pixelOffset);
      expect(outcome.tags.slice(0, 4)).toEqual([...TAGS, 0x7fe00010]);
    }
  });
  const CONTENTS = [
    ['JPEG', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1)],
    ['text', ascii('Dear sir or madam, '.repeat(500))],
    ['noise', noise(2 ** 16)],
    ['zeros (N06)', new Uint8Array(2 ** 16)],
    ['0xFF (N06)', new Uint8Array(2 ** 16).fill(0xff)],
    ['items (N06)', concat(...Array.from({ length: 99 }, () => Uint8Array.of(254, 255, 0, 224)))],
    ['DICM (A09)', ascii('DICM'.repeat(99))],
  ];
  it.each(CONTENTS)('A08 refuses %s, behind a prefix and without', async (_, content) => {
    const behind = await faultOf(concat(PREFIX, content));
    expect([behind.code, behind.details.offset]).toEqual(['NOT_DICOM', 132]);
    const bare = await faultOf(content);
    expect(bare.code).toBe('NOT_DICOM');
    expect(bare.details.offset).toBeLessThanOrEqual(132);
  });
  it.each([
    ['zeros', 0],
    ['0xFF', 0xff],
    ['blanks', 0x20],
  ])('A08 N06 refuses 100 MiB of %s by the first 64 KiB', async (_, byte) => {
    for (const head of [PREFIX, new Uint8Array(0)]) {
      const source = countingSource(madeSource(100 * MEBI, [[0, head]], byte));
      await expect(headerOf(source)).rejects.toMatchObject({ code: 'NOT_DICOM' });
      expect(source.bytesRead).toBeLessThanOrEqual(2 ** 16);
    }
  });
  it('A08 names what a file is instead, and never its text', async () => {
    const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1);
    expect((await faultOf(jpeg)).details.found).toBe('a JPEG image');
    expect((await faultOf(ascii('Doe^Jane, born'))).message).not.toMatch('Doe');
  });
  it('A09 takes DICM at the start for a prefix without a preamble', async () => {
    const bytes = bytesOf({}).slice(128);
    const { tags, elements } = await toleratedAt(bytes, [['NO_PREAMBLE', 0]]);
    expect(tags).toEqual(TAGS);
    expect(elements[0]).toMatch(`00080016 UI ${dicom().bytes.length - 128} `);
  });
  it.each([
    'an image.dcm',
    'M\u00fcller \u5c71\u7530 \ud55c\uae00.dcm',
    'C:\\scans\\CT 1.dcm',
    `${'long'.repeat(50)}/${'name'.repeat(50)}.dcm`,
    '100%25 #1?.dcm',
  ])('A28 opens a file whose path is %s', async (name) => {
    const path = join(scratch, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, bytesOf({}));
    for (const input of [path, pathToFileURL(path)]) {
      const env_1 = { stack: [], error: void 0, hasError: false };
      try {
        const file = __addDisposableResource(env_1, await open(input), true);
        expect([file.dataset.get('PatientName'), file.warnings]).toEqual(['Doe^Jane', []]);
      } catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
      } finally {
        const result_1 = __disposeResources(env_1);
        if (result_1) await result_1;
      }
    }
  });
});
describe('what is behind the data set', () => {
  const pixels = [
    ['native pixel data', [0x7fe00010, 'OW', new Uint8Array(300_000)]],
    ['fragments', encapsulated({ frames: [new Uint8Array(300_000)] })],
  ];
  it('A25 jumps over trailing padding (PS3.10 7.2)', async () => {
    const padding = element(0xfffcfffc, 'OB', new Uint8Array(2 * MEBI));
    const bytes = bytesOf({ elements: [...ELEMENTS, padding] });
    const { tags, codes } = await outcomeOf(bytes, { strict: true });
    expect([tags, codes]).toEqual([[...TAGS, 0xfffcfffc], []]);
    const source = countingSource(memorySource(bytes, 'test'));
    expect((await headerOf(source)).dataset.element(0xfffcfffc)?.deferred).toBe(true);
    expect(source.bytesRead).toBeLessThan(2 ** 16);
  });
  it.each(pixels)('A25 reads no padding behind %s unless asked', async (_, piece) => {
    const padding = element(0xfffcfffc, 'OB', new Uint8Array(2 * MEBI));
    const bytes = bytesOf({ elements: [...ELEMENTS, piece, padding] });
    for (const behindPixelData of [false, true]) {
      const source = countingSource(memorySource(bytes, 'test'));
      const { dataset, warnings } = await headerOf(source, { behindPixelData, strict: true });
      expect([dataset.has(0xfffcfffc), warnings.list]).toEqual([behindPixelData, []]);
      expect(source.bytesRead).toBeLessThan(2 ** 16);
    }
  });
  const TRAILING = [
    ['1 zero', new Uint8Array(1)],
    ['10 zeros', new Uint8Array(10)],
    ['10,000 zeros', new Uint8Array(10_000)],
    ['7 bytes of 0xFF', new Uint8Array(7).fill(0xff)],
    ['1,000 bytes of 0xFF', new Uint8Array(1000).fill(0xff)],
  ];
  it.each(TRAILING)('A26 keeps the tags before %s', async (_, trailing) => {
    const bytes = bytesOf({ trailing });
    const at = bytes.length - trailing.length;
    const outcome = await toleratedAt(bytes, [['TRAILING_BYTES', at]]);
    expect([outcome.tags, outcome.end]).toEqual([TAGS, at]);
  });
  it.each(TRAILING)(
    'A26 keeps pixel data before %s, and the tags behind it',
    async (_, trailing) => {
      for (const [, piece] of pixels) {
        const behind = [0x7fe11001, 'LO', 'behind'];
        const bytes = bytesOf({ elements: [...ELEMENTS, piece, behind], trailing });
        const at = bytes.length - trailing.length;
        const options = { behindPixelData: true };
        const { tags } = await toleratedAt(bytes, [['TRAILING_BYTES', at]], options);
        expect(tags).toEqual([...TAGS, 0x7fe00010, 0x7fe11001]);
        // Nobody asked for what is behind the pixels, so that nobody looks.
        expect((await outcomeOf(bytes, { strict: true })).codes).toEqual([]);
      }
    },
  );
  it('A26 keeps the tags before noise', async () => {
    const bytes = bytesOf({ elements: [...ELEMENTS, raw(noise(999))] });
    const outcome = await outcomeOf(bytes);
    expect(outcome.tags.slice(0, 3)).toEqual(TAGS);
    // What a writer did not mean as elements is not given without a warning at their start.
    expect(faultsAt(outcome)[0]?.[1]).toBe(bytes.length - 999);
    expect((await faultOf(bytes, { strict: true })).details.offset).toBe(bytes.length - 999);
  });
  it.each([
    ['zeros', 0],
    ['0xFF', 0xff],
  ])('N06 ends before 100 MiB of %s behind a sound start', async (_, byte) => {
    const source = countingSource(madeSource(100 * MEBI, [[0, bytesOf({})]], byte));
    const { dataset, warnings } = await headerOf(source);
    expect([...dataset].map(({ tag }) => tag)).toEqual(TAGS);
    expect(warnings.list).toMatchObject([{ code: 'TRAILING_BYTES', offset: bytesOf({}).length }]);
    expect(source.bytesRead).toBeLessThanOrEqual(2 ** 16);
  });
});
describe('a media directory (PS3.10 8.6, PS3.3 F.3)', () => {
  const SEQUENCE = 0x00041220;
  /** Two records, the first one pointing at `next` as the next of its kind. */
  function directory(next) {
    const record = (pointer) => [
      [0x00041400, 'UL', pointer],
      [0x00041410, 'US', 0xffff],
      [0x00041420, 'UL', 0],
      [0x00041430, 'CS', 'PATIENT'],
    ];
    const elements = [
      [0x00041130, 'CS', 'MEDIA'],
      [0x00041200, 'UL', 0],
      [0x00041202, 'UL', 0],
      [0x00041212, 'US', 0],
      sequence(SEQUENCE, [record(next), record(0)]),
    ];
    return dicom({ elements }).bytes;
  }
  it.each([
    ['to itself', dicom().bytes.length + 78],
    ['into the meta information', 140],
    ['beyond the file', 0x7fffffff],
    ['nowhere', 0xffffffff],
  ])('A27 reads records that point %s: no pointer is followed', async (_, next) => {
    const bytes = directory(next);
    const { tags, codes } = await outcomeOf(bytes, { strict: true });
    expect([tags.at(-1), codes]).toEqual([SEQUENCE, []]);
    const records = (await headerOf(bytes)).dataset.get('DirectoryRecordSequence');
    expect(records?.map((one) => one.get(0x00041400))).toEqual([next, 0]);
  });
});
describe('an object without a data set, or with a command set', () => {
  it('A23 reads meta information alone', async () => {
    const { tags, codes, end } = await outcomeOf(dicom().bytes, { strict: true });
    expect([tags, codes, end]).toEqual([[], [], dicom().bytes.length]);
  });
  const command = [
    [0x00000000, 'UL', 10],
    [0x00000100, 'US', 0x8001],
  ];
  const encoding = { explicit: false, littleEndian: true };
  it('A23 reads a command set, with and without a preamble (PS3.7 6.3.1)', async () => {
    const bytes = dicom({ meta: false, elements: command, encoding }).bytes;
    const missing = 'TRANSFER_SYNTAX_MISSING';
    const outcome = await toleratedAt(bytes, [
      ['META_GROUP', 132],
      [missing, 132, 0x00020010],
    ]);
    expect(outcome.tags).toEqual([0x00000000, 0x00000100]);
    const bare = await toleratedAt(bytes.slice(132), [
      ['NO_PREAMBLE', 0],
      [missing, 0, 0x00020010],
    ]);
    expect(bare.tags).toEqual(outcome.tags);
    expect((await headerOf(bytes)).dataset.get(0x00000100)).toBe(0x8001);
  });
  it('A23 reads a command set behind meta information', async () => {
    const parts = { transferSyntax: SYNTAX.implicitLittle, elements: command };
    const { tags, codes } = await outcomeOf(dicom(parts).bytes, { strict: true });
    expect([tags, codes]).toEqual([[0x00000000, 0x00000100], []]);
  });
  it('A23 has no frames, and says so', async () => {
    for (const elements of [[], command, imagePixel({ rows: 2, columns: 2 })]) {
      const env_2 = { stack: [], error: void 0, hasError: false };
      try {
        const file = __addDisposableResource(env_2, await open(dicom({ elements }).bytes), true);
        expect(file.index.count).toBe(0);
        await expect(file.frame(0)).rejects.toMatchObject({ code: 'NO_PIXEL_DATA' });
      } catch (e_2) {
        env_2.error = e_2;
        env_2.hasError = true;
      } finally {
        const result_2 = __disposeResources(env_2);
        if (result_2) await result_2;
      }
    }
  });
});
