import type { UrlInputs } from './url-inputs.ts';

/** Where text or bytes go: standard output, standard error, or what a test collects. */
export interface Output {
  readonly isTTY: boolean;
  /** Resolves when the bytes are on their way, so that a slow reader slows the writer. */
  write(data: string | Uint8Array): Promise<void>;
}

/** What shows standard output. */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
  /** What it says of itself. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What a verb has of the process around it. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Standard input, opened when it is asked for. */
  readonly stdin: () => AsyncIterable<Uint8Array>;
  /** Aborts when the user interrupts. */
  readonly signal: AbortSignal;
  /** The terminal; that of the process where nothing is said. */
  readonly screen?: Screen | undefined;
  /** What the URLs among the inputs are; as they stand where nothing is said. */
  readonly urls?: UrlInputs | undefined;
}

/** The terminal of the process: 80 columns of 24 rows, where it does not say. */
export function processScreen(): Screen {
  const { stdout, env } = process;
  // A serial line has 0 of both.
  const [columns, rows] = stdout.isTTY ? stdout.getWindowSize() : [0, 0];
  return {
    columns: columns > 0 ? columns : 80,
    rows: rows > 0 ? rows : 24,
    environment: env,
  };
}

/**
 * The same process, for verbs whose product is files: where nobody reads what is printed about them
 * any more, `framedex thumb ... | head -1`, they are made all the same.
 */
export function untilUnread(io: Io): Io {
  return { ...io, stdout: quiet(io.stdout), stderr: quiet(io.stderr) };
}

function quiet(output: Output): Output {
  let unread = false;
  return {
    isTTY: output.isTTY,
    async write(data) {
      if (unread) return;
      try {
        await output.write(data);
      } catch (error) {
        if (!isBrokenPipe(error)) throw error;
        unread = true;
      }
    },
  };
}

/** Whether a write failed because nobody reads any more: `framedex tags x | head`. */
export function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}
