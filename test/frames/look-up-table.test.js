import { describe, expect, it } from 'vitest';
import { lookUpTables } from '../../src/frames/look-up-table.js';
import { SYNTAX, imagePixel, sequence } from '../support/build-dicom.js';
import { openBuilt } from '../support/open-built.js';
/** The table of an item with these elements, and what was told of it. */
async function tablesOf(elements, purpose = 'modality', options = {}) {
  const { transferSyntax, asynchronous } = options;
  const pixel = imagePixel({ rows: 1, columns: 1 });
  const all = [...pixel, sequence(0x00283000, [elements]), PIXELS];
  const { file, built } = await openBuilt({ elements: all, transferSyntax }, { asynchronous });
  const faults = [];
  const tables = await lookUpTables(file.dataset.get('ModalityLUTSequence') ?? [], purpose, {
    read: (offset, length) => Promise.resolve(built.bytes.subarray(offset, offset + length)),
    fault: (code, message, { offset, tag }) => {
      expect(code).toBe('LOOK_UP_TABLE');
      // The tag stands at the offset.
      const view = new DataView(built.bytes.buffer, built.bytes.byteOffset);
      const little = transferSyntax !== SYNTAX.explicitBig;
      expect(view.getUint16(offset, little) * 0x10000 + view.getUint16(offset + 2, little)).toBe(
        tag,
      );
      faults.push(message);
    },
  });
  return { tables, faults };
}
const PIXELS = [0x7fe00010, 'OW', [1]];
const DESCRIPTOR = 0x00283002;
const DATA = 0x00283006;
const lut = (descriptor, vr, data) => [
  [DESCRIPTOR, 'US', descriptor],
  [DATA, vr, data],
];
const ramp = (count, step = 1) => Array.from({ length: count }, (_, k) => k * step);
describe('look-up tables', () => {
  it('K06: the same entries as OW, US and OB, little and big endian, implicit and explicit', async () => {
    const entries = ramp(300, 200);
    const data = [...entries];
    for (const transferSyntax of [
      SYNTAX.explicitLittle,
      SYNTAX.implicitLittle,
      SYNTAX.explicitBig,
    ]) {
      for (const vr of ['OW', 'US']) {
        const found = await tablesOf(lut([300, 0, 16], vr, data), 'VOI', { transferSyntax });
        expect(found.faults).toEqual([]);
        expect([...(found.tables[0]?.data ?? [])]).toEqual(entries);
      }
    }
    const bytes = new Uint8Array(Uint16Array.from(entries).buffer);
    const { tables } = await tablesOf(lut([300, 0, 16], 'OB', bytes), 'VOI');
    expect([...(tables[0]?.data ?? [])]).toEqual(entries);
  });
  it('K06: entries of 8 bits two to a word, whatever the byte order, one to a word, and as bytes', async () => {
    const packed = [0x0201, 0x0403, 0x0005];
    for (const transferSyntax of [SYNTAX.explicitLittle, SYNTAX.explicitBig]) {
      const found = await tablesOf(lut([5, 0, 8], 'OW', packed), 'VOI', { transferSyntax });
      expect(found).toMatchObject({ faults: [], tables: [{ bits: 8 }] });
      expect([...(found.tables[0]?.data ?? [])]).toEqual([1, 2, 3, 4, 5]);
    }
    const wide = await tablesOf(lut([5, 0, 8], 'US', [1, 2, 3, 4, 5]), 'VOI');
    expect(wide).toMatchObject({ faults: [], tables: [{ bits: 8 }] });
    expect([...(wide.tables[0]?.data ?? [])]).toEqual([1, 2, 3, 4, 5]);
    const bytes = await tablesOf(lut([4, 0, 8], 'OB', Uint8Array.of(1, 2, 3, 4)), 'VOI');
    expect([...(bytes.tables[0]?.data ?? [])]).toEqual([1, 2, 3, 4]);
  });
  it('K06: tables outside the header, as words and as bytes', async () => {
    const entries = ramp(65_536);
    const bytes = new Uint8Array(Uint16Array.from(entries).buffer);
    for (const asynchronous of [false, true]) {
      for (const vr of ['OW', 'OB']) {
        const data = vr === 'OW' ? entries : bytes;
        const found = await tablesOf(lut([0, 0, 16], vr, data), 'VOI', { asynchronous });
        expect(found.faults).toEqual([]);
        expect(found.tables[0]?.data).toEqual(Uint16Array.from(entries));
      }
    }
  });
  it('K06: every number of bits from 8 to 16', async () => {
    for (let bits = 8; bits <= 16; bits++) {
      const white = 2 ** bits - 1;
      const { tables, faults } = await tablesOf(lut([3, 0, bits], 'US', [0, 1, white]), 'VOI');
      expect(faults).toEqual([]);
      expect(tables[0]?.bits).toBe(bits);
    }
  });
  it('K07: without descriptor, with half of one, without data', async () => {
    const missing = [
      [[DATA, 'US', [1, 2]]],
      [
        [DESCRIPTOR, 'US', [2, 0]],
        [DATA, 'US', [1, 2]],
      ],
      [
        [DESCRIPTOR, 'US', []],
        [DATA, 'US', []],
      ],
      [[DESCRIPTOR, 'US', [2, 0, 16]]],
      lut([2, 0, 16], 'OW', []),
      lut([2, 0, 16], 'OB', new Uint8Array(0)),
    ];
    for (const elements of missing) {
      const { tables, faults } = await tablesOf(elements);
      expect(tables).toEqual([]);
      expect(faults).toEqual([expect.stringMatching(/without (a descriptor|data)/)]);
    }
  });
  it('K07: a table that is too long is cut; one that is too short goes as far as it goes', async () => {
    const long = await tablesOf(lut([3, 0, 16], 'US', [256, 512, 768, 9]));
    expect([...(long.tables[0]?.data ?? [])]).toEqual([256, 512, 768]);
    expect(long.faults).toEqual([expect.stringMatching(/more entries/)]);
    const short = await tablesOf(lut([9, 0, 16], 'US', [256, 512, 768]));
    expect([...(short.tables[0]?.data ?? [])]).toEqual([256, 512, 768]);
    expect(short.faults).toEqual([expect.stringMatching(/fewer entries/)]);
  });
  it('K07: a short table of 8 bits may be of bytes or of words, and is left out', async () => {
    const { tables, faults } = await tablesOf(lut([9, 0, 8], 'US', [1, 2, 3, 4, 5, 6, 7]));
    expect(tables).toEqual([]);
    expect(faults).toEqual([expect.stringMatching(/fits its descriptor in no way/)]);
  });
  it('K07: words that are cut to half their length are no table of bytes', async () => {
    for (const purpose of ['modality', 'VOI']) {
      for (const bits of [9, 12, 16]) {
        const { tables, faults } = await tablesOf(lut([4, 0, bits], 'US', [256, 300]), purpose);
        expect(tables).toEqual([]);
        expect(faults).toEqual([expect.stringMatching(/half its length/)]);
        const bytes = Uint8Array.of(0, 1, 2, 1);
        expect((await tablesOf(lut([4, 0, bits], 'OB', bytes), purpose)).tables).toEqual([]);
      }
      const sole = await tablesOf(lut([1, 0, 16], 'US', [0x300]), purpose);
      expect(sole).toMatchObject({ tables: [{ data: Uint16Array.of(0x300) }], faults: [] });
    }
  });
  it('K06: tables keep their places where one before them is left out', async () => {
    const items = [lut([2, 0, 16], 'US', []), lut([2, 0, 16], 'US', [1, 0x300])];
    const pixel = imagePixel({ rows: 1, columns: 1 });
    const { file } = await openBuilt({ elements: [...pixel, sequence(0x00283010, items), PIXELS] });
    const tables = await lookUpTables(file.dataset.get('VOILUTSequence') ?? [], 'VOI', {
      read: () => Promise.reject(new Error('all of it is in the header')),
      fault: () => undefined,
    });
    expect(tables).toMatchObject([{ number: 1, data: Uint16Array.of(1, 0x300) }]);
  });
  it('K06: bits that contradict the entries', async () => {
    const grey = (descriptor, data) => tablesOf(lut(descriptor, 'US', data), 'VOI');
    // 16 said, all below 256: black, or 8.
    expect((await grey([3, 0, 16], [0, 128, 255])).tables).toEqual([]);
    // 8 said, beyond 255: of 9 bits or of 16.
    expect((await grey([3, 0, 8], [0, 128, 300])).tables).toEqual([]);
    expect((await grey([3, 0, 12], [0, 128, 4096])).tables).toEqual([]);
    expect((await grey([3, 0, 0], [0, 128, 4096])).tables).toEqual([]);
    expect((await grey([3, 0, 17], [0, 128, 4096])).faults).toHaveLength(1);
    // Each byte twice is read in one way only.
    const twice = await grey([3, 0, 8], [0, 0x8080, 0xffff]);
    expect(twice).toMatchObject({ tables: [{ bits: 8 }], faults: [expect.any(String)] });
    expect([...(twice.tables[0]?.data ?? [])]).toEqual([0, 0x80, 0xff]);
  });
  it('K06: numbers of the modality are what they are, whatever their bits', async () => {
    const small = await tablesOf(lut([3, 0, 16], 'US', [0, 128, 255]));
    expect(small).toMatchObject({ tables: [{ bits: 16 }], faults: [] });
    const large = await tablesOf(lut([3, 0, 8], 'US', [0, 128, 300]));
    expect(large).toMatchObject({ tables: [{ bits: 16 }], faults: [expect.any(String)] });
    expect([...(large.tables[0]?.data ?? [])]).toEqual([0, 128, 300]);
  });
});
