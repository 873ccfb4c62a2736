import { namelessEntry } from './dictionary.ts';
import type { DictionaryVr } from './dictionary.ts';
import type { Tag } from './tag.ts';

/**
 * One value or an array of them, as the standard's multiplicity has it. The types of `get` are the
 * standard's: a value that a file wrote otherwise is reported, and left to `element(tag).values`. A
 * sequence is `written` as SQ, whatever its header says.
 */
export function givenValue(
  tag: Tag,
  written: DictionaryVr,
  values: readonly unknown[],
  report: (code: 'BAD_VALUE' | 'BAD_VR', message: string) => void,
): unknown {
  const entry = namelessEntry(tag);
  if (written === 'SQ' && (entry === undefined || entry.vr === 'SQ')) return values;
  if (values.length === 0) return undefined;
  if (entry === undefined) return values.length === 1 ? values[0] : values;
  const given = written === 'SQ' ? undefined : typedValues(entry.vr, values);
  if (given === undefined) {
    // Among several numbers one may be left empty (PS3.5 6.4): there is no number to give for it.
    const isEmpty = (written === 'DS' || written === 'IS') && values.includes(null);
    if (!isEmpty) report('BAD_VALUE', 'the value is not of the type that the standard gives it');
    return undefined;
  }
  if (!agrees(written, entry.vr)) report('BAD_VR', 'the VR is not the one of the standard');
  if (entry.vm === '1' && given.length > 1) {
    report('BAD_VALUE', `${given.length} values where the standard has one; the first is given`);
  }
  return entry.vm === '1' || ArrayBuffer.isView(given[0]) ? given[0] : given;
}

/** The values in the type that the dictionary's VR promises, or undefined where one is not of it. */
function typedValues(vr: DictionaryVr, values: readonly unknown[]): readonly unknown[] | undefined {
  switch (vr) {
    case 'US':
    case 'SS':
    case 'UL':
    case 'SL':
    case 'FL':
    case 'FD':
    case 'DS':
    case 'IS':
    case 'AT':
    case 'xs':
    case 'up':
      return values.every((value) => typeof value === 'number') ? values : undefined;
    case 'SV':
    case 'UV':
      return values.every((value) => typeof value === 'bigint') ? values : undefined;
    case 'OB':
    case 'OW':
    case 'OL':
    case 'OV':
    case 'OF':
    case 'OD':
    case 'UN':
    case 'ox':
    case 'px':
      return values.every((value) => isOfType(vr, value)) ? values : undefined;
    case 'lt':
      return values.every((value) => value instanceof Uint16Array || typeof value === 'number')
        ? values
        : undefined;
    case 'SQ':
    case 'na':
      return undefined;
    default:
      if (!values.every((value) => value === null || typeof value === 'string')) return undefined;
      return values.includes(null) ? values.map((value) => value ?? '') : values;
  }
}

/** The typed arrays that hold the cells of a VR. */
const CELLS = {
  OB: [Uint8Array],
  OW: [Uint16Array],
  OL: [Uint32Array],
  OV: [BigUint64Array],
  OF: [Float32Array],
  OD: [Float64Array],
  UN: [Uint8Array],
  ox: [Uint8Array, Uint16Array],
  px: [Uint8Array, Uint16Array],
} as const;

function isOfType(vr: keyof typeof CELLS, value: unknown): boolean {
  return CELLS[vr].some((type) => value instanceof type);
}

/** Whether an element is written in the VR of the dictionary, or in one that it leaves open. */
function agrees(written: DictionaryVr, known: DictionaryVr): boolean {
  if (written === known || written === 'UN') return true;
  switch (known) {
    case 'ox':
    case 'px':
      return written === 'OB' || written === 'OW';
    case 'xs':
      return written === 'US' || written === 'SS';
    case 'lt':
      return written === 'US' || written === 'SS' || written === 'OW';
    case 'up':
      return written === 'UL';
    default:
      return false;
  }
}
