import { describe, expect, it } from 'vitest';
import { isFramedexError } from '../../src/errors.ts';
import type { DisplayAttributes, VoiFunction } from '../../src/frames/display-attributes.ts';
import { render } from '../../src/display/render.ts';
import { windowTransformation } from '../../src/display/voi.ts';
import type { RenderOptions } from '../../src/display/render.ts';
import { frameOf } from './frame-of.ts';

function bytes(
  values: readonly number[],
  display: Partial<DisplayAttributes>,
  options?: RenderOptions,
): number[] {
  return [...render(frameOf(Int16Array.from(values), display), options).data];
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return isFramedexError(error) ? error.code : String(error);
  }
  return 'no error';
}

// Each row: function, center, width, [input, output before rounding], from the formulas of PS3.3.
const FORMULAS: readonly [VoiFunction, number, number, readonly (readonly [number, number])[]][] = [
  // PS3.3 C.11.2.1.2.1 note 1: c=2048, w=4096: y = ((x - 2047.5) / 4095 + 0.5) * 255
  [
    'LINEAR',
    2048,
    4096,
    [
      [-1, 0],
      [0, 0],
      [4095, 255],
      [4096, 255],
      [819, 51],
      [2047.5, 127.5],
    ],
  ],
  // note 2: c=2048, w=1: below 2048 black, from 2048 on white
  [
    'LINEAR',
    2048,
    1,
    [
      [2047, 0],
      [2047.5, 0],
      [2048, 255],
    ],
  ],
  // note 3: c=0, w=100: y = ((x + 0.5) / 99 + 0.5) * 255, black up to -50, white above 49
  [
    'LINEAR',
    0,
    100,
    [
      [-51, 0],
      [-50, 0],
      [49, 255],
      [50, 255],
      [-17, 85],
      [16, 170],
    ],
  ],
  // note 3: c=0, w=1
  [
    'LINEAR',
    0,
    1,
    [
      [-1, 0],
      [-0.5, 0],
      [0, 255],
    ],
  ],
  // note 5: a width of 2 does the same as 1 for whole numbers
  [
    'LINEAR',
    2048,
    2,
    [
      [2047, 0],
      [2048, 255],
    ],
  ],
  // soft tissue: 39.5 is the middle, (140 - 39.5) / 399 + 0.5 = 0.75188
  [
    'LINEAR',
    40,
    400,
    [
      [-160, 0],
      [39.5, 127.5],
      [140, 191.7293233],
      [239, 255],
      [240, 255],
    ],
  ],
  // C.11.2.1.3.2: c=0, w=100: y = (x / 100 + 0.5) * 255
  [
    'LINEAR_EXACT',
    0,
    100,
    [
      [-50, 0],
      [-25, 63.75],
      [0, 127.5],
      [25, 191.25],
      [50, 255],
      [51, 255],
    ],
  ],
  [
    'LINEAR_EXACT',
    0.5,
    0.2,
    [
      [0.4, 0],
      [0.5, 127.5],
      [0.61, 255],
    ],
  ],
  // C.11.2.1.3.1: y = 255 / (1 + exp(-4 (x - c) / w)); 1 / (1 + e) = 0.2689414, 1 / (1 + 1 / e^2) = 0.8807971
  [
    'SIGMOID',
    40,
    400,
    [
      [40, 127.5],
      [-60, 68.5800624],
      [240, 224.6032549],
    ],
  ],
];

describe('window formulas', () => {
  it.each(FORMULAS)('K01 K02 %s with center %d, width %d', (name, center, width, points) => {
    for (const white of [255, 65_535]) {
      const values = Float64Array.from(points, ([x]) => x);
      windowTransformation({ center, width, function: name }, white)(values);
      points.forEach(([x, y], k) => {
        expect([x, values[k]]).toEqual([x, expect.closeTo((y / 255) * white, 3)]);
      });
    }
  });

  it('K16 gives the ends for infinite values', () => {
    for (const name of ['LINEAR', 'LINEAR_EXACT', 'SIGMOID'] as const) {
      const values = Float64Array.of(-Infinity, Infinity, NaN);
      windowTransformation({ center: 40, width: 400, function: name }, 255)(values);
      expect([...values]).toEqual([0, 255, NaN]);
    }
  });
});

describe('which window', () => {
  const windows = [
    { center: 50, width: 100 },
    { center: 500, width: 1000 },
  ];

  it('K03 takes the first one, or the one of that number', () => {
    expect(bytes([0, 99, 250, 999], { windows })).toEqual([0, 255, 255, 255]);
    expect(bytes([0, 99, 250, 999], { windows }, { window: 1 })).toEqual([0, 25, 64, 255]);
    expect(render(frameOf(Int16Array.of(1), { windows }), { window: 1 }).window).toEqual({
      center: 500,
      width: 1000,
      function: 'LINEAR',
      from: 'file',
    });
  });

  it('K03 refuses a number that is not there', () => {
    for (const window of [2, -1, 0.5, NaN]) {
      expect(codeOf(() => bytes([0], { windows }, { window }))).toBe('USAGE');
    }
  });

  it('takes a window of the caller, with the function of the frame or its own', () => {
    const window = { center: 0, width: 100 };
    expect(bytes([-25, 25], { voiFunction: 'LINEAR_EXACT' }, { window })).toEqual([64, 191]);
    expect(bytes([-25, 25], {}, { window: { ...window, function: 'SIGMOID' } })).toEqual([69, 186]);
  });

  it('K01 K02 refuses a window of the caller that its function does not allow', () => {
    for (const [width, voiFunction] of [
      [0.5, 'LINEAR'],
      [0, 'LINEAR'],
      [-400, 'LINEAR'],
      [NaN, 'LINEAR'],
      [Infinity, 'LINEAR'],
      [0, 'SIGMOID'],
      [-1, 'LINEAR_EXACT'],
    ] as const) {
      const window = { center: 0, width };
      expect(codeOf(() => bytes([0], { voiFunction }, { window }))).toBe('USAGE');
    }
    expect(codeOf(() => bytes([0], {}, { window: { center: NaN, width: 1 } }))).toBe('USAGE');
  });

  it('K01 K02 falls back to the values of the frame, and says so, when the file gives a window that is not allowed', () => {
    for (const [center, width, voiFunction] of [
      [10, 0, 'LINEAR'],
      [10, -5, 'LINEAR'],
      [10, 0.9, 'LINEAR'],
      [10, NaN, 'LINEAR'],
      [NaN, 100, 'LINEAR'],
      [10, 0, 'SIGMOID'],
      [10, 0, 'LINEAR_EXACT'],
    ] as const) {
      const display = { windows: [{ center, width }], voiFunction };
      expect(bytes([-100, 0, 100], display)).toEqual([0, 128, 255]);
      expect(bytes([-100, 0, 100], display, { window: 0 })).toEqual([0, 128, 255]);
      const { window, warnings } = render(frameOf(Int16Array.of(-100, 0, 100), display));
      expect(window?.from).toBe('percentile');
      expect(warnings).toMatchObject([{ code: 'WINDOW', tag: 0x00281051 }]);
      const usable = { center: 0, width: 50 };
      const two = render(
        frameOf(Int16Array.of(1), { ...display, windows: [{ center, width }, usable] }),
      );
      expect(two.window).toMatchObject({ ...usable, from: 'file' });
      expect(two.warnings).toHaveLength(1);
    }
  });

  it('K03 finds a window or a VOI LUT by its name, whatever its case, and names those there are', () => {
    const named = [
      { center: 50, width: 100, explanation: 'SOFT ' },
      { center: 500, width: 1000, explanation: 'Lung' },
    ];
    const lut = { first: 0, bits: 8, data: Uint16Array.of(9, 8), explanation: 'NORMAL' };
    const frame = frameOf(Int16Array.of(0, 1), { windows: named, voiLuts: [lut, lut] });
    expect(render(frame, { window: ' lung' }).window).toMatchObject({ center: 500, from: 'file' });
    expect(render(frame, { window: 'Soft' }).window).toMatchObject({ center: 50 });
    expect(render(frame, { voiLut: 'normal' }).voiLut).toEqual({
      number: 0,
      explanation: 'NORMAL',
    });
    expect(render(frame, { voiLut: 1 }).voiLut).toEqual({ number: 1, explanation: 'NORMAL' });
    expect([...render(frame, { voiLut: 1 }).data]).toEqual([9, 8]);
    expect(() => render(frame, { window: 'bone' })).toThrow(/USAGE: .*SOFT, Lung/);
    expect(() => render(frame, { voiLut: 2 })).toThrow(/USAGE: .*NORMAL/);
  });
});

describe('the full range', () => {
  it('shows the lowest value black, the highest white, and says so', () => {
    const image = render(
      frameOf(Int16Array.of(-1000, 0, 3000), { rescale: { slope: 2, intercept: 10 } }),
    );
    expect([...image.data]).toEqual([0, 64, 255]);
    expect(image.window).toEqual({
      ...{ center: 2010, width: 8000, function: 'LINEAR_EXACT', from: 'percentile' },
    });
  });

  it('is the window of PS3.3 C.11.2.1.2.1 note 4', () => {
    const frame = frameOf(Int16Array.from({ length: 4001 }, (_, i) => i - 1000));
    const note4 = { center: (-1000 + 3000 + 1) / 2, width: 3000 + 1000 + 1 };
    expect(render(frame, { voi: 'full' }).data).toEqual(render(frame, { window: note4 }).data);
  });

  it('makes the same picture when its window is given back', () => {
    for (const data of [
      Int16Array.of(3, 5, 9),
      Float32Array.of(1e-6, 2e-6, 7e-6),
      Int16Array.of(4),
    ]) {
      const image = render(frameOf(data));
      expect(render(frameOf(data), { window: image.window }).data).toEqual(image.data);
    }
  });

  it('goes before windows and tables when it is asked for', () => {
    const display = {
      windows: [{ center: 0, width: 1 }],
      voiLuts: [{ first: 0, bits: 8, data: Uint16Array.of(7) }],
    };
    expect(bytes([10, 20, 30], display, { voi: 'full' })).toEqual([0, 128, 255]);
  });

  it('of one single value is black, also for floats and for large ones', () => {
    for (const value of [0, -5, 1e-30, 1e300, 2 ** 53]) {
      expect([...render(frameOf(Float64Array.of(value, value))).data]).toEqual([0, 0]);
    }
  });

  it('of one bit is 0 to 1, even where only one of them occurs', () => {
    expect([...render(frameOf(Uint8Array.of(1, 1), {}, { bitsStored: 1 })).data]).toEqual([
      255, 255,
    ]);
    expect([...render(frameOf(Uint8Array.of(0, 0), {}, { bitsStored: 1 })).data]).toEqual([0, 0]);
    for (const voi of ['full', 'percentile'] as const) {
      const full = frameOf(Uint8Array.of(1, 1), {}, { bitsStored: 1 });
      expect([...render(full, { voi }).data]).toEqual([255, 255]);
    }
  });

  it('K09 leaves padding out', () => {
    const display = { padding: { low: -2000, high: -1900 } };
    const values = [-2000, -1950, -1900, -100, 0, 100];
    expect(bytes(values, display)).toEqual([0, 0, 0, 0, 128, 255]);
  });

  it('K09 of nothing but padding is black and has no window', () => {
    const image = render(
      frameOf(Int16Array.of(-2000, -2000), { padding: { low: -2000, high: -2000 } }),
    );
    expect([...image.data]).toEqual([0, 0]);
    expect(image.window).toBeUndefined();
  });
});

describe('VOI LUT', () => {
  const table = { first: -2, bits: 12, data: Uint16Array.of(0, 4095, 2048, 1024) };
  const windows = [{ center: 0, width: 1 }];

  it('K05 goes before the window, and the window before it when asked for', () => {
    expect(bytes([-2, -1, 0, 1], { voiLuts: [table], windows })).toEqual([0, 255, 128, 64]);
    expect(bytes([-2, -1, 0, 1], { voiLuts: [table], windows }, { voi: 'window' })).toEqual([
      0, 0, 255, 255,
    ]);
    expect(render(frameOf(Int16Array.of(0), { voiLuts: [table] })).window).toBeUndefined();
    expect(bytes([-1, 0], { voiLuts: [table] }, { voi: 'window' })).toEqual([255, 128]);
  });

  it('K06 K07 clips before the first and beyond the last entry', () => {
    expect(bytes([-32768, -3, 2, 32767], { voiLuts: [table] })).toEqual([0, 0, 64, 64]);
  });

  it('K06 takes entries above its bits as white', () => {
    const wide = { first: 0, bits: 8, data: Uint16Array.of(0, 255, 4095) };
    expect(bytes([0, 1, 2], { voiLuts: [wide] })).toEqual([0, 255, 255]);
  });

  it('K07 is as good as absent without entries', () => {
    const empty = { first: 0, bits: 16, data: new Uint16Array(0) };
    expect(bytes([1, 2, 3], { voiLuts: [empty] })).toEqual([0, 128, 255]);
    expect(bytes([1, 2, 3], { modalityLut: empty })).toEqual([0, 128, 255]);
  });

  it('K05 comes after the modality LUT, which takes the place of rescale', () => {
    const modalityLut = { first: 10, bits: 8, data: Uint16Array.of(0, 1) };
    const display = { modalityLut, rescale: { slope: 100, intercept: 7 }, voiLuts: [table] };
    expect(bytes([10, 11], display)).toEqual([128, 64]);
  });
});
