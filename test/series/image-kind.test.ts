import { describe, expect, it } from 'vitest';
import { isLocalizer, isReformat, kindOfType } from '../../src/series/image-kind.ts';
import type { ImageKind } from '../../src/series/image-kind.ts';
import { planSeries } from '../../src/series/plan-series.ts';
import { madeSlice } from '../support/made-slices.ts';

describe('the kind of an image', () => {
  it.each<[string, ImageKind]>([
    ['ORIGINAL\\PRIMARY\\AXIAL', 'original'],
    ['ORIGINAL\\PRIMARY\\SURVEY', 'localizer'],
    ['ORIGINAL\\PRIMARY\\localizer', 'localizer'],
    ['ORIGINAL\\PRIMARY\\AXIAL\\TOPOGRAM', 'localizer'],
    ['DERIVED\\SECONDARY\\MPR', 'reformat'],
    ['DERIVED\\SECONDARY\\ mip ', 'reformat'],
    ['derived\\PRIMARY\\AXIAL', 'derived'],
    ['LOCALIZER\\PRIMARY', 'unknown'],
    ['', 'unknown'],
  ])('K17: %s is %s, for plans and for ranks', (type, kind) => {
    const ImageType = type.split('\\');
    const slice = madeSlice({ attributes: { ImageType } });
    expect(kindOfType(ImageType).kind).toBe(kind);
    expect(isLocalizer(slice)).toBe(kind === 'localizer');
    expect(isReformat(slice)).toBe(kind === 'reformat');
  });
});

describe('K17: a volume whose contrast varies', () => {
  it('is one, and says so', () => {
    const slices = Array.from({ length: 20 }, (_, k) =>
      madeSlice({
        z: k * 2.5,
        attributes: { ConvolutionKernel: [k < 10 ? 'B30f' : 'B70f'], EchoTime: k === 3 ? 5 : 80 },
      }),
    );
    const { plan } = planSeries(slices);
    expect(plan.verdict).toBe('volume');
    expect(plan.reasons.map(({ code, count }) => [code, count])).toEqual([
      ['MIXED_ECHO', 1],
      ['MIXED_CONTRAST', 10],
    ]);
  });
});
