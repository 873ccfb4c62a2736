const DISCRETE = 0;
const LINEAR = 1;
const INDIRECT = 2;

/** What the expansion of one table has come to. */
interface Expansion {
  /** The segments as written: bytes, or words in the machine's order. */
  readonly data: Uint8Array | Uint16Array;
  /** As many entries as the descriptor says. */
  readonly entries: Uint16Array;
  filled: number;
  /** More was said than there is room for. */
  overflowed: boolean;
}

/**
 * Segmented Palette Color Lookup Table Data (PS3.3 C.7.9.2) as the table of `count` entries that it is
 * short for. Never more is done than there are entries and data, whatever the lengths claim.
 *
 * `fault` is told what is against the standard. What cannot be expanded is left out as a whole; a table
 * that is too short is as long as it is, of one that is too long the first entries are given.
 */
export function expandSegments(
  data: Uint8Array | Uint16Array,
  count: number,
  fault: (message: string) => void,
): Uint16Array | undefined {
  const expansion: Expansion = {
    data,
    entries: new Uint16Array(count),
    filled: 0,
    overflowed: false,
  };
  const broken = expand(expansion);
  if (broken !== undefined) {
    fault(`a segmented table ${broken}; it is left out`);
    return undefined;
  }
  const { entries, filled, overflowed } = expansion;
  if (overflowed) fault('a segmented table has more entries than its descriptor says');
  if (filled === count) return entries;
  fault('a segmented table has fewer entries than its descriptor says; its last one goes on');
  return filled === 0 ? undefined : entries.slice(0, filled);
}

/** Expands segment after segment; what is wrong with one ends it. */
function expand(expansion: Expansion): string | undefined {
  const { data, entries } = expansion;
  const starts = new Set<number>();
  let at = 0;
  // One unit that is left over is the padding to even length.
  while (at + 1 < data.length && expansion.filled < entries.length) {
    if (data[at] === INDIRECT) {
      const broken = copySegments(expansion, at, starts);
      if (broken !== undefined) return broken;
      at += indirectUnits(data);
    } else {
      starts.add(at);
      const next = expandSegment(expansion, at);
      if (typeof next === 'string') return next;
      at = next;
    }
  }
  // Behind the last entry, some fill up with zeros.
  if (at + 1 < data.length && data.subarray(at).some((unit) => unit !== 0)) {
    expansion.overflowed = true;
  }
  return undefined;
}

/** One discrete or linear segment; where the next one starts, or what is wrong. */
function expandSegment(expansion: Expansion, at: number): number | string {
  const { data } = expansion;
  const length = data[at + 1] ?? 0;
  // Segments of nothing could be repeated for ever.
  if (length === 0) return 'has a segment without a length';
  const opcode = data[at];
  if (opcode !== DISCRETE && opcode !== LINEAR) return 'has a segment of an unknown type';
  const first = at + 2;
  const end = first + (opcode === DISCRETE ? length : 1);
  if (end > data.length) return 'ends within a segment';
  if (opcode === DISCRETE) {
    addDiscrete(expansion, first, length);
    return end;
  }
  if (expansion.filled === 0) return 'starts with a linear segment, which follows nothing';
  addLinear(expansion, data[first] ?? 0, length);
  return end;
}

function addDiscrete(expansion: Expansion, first: number, length: number): void {
  const { data, entries, filled } = expansion;
  const fitting = Math.min(length, entries.length - filled);
  entries.set(data.subarray(first, first + fitting), filled);
  advance(expansion, length);
}

/** A straight line from the entry before it to its own value, which is its last entry (C.7.9.2.2). */
function addLinear(expansion: Expansion, last: number, length: number): void {
  const { entries, filled } = expansion;
  const before = entries[filled - 1] ?? 0;
  const fitting = Math.min(length, entries.length - filled);
  for (let k = 1; k <= fitting; k++) {
    entries[filled + k - 1] = Math.round(before + ((last - before) * k) / length);
  }
  advance(expansion, length);
}

function advance(expansion: Expansion, length: number): void {
  const { entries, filled } = expansion;
  expansion.overflowed = filled + length > entries.length;
  expansion.filled = Math.min(filled + length, entries.length);
}

/**
 * An indirect segment: so many segments again, from a byte on (C.7.9.2.3). They are segments that stand
 * before it, and none of them is indirect itself, so that nothing comes around in a circle.
 */
function copySegments(
  expansion: Expansion,
  at: number,
  starts: ReadonlySet<number>,
): string | undefined {
  const { data } = expansion;
  if (expansion.filled === 0) return 'starts with an indirect segment, which follows nothing';
  if (at + indirectUnits(data) > data.length) return 'ends within a segment';
  const segments = data[at + 1] ?? 0;
  if (segments === 0) return 'has a segment without a length';
  let from = byteOffset(data, at + 2) / data.BYTES_PER_ELEMENT;
  for (let k = 0; k < segments && !expansion.overflowed; k++) {
    if (!starts.has(from)) return 'repeats segments that are not before it';
    const next = expandSegment(expansion, from);
    if (typeof next === 'string') return next;
    from = next;
  }
  return undefined;
}

/** Opcode, length, and an offset of 32 bits. */
function indirectUnits(data: Uint8Array | Uint16Array): number {
  return 2 + 4 / data.BYTES_PER_ELEMENT;
}

/** 32 bits, the least significant unit first. */
function byteOffset(data: Uint8Array | Uint16Array, at: number): number {
  const bits = 8 * data.BYTES_PER_ELEMENT;
  let offset = 0;
  for (let k = 4 / data.BYTES_PER_ELEMENT - 1; k >= 0; k--) {
    offset = offset * 2 ** bits + (data[at + k] ?? 0);
  }
  return offset;
}
