import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { labelVolume } from '../../src/collection/label-volume.ts';
import type { LabelVolume } from '../../src/collection/label-volume.ts';
import { corpusFiles } from '../support/corpus.ts';
import { seriesOf } from '../support/segmentation.ts';

/** Labels as pydicom and NumPy make them: positions along the normal, one block of numbers; overlaps to the highest. */
const PYTHON = `
import sys, json, hashlib, pydicom, numpy as np
for path in sys.argv[1:]:
    d = pydicom.dcmread(path)
    pixels = d.pixel_array.reshape(-1, d.Rows, d.Columns)
    groups = d.PerFrameFunctionalGroupsSequence[:len(pixels)]
    shared = d.SharedFunctionalGroupsSequence[0]
    origins = np.array([[float(v) for v in g.PlanePositionSequence[0].ImagePositionPatient] for g in groups])
    o = [float(v) for v in shared.PlaneOrientationSequence[0].ImageOrientationPatient]
    heights = origins @ np.cross(o[:3], o[3:])
    unique = np.unique(np.round(heights, 3))
    measures = shared.PixelMeasuresSequence[0]
    step = float(measures.get('SpacingBetweenSlices', 0)) or (np.diff(unique).min() if len(unique) > 1 else 1)
    index = np.rint((heights - heights.min()) / step).astype(int)
    labels = np.zeros((index.max() + 1, d.Rows, d.Columns), np.uint8)
    for k, g, mask in zip(index, groups, pixels):
        if d.SegmentationType == 'LABELMAP':
            labels[k] = mask
        else:
            number = g.SegmentIdentificationSequence[0].ReferencedSegmentNumber
            most = int(d.get('MaximumFractionalValue', 1))
            labels[k] = np.where(mask / most >= 0.5, np.maximum(number, labels[k]), labels[k])
    print(json.dumps({'size': labels.shape[::-1], 'sha': hashlib.sha256(labels.tobytes()).hexdigest(),
        'origin': origins[heights.argmin()].tolist(), 'labelled': int((labels > 0).sum())}))
`;

interface PythonLabels {
  readonly size: readonly number[];
  readonly sha: string;
  readonly origin: readonly number[];
  readonly labelled: number;
}

const PYDICOM =
  spawnSync('/usr/bin/python3', ['-c', 'import pydicom, numpy'], { stdio: 'ignore' }).status === 0;
if (!PYDICOM) console.warn('SKIPPED: labels held against pydicom. /usr/bin/python3 has none.');

describe('labelVolume: real files', () => {
  const wanted = /seg_image_ct|dcmqi\/(seg|23x38x3_seg)|sparse-labelmap|tumor_User|liver_.*1frame/;
  const files = corpusFiles('labels of real segmentations').filter(({ name }) => wanted.test(name));

  it.runIf(PYDICOM && files.length > 0)('are as pydicom and NumPy have them', async () => {
    const paths = files.map(({ path }) => path);
    const output = execFileSync('/usr/bin/python3', ['-c', PYTHON, ...paths], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const expected = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as PythonLabels);
    expect(expected.length).toBe(files.length);
    for (const [k, { name, path }] of files.entries()) {
      const own = expected[k];
      const series = await seriesOf({ [name]: readFileSync(path) });
      const labels = await labelVolume(series, { overlap: 'highest', threshold: 0.5 });
      const sha = createHash('sha256').update(labels.data).digest('hex');
      const origin = [3, 7, 11].map((at) => labels.affine[at]);
      expect([name, labels.size, sha, origin]).toEqual([name, own?.size, own?.sha, own?.origin]);
      expect(own?.labelled).toBeGreaterThan(0);
    }
  });

  const compressed = corpusFiles('labels of compressed segmentations').filter(({ name }) =>
    /liver_(j2k|rle|1frame)/.test(name),
  );
  it.runIf(compressed.length > 0)('are the same however frames are compressed', async () => {
    const all: LabelVolume[] = [];
    for (const { name, path } of compressed) {
      all.push(await labelVolume(await seriesOf({ [name]: readFileSync(path) })));
    }
    const slices = all.map(({ size }) => size[2]).sort();
    expect(slices).toEqual([1, 3, 3]);
    const [one, ...three] = all.sort((a, b) => a.size[2] - b.size[2]);
    const [first, second] = three.map(({ data }) => Buffer.from(data));
    expect(second?.equals(first ?? Buffer.alloc(0))).toBe(true);
    const { length } = one?.data ?? [];
    expect(first?.subarray(0, length).equals(Buffer.from(one?.data ?? []))).toBe(true);
  });

  const slides = corpusFiles('words for masks of slides').filter(({ name }) =>
    /seg_image_(sm|cr)/.test(name),
  );
  it.runIf(slides.length > 0)('of slides and radiographs are refused in words', async () => {
    for (const { name, path } of slides) {
      const series = await seriesOf({ [name]: readFileSync(path) });
      await expect(labelVolume(series)).rejects.toMatchObject({
        code: 'NOT_A_VOLUME',
        summary: name.includes('_sm_') ? /tiles of a slide/ : /does not say where it lies/,
      });
    }
  });
});
