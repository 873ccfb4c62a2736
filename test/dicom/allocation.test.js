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
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.js';
import { isFramedexError } from '../../src/errors.js';
import { open } from '../../src/node/index.js';
import {
  dicom,
  encapsulated,
  encodeAll,
  fragment,
  imagePixel,
  item,
  raw,
  sequence,
  SYNTAX,
} from '../support/build-dicom.js';
import { headerOf } from '../support/header-of.js';
import { madeSource } from '../support/made-source.js';
const MEBI = 2 ** 20;
const GIGA = 2 ** 30;
/** More than any header pass needs, whatever lengths say. */
const MOST = 8 * MEBI;
/** Read signed, those from 0x80000000 on are steps back: by 20, 12 and 8 bytes the last but one. */
const EDGES = [
  0, 1, 2, 0xffff, 0x10000, 0x7ffffffe, 0x7fffffff, 0x80000000, 0x80000001, 0xffffffec, 0xfffffff4,
  0xfffffff8, 0xfffffffe, 0xffffffff,
];
const SYNTAXES = [SYNTAX.explicitLittle, SYNTAX.implicitLittle, SYNTAX.explicitBig];
const NAME = [0x00100010, 'PN', 'Doe^Jane'];
const TEXT = [0x00081030, 'LO', 'text'];
const PIXELS = [0x7fe00010, 'OW', [1, 2]];
const OPEN = { undefinedLength: true };
const NOTHING = new Uint8Array(0);
const KINDS = {
  'a short value': (length) => [0x00081030, 'LO', 'text', { length }],
  'a long value': (length) => [0x00189810, 'OB', [1, 2, 3, 4], { length }],
  'a text without limit': (length) => [0x0040a160, 'UT', 'text', { length }],
  'a private value': (length) => [0x00091010, 'UN', [1, 2, 3, 4], { length }],
  'a character set': (length) => [0x00080005, 'CS', 'ISO_IR 100', { length }],
  'a group length': (length) => [0x00080000, 'UL', 4, { length }],
  'a sequence': (length) => sequence(0x00081140, [[TEXT], [TEXT]], { length }),
  'a sequence in UN': (length) => [
    0x00081140,
    'UN',
    encodeAll([item([TEXT])], { explicit: false, littleEndian: true }),
    { length },
  ],
  'an item': (length) => sequence(0x00081140, [item([TEXT], { length }), item([TEXT])]),
  'an item of an open sequence': (length) =>
    sequence(0x00081140, [item([TEXT], { length }), item([TEXT], OPEN)], OPEN),
  'a value in an item': (length) =>
    sequence(0x00081140, [item([[0x00081030, 'LO', 'text', { length }], NAME]), item([TEXT])]),
  'a value in an open item': (length) =>
    sequence(0x00081140, [item([[0x00081030, 'LO', 'text', { length }], NAME], OPEN)], OPEN),
  'an item delimiter': (length) => {
    const delimiter = encodeAll([item([], { length })], { explicit: true, littleEndian: true });
    delimiter.set([0xfe, 0xff, 0x0d, 0xe0]);
    return sequence(0x00081140, [item([TEXT], { ...OPEN, delimiter })], OPEN);
  },
  'pixel data': (length) => [0x7fe00010, 'OW', [1, 2], { length }],
  'an offset table': (length) => pixelsIn([fragment(new Uint8Array(4), length), fragment(NOTHING)]),
  'a fragment': (length) => pixelsIn([fragment(NOTHING), fragment(new Uint8Array(4), length)]),
  'a fragment of an icon': (length) =>
    sequence(0x00880200, [[pixelsIn([fragment(NOTHING), fragment(new Uint8Array(4), length)])]]),
};
/** Encapsulated pixel data of given items. */
function pixelsIn(items) {
  const empty = encapsulated({ frames: [], offsetTable: 'none', delimiter: NOTHING });
  return {
    tag: 0x7fe00010,
    encode: (encoding) => encodeAll([empty, ...items, raw(endOf(encoding.littleEndian))], encoding),
  };
}
function endOf(littleEndian) {
  return littleEndian
    ? Uint8Array.of(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0)
    : Uint8Array.of(0xff, 0xfe, 0xe0, 0xdd, 0, 0, 0, 0);
}
/** Whole files: the element of the kind among sound ones, and before pixel data. */
function filesOf(kind, length) {
  return SYNTAXES.map((transferSyntax) => {
    const piece = kind(length);
    const tag = 'encode' in piece ? (piece.tag ?? 0) : piece[0];
    const elements = [NAME, ...(tag === 0x7fe00010 ? [] : [PIXELS])];
    return dicom({ transferSyntax, elements: [piece, ...elements] }).bytes;
  });
}
function watched(source) {
  const start = process.memoryUsage().arrayBuffers;
  const seen = { longest: 0, beyond: 0, held: 0 };
  const see = (offset, length, into) => {
    const buffer = into?.buffer.byteLength ?? 0;
    seen.longest = Math.max(seen.longest, length, buffer);
    seen.beyond = Math.max(seen.beyond, offset + length - source.size);
    seen.held = Math.max(seen.held, process.memoryUsage().arrayBuffers - start);
  };
  return {
    ...source,
    get longest() {
      return seen.longest;
    },
    get beyond() {
      return seen.beyond;
    },
    get held() {
      return seen.held;
    },
    readSync(offset, length, into) {
      see(offset, length, into);
      if (source.readSync === undefined) throw new Error('cannot be read at once');
      return source.readSync(offset, length, into);
    },
    read(offset, length, options) {
      see(offset, length, options?.into);
      return source.read(offset, length, options);
    },
  };
}
/** A pass over it, and over its values: nothing but values or our errors. */
async function passOver(source, behindPixelData) {
  try {
    const { dataset, meta, end, warnings } = await headerOf(source, {
      behindPixelData,
      // Zeros are elements of 8 bytes each where they are in an item.
      limits: { maxElements: 10_000 },
    });
    expect(end).toBeLessThanOrEqual(source.size);
    let last = -1;
    for (const { offset, valueOffset, length } of [...meta, ...dataset]) {
      // Whatever a length says, the pass goes forward.
      expect(offset).toBeGreaterThan(last);
      expect(valueOffset).toBeGreaterThan(offset);
      expect(valueOffset).toBeLessThanOrEqual(source.size);
      expect(length).toBeGreaterThanOrEqual(0);
      last = offset;
    }
    for (const { offset } of warnings.list) expect(offset).toBeLessThanOrEqual(source.size);
    JSON.stringify(dataset);
  } catch (error) {
    if (!isFramedexError(error)) throw error;
    expect(error.details.offset).toBeLessThanOrEqual(source.size);
  }
}
describe.each(Object.entries(KINDS))('N07 N10 to N14: the length of %s', (_, kind) => {
  it.each(EDGES)(
    'may be %i: no byte beyond the file is asked for, nor room for it',
    async (edge) => {
      for (const bytes of filesOf(kind, edge)) {
        for (const behindPixelData of [false, true]) {
          const source = watched(memorySource(bytes, 'test'));
          await passOver(source, behindPixelData);
          expect(source.beyond).toBeLessThanOrEqual(0);
          expect(source.longest).toBeLessThanOrEqual(64 * 1024);
          expect(source.held).toBeLessThan(MOST);
        }
      }
    },
  );
  it.each(EDGES)('may be %i in a file that is longer', async (edge) => {
    for (const bytes of filesOf(kind, edge)) {
      const source = watched(madeSource(6 * GIGA, [[0, bytes]]));
      await passOver(source, true);
      expect(source.beyond).toBeLessThanOrEqual(0);
      expect(source.longest).toBeLessThanOrEqual(256 * 1024);
      expect(source.held).toBeLessThan(MOST);
    }
  });
});
describe('N10 to N14: what the frames of a file are read by', () => {
  const NUMBERS = [
    0x00280002, 0x00280008, 0x00280010, 0x00280011, 0x00280100, 0x00280103, 0x00080005,
  ];
  it.each(NUMBERS)('element %i of 48 MiB is no reason to read them', async (tag) => {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
      const long = [tag, 'OB', NOTHING, { length: 48 * MEBI }];
      const image = imagePixel({ rows: 1, columns: 2, numberOfFrames: 1 });
      const before = image.filter((one) => !('encode' in one) && one[0] < tag);
      const behind = image.filter((one) => !('encode' in one) && one[0] > tag);
      const encoding = { explicit: false, littleEndian: true };
      const head = dicom({
        transferSyntax: SYNTAX.implicitLittle,
        elements: [...before, long],
      }).bytes;
      const tail = encodeAll([...behind, PIXELS], encoding);
      const at = head.length + 48 * MEBI;
      const made = madeSource(at + tail.length, [
        [0, head],
        [at, tail],
      ]);
      const source = watched(made);
      const file = __addDisposableResource(env_1, await open(source), true);
      expect(file.dataset.element(tag)?.length).toBe(48 * MEBI);
      expect(source.longest).toBeLessThan(MOST);
      expect(source.held).toBeLessThan(MOST);
    } catch (e_1) {
      env_1.error = e_1;
      env_1.hasError = true;
    } finally {
      const result_1 = __disposeResources(env_1);
      if (result_1) await result_1;
    }
  });
});
