/** Why a deflate stream cannot be inflated: it breaks the format, ends early, or goes on too long. */
export type DeflateFaultReason = 'broken' | 'cut' | 'too-long';

/** What is wrong with a deflate stream. Callers make a `FramedexError` of it: they know whose stream it is. */
export class DeflateFault extends Error {
  override readonly name = 'DeflateFault';
  readonly reason: DeflateFaultReason;
  /** Byte of the input. */
  readonly at: number;

  constructor(reason: DeflateFaultReason, at: number) {
    super(`${reason} at byte ${at} of the deflate stream`);
    this.reason = reason;
    this.at = at;
  }
}
