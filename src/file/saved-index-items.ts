import { isSynchronous } from '../bytes/source.ts';
import type { Source } from '../bytes/source.ts';
import { ITEM } from '../dicom/element.ts';
import { FramedexError } from '../errors.ts';
import type { FragmentLayout } from '../frames/frame-index.ts';
import { ITEM_HEADER, itemHeader } from '../frames/item-walk.ts';

/**
 * The same source, whose reads of fragments start 8 bytes earlier: where a saved index tells their
 * places, the item header before each must say so too, or the source is another than it was. It comes
 * with the frame, in one read.
 */
export function withProvedItems(
  source: Source,
  { offsets, lengths, lost }: FragmentLayout,
  littleEndian: boolean,
): Source {
  const last = offsets.length - 1;
  /** The payload of fragment `k`, and of those behind it as far as they were read. */
  const proved = (bytes: Uint8Array, k: number, into: Uint8Array | undefined): Uint8Array => {
    const start = (offsets[k] ?? 0) - ITEM_HEADER;
    for (let j = k; j <= last; j++) {
      const at = (offsets[j] ?? 0) - ITEM_HEADER - start;
      if (j > k && at + ITEM_HEADER > bytes.length) break;
      const cut = j === last ? (lost?.missing ?? 0) : 0;
      const { tag, length } =
        bytes.length < ITEM_HEADER ? NOTHING : itemHeader(bytes, at, littleEndian);
      if (tag !== ITEM || length !== (lengths[j] ?? 0) + cut) throw changed(source, start + at);
    }
    const payload = bytes.subarray(ITEM_HEADER);
    if (into === undefined) return payload;
    into.set(payload);
    return into.subarray(0, payload.length);
  };
  const proving: Source = {
    ...source,
    read: async (offset, length, options) => {
      const k = place(offsets, offset);
      if (k < 0) return source.read(offset, length, options);
      const { signal } = options ?? {};
      const bytes = await source.read(offset - ITEM_HEADER, length + ITEM_HEADER, { signal });
      return proved(bytes, k, options?.into);
    },
  };
  if (!isSynchronous(source)) return proving;
  return {
    ...proving,
    readSync: (offset, length, into) => {
      const k = place(offsets, offset);
      if (k < 0) return source.readSync(offset, length, into);
      return proved(source.readSync(offset - ITEM_HEADER, length + ITEM_HEADER), k, into);
    },
  };
}

const NOTHING = { tag: 0, length: 0 };

/** The fragment whose payload starts there; -1 for none. */
function place(offsets: Float64Array, offset: number): number {
  let low = 0;
  let high = offsets.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = offsets[middle] ?? 0;
    if (found === offset) return middle;
    if (found < offset) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

function changed({ name }: Source, offset: number): FramedexError {
  return new FramedexError('SOURCE_CHANGED', 'no fragment is where the saved index has one', {
    name,
    offset,
    advice: 'Make the index again.',
  });
}
