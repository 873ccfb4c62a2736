import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Archived, CheckpointIndex } from '../../src/bytes/archived.ts';
import { memorySource } from '../../src/bytes/memory.ts';
import type { Source } from '../../src/bytes/source.ts';
import { openSource } from '../../src/file/open.ts';
import { checksumOf } from '../../src/file/saved-index-format.ts';
import type { FileIndexJson, SavedCheckpoints } from '../../src/file/saved-index.ts';
import { createContext } from '../../src/index.ts';
import { assertUsable } from '../../src/inflate/checkpoints-given.ts';
import { dicom, imagePixel } from '../support/build-dicom.ts';
import { noise } from '../support/noise.ts';
import { codeOf } from '../support/open-built.ts';

const { bytes } = dicom({
  elements: [
    ...imagePixel({ rows: 200, columns: 200, numberOfFrames: 2 }),
    [0x7fe00010, 'OW', noise(160_000)],
  ],
});
const CRC = crc32(bytes);

/** Points at these bytes of the member, as a run over it would have found them. */
function indexAt(starts: readonly number[], data: Uint8Array = bytes): CheckpointIndex {
  return {
    size: data.length,
    compressedSize: data.length + 50,
    crc32: crc32(data),
    bits: Float64Array.from(starts, (start) => 8 * start + (start % 8)),
    starts: Float64Array.from(starts),
    checksums: Uint32Array.from(starts, (start, k) => crc32(data.subarray(start, starts[k + 1]))),
    windows: starts.map((start) => data.slice(Math.max(0, start - 32_768), start)),
  };
}

const INDEX = indexAt([0, 7, 40_001, 40_002, 120_000]);

interface Member extends Archived {
  readonly used: CheckpointIndex[];
}

function member(known?: CheckpointIndex): Member {
  const used: CheckpointIndex[] = [];
  return {
    used,
    verified: known !== undefined,
    verify: () => Promise.resolve(),
    prepare: () => Promise.resolve(),
    checkpoints: () => used[0] ?? known,
    useCheckpoints: (index) => {
      const source = { ...memorySource(bytes, 'stream'), size: bytes.length + 50 };
      assertUsable(index, { source, size: bytes.length, crc32: CRC, name: 'IM1', offset: 0 });
      used.push(index);
    },
  };
}

function sourceOf(archived: Archived | undefined, data = bytes, checksum = crc32(data)): Source {
  return { ...memorySource(data, 'study.zip!/IM1'), identity: { crc32: checksum }, archived };
}

function open(source: Source, index?: unknown): ReturnType<typeof openSource> {
  const options = { index: index as FileIndexJson | undefined };
  return openSource(source, { context: createContext(), options, ownership: 'borrowed' });
}

/** As it comes back from a file. */
async function saved(known: CheckpointIndex = INDEX): Promise<FileIndexJson> {
  const file = await open(sourceOf(member(known)));
  return JSON.parse(JSON.stringify(file.toIndex({ checkpoints: true }))) as FileIndexJson;
}

/** The index with other checkpoints, and a checksum that is right. */
async function forged(change: (saved: SavedCheckpoints) => unknown): Promise<FileIndexJson> {
  const index = await saved();
  const checkpoints = change(index.checkpoints as SavedCheckpoints) as SavedCheckpoints;
  const checksum = checksumOf({ ...index, checkpoints, ...{ checksum: undefined } });
  return { ...index, checkpoints, checksum };
}

describe('checkpoints in a saved index', () => {
  it('R80: are left out unless they are asked for, known, and of a member with a checksum', async () => {
    const file = await open(sourceOf(member(INDEX)));
    expect(file.toIndex()).not.toHaveProperty('checkpoints.size');
    expect(file.toIndex({ checkpoints: true }).checkpoints?.size).toBe(bytes.length);
    const unknown = await open(sourceOf(member()));
    expect(unknown.toIndex({ checkpoints: true }).checkpoints).toBeUndefined();
    const loose = await open(memorySource(bytes, 'x'));
    expect(loose.toIndex({ checkpoints: true }).checkpoints).toBeUndefined();
    const bare = await open({ ...sourceOf(member(INDEX)), identity: undefined });
    expect(bare.toIndex({ checkpoints: true }).checkpoints).toBeUndefined();
  });

  it('R80: come back as they were, to the bit', async () => {
    for (const known of [INDEX, indexAt([0]), indexAt([0, 32_768, bytes.length - 1])]) {
      const again = member();
      await open(sourceOf(again), await saved(known));
      expect(again.used).toEqual([known]);
    }
  });

  it('R80: are saved again by a file that was opened with them', async () => {
    const index = await saved();
    const again = await open(sourceOf(member()), index);
    expect(JSON.parse(JSON.stringify(again.toIndex({ checkpoints: true })))).toEqual(index);
    expect(again.toIndex().checkpoints).toBeUndefined();
  });

  it('R80: take less than 44 KiB each', async () => {
    const starts = Array.from({ length: 10 }, (_, k) => 10_000 * k);
    const { length } = JSON.stringify((await saved(indexAt(starts))).checkpoints);
    const windows = starts.map((start) => Math.min(32_768, start));
    expect(length).toBeLessThan((4 / 3) * windows.reduce((a, b) => a + b) + 10 * 50 + 150);
  });

  it('R80: are not taken over by a member that knows better, nor by a file of its own', async () => {
    const index = await saved();
    const knowing = member(indexAt([0, 100_000]));
    await open(sourceOf(knowing), index);
    expect(knowing.used).toEqual([]);
    const loose = await open(memorySource(bytes, 'x'), index);
    expect((await loose.frame(1)).data).toHaveLength(40_000);
    const { verified, verify, prepare } = member();
    expect(await codeOf(open(sourceOf({ verified, verify, prepare }), index))).toBe('no error');
  });

  it('R80: of a member that is another now are refused with the index', async () => {
    const index = await saved();
    const archived = member();
    const other = bytes.slice();
    other[other.length - 1] = (other[other.length - 1] ?? 0) ^ 1;
    expect(await codeOf(open(sourceOf(archived, other), index))).toBe('SOURCE_CHANGED');
    const longer = new Uint8Array(bytes.length + 2);
    longer.set(bytes);
    expect(await codeOf(open(sourceOf(archived, longer, CRC), index))).toBe('SOURCE_CHANGED');
    expect(archived.used).toEqual([]);
  });
});

it('R80: of a stream that was deflated anew are those of another member', async () => {
  const index = await forged((one) => ({ ...one, compressedSize: one.compressedSize + 1 }));
  expect(await codeOf(open(sourceOf(member()), index))).toBe('SOURCE_CHANGED');
});

describe('hostile checkpoints', () => {
  const last = <T>(values: readonly T[], value: T): T[] => [...values.slice(0, -1), value];
  const CASES: Readonly<Record<string, (saved: SavedCheckpoints) => unknown>> = {
    'none at all': () => null,
    'an array': () => [],
    'another size': (one) => ({ ...one, size: one.size + 1 }),
    'another checksum': (one) => ({ ...one, crc32: one.crc32 ^ 1 }),
    'no stream': (one) => ({ ...one, compressedSize: 0 }),
    'a stretch with another checksum': (one) => ({ ...one, checksums: last(one.checksums, 1) }),
    'no point': (one) => ({ ...one, checksums: [], bits: [], lengths: [], windows: [] }),
    'a place too many': (one) => ({ ...one, bits: [...one.bits, 1] }),
    'a length too few': (one) => ({ ...one, lengths: one.lengths.slice(1) }),
    'a window too few': (one) => ({ ...one, windows: one.windows.slice(1) }),
    'a point behind the stream': (one) => ({ ...one, bits: last(one.bits, 1e9) }),
    'a point behind the member': (one) => ({ ...one, lengths: last(one.lengths, 1e9) }),
    'lengths beyond numbers': (one) => ({ ...one, lengths: one.lengths.map(() => 2 ** 53 - 1) }),
    'places that stand still': (one) => ({ ...one, bits: last(one.bits, 0) }),
    'places that go back': (one) => ({ ...one, lengths: last(one.lengths, -1) }),
    'half a byte': (one) => ({ ...one, lengths: last(one.lengths, 0.5) }),
    'points at other places': (one) => ({ ...one, lengths: one.lengths.toReversed() }),
    'a window too short': (one) => ({ ...one, windows: last(one.windows, 'AAAA') }),
    'a window too long': (one) => ({ ...one, windows: last(one.windows, 'A'.repeat(43_696)) }),
    'a window of padding': (one) => ({ ...one, windows: last(one.windows, '='.repeat(43_692)) }),
    'a window with blanks': (one) => ({
      ...one,
      windows: last(one.windows, `${' '.repeat(4)}${(one.windows.at(-1) ?? '').slice(4)}`),
    }),
    'a window of numbers': (one) => ({ ...one, windows: one.windows.map(() => 7) }),
    'windows with holes': (one) => ({ ...one, windows: Array(one.windows.length) }),
    'a window without padding': (one) => ({
      ...one,
      windows: last(one.windows, `${(one.windows.at(-1) ?? '').slice(0, -1)}A`),
    }),
  };

  it.each(Object.keys(CASES))('R80: %s: INDEX_FORMAT, and none is taken over', async (name) => {
    const archived = member();
    const index = await forged(CASES[name] ?? ((one) => one));
    expect(await codeOf(open(sourceOf(archived), index))).toBe('INDEX_FORMAT');
    expect(archived.used).toEqual([]);
  });

  it('R80: that were damaged by chance are found by the checksum of the index', async () => {
    const index = await saved();
    const checkpoints = index.checkpoints as SavedCheckpoints;
    for (const change of [
      { bits: checkpoints.bits.map((bits, k) => bits + (k === 1 ? 1 : 0)) },
      { compressedSize: checkpoints.compressedSize + 1 },
    ]) {
      const damaged = { ...index, checkpoints: { ...checkpoints, ...change } };
      expect(await codeOf(open(sourceOf(member()), damaged))).toBe('INDEX_FORMAT');
    }
    expect(await codeOf(open(sourceOf(member()), await forged((one) => one)))).toBe('no error');
  });

  it('R80: windows are left out of the checksum, which would take longer than all the rest', async () => {
    const index = await saved();
    const { checkpoints } = index;
    if (checkpoints === undefined) throw new Error('no checkpoints');
    const changed = { ...checkpoints, windows: checkpoints.windows.map(() => 'AAAA') };
    const { checksum, ...rest } = index;
    expect(checksumOf({ ...rest, checkpoints: changed })).toBe(checksum);
    expect(checksumOf({ ...rest, checkpoints: { ...checkpoints, crc32: 1 } })).not.toBe(checksum);
    expect(checksumOf({ ...rest, checkpoints: undefined })).not.toBe(checksum);
  });
});
