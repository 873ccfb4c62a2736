import { slice } from '../bytes/source.ts';
import type { ByteRange, Source } from '../bytes/source.ts';
import { whileOpen } from '../bytes/while-open.ts';
import type { Member } from '../collection/listing.ts';
import { FramedexError } from '../errors.ts';
import { memberPath, printable, shownName } from './member-names.ts';
import type { StoredName } from './member-names.ts';

/** What a tar says of a member. */
export interface TarPlace {
  /** How many of what has a header come before it. */
  readonly number: number;
  /** Where its header is. */
  readonly at: number;
  /** Where its bytes are. */
  readonly start: number;
  readonly size: number;
  readonly type: string;
  readonly isSparse: boolean;
  readonly name: StoredName;
  /** What keeps what was said of it from being believed. */
  readonly fault: ((name: string) => FramedexError) | undefined;
}

/** What all members of a tar have in common. */
export interface TarReading {
  readonly source: Source;
  readonly memberBytes: number;
  readonly unique: (name: string) => string;
  readonly isOpen: () => boolean;
}

/**
 * A file in a tar: a part of the source, read in place. What tells one state of the tar from another says
 * nothing of its members, each of which has it: they have no such mark.
 *
 * A class for its prototype: a fault is made when it is asked for, since a hundred thousand of them would
 * each keep its stack.
 */
export class TarMember implements Member {
  readonly name: string;
  readonly #place: TarPlace;
  readonly #reading: TarReading;
  readonly #isOdd: boolean;

  constructor(place: TarPlace, reading: TarReading) {
    const { text, isTooLong } = place.name;
    const stored = text.replace(/^(\.\/+)+/, '');
    this.#isOdd = isTooLong || stored === '' || printable(stored) !== stored;
    this.name = reading.unique(this.#isOdd ? shownName(stored) : stored);
    this.#place = place;
    this.#reading = reading;
  }

  get id(): string {
    return `tar#${this.#place.number}`;
  }

  get size(): number {
    return this.#place.size;
  }

  get compressedSize(): number {
    return this.#place.size;
  }

  get place(): ByteRange {
    return { offset: this.#place.start, length: this.#place.size };
  }

  get fault(): FramedexError | undefined {
    return this.#isOdd
      ? oddName(this.#path, this.#place)
      : faultOf(this.#place, this.#path, this.#reading);
  }

  open(): Source {
    const { fault, name } = this;
    if (fault !== undefined) throw fault;
    const { start, size } = this.#place;
    const { source, isOpen } = this.#reading;
    return { ...whileOpen(slice(source, start, size, this.#path), isOpen), name };
  }

  /** Errors say which archive it is in. */
  get #path(): string {
    return memberPath(this.#reading.source.name, this.name);
  }
}

/** What cannot be told apart: one member, with this fault. */
export function lostMember(name: string, number: number, fault: FramedexError): Member {
  const open = (): never => {
    throw fault;
  };
  return { name, size: 0, id: `tar#${number}`, fault, open };
}

function oddName(name: string, { at }: TarPlace): FramedexError {
  const summary = 'a name that is empty, longer than any path, or has control characters';
  return new FramedexError('ZIP_NAME', summary, { name, offset: at });
}

/** What a header tells against its file. */
function faultOf(
  place: TarPlace,
  name: string,
  { source, memberBytes }: TarReading,
): FramedexError | undefined {
  const { start, size } = place;
  const fault = place.fault?.(name) ?? unreadable(place, name);
  if (fault !== undefined) return fault;
  if (size > memberBytes) {
    return new FramedexError('ZIP_LIMIT', 'the member is too big', {
      name,
      offset: place.at,
      limit: memberBytes,
      found: `${size} bytes`,
      advice: 'Raise limits.maxArchiveMemberBytes if you trust the archive',
    });
  }
  if (start + size <= source.size) return undefined;
  return new FramedexError('TRUNCATED', 'the tar ends inside the member', {
    ...{ name, offset: start, needed: size, available: Math.max(0, source.size - start) },
    advice: 'Get the archive again from where it came',
  });
}

/** What is no file, or one that is not read. */
function unreadable({ at, type, isSparse }: TarPlace, name: string): FramedexError | undefined {
  const details = { name, offset: at };
  if (type === '1' || type === '2') {
    const summary = type === '1' ? 'a link to another member' : 'a symbolic link';
    const advice = 'Links in archives are not followed';
    return new FramedexError('ZIP_SYMLINK', summary, { ...details, advice });
  }
  if ('346'.includes(type)) {
    const found = type === '6' ? 'a pipe' : 'a device';
    return new FramedexError('IO', 'not a regular file', { ...details, found });
  }
  if (type === 'M') {
    const advice = 'Unpack all volumes with tar -M, and open the folder';
    return new FramedexError('ZIP_FORMAT', 'begins in another volume', { ...details, advice });
  }
  if (!isSparse) return undefined;
  const advice = 'Unpack the archive with tar, and open the folder';
  return new FramedexError('ZIP_METHOD', 'a sparse file, which is not read', {
    ...details,
    advice,
  });
}
