/**
 * Cornerstone3D reads what framedex opens, by image ids `framedex:<container>!/<member>#frame=<n>`. The container is
 * the name of what the page opened, or a URL; a file has no member; frames are counted from 0, which may be left out.
 * An example to be copied, with the two files beside it.
 */
import { imageLoader, metaData, registerImageLoader } from '@cornerstonejs/core';
import type { StreamingImageVolume, Types } from '@cornerstonejs/core';
import { open, openArchive } from 'framedex';
import type { Collection, DicomFile, OpenOptions, Series, VolumePlan } from 'framedex';
import { moduleOf } from './image-metadata.ts';
import type { Header } from './image-metadata.ts';
import { imageOf } from './image-pixels.ts';
import type { PixelOptions } from './image-pixels.ts';

/** Members that stay open: more than Cornerstone asks for at a time. */
const MEMBERS_KEPT = 8;
/** Slices that are read at a time. */
const LANES = 6;

interface Member {
  readonly file: Promise<DicomFile>;
  users: number;
}

const containers = new Map<string, Promise<Collection | DicomFile>>();
const members = new Map<string, Member>();
const headers = new Map<string, Header>();

/** Registers loader and metadata. The options are for containers that are URLs. */
export function registerFramedex(options: OpenOptions = {}): void {
  registerImageLoader('framedex', (imageId, asked: PixelOptions = {}) => {
    const cancelling = new AbortController();
    return {
      promise: loadImage(imageId, asked, options, cancelling.signal),
      cancelFn: () => cancelling.abort(),
    };
  });
  metaData.addProvider((module, imageId) => {
    const header = imageId === undefined ? undefined : headers.get(imageId);
    return header && moduleOf(module, header);
  });
}

/** Gives a name to what the page opened: an archive, a folder or a file. */
export function nameContainer(name: string, container: Collection | DicomFile): void {
  containers.set(name, Promise.resolve(container));
}

/** Closes a container, and forgets its images. Those that Cornerstone has stay in its cache. */
export async function closeContainer(name: string): Promise<void> {
  const opened = containers.get(name);
  containers.delete(name);
  for (const [place, { file }] of members) {
    if (!place.startsWith(`${name}!/`)) continue;
    members.delete(place);
    await (await file).close();
  }
  for (const imageId of headers.keys()) {
    if (/^framedex:(.*?)(?:!\/|#frame=|$)/s.exec(imageId)?.[1] === name) headers.delete(imageId);
  }
  await (await opened)?.close();
}

/**
 * The images of a series in the order of its plan, or of one part of it (`series.plan().parts`). From now on Cornerstone has
 * their metadata, for which no pixel is read. A volume viewport is right for a plan whose verdict is `volume`, without
 * tilt: it knows no shear and no gaps.
 */
export function imageIdsOf(name: string, series: Series, plan?: VolumePlan): string[] {
  const instances = new Map(series.instances.map((instance) => [instance.name, instance]));
  return (plan ?? series.plan()).slices.flatMap((slice) => {
    const instance = instances.get(slice.name);
    if (instance === undefined) return [];
    const { dataset, frames, frameCount, transferSyntax: transferSyntaxUID } = instance;
    // Frames that have no places of their own are one slice of the plan.
    const count = frames === undefined ? frameCount : 1;
    return Array.from({ length: count }, (_, k) => {
      const frame = slice.frame + k;
      const imageId = `framedex:${name}!/${slice.name}#frame=${frame}`;
      headers.set(imageId, { attributes: frames?.of(frame) ?? dataset, transferSyntaxUID });
      return imageId;
    });
  });
}

/**
 * Loads all of a volume, or rejects with the fault of a slice: Cornerstone by itself goes on without that slice, and shows 0 in
 * its place. A volume that was rejected is to be removed from its cache.
 */
export async function loadWhole(volume: StreamingImageVolume): Promise<void> {
  const imageIds = volume.imageIds.values();
  const lane = async (): Promise<void> => {
    for (const imageId of imageIds) {
      const options = { priority: 0, ...volume.getLoaderImageOptions(imageId) };
      await imageLoader.loadAndCacheImage(imageId, options);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  await new Promise((resolve) => volume.load(resolve));
}

async function loadImage(
  imageId: string,
  asked: PixelOptions,
  options: OpenOptions,
  signal: AbortSignal,
): Promise<Types.IImage> {
  const [, place = '', number = '0'] = /^framedex:(.*?)(?:#frame=(\d+))?$/s.exec(imageId) ?? [];
  return withFile(place, options, async (file) => {
    const frame = await file.frame(Number(number), { signal });
    if (!headers.has(imageId)) {
      const { transferSyntax: transferSyntaxUID } = file;
      headers.set(imageId, { attributes: file.perFrame(frame.index), transferSyntaxUID });
    }
    return imageOf(imageId, frame, headers.get(imageId), asked);
  });
}

/** Opens a container once, and a member as long as it is used, and somewhat longer. */
async function withFile<T>(
  place: string,
  options: OpenOptions,
  use: (file: DicomFile) => Promise<T>,
): Promise<T> {
  const [name = '', ...path] = place.split('!/');
  const isMember = path.length > 0;
  const container = await once(containers, name, async () => {
    // In text, open() would take it for a file beside the page.
    if (!URL.canParse(name)) throw new Error(`${name} was named by nobody, and is no URL`);
    return (isMember ? openArchive : open)(name, options);
  });
  if (isMember === 'frame' in container) throw new Error(`no image of ${name}`);
  if ('frame' in container) return use(container);
  const held = members.get(place) ?? { file: container.open(path.join('!/')), users: 0 };
  held.file.catch(() => forget(place, held));
  // What is used last is closed last.
  members.delete(place);
  members.set(place, held);
  held.users++;
  try {
    return await use(await held.file);
  } finally {
    held.users--;
    closeOldest();
  }
}

/** What failed is not kept: it may be tried again. */
function forget(place: string, member: Member): void {
  if (members.get(place) === member) members.delete(place);
}

function closeOldest(): void {
  for (const [place, { file, users }] of members) {
    if (members.size <= MEMBERS_KEPT) return;
    if (users > 0) continue;
    members.delete(place);
    void file.then((one) => one.close());
  }
}

/** As {@link forget} has it. */
async function once<T>(
  kept: Map<string, Promise<T>>,
  key: string,
  make: () => Promise<T>,
): Promise<T> {
  const found = kept.get(key) ?? make();
  kept.set(key, found);
  try {
    return await found;
  } catch (error) {
    if (kept.get(key) === found) kept.delete(key);
    throw error;
  }
}
