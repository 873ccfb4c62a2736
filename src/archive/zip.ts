import type { InflationStats } from '../bytes/archived.ts';
import type { ByteRange, RemoteStats, Source } from '../bytes/source.ts';
import { whileOpen } from '../bytes/while-open.ts';
import type { Listing, Member } from '../collection/listing.ts';
import type { FramedexError, Warning } from '../errors.ts';
import { createInflationMeter, inflationStats } from '../inflate/inflation-stats.ts';
import type { ArchiveLimits, ArchiveOptions } from './archive-options.ts';
import { memberPath, shownName, uniqueNames } from './member-names.ts';
import { DEFLATED, faultOf, odditiesOf, type Oddity } from './zip-faults.ts';
import { memberBytes, type MemberBytes, type MemberReading } from './zip-member.ts';
import { recordAt, type ZipDirectory, type ZipRecord, type ZipRecords } from './zip-record.ts';

/**
 * Lists a zip archive. Only its end and its central directory are read; a member's bytes are read
 * when they are asked for. The listing takes the source over: closing it closes the source. When
 * `openZip` fails, the source is the caller's still.
 *
 * Names are labels and never paths, so `../x` and `/x` are as good as any. They are unique: the
 * second file of one name is called `name (2)`, the third `name (3)`. Directories are left out. What
 * is wrong with one member is its `fault`; the others can be read. Throws `ZIP_FORMAT`, `ZIP_LIMIT`.
 */
export async function openZip(source: Source, options: ArchiveOptions): Promise<Listing> {
  const { members: entries, directoryBytes } = options.limits;
  const within = { entries, directoryBytes };
  const directory = await options.readDirectory(source, within, options.signal);
  return new ZipListing(source, directory, options);
}

/** The most that a local header, its extra field and a data descriptor take (APPNOTE.TXT 4.3.7, 4.3.9). */
const LONGEST_AROUND = 30 + 65535 + 24;

/** An open archive. Its members are rows of the directory, which are looked at when they are asked for. */
class ZipListing implements Listing {
  readonly name: string;
  readonly members: readonly Member[];
  readonly #reading: MemberReading;
  readonly #limits: ArchiveLimits;
  readonly #records: ZipRecords;
  /** Of sound archives, there are none. */
  readonly #oddities: Map<number, Oddity>;
  /** Of members that are open, and those of which something was found out that lasts. */
  readonly #bytes = new Map<number, SharedBytes>();
  /** Where local headers are, in ascending order: made when the first place is asked for. */
  #starts: Float64Array | undefined;
  #closed = false;

  constructor(source: Source, directory: ZipDirectory, options: ArchiveOptions) {
    const { inflating, limits, onWarning } = options;
    this.name = source.name;
    this.#limits = limits;
    this.#records = directory.records;
    this.#reading = {
      archive: source,
      directoryStart: directory.start,
      inflating,
      inflation: createInflationMeter(),
      isOpen: () => !this.#closed,
    };
    this.#oddities = odditiesOf(directory, limits);
    const members: ZipMember[] = [];
    const unique = uniqueNames();
    let renamed = 0;
    for (const [row, stored] of directory.names.entries()) {
      const isFolder = stored.endsWith('/') && this.#records.sizes[row] === 0;
      if (isFolder && !directory.broken.has(row)) continue;
      const isOdd = this.#oddities.get(row) === 'name' || directory.broken.has(row);
      const shown = isOdd ? shownName(stored) : stored;
      const name = unique(shown);
      if (name !== stored && !isOdd) renamed += 1;
      members.push(new ZipMember(this, row, name));
    }
    this.members = members;
    warnAbout(directory, renamed, onWarning);
  }

  get inflation(): InflationStats | undefined {
    return this.#records.methods.includes(DEFLATED)
      ? inflationStats(this.#reading.inflation)
      : undefined;
  }

  get remote(): RemoteStats | undefined {
    return this.#reading.archive.remote;
  }

  get willRead(): Listing['willRead'] {
    return this.#reading.archive.willRead;
  }

  /** From the local header to the next one, or as far as a record of its lengths can reach. */
  place(row: number): ByteRange | undefined {
    const { offsets, compressedSizes, nameLengths } = this.#records;
    const offset = offsets[row] ?? 0;
    const { directoryStart } = this.#reading;
    if (offset < 0 || offset >= directoryStart || this.#isBroken(row)) return undefined;
    const most = LONGEST_AROUND + (nameLengths[row] ?? 0) + (compressedSizes[row] ?? 0);
    const starts = (this.#starts ??= Float64Array.from(offsets).sort());
    const next = starts[firstAbove(starts, offset)] ?? directoryStart;
    return { offset, length: Math.min(next, directoryStart, offset + most) - offset };
  }

  /** Under a name that says which archive it is in: errors about the member have it. */
  record(row: number, name: string): ZipRecord {
    return recordAt(this.#records, row, memberPath(this.name, name));
  }

  fault(row: number, name: string): FramedexError | undefined {
    return faultOf(this.record(row, name), this.#oddities.get(row), this.#limits);
  }

  open(row: number, name: string): Source {
    const fault = this.fault(row, name);
    if (fault !== undefined) throw fault;
    const shared = this.#bytes.get(row) ?? this.#begin(row, name);
    const source = shared.bytes.open();
    shared.readers += 1;
    let closed = false;
    const close = async (): Promise<void> => {
      if (closed) return;
      closed = true;
      await source.close?.();
      shared.readers -= 1;
      if (shared.readers === 0 && !shared.bytes.lasting) this.#bytes.delete(row);
    };
    return { ...whileOpen({ ...source, close }, this.#reading.isOpen), name };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { bytes } of this.#bytes.values()) bytes.close();
    this.#bytes.clear();
    await this.#reading.archive.close?.();
  }

  #isBroken(row: number): boolean {
    return typeof this.#oddities.get(row) === 'object';
  }

  #begin(row: number, name: string): SharedBytes {
    const shared = { bytes: memberBytes(this.record(row, name), this.#reading), readers: 0 };
    this.#bytes.set(row, shared);
    return shared;
  }
}

interface SharedBytes {
  readonly bytes: MemberBytes;
  readers: number;
}

/** A class for its prototype: all that differs from one to the next is a row and a name. */
class ZipMember implements Member {
  readonly name: string;
  readonly #listing: ZipListing;
  readonly #row: number;

  constructor(listing: ZipListing, row: number, name: string) {
    this.name = name;
    this.#listing = listing;
    this.#row = row;
  }

  get id(): string {
    return `zip#${this.#row}`;
  }

  get size(): number {
    return this.#listing.record(this.#row, this.name).size;
  }

  get compressedSize(): number {
    return this.#listing.record(this.#row, this.name).compressedSize;
  }

  get place(): ByteRange | undefined {
    return this.#listing.place(this.#row);
  }

  get fault(): FramedexError | undefined {
    return this.#listing.fault(this.#row, this.name);
  }

  open(): Source {
    return this.#listing.open(this.#row, this.name);
  }
}

/** Where in ascending numbers the first is that is above this one. */
function firstAbove(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? Infinity) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function warnAbout(
  { names, base, count, modulo, start, end }: ZipDirectory,
  renamed: number,
  onWarning: ((warning: Warning) => void) | undefined,
): void {
  const warn = (message: string, offset: number, code: Warning['code'] = 'ZIP_FORMAT'): void =>
    onWarning?.({ code, message, offset });
  if (base > 0) warn(`${base} bytes precede the archive`, 0);
  if (base < 0) warn(`the first ${-base} bytes of the archive are missing`, 0);
  const found = names.length;
  if (found % modulo !== count) {
    warn(`the end record promises ${count} files, there are ${found}`, end);
  }
  if (renamed > 0) warn(`${renamed} files have the name of another`, start, 'ZIP_NAME');
}
