import { describe, expect, it } from 'vitest';
import { drawn, labelsOf, TWO_SEGMENTS } from '../support/segmentation.ts';
import type { SegmentationParts } from '../support/segmentation.ts';

/** Segments 1, 2 and 3 at one place, which have 4, 2 and 2 voxels: one of all three, two of two. */
const OVERLAPPING: SegmentationParts = {
  rows: 1,
  columns: 5,
  segments: [{ number: 1 }, { number: 2 }, { number: 3 }],
  frames: [
    { segment: 2, data: [0, 1, 1, 0, 0] },
    { segment: 1, data: [1, 1, 1, 1, 0] },
    { segment: 3, data: [0, 0, 1, 0, 1] },
  ],
};

describe('labelVolume: segments', () => {
  it('refuses segments that overlap, and says which and how much', async () => {
    await expect(labelsOf(OVERLAPPING)).rejects.toMatchObject({
      code: 'NOT_A_VOLUME',
      summary: 'segments overlap',
      details: { found: '2 voxels of several of the segments 1, 2, 3' },
    });
  });

  it.each([
    ['lowest', '11113'],
    ['highest', '12313'],
  ] as const)('gives voxels of several to the %s', async (overlap, expected) => {
    const labels = await labelsOf(OVERLAPPING, { overlap });
    expect([drawn(labels), labels.overlapping]).toEqual([[[expected]], 2]);
  });

  it('takes those that are asked for, in the same grid', async () => {
    const labels = await labelsOf(OVERLAPPING, { segments: [3] });
    expect([drawn(labels), labels.overlapping]).toEqual([[['00303']], 0]);
    expect(labels.segments.map(({ number }) => number)).toEqual([3]);
    const upper = await labelsOf(TWO_SEGMENTS, { segments: [1] });
    expect(upper.size).toEqual([3, 2, 3]);
    for (const segments of [[1, 9], [0], [1.5]]) {
      await expect(labelsOf(OVERLAPPING, { segments })).rejects.toMatchObject({ code: 'USAGE' });
    }
  });

  it('has numbers beyond 255 in 16 bits, also where a later instance brings them', async () => {
    const one = { rows: 1, columns: 2, frames: [{ z: 0, segment: 255, data: [1, 0] }] };
    const other = { rows: 1, columns: 2, frames: [{ z: 1, segment: 300, data: [0, 1] }] };
    const alone = await labelsOf({ ...one, segments: [{ number: 255 }] });
    expect(alone.data).toEqual(Uint8Array.of(255, 0));
    const both = await labelsOf([
      { ...one, segments: [{ number: 255 }] },
      { ...other, segments: [{ number: 300 }] },
    ]);
    expect(both.data).toEqual(Uint16Array.of(255, 0, 0, 300));
    expect(both.plan).toMatchObject({ samples: 'Uint16Array', byteLength: 8 });
  });

  it('knows the segment of frames that do not say it where there is only one', async () => {
    const frames = [{ data: [1, 0] }];
    const only = await labelsOf({ rows: 1, columns: 2, segments: [{ number: 4 }], frames });
    expect([...only.data]).toEqual([4, 0]);
    for (const wrong of [frames, [{ data: [1, 0], segment: [1, 2] }]]) {
      await expect(
        labelsOf({
          rows: 1,
          columns: 2,
          segments: [{ number: 1 }, { number: 2 }],
          frames: wrong,
        }),
      ).rejects.toMatchObject({
        code: 'NOT_A_VOLUME',
        summary: 'frame 0 does not say of which segment it is',
      });
    }
  });

  it('refuses two masks of a segment at one place, and another segment of its number', async () => {
    const one = { rows: 1, columns: 1, frames: [{ segment: 1, data: [1] }] };
    await expect(labelsOf([one, one])).rejects.toMatchObject({
      code: 'NOT_A_VOLUME',
      summary: 'frame 0 is a second one of segment 1 at its place',
    });
    const other = { ...one, frames: [{ z: 1, segment: 1, data: [1] }] };
    expect([...(await labelsOf([one, other])).data]).toEqual([1, 1]);
    // A copy is no second mask.
    expect([...(await labelsOf([one, { ...one, uid: 1 }])).data]).toEqual([1]);
    await expect(
      labelsOf([one, { ...other, segments: [{ number: 1, label: 'other' }] }]),
    ).rejects.toMatchObject({ code: 'NOT_A_VOLUME', summary: /segment 1 is another one/ });
  });
});

describe('labelVolume: FRACTIONAL', () => {
  const parts: SegmentationParts = {
    type: 'FRACTIONAL',
    rows: 1,
    columns: 5,
    bits: 8,
    frames: [{ segment: 1, data: [0, 1, 50, 51, 255] }],
  };

  it.each([
    [0.2, '00011'],
    [1, '00001'],
    [0.001, '01111'],
  ])('has what is %s of a voxel and more', async (threshold, expected) => {
    expect(drawn(await labelsOf(parts, { threshold }))).toEqual([[expected]]);
  });

  it('goes by Maximum Fractional Value', async () => {
    const labels = await labelsOf({ ...parts, maximum: 100 }, { threshold: 0.5 });
    expect(drawn(labels)).toEqual([['00111']]);
    await expect(labelsOf({ ...parts, maximum: 0 }, { threshold: 0.5 })).rejects.toMatchObject({
      code: 'NOT_A_VOLUME',
    });
  });

  it('asks for the threshold', async () => {
    for (const threshold of [undefined, 0, 1.1, NaN]) {
      await expect(labelsOf(parts, { threshold })).rejects.toMatchObject({ code: 'USAGE' });
    }
  });
});

describe('labelVolume: LABELMAP (PS3.3 C.8.20.2)', () => {
  const map: SegmentationParts = {
    type: 'LABELMAP',
    rows: 1,
    columns: 4,
    bits: 8,
    segments: [{ number: 0, background: true }, { number: 1 }, { number: 7 }],
    frames: [
      { z: 0, data: [0, 1, 7, 1] },
      { z: 4, data: [7, 0, 0, 0] },
      { z: 6, data: [0, 0, 0, 0] },
    ],
  };

  it('has the numbers as they are, and slices without a frame as background', async () => {
    const labels = await labelsOf({ ...map, padding: 5, between: '2' });
    expect(drawn(labels)).toEqual([['0171'], ['0000'], ['7000'], ['0000']]);
    expect(labels.segments.map(({ number }) => number)).toEqual([1, 7]);
  });

  it('has background as 0, whatever its number', async () => {
    const frames = [{ data: [255, 1, 0, 9] }];
    const segments = [{ number: 1 }, { number: 9, background: true }];
    expect(drawn(await labelsOf({ ...map, segments, frames, padding: 255 }))).toEqual([['0100']]);
  });

  it('has 16 bits where numbers need them', async () => {
    const segments = [{ number: 1 }, { number: 4660 }];
    const frames = [{ data: [0, 4660, 1, 0] }];
    const labels = await labelsOf({ ...map, bits: 16, segments, frames });
    expect(labels.data).toEqual(Uint16Array.of(0, 4660, 1, 0));
    const few = await labelsOf({ ...map, bits: 16, frames: [{ data: [0, 7, 1, 0] }] });
    expect(few.data).toEqual(Uint8Array.of(0, 7, 1, 0));
  });

  it('refuses numbers that no segment has, and a segment 0 that is no background', async () => {
    const frames = [{ data: [0, 1, 8, 1] }];
    await expect(labelsOf({ ...map, frames })).rejects.toMatchObject({
      code: 'NOT_A_VOLUME',
      summary: 'frame 0 has a number that no segment has',
      details: { name: 'S0', found: '8' },
    });
    expect([
      ...(await labelsOf({ ...map, frames, segments: [{ number: 1 }, { number: 8 }] })).data,
    ]).toEqual([0, 1, 8, 1]);
    expect([...(await labelsOf({ ...map, frames }, { segments: [1] })).data]).toEqual([0, 1, 0, 1]);
    const zero = { ...map, segments: [{ number: 0 }, { number: 1 }, { number: 7 }] };
    await expect(labelsOf({ ...zero, padding: 5 })).rejects.toMatchObject({
      code: 'NOT_A_VOLUME',
      summary: /segment 0/,
    });
    expect((await labelsOf({ ...zero, padding: 0 })).data[2]).toBe(7);
  });
});
