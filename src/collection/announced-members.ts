import { announcedReads } from '../bytes/announced-reads.ts';
import type { AnnouncedReads } from '../bytes/announced-reads.ts';
import type { ByteRange, Source } from '../bytes/source.ts';
import type { Slice } from '../series/slice.ts';
import type { FarSlices } from '../series/volume.ts';
import type { Instance } from './instance.ts';
import type { Listing, Member } from './listing.ts';

/** What takes no more than so in its archive is brought as a whole when it is opened: header and frame come together. */
const SHORT = 1024 * 1024;
/** Most headers end within so many bytes, compressed or not. */
const BEGINNING = 16 * 1024;

/** What is read of members that are opened one after the other: of long ones only the beginning is known to be. */
export function wholePlace(member: Member): readonly ByteRange[] {
  const { place } = member;
  return place !== undefined && place.length > SHORT ? beginning(member) : some(place);
}

/** What is read of members for their headers. */
export function beginning({ place }: Member): readonly ByteRange[] {
  return some(place && { ...place, length: Math.min(BEGINNING, place.length) });
}

/** Announces the members of a listing as they will be read, one after the other from number `start` on. */
export function announcedMembers(
  { willRead, members }: Listing,
  start: number,
  rangesOf: (member: Member) => readonly ByteRange[],
): AnnouncedReads | undefined {
  if (willRead === undefined) return undefined;
  return announcedReads(willRead, start, (k) => {
    const member = members[k];
    return member && rangesOf(member);
  });
}

/** The source of a member, which is announced as a whole while it is open, unless it is long. */
export function whileAnnounced(source: Source, { willRead }: Listing, member: Member): Source {
  const place = willRead && member.place;
  if (willRead === undefined || place === undefined || place.length > SHORT) return source;
  const end = willRead([place]);
  const close = async (): Promise<void> => {
    end();
    await source.close?.();
  };
  return { ...source, close };
}

/** The instances of a listing that is far away, as slices that are read together. */
export function farSlices(
  { willRead }: Listing,
  memberOf: (instance: Instance) => Member | undefined,
): FarSlices<Instance> | undefined {
  if (willRead === undefined) return undefined;
  return {
    willRead: (slices) =>
      willRead(mostlyRead(slices).flatMap((instance) => some(memberOf(instance)?.place))),
    offsetOf: ({ instance, frame }) => (memberOf(instance)?.place?.offset ?? 0) + frame,
  };
}

/** Instances of whose frames half are read, at least: bringing the others of it takes less than asking for each. */
function mostlyRead(slices: readonly Slice<Instance>[]): Instance[] {
  const counts = new Map<Instance, number>();
  for (const { instance } of slices) counts.set(instance, (counts.get(instance) ?? 0) + 1);
  return [...counts].flatMap(([instance, count]) =>
    2 * count >= instance.frameCount ? [instance] : [],
  );
}

function some(place: ByteRange | undefined): ByteRange[] {
  return place === undefined ? [] : [place];
}
