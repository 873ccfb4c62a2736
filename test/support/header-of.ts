import { expect } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';
import type { Source } from '../../src/bytes/source.ts';
import type { Dataset } from '../../src/dicom/dataset.ts';
import { readHeader } from '../../src/dicom/header.ts';
import type { Header, HeaderOptions } from '../../src/dicom/header.ts';
import { DEFAULT_LIMITS } from '../../src/dicom/limits.ts';
import type { Limits } from '../../src/dicom/limits.ts';
import { hexTag } from '../../src/dicom/tag.ts';
import { FramedexError, isFramedexError } from '../../src/errors.ts';
import type { Warning } from '../../src/errors.ts';
import { controllableSource } from './controllable-source.ts';
import { inflater } from './platform.ts';

/** Options of a header pass; all that a test does not care about has its default. */
export interface PassOptions extends Omit<Partial<HeaderOptions>, 'limits'> {
  readonly limits?: Partial<Limits> | undefined;
}

/** A header pass over bytes in memory, or over a source. */
export async function headerOf(
  given: Uint8Array | Source,
  { limits, ...options }: PassOptions = {},
): Promise<Header> {
  const source = given instanceof Uint8Array ? memorySource(given, 'test') : given;
  const all = { ...DEFAULT_LIMITS, ...limits };
  return readHeader(source, { inflater, ...options, limits: all });
}

/** All that a header pass came to, in a form that compares. */
export interface Outcome {
  /** `00100010 PN 136 144 8`: tag, VR, offset, value offset, length; items by their place. */
  readonly elements: readonly string[];
  /** Tags of the data set itself. */
  readonly tags: readonly number[];
  /** The DICOM JSON model of the data set. */
  readonly json: unknown;
  readonly transferSyntax: string;
  readonly pixelOffset: number | undefined;
  readonly end: number;
  readonly warnings: readonly Warning[];
  readonly codes: readonly string[];
}

/** How much comes in one read must not matter, nor whether it comes at once. */
const READ_AHEAD = [undefined, 1, 7, 4096, 2 ** 24];

/**
 * The outcome of a header pass, after holding it against the rules that all outcomes keep: the same
 * for any size of reads and for sources with and without `readSync`; faults within the file; values
 * or `FramedexError` and nothing else; and no more time than a hang or quadratic work would show in
 * (5 ms and 50 ns a byte on a quiet machine).
 */
export async function outcomeOf(bytes: Uint8Array, options: PassOptions = {}): Promise<Outcome> {
  const outcomes: (Outcome | FramedexError)[] = [];
  for (const readAhead of READ_AHEAD) {
    for (const asynchronous of [false, true]) {
      const source = controllableSource(memorySource(bytes, 'test'), { asynchronous });
      const started = performance.now();
      outcomes.push(await attempt(source, { ...options, readAhead }));
      expect(performance.now() - started).toBeLessThan(1000 + bytes.length * 1e-3);
    }
  }
  const [first] = outcomes;
  if (first === undefined) throw new Error('no outcome');
  for (const other of outcomes) {
    const json = 'json' in other && other.json !== undefined;
    expect(comparable(other, json)).toEqual(comparable(first, json));
  }
  if (first instanceof FramedexError) {
    expect(first.details.offset).toBeTypeOf('number');
    expect(first.details.offset).toBeLessThanOrEqual(bytes.length);
    throw first;
  }
  for (const { offset } of first.warnings) expect(offset).toBeLessThanOrEqual(bytes.length);
  return first;
}

/** A fault as it must be recorded: its code, and where the bytes are to blame. */
export type FaultAt = readonly [code: string, offset: number, tag?: number | undefined];

/**
 * The outcome where faults are tolerated: all that are recorded, in order, each at its place; and with
 * `strict`, the first of them must be thrown, at the place where it was recorded.
 */
export async function toleratedAt(
  bytes: Uint8Array,
  faults: readonly FaultAt[],
  options: PassOptions = {},
): Promise<Outcome> {
  const outcome = await outcomeOf(bytes, options);
  expect(faultsAt(outcome)).toEqual(faults.map(([code, offset, tag]) => [code, offset, tag]));
  const error = await faultOf(bytes, { ...options, strict: true });
  const { offset, tag } = error.details;
  expect([error.code, offset, tag]).toEqual(faultsAt(outcome)[0]);
  expect(error.message).toContain(`at byte ${offset ?? -1}`);
  return outcome;
}

/** The recorded faults of an outcome, to compare. */
export function faultsAt({ warnings }: Pick<Outcome, 'warnings'>): FaultAt[] {
  return warnings.map(({ code, offset, tag }) => [code, offset, tag]);
}

/** What a header pass must not accept. */
export async function faultOf(
  bytes: Uint8Array,
  options: PassOptions = {},
): Promise<FramedexError> {
  try {
    await outcomeOf(bytes, options);
  } catch (error) {
    if (isFramedexError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

async function attempt(source: Source, options: PassOptions): Promise<Outcome | FramedexError> {
  try {
    return described(await headerOf(source, options));
  } catch (error) {
    if (error instanceof FramedexError) return error;
    throw error;
  }
}

function described(header: Header): Outcome {
  const { dataset, pixelData, transferSyntax, end, warnings } = header;
  const found = [...warnings.list];
  return {
    elements: elementsOf(dataset, ''),
    tags: [...dataset].map(({ tag }) => tag),
    json: header.source.readSync === undefined ? undefined : JSON.parse(JSON.stringify(dataset)),
    transferSyntax: transferSyntax.uid,
    pixelOffset: pixelData?.valueOffset,
    end,
    warnings: found,
    codes: found.map(({ code }) => code),
  };
}

function elementsOf(dataset: Dataset, path: string): string[] {
  return [...dataset].flatMap(({ tag, vr, offset, valueOffset, length, items }) => [
    `${path}${hexTag(tag)} ${vr} ${offset} ${valueOffset} ${length}`,
    ...(items ?? []).flatMap((item, k) => elementsOf(item, `${path}${hexTag(tag)}[${k}].`)),
  ]);
}

/** The JSON model has long values only where they can be read at once. */
function comparable(outcome: Outcome | FramedexError, json: boolean): unknown {
  if (outcome instanceof FramedexError) return [outcome.code, outcome.message, outcome.details];
  return json ? outcome : { ...outcome, json: undefined };
}
