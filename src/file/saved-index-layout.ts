import type { Source } from '../bytes/source.ts';
import { UNDEFINED_LENGTH } from '../dicom/element.ts';
import type { PixelElement } from '../dicom/element.ts';
import { frameBits } from '../dicom/image-pixel.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import type { FramedexError } from '../errors.ts';
import { frameIndex } from '../frames/frame-index.ts';
import type {
  FragmentLayout,
  FrameLayout,
  LaidOutIndex,
  NativeLayout,
  NoLayout,
  TableLayout,
} from '../frames/frame-index.ts';
import { ITEM_HEADER } from '../frames/item-walk.ts';
import { badIndex, within } from './saved-index-json.ts';
import type { IndexPlace } from './saved-index-json.ts';
import type {
  SavedFragmentLayout,
  SavedFrames,
  SavedLayout,
  SavedTableLayout,
} from './saved-index.ts';

/** What a saved index must fit. */
export interface Fit {
  readonly element: PixelElement;
  /** What offsets count in. */
  readonly source: Pick<Source, 'name' | 'size'>;
  /** Of the index. */
  readonly place: IndexPlace;
}

/**
 * The frames of an index as JSON. Undefined where there are none, where some were salvaged from behind a
 * gap, and where there is a second offset table, which there should not be (PS3.3 C.7.6.3.1.8) and which
 * counts where the first is wrong: of a broken file, what there is had better be looked for each time.
 */
export function savedFrames(index: LaidOutIndex): SavedFrames | undefined {
  const { count, declaredCount, counts, strategy, confidence, pixel, layout } = index;
  if (layout.kind === 'none' || !isToldBySaving(layout)) return undefined;
  const { found, byBytes } = counts;
  const declared = Number.isFinite(counts.declared) ? counts.declared : undefined;
  return {
    count,
    declaredCount,
    counts: { declared, found, byBytes },
    strategy,
    confidence,
    pixel,
    layout: savedLayout(layout),
  };
}

/** Whether the saved form says as much as the layout. */
function isToldBySaving(layout: Exclude<FrameLayout, NoLayout>): boolean {
  if (layout.kind === 'table') return (layout.others ?? []).length === 0;
  return layout.kind === 'native' || isChain(layout);
}

function savedLayout(layout: Exclude<FrameLayout, NoLayout>): SavedLayout {
  if (layout.kind === 'native') {
    const { kind, offset, frameBits: bits, end } = layout;
    return { kind, offset, frameBits: bits, end };
  }
  return layout.kind === 'table' ? savedTable(layout) : savedFragments(layout);
}

function isChain({ offsets, lengths, broken }: FragmentLayout): boolean {
  const follows = (offset: number, k: number): boolean =>
    k === 0 || offset === (offsets[k - 1] ?? 0) + (lengths[k - 1] ?? 0) + ITEM_HEADER;
  return broken === undefined && offsets.every(follows);
}

function savedFragments(layout: FragmentLayout): SavedFragmentLayout {
  const { offsets, lengths, firsts, lost, assumed } = layout;
  const before = firsts?.[0] ?? 0;
  return {
    kind: 'fragments',
    offset: offsets[0] ?? 0,
    lengths: [...lengths],
    fragments:
      firsts && Array.from(firsts, (first, i) => (firsts[i + 1] ?? lengths.length) - first),
    before: before > 0 ? before : undefined,
    lost,
    assumed,
  };
}

function savedTable({ table, end }: TableLayout): SavedTableLayout {
  const { kind, starts, lengths, offset } = table;
  const gaps = Array.from(starts, (start, i) => (starts[i + 1] ?? end) - start - ITEM_HEADER);
  return {
    kind: 'table',
    table: kind,
    tableOffset: offset,
    offset: (starts[0] ?? 0) + ITEM_HEADER,
    lengths: gaps,
    padded: lengths && gaps.map((gap, i) => (gap === lengths[i] ? '0' : '1')).join(''),
  };
}

/**
 * The index that was saved, once it fits the source: each range lies inside it, counts agree with the
 * ranges, native frames with the pixel module.
 *
 * @throws FramedexError `INDEX_FORMAT`.
 */
export function restoredIndex(saved: SavedFrames, fit: Fit): LaidOutIndex {
  const { count, declaredCount, counts, strategy, confidence, pixel } = saved;
  const layout = restoredLayout(saved, fit);
  const fragments = layout.kind === 'fragments' ? layout.offsets.length : undefined;
  const most = frameCount(saved, layout, fit);
  if (count !== most) throw misfit(fit, 'count', `${most}, as its layout has it`, String(count));
  return frameIndex({
    count,
    declaredCount,
    counts: { declared: counts.declared, found: counts.found, byBytes: counts.byBytes, fragments },
    strategy,
    confidence,
    pixel,
    name: fit.source.name,
    layout,
  });
}

/** Something of the frames that contradicts the rest of the index, or the source. */
function misfit(
  { place }: Fit,
  key: string,
  expected: string,
  found?: string,
): FramedexError<'INDEX_FORMAT'> {
  return badIndex(within(place, `frames.${key}`), expected, found);
}

type Layout = Exclude<FrameLayout, NoLayout>;

function restoredLayout({ layout: saved, pixel, strategy }: SavedFrames, fit: Fit): Layout {
  const isNative = saved.kind === 'native';
  if (isNative !== (strategy === 'native')) {
    throw misfit(fit, 'strategy', `that of a ${saved.kind} layout`, strategy);
  }
  if (isNative) return restoredNative(saved, pixel, fit);
  if (fit.element.length !== UNDEFINED_LENGTH) {
    throw misfit(fit, 'layout', 'native, as the pixel data is', saved.kind);
  }
  return saved.kind === 'table' ? restoredTable(saved, fit) : restoredFragments(saved, fit);
}

function frameCount({ count }: SavedFrames, layout: Layout, { source: { size } }: Fit): number {
  if (layout.kind === 'table') return layout.table.starts.length;
  if (layout.kind === 'fragments') return (layout.firsts ?? layout.offsets).length;
  // Those that begin inside the data, or fewer, where fewer are declared.
  const most = Math.ceil((8 * (Math.min(size, layout.end) - layout.offset)) / layout.frameBits);
  return Math.min(count, most);
}

function restoredNative(saved: NativeLayout, pixel: ImagePixel, fit: Fit): NativeLayout {
  const {
    element,
    source: { size },
  } = fit;
  const { offset, end } = saved;
  const isThere = offset === element.valueOffset && end === Math.min(size, offset + element.length);
  if (!isThere || saved.frameBits !== frameBits(pixel)) {
    throw misfit(fit, 'layout', 'frames of the pixel module, in the pixel data');
  }
  return saved;
}

/** The offset of each payload, and where the last one ends. */
function offsetsOf(
  { offset, lengths }: { readonly offset: number; readonly lengths: readonly number[] },
  fit: Fit,
): { readonly offsets: Float64Array; readonly end: number } {
  const {
    element,
    source: { size },
  } = fit;
  // Before the first there are two item headers; none of the others is longer than the source.
  const isRoom = lengths.length * ITEM_HEADER <= size;
  if (!isRoom || offset < element.valueOffset + ITEM_HEADER) throw misfit(fit, 'layout', RANGES);
  const offsets = new Float64Array(lengths.length);
  let at = offset;
  for (let k = 0; k < offsets.length; k++) {
    offsets[k] = at;
    at += (lengths[k] ?? 0) + ITEM_HEADER;
  }
  const end = at - ITEM_HEADER;
  if (end > size) throw misfit(fit, 'layout', RANGES);
  return { offsets, end };
}

const RANGES = 'ranges inside the pixel data';

function restoredTable(saved: SavedTableLayout, fit: Fit): TableLayout {
  const { offsets, end } = offsetsOf(saved, fit);
  if (end + ITEM_HEADER > fit.source.size) throw misfit(fit, 'layout', RANGES);
  const { padded, lengths, table: kind, tableOffset: offset } = saved;
  const starts = offsets.map((payload) => payload - ITEM_HEADER);
  const written =
    padded === undefined
      ? undefined
      : Float64Array.from(lengths, (length, i) => length - (padded[i] === '1' ? 1 : 0));
  return { kind: 'table', table: { kind, starts, lengths: written, offset }, end };
}

function restoredFragments(saved: SavedFragmentLayout, fit: Fit): FragmentLayout {
  const { fragments, before = 0, lost, assumed } = saved;
  const { offsets } = offsetsOf(saved, fit);
  if (lost !== undefined && lost.at > fit.source.size) {
    throw misfit(fit, 'layout.lost.at', 'a place in the file', String(lost.at));
  }
  let firsts: Uint32Array | undefined;
  if (fragments !== undefined) {
    firsts = new Uint32Array(fragments.length);
    let next = before;
    for (let i = 0; i < firsts.length; i++) {
      firsts[i] = next;
      next += fragments[i] ?? 0;
    }
    if (next !== offsets.length) {
      const expected = `counts of ${offsets.length} fragments in all, with those before them`;
      throw misfit(fit, 'layout.fragments', expected, String(next));
    }
  }
  return {
    kind: 'fragments',
    offsets,
    lengths: Uint32Array.from(saved.lengths),
    firsts,
    lost,
    assumed,
  };
}
