import type { ImageFacts } from '../display/image.ts';
import type { For16Bits } from '../display/render.ts';
import { isFramedexError } from '../errors.ts';
import type { FramedexError } from '../errors.ts';
import type { Series } from '../collection/series.ts';
import type { Image, Image16, ThumbnailOptions } from '../node/index.ts';
import type { Job } from './job.ts';

/** A picture, and why it is not as it was asked for where it is not. */
export interface MadePicture<T> {
  readonly image: T;
  readonly unmet?: FramedexError | undefined;
}

/** The window, or the look-up table in its place, that is asked for. */
type Asked = Pick<ThumbnailOptions, 'window' | 'voiLut'>;

/** A picture in the window that is asked for; of an object that has no such window, its usual picture. */
export async function pictureOrUsual<T>(
  { window, voiLut }: Asked,
  make: (asked: Asked) => Promise<T>,
): Promise<MadePicture<T>> {
  try {
    return { image: await make({ window, voiLut }) };
  } catch (error) {
    if (!isFramedexError(error, 'USAGE') || !asksForWindow({ window, voiLut })) throw error;
    return { image: await make({ window: undefined, voiLut: undefined }), unmet: error };
  }
}

/** The same of a series, for whom asks that for its picture. */
export function orUsual(
  series: Series,
  onMade: (made: MadePicture<Image | Image16>) => Promise<void>,
): Series {
  function thumbnail(options: For16Bits<ThumbnailOptions>): Promise<Image16>;
  function thumbnail(options?: ThumbnailOptions): Promise<Image>;
  async function thumbnail(
    options: ThumbnailOptions | For16Bits<ThumbnailOptions> = {},
  ): Promise<Image | Image16> {
    const made = await pictureOrUsual<Image | Image16>(options, (asked) =>
      options.bitDepth === 16
        ? series.thumbnail({ ...options, ...asked })
        : series.thumbnail({ ...options, ...asked }),
    );
    await onMade(made);
    return made.image;
  }
  return { ...series, thumbnail };
}

/** What is said of a picture that is not as it was asked for. */
export async function noteUnmet(
  job: Job,
  name: string,
  { unmet }: MadePicture<unknown>,
  { window, voiLut }: Asked,
): Promise<void> {
  if (unmet === undefined) return;
  const given = [
    ...(window === undefined ? [] : ['--window']),
    ...(voiLut === undefined ? [] : ['--voi-lut']),
  ].join(' and ');
  const reason = unmet.message.replace(/^USAGE: /, '').replace(/\.$/, '');
  await job.note(`note: ${name} is shown as without ${given}: ${reason}`);
}

/**
 * Keeps what is to be written until one object has the window that is asked for: where none has, nothing
 * is written, and the command line is at fault.
 */
export interface WindowHold {
  /** Writes it, now or when it is known that the window is had. */
  write(made: MadePicture<ImageFacts>, action: () => Promise<void>): Promise<void>;
  /**
   * All pictures were made.
   *
   * @throws FramedexError `USAGE` where none has the window.
   */
  end(): Promise<void>;
}

export function createWindowHold(asked: Asked): WindowHold {
  const waiting: (() => Promise<void>)[] = [];
  let isKnown = !asksForWindow(asked);
  let first: FramedexError | undefined;
  const release = async (): Promise<void> => {
    isKnown = true;
    for (const action of waiting.splice(0)) await action();
  };
  return {
    async write({ image, unmet }, action) {
      first ??= unmet;
      // Colours have no windows, and tell nothing of the greys to come.
      const isMet = unmet === undefined && (image.window ?? image.voiLut) !== undefined;
      if (isMet && !isKnown) await release();
      if (isKnown) await action();
      else waiting.push(action);
    },
    async end() {
      if (!isKnown && first !== undefined) throw first;
      await release();
    },
  };
}

function asksForWindow({ window, voiLut }: Asked): boolean {
  return window !== undefined || voiLut !== undefined;
}
