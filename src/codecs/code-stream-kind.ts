import { CODE_STREAM_START, codeStreamFamily } from './code-stream-start.ts';
import { readJpegHeader } from './jpeg-header.ts';
import { readJpeg2000Header } from './jpeg-2000-header.ts';

/**
 * What a code stream is, by its own header: what decodes it. `jpeg` is the discrete cosine transform
 * of 8 bits (baseline, extended, progressive), `jpeg-12` that of 12.
 */
export type CodeStreamKind =
  'rle' | 'jpeg' | 'jpeg-12' | 'jpeg-lossless' | 'jpeg-ls' | 'jpeg-2000' | 'htj2k' | 'jpeg-xl';

/** Undefined where the bytes start no code stream, or one of a kind that nothing here decodes. */
export function codeStreamKind(bytes: Uint8Array): CodeStreamKind | undefined {
  const family = codeStreamFamily(bytes.subarray(0, CODE_STREAM_START));
  switch (family) {
    case 'jpeg':
      return jpegKind(bytes);
    case 'jpeg-2000':
      return readJpeg2000Header(bytes)?.highThroughput === true ? 'htj2k' : 'jpeg-2000';
    case 'jpeg-xl':
    case 'rle':
    case undefined:
      return family;
  }
}

/** By its SOF marker (T.81 table B.1, T.87 C.1.1): arithmetic and hierarchical ones are of no kind. */
function jpegKind(bytes: Uint8Array): CodeStreamKind | undefined {
  const header = readJpegHeader(bytes);
  switch (header?.process) {
    case 0xc0:
    case 0xc1:
    case 0xc2:
      return header.precision <= 8 ? 'jpeg' : 'jpeg-12';
    case 0xc3:
      return 'jpeg-lossless';
    case 0xf7:
      return 'jpeg-ls';
    default:
      return undefined;
  }
}

const LAST_COMPONENTS: readonly (readonly [CodeStreamKind, readonly string[]])[] = [
  ['rle', ['5']],
  ['jpeg', ['4.50', '4.51', '4.53', '4.55']],
  ['jpeg-12', ['4.51', '4.53', '4.55']],
  ['jpeg-lossless', ['4.57', '4.70']],
  ['jpeg-ls', ['4.80', '4.81']],
  ['jpeg-2000', ['4.90', '4.91']],
  ['jpeg-xl', ['4.110', '4.111', '4.112']],
  ['htj2k', ['4.201', '4.202', '4.203']],
];

const SYNTAXES: ReadonlyMap<CodeStreamKind, readonly string[]> = new Map(
  LAST_COMPONENTS.map(([kind, last]) => [kind, last.map((end) => `1.2.840.10008.1.2.${end}`)]),
);

/** Whether frames of this transfer syntax come with resolution levels that can be left out (T.800, T.814). */
export function hasResolutionLevels(transferSyntax: string): boolean {
  const kinds = ['jpeg-2000', 'htj2k'] as const;
  return kinds.some((kind) => transferSyntaxesOf(kind).includes(transferSyntax));
}

/** UIDs of the transfer syntaxes whose frames are code streams of this kind (PS3.5 A.4). */
export function transferSyntaxesOf(kind: CodeStreamKind): readonly string[] {
  return SYNTAXES.get(kind) ?? [];
}
