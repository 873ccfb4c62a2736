import type { DictionaryVr } from './dictionary.ts';

/** The values in the type that the dictionary's VR promises, or undefined where one is not of it. */
export function typedValues(
  vr: DictionaryVr,
  values: readonly unknown[],
): readonly unknown[] | undefined {
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
    case 'OF':
    case 'OD':
    case 'OL':
    case 'OV':
    case 'UN':
    case 'ox':
    case 'px':
      return values.every(isTypedArray) ? values : undefined;
    case 'lt':
      return values.every((value) => isTypedArray(value) || typeof value === 'number')
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

export function isTypedArray(value: unknown): boolean {
  return ArrayBuffer.isView(value);
}

/** Whether an element is written in the VR of the dictionary, or in one that it leaves open. */
export function agrees(written: DictionaryVr, known: DictionaryVr): boolean {
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
