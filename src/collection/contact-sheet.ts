import type { Image, ImageFacts } from '../display/image.ts';
import type { Tile } from '../display/tile-sheet.ts';
import { FramedexError, isFramedexError } from '../errors.ts';
import type { ThumbnailOptions } from '../file/dicom-file.ts';
import { framesOf } from './frame-counts.ts';
import type { Series } from './series.ts';

/** How a contact sheet is laid out. */
export interface ContactSheetOptions extends Omit<
  ThumbnailOptions,
  'size' | 'enlarge' | 'frame' | 'framesToCome' | 'bitDepth'
> {
  /** Longest edge of each picture, 160 by default: smaller frames are enlarged. */
  readonly size?: number | undefined;
  /** Pictures in a row: as many as make the sheet about as wide as high, by default. */
  readonly columns?: number | undefined;
  /** A line above the pictures. */
  readonly title?: string | undefined;
  /** After each picture. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** One picture of several series. */
export interface ContactSheet {
  readonly image: Image;
  /** What there is to say of each picture on it, in their order: its window, its warnings... */
  readonly pictures: readonly { readonly series: Series; readonly facts: ImageFacts }[];
  /** The series that there is no picture of, and why: also those of objects without pixels. */
  readonly failures: readonly { readonly series: Series; readonly reason: FramedexError }[];
  /** Those that were too many for one sheet, which its last place says. */
  readonly leftOut: readonly Series[];
}

const SIZE = 160;
const LINES = 3;

/** So many pictures are made at a time: one is read while another is decoded. */
const AT_A_TIME = 2;

/**
 * One picture of all series, by study and Series Number: of each its thumbnail, with modality, number,
 * description and counts below it. Of one without a picture, its place says what it is instead, or what
 * is wrong. Frames are counted as declared, and `?` where an object is too small to hold
 * so many. Nothing on it is of the patient's own attributes.
 *
 * No more than two of the pictures are in memory beside the sheet, which has at most 67,108,864 pixels:
 * those of 1776 series, as long as they are of 160.
 *
 * @throws FramedexError `USAGE` where there is no series, and for a `size` or `columns` that no sheet can
 * have. What is wrong with a series is in `failures`.
 *
 * @example
 * ```ts
 * const { image } = await contactSheet(await collection.series(), { title: 'study.zip' });
 * await writeFile('sheet.png', await image.encode('png'));
 * ```
 */
export async function contactSheet(
  series: readonly Series[],
  options: ContactSheetOptions = {},
): Promise<ContactSheet> {
  const { size = SIZE, columns, title, onProgress, encoders, ...thumbnail } = options;
  if (series.length === 0) {
    throw new FramedexError('USAGE', 'a contact sheet of no series', {
      expected: 'one series or more',
    });
  }
  if (title !== undefined && typeof title !== 'string') {
    throw new FramedexError('USAGE', '`title` is no text', { found: typeof title });
  }
  // The typeface is for those who letter something.
  const { createTileSheet } = await import('../display/tile-sheet.ts');
  const layout = { size, columns, lines: LINES, title, encoders };
  const sheet = createTileSheet(series.length, layout);
  const ordered = inSeriesOrder(series);
  const isCut = sheet.places < ordered.length;
  const shown = ordered.slice(0, isCut ? sheet.places - 1 : sheet.places);
  const outcomes: (ImageFacts | FramedexError)[] = [];
  let done = 0;
  await forEach(shown, thumbnail.signal, async (one, k) => {
    const framesToCome = shown.length - k - 1;
    const made = await pictureOf(one, { ...thumbnail, size, enlarge: true, framesToCome });
    sheet.draw(k, tileOf(one, made));
    outcomes[k] = isFramedexError(made) ? made : factsOf(made);
    onProgress?.(++done, shown.length);
  });
  const leftOut = ordered.slice(shown.length);
  if (isCut) sheet.draw(shown.length, { instead: `${leftOut.length} more series`, lines: [] });
  return {
    image: sheet.image(),
    pictures: shown.flatMap((one, k) => {
      const facts = outcomes[k];
      return facts === undefined || isFramedexError(facts) ? [] : [{ series: one, facts }];
    }),
    failures: shown.flatMap((one, k) => {
      const reason = outcomes[k];
      return isFramedexError(reason) ? [{ series: one, reason }] : [];
    }),
    leftOut,
  };
}

/** Studies in the order of their first series, and within each, series by their number. */
export function inSeriesOrder(series: readonly Series[]): Series[] {
  const studies = new Map<string, number>();
  for (const { study } of series) if (!studies.has(study)) studies.set(study, studies.size);
  const place = ({ study }: Series): number => studies.get(study) ?? 0;
  return [...series].sort(
    (a, b) => place(a) - place(b) || (numberOf(a) ?? Infinity) - (numberOf(b) ?? Infinity) || 0,
  );
}

function numberOf({ instances }: Series): number | undefined {
  return instances[0]?.dataset.get('SeriesNumber');
}

/** Runs an action for each, a few at a time; the first that throws ends them all, when none is under way. */
async function forEach<T>(
  all: readonly T[],
  signal: AbortSignal | undefined,
  action: (one: T, k: number) => Promise<void>,
): Promise<void> {
  const waiting = all.entries();
  let isOver = false;
  const run = async (): Promise<void> => {
    try {
      for (const [k, one] of waiting) {
        if (isOver) return;
        signal?.throwIfAborted();
        await action(one, k);
      }
    } catch (error) {
      isOver = true;
      throw error;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: AT_A_TIME }, run));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

/** What is wrong with one series is no fault of the others; an abort, or a fault of ours, ends them all. */
async function pictureOf(
  series: Series,
  options: ThumbnailOptions,
): Promise<Image | FramedexError> {
  try {
    return await series.thumbnail(options);
  } catch (error) {
    if (isFramedexError(error) && options.signal?.aborted !== true) return error;
    throw error;
  }
}

/** The picture itself is on the sheet, and need not be kept. */
function factsOf(picture: Image): ImageFacts {
  const { width, height, channels, window, voiLut, warnings, shows, reduced } = picture;
  const { partial, unverified } = picture;
  return {
    ...{ width, height, channels, window, voiLut, warnings, shows, reduced },
    ...{ partial, unverified },
  };
}

function tileOf(series: Series, made: Image | FramedexError): Tile {
  const { modality, description } = series;
  const number = numberOf(series);
  const words = [modality, number === undefined ? '' : String(number)];
  const head = words.filter((word) => word !== '').join(' ');
  const isPartial = !isFramedexError(made) && made.partial === true;
  const lines = [
    `${head === '' ? '–' : head}${isPartial ? ' · partial' : ''}`,
    description,
    countsOf(series),
  ].filter((line) => line !== '');
  return isFramedexError(made) ? { instead: insteadOf(made), lines } : { picture: made, lines };
}

/** What the objects are, where they have no picture by their nature; otherwise the code of what is wrong. */
function insteadOf(error: FramedexError): string {
  if (isFramedexError(error, 'NO_PIXEL_DATA') || isFramedexError(error, 'VIDEO')) {
    const { content = 'other' } = error.details;
    if (content !== 'image' && content !== 'other') return content.replaceAll('-', ' ');
  }
  return error.code === 'NO_PIXEL_DATA' ? 'no pixel data' : error.code;
}

/** `222 images · 512 × 512`, `1 image of 30 frames`, `3 images · 90 frames`, `1 object`. */
function countsOf({ instances, content }: Series): string {
  const images = instances.filter(({ frameCount }) => frameCount > 0);
  const [first] = images;
  if (first === undefined) return counted(instances.length, 'object');
  const frames = framesOf(images);
  const count = counted(images.length, content.kind === 'video' ? 'video' : 'image');
  if (frames !== images.length) {
    const counts = `${frames ?? '?'} frames`;
    return images.length === 1 ? `${count} of ${counts}` : `${count} · ${counts}`;
  }
  const [columns, rows] = [first.dataset.get('Columns'), first.dataset.get('Rows')];
  return columns === undefined || rows === undefined ? count : `${count} · ${columns} × ${rows}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
