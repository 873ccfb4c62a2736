import { dicom, element, SYNTAX } from './build-dicom.js';
import { concat } from './build-value.js';
import { headerOf } from './header-of.js';
export const LITTLE = { explicit: true, littleEndian: true };
export const BIG = { explicit: true, littleEndian: false };
export const IMPLICIT = { explicit: false, littleEndian: true };
export const OPEN = { undefinedLength: true };
export const NOTHING = new Uint8Array(0);
export const END_OF_ITEM = 'fe ff 0d e0 00000000';
export const END_OF_SEQUENCE = 'fe ff dd e0 00000000';
export const SEQUENCE = 0x00081140;
export const INNER = 0x00082112;
export const ITEM = 0xfffee000;
export const ITEM_END = 0xfffee00d;
export const SEQUENCE_END = 0xfffee0dd;
/** Where data sets start, and the first item of a sequence there, in explicit VR. */
export const START = dicom().bytes.length;
export const FIRST_ITEM = START + 12;
export const UID = [0x00081155, 'UI', '1.2.3'];
export const CLASS = [0x00081150, 'UI', '1.2.4'];
export const NAME = [0x00100010, 'PN', 'Doe^Jane'];
export const LAST = [0x00200013, 'IS', '7'];
export const PIXELS = [0x7fe00010, 'OW', [1, 2, 3, 4]];
export const SOUND = [SEQUENCE, 0x00100010, 0x00200013, 0x7fe00010];
/** A sequence before sound elements and pixel data. */
export function before(sequencePiece, transferSyntax = SYNTAX.explicitLittle) {
  return dicom({ transferSyntax, elements: [sequencePiece, NAME, LAST, PIXELS] }).bytes;
}
/** Values by tag, sequences as arrays: where a thing lies does not show. */
export function treeOf(dataset) {
  return [...dataset].map(({ tag, items, value }) => [tag, items?.map(treeOf) ?? value]);
}
export async function treesOf(bytes) {
  return treeOf((await headerOf(bytes)).dataset);
}
export const ITEMS = [[CLASS, UID], [UID]];
export const EXPECTED = [
  [
    SEQUENCE,
    [
      [
        [0x00081150, '1.2.4'],
        [0x00081155, '1.2.3'],
      ],
      [[0x00081155, '1.2.3']],
    ],
  ],
  [0x00100010, 'Doe^Jane'],
  [0x00200013, 7],
];
export const ONLY_UID = [[SEQUENCE, [[[0x00081155, '1.2.3']]]], ...EXPECTED.slice(1)];
/** The tree without the pixel data, which has no place in these tests. */
export async function withoutPixels(bytes) {
  const tree = await treesOf(bytes);
  return Array.isArray(tree) ? tree.slice(0, -1) : tree;
}
export function explicitBytes(elements) {
  const pieces = elements.map((one) => ('encode' in one ? one : element(...one)));
  return concat(...pieces.map((piece) => piece.encode(LITTLE)));
}
export const SYNTAXES = [SYNTAX.explicitLittle, SYNTAX.implicitLittle, SYNTAX.explicitBig];
