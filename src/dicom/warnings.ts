import { FramedexError } from '../errors.ts';
import type { ErrorCode, FaultDetails, Warning } from '../errors.ts';

/** The codes whose details need nothing beyond {@link FaultDetails}. */
export type TolerableCode = {
  [C in ErrorCode]: FaultDetails extends import('../errors.ts').ErrorDetails[C] ? C : never;
}[ErrorCode];

/** Files that are wrong everywhere would otherwise cost more in warnings than in values. */
const MOST_KEPT = 1000;

/**
 * Where tolerated faults are recorded. With `strict` the first of them is thrown instead, so that
 * every tolerance has exactly one place in the code and both ways of meeting it.
 */
export class WarningLog {
  readonly #kept: Warning[] = [];
  readonly strict: boolean;
  /** Of the file. */
  readonly name: string;
  /** How many there were; more than are kept only in files that are wrong everywhere. */
  count = 0;
  /** Something that should be there is not: a part of the header is missing, or could not be understood. */
  isCut = false;

  constructor(name: string, strict: boolean) {
    this.name = name;
    this.strict = strict;
  }

  get list(): readonly Warning[] {
    return this.#kept;
  }

  report(code: TolerableCode, message: string, offset: number, tag?: number): void {
    if (this.strict) {
      throw new FramedexError(code, message, { name: this.name, offset, tag });
    }
    this.add(tag === undefined ? { code, message, offset } : { code, message, offset, tag });
  }

  /** What was tolerated already, before there was a log: strict or not, it is recorded. */
  add(warning: Warning): void {
    this.count++;
    if (this.#kept.length < MOST_KEPT) this.#kept.push(warning);
  }

  /** {@link report} of a fault behind which elements may be lost. */
  reportCut(code: TolerableCode, message: string, offset: number, tag?: number): void {
    this.isCut = true;
    this.report(code, message, offset, tag);
  }
}
