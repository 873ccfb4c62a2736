import type { Source } from '../bytes/source.ts';
import { FramedexError, isFramedexError } from '../errors.ts';
import type { InflationMeter } from './inflation-stats.ts';

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
  /** That of the archive, where somebody wants the sum over its members. */
  readonly above?: InflationMeter | undefined;
}

/** What a stream came to, for {@link memberFault}. */
export interface InflatedTotals {
  readonly size: number;
  /** Bytes of input that it took, where that can be known. */
  readonly used: number | undefined;
  readonly crc32: number;
}

/** What is wrong with a member that was inflated to its end, if anything is. */
export function memberFault(
  member: DeflatedMember,
  { size, used, crc32 }: InflatedTotals,
): FramedexError | undefined {
  const { name, source } = member;
  if (size !== member.size) return wrongSize(member, `${size}`);
  if (used !== undefined && used !== source.size) {
    return wrongSize(member, `${size} from ${used} of ${source.size}`);
  }
  return crc32 === member.crc32 ? undefined : wrongChecksum(name, member.crc32, crc32);
}

/**
 * Whether an error tells of the member itself, so that it is damaged for good. Any other one, of a disk
 * or a network, may be gone when it is read again.
 */
export function isMemberFault(error: unknown): error is FramedexError {
  return (
    isFramedexError(error, 'INFLATE') ||
    isFramedexError(error, 'ZIP_SIZE_MISMATCH') ||
    isFramedexError(error, 'ZIP_CRC')
  );
}

/** The error for a stream that is longer or shorter than the archive says. */
export function wrongSize(
  { name, offset, size }: DeflatedMember,
  found: string,
  cause?: unknown,
): FramedexError<'ZIP_SIZE_MISMATCH'> {
  const summary = 'the member does not inflate to the size that the archive claims';
  const details = { name, offset, expected: `${size} bytes`, found };
  return new FramedexError('ZIP_SIZE_MISMATCH', summary, details, { cause });
}

/** The error for bytes that are not those that the archive was made of: which byte, no checksum tells. */
export function wrongChecksum(
  name: string,
  expected: number,
  found: number,
): FramedexError<'ZIP_CRC'> {
  return new FramedexError('ZIP_CRC', 'the member is damaged', {
    name,
    expected: `CRC-32 ${expected.toString(16)}`,
    found: found.toString(16),
    advice: 'Get the archive again from where it came',
  });
}

/** The error for reads after the end of their source. */
export function memberClosed(name: string): FramedexError<'CLOSED'> {
  return new FramedexError('CLOSED', 'the archive member is closed', { name });
}
