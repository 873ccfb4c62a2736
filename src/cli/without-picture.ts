import { isFramedexError } from '../errors.ts';
import type { FramedexError } from '../errors.ts';

/** What an object without a picture is, for programs. */
export interface WithoutPictureJson {
  /** Of the series or the instance, as in failures. */
  readonly name: string;
  /** Series Instance UID. */
  readonly series: string;
  /** `report`, `video`, `structure-set`... */
  readonly content: string;
  readonly mediaType?: string | undefined;
}

/** Why there is no picture, and no fault in that. */
export type NoPicture = FramedexError<'NO_PIXEL_DATA'> | FramedexError<'VIDEO'>;

/**
 * Whether an object has no picture by its nature. An image has one, and where its pixels are not there, or
 * nothing tells whether they are, something is wrong. Any object may have no icon.
 */
export function isWithoutPicture(error: unknown, isIcon = false): error is NoPicture {
  if (isFramedexError(error, 'VIDEO')) return true;
  if (!isFramedexError(error, 'NO_PIXEL_DATA')) return false;
  const { content } = error.details;
  return isIcon || (content !== undefined && content !== 'image');
}

export function withoutPictureJson(
  { details }: NoPicture,
  name: string,
  series: string,
): WithoutPictureJson {
  const { content = 'other', mediaType } = details;
  return { name, series, content, mediaType };
}
