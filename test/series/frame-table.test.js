import { describe, expect, it } from 'vitest';
import { WarningLog } from '../../src/dicom/warnings.js';
import { frameTable } from '../../src/series/placed-frames.js';
import { dicom, imagePixel, sequence } from '../support/build-dicom.js';
import { headerOf } from '../support/header-of.js';
/** An image of so many frames, with what its header has besides; the table, and what was tolerated. */
async function tableOf(numberOfFrames, elements, strict = false) {
  const all = [...imagePixel({ rows: 1, columns: 1, numberOfFrames }), ...elements];
  const tag = (one) => ('encode' in one ? (one.tag ?? 0) : one[0]);
  all.sort((a, b) => tag(a) - tag(b));
  const { dataset } = await headerOf(dicom({ elements: all }).bytes);
  const warnings = new WarningLog('test', strict);
  const table = frameTable(dataset, dataset, numberOfFrames ?? 1, warnings);
  return { table, codes: warnings.list.map(({ code }) => code) };
}
function column(table, keyword) {
  return Array.from({ length: table?.count ?? 0 }, (_, i) => table?.of(i).get(keyword));
}
const shared = (...macros) => sequence(0x52009229, [macros]);
const perFrame = (...frames) => sequence(0x52009230, frames);
const macro = (tag, ...elements) => sequence(tag, [elements]);
const position = (text) => macro(0x00209113, [0x00200032, 'DS', text]);
const at = (z) => position(`0\\0\\${z}`);
const AXIAL = [0x00200037, 'DS', '1\\0\\0\\0\\1\\0'];
const axial = macro(0x00209116, AXIAL);
const measures = macro(
  0x00289110,
  [0x00180050, 'DS', '3'],
  [0x00180088, 'DS', '3.5'],
  [0x00280030, 'DS', '0.5\\0.25'],
);
describe('K17: frames of functional groups (PS3.3 C.7.6.16)', () => {
  it('K17: have positions of their own, and share what all have', async () => {
    const { table, codes } = await tableOf(3, [
      [0x00080060, 'CS', 'MR'],
      [0x00200013, 'IS', '7'],
      shared(axial, measures),
      perFrame([at(0)], [at(3.5)], [at(7)]),
    ]);
    expect([table?.count, codes]).toEqual([3, []]);
    expect(column(table, 'ImagePositionPatient')).toEqual([
      ...[
        [0, 0, 0],
        [0, 0, 3.5],
        [0, 0, 7],
      ],
    ]);
    const second = table?.of(1);
    expect(second?.get('ImageOrientationPatient')).toEqual([1, 0, 0, 0, 1, 0]);
    expect(second?.get('PixelSpacing')).toEqual([0.5, 0.25]);
    expect([second?.get('SliceThickness'), second?.get('SpacingBetweenSlices')]).toEqual([3, 3.5]);
    // Of the instance.
    expect([second?.get('Modality'), second?.get('InstanceNumber')]).toEqual(['MR', 7]);
    expect([second?.has('Modality'), second?.has('PixelSpacing')]).toEqual([true, true]);
    expect([second?.has('EchoTime'), second?.get('EchoTime')]).toEqual([false, undefined]);
    // A frame is one image.
    expect(second?.get('NumberOfFrames')).toBe(1);
  });
  it('K17: have their attributes under the keywords of images of one frame', async () => {
    const frame = (i) =>
      [
        macro(0x00189114, [0x00189082, 'FD', 4.92 * i]),
        macro(
          0x00189117,
          ...[
            [0x00189075, 'CS', 'DIRECTIONAL'],
            macro(0x00189076, [0x00189089, 'FD', [0, 0, i]]),
            [0x00189087, 'FD', 1000 * i],
          ],
        ),
        macro(0x00189118, [0x00189236, 'FD', i / 10], [0x00209153, 'FD', 40 * i]),
        macro(0x00189226, [0x00080008, 'CS', 'ORIGINAL\\PRIMARY']),
        macro(
          0x00189226,
          [0x00089007, 'CS', `ORIGINAL\\PRIMARY\\M\\F${i}`],
          [0x00089208, 'CS', 'MAGNITUDE'],
        ),
        macro(
          0x00209111,
          ...[
            [0x00189074, 'DT', `2020010112000${i}`],
            [0x00209056, 'SH', `S${i}`],
            [0x00209057, 'UL', i],
            [0x00209128, 'UL', 10 + i],
            [0x00209156, 'US', 20 + i],
            [0x00209157, 'UL', [1, i]],
          ],
        ),
        at(i),
        macro(0x0062000a, [0x0062000b, 'US', i]),
        macro(0x00289145, [0x00281052, 'DS', `-${i}`], [0x00281053, 'DS', `${i}`]),
      ].filter((_, k) => k !== 3);
    const timing = macro(0x00189112, [0x00180080, 'DS', '500'], [0x00181314, 'DS', '52']);
    const modifier = macro(0x00189115, [0x00189079, 'FD', [120, 130]]);
    const { table } = await tableOf(2, [
      [0x00080008, 'CS', 'ORIGINAL\\PRIMARY\\MIXED'],
      sequence(0x00209222, [[[0x00209165, 'AT', 0x00209056]], [[0x00209165, 'AT', 0x00209057]]]),
      shared(timing, modifier, axial),
      perFrame(frame(1), frame(2)),
    ]);
    const names = [
      ...['EchoTime', 'DiffusionBValue', 'DiffusionGradientOrientation'],
      ...['CardiacCyclePosition', 'TriggerTime', 'ImageType', 'ComplexImageComponent'],
      ...['AcquisitionDateTime', 'StackID', 'InStackPositionNumber'],
      ...['TemporalPositionIndex', 'AcquisitionNumber', 'DimensionIndexValues'],
      ...['ReferencedSegmentNumber', 'RescaleIntercept', 'RescaleSlope'],
      ...['RepetitionTime', 'FlipAngle', 'InversionTime'],
    ];
    const read = names.map((name) => [name, ...column(table, name)]);
    expect(read).toEqual([
      ['EchoTime', 4.92, 9.84],
      ['DiffusionBValue', 1000, 2000],
      ['DiffusionGradientOrientation', [0, 0, 1], [0, 0, 2]],
      ['TriggerTime', 40, 80],
      ['ImageType', ['ORIGINAL', 'PRIMARY', 'M', 'F1'], ['ORIGINAL', 'PRIMARY', 'M', 'F2']],
      ['ComplexImageComponent', 'MAGNITUDE', 'MAGNITUDE'],
      ['AcquisitionDateTime', '20200101120001', '20200101120002'],
      ['StackID', 'S1', 'S2'],
      ['InStackPositionNumber', 1, 2],
      ['TemporalPositionIndex', 11, 12],
      ['AcquisitionNumber', 21, 22],
      ['DimensionIndexValues', [1, 1], [1, 2]],
      ['ReferencedSegmentNumber', [1], [2]],
      ['RescaleIntercept', -1, -2],
      ['RescaleSlope', 1, 2],
      ['RepetitionTime', 500, 500],
      ['FlipAngle', 52, 52],
      ['InversionTime', 120, 120],
    ]);
    expect(table?.dimensions).toEqual([0x00209056, 0x00209057]);
  });
  it('K17: one frame has its place in the groups too, its own or shared', async () => {
    for (const groups of [[shared(axial), perFrame([at(5)])], [shared(at(5), axial)]]) {
      for (const numberOfFrames of [1, undefined]) {
        const { table, codes } = await tableOf(numberOfFrames, groups);
        expect([table?.count, column(table, 'ImagePositionPatient'), codes]).toEqual([
          ...[1, [[0, 0, 5]], []],
        ]);
      }
    }
  });
  it('K17: a segment is named by its own macro, not by images that are referred to', async () => {
    const reference = macro(0x00081140, [0x0062000b, 'US', 9]);
    const own = macro(0x0062000a, [0x0062000b, 'US', 2]);
    const { table } = await tableOf(2, [perFrame([reference, at(0), own], [reference, at(1)])]);
    expect(column(table, 'ReferencedSegmentNumber')).toEqual([[2], undefined]);
  });
  it('K17: without positions, and tiles of a slide, have no table', async () => {
    const content = macro(0x00209111, [0x00209057, 'UL', 1]);
    expect(await tableOf(2, [perFrame([content], [content])])).toEqual({
      table: undefined,
      codes: [],
    });
    // Shared by all: frames of one place, as in time.
    expect(await tableOf(2, [shared(at(1), axial)])).toEqual({ table: undefined, codes: [] });
    const slide = [[0x00480006, 'UL', 512], perFrame([at(0)], [at(1)])];
    expect(await tableOf(2, slide)).toEqual({ table: undefined, codes: [] });
    expect(await tableOf(2, [])).toEqual({ table: undefined, codes: [] });
  });
  it('K17: damaged: as many as are described, and that is said', async () => {
    const groups = [shared(axial), perFrame([at(0)], [at(1)], [at(2)])];
    for (const [declared, count] of [
      [2_147_483_647, 3],
      [5, 3],
      [2, 2],
    ]) {
      const { table, codes } = await tableOf(declared, groups);
      expect([table?.count, codes]).toEqual([count, ['FRAME_COUNT']]);
    }
    await expect(tableOf(5, groups, true)).rejects.toMatchObject({ code: 'FRAME_COUNT' });
  });
  it('K17: damaged: where one says nothing, nothing else is taken for it', async () => {
    const { table } = await tableOf(4, [
      [0x00200032, 'DS', '9\\9\\9'],
      [0x00281053, 'DS', '3'],
      shared(axial),
      perFrame([at(0)], [], [position('1\\2')], [macro(0x00209113, [0x00200032, 'DS', ''])]),
    ]);
    expect(column(table, 'ImagePositionPatient')).toEqual([
      [0, 0, 0],
      undefined,
      [1, 2],
      undefined,
    ]);
    expect(table?.of(1).has('ImagePositionPatient')).toBe(false);
    // What no frame says is of the instance.
    expect(column(table, 'RescaleSlope')).toEqual([3, 3, 3, 3]);
  });
  it('K17: equal values are one value in memory', async () => {
    const { table } = await tableOf(3, [shared(axial), perFrame([at(0)], [at(1)], [at(0)])]);
    const [first, , third] = column(table, 'ImagePositionPatient');
    expect(first).toBe(third);
    expect(table?.of(0).get('ImageOrientationPatient')).toBe(
      table?.of(2).get('ImageOrientationPatient'),
    );
  });
});
describe('K17: planes of a dose (PS3.3 C.8.8.3.2)', () => {
  const dose = (z, orientation, offsets) => [
    [0x00200032, 'DS', `1\\2\\${z}`],
    [0x00200037, 'DS', orientation],
    [0x3004000c, 'DS', offsets],
  ];
  it.each([
    ['relative', '100', '1\\0\\0\\0\\1\\0', '0\\2.5\\5', [1, 2, 100], [1, 2, 102.5], [1, 2, 105]],
    ['downwards', '100', '1\\0\\0\\0\\1\\0', '0\\-2.5\\-5', [1, 2, 100], [1, 2, 97.5], [1, 2, 95]],
    ['absolute', '100', '1\\0\\0\\0\\1\\0', '100\\102\\106', [1, 2, 100], [1, 2, 102], [1, 2, 106]],
    [
      'absolute, rounded',
      '100.004',
      '1\\0\\0\\0\\1\\0',
      '100\\102\\106',
      [1, 2, 100],
      [1, 2, 102],
      [1, 2, 106],
    ],
    // Its normal points to the feet: offsets follow it, z does not.
    [
      'relative, turned',
      '100',
      '1\\0\\0\\0\\-1\\0',
      '0\\2\\4',
      [1, 2, 100],
      [1, 2, 98],
      [1, 2, 96],
    ],
    [
      'absolute, turned',
      '100',
      '1\\0\\0\\0\\-1\\0',
      '100\\98\\96',
      [1, 2, 100],
      [1, 2, 98],
      [1, 2, 96],
    ],
    // Rows to the back, columns to the feet: the normal points to the right.
    ['sagittal', '100', '0\\1\\0\\0\\0\\-1', '0\\2\\4', [1, 2, 100], [-1, 2, 100], [-3, 2, 100]],
  ])('K17: %s offsets', async (_, z, orientation, offsets, ...places) => {
    const { table, codes } = await tableOf(3, dose(z, orientation, offsets));
    expect([table?.count, codes]).toEqual([3, []]);
    const found = column(table, 'ImagePositionPatient');
    for (const [i, place] of places.entries()) {
      for (const [k, value] of place.entries()) expect(found[i]?.[k]).toBeCloseTo(value, 9);
    }
  });
  it.each([
    ['that start anywhere', '100', '1\\0\\0\\0\\1\\0', '7\\9\\11'],
    ['of z, of planes that are not transverse', '100', '0\\1\\0\\0\\0\\-1', '100\\102\\104'],
    ['that are none', '100', '1\\0\\0\\0\\1\\0', ''],
    ['from a place of two values', '', '1\\0\\0\\0\\1\\0', '0\\1\\2'],
  ])('K17: offsets %s place nothing', async (why, z, orientation, offsets) => {
    const { table, codes } = await tableOf(3, dose(z, orientation, offsets));
    expect(table).toBeUndefined();
    expect(codes).toEqual(why.includes('two values') ? [] : ['BAD_VALUE']);
  });
  it('K17: too few offsets are said', async () => {
    const { table, codes } = await tableOf(3, dose('100', '1\\0\\0\\0\\1\\0', '0\\1'));
    expect([table?.count, codes]).toEqual([2, ['FRAME_COUNT']]);
    // One plane needs none.
    const one = await tableOf(1, dose('100', '1\\0\\0\\0\\1\\0', '0\\1'));
    expect(one).toEqual({ table: undefined, codes: [] });
  });
});
describe('K17: slices of nuclear medicine (PS3.3 C.8.4.8)', () => {
  const detector = macro(0x00540022, [0x00200032, 'DS', '1\\2\\100'], AXIAL);
  const tomo = (type, spacing, ...more) => [
    [0x00080008, 'CS', `ORIGINAL\\PRIMARY\\${type}\\EMISSION`],
    [0x00180088, 'DS', spacing],
    ...more,
  ];
  const vector = (...slices) => [0x00540080, 'US', slices];
  it('K17: lie along the normal, or against it, by their numbers', async () => {
    for (const [spacing, last] of [
      ['4', 108],
      ['-4', 92],
    ]) {
      const elements = tomo('RECON TOMO', spacing, detector, vector(1, 2, 3));
      const { table, codes } = await tableOf(3, elements);
      expect([table?.count, codes]).toEqual([3, []]);
      const middle = (100 + last) / 2;
      expect(column(table, 'ImagePositionPatient')).toEqual([
        ...[
          [1, 2, 100],
          [1, 2, middle],
          [1, 2, last],
        ],
      ]);
      expect(table?.of(2).get('ImageOrientationPatient')).toEqual([1, 0, 0, 0, 1, 0]);
    }
  });
  it('K17: that are gated come once for each time', async () => {
    const slots = [0x00540070, 'US', [1, 1, 2, 2]];
    const elements = tomo('RECON GATED TOMO', '4', detector, slots, vector(1, 2, 1, 2));
    const { table } = await tableOf(4, elements);
    expect(column(table, 'TemporalPositionIndex')).toEqual([1, 1, 2, 2]);
    expect(column(table, 'ImagePositionPatient').map((place) => place[2])).toEqual([
      100, 104, 100, 104,
    ]);
  });
  it('K17: of projections, or without a distance or a first place, have no table', async () => {
    for (const elements of [
      tomo('TOMO', '4', detector, vector(1, 2)),
      tomo('RECON TOMO', '', detector, vector(1, 2)),
      tomo('RECON TOMO', '0', detector, vector(1, 2)),
      tomo('RECON TOMO', '4', vector(1, 2)),
      tomo('RECON TOMO', '4', detector),
    ]) {
      expect(await tableOf(2, elements)).toEqual({ table: undefined, codes: [] });
    }
  });
});
