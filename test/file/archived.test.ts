import { describe, expect, it } from 'vitest';
import type { Archived, InflationStats, RunOptions } from '../../src/bytes/archived.ts';
import { memorySource } from '../../src/bytes/memory.ts';
import type { Source } from '../../src/bytes/source.ts';
import { render } from '../../src/display/render.ts';
import { FramedexError } from '../../src/errors.ts';
import type { DicomFile } from '../../src/file/dicom-file.ts';
import { openSource } from '../../src/file/open.ts';
import { createContext } from '../../src/index.ts';
import { dicom, encapsulated, imagePixel, sequence, SYNTAX } from '../support/build-dicom.ts';
import { codeOf } from '../support/open-built.ts';

const STATS: InflationStats = {
  ...{ prefixes: 1, wholes: 0, cursors: 0, indexings: 0, restarts: 0, spools: 0 },
  ...{ bytesInflated: 4096, checkpointBytes: 0, spooledBytes: 0 },
};

const icon = sequence(0x00880200, [
  [...imagePixel({ rows: 1, columns: 1, bitsAllocated: 8 }), [0x7fe00010, 'OB', [9, 0]]],
]);
const { bytes } = dicom({
  elements: [
    ...imagePixel({ rows: 2, columns: 2, bitsAllocated: 8, numberOfFrames: 3 }),
    icon,
    [0x7fe00010, 'OB', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
  ],
});

/** A member of an archive, with a checksum that is right, or wrong. */
class Member implements Archived {
  verified = false;
  damaged = false;
  /** The fault that a read from here on finds, and all reads after it. */
  brokenFrom = Infinity;
  inflation: InflationStats | undefined;
  readonly runs: string[] = [];
  readonly options: RunOptions[] = [];
  #broken: FramedexError | undefined;

  readonly verify = (options?: RunOptions): Promise<void> => this.#run('verify', options);
  readonly prepare = (options?: RunOptions): Promise<void> => this.#run('prepare', options);

  source(data = bytes): Source {
    const memory = memorySource(data, 'study.zip!/IM1');
    const read: Source['read'] = async (offset, length, options) => {
      if (offset + length > this.brokenFrom) {
        this.#broken = new FramedexError('ZIP_CRC', 'the member is damaged', {});
      }
      if (this.#broken !== undefined) throw this.#broken;
      return memory.read(offset, length, options);
    };
    return { name: memory.name, size: memory.size, archived: this, read };
  }

  #run(kind: string, options: RunOptions = {}): Promise<void> {
    this.runs.push(kind);
    this.options.push(options);
    if (this.damaged) {
      this.#broken = new FramedexError('ZIP_CRC', 'the member is damaged', {});
      return Promise.reject(this.#broken);
    }
    this.verified = true;
    return Promise.resolve();
  }
}

function open(source: Source): Promise<DicomFile> {
  return openSource(source, { context: createContext(), options: {}, ownership: 'borrowed' });
}

async function marksOf(file: DicomFile): Promise<unknown[]> {
  const marks: unknown[] = [(await file.frame(0)).unverified];
  marks.push((await file.frame(1, { into: new Uint8Array(4) })).unverified);
  for await (const { unverified } of file.frames({ start: 2 })) marks.push(unverified);
  marks.push((await file.icon())?.unverified);
  return marks;
}

describe('a frame of an archive’s member', () => {
  it('O22: is marked until the checksum was compared, one of the cache too', async () => {
    const member = new Member();
    const file = await open(member.source());
    expect(await marksOf(file)).toEqual([true, true, true, true]);
    expect((await file.frame(0)).unverified).toBe(true);
    expect(await file.verify()).toBe(true);
    expect(await marksOf(file)).toEqual([undefined, undefined, undefined, undefined]);
    const cached = await file.frame(0);
    expect(cached).not.toHaveProperty('unverified');
    expect([...cached.data]).toEqual([1, 2, 3, 4]);
    expect(file.stats().cacheHits).toBeGreaterThan(1);
  });

  it('O22: that was verified while somebody else read it has no mark', async () => {
    const member = new Member();
    const file = await open(member.source());
    await file.frame(0);
    member.verified = true;
    expect((await file.frame(0)).unverified).toBeUndefined();
  });

  it('O22: makes a picture with that mark, until then', async () => {
    const member = new Member();
    const file = await open(member.source());
    expect((await file.thumbnail()).unverified).toBe(true);
    expect(render(await file.frame(0)).unverified).toBe(true);
    await file.verify();
    expect(await file.thumbnail()).not.toHaveProperty('unverified');
    expect(render(await file.frame(0))).not.toHaveProperty('unverified');
  });

  it('O22: has the mark of what was opened, also where the data set is deflated', async () => {
    const deflated = dicom({
      transferSyntax: SYNTAX.deflated,
      elements: [
        ...imagePixel({ rows: 1, columns: 2, bitsAllocated: 8 }),
        [0x7fe00010, 'OB', [1, 2]],
      ],
    }).bytes;
    const member = new Member();
    const file = await open(member.source(deflated));
    expect((await file.frame(0)).unverified).toBe(true);
    expect(await file.verify()).toBe(true);
    expect((await file.frame(0)).unverified).toBeUndefined();
  });

  it('O22: an encapsulated one is marked too; one of a file of its own never is', async () => {
    const parts = {
      transferSyntax: SYNTAX.rle,
      elements: [
        ...imagePixel({ rows: 2, columns: 2, bitsAllocated: 8 }),
        encapsulated({ frames: [RLE] }),
      ],
    };
    const member = await open(new Member().source(dicom(parts).bytes));
    expect((await member.frame(0)).unverified).toBe(true);
    const loose = await open(memorySource(dicom(parts).bytes, 'loose.dcm'));
    expect(await loose.frame(0)).not.toHaveProperty('unverified');
    expect(await open(memorySource(bytes, 'x')).then(marksOf)).toEqual(Array(4).fill(undefined));
  });
});

/** One segment, four literal bytes (PS3.5 G.5). */
const RLE = Uint8Array.from([1, 0, 0, 0, 64, ...Array<number>(59).fill(0), 3, 1, 2, 3, 4, 0]);

describe('verify and prepare', () => {
  it('O22: give what the archive has of the member its options, and true', async () => {
    const member = new Member();
    const file = await open(member.source());
    const onProgress = (): void => undefined;
    const { signal } = new AbortController();
    expect(await file.verify({ onProgress, signal })).toBe(true);
    await file.prepare({ onProgress });
    expect(member.runs).toEqual(['verify', 'prepare']);
    expect(member.options).toEqual([{ onProgress, signal }, { onProgress }]);
  });

  it('O22: a file of its own has no checksum, and nothing to prepare', async () => {
    const file = await open(memorySource(bytes, 'x'));
    const { reads } = file.stats();
    expect(await file.verify()).toBe(false);
    await file.prepare();
    expect(file.stats().reads).toBe(reads);
  });

  it('O22: a damaged member gives no frame from then on, of the cache neither', async () => {
    for (const run of ['verify', 'prepare'] as const) {
      const member = new Member();
      member.damaged = true;
      const file = await open(member.source());
      expect((await file.frame(0)).unverified).toBe(true);
      expect(await codeOf(file[run]())).toBe('ZIP_CRC');
      expect(await codeOf(file.frame(0))).toBe('ZIP_CRC');
    }
  });

  it('O22: a read that finds the damage ends what the cache holds too', async () => {
    const reads = [
      (file: DicomFile) => file.frame(2),
      (file: DicomFile) => file.frame(2, { into: new Uint8Array(4) }),
      (file: DicomFile) => file.encodedFrame(2),
      (file: DicomFile) => file.thumbnail({ frame: 2 }),
      async (file: DicomFile) => {
        for await (const { index } of file.frames({ start: 2 })) expect(index).toBe(2);
      },
    ];
    for (const read of reads) {
      const member = new Member();
      const file = await open(member.source());
      expect((await file.frame(0)).unverified).toBe(true);
      // Of the last frame, the last byte.
      member.brokenFrom = bytes.length - 1;
      expect(await codeOf(read(file))).toBe('ZIP_CRC');
      member.brokenFrom = Infinity;
      expect(await codeOf(file.frame(0))).toBe('ZIP_CRC');
    }
  });

  it('O22: a read that fails for another reason ends nothing', async () => {
    const member = new Member();
    const file = await open(member.source());
    await file.frame(0);
    expect(await codeOf(file.frame(3))).toBe('FRAME_RANGE');
    const signal = AbortSignal.abort(new Error('no longer'));
    await file.frame(1, { signal }).catch(() => undefined);
    await file.frame(0);
    expect(file.stats().cacheHits).toBe(1);
  });

  it('O22: what is under way when the damage is found is not kept', async () => {
    const member = new Member();
    const held: (() => void)[] = [];
    const source = member.source();
    let isHeld = false;
    const file = await open({
      ...source,
      read: async (offset, length, options) => {
        const given = await source.read(offset, length, options);
        if (isHeld) await new Promise<void>((resolve) => held.push(resolve));
        return given;
      },
    });
    await file.frame(2);
    isHeld = true;
    const underWay = file.frame(0);
    while (held.length === 0) await new Promise((resolve) => setTimeout(resolve));
    isHeld = false;
    member.damaged = true;
    expect(await codeOf(file.verify())).toBe('ZIP_CRC');
    for (const go of held) go();
    await underWay;
    expect(await codeOf(file.frame(0))).toBe('ZIP_CRC');
  });

  it('reject with the reason of a signal, and after close with CLOSED', async () => {
    const member = new Member();
    const file = await open(member.source());
    const reason = new Error('no longer');
    const signal = AbortSignal.abort(reason);
    await expect(file.verify({ signal })).rejects.toBe(reason);
    await expect(file.prepare({ signal })).rejects.toBe(reason);
    await file.close();
    expect(await codeOf(file.verify())).toBe('CLOSED');
    expect(await codeOf(file.prepare())).toBe('CLOSED');
    expect(member.runs).toEqual([]);
  });
});

describe('stats', () => {
  it('have what inflating did, as it is by then, of deflated members alone', async () => {
    const member = new Member();
    member.inflation = STATS;
    const file = await open(member.source());
    const before = file.stats().inflation;
    expect(before).toEqual(STATS);
    expect(before).not.toBe(STATS);
    member.inflation = { ...STATS, wholes: 1 };
    expect([before?.wholes, file.stats().inflation?.wholes]).toEqual([0, 1]);
    const stored = await open(new Member().source());
    expect(stored.stats()).not.toHaveProperty('inflation');
  });
});
