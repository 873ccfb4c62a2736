import type { Source } from '../bytes/source.ts';
import { whileOpen } from '../bytes/while-open.ts';
import { BigMember } from './big-member.ts';
import type { DeflatedMember } from './deflated-member.ts';
import type { Inflating } from './inflating.ts';
import { WholeMember } from './whole-member.ts';

/** More than this no platform gives in one piece. */
const LONGEST_WHOLE = 2 ** 31 - 1;

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

/**
 * A member that nobody reads yet: nothing is allocated before somebody does.
 *
 * One of up to `inflating.wholeBytes` is inflated as a whole for its pixels, see {@link WholeMember}; a
 * bigger one is read in ascending order, or resumed where it is read, see {@link BigMember}. Reads throw
 * `INFLATE` for broken data, `ZIP_SIZE_MISMATCH` when there is more or less of it than claimed,
 * `ZIP_CRC`, and `CLOSED`.
 */
export function createInflatedMember(
  deflated: DeflatedMember,
  inflating: Inflating,
): InflatedMember {
  const isBig = deflated.size > Math.min(inflating.wholeBytes, LONGEST_WHOLE);
  const member = isBig ? new BigMember(deflated, inflating) : new WholeMember(deflated, inflating);
  let isOpen = true;
  let readers = 0;
  return {
    open: () => {
      let isRead = true;
      readers++;
      member.reopen();
      const close = async (): Promise<void> => {
        if (!isRead) return;
        isRead = false;
        readers--;
        if (readers === 0) member.release();
      };
      return whileOpen({ ...member.source, close }, () => isOpen);
    },
    close: () => {
      isOpen = false;
      member.close();
    },
  };
}
