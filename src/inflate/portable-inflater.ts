import { crc32 } from './crc32.ts';
import { resume } from './deflate-resume.ts';
import { inflateStream } from './deflate-stream.ts';
import { inflate, inflatePrefixSync, inflateSync } from './deflate-whole.ts';
import type { Inflater } from './inflater.ts';

/**
 * Raw deflate by our own decoder, where there is no zlib. The streams that browsers have are no faster, hold
 * the thread up for as long, and tell neither where a stream ended nor what the beginning of one inflates to.
 */
export const portableInflater: Required<Inflater> = {
  inflate,
  inflateSync,
  inflatePrefixSync,
  stream: inflateStream,
  resume,
  crc32,
};
