import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlannedSlice } from '../../src/series/plan.ts';
import type { PlannedInstance } from '../../src/series/slice.ts';
import { stacksOf } from '../../src/series/stacks.ts';
import type { Stacks } from '../../src/series/stacks.ts';
import { DEFAULT_TOLERANCES } from '../../src/series/tolerances.ts';
import { madeSlice, madeStack } from '../support/made-slices.ts';
import type { MadeAttributes } from '../support/made-slices.ts';

function apart(...slices: readonly PlannedSlice[]): Stacks<PlannedInstance> {
  return stacksOf(slices, DEFAULT_TOLERANCES);
}

/** How many slices the stacks have, and by what they differ. */
function shape({ stacks }: Stacks<PlannedInstance>): [number, ...string[]][] {
  return stacks.map(({ slices, labels }) => [slices.length, ...labels.map(({ value }) => value)]);
}

/** Vectors of planes that are turned about the normal of axial ones. */
function turned(degrees: number): number[] {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [c, s, 0, -s, c, 0];
}

const names = (slices: readonly PlannedSlice[]): string[] =>
  slices.map(({ instance }) => instance.name);

describe('hard separations', () => {
  it('one kind of slices is one stack, without labels', () => {
    const slices = madeStack(5);
    const stacks = apart(...slices);
    expect([shape(stacks), stacks.reasons, stacks.copies]).toEqual([[[5]], [], []]);
    expect(stacks.stacks[0]?.slices).toEqual(slices);
    expect(shape(apart())).toEqual([[0]]);
  });

  const CORONAL = [1, 0, 0, 0, 0, -1];
  it.each<[string, MadeAttributes, string, string, string]>([
    ['colour', { SamplesPerPixel: 3 }, 'COLOUR', 'grey', 'colour'],
    [
      'a localizer',
      { ImageType: ['ORIGINAL', 'PRIMARY', 'LOCALIZER'] },
      ...(['LOCALIZER', 'no localizer', 'localizer'] as const),
    ],
    ['another matrix', { Columns: 256 }, 'MIXED_MATRIX', '512 x 512', '256 x 512'],
    [
      'another sign',
      { PixelRepresentation: 1 },
      'MIXED_CELLS',
      '16 bits unsigned MONOCHROME2',
      '16 bits signed MONOCHROME2',
    ],
    [
      'white for the least',
      { PhotometricInterpretation: 'MONOCHROME1' },
      'MIXED_CELLS',
      '16 bits unsigned MONOCHROME2',
      '16 bits unsigned MONOCHROME1',
    ],
    [
      'no position',
      { ImagePositionPatient: undefined },
      ...(['NO_POSITION', 'with position', 'no position'] as const),
    ],
    [
      'another origin of coordinates',
      { FrameOfReferenceUID: '2.25.2' },
      ...(['MIXED_FRAME_OF_REFERENCE', 'frame of reference 1', 'frame of reference 2'] as const),
    ],
    [
      'another orientation',
      { ImageOrientationPatient: CORONAL },
      ...(['MIXED_ORIENTATION', 'axial', 'coronal'] as const),
    ],
    [
      'an orientation of that name',
      { ImageOrientationPatient: turned(5) },
      ...(['MIXED_ORIENTATION', 'axial', 'axial turned by 5.0 degrees'] as const),
    ],
    [
      'the opposite normal',
      { ImageOrientationPatient: [1, 0, 0, 0, -1, 0] },
      ...(['MIXED_ORIENTATION', 'axial', 'axial turned by 180.0 degrees'] as const),
    ],
    [
      'another pixel spacing',
      { PixelSpacing: [0.5, 0.501] },
      ...(['MIXED_SPACING', '0.5 x 0.5 mm', '0.5 x 0.501 mm'] as const),
    ],
    [
      'several frames without a table',
      { NumberOfFrames: 2 },
      ...(['MULTI_FRAME', 'one frame', 'several frames'] as const),
    ],
    ['no image', { Rows: undefined }, 'NO_PIXELS', 'image', 'no image'],
    [
      'a scout in lower case',
      { ImageType: ['ORIGINAL', 'PRIMARY', 'scout'] },
      ...(['LOCALIZER', 'no localizer', 'localizer'] as const),
    ],
    [
      'a projection',
      { ImageType: ['DERIVED', 'SECONDARY', 'MIP'] },
      ...(['REFORMAT', 'no reformatted image', 'reformatted image'] as const),
    ],
    ['another modality', { Modality: 'PT' }, 'MIXED_MODALITY', 'CT', 'PT'],
    [
      'another kind of object',
      { SOPClassUID: '1.2.840.10008.5.1.4.1.1.7' },
      'MIXED_SOP_CLASS',
      ...(['CT Image Storage', 'Secondary Capture Image Storage'] as const),
    ],
  ])('K17: %s is told apart, with its name', (_, attributes, code, usual, odd) => {
    const ct = { Modality: 'CT', SOPClassUID: '1.2.840.10008.5.1.4.1.1.2' };
    const other = madeSlice({ z: 12.5, name: 'other', attributes: { ...ct, ...attributes } });
    const stacks = apart(other, ...madeStack(5, ct));
    expect(shape(stacks)).toEqual([
      [5, usual],
      [1, odd],
    ]);
    expect(stacks.reasons).toMatchObject([{ code, instances: ['other'], count: 2 }]);
    expect(stacks.reasons[0]?.message).toContain(`5 ${/^\d/u.test(usual) ? 'of ' : ''}${usual}`);
  });

  it.each([
    ['the size of most', [4, 1]],
    ['the size of few', [1, 4]],
  ])('names what is odd, whatever there is more of: %s', (_, [images = 0, localizers = 0]) => {
    const ImageType = ['ORIGINAL', 'PRIMARY', 'LOCALIZER'];
    const scouts = madeStack(localizers, { ImageType });
    const { reasons } = apart(...madeStack(images), ...scouts);
    expect(reasons.map(({ code }) => code)).toEqual(['LOCALIZER']);
    expect(reasons[0]?.instances).toEqual(names(scouts));
  });

  it('magnitude, phase, real and imaginary are no one stack, wherever that is said', () => {
    const slices = [
      ...madeStack(4, { ImageType: ['ORIGINAL', 'PRIMARY', 'M', 'ND'] }),
      ...madeStack(3, { ImageType: ['ORIGINAL', 'PRIMARY', 'PHASE MAP', 'P', 'FFE'] }),
      ...madeStack(2, { ImageType: ['ORIGINAL', 'PRIMARY', 'R_FFE', 'R', 'FFE'] }),
      madeSlice({ attributes: { ComplexImageComponent: 'IMAGINARY' } }),
    ];
    const stacks = apart(...slices);
    expect(shape(stacks)).toEqual([
      [4, 'magnitude'],
      [3, 'phase'],
      [2, 'real'],
      [1, 'imaginary'],
    ]);
    expect(stacks.reasons).toMatchObject([{ code: 'MIXED_IMAGE_TYPE', count: 4 }]);
    expect(stacks.reasons[0]?.message).toBe(
      'part of the complex number differs: 4 magnitude, 3 phase, 2 real, 1 imaginary',
    );
  });

  it('a file that is cut is told apart, and looked at no further', () => {
    const warnings = [{ code: 'PIXEL_LENGTH', message: '', offset: 0 }] as const;
    const cut = [256, 128].map((Rows) =>
      madeSlice({ instance: { warnings }, attributes: { Rows } }),
    );
    const stacks = apart(...madeStack(5), ...cut);
    expect(shape(stacks)).toEqual([
      [5, 'whole'],
      [2, 'cut'],
    ]);
    expect(stacks.reasons.map(({ code }) => code)).toEqual(['INCOMPLETE']);
  });

  it('what all have separates nothing', () => {
    const all = { SamplesPerPixel: 3, ImagePositionPatient: undefined, NumberOfFrames: 7 };
    expect(shape(apart(...madeStack(4, all)))).toEqual([[4]]);
  });

  it('rounding separates nothing, and what is not said contradicts nobody', () => {
    const slices = [
      ...madeStack(3),
      madeSlice({ z: 7.5, attributes: { ImageOrientationPatient: turned(0.09) } }),
      madeSlice({ z: 10, attributes: { PixelSpacing: [0.500049, 0.5] } }),
      madeSlice({ z: 12.5, attributes: { PixelSpacing: undefined, FrameOfReferenceUID: '' } }),
    ];
    expect(shape(apart(...slices))).toEqual([[6]]);
    const strict = { ...DEFAULT_TOLERANCES, orientation: 0.05, pixelSpacing: 1e-5 };
    expect(stacksOf(slices, strict).reasons.map(({ code }) => code)).toEqual([
      'MIXED_ORIENTATION',
      'MIXED_SPACING',
    ]);
  });

  it('planes that are turned one by one, as of a radial scan, are as many stacks', () => {
    const all = Array.from({ length: 1000 }, (_, k) =>
      madeSlice({ attributes: { ImageOrientationPatient: turned(k * 0.3) } }),
    );
    expect(apart(...all).stacks.length).toBe(1000);
  });

  it('segments mean different things, although no place repeats', () => {
    const stacks = apart(
      ...[0, 1, 2].map((z) => madeSlice({ z, attributes: { ReferencedSegmentNumber: [1] } })),
      ...[3, 4].map((z) => madeSlice({ z, attributes: { ReferencedSegmentNumber: [2] } })),
    );
    expect(shape(stacks)).toEqual([
      [3, 'segment 1'],
      [2, 'segment 2'],
    ]);
  });
});

describe('copies', () => {
  it('a second copy is left out: never the first by its name', () => {
    const attributes = { SOPInstanceUID: '2.25.9', InstanceNumber: 1 };
    const copies = ['IM10', 'IM2', 'IM3'].map((name) => madeSlice({ name, attributes }));
    const stacks = apart(...copies);
    expect(names(stacks.stacks[0]?.slices ?? [])).toEqual(['IM2']);
    expect(names(stacks.copies.map(({ copy }) => copy))).toEqual(['IM3', 'IM10']);
  });

  it.each<[string, Partial<PlannedInstance>, MadeAttributes, number]>([
    ['another size', { size: 7 }, {}, 0],
    ['another place', {}, { ImagePositionPatient: [0, 0, 5] }, 0],
    ['another number', {}, { InstanceNumber: 3 }, 0],
    ['another frame', {}, {}, 1],
    ['another time', {}, { AcquisitionTime: '101501' }, 0],
    ['another echo', {}, { EchoTime: 80 }, 0],
    ['another type', {}, { ImageType: ['DERIVED', 'PRIMARY'] }, 0],
    ['another rescale', {}, { RescaleSlope: 2 }, 0],
    ['no UID', {}, { SOPInstanceUID: '' }, 0],
  ])('%s makes no copy', (_, instance, more, frame) => {
    const attributes = { SOPInstanceUID: '2.25.9', ...(more.SOPInstanceUID === '' && more) };
    const first = madeSlice({ attributes });
    const second = madeSlice({ instance, frame, attributes: { ...attributes, ...more } });
    expect(apart(first, second).copies).toEqual([]);
  });
});

describe('copies of several images', () => {
  it('K17: each is paired with the one it is a copy of', () => {
    const CORONAL = [1, 0, 0, 0, 0, -1];
    const attributes = { SOPInstanceUID: '2.25.9', InstanceNumber: 1 };
    const coronal = { ...attributes, ImageOrientationPatient: CORONAL };
    const all = [attributes, coronal, attributes, coronal].map((some, k) =>
      madeSlice({ name: 'ABCD'[k], attributes: some }),
    );
    const { copies } = apart(...all);
    expect(copies.map(({ kept, copy }) => names([kept, copy]))).toEqual([
      ['A', 'C'],
      ['B', 'D'],
    ]);
  });
});

describe('properties', () => {
  const seed = fc.integer();
  function shuffled<T>(all: readonly T[], from: number): T[] {
    let state = from | 1;
    const keyed = all.map((one) => {
      state = Math.imul(state, 1664525) + 1013904223;
      return [state >>> 0, one] as const;
    });
    return keyed.sort(([a], [b]) => a - b).map(([, one]) => one);
  }

  const grid = fc.record({
    places: fc.integer({ min: 2, max: 12 }),
    times: fc.integer({ min: 2, max: 7 }),
    echoes: fc.integer({ min: 1, max: 3 }),
    scouts: fc.integer({ min: 0, max: 2 }),
    spacing: fc.double({ min: 0.3, max: 10, noNaN: true }),
    seed,
  });

  it('K17: echoes x times x places come apart as they were made, whatever their order and names', () => {
    fc.assert(
      fc.property(grid, ({ places, times, echoes, scouts, spacing, seed: from }) => {
        const all: PlannedSlice[] = [];
        for (let time = 1; time <= times; time++) {
          for (let echo = 1; echo <= echoes; echo++) {
            const attributes = { TemporalPositionIdentifier: time, EchoTime: 4.92 * echo };
            all.push(...madeStack(places, attributes, spacing));
          }
        }
        const ImageType = ['ORIGINAL', 'PRIMARY', 'LOCALIZER'];
        all.push(...madeStack(scouts, { ImageType }));
        const named = shuffled(all, from).map((slice, k): PlannedSlice => ({
          ...slice,
          instanceNumber: k,
          instance: { ...slice.instance, name: `${(k * 7919) % 10007}` },
        }));
        const { stacks, reasons } = apart(...named);
        const images = stacks.filter(({ labels }) =>
          labels.every(({ value }) => value !== 'localizer'),
        );
        expect(images.length).toBe(times * echoes);
        for (const { slices, labels } of images) {
          const [first] = slices;
          const values = slices.map(({ attributes, plane }) => [
            attributes.get('TemporalPositionIdentifier'),
            attributes.get('EchoTime'),
            plane?.origin[2],
          ]);
          const time = first?.attributes.get('TemporalPositionIdentifier');
          const echo = first?.attributes.get('EchoTime');
          expect(values).toEqual(
            Array.from({ length: places }, (_, k) => [time, echo, k * spacing]),
          );
          expect(labels).toContainEqual({ code: 'MIXED_TIME', value: `time ${time} of ${times}` });
        }
        expect(new Set(reasons.map(({ code }) => code))).toEqual(
          new Set([
            ...(scouts > 0 ? ['LOCALIZER'] : []),
            ...(echoes > 1 ? ['MIXED_ECHO'] : []),
            'MIXED_TIME',
          ]),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('without a repeated place, what may differ within a volume splits nothing', () => {
    const values = fc.integer({ min: 0, max: 3 });
    const slice = fc.record({ a: values, b: values, c: values, d: values });
    fc.assert(
      fc.property(fc.array(slice, { minLength: 2, maxLength: 40 }), (all) => {
        const slices = all.map(({ a, b, c, d }, k) =>
          madeSlice({
            z: k * 3,
            attributes: {
              AcquisitionNumber: a,
              EchoTime: 80 + b,
              TemporalPositionIdentifier: c,
              AcquisitionTime: `10150${d}`,
              ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL', `${a}`],
              DiffusionBValue: 990 + d * 5,
              FlipAngle: a,
            },
          }),
        );
        expect(shape(apart(...slices))).toEqual([[all.length]]);
      }),
    );
  });

  it('the order in which slices are given changes nothing', () => {
    const odd: MadeAttributes[] = [
      { ImageOrientationPatient: turned(0.06) },
      { ImageOrientationPatient: turned(0.12) },
      { Rows: 256 },
      { PixelSpacing: [0.50003, 0.5] },
      { PixelSpacing: [0.50007, 0.5] },
      { FrameOfReferenceUID: '' },
      { AcquisitionNumber: 2 },
      { ImagePositionPatient: undefined },
    ];
    const all = [
      ...madeStack(6, { AcquisitionNumber: 1, InstanceNumber: 1 }),
      ...odd.map((attributes, k) => madeSlice({ z: k * 2.5, attributes })),
      ...['b', 'a'].map((name) => madeSlice({ name, attributes: { SOPInstanceUID: '2.25.5' } })),
    ];
    const expected = apart(...all);
    expect(expected.stacks.length).toBeGreaterThan(3);
    fc.assert(
      fc.property(seed, (from) => {
        expect(apart(...shuffled(all, from))).toEqual(expected);
      }),
    );
  });
});
