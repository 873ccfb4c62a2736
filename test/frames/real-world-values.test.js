import { describe, expect, it } from 'vitest';
import { realWorldValues } from '../../src/frames/real-world-values.js';
import { imagePixel, sequence } from '../support/build-dicom.js';
import { openBuilt } from '../support/open-built.js';
async function mapsOf(items, asynchronous = false) {
  const elements = [
    ...imagePixel({ rows: 1, columns: 1, pixelRepresentation: 1 }),
    sequence(0x00409096, items),
    [0x7fe00010, 'OW', [1]],
  ];
  const { file, built } = await openBuilt({ elements }, { asynchronous });
  const faults = [];
  const maps = await realWorldValues(
    file.dataset.get('RealWorldValueMappingSequence') ?? [],
    (written) => (written >= 0x8000 ? written - 0x10000 : written),
    {
      read: (offset, length) => Promise.resolve(built.bytes.subarray(offset, offset + length)),
      fault: (code, message) => {
        expect(code).toBe('LOOK_UP_TABLE');
        faults.push(message);
      },
    },
  );
  return { maps, faults };
}
const EXPLANATION = [0x00283003, 'LO', 'Hounsfield units'];
const UNIT = sequence(0x004008ea, [
  [
    [0x00080100, 'SH', "[hnsf'U]"],
    [0x00080102, 'SH', 'UCUM'],
    [0x00080104, 'LO', 'Hounsfield unit'],
  ],
]);
const LABEL = [0x00409210, 'SH', 'HU'];
const range = (first, last, vr = 'SS') => [
  [0x00409211, vr, last],
  [0x00409216, vr, first],
];
const line = (slope, intercept) => [
  [0x00409224, 'FD', [intercept]],
  [0x00409225, 'FD', [slope]],
];
describe('real world value maps', () => {
  it('reads slope and intercept, label, explanation and unit', async () => {
    const found = await mapsOf([[EXPLANATION, UNIT, LABEL, ...range(-5, 10), ...line(0.5, -1024)]]);
    expect(found.faults).toEqual([]);
    expect(found.maps).toEqual([
      {
        ...{ number: 0, first: -5, last: 10, slope: 0.5, intercept: -1024, label: 'HU' },
        explanation: 'Hounsfield units',
        unit: { code: "[hnsf'U]", scheme: 'UCUM', meaning: 'Hounsfield unit' },
      },
    ]);
  });
  it('reads ranges as US, as signed ones written US, and as doubles', async () => {
    const doubles = [
      [0x00409213, 'FD', [2.5]],
      [0x00409214, 'FD', [-1.5]],
    ];
    const found = await mapsOf([
      [...range(1, 9, 'US'), ...line(1, 0)],
      [...range(0xfff0, 9, 'US'), ...line(1, 0)],
      [...doubles, ...line(2, 1)],
    ]);
    expect(found.faults).toEqual([]);
    expect(found.maps.map(({ first, last }) => [first, last])).toEqual([
      [1, 9],
      [-16, 9],
      [-1.5, 2.5],
    ]);
    expect(found.maps[0]).toMatchObject({ label: '', unit: undefined });
  });
  it('reads tables, in the header and beyond it', async () => {
    const entries = Array.from({ length: 8000 }, (_, k) => k / 3);
    for (const asynchronous of [false, true]) {
      for (const table of [entries.slice(0, 2), entries]) {
        const data = [0x00409212, 'FD', table];
        const item = [...range(3, table.length + 2), data, ...line(5, 6)];
        const { maps, faults } = await mapsOf([item], asynchronous);
        expect(faults).toEqual([]);
        expect(maps).toMatchObject([{ slope: 1, intercept: 0, table: Float64Array.from(table) }]);
      }
    }
  });
  it('K07: leaves out what does not say what it maps, or to what', async () => {
    const wrong = [
      line(1, 0),
      [...range(9, 1), ...line(1, 0)],
      [...range(1, 2).slice(1), ...line(1, 0)],
      range(1, 2),
      [...range(1, 2), [0x00409225, 'FD', [3]]],
      [[0x00409212, 'FD', [7]], ...range(1, 2)],
      [...range(1, 2), ...line(NaN, 0)],
      [...range(1, 2), ...line(Infinity, 0)],
      [...range(1, 2), ...line(1, -Infinity)],
      [[0x00409212, 'FD', [7, 8, 9]], ...range(1, 2)],
    ];
    for (const item of wrong) {
      const { maps, faults } = await mapsOf([item]);
      expect(maps).toEqual([]);
      expect(faults).toEqual([expect.stringMatching(/it is left out/)]);
      // The others keep their places.
      const right = [...range(1, 2), ...line(1, 0)];
      const around = await mapsOf([right, item, right]);
      expect(around.maps.map(({ number }) => number)).toEqual([0, 2]);
    }
  });
});
