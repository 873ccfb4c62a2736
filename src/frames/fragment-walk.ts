import { isSynchronous } from '../bytes/source.ts';
import { CODE_STREAM_START, RLE_HEADER } from '../codecs/code-stream-start.ts';
import { ENCAPSULATED_UNCOMPRESSED, RLE_LOSSLESS } from '../dicom/transfer-syntax.ts';
import { frameFamily, hasKnownStarts } from './frame-evidence.ts';
import type { Encapsulated } from './frame-groups.ts';
import { walkItems } from './item-walk.ts';
import type { ItemWalk } from './item-walk.ts';
import type { ReadSteps } from './read-steps.ts';

/** Walks the fragments of an object from the first item on. Whoever makes an index of them records what is wrong. */
export function* walkFragments(parts: Encapsulated, first: number): ReadSteps<ItemWalk> {
  const { header, pixel, limits } = parts;
  const { source, littleEndian, transferSyntax } = header;
  const { uid } = transferSyntax;
  const shown = hasKnownStarts(transferSyntax) && uid !== ENCAPSULATED_UNCOMPRESSED;
  return yield* walkItems(first, {
    size: source.size,
    littleEndian,
    maxFragments: limits.maxFragments,
    heads:
      isSynchronous(source) || !shown
        ? undefined
        : {
            length: uid === RLE_LOSSLESS ? RLE_HEADER : CODE_STREAM_START,
            start: (head) => frameFamily(transferSyntax, pixel, head) !== undefined,
          },
  });
}
