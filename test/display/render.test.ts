import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFramedexError } from '../../src/errors.ts';
import type { VoiFunction } from '../../src/frames/display-attributes.ts';
import type { Samples } from '../../src/frames/frame.ts';
import { render } from '../../src/display/render.ts';
import { frameOf } from './frame-of.ts';
import type { DisplayParts } from './frame-of.ts';
import { differsAt } from '../support/differs-at.ts';

const ALL = Uint16Array.from({ length: 65_536 }, (_, i) => i);

function windowOf(c: number, w: number, name: VoiFunction, x: number): number {
  if (name === 'SIGMOID') return 255 / (1 + Math.exp(-4 * ((x - c) / w)));
  const [middle, width] = name === 'LINEAR' ? [c - 0.5, w - 1] : [c, w];
  if (x <= middle - width / 2) return 0;
  if (x > middle + width / 2) return 255;
  return ((x - middle) / width + 0.5) * 255;
}

describe('look-up table and direct computation', () => {
  const cases = fc.record({
    slope: fc.double({ min: -10, max: 10, noNaN: true }).filter((slope) => Math.abs(slope) > 1e-3),
    intercept: fc.integer({ min: -4096, max: 4096 }),
    center: fc.integer({ min: -5000, max: 70_000 }),
    width: fc.integer({ min: 1, max: 70_000 }),
    voiFunction: fc.constantFrom<VoiFunction>('LINEAR', 'LINEAR_EXACT', 'SIGMOID'),
    monochrome1: fc.boolean(),
    signed: fc.boolean(),
  });

  it('K01 K02 K04 K16 agree with a float oracle on all 65,536 values', () => {
    fc.assert(
      fc.property(
        cases,
        ({ slope, intercept, center, width, voiFunction, monochrome1, signed }) => {
          const values = signed ? new Int16Array(ALL.buffer) : ALL;
          const frame = frameOf(
            values,
            { rescale: { slope, intercept }, windows: [{ center, width }], voiFunction },
            { photometricInterpretation: monochrome1 ? 'MONOCHROME1' : 'MONOCHROME2' },
          );
          const table = render(frame).data;
          const direct = render({ ...frame, data: Float64Array.from(values) }).data;
          for (let i = 0; i < 65_536; i++) {
            const y = windowOf(center, width, voiFunction, (values[i] ?? 0) * slope + intercept);
            const grey = monochrome1 ? 255 - (table[i] ?? 0) : (table[i] ?? 0);
            if (Math.abs(grey - y) > 0.5 + 1e-6)
              throw new Error(`value ${values[i]}: ${grey}, not ${y}`);
          }
          expect(
            differsAt(new Uint8Array(table.buffer), new Uint8Array(direct.buffer)),
          ).toBeUndefined();
        },
      ),
      { numRuns: 40 },
    );
  });

  it('K16 agree for every type of array', () => {
    // ((x - 49.5) / 100 + 0.5) * 255: 1.275, 3.825, 65.025, 128.775, then above 99.5
    const display = { windows: [{ center: 50, width: 101 }] };
    const values = [0, 1, 25, 50, 100, 101, 127];
    const arrays: Samples[] = [
      Uint8Array.from(values),
      Int8Array.from(values),
      Uint16Array.from(values),
      Int16Array.from(values),
      Uint32Array.from(values),
      Int32Array.from(values),
      Float32Array.from(values),
      Float64Array.from(values),
      BigUint64Array.from(values, BigInt),
      BigInt64Array.from(values, BigInt),
    ];
    for (const data of arrays) {
      expect([...render(frameOf(data, display)).data]).toEqual([1, 4, 65, 129, 255, 255, 255]);
    }
  });

  it('K16 read negative values as such in every signed type', () => {
    const values = [-128, -64, 0, 127];
    const arrays: Samples[] = [
      Int8Array.from(values),
      Int16Array.from(values),
      Int32Array.from(values),
      Float32Array.from(values),
      BigInt64Array.from(values, BigInt),
    ];
    for (const data of arrays) expect([...render(frameOf(data)).data]).toEqual([0, 64, 128, 255]);
  });

  it('read a frame that is a view in the middle of a larger buffer', () => {
    const whole = Int16Array.of(9999, -1, 0, 1, -9999);
    expect([...render(frameOf(whole.subarray(1, 4))).data]).toEqual([0, 128, 255]);
    const bytes = Int8Array.of(100, -1, 0, 1, -100);
    expect([...render(frameOf(bytes.subarray(1, 4))).data]).toEqual([0, 128, 255]);
  });

  it('ignore values beyond the last pixel', () => {
    const data = Int16Array.of(0, 1, 2, 9999);
    expect([...render(frameOf(data, {}, { columns: 3 })).data]).toEqual([0, 128, 255]);
  });
});

describe('presentation', () => {
  const display = { windows: [{ center: 128, width: 256 }] };
  const values = Uint8Array.of(0, 100, 255);
  const shown = (
    attributes: DisplayParts,
    photometricInterpretation: string,
    invert?: boolean,
  ): number[] => [
    ...render(frameOf(values, { ...display, ...attributes }, { photometricInterpretation }), {
      invert,
    }).data,
  ];

  it('K08 inverts once for MONOCHROME1, for INVERSE, and for both', () => {
    expect(shown({}, 'MONOCHROME2')).toEqual([0, 100, 255]);
    expect(shown({}, 'MONOCHROME1')).toEqual([255, 155, 0]);
    expect(shown({ inverse: true }, 'MONOCHROME2')).toEqual([255, 155, 0]);
    expect(shown({ inverse: true }, 'MONOCHROME1')).toEqual([255, 155, 0]);
  });

  it('K08 turns that around when asked to', () => {
    expect(shown({}, 'MONOCHROME2', true)).toEqual([255, 155, 0]);
    expect(shown({}, 'MONOCHROME1', true)).toEqual([0, 100, 255]);
  });

  it('K08 inverts after the window, not before', () => {
    const frame = frameOf(
      Uint16Array.of(0, 99, 4095),
      { windows: [{ center: 50, width: 100 }] },
      { photometricInterpretation: 'MONOCHROME1', bitsStored: 12 },
    );
    expect([...render(frame).data]).toEqual([255, 0, 0]);
  });

  it('K09 leaves padding black whichever way the picture is inverted', () => {
    const padding = { low: 255, high: 255 };
    expect(shown({ padding }, 'MONOCHROME2')).toEqual([0, 100, 0]);
    expect(shown({ padding }, 'MONOCHROME1')).toEqual([255, 155, 0]);
    expect(shown({ padding: { low: 0, high: 0 } }, 'MONOCHROME1')).toEqual([0, 155, 0]);
    expect(shown({ padding: { low: 0, high: 0 } }, 'MONOCHROME2', true)).toEqual([0, 155, 0]);
  });

  it('K16 shows NaN as background and clips infinities', () => {
    const data = Float32Array.of(NaN, -Infinity, 0, 1, 2, Infinity);
    expect([...render(frameOf(data)).data]).toEqual([0, 0, 0, 128, 255, 255]);
    expect([
      ...render(frameOf(data, {}, { photometricInterpretation: 'MONOCHROME1' })).data,
    ]).toEqual([0, 255, 255, 128 - 1, 0, 0]);
    expect([...render(frameOf(Float64Array.of(NaN, NaN))).data]).toEqual([0, 0]);
  });
});

describe('rescale', () => {
  it('K04 may have a negative slope', () => {
    const display = { rescale: { slope: -1, intercept: 0 } };
    expect([...render(frameOf(Int16Array.of(0, 1, 2), display)).data]).toEqual([255, 128, 0]);
  });

  it('K04 with a slope of 0 or no number is taken as 1', () => {
    for (const slope of [0, NaN, Infinity]) {
      const display = { rescale: { slope, intercept: NaN } };
      expect([...render(frameOf(Int16Array.of(0, 1, 2), display)).data]).toEqual([0, 128, 255]);
    }
  });
});

describe('RGB', () => {
  it('of 8 bits goes through unchanged, whatever the window', () => {
    const data = Uint8Array.of(0, 127, 255, 1, 2, 3);
    const rgb = { columns: 2, samplesPerPixel: 3, photometricInterpretation: 'RGB' };
    const image = render(frameOf(data, { windows: [{ center: 1, width: 1 }], inverse: true }, rgb));
    expect([image.channels, image.width, image.height]).toEqual([3, 2, 1]);
    expect([...image.data]).toEqual([...data]);
    expect(image.window).toBeUndefined();
    expect([...render(frameOf(data, {}, rgb), { invert: true }).data]).toEqual([
      255, 128, 0, 254, 253, 252,
    ]);
  });

  it('of 12 and 16 bits is scaled by Bits Stored', () => {
    const rgb = { columns: 1, samplesPerPixel: 3, photometricInterpretation: 'RGB' };
    const twelve = frameOf(Uint16Array.of(0, 2048, 4095), {}, { ...rgb, bitsStored: 12 });
    expect([...render(twelve).data]).toEqual([0, 128, 255]);
    const sixteen = frameOf(Uint16Array.of(0, 32_768, 65_535), {}, rgb);
    expect([...render(sixteen).data]).toEqual([0, 128, 255]);
    const lying = frameOf(Uint16Array.of(0, 255, 65_535), {}, { ...rgb, bitsStored: 8 });
    expect([...render(lying).data]).toEqual([0, 255, 255]);
  });
});

describe('what cannot be shown', () => {
  const fault = (run: () => unknown): string => {
    try {
      run();
    } catch (error) {
      return isFramedexError(error) ? error.message : `not ours: ${String(error)}`;
    }
    return 'no error';
  };

  it('other photometric interpretations are named', () => {
    for (const photometricInterpretation of ['YBR_RCT', 'YBR_ICT', 'CIELAB', '']) {
      const frame = frameOf(Uint8Array.of(1), {}, { photometricInterpretation });
      expect(fault(() => render(frame))).toMatch(
        `UNSUPPORTED_PHOTOMETRIC_INTERPRETATION: cannot show ${photometricInterpretation} in (0028,0004), `,
      );
    }
  });

  it('a palette that is not there', () => {
    const frame = frameOf(Uint8Array.of(1), {}, { photometricInterpretation: 'PALETTE COLOR' });
    expect(fault(() => render(frame))).toMatch(
      /^UNSUPPORTED_PHOTOMETRIC_INTERPRETATION: .*palette/,
    );
  });

  it('a frame that contradicts itself', () => {
    const data = new Uint8Array(6);
    for (const frame of [
      { samplesPerPixel: 3, columns: 2 },
      { photometricInterpretation: 'RGB' },
      { rows: 2 },
      { rows: 0 },
      { columns: -6 },
      { columns: 1.5 },
      { rows: NaN },
      { photometricInterpretation: 'RGB', samplesPerPixel: 3, columns: 2, bitsStored: 0 },
    ]) {
      expect(fault(() => render(frameOf(data, {}, frame)))).toMatch(/^BAD_PIXEL_MODULE: /);
    }
  });

  it('64-bit values that are not exact as numbers', () => {
    expect(fault(() => render(frameOf(BigUint64Array.of(2n ** 60n))))).toMatch(
      /^BAD_PIXEL_MODULE: .*1152921504606846976/,
    );
  });

  it('64-bit padding is background, however large', () => {
    const padding = { low: 2 ** 60, high: 2 ** 60 };
    const data = BigInt64Array.of(2n ** 60n, 0n, 100n);
    expect([...render(frameOf(data, { padding })).data]).toEqual([0, 0, 255]);
    expect(fault(() => render(frameOf(BigInt64Array.of(2n ** 61n), { padding })))).toMatch(
      /^BAD_PIXEL_MODULE: /,
    );
  });

  it('cells, whose other bits are no part of values', () => {
    const frame = frameOf(Uint16Array.of(0x8001), {}, { bitsStored: 12, cells: true });
    expect(fault(() => render(frame))).toMatch(/^USAGE: .*cells/);
  });

  it('a size that is none', () => {
    for (const size of [0, -1, 1.5, NaN, Infinity, 16_385]) {
      expect(fault(() => render(frameOf(Uint8Array.of(1)), { size }))).toMatch(/^USAGE: /);
    }
  });
});

describe('16 bits', () => {
  const grey = { windows: [{ center: 2048, width: 4096 }] };

  it('are the grey as it is before it is rounded, not 8 bits made longer', () => {
    const frame = frameOf(Uint16Array.of(0, 1, 2048, 4095), grey);
    const image = render(frame, { bitDepth: 16 });
    expect([image.bitDepth, image.data]).toEqual([16, Uint16Array.of(0, 16, 32_776, 65_535)]);
    const inverted = render(frame, { bitDepth: 16, invert: true });
    expect([...inverted.data]).toEqual([65_535, 65_519, 32_759, 0]);
  });

  it('of colours of 8 bits are 257 times as much', () => {
    const rgb = { columns: 1, samplesPerPixel: 3, photometricInterpretation: 'RGB' };
    const frame = frameOf(Uint8Array.of(0, 1, 255), {}, rgb);
    expect([...render(frame, { bitDepth: 16 }).data]).toEqual([0, 257, 65_535]);
  });

  it('are the one other depth there is', () => {
    const options = { bitDepth: 12 as never };
    expect(() => render(frameOf(Uint8Array.of(1)), options)).toThrow('USAGE: no depth of pictures');
  });
});

describe('what is said of a picture', () => {
  it('nothing where nothing was tolerated', () => {
    const image = render(frameOf(Uint8Array.of(1, 2)));
    expect(image.warnings).toEqual([]);
    expect(Object.keys(image)).not.toContain('partial');
  });

  it('K04 a slope that is no slope', () => {
    const { warnings } = render(frameOf(Uint8Array.of(1), { rescale: { slope: 0, intercept: 0 } }));
    expect(warnings).toMatchObject([{ code: 'PIXEL_MODULE', tag: 0x00281053 }]);
  });

  it('what was tolerated of the frame comes first, and is not said again', () => {
    const told = [
      { code: 'CODE_STREAM', message: 'signed', offset: 5 },
      { code: 'WINDOW', message: 'a window', offset: 7, tag: 0x00281051 },
      { code: 'PIXEL_ASPECT', message: 'a shape', offset: 9, tag: 0x00280034 },
      { code: 'PIXEL_MODULE', message: 'a slope', offset: 8, tag: 0x00281053 },
    ] as const;
    const wrong = {
      windows: [{ center: 1, width: 0 }],
      rescale: { slope: 0, intercept: 0 },
      pixelAspect: 0,
    };
    const { warnings } = render(frameOf(Uint8Array.of(1), wrong, { warnings: told }));
    expect(warnings).toEqual(told);
    const iccProfile = { offset: 1, colourSpace: 'X' };
    const rgb = { photometricInterpretation: 'RGB', samplesPerPixel: 3, columns: 1 };
    const colour = frameOf(Uint8Array.of(1, 2, 3), { iccProfile }, { ...rgb, warnings: told });
    expect(render(colour).warnings.map(({ code }) => code)).toEqual([
      ...told.map(({ code }) => code),
      'ICC_PROFILE',
    ]);
    expect(told).toHaveLength(4);
  });

  it('K18 pixels that cannot be', () => {
    const { warnings } = render(frameOf(Uint8Array.of(1), { pixelAspect: 1e9 }));
    expect(warnings).toMatchObject([{ code: 'PIXEL_ASPECT', tag: 0x00280034 }]);
  });
});

describe('overlays', () => {
  const plane = { type: 'G', rows: 1, columns: 1, row: 0, data: Uint8Array.of(1) } as const;
  const overlays = [
    { ...plane, group: 0x6000, column: 0 },
    { ...plane, group: 0x6002, column: 2 },
  ];
  const display = { overlayGroups: [0x6000, 0x6002], windows: [{ center: 128, width: 256 }] };
  const frame = frameOf(Uint8Array.of(10, 20, 30), display, { overlays });

  it('K14 are drawn in white when they are asked for, all or some', () => {
    expect([...render(frame).data]).toEqual([10, 20, 30]);
    expect([...render(frame, { overlays: true }).data]).toEqual([255, 20, 255]);
    expect([...render(frame, { overlays: [0x6002] }).data]).toEqual([10, 20, 255]);
    expect([...render(frame, { overlays: true, bitDepth: 16 }).data]).toEqual([
      65_535, 5140, 65_535,
    ]);
  });

  it('K14 of a frame that was read without them are refused, with advice', () => {
    const without = { ...frame, overlays: undefined };
    expect(() => render(without, { overlays: true })).toThrow(/^USAGE: .*overlays: true/);
    expect(() => render(without, { overlays: [0x6002] })).toThrow(/^USAGE: .*overlays: true/);
    expect([...render(without, { overlays: [] }).data]).toEqual([10, 20, 30]);
    expect(() => render(frame, { overlays: [0x6004] })).toThrow(/USAGE: .*0x6000, 0x6002.*0x6004/);
    const none = frameOf(Uint8Array.of(1));
    expect([...render(none, { overlays: true }).data]).toEqual([...render(none).data]);
    expect(() => render(none, { overlays: [0x6000] })).toThrow(/USAGE: .*no overlay.*none/);
  });
});
