import type { AnnouncedReads } from '../bytes/announced-reads.ts';
import { isFramedexError } from '../errors.ts';
import type { FramedexError } from '../errors.ts';
import { inOrder } from '../frames/ordered.ts';
import { isOfTheWay } from './listing.ts';
import type { Listing, Member } from './listing.ts';

/** Where bytes have to be waited for, so many members wait together: browsers make six requests of HTTP/1.1 at a time. */
const MEMBERS_AT_A_TIME = 16;

/** What came of a member: something, or the reason why it has to be left out. */
export type Attempted<T> = { readonly result: T } | { readonly reason: FramedexError };

/** What came of one member of a listing. */
export interface Row<T> {
  /** Its number in the listing. */
  readonly k: number;
  readonly member: Member;
  readonly attempted: Attempted<T>;
}

/** How the headers of members are read. */
export interface HeaderPass<T> {
  readonly listing: Listing;
  readonly read: (member: Member, signal: AbortSignal) => Promise<T>;
  /** Whether a source was met by now that cannot be read at once. */
  readonly waits: () => boolean;
  readonly announced: AnnouncedReads | undefined;
  readonly signal: AbortSignal;
}

/** Reads members in their order: one after the other where that is done at once, else several at a time. */
export async function* headerRows<T>(pass: HeaderPass<T>): AsyncGenerator<Row<T>, undefined> {
  const { listing, read, waits, announced, signal } = pass;
  const { members } = listing;
  const begin = async (k: number, either: AbortSignal = signal): Promise<Row<T>> => {
    either.throwIfAborted();
    announced?.reach(k);
    const member = members[k];
    if (member === undefined) throw new RangeError('there is no such member');
    return { k, member, attempted: await attempt(listing, () => read(member, either)) };
  };
  let k = 0;
  for (; !waits() && k < members.length; k++) yield await begin(k);
  const ahead = MEMBERS_AT_A_TIME - 1;
  yield* inOrder({ start: k, ahead, has: (i) => i < members.length, begin, signal });
}

/** Does something with a member, or says why it has to be left out. */
export async function attempt<T>(
  listing: Listing,
  action: () => Promise<T>,
): Promise<Attempted<T>> {
  try {
    return { result: await action() };
  } catch (error) {
    if (!isFramedexError(error) || error.code === 'CLOSED') throw error;
    if (isOfTheWay(error, listing)) throw error;
    // A reason is told, not traced. Until it is a text, a stack keeps all that was under way: 6 KB each.
    error.stack = String(error);
    return { reason: error };
  }
}
