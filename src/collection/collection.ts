import { isSynchronous } from '../bytes/source.ts';
import type { Source } from '../bytes/source.ts';
import type { Dataset } from '../dicom/dataset.ts';
import { tagOf } from '../dicom/dictionary.ts';
import { UNDEFINED_LENGTH } from '../dicom/element.ts';
import { readHeader } from '../dicom/header.ts';
import type { Header } from '../dicom/header.ts';
import { isMediaDirectory } from '../dicom/media-directory.ts';
import type { Tag } from '../dicom/tag.ts';
import type { WantedTags } from '../dicom/wanted-tags.ts';
import { FramedexError } from '../errors.ts';
import type { Warning } from '../errors.ts';
import { limitsOf } from '../file/context.ts';
import type { Context } from '../file/context.ts';
import type { DicomFile } from '../file/dicom-file.ts';
import { createMeter, meteredInflater, meteredSource, readStats } from '../file/meter.ts';
import type { Meter, ReadStats } from '../file/meter.ts';
import { openSource } from '../file/open.ts';
import { SharedReads } from '../bytes/shared-reads.ts';
import type { OpenOptions } from '../file/open.ts';
import { indexNamed } from '../file/saved-index-open.ts';
import type { Inflater } from '../inflate/inflater.ts';
import { turns } from '../inflate/next-turn.ts';
import {
  FRAME_TABLE_ATTRIBUTES,
  FRAME_TABLE_CONTEXT,
  frameTable,
  isTiled,
} from '../series/placed-frames.ts';
import type { FrameTable } from '../series/frame-table.ts';
import { SLICE_ATTRIBUTES } from '../series/slice.ts';
import {
  announcedMembers,
  beginning,
  farSlices,
  whileAnnounced,
  wholePlace,
} from './announced-members.ts';
import { CONCATENATION_ATTRIBUTES } from './concatenation.ts';
import { attempt, headerRows } from './header-pass.ts';
import type { Attempted, HeaderPass } from './header-pass.ts';
import { declaredFrames, headerWarnings } from './header-warnings.ts';
import type { Instance } from './instance.ts';
import type { Listing, Member } from './listing.ts';
import { groupSeries } from './series.ts';
import type { Series } from './series.ts';

const KEPT: ReadonlySet<Tag> = new Set(
  [...SLICE_ATTRIBUTES, ...CONCATENATION_ATTRIBUTES].map(tagOf),
);
const PLACES: ReadonlySet<Tag> = new Set(FRAME_TABLE_ATTRIBUTES.map(tagOf));
const KEPT_OF_FRAMES: ReadonlySet<Tag> = new Set([...PLACES, ...FRAME_TABLE_CONTEXT.map(tagOf)]);

/** What was left out, and why. */
export interface Skipped {
  readonly name: string;
  readonly reason: FramedexError;
}

/** One member of a folder or archive, as its listing tells of it. */
export interface CollectionEntry {
  /** Unique in the collection: the path below the folder, or the name in the archive. */
  readonly name: string;
  /** Bytes when read, that is, after decompression. */
  readonly size: number;
  /**
   * What `open` takes as well: where it stands in the archive (`zip#12`), which is the same whatever
   * other members are called; the name for what is in none.
   */
  readonly id: string;
  /** Bytes that it takes in the archive; undefined for what is in none. */
  readonly compressedSize: number | undefined;
  /** Why it cannot be read, where that is known without reading it. */
  readonly fault: FramedexError | undefined;
}

/** Which series, and how their headers are read. */
export interface SeriesOptions {
  /** Instances to take, by their attributes. */
  readonly where?: ((dataset: Dataset) => boolean) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** The DICOM objects of a folder or archive. Iterating opens them one by one; close each. */
export interface Collection extends AsyncIterable<DicomFile>, AsyncDisposable {
  readonly name: string;
  /** What was met so far that is no instance or cannot be read, each once. */
  readonly skipped: readonly Skipped[];
  /** What was tolerated of the archive itself; what was of a member is on its file. */
  readonly warnings: readonly Warning[];
  /** All members, DICOM or not. Nothing is read for it. */
  entries(): AsyncIterable<CollectionEntry>;
  /**
   * Reads all headers and groups them: no pixel byte is read. Calls share one pass, whose rows are
   * kept; `signal` is that of the options the collection was opened with where none is given.
   */
  series(options?: SeriesOptions): Promise<Series[]>;
  /**
   * Opens one member by its name, or by the `id` of its entry where no member has that name.
   *
   * @throws FramedexError `IO` where there is neither.
   */
  open(nameOrId: string): Promise<DicomFile>;
  /** What all reads of the archive or folder cost so far. */
  stats(): ReadStats;
  close(): Promise<void>;
}

/** What a collection is made of. */
export interface CollectionParts {
  readonly listing: Listing;
  readonly context: Context;
  readonly options: OpenOptions;
  /** Counts what is read of the archive, or of the files in the folder. */
  readonly meter?: Meter | undefined;
  /** What was tolerated when the folder or archive was listed. */
  readonly warnings?: readonly Warning[] | undefined;
}

export function createCollection(parts: CollectionParts): Collection {
  return new MemberCollection(parts);
}

class MemberCollection implements Collection {
  readonly name: string;
  readonly #parts: CollectionParts;
  readonly #meter: Meter;
  readonly #skipped = new Map<Member, Skipped>();
  /** The header pass under way, which all callers wait for. */
  readonly #passes = new SharedReads<readonly Instance[]>();
  readonly #listeners = new Set<NonNullable<SeriesOptions['onProgress']>>();
  #instances: readonly Instance[] | undefined;
  /** Where instances come from, in an archive that is far away. */
  readonly #memberOf = new WeakMap<Instance, Member>();
  /** Made when the first member is opened: there may be 100,000. */
  #byName: ReadonlyMap<string, Member> | undefined;
  #byId: ReadonlyMap<string, Member> | undefined;

  constructor(parts: CollectionParts) {
    this.name = parts.listing.name;
    this.#parts = parts;
    this.#meter = parts.meter ?? createMeter();
  }

  get warnings(): readonly Warning[] {
    return this.#parts.warnings ?? [];
  }

  get skipped(): readonly Skipped[] {
    return [...this.#skipped.values()];
  }

  async *entries(): AsyncGenerator<CollectionEntry> {
    for (const member of this.#parts.listing.members) {
      const { name, size, id = name, compressedSize, fault } = member;
      yield await Promise.resolve({ name, size, id, compressedSize, fault });
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<DicomFile> {
    const { listing } = this.#parts;
    const announced = announcedMembers(listing, 0, wholePlace);
    try {
      for (const [k, member] of listing.members.entries()) {
        announced?.reach(k);
        const file = this.#noted(member, await attempt(listing, () => this.#openInstance(member)));
        if (file !== undefined) yield file;
      }
    } finally {
      announced?.end();
    }
  }

  async series(options: SeriesOptions = {}): Promise<Series[]> {
    const { where } = options;
    const instances = this.#instances ?? (await this.#joinPass(options));
    return groupSeries(
      where === undefined ? instances : instances.filter(({ dataset }) => where(dataset)),
      this.#parts.context.codecs.threads,
      this.#parts.options.strict,
      farSlices(this.#parts.listing, (instance) => this.#memberOf.get(instance)),
    );
  }

  async open(nameOrId: string): Promise<DicomFile> {
    const { members } = this.#parts.listing;
    const named = (this.#byName ??= new Map(members.map((member) => [member.name, member])));
    const member = named.get(nameOrId) ?? this.#withId(nameOrId);
    if (member !== undefined) return this.#open(member);
    throw new FramedexError('IO', 'no member of that name', {
      name: `${this.name}!/${nameOrId}`,
      found: `${members.length} members`,
      advice: '`framedex ls` of it, or entries(), lists them.',
    });
  }

  stats(): ReadStats {
    const { remote, inflation } = this.#parts.listing;
    return { ...readStats(this.#meter, { remote }), inflation };
  }

  close(): Promise<void> {
    return this.#parts.listing.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #withId(id: string): Member | undefined {
    const { members } = this.#parts.listing;
    this.#byId ??= new Map(members.flatMap((member) => (member.id ? [[member.id, member]] : [])));
    return this.#byId.get(id);
  }

  async #joinPass({
    signal = this.#parts.options.signal,
    onProgress,
  }: SeriesOptions): Promise<readonly Instance[]> {
    signal?.throwIfAborted();
    const listener = onProgress && ((done: number, total: number) => onProgress(done, total));
    if (listener !== undefined) this.#listeners.add(listener);
    try {
      const start = (every: AbortSignal) => this.#readInstances(every);
      const { result } = await this.#passes.join(0, start, signal);
      this.#instances = result;
      return result;
    } finally {
      if (listener !== undefined) this.#listeners.delete(listener);
    }
  }

  async #readInstances(signal: AbortSignal): Promise<Instance[]> {
    const { listing } = this.#parts;
    const { members } = listing;
    const announced = announcedMembers(listing, 0, beginning);
    const instances: Instance[] = [];
    const state = { waits: false };
    const opened = (source: Source): void => void (state.waits ||= !isSynchronous(source));
    const pass: HeaderPass<Instance> = {
      ...{ listing, announced, signal, waits: () => state.waits },
      read: (member, either) => this.#readInstance(member, either, opened),
    };
    const turn = turns();
    try {
      for await (const { k, member, attempted } of headerRows(pass)) {
        const instance = this.#noted(member, attempted);
        if (instance !== undefined) instances.push(instance);
        for (const listener of this.#listeners) listener(k + 1, members.length);
        await turn();
      }
    } finally {
      announced?.end();
    }
    return instances;
  }

  /** Header only: where the frames are is not asked, which could cost an archive's whole member. */
  async #readInstance(
    member: Member,
    signal: AbortSignal,
    opened: (source: Source) => void,
  ): Promise<Instance> {
    const { context, listing } = this.#parts;
    const source = this.#source(member);
    opened(source);
    const inflating = meteredInflater(context.platform.inflater, this.#meter);
    try {
      const read = (keep: WantedTags) => this.#readHeader(source, inflating.inflater, keep, signal);
      const { keep, places } = keptOfRow();
      const header = await read(keep);
      const { dataset, pixelData } = header;
      const { uid } = header.transferSyntax;
      refuseDirectory(header.meta, member);
      const frameCount = pixelData === undefined ? 0 : declaredFrames(dataset);
      const found = places() && frameCount > 0 ? await readFrameTable(header, read) : undefined;
      const instance: Instance = {
        name: member.name,
        size: member.size,
        sopInstanceUID: dataset.get('SOPInstanceUID') ?? '',
        frameCount,
        ...(found?.frames !== undefined && { frames: found.frames }),
        transferSyntax: uid,
        decodable: pixelData?.length !== UNDEFINED_LENGTH || context.decodable.has(uid),
        warnings: headerWarnings(header, found?.warnings),
        dataset,
        open: () => this.#open(member),
      };
      if (listing.willRead !== undefined) this.#memberOf.set(instance, member);
      return instance;
    } finally {
      inflating.release();
      await source.close?.();
    }
  }

  async #readHeader(
    source: Source,
    inflater: Inflater,
    keep: WantedTags,
    signal: AbortSignal,
  ): Promise<Header> {
    const { context, options } = this.#parts;
    const header = await readHeader(source, {
      limits: limitsOf(context.limits, options.limits),
      inflater,
      strict: options.strict,
      keep,
      signal,
    });
    // The row lives on: what it was read from must not.
    await header.inflated?.close?.();
    return header;
  }

  async #openInstance(member: Member): Promise<DicomFile> {
    const file = await this.#open(member);
    try {
      refuseDirectory(file.meta, member);
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async #open(member: Member): Promise<DicomFile> {
    const { context, options, listing } = this.#parts;
    const meter = createMeter(this.#meter);
    const announced = whileAnnounced(this.#source(member), listing, member);
    const source = meteredSource(announced, meter);
    return openSource(source, { context, options, ownership: 'owned', meter, find: indexNamed });
  }

  #source(member: Member): Source {
    if (member.fault !== undefined) throw member.fault;
    const opened = member.open();
    const { name } = member;
    return opened.name === name ? opened : { ...opened, name };
  }

  /** What came of a member, or undefined once it is noted why it was left out. */
  #noted<T>(member: Member, attempted: Attempted<T>): T | undefined {
    if (!('reason' in attempted)) return attempted.result;
    this.#skipped.set(member, { name: member.name, reason: attempted.reason });
    return undefined;
  }
}

/** What a row keeps, and whether the header had more: what says where frames are may be long, and is read apart. */
function keptOfRow(): { readonly keep: WantedTags; readonly places: () => boolean } {
  let places = false;
  const keep = {
    has: (tag: Tag): boolean => {
      if (PLACES.has(tag)) places = true;
      return KEPT.has(tag);
    },
  };
  return { keep, places: () => places };
}

/** A second pass over the header of a multi-frame image, which the first jumped through. */
async function readFrameTable(
  { dataset, warnings }: Header,
  read: (keep: WantedTags) => Promise<Header>,
): Promise<{ readonly frames: FrameTable | undefined; readonly warnings: readonly Warning[] }> {
  // Nothing is read of slides, which have most items of all.
  if (isTiled(dataset)) return { frames: undefined, warnings: [] };
  const header = await read(KEPT_OF_FRAMES);
  const frames = frameTable(header.dataset, dataset, declaredFrames(dataset), warnings);
  return { frames, warnings: header.warnings.list };
}

function refuseDirectory(meta: Dataset, { name }: Member): void {
  if (!isMediaDirectory(meta)) return;
  throw new FramedexError('MEDIA_DIRECTORY', 'a directory of media, no instance', {
    name,
    advice: 'What it lists is read without it; open(name) reads its tags.',
  });
}
