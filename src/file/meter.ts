import type { InflationStats } from '../bytes/archived.ts';
import { isSynchronous } from '../bytes/source.ts';
import type { RemoteStats, Source } from '../bytes/source.ts';
import { FramedexError } from '../errors.ts';
import type { Inflated, Inflater } from '../inflate/inflater.ts';

/** What was done to answer so far. */
export interface ReadStats {
  /** Reads of the source. */
  readonly reads: number;
  /** Bytes that they gave. */
  readonly bytesRead: number;
  readonly framesDecoded: number;
  /** Frames that were given without reading or decoding. */
  readonly cacheHits: number;
  /** The most bytes that reads had in flight at one time, and deflated data sets were inflated to. */
  readonly peakBufferBytes: number;
  /** What was asked for over the network, of a source that is far away: by all who read it. */
  readonly remote?: RemoteStats | undefined;
  /** How it was inflated, of a deflated member of an archive: by all who have it open. */
  readonly inflation?: InflationStats | undefined;
}

/** Counts what a file or archive does. */
export interface Meter {
  /** That of the collection a file was opened from: its frames count there too. */
  readonly above?: Meter | undefined;
  reads: number;
  bytesRead: number;
  framesDecoded: number;
  cacheHits: number;
  peakBufferBytes: number;
  inFlight: number;
}

export function createMeter(above?: Meter): Meter {
  return {
    above,
    reads: 0,
    bytesRead: 0,
    framesDecoded: 0,
    cacheHits: 0,
    peakBufferBytes: 0,
    inFlight: 0,
  };
}

/** What was counted, and what the source says of itself. */
export function readStats(
  { reads, bytesRead, framesDecoded, cacheHits, peakBufferBytes }: Meter,
  { remote, archived }: Pick<Source, 'remote' | 'archived'> = {},
): ReadStats {
  const inflation = archived?.inflation;
  return {
    ...{ reads, bytesRead, framesDecoded, cacheHits, peakBufferBytes },
    ...(remote !== undefined && { remote: { ...remote } }),
    ...(inflation !== undefined && { inflation: { ...inflation } }),
  };
}

/** Counts a frame that was decoded, or one that the cache had. */
export function countFrame(meter: Meter, kind: 'framesDecoded' | 'cacheHits'): void {
  for (let each: Meter | undefined = meter; each !== undefined; each = each.above) each[kind]++;
}

/** An inflater that counts what it gives, as long as it is held. */
export interface MeteredInflater {
  readonly inflater: Inflater;
  /** What it gave is not held any more. */
  release(): void;
}

/** The same inflater for a whole data set. While that is inflated, what it was deflated to is there too. */
export function meteredInflater(inflater: Inflater, meter: Meter): MeteredInflater {
  const { inflate, inflatePrefixSync } = inflater;
  let held = 0;
  const hold = (given: Uint8Array, deflated: Uint8Array): void => {
    held += given.length;
    for (let each: Meter | undefined = meter; each !== undefined; each = each.above) {
      each.inFlight += given.length;
      each.peakBufferBytes = Math.max(each.peakBufferBytes, each.inFlight + deflated.length);
    }
  };
  return {
    inflater: {
      ...inflater,
      async inflate(bytes, options): Promise<Inflated> {
        const result = await inflate(bytes, options);
        hold(result.bytes, bytes);
        return result;
      },
      ...(inflatePrefixSync && {
        inflatePrefixSync(bytes, options): Uint8Array {
          const prefix = inflatePrefixSync(bytes, options);
          hold(prefix, bytes);
          return prefix;
        },
      }),
    },
    release() {
      for (let each: Meter | undefined = meter; each !== undefined; each = each.above) {
        each.inFlight -= held;
      }
      held = 0;
    },
  };
}

/** The same source, its reads counted and held to what {@link Source} promises. */
export function meteredSource(source: Source, meter: Meter): Source {
  const begin = (length: number): void => {
    meter.reads++;
    meter.inFlight += length;
    meter.peakBufferBytes = Math.max(meter.peakBufferBytes, meter.inFlight);
  };
  const metered: Source = {
    name: source.name,
    size: source.size,
    identity: source.identity,
    archived: source.archived,
    willRead: source.willRead?.bind(source),
    remote: source.remote,
    fresh: source.fresh ?? false,
    atHand: source.atHand?.bind(source),
    async read(offset, length, options) {
      begin(length);
      try {
        const given = await source.read(offset, length, options);
        const bytes = asPromised(given, length, options?.into);
        meter.bytesRead += bytes.length;
        return bytes;
      } finally {
        meter.inFlight -= length;
      }
    },
    close: async () => {
      await source.close?.();
    },
  };
  if (!isSynchronous(source)) return metered;
  return {
    ...metered,
    readSync(offset, length, into) {
      begin(length);
      try {
        const bytes = asPromised(source.readSync(offset, length, into), length, into);
        meter.bytesRead += bytes.length;
        return bytes;
      } finally {
        meter.inFlight -= length;
      }
    },
  };
}

/** A source of a caller's own may overlook `into`, or give more than it was asked for. */
function asPromised(given: unknown, length: number, into: Uint8Array | undefined): Uint8Array {
  if (!(given instanceof Uint8Array)) {
    throw new FramedexError('USAGE', 'the read of a source gives a Uint8Array', {
      found: Object.prototype.toString.call(given),
    });
  }
  const bytes = given.length > length ? given.subarray(0, length) : given;
  if (into === undefined) return bytes;
  if (bytes.buffer !== into.buffer || bytes.byteOffset !== into.byteOffset) into.set(bytes);
  return into.subarray(0, bytes.length);
}
