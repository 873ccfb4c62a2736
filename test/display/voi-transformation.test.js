import { describe, expect, it } from 'vitest';
import { windowTransformation } from '../../src/display/voi-transformation.js';
// Each row: function, center, width, [input, output before rounding], from the formulas of PS3.3.
const FORMULAS = [
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
    for (const name of ['LINEAR', 'LINEAR_EXACT', 'SIGMOID']) {
      const values = Float64Array.of(-Infinity, Infinity, NaN);
      windowTransformation({ center: 40, width: 400, function: name }, 255)(values);
      expect([...values]).toEqual([0, 255, NaN]);
    }
  });
});
