import type { Series } from '../collection/series.ts';
import type { Dataset, DicomFile, Image } from '../node/index.ts';
import { framesOf } from '../collection/frame-counts.ts';
import { printable } from './terminal.ts';

/** `2 CT Chest 5.0`: which series; its name where it says nothing. */
export function titleOf(dataset: Dataset | undefined, name: string): string {
  const number = dataset?.get('SeriesNumber');
  const words = [dataset?.get('Modality') ?? '', dataset?.get('SeriesDescription') ?? ''];
  const said = words.filter((word) => word !== '');
  if (said.length === 0) return name;
  return [...(number === undefined ? [] : [String(number)]), ...said].join(' ');
}

/** `20 instances, 20 frames`; `1 instance, ? frames` where the file claims what it cannot hold. */
export function seriesCounts({ instances }: Series): string {
  const frames = framesOf(instances);
  const count = frames === undefined ? '? frames' : counted(frames, 'frame');
  return `${counted(instances.length, 'instance')}, ${count}`;
}

export function fileCounts({ index }: DicomFile): string {
  return counted(index.count, 'frame');
}

/**
 * The line below a picture: of what it is, how its greys came about, and which frame it is.
 *
 * @param within - What the names of all instances begin with; of a file that is shown alone, its own.
 */
export function caption(title: string, counts: string, image: Image, within: string): string {
  return line([title, counts, greyText(image), shownText(image, within)]);
}

/** The line in place of a picture. */
export function captionWithout(title: string, counts: string, why: string): string {
  return line([title, counts, why]);
}

/** What comes from a file is spelled out where a terminal would obey it. */
function line(parts: readonly string[]): string {
  return parts
    .filter((part) => part !== '')
    .map(printable)
    .join('  ');
}

function shownText({ shows }: Image, within: string): string {
  if (shows === undefined) return '';
  const { name, frame } = shows;
  const own = name.startsWith(within) ? name.slice(within.length) : name;
  return own === '' ? `frame ${frame}` : `frame ${frame} of ${own}`;
}

const FROM = {
  file: 'of the file',
  caller: 'as asked for',
  percentile: 'by percentiles of the frame',
  range: 'by the lowest and highest value of the frame',
  depth: 'of all that its bits can be',
} as const;

function greyText({ window, voiLut }: Image): string {
  if (voiLut !== undefined) return `VOI LUT ${voiLut.explanation ?? voiLut.number}`;
  if (window === undefined) return '';
  const { center, width, from, explanation = '' } = window;
  const name = explanation === '' ? '' : ` ${explanation}`;
  return `window ${rounded(center)},${rounded(width)}${name} ${FROM[from]}`;
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
