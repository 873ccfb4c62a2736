import { FramedexError } from '../errors.ts';
import { EXTENDED_OFFSET_TABLE } from '../dicom/element.ts';
import type { Encapsulated } from './frame-groups.ts';
import { ITEM_HEADER } from './item-walk.ts';
import type { ItemWalk } from './item-walk.ts';
import type { OffsetTable } from './offset-table.ts';

/** So many numbers are written out in a message. */
const MOST_NAMED = 6;

/**
 * Records a table that the items refute: which of its entries lie, where the first of them stands, and
 * by how much they are off where all are by the same.
 */
export function reportTable(
  { header, declared }: Encapsulated,
  { offsets }: ItemWalk,
  { kind, starts, lengths, offset }: OffsetTable,
  firsts: readonly number[] | Uint32Array | undefined,
): void {
  const extended = kind === 'extended-offset-table';
  const name = extended ? 'the extended offset table' : 'the basic offset table';
  const width = extended ? 8 : 4;
  const tag = extended ? EXTENDED_OFFSET_TABLE : header.pixelData?.tag;
  const report = (message: string, at: number): void => {
    header.warnings.report('OFFSET_TABLE', `${name} ${message}; the items count`, at, tag);
  };
  if (firsts === undefined) {
    report('agrees with no frames', offset);
    return;
  }
  const frames = firsts.length;
  const wrong: number[] = [];
  const shifts = new Set<number>();
  for (let k = 0; k < Math.min(starts.length, frames); k++) {
    const shift = (starts[k] ?? 0) - ((offsets[firsts[k] ?? 0] ?? 0) - ITEM_HEADER);
    if (shift === 0) continue;
    wrong.push(k);
    shifts.add(shift);
  }
  const number = `${starts.length} entries for ${frames} frames`;
  const first = offset + width * (wrong[0] ?? Math.min(starts.length, frames));
  if (wrong.length > 0) {
    const [shift = 0] = shifts;
    const off = shifts.size === 1 ? `, by ${shift > 0 ? '+' : ''}${shift} bytes` : '';
    const count = starts.length === frames ? `${starts.length} entries` : `its ${number}`;
    report(`is wrong in ${wrong.length} of ${count} (${named(wrong)}${off})`, first);
  } else if (starts.length === frames && lengths !== undefined) {
    report('has lengths that are not those of the fragments', offset);
  } else {
    const declares = declared.count === frames ? '' : `, Number of Frames is ${declared.count}`;
    report(`has ${number}${declares}`, first);
  }
}

/** "frame 4", "frames 3, 7 and 12", "frames 3, 4, 5... and 9 more". */
function named(frames: readonly number[]): string {
  const shown = frames.slice(0, MOST_NAMED);
  if (shown.length === 1) return `frame ${shown[0]}`;
  if (frames.length > MOST_NAMED) {
    return `frames ${shown.join(', ')} and ${frames.length - MOST_NAMED} more`;
  }
  return `frames ${shown.slice(0, -1).join(', ')} and ${shown[shown.length - 1]}`;
}

/** Records that another number of frames was found than is declared. */
export function reportCount({ header, element, declared }: Encapsulated, found: number): void {
  const { dataset, warnings } = header;
  const written = dataset.element('NumberOfFrames');
  const number = declared.written === undefined ? 'no number' : String(declared.written);
  const says = `Number of Frames is ${written === undefined ? 'absent' : number}`;
  const message = `${found} frame${found === 1 ? ' was' : 's were'} found, ${says}`;
  warnings.report('FRAME_COUNT', message, element.valueOffset, element.tag);
}

/** Records the frames that are lost where the chain of items is broken. */
export function reportBroken(
  { header, element }: Encapsulated,
  broken: ReadonlyMap<number, number>,
): void {
  const [at = element.valueOffset] = broken.values();
  const frames = named([...broken.keys()]);
  const message = `the chain of items is broken in ${frames}; the offset table leads to the others`;
  header.warnings.report('ITEM_EXPECTED', message, at, element.tag);
}

/** Pixel data without any fragment. */
export function noFragments({ header, element }: Encapsulated): FramedexError {
  return new FramedexError('NO_PIXEL_DATA', 'the pixel data has no fragment', {
    name: header.name,
    offset: element.valueOffset,
    tag: element.tag,
  });
}

/** Fragments that nothing says the frames of. */
export function ambiguous(
  { header, element, declared }: Encapsulated,
  fragments: number,
): FramedexError {
  return new FramedexError('FRAME_AMBIGUOUS', 'the fragments cannot be told apart', {
    name: header.name,
    frame: 0,
    offset: element.valueOffset,
    expected: `one fragment for each of ${declared.count} frames, or an offset table`,
    found: `${fragments} fragments`,
  });
}

/** Pixel data that is cut in its first item header. */
export function cutAtStart({ header, element }: Encapsulated, offset: number): FramedexError {
  return new FramedexError('NO_PIXEL_DATA', 'the file ends where the pixel data starts', {
    name: header.name,
    offset,
    tag: element.tag,
  });
}

/** Pixel data that starts with neither an offset table nor a fragment. */
export function noTableItem({ header, element }: Encapsulated, offset: number): FramedexError {
  return new FramedexError('ITEM_EXPECTED', 'no offset table item at the start of the pixel data', {
    name: header.name,
    offset,
    tag: element.tag,
    expected: 'an Item tag (FFFE,E000)',
  });
}

/** Records what is wrong with the fragments themselves, once for each kind. */
export function reportWalk({ header, element }: Encapsulated, walk: ItemWalk): void {
  const { warnings } = header;
  if (walk.fault !== undefined) warnings.report('DELIMITER', walk.fault, walk.end, element.tag);
  if (walk.ending === 'end-of-file') {
    const message = 'the file ends before the sequence delimiter of the pixel data';
    warnings.report('DELIMITER', message, walk.end, element.tag);
  } else if (walk.ending === 'not-an-item') {
    const message = 'neither a fragment nor the delimiter of the pixel data';
    warnings.report('ITEM_EXPECTED', message, walk.end, element.tag);
  }
  let odd = 0;
  let first = 0;
  const { offsets, lengths, missing } = walk;
  for (let k = 0; k < lengths.length - (missing > 0 ? 1 : 0); k++) {
    if ((lengths[k] ?? 0) % 2 === 0) continue;
    if (odd === 0) first = (offsets[k] ?? 0) - ITEM_HEADER;
    odd++;
  }
  if (odd === 0) return;
  const message = `${odd} fragment${odd === 1 ? '' : 's'} of odd length`;
  warnings.report('ODD_LENGTH', message, first, element.tag);
}
