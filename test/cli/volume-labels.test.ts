import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dicom, sequence } from '../support/build-dicom.ts';
import type { ElementLike } from '../support/build-dicom.ts';
import { buildZip } from '../support/build-zip.ts';
import { TWO_SEGMENTS, segmentation } from '../support/segmentation.ts';
import type { SegmentationParts } from '../support/segmentation.ts';
import { sliceParts } from '../support/slices.ts';
import { cli, scratch } from './run-cli.ts';
import type { Result, Scratch } from './run-cli.ts';

let files: Scratch;

beforeEach(() => {
  files = scratch();
});

afterEach(() => {
  files.remove();
});

/** The labels of {@link TWO_SEGMENTS}, slice by slice. */
const LABELS = ['102102', '010000', '000002'];

function segmented(more: Partial<SegmentationParts> = {}): Uint8Array {
  return dicom(segmentation({ ...TWO_SEGMENTS, ...more })).bytes;
}

/** That the segmentation is of the images of a series (PS3.3 C.12.2). */
function referenced(uid: string): ElementLike {
  return sequence(0x00081115, [[[0x0020000e, 'UI', uid]]]);
}

interface Images {
  readonly series?: string;
  /** Millimetres up. */
  readonly at: readonly number[];
  /** Frame of Reference UID; '' for none. */
  readonly reference?: string;
}

/** Images like those that are segmented: 3 x 2 pixels from 0, 0 on, by their names. */
function images({ series = '2.25.5', at, reference = '2.25.9' }: Images): [string, Uint8Array][] {
  return at.map((z) => {
    const more: ElementLike[] = reference === '' ? [] : [[0x00200052, 'UI', reference]];
    return [`${series}/IM${z}`, dicom(sliceParts({ z, series, more })).bytes];
  });
}

function zip(name: string, members: readonly (readonly [string, Uint8Array])[]): string {
  const all = members.map(([member, data]) => ({ name: member, data, method: 8 as const }));
  return files.put(name, buildZip(all));
}

const REGULAR = [0, 2, 4, 6];

interface Labelled extends Result {
  /** Slices as text, one character a voxel. */
  readonly slices: string[];
  readonly header: string;
}

/** Runs the verb, and reads what it wrote. */
async function labelled(...args: readonly string[]): Promise<Labelled> {
  const path = files.path('out.nrrd');
  const result = await cli(['volume', '-o', path, ...args]);
  if (!existsSync(path)) return { ...result, slices: [], header: '' };
  const file = readFileSync(path);
  const end = file.indexOf('\n\n') + 2;
  const text = [...file.subarray(end)].join('');
  return { ...result, slices: text.match(/.{6}/g) ?? [], header: file.toString('latin1', 0, end) };
}

describe('volume of a segmentation', () => {
  it('is labels on the grid of its frames, which are named', async () => {
    const { code, err, out, slices, header } = await labelled(files.put('seg.dcm', segmented()));
    expect(code).toBe(0);
    expect(err).toBe('framedex: note: label 1: S1\nframedex: note: label 2: S2\n');
    expect(slices).toEqual(LABELS);
    expect(header).toContain('type: uchar\n');
    expect(header).toContain('\nsizes: 3 2 3\nspace directions: (0.25,0,0) (0,0.5,0) (0,0,2)\n');
    expect(out).toContain('3 x 2 x 3 uint8, 0.25 x 0.5 x 2 mm');
  });

  it('says the segments as JSON', async () => {
    const path = files.path('out.npy');
    const seg = files.put('seg.dcm', segmented());
    const { out } = await cli(['volume', seg, '-o', path, '--json']);
    expect(JSON.parse(out)).toMatchObject({
      ...{ series: '2.25.8', part: null, samples: 'Uint8Array', made: [], regular: true },
      segments: [
        { number: 1, label: 'S1' },
        { number: 2, label: 'S2' },
      ],
      ...{ overlapping: 0, reasons: [], failures: [] },
    });
  });

  it('takes the segments that are named', async () => {
    const { slices, err } = await labelled(files.put('seg.dcm', segmented()), '--segments', '2');
    expect(slices).toEqual(['002002', '000000', '000002']);
    expect(err).toBe('framedex: note: label 2: S2\n');
    const none = await labelled(files.put('seg.dcm', segmented()), '--segments', '1,3');
    expect(none.code).toBe(2);
    expect(none.err).toContain('no such segment, found 3');
  });

  it('refuses voxels of several segments, unless it is said which one they have', async () => {
    const frames = [1, 2].map((segment) => ({ segment, data: [1, 0, 0, 0, 0, segment - 1] }));
    const seg = files.put('seg.dcm', segmented({ frames }));
    const refused = await labelled(seg);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/NOT_A_VOLUME.*1 voxels of several of the segments 1, 2/);
    expect(readdirSync(files.folder)).toEqual(['seg.dcm']);
    const lowest = await labelled(seg, '--overlap', 'lowest');
    expect(lowest.slices).toEqual(['100002']);
    expect(lowest.err).toContain('1 voxel belongs to several segments: they have the lowest');
    const highest = await labelled(seg, '--overlap', 'highest', '--json');
    expect(highest.slices).toEqual(['200002']);
    expect(JSON.parse(highest.out)).toMatchObject({ overlapping: 1 });
  });

  it('takes parts of voxels from a threshold on', async () => {
    const fractional = segmented({
      ...{ type: 'FRACTIONAL', bits: 8, maximum: 200, segments: [{ number: 1 }] },
      frames: [{ segment: 1, data: [0, 50, 99, 100, 101, 200] }],
    });
    const seg = files.put('seg.dcm', fractional);
    const without = await labelled(seg);
    expect(without.code).toBe(2);
    expect(without.err).toContain('threshold');
    expect((await labelled(seg, '--threshold', '0.5')).slices).toEqual(['000111']);
  });

  it('holds its file against the checksum of the archive', async () => {
    const member = { name: 'seg.dcm', data: segmented(), method: 0 as const };
    const path = files.put('a.zip', buildZip([{ ...member, claims: { crc32: 1 } }]));
    const { code, err } = await labelled(path, '--verify');
    expect(code).toBe(1);
    expect(err).toContain('ZIP_CRC');
    expect(readdirSync(files.folder)).toEqual(['a.zip']);
  });
});

describe('beside the images', () => {
  it('is taken only where it is named', async () => {
    const path = zip('a.zip', [['S', segmented()], ...images({ at: REGULAR })]);
    const { code, header, err } = await labelled(path);
    expect(code).toBe(0);
    expect(header).toContain('type: short\n');
    expect(err).toMatch(/CT Thorax 2\.25\.5 is the best of 2 series/);
    const named = await labelled(path, '--series', '2.25.8');
    expect(named.slices).toEqual(LABELS);
  });

  it('is not taken in the place of images that are no volume', async () => {
    const one = segmented({ frames: TWO_SEGMENTS.frames.map((frame, z) => ({ ...frame, z })) });
    const { code, err } = await labelled(
      zip('a.zip', [['S', one], ...images({ at: [0, 2, 4, 9, 11] })]),
    );
    expect(code).toBe(1);
    expect(err).toMatch(/NOT_A_VOLUME: CT Thorax/);
  });

  it('lies on their grid, from the same archive', async () => {
    const path = zip('a.zip', [['S', segmented()], ...images({ at: [-2, ...REGULAR] })]);
    const { code, err, slices, header } = await labelled(
      ...[path, '--series', '2.25.8', '--on', path],
    );
    expect(code).toBe(0);
    expect(err).toBe('framedex: note: label 1: S1\nframedex: note: label 2: S2\n');
    expect(slices).toEqual(['000000', ...LABELS, '000000']);
    expect(header).toContain('\nspace origin: (0,0,-2)\n');
  });

  it('lies on their grid, from another input', async () => {
    const seg = files.put('seg.dcm', segmented());
    const { slices } = await labelled(seg, '--on', zip('ct.zip', images({ at: REGULAR })));
    expect(slices).toEqual([...LABELS, '000000']);
  });

  it('of several series, on that which it names, else on the best in its Frame of Reference', async () => {
    const seg = files.put('seg.dcm', segmented());
    const named = files.put('named.dcm', segmented({ more: [referenced('2.25.5')] }));
    const on = zip('ct.zip', [
      ...images({ at: REGULAR }),
      ...images({ at: [-2, ...REGULAR, 8], series: '2.25.6' }),
      ...images({ at: [-4, -2, ...REGULAR, 8], series: '2.25.4', reference: '2.25.10' }),
    ]);
    const best = await labelled(seg, '--on', on);
    expect(best.err).toContain('note: on the grid of CT Thorax 2.25.6\n');
    expect(best.slices).toEqual(['000000', ...LABELS, '000000', '000000']);
    const own = await labelled(named, '--on', on);
    expect(own.err).toContain('note: on the grid of CT Thorax 2.25.5\n');
    expect(own.slices).toEqual([...LABELS, '000000']);
  });

  it('is refused on a grid in another Frame of Reference, also where it names it', async () => {
    const on = zip('ct.zip', images({ at: REGULAR, reference: '2.25.10' }));
    for (const more of [[], [referenced('2.25.5')]]) {
      const { code, err } = await labelled(files.put('seg.dcm', segmented({ more })), '--on', on);
      expect(code).toBe(1);
      expect(err).toMatch(/NOT_A_VOLUME: CT Thorax 2\.25\.5.*Frame of Reference/);
    }
    expect(existsSync(files.path('out.nrrd'))).toBe(false);
  });

  it('where images have no Frame of Reference, it has to name them, which is said', async () => {
    const on = zip('ct.zip', images({ at: REGULAR, reference: '' }));
    const unknown = await labelled(files.put('seg.dcm', segmented()), '--on', on);
    expect(unknown.code).toBe(1);
    expect(unknown.err).toMatch(/NOT_A_VOLUME.*Frame of Reference/);
    const named = segmented({ more: [referenced('2.25.5')] });
    const { err, slices } = await labelled(files.put('seg.dcm', named), '--on', on);
    expect(err).toContain('nothing says that CT Thorax 2.25.5 is in the Frame of Reference');
    expect(slices).toEqual([...LABELS, '000000']);
  });

  it('is refused on slices that are no regular grid: why is said', async () => {
    const on = zip('ct.zip', images({ at: [0, 2, 4, 8, 10] }));
    const { code, err } = await labelled(files.put('seg.dcm', segmented()), '--on', on);
    expect(code).toBe(1);
    expect(err).toMatch(/MISSING_SLICES[^]*NOT_A_VOLUME: CT Thorax 2\.25\.5.*no regular grid/);
  });

  it('is refused where its pixels are not the voxels of the images', async () => {
    const seg = files.put('seg.dcm', segmented());
    const off = await labelled(seg, '--on', zip('ct.zip', images({ at: [1, 3, 5, 7] })));
    expect(off.code).toBe(1);
    expect(off.err).toMatch(/NOT_A_VOLUME.*does not lie on the grid/);
    const outside = await labelled(seg, '--on', zip('b.zip', images({ at: [2, 4, 6] })));
    expect(outside.code).toBe(1);
    expect(outside.slices).toEqual([]);
  });

  it('is refused where there are no images', async () => {
    const seg = files.put('seg.dcm', segmented());
    const { code, err } = await labelled(seg, '--on', seg);
    expect(code).toBe(1);
    expect(err).toMatch(/NOT_A_VOLUME.*no series of images/);
  });

  it('never writes over the images', async () => {
    const seg = files.put('seg.dcm', segmented());
    const on = zip('ct.nrrd', images({ at: REGULAR }));
    const before = readFileSync(on);
    const { code, err } = await cli(['volume', seg, '--on', on, '-o', on]);
    expect(code).toBe(2);
    expect(err).toContain('is what is read');
    expect(readFileSync(on).equals(before)).toBe(true);
    const folder = scratch();
    try {
      const slice = folder.put('a.nrrd', images({ at: [0] })[0]?.[1] ?? '');
      const member = await cli(['volume', seg, '--on', folder.folder, '-o', slice]);
      expect(member.code).toBe(2);
      expect(member.err).toContain('is what is read');
    } finally {
      folder.remove();
    }
  });
});

describe('a wrong command line', () => {
  it.each([
    ['--segments', '1'],
    ['--threshold', '0.5'],
    ['--overlap', 'lowest'],
    ['--on', 'there.zip'],
  ])('%s of images', async (option, value) => {
    const { code, err } = await labelled(
      ...[zip('ct.zip', images({ at: REGULAR })), option, value],
    );
    expect(code).toBe(2);
    expect(err).toContain(`${option} is for segmentations: CT Thorax 2.25.5 is none`);
  });

  it.each(['--part=0', '--fill-gaps', '--resample', '--as-is', '--stored'])(
    '%s of a segmentation',
    async (option) => {
      const { code, err } = await labelled(files.put('seg.dcm', segmented()), option);
      expect(code).toBe(2);
      expect(err).toMatch(/--[a-z-]+ is for images: SEG 2\.25\.8 is a segmentation/);
    },
  );

  it('the index of one file, and images that it is not of', async () => {
    const seg = files.put('seg.dcm', segmented());
    const index = files.path('seg.json');
    expect((await cli(['index', seg, '-o', index])).code).toBe(0);
    expect((await labelled(seg, '--index', index)).slices).toEqual(LABELS);
    const on = zip('ct.zip', images({ at: REGULAR }));
    const { code, err } = await labelled(seg, '--index', index, '--on', on);
    expect(code).toBe(2);
    expect(err).toContain('--index is of one file');
  });

  it.each([
    ['--segments', '1,x', 'whole number from 1'],
    ['--segments', '0', 'whole number from 1'],
    ['--segments', '', 'whole number from 1'],
    ['--threshold', '0', 'more than 0'],
    ['--threshold', '1.5', 'more than 0'],
    ['--threshold', '', 'more than 0'],
    ['--overlap', 'refuse', 'lowest or highest'],
    ['--on', '', 'no INPUT'],
  ])('%s %j', async (option, value, message) => {
    const { code, err } = await labelled(files.put('seg.dcm', segmented()), `${option}=${value}`);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});
