import { extensionOf } from './repertoire.ts';

/** One value of Specific Character Set (0008,0005), understood. */
export interface CharacterSetTerm {
  /** As the standard writes it; what differs is a misspelling. */
  readonly canonical: string;
  /** ISO-IR number, or the encoding of a term that stands alone. */
  readonly set: number | 'utf-8' | 'gb18030';
  /** Written `ISO 2022 IR n`: escape sequences may follow. */
  readonly extended: boolean;
}

export const DEFAULT_TERM: CharacterSetTerm = { canonical: '', set: 6, extended: false };

const UTF_8: CharacterSetTerm = { canonical: 'ISO_IR 192', set: 'utf-8', extended: false };
const GB18030: CharacterSetTerm = { canonical: 'GB18030', set: 'gb18030', extended: false };

/** GB 18030 contains GBK code by code (PS3.5 J), and its decoders are alike on all platforms. */
const GBK: CharacterSetTerm = { canonical: 'GBK', set: 'gb18030', extended: false };

/** Parts of ISO 8859 and their ISO-IR numbers, for those who write `ISO 8859-1`. */
const ISO_8859: ReadonlyMap<string, number> = new Map([
  ['1', 100],
  ['2', 101],
  ['3', 109],
  ['4', 110],
  ['5', 144],
  ['6', 127],
  ['7', 126],
  ['8', 138],
  ['9', 148],
  ['11', 166],
  ['15', 203],
]);

/** Latin alphabets by their own numbers, which are those of the parts for the first four only. */
const LATIN: ReadonlyMap<string, number> = new Map([
  ['1', 100],
  ['2', 101],
  ['3', 109],
  ['4', 110],
  ['5', 148],
  ['9', 203],
]);

/**
 * What one value means, misspelt or not: other signs or none between the words, small letters, the
 * usual names of the same sets elsewhere. Undefined where that leaves a doubt.
 */
export function characterSetTerm(written: string): CharacterSetTerm | undefined {
  if (written.trim() === '') return DEFAULT_TERM;
  const term = written
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, ' ')
    .trim();
  if (/^UTF ?8$/.test(term)) return UTF_8;
  if (/^GB ?18030$/.test(term)) return GB18030;
  if (/^(?:ISO 2022 )?GBK$/.test(term) || /^GB ?2312$/.test(term)) return GBK;
  if (/^(?:SHIFT ?JIS|SJIS)$/.test(term)) return numbered(13, false);
  const part = ISO_8859.get(/^ISO ?8859 ?(\d\d?)$/.exec(term)?.[1] ?? '');
  const latin = LATIN.get(/^LATIN ?(\d)$/.exec(term)?.[1] ?? '');
  const named = part ?? latin;
  if (named !== undefined) return numbered(named, false);
  const [, extension, digits] = /^ISO ?(2022 ?)?(?:IR ?)?(\d{1,3})$/.exec(term) ?? [];
  return digits === undefined ? undefined : numbered(Number(digits), extension !== undefined);
}

function numbered(isoIr: number, written2022: boolean): CharacterSetTerm | undefined {
  if (isoIr === 192) return UTF_8;
  const set = extensionOf(isoIr);
  if (isoIr !== 6 && set === undefined) return undefined;
  const extended = written2022 || set?.doubleByte === true;
  return { canonical: `${extended ? 'ISO 2022 IR' : 'ISO_IR'} ${isoIr}`, set: isoIr, extended };
}
