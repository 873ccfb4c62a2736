/** How far back a deflate stream refers, in bytes (RFC 1951 2). */
export const WINDOW_LENGTH = 32768;

/** Deflate's best: a match of 258 bytes in 2 bits (RFC 1951 3.2.5), and the blocks around it. */
export const GREATEST_RATIO = 1032;

/**
 * Bytes of input between two turns of other work, or two pieces of a stream: a tenth of a millisecond's work
 * mostly, and 16 MiB of output at most.
 */
export const INPUT_AT_ONCE = 16384;
