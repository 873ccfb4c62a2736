import { SYNTAX, encapsulated, imagePixel, sequence } from './build-dicom.ts';
import type { DicomParts, ElementLike } from './build-dicom.ts';
import { rleEncode } from './rle-encode.ts';

/** One part of a concatenation (PS3.3 C.7.6.16.2.2): elements that are undefined, or empty, are left out. */
export interface PartParts {
  readonly number?: number | undefined;
  readonly total?: number | undefined;
  readonly offset?: number | undefined;
  /** The value of each pixel of its frames, one frame a value. */
  readonly values: readonly number[];
  readonly uid?: string | undefined;
  readonly source?: string | undefined;
  /** Instead of the number of `values`. */
  readonly frames?: string | undefined;
  readonly columns?: number | undefined;
  readonly rle?: boolean | undefined;
  readonly truncate?: number | undefined;
}

/** The object of a part: 8-bit frames of one row, with functional groups that say their values. */
export function part(parts: PartParts): DicomParts {
  const { number, total, offset, values, uid = '2.25.90', source = '2.25.91', columns = 2 } = parts;
  const cells = values.flatMap((value) => Array<number>(columns).fill(value));
  const optional = (tag: number, vr: string, value: string | number | undefined): ElementLike[] =>
    value === undefined || value === '' ? [] : [[tag, vr, value]];
  const frames = values.map((value) =>
    rleEncode(new Uint8Array(columns).fill(value), {
      rows: 1,
      columns,
      samplesPerPixel: 1,
      bytesPerSample: 1,
    }),
  );
  const module = imagePixel({ rows: 1, columns, bitsAllocated: 8 });
  return {
    transferSyntax: parts.rle === true ? SYNTAX.rle : SYNTAX.explicitLittle,
    truncate: parts.truncate,
    elements: [
      [0x00080018, 'UI', `2.25.1${values[0] ?? 0}`],
      [0x0020000d, 'UI', '2.25.7'],
      [0x0020000e, 'UI', '2.25.8'],
      [0x00200013, 'IS', '1'],
      ...optional(0x00200242, 'UI', source),
      ...optional(0x00209161, 'UI', uid),
      ...optional(0x00209162, 'US', number),
      ...optional(0x00209163, 'US', total),
      ...optional(0x00209228, 'UL', offset),
      ...module.slice(0, 2),
      ...optional(0x00280008, 'IS', parts.frames ?? String(values.length)),
      ...module.slice(2),
      sequence(
        0x52009230,
        values.map((value) => [sequence(0x00209111, [[[0x00209157, 'UL', value]]])]),
      ),
      parts.rle === true ? encapsulated({ frames }) : [0x7fe00010, 'OB', Uint8Array.from(cells)],
    ],
  };
}
