import { describe, expect, it } from 'vitest';
import type { Instance } from '../../src/collection/instance.ts';
import { sliceReader } from '../../src/collection/slice-reader.ts';
import type { DicomFile } from '../../src/file/dicom-file.ts';
import type { SliceAttributes } from '../../src/series/frame-table.ts';
import type { Slice } from '../../src/series/slice.ts';
import { openBuilt } from '../support/open-built.ts';
import { sliceParts } from '../support/slices.ts';

interface FakeInstance {
  readonly instance: Instance;
  opened: number;
  closed: number;
}

/** An instance whose frames hold their number, and which counts how often it is opened and closed. */
async function instanceOf(frames: number, fault?: Error): Promise<FakeInstance> {
  const cells = Array.from({ length: 6 * frames }, (_, j) => Math.floor(j / 6));
  const parts = sliceParts({ numberOfFrames: frames, pixels: [0x7fe00010, 'OW', cells] });
  const { dataset } = (await openBuilt(parts)).file;
  const open = async (): Promise<DicomFile> => {
    fake.opened++;
    if (fault !== undefined) throw fault;
    const { file } = await openBuilt(parts);
    const close = file.close.bind(file);
    file.close = () => {
      fake.closed++;
      return close();
    };
    return file;
  };
  const fake: FakeInstance = {
    opened: 0,
    closed: 0,
    instance: {
      ...{ name: 'IM', size: 0, sopInstanceUID: '', frameCount: frames, transferSyntax: '' },
      ...{ decodable: true, warnings: [], dataset, open },
    },
  };
  return fake;
}

const slice = ({ instance }: FakeInstance, frame: number): Slice<Instance> => ({
  ...{ instance, frame, attributes: instance.dataset, plane: undefined, instanceNumber: undefined },
});

describe('sliceReader', () => {
  it('opens an instance of one frame for its read alone', async () => {
    const one = await instanceOf(1);
    await using reader = sliceReader();
    expect((await reader.read(slice(one, 0), {})).data[0]).toBe(0);
    expect(one).toMatchObject({ opened: 1, closed: 1 });
  });

  it('opens one of several frames once, for all reads until it is closed', async () => {
    const several = await instanceOf(5);
    const reader = sliceReader();
    const reads = [4, 0, 2].map((frame) => reader.read(slice(several, frame), {}));
    expect((await Promise.all(reads)).map(({ data }) => data[0])).toEqual([4, 0, 2]);
    expect((await reader.read(slice(several, 1), {})).data[0]).toBe(1);
    expect(several).toMatchObject({ opened: 1, closed: 0 });
    await reader.close();
    expect(several).toMatchObject({ opened: 1, closed: 1 });
    await reader.close();
    expect(several.closed).toBe(1);
  });

  it('closes what is still read after its last read', async () => {
    const several = await instanceOf(2);
    const reader = sliceReader();
    const read = reader.read(slice(several, 1), {});
    await reader.close();
    expect((await read).data[0]).toBe(1);
    expect(several).toMatchObject({ opened: 1, closed: 1 });
  });

  it('keeps a few open, those that were read last', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => instanceOf(2)));
    await using reader = sliceReader();
    for (const one of all) {
      await reader.read(slice(one, 0), {});
      const [first] = all;
      if (first !== undefined) await reader.read(slice(first, 1), {});
    }
    expect(all.map(({ opened, closed }) => opened - closed)).toEqual([1, 0, 0, 1, 1, 1]);
    expect(all.map(({ opened }) => opened)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('K17: one that cannot be opened fails for its own slices, and is tried once', async () => {
    const broken = await instanceOf(3, new Error('broken'));
    const sound = await instanceOf(3);
    await using reader = sliceReader();
    for (const frame of [0, 1]) {
      await expect(reader.read(slice(broken, frame), {})).rejects.toThrow('broken');
    }
    expect(broken.opened).toBe(1);
    expect((await reader.read(slice(sound, 2), {})).data[0]).toBe(2);
    await expect(reader.read(slice(sound, 3), {})).rejects.toMatchObject({ code: 'FRAME_RANGE' });
  });

  it.each([
    ['position', { position: '0\\0\\9' }],
    ['orientation', { orientation: '0\\1\\0\\1\\0\\0' }],
    ['instance', { z: 1, position: '0\\0\\0' }],
  ])('K17: refuses a file that has another %s than was planned', async (_, parts) => {
    const { file } = await openBuilt(sliceParts(parts));
    const { instance } = await instanceOf(1);
    const changed: Instance = { ...instance, open: () => Promise.resolve(file) };
    await using reader = sliceReader();
    const planned = slice({ instance: changed, opened: 0, closed: 0 }, 0);
    await expect(reader.read(planned, {})).rejects.toMatchObject({
      code: 'NOT_A_VOLUME',
      details: { name: 'IM' },
    });
  });

  it('K17: refuses a frame that is at another place than was planned', async () => {
    const several = await instanceOf(2);
    const frames = { count: 2, of: () => several.instance.dataset };
    // Frames without groups of their own have the place of the instance (PS3.3 C.7.6.16.2).
    const attributes: SliceAttributes = {
      get: (keyword) =>
        keyword === 'ImagePositionPatient' ? undefined : several.instance.dataset.get(keyword),
      has: (keyword) => several.instance.dataset.has(keyword),
    };
    await using reader = sliceReader();
    const planned = slice(several, 1);
    const instance = { ...several.instance, frames };
    expect((await reader.read({ ...planned, instance }, {})).index).toBe(1);
    const moved = reader.read({ ...planned, instance, attributes }, {});
    await expect(moved).rejects.toMatchObject({ code: 'NOT_A_VOLUME' });
  });
});
