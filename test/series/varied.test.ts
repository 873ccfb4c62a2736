import { describe, expect, it } from 'vitest';
import { variedIssues } from '../../src/series/varied.ts';
import { madeSlice, madeStack } from '../support/made-slices.ts';
import type { MadeAttributes } from '../support/made-slices.ts';

describe('K17: contrasts that vary within a stack', () => {
  it.each<[string, (k: number) => MadeAttributes, string]>([
    ['MIXED_ECHO', (k) => ({ EchoTime: k === 2 ? 5 : 80 }), 'echo time'],
    ['MIXED_B_VALUE', (k) => ({ DiffusionBValue: k === 2 ? 0 : 1000 }), 'b-value'],
    ['MIXED_CONTRAST', (k) => ({ InversionTime: k === 2 ? 150 : 2500 }), 'inversion time'],
    ['MIXED_CONTRAST', (k) => ({ FlipAngle: k === 2 ? 10 : 20 }), 'flip angle'],
    ['MIXED_CONTRAST', (k) => ({ KVP: k === 2 ? 80 : 120 }), 'tube voltage'],
    [
      'MIXED_CONTRAST',
      (k) => ({ ConvolutionKernel: [k === 2 ? 'B30f' : 'B70f'] }),
      'convolution kernel',
    ],
    [
      'MIXED_IMAGE_TYPE',
      (k) => ({ ImageType: [k === 2 ? 'DERIVED' : 'ORIGINAL', 'PRIMARY'] }),
      'image type',
    ],
  ])('%s', (code, of, attribute) => {
    const slices = [0, 1, 2, 3].map((z) => madeSlice({ z, name: `S${z}`, attributes: of(z) }));
    const issues = variedIssues(slices);
    expect(issues).toMatchObject([{ code, instances: ['S2'], count: 1 }]);
    expect(issues[0]?.message).toContain(`${attribute} varies within the stack: 3 `);
  });

  it('says nothing of what is the same, rounded or not said', () => {
    const slices = [
      ...madeStack(3, { EchoTime: 4.92, KVP: 120 }),
      ...madeStack(2, { EchoTime: 4.92001, KVP: undefined }),
    ];
    expect(variedIssues(slices)).toEqual([]);
    expect(variedIssues([])).toEqual([]);
  });

  it('names all that are not as most are, however many values there are', () => {
    const slices = Array.from({ length: 20 }, (_, k) =>
      madeSlice({ z: k, name: `S${k}`, attributes: { EchoTime: k < 2 ? 80 : 80 + k } }),
    );
    const [issue] = variedIssues(slices);
    expect(issue?.count).toBe(18);
    expect(issue?.instances).not.toContain('S0');
    expect(issue?.message).toMatch(/: 2 of 80 ms, 1 of 82 ms, .*13 more$/u);
  });
});
