import type { Source } from '../bytes/source.ts';
import { FramedexError } from '../errors.ts';
import { crc32 as portableCrc32 } from './crc32.ts';
import { inflatedSource } from './inflated.ts';
import type { Inflating } from './inflating.ts';

/** A deflate stream in an archive, and what the archive says of it. */
export interface DeflatedMember {
  /** The deflated bytes and nothing else. It is not closed here. */
  readonly source: Source;
  /** Bytes when inflated, as the archive claims. Bytes that inflate to another size are refused. */
  readonly size: number;
  /** Of what it inflates to, as the archive claims. */
  readonly crc32: number;
  readonly name: string;
  /** Where it is in the archive, for messages. */
  readonly offset: number;
}

/**
 * A deflated member, however often it is opened: what was inflated or found out for one reader serves
 * the others.
 */
export interface InflatedMember {
  /** Close it: with the last one, what was inflated is given up, but not where it can be resumed. */
  open(): Source;
  /** Gives up all; its sources fail with `CLOSED` from then on. */
  close(): void;
}

/** A member that nobody reads yet: nothing is allocated before somebody does. */
export function createInflatedMember(
  { source, size, crc32, name, offset }: DeflatedMember,
  { inflater, cache }: Inflating,
): InflatedMember {
  const sum = inflater.crc32 ?? portableCrc32;
  const verify = (bytes: Uint8Array): void => {
    const found = sum(bytes);
    if (found !== crc32) throw wrongChecksum(name, offset, crc32, found);
  };
  return {
    open: () => inflatedSource({ source, size, name, inflater, cache, verify }),
    close: () => undefined,
  };
}

/** The error for bytes that are not those that the archive was made of. */
export function wrongChecksum(
  name: string,
  offset: number,
  expected: number,
  found: number,
): FramedexError<'ZIP_CRC'> {
  return new FramedexError('ZIP_CRC', 'the member is damaged', {
    name,
    offset,
    expected: `CRC-32 ${expected.toString(16)}`,
    found: found.toString(16),
    advice: 'Get the archive again from where it came',
  });
}
