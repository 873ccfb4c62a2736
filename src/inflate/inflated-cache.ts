import { LRUCache } from 'lru-cache';

/** First bytes of members whose headers are being read; a few at a time, for all members together. */
const PREFIX_BYTES = 8 * 1024 * 1024;

/** Inflated bytes for all members of all archives together: see {@link InflatedCache}. */
export function createInflatedCache(maxBytes: number): InflatedCache {
  return new InflatedCache(maxBytes);
}

/**
 * Keeps inflated members while they are hot: whole ones, at most `maxBytes` of them, so that the
 * frames of a member cost one inflate; and first bytes, at most 8 MiB, so that the reads of a header
 * pass cost one. Least recently used goes first. What a member holds ends with {@link InflatedCache.drop}.
 *
 * A member bigger than `maxBytes` is kept alone, and only the last such: a walk over the items of its
 * pixel data would otherwise inflate it for each of them. That takes no more memory than inflating it.
 */
export class InflatedCache {
  readonly maxBytes: number;
  readonly #whole: LRUCache<object, Uint8Array>;
  readonly #first: LRUCache<object, Uint8Array>;
  #big: { readonly owner: object; readonly bytes: Uint8Array } | undefined;

  constructor(maxBytes: number) {
    this.maxBytes = Math.max(0, maxBytes);
    this.#whole = byteBounded(this.maxBytes);
    this.#first = byteBounded(Math.min(this.maxBytes, PREFIX_BYTES));
  }

  /** Bytes held now. */
  get bytes(): number {
    const big = this.#big === undefined ? 0 : memoryOf(this.#big.bytes);
    return this.#whole.calculatedSize + this.#first.calculatedSize + big;
  }

  whole(owner: object): Uint8Array | undefined {
    return this.#big?.owner === owner ? this.#big.bytes : this.#whole.get(owner);
  }

  first(owner: object): Uint8Array | undefined {
    return this.#first.get(owner);
  }

  /** Frees what is kept out of bounds, before `size` more bytes are inflated out of bounds. */
  makeRoom(size: number): void {
    if (size > this.maxBytes) this.#big = undefined;
  }

  keepWhole(owner: object, bytes: Uint8Array): void {
    this.#first.delete(owner);
    if (memoryOf(bytes) > this.maxBytes) this.#big = { owner, bytes };
    else this.#whole.set(owner, bytes);
  }

  /** Keeps a part of a member among whole ones, unless it is too big for that. */
  keepPart(owner: object, bytes: Uint8Array): void {
    this.#whole.set(owner, bytes);
  }

  keepFirst(owner: object, bytes: Uint8Array): void {
    this.#first.set(owner, bytes);
  }

  clear(): void {
    this.#first.clear();
    this.#whole.clear();
    this.#big = undefined;
  }

  drop(owner: object): void {
    this.#first.delete(owner);
    this.#whole.delete(owner);
    if (this.#big?.owner === owner) this.#big = undefined;
  }
}

function byteBounded(maxBytes: number): LRUCache<object, Uint8Array> {
  const maxSize = Math.min(Math.max(1, Math.floor(maxBytes)), Number.MAX_SAFE_INTEGER);
  return new LRUCache({ maxSize, sizeCalculation: memoryOf });
}

/** A view counts as all the memory that it keeps alive. */
function memoryOf(bytes: Uint8Array): number {
  return Math.max(1, bytes.buffer.byteLength);
}
