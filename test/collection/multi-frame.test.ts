import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createCollection } from '../../src/collection/collection.ts';
import type { Instance } from '../../src/collection/instance.ts';
import { createContext } from '../../src/node/context.ts';
import { slicesOf } from '../../src/series/slice.ts';
import { imagePixel, sequence, SYNTAX } from '../support/build-dicom.ts';
import type { DicomParts, ElementLike } from '../support/build-dicom.ts';
import { corpusFiles } from '../support/corpus.ts';
import { listingOf } from '../support/slices.ts';

/** An enhanced CT: frames of one pixel at `zs`, all of whose groups have a macro of their own. */
function enhanced(
  zs: readonly number[],
  more: {
    readonly elements?: readonly ElementLike[];
    readonly transferSyntax?: string;
    readonly groups?: number;
    readonly undefinedLength?: boolean;
    readonly uid?: number;
  } = {},
): DicomParts {
  const { undefinedLength = false, groups = zs.length } = more;
  const measures = sequence(0x00289110, [[[0x00280030, 'DS', '0.5\\0.25']]]);
  const axial = sequence(0x00209116, [[[0x00200037, 'DS', '1\\0\\0\\0\\1\\0']]]);
  const frames = zs
    .slice(0, groups)
    .map((z) => [sequence(0x00209113, [[[0x00200032, 'DS', `0\\0\\${z}`]]])]);
  const elements: ElementLike[] = [
    [0x00080018, 'UI', `2.25.${more.uid ?? 1}`],
    [0x00080060, 'CS', 'CT'],
    [0x0020000d, 'UI', '2.25.7'],
    [0x0020000e, 'UI', '2.25.8'],
    [0x00200013, 'IS', '1'],
    ...imagePixel({ rows: 1, columns: 1, numberOfFrames: zs.length }),
    sequence(0x52009229, [[axial, measures]], { undefinedLength }),
    sequence(0x52009230, frames, { undefinedLength }),
    [0x7fe00010, 'OW', zs.map((_, i) => i)],
    ...(more.elements ?? []),
  ];
  const tag = (one: ElementLike): number => ('encode' in one ? (one.tag ?? 0) : one[0]);
  elements.sort((a, b) => tag(a) - tag(b));
  return { transferSyntax: more.transferSyntax, elements };
}

async function instancesOf(
  objects: Readonly<Record<string, DicomParts | Uint8Array>>,
  strict = false,
): Promise<{
  readonly instances: readonly Instance[];
  readonly listing: ReturnType<typeof listingOf>;
}> {
  const listing = listingOf(objects);
  const collection = createCollection({ listing, context: createContext(), options: { strict } });
  const series = await collection.series();
  if (strict && collection.skipped[0] !== undefined) throw collection.skipped[0].reason;
  return { instances: series.flatMap((one) => one.instances), listing };
}

function places({ frames }: Instance): unknown[] {
  return Array.from({ length: frames?.count ?? 0 }, (_, i) =>
    frames?.of(i).get('ImagePositionPatient'),
  );
}

describe('K17: rows of multi-frame instances', () => {
  it.each([SYNTAX.explicitLittle, SYNTAX.implicitLittle, SYNTAX.explicitBig, SYNTAX.deflated])(
    'K17: have their frames in %s, and nothing of the groups in the row',
    async (transferSyntax) => {
      for (const undefinedLength of [false, true]) {
        const parts = enhanced([0, 3, 6], { transferSyntax, undefinedLength });
        const { instances, listing } = await instancesOf({ IM0: parts });
        const [instance] = instances;
        if (instance === undefined) throw new Error('no instance');
        expect(places(instance)).toEqual([
          [0, 0, 0],
          [0, 0, 3],
          [0, 0, 6],
        ]);
        expect(instance.frames?.of(2).get('PixelSpacing')).toEqual([0.5, 0.25]);
        expect(instance.frames?.of(2).get('Modality')).toBe('CT');
        expect(instance.dataset.has(0x52009230)).toBe(false);
        expect([instance.frameCount, instance.warnings]).toEqual([3, []]);
        expect(slicesOf(instance).map(({ plane, frame }) => [frame, plane?.origin])).toEqual([
          [0, [0, 0, 0]],
          [1, [0, 0, 3]],
          [2, [0, 0, 6]],
        ]);
        expect(listing.opened.every(({ closed }) => closed)).toBe(true);
      }
    },
  );

  it('K17: without groups are read once, as slides are', async () => {
    const without = { elements: enhanced([0, 1]).elements?.filter((one) => !isGroups(one)) };
    const slide = enhanced([0, 1], { elements: [[0x00480006, 'UL', 2]] });
    const { instances, listing } = await instancesOf({ without, slide });
    expect(instances.map(({ frames }) => frames)).toEqual([undefined, undefined]);
    const { opened } = (await instancesOf({ enhanced: enhanced([0, 1]) })).listing;
    const reads = (k: number): number => listing.opened[k]?.reads.length ?? 0;
    expect([reads(0), reads(1), opened[0]?.reads.length]).toEqual([1, 1, 2]);
  });

  it('K17: damaged groups are said with the row', async () => {
    const { instances } = await instancesOf({ IM0: enhanced([0, 3, 6], { groups: 2 }) });
    expect(instances[0]?.frames?.count).toBe(2);
    expect(instances[0]?.warnings.map(({ code, tag }) => [code, tag])).toEqual([
      ['FRAME_COUNT', 0x52009230],
    ]);
    await expect(instancesOf({ IM0: enhanced([0, 3], { groups: 1 }) }, true)).rejects.toMatchObject(
      {
        code: 'FRAME_COUNT',
      },
    );
    // A fault inside the groups, which the first pass has not looked at: a letter in a number.
    const bad = sequence(0x00209113, [[[0x00200032, 'DS', '0\\0\\x']]]);
    const elements = enhanced([0, 3]).elements?.map((one) =>
      isGroups(one) ? sequence(0x52009230, [[bad], []]) : one,
    );
    const faulty = await instancesOf({
      IM0: { elements: elements?.slice(0, -2).concat(elements.slice(-1)) },
    });
    expect(faulty.instances[0]?.warnings.map(({ code, tag }) => [code, tag])).toEqual([
      ['BAD_VALUE', 0x00200032],
    ]);
  });

  it('K17: a concatenation gives the slices of all its parts (PS3.3 C.7.6.16.2.2)', async () => {
    const part = (number: number, zs: readonly number[], offset: number): DicomParts =>
      enhanced(zs, {
        uid: number,
        elements: [
          [0x00200242, 'UI', '2.25.90'],
          [0x00209161, 'UI', '2.25.91'],
          [0x00209162, 'US', number],
          [0x00209163, 'US', 3],
          [0x00209228, 'UL', offset],
        ],
      });
    const { instances } = await instancesOf({
      c: part(3, [15, 18], 5),
      a: part(1, [0, 3, 6], 0),
      b: part(2, [9, 12], 3),
    });
    const slices = instances.flatMap(slicesOf);
    const zs = slices.map(({ plane }) => plane?.origin[2] ?? -1).sort((a, b) => a - b);
    expect(zs).toEqual([0, 3, 6, 9, 12, 15, 18]);
    const last = slices.find(({ plane }) => plane?.origin[2] === 18);
    expect([last?.instance.name, last?.frame]).toEqual(['c', 1]);
  });

  it('K17: ten thousand frames take what they say, and no header', async () => {
    const count = 10_000;
    const zs = Array.from({ length: count }, (_, i) => i);
    const listing = listingOf({ IM0: enhanced(zs) });
    const context = createContext();
    const collection = createCollection({ listing, context, options: {} });
    globalThis.gc?.();
    const before = process.memoryUsage();
    const [series] = await collection.series();
    globalThis.gc?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    expect(series?.instances[0]?.frames?.count).toBe(count);
    expect(heapUsed - before.heapUsed).toBeLessThan(24 * 2 ** 20);
    expect(arrayBuffers - before.arrayBuffers).toBeLessThan(2 ** 20);
  });
});

function isGroups(one: ElementLike): boolean {
  return 'encode' in one && (one.tag ?? 0) >>> 16 === 0x5200;
}

/** The DICOM JSON model, as DCMTK writes it. */
type Json = Readonly<Record<string, { readonly Value?: readonly (Json | number | string)[] }>>;

const DCM2JSON = spawnSync('dcm2json', ['--version'], { stdio: 'ignore' }).status === 0;
if (!DCM2JSON) console.warn('SKIPPED: frames held against DCMTK. dcm2json cannot be run.');

/** Where DCMTK finds something in the frame's groups, then in the shared ones: by the macro that the standard has it in. */
function written(json: Json, i: number, macro: string, tag: string): unknown {
  const [shared] = json['52009229']?.Value ?? [];
  for (const group of [json['52009230']?.Value?.[i], shared]) {
    const item = typeof group === 'object' ? group[macro]?.Value?.[0] : undefined;
    if (typeof item === 'object') return item[tag]?.Value;
  }
  return undefined;
}

const MACROS = [
  ['ImagePositionPatient', '00209113', '00200032'],
  ['ImageOrientationPatient', '00209116', '00200037'],
  ['PixelSpacing', '00289110', '00280030'],
] as const;

describe('K17: real files', () => {
  const wanted =
    /enh|mr_brucker|011-0001|6_6|seg|liver|23x38|CT0012|BRF|parametric|multiframe|tumor/i;
  const files = corpusFiles('frames of real files held against DCMTK').filter(
    ({ name, size }) => DCM2JSON && wanted.test(name) && size < 4e6,
  );
  it.runIf(files.length > 0)('K17: have the planes that DCMTK reads', async () => {
    let compared = 0;
    for (const { name, path } of files) {
      const { status } = spawnSync('dcm2json', ['-q', path, '/dev/null'], { stdio: 'ignore' });
      if (status !== 0) continue;
      const maxBuffer = 2 ** 28;
      const json = JSON.parse(
        execFileSync('dcm2json', ['-q', path], { maxBuffer, encoding: 'utf8' }),
      ) as Json;
      const { instances } = await instancesOf({ [name]: readFileSync(path) });
      const frames = instances[0]?.frames;
      const groups = json['52009230']?.Value?.length ?? 0;
      const placed = written(json, 0, '00209113', '00200032') !== undefined;
      expect([name, frames !== undefined]).toEqual([
        name,
        placed && json['00480006'] === undefined,
      ]);
      for (let i = 0; i < (frames?.count ?? 0); i++) {
        for (const [keyword, macro, tag] of MACROS) {
          const expected = written(json, i, macro, tag);
          if (expected !== undefined)
            expect([name, i, frames?.of(i).get(keyword)]).toEqual([name, i, expected]);
          compared++;
        }
      }
      expect(frames === undefined || frames.count <= groups).toBe(true);
    }
    expect(compared).toBeGreaterThan(100);
  });

  const doses = corpusFiles('planes of a real dose').filter(({ name }) =>
    name.includes('rtdose_rle'),
  );
  it.runIf(doses.length > 0)('K17: of a dose, are where its offsets say', async () => {
    for (const { name, path } of doses) {
      const { instances } = await instancesOf({ [name]: readFileSync(path) });
      // Transverse; its offsets are 0, 5 to 70 (dcmdump).
      const offsets = Array.from({ length: 15 }, (_, i) => 5 * i);
      const expected = offsets.map((offset) => [189.43125, 199.43125, -761.87 + offset]);
      expect(instances.flatMap(places)).toEqual(expected);
    }
  });
});
