import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';
import { isFramedexError } from '../../src/errors.ts';
import type { DicomFile } from '../../src/file/dicom-file.ts';
import { openSource } from '../../src/file/open.ts';
import { createContext } from '../support/platform.ts';
import { dicom } from '../support/build-dicom.ts';
import { countingSource } from '../support/counting-source.ts';
import { caseOf, DAMAGES } from '../support/damaged-encapsulations.ts';
import type { Case, Damage } from '../support/damaged-encapsulations.ts';
import {
  built,
  DELIMITER,
  FAMILIES,
  fragmented,
  randomOf,
  tableOf,
} from '../support/encapsulations.ts';
import type { Encapsulation } from '../support/encapsulations.ts';

/** What became of a frame: its bytes, or the error's code. */
type Result = Uint8Array | string;

async function resultsOf(
  one: Case,
): Promise<{ results: Result[]; file?: DicomFile; thrown?: string }> {
  const base = memorySource(one.bytes, 'x');
  const source = countingSource(base, { asynchronous: one.asynchronous });
  let file: DicomFile;
  try {
    file = await openSource(source, {
      context: createContext(),
      options: { strict: one.strict },
      ownership: 'owned',
    });
  } catch (error) {
    if (!isFramedexError(error)) throw error;
    return { results: one.made.frames.map(() => error.code), thrown: error.code };
  }
  const random = randomOf(one.seed + 1);
  const count = Math.max(one.made.frames.length, Math.min(file.index.count, 40)) + 1;
  const results: Result[] = Array.from({ length: count }, () => '');
  const order = results.map((_, i) => i).sort(() => random.below(3) - 1);
  const read = async (i: number): Promise<void> => {
    try {
      results[i] = await file.encodedFrame(i);
    } catch (error) {
      if (!isFramedexError(error)) throw error;
      results[i] = error.code;
    }
  };
  if (random.once(3)) await Promise.all(order.map(read));
  else for (const i of order) await read(i);
  return { results, file };
}

/** Whether these are the frame's bytes, with its padding or without. */
function isFrame(found: Uint8Array, { bytes }: { readonly bytes: Uint8Array }): boolean {
  if (found.length !== bytes.length && found.length !== bytes.length + (bytes.length % 2))
    return false;
  return (
    bytes.every((byte, k) => byte === found[k]) &&
    found.subarray(bytes.length).every((b) => b === 0)
  );
}

/** What is against the rules: a frame of other bytes; one that can be told, and was not given. */
function faultOf(
  one: Case,
  results: readonly Result[],
  file: DicomFile | undefined,
): string | undefined {
  const { made } = one;
  for (const [i, result] of results.entries()) {
    const frame = made.frames[i];
    if (typeof result === 'string') continue;
    if (frame === undefined && isExcused(one, i, result)) continue;
    if (frame === undefined)
      return `there is no frame ${i}, but ${result.length} bytes were given for it`;
    if (!isFrame(result, frame) && !isExcused(one, i, result)) return `frame ${i} has other bytes`;
  }
  if (one.strict || file === undefined) return undefined;
  const spoilt = made.frames.findIndex(
    (_, i) => isUntouched(one, i) && typeof results[i] === 'string',
  );
  if (spoilt >= 0) return `frame ${spoilt}, which is sound, is ${String(results[spoilt])}`;
  if (!mustBeExact(one)) return undefined;
  const missing = made.frames.findIndex((_, i) => typeof results[i] === 'string');
  if (missing >= 0) return `frame ${missing} is ${String(results[missing])}`;
  if (file.index.count !== made.frames.length) return `count is ${file.index.count}`;
  return undefined;
}

/** Beside a broken item, the frames that a sound table leads to. */
function isUntouched({ made, damage, item }: Case, i: number): boolean {
  const { family, tables, frames } = made;
  if (damage !== 'item-tag' && damage !== 'item-length') return false;
  const trapped = frames.some((frame) => frame.trapped === true);
  const tabled = tables !== 'none' && tables !== 'empty';
  return tabled && family.tells === 'start-and-end' && !trapped && i !== item.frame;
}

function mustBeExact({ made, damage }: Case): boolean {
  const { family, frames, tables } = made;
  const single = frames.every(({ fragments }) => fragments.length === 1);
  const firstLength = frames[0]?.fragments[0]?.length ?? 0;
  const clear = family.tells === 'start-and-end' || family.tells === 'length';
  switch (damage) {
    case 'none':
      // What shows no start is taken for the table.
      if (tables === 'none') return clear && family.tells !== 'length' && firstLength >= 16;
      return tables !== 'empty' || clear || single || frames.length === 1;
    case 'table':
      return clear || single;
    case 'count':
      if (family.tells !== 'start-and-end' || firstLength < 16) return false;
      return !isConsistentCount(made) && !frames.some(({ trapped }) => trapped === true);
    default:
      return false;
  }
}

/**
 * What no reader can know better: what was damaged agrees with something else that is there. Each kind
 * by what exactly makes the lie consistent.
 */
function isExcused(one: Case, i: number, result: Uint8Array): boolean {
  const { made, damage } = one;
  const trapped = made.frames.some((frame) => frame.trapped === true);
  switch (damage) {
    case 'none':
      // By chance, those behind it are as many as the frames.
      return made.family.tells === 'nothing' && isTableMissed(made);
    case 'item-length':
    case 'item-tag':
      return trapped || isTableMissed(made) || isBehindDamage(one, i, result);
    case 'cut':
      return isTableMissed(made) || isCutBetweenFragments(one, i);
    case 'delimiter':
      return isTableMissed(made);
    case 'count':
      return trapped || isConsistentCount(made);
    case 'table':
      return isConsistentTable(one, result);
    // A table that leaves frames out, and another witness that says so too.
    case 'table-and-count':
      return trapped || isConsistentCount(made) || isConsistentTable(one, result) || isAtItems(one);
    case 'delimiter-and-table':
      return isConsistentTable(one, result) || isAtItems(one);
  }
}

/** Without the item of the table, a first fragment that shows no start is taken for it. */
function isTableMissed({ tables, family, frames }: Encapsulation): boolean {
  const shown = family.tells === 'start-and-end' || family.tells === 'start';
  return tables === 'none' && !(shown && (frames[0]?.fragments[0]?.length ?? 0) >= 16);
}

/**
 * An item whose header lies: where its length is another, its frame has bytes behind its code stream that
 * are none of its own; another length, or a delimiter for a tag, may be a structure as good as the one
 * that was. The frames before it are not touched, unless there is nothing to count them by.
 */
function isBehindDamage(one: Case, i: number, result: Uint8Array): boolean {
  const { made, item, damage } = one;
  const { family, frames, tables } = made;
  const { bytes } = frames[i] ?? { bytes: result };
  if (damage === 'item-length' && i === item.frame && startsWith(result, bytes)) return true;
  if (i >= item.frame && (family.tells === 'nothing' || family.name === 'JPEG XL')) return true;
  const { counts, ending } = chainOf(one);
  if (i >= item.frame && ending === 0xfeffdde0) return true;
  // As many items as there are frames: by chance, where they tell nothing.
  const counted = counts.includes(frames.length) || tables === 'none' || tables === 'empty';
  return (family.tells === 'nothing' || family.name === 'JPEG XL') && counted;
}

/** The items as the bytes have them now: how many, how many that are not empty, and the tag that ends them. */
function chainOf({ bytes, pixelOffset, items }: Case): { counts: number[]; ending: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = pixelOffset + (items[0]?.at ?? 0);
  let all = 0;
  let filled = 0;
  while (at + 8 <= bytes.length && view.getUint32(at) === 0xfeff00e0) {
    const length = view.getUint32(at + 4, true);
    at += 8 + length;
    all++;
    if (length > 0) filled++;
  }
  return { counts: [all, filled], ending: at + 8 <= bytes.length ? view.getUint32(at) : 0 };
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return start.length <= bytes.length && start.every((byte, k) => byte === bytes[k]);
}

/**
 * A number of frames that is wrong, and agrees with something else: with the number of fragments, where
 * these show no start or no end, or some of them are empty.
 */
function isConsistentCount(made: Encapsulation): boolean {
  const { family, frames, numberOfFrames = '1' } = made;
  const fragments = frames.flatMap((frame) => frame.fragments);
  const filled = fragments.filter(({ length }) => length > 0).length;
  const number = Number(numberOfFrames);
  const isNumber = /^\d+$/.test(numberOfFrames) && number !== 0;
  const isOfFragments =
    fragments.length > frames.length && (number === fragments.length || number === filled);
  if (isTableMissed(made)) return true;
  if (family.tells === 'nothing' || family.name === 'JPEG XL') {
    return isOfFragments || !isNumber || number === 1;
  }
  // An empty fragment may be a frame that is not there.
  return isOfFragments && number === fragments.length && filled < number;
}

/** Cut exactly between two fragments of a frame that does not show its end, or in the header of the next. */
function isCutBetweenFragments({ made, bytes, pixelOffset, items }: Case, i: number): boolean {
  const { family, frames } = made;
  const length = bytes.length - pixelOffset;
  const between = items.some(({ at }) => length >= at && length < at + 8);
  return family.tells !== 'start-and-end' && i === frames.length - 1 && between;
}

/** The offsets of each table that stands there. */
function offsetsOf({ basic, extended, tables }: Encapsulation): number[][] {
  const used = [
    ...(tables === 'basic' ? [] : [extended]),
    ...(tables === 'extended' ? [] : [basic]),
  ];
  return used.map(({ offsets }) => offsets.map(Number));
}

/**
 * A table that is as long as it should be, each entry of which is at an item, ascending from the first:
 * another grouping of the same items. Where reads are journeys, items between two entries are all that
 * is looked at with a frame: an entry too many before it and one too few behind shift it, to another
 * frame as a whole.
 */
function isConsistentTable(one: Case, result: Uint8Array): boolean {
  const { made, asynchronous } = one;
  const { family, frames } = made;
  const even = offsetsOf(made).some(({ length }) => length === frames.length);
  if (family.tells === 'nothing' || family.name === 'JPEG XL') return even && isAtItems(one);
  // An entry at an empty fragment: a frame that is not there, and another that is two.
  // Or at an image inside of a segment, which is where a fragment starts.
  const empty = frames.some(({ fragments }) => fragments.some(({ length }) => length === 0));
  const trapped = frames.some((frame) => frame.trapped === true);
  if ((empty || trapped) && even && isAtItems(one)) return true;
  return asynchronous && even && frames.some((frame) => isFrame(result, frame));
}

/** A table all of whose entries are at items, ascending from the first. */
function isAtItems({ made, items }: Case): boolean {
  const first = items[0]?.at ?? 0;
  const places = new Set(items.map(({ at }) => at - first));
  return offsetsOf(made).some((offsets) =>
    offsets.every((offset, k) => {
      const before = offsets[k - 1];
      return places.has(offset) && (before === undefined ? offset === 0 : offset > before);
    }),
  );
}

function describeCase(one: Case, file: DicomFile | undefined): string {
  const { made } = one;
  const lengths = made.frames.map(({ fragments }) =>
    fragments.map(({ length }) => length).join('+'),
  );
  return [
    `seed ${one.seed}: ${made.family.name} [${lengths.join(' | ')}]${made.odd ? ' odd' : ''}`,
    `NumberOfFrames ${made.numberOfFrames ?? 'absent'}, tables ${made.tables}, damage ${one.damage}${one.what}`,
    `${one.asynchronous ? 'async' : 'sync'}${one.strict ? ' strict' : ''}`,
    file === undefined
      ? ''
      : `index ${file.index.strategy}/${file.index.confidence} count ${file.index.count}; warnings ${file.warnings.map(({ code, message }) => `${code}: ${message}`).join('; ')}`,
  ].join('\n    ');
}

/** Each follows from its number alone, which a failure tells. */
const CASES = 4000;

describe('encapsulated pixel data, by chance', () => {
  it('H01-H29: every frame is the one that was written, or an error', async () => {
    const faults: string[] = [];
    const delivered = new Map<Damage, number>();
    for (let seed = 1; seed <= CASES; seed++) {
      const one = caseOf(seed);
      const { results, file } = await resultsOf(one);
      const fault = faultOf(one, results, file);
      if (fault !== undefined) faults.push(`${fault}\n    ${describeCase(one, file)}`);
      const frames = results.filter((result) => typeof result !== 'string').length;
      delivered.set(one.damage, (delivered.get(one.damage) ?? 0) + frames);
    }
    expect(faults.slice(0, 20)).toEqual([]);
    // Errors alone would keep the rule too.
    for (const damage of DAMAGES) expect(delivered.get(damage)).toBeGreaterThan(100);
  });

  it('H19: the same where the items of a table are not walked at once', async () => {
    const random = randomOf(1);
    const [family] = FAMILIES;
    const shape = { rows: 2, columns: 2 };
    const frames = Array.from({ length: 5000 }, (_, k) =>
      fragmented(family.make(k, shape, random), random.once(50) ? 2 : 1, false, random),
    );
    const right = tableOf(frames);
    for (const lie of [undefined, 2500, 4998]) {
      const offsets = right.offsets.map((at, k) => (k === lie ? Number(at) + 2 : at));
      const basic = { ...right, offsets };
      const { parts } = built({
        ...{ family, shape, frames, odd: false, tables: 'basic', basic, extended: basic },
        ...{ numberOfFrames: '5000', delimiter: DELIMITER },
      });
      const { bytes } = dicom(parts);
      for (const asynchronous of [false, true]) {
        const source = countingSource(memorySource(bytes, 'x'), { asynchronous });
        const file = await openSource(source, {
          context: createContext(),
          options: {},
          ownership: 'owned',
        });
        for (const i of [0, 1, 2498, 2499, 2500, 2501, 4997, 4998, 4999]) {
          const frame = frames[i] ?? { bytes };
          expect([i, isFrame(await file.encodedFrame(i), frame)]).toEqual([i, true]);
        }
        expect(file.index).toMatchObject({ count: 5000 });
        expect(file.warnings).toHaveLength(lie === undefined ? 0 : 1);
      }
    }
  });
});
