import type { Instance } from '../collection/instance.ts';
import type { Series } from '../collection/series.ts';
import { FramedexError } from '../errors.ts';
import type { DicomFile, Frame, ThumbnailOptions } from '../node/index.ts';

/**
 * The icon that an object brings along.
 *
 * @throws FramedexError `NO_PIXEL_DATA` where it has none.
 */
export async function iconOf(
  file: DicomFile,
  { signal, lenient }: Pick<ThumbnailOptions, 'signal' | 'lenient'>,
): Promise<Frame> {
  const icon = await file.icon({ signal, lenient });
  if (icon !== undefined) return icon;
  const { kind: content, mediaType } = file.content;
  const advice = 'Without --icon the picture is of a frame.';
  const details = { name: file.name, content, mediaType, advice };
  throw new FramedexError('NO_PIXEL_DATA', 'the object has no icon', details);
}

/** Does something with the instance whose icon stands for a series: of those that have frames, or of all. */
export async function withMiddleInstance<T>(
  { instances }: Series,
  action: (file: DicomFile) => Promise<T>,
): Promise<T> {
  const images = instances.filter(({ frameCount }) => frameCount > 0);
  const shown = images.length > 0 ? images : instances;
  const middle = shown[Math.floor(shown.length / 2)];
  if (middle === undefined) throw new FramedexError('NO_PIXEL_DATA', 'the series is empty', {});
  return withInstance(middle, action);
}

/** Does something with an instance while it is open. */
export async function withInstance<T>(
  instance: Instance,
  action: (file: DicomFile) => Promise<T>,
): Promise<T> {
  const file = await instance.open();
  try {
    return await action(file);
  } finally {
    await file.close();
  }
}
