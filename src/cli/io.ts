/** Where text or bytes go: standard output, standard error, or what a test collects. */
export interface Output {
  readonly isTTY: boolean;
  /** Resolves when the bytes are on their way, so that a slow reader slows the writer. */
  write(data: string | Uint8Array): Promise<void>;
}

/** What a verb has of the process around it. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Standard input, opened when it is asked for. */
  readonly stdin: () => AsyncIterable<Uint8Array>;
  /** Aborts when the user interrupts. */
  readonly signal: AbortSignal;
}

/** Whether a write failed because nobody reads any more: `framedex tags x | head`. */
export function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}
