import { FramedexError } from '../errors.ts';

/** What a JSON text may turn out to be: nothing of it is believed. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The most that a length of 32 bits can say. */
export const MOST_LENGTH: number = 2 ** 32 - 1;

/** An object of a saved index, with its place in it for messages. */
export interface Place {
  readonly object: JsonObject;
  readonly path: string;
}

/** Says what a saved index has wrong, and never what stands there instead: that may be of a patient. */
export function badIndex(path: string, expected: string): FramedexError<'INDEX_FORMAT'> {
  return new FramedexError('INDEX_FORMAT', `the saved index cannot be used: ${path}`, {
    expected,
    advice: 'Make it again, with toIndex() or framedex index.',
  });
}

export function placeOf(value: unknown, path: string): Place {
  if (!isObject(value)) throw badIndex(path, 'an object');
  return { object: value, path };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of a key; undefined where the object has none of its own. */
export function valueAt({ object }: Place, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function placeAt(place: Place, key: string): Place {
  return placeOf(valueAt(place, key), pathTo(place, key));
}

/** A whole number from `least` to `most`. */
export function integerAt(place: Place, key: string, least: number, most: number): number {
  const value = valueAt(place, key);
  if (isInteger(value, least, most)) return value;
  throw badIndex(pathTo(place, key), `a whole number from ${least} to ${most}`);
}

/** A number that JSON can say, where there is one. */
export function optionalNumberAt(place: Place, key: string): number | undefined {
  const value = valueAt(place, key);
  if (value === undefined || (typeof value === 'number' && Number.isFinite(value))) return value;
  throw badIndex(pathTo(place, key), 'a number');
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

export function textAt(place: Place, key: string, pattern: RegExp): string {
  const value = valueAt(place, key);
  if (typeof value === 'string' && pattern.test(value)) return value;
  throw badIndex(pathTo(place, key), `a text such as ${pattern.source}`);
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
  throw badIndex(pathTo(place, key), `one of ${values.join(', ')}`);
}

/** An array, at most so long; it may have holes. */
export function listAt(place: Place, key: string, most: number): readonly unknown[] {
  const value = valueAt(place, key);
  if (Array.isArray(value) && value.length <= most) return value;
  throw badIndex(pathTo(place, key), `an array of at most ${most}`);
}

/** Numbers of 32 bits, as the array that stands there: there may be a million of them. */
export function numbersAt(place: Place, key: string, least: number, most: number): number[] {
  const value = valueAt(place, key);
  if (isNumbers(value, least, most)) return value;
  throw badIndex(pathTo(place, key), `at most ${most} whole numbers from ${least} on`);
}

export function pathTo({ path }: Place, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

export function isInteger(value: unknown, least: number, most: number): value is number {
  return Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
}

function isNumbers(value: unknown, least: number, most: number): value is number[] {
  if (!Array.isArray(value) || value.length > most) return false;
  for (let k = 0; k < value.length; k++) {
    if (!isInteger(value[k], least, MOST_LENGTH)) return false;
  }
  return true;
}
