/** Objects in fragments that were right, and what is done to them: each follows from a number. */
import { dicom } from './build-dicom.js';
import { built, DELIMITER, FAMILIES, fragmented, randomOf, tableOf } from './encapsulations.js';
/** As often as they are made. */
export const DAMAGES = [
  ...['none', 'none', 'table', 'table', 'table', 'count', 'count', 'cut', 'delimiter'],
  ...['item-tag', 'item-length', 'table-and-count', 'delimiter-and-table'],
];
function randomMade(random) {
  const family = random.pick(FAMILIES);
  const shape = { rows: 1 + random.below(6), columns: 3 + random.below(6) };
  const odd = random.once(6);
  const most = random.pick([1, 1, 2, 4]);
  const frames = Array.from({ length: 1 + random.below(random.pick([2, 4, 12])) }, (_, k) =>
    fragmented(family.make(k, shape, random), 1 + random.below(most), odd, random),
  );
  const table = tableOf(frames, odd);
  return {
    ...{ family, shape, frames, odd, basic: table, extended: table, delimiter: DELIMITER },
    tables: random.pick(['none', 'empty', 'empty', 'basic', 'basic', 'extended', 'both']),
    numberOfFrames: String(frames.length),
  };
}
/** A table that lies, and how. */
function lyingTable({ offsets, lengths }, items, random) {
  const wrong = offsets.map(Number);
  const k = random.below(wrong.length);
  const other = random.below(wrong.length);
  const by = random.pick([1, 2, 4, 8, -1, -2, -8, 100]);
  const at = wrong[k] ?? 0;
  const table = (changed) => ({
    offsets: changed.map((offset) => (Number(offset) < 0 ? 0 : offset)),
    lengths: changed.map((_, n) => lengths[n] ?? 10),
  });
  const kinds = {
    'entry off': () => table(wrong.with(k, at + by)),
    'entry at another item': () => table(wrong.with(k, items[random.below(items.length)] ?? 0)),
    swapped: () => table(wrong.with(k, wrong[other] ?? 0).with(other, at)),
    duplicated: () => table(wrong.toSpliced(k, 0, at)),
    twice: () => table(wrong.with(k, wrong[other] ?? 0)),
    missing: () => table(wrong.toSpliced(k, 1)),
    extra: () => table([...wrong, (wrong[wrong.length - 1] ?? 0) + random.pick([8, 20, 1000])]),
    'missing and extra': () => table([...wrong.toSpliced(k, 1), items[items.length - 1] ?? 0]),
    'all off': () => table(wrong.map((offset) => offset + by)),
    'all but the first off': () => table(wrong.map((offset, n) => (n === 0 ? 0 : offset + by))),
    'all ones': () => table(wrong.map(() => 0xffffffff)),
    'one of all ones': () => table(wrong.with(k, 0xffffffff)),
    'all zero': () => table(wrong.map(() => 0)),
    'of other frames': () => table(wrong.map((_, n) => n * (20 + 2 * random.below(30)))),
    'at all items': () => table(items),
    'wrong lengths': () => ({
      offsets,
      lengths: lengths.map((length, n) => (n === k ? Number(length) + by : length)),
    }),
  };
  const [first = '', ...names] = Object.keys(kinds);
  const name = random.pick([first, ...names]);
  const lie = kinds[name]?.() ?? table(wrong);
  return { name: `${name} (${k}, ${other}, ${by})`, lie };
}
function withLyingTable(made, random) {
  const { items } = built({ ...made, tables: 'none' });
  const tables =
    made.tables === 'none' || made.tables === 'empty'
      ? random.pick(['basic', 'extended'])
      : made.tables;
  const one = lyingTable(
    made.basic,
    items.map(({ at }) => at),
    random,
  );
  // Of two tables, one may be right.
  const both = tables !== 'both' || random.once(2);
  const changed = {
    ...{ ...made, tables },
    basic: both || random.once(2) ? one.lie : made.basic,
    extended: one.lie,
  };
  return { made: changed, what: `table ${one.name}` };
}
function withWrongCount(made, random) {
  const { length } = made.frames;
  const fragments = made.frames.flatMap((frame) => frame.fragments).length;
  const numberOfFrames = random.pick([
    ...[undefined, '0', '-1', '1A', '', '1', '3\\4'],
    ...[String(length + 1), String(Math.max(1, length - 1)), String(2 * length), String(fragments)],
    '2147483647',
  ]);
  return { made: { ...made, numberOfFrames }, what: `count ${numberOfFrames ?? 'absent'}` };
}
const DELIMITERS = [
  '',
  ...['00', '00000000', '0000000000000000', 'feff0de000000000', 'feffdde0ffffffff'],
  ...['feffdde008000000', 'fcfffcff4f42000004000000aaaaaaaa', 'fafffaff535100000000', 'feffdde0'],
  ...['0102030405060708', 'feff00e0ffffffff', 'feff00e004000000'],
];
function withWrongDelimiter(made, random) {
  const text = random.pick(DELIMITERS);
  const delimiter = Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  return { made: { ...made, delimiter }, what: `delimiter ${text}` };
}
/** Everything about a case follows from its seed. */
export function caseOf(seed) {
  const random = randomOf(seed);
  const damage = random.pick(DAMAGES);
  let made = randomMade(random);
  let what = '';
  const apply = (change) => {
    const changed = change(made, random);
    made = changed.made;
    what += ` ${changed.what}`;
  };
  if (damage === 'table' || damage === 'table-and-count') apply(withLyingTable);
  if (damage === 'count' || damage === 'table-and-count') apply(withWrongCount);
  if (damage === 'delimiter' || damage === 'delimiter-and-table') apply(withWrongDelimiter);
  if (damage === 'delimiter-and-table') apply(withLyingTable);
  const { parts, items } = built(made);
  const file = dicom(parts);
  const { pixelOffset = 0 } = file;
  let bytes = file.bytes.slice();
  const item = items[random.below(items.length)] ?? { at: 0, length: 0, frame: 0 };
  if (damage === 'cut') {
    const length = pixelOffset + random.below(bytes.length - pixelOffset);
    bytes = bytes.subarray(0, length);
    what += ` cut at ${length - pixelOffset}`;
  } else if (damage === 'item-tag') {
    const tag = random.pick([
      '00000000',
      'fefffee0',
      'feffdde0',
      'feff0de0',
      '20202020',
      'ffffffff',
    ]);
    bytes.set(
      Uint8Array.from(tag.match(/../g) ?? [], (pair) => parseInt(pair, 16)),
      pixelOffset + item.at,
    );
    what += ` tag ${tag} of item at ${item.at}`;
  } else if (damage === 'item-length') {
    const length = random.pick([
      0,
      ...[1, 2, item.length + 1, item.length + 2, item.length + 8, item.length - 2],
      ...[0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff, random.below(4 * item.length + 1)],
    ]);
    new DataView(bytes.buffer).setUint32(pixelOffset + item.at + 4, Math.max(0, length), true);
    what += ` length ${length} of item at ${item.at}`;
  }
  return {
    ...{ seed, made, items, item, damage, what, bytes, pixelOffset },
    asynchronous: random.once(2),
    strict: random.once(8),
  };
}
