import { FramedexError } from '../errors.ts';

/** What a JSON text may turn out to be: nothing of it is believed. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The most that a length of 32 bits can say. */
export const MOST_LENGTH: number = 2 ** 32 - 1;

/** Where something stands in an index, for messages. */
export interface IndexPlace {
  /** What is opened, or the file that the index is from. */
  readonly name?: string | undefined;
  /** As JavaScript would have it: `files["a.dcm"].frames.count`; empty for the index itself. */
  readonly path: string;
}

/** An object of a saved index, with its place in it. */
export interface Place extends IndexPlace {
  readonly object: JsonObject;
}

/**
 * Says what a saved index has wrong.
 *
 * @param expected what should be there, behind "to be"
 * @param found what is there instead, as `kindOf` says it: a text may be of a patient
 */
export function badIndex(
  { name, path }: IndexPlace,
  expected: string,
  found?: string,
): FramedexError<'INDEX_FORMAT'> {
  return new FramedexError('INDEX_FORMAT', 'the saved index cannot be used', {
    name,
    expected: `${path === '' ? 'it' : path} to be ${expected}`,
    found,
    advice: 'Make it again, with toIndex() or framedex index.',
  });
}

export function placeOf(value: unknown, place: IndexPlace): Place {
  if (!isObject(value)) throw badIndex(place, 'an object', kindOf(value));
  const { name, path } = place;
  return { name, path, object: value };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of a key; undefined where the object has none of its own. */
export function valueAt({ object }: Place, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function placeAt(place: Place, key: string): Place {
  return placeOf(valueAt(place, key), within(place, key));
}

/** A whole number from `least` to `most`. */
export function integerAt(place: Place, key: string, least: number, most: number): number {
  const value = valueAt(place, key);
  if (isInteger(value, least, most)) return value;
  throw badIndex(within(place, key), wholeNumber(least, most), kindOf(value));
}

/** A number that JSON can say, where there is one. */
export function optionalNumberAt(place: Place, key: string): number | undefined {
  const value = valueAt(place, key);
  if (value === undefined || (typeof value === 'number' && Number.isFinite(value))) return value;
  throw badIndex(within(place, key), 'a number', kindOf(value));
}

/** The same where there is one. */
export function optionalIntegerAt(
  place: Place,
  key: string,
  least: number,
  most: number,
): number | undefined {
  return valueAt(place, key) === undefined ? undefined : integerAt(place, key, least, most);
}

/** What a text looks like, and what it is called. */
export interface TextForm {
  readonly pattern: RegExp;
  readonly words: string;
}

export function textAt(place: Place, key: string, { pattern, words }: TextForm): string {
  const value = valueAt(place, key);
  if (typeof value === 'string' && pattern.test(value)) return value;
  throw badIndex(within(place, key), words, kindOf(value));
}

/** One of a few values. */
export function oneOf<T extends string | number | boolean>(
  place: Place,
  key: string,
  values: readonly T[],
): T {
  const value = valueAt(place, key);
  const found = values.find((one) => one === value);
  if (found !== undefined) return found;
  const several = values.length > 1 ? 'one of ' : '';
  throw badIndex(within(place, key), `${several}${values.join(', ')}`, kindOf(value));
}

/** An array, at most so long; it may have holes. */
export function listAt(place: Place, key: string, most: number): readonly unknown[] {
  const value = valueAt(place, key);
  if (Array.isArray(value) && value.length <= most) return value;
  throw badIndex(within(place, key), `an array of at most ${most}`, kindOf(value));
}

/**
 * Numbers of 32 bits, or up to `greatest`, as the array that stands there, at most `most` long: there may
 * be a million of them.
 */
export function numbersAt(
  place: Place,
  key: string,
  least: number,
  most: number,
  greatest: number = MOST_LENGTH,
): number[] {
  const value = listAt(place, key, most);
  if (isNumbers(value, least, greatest)) return value;
  const k = value.findIndex((one) => !isInteger(one, least, greatest));
  const wrong = within(place, `${key}[${k}]`);
  throw badIndex(wrong, wholeNumber(least, greatest), kindOf(value[k]));
}

export function within({ name, path }: IndexPlace, key: string): IndexPlace {
  return { name, path: path === '' ? key : `${path}.${key}` };
}

export function isInteger(value: unknown, least: number, most: number): value is number {
  return Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
}

function isNumbers(value: readonly unknown[], least: number, greatest: number): value is number[] {
  for (let k = 0; k < value.length; k++) {
    if (!isInteger(value[k], least, greatest)) return false;
  }
  return true;
}

function wholeNumber(least: number, most: number): string {
  return `a whole number from ${least} to ${most}`;
}

/** What a value is, and of a text no more than how long: it may be of a patient. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null || typeof value === 'number' || typeof value === 'boolean') {
    return String(value);
  }
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return typeof value === 'string' ? `a text of length ${value.length}` : `an ${typeof value}`;
}
