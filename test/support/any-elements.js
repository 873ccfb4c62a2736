import fc from 'fast-check';
import { element, item, sequence, SYNTAX } from './build-dicom.js';
const OPEN = { undefinedLength: true };
const WORD = fc.stringMatching(/^[A-Za-z0-9 ]{0,40}$/);
/** Of all sizes that matter: nothing, little, more than one read. */
const TEXT = fc.oneof(
  { weight: 8, arbitrary: WORD },
  { weight: 1, arbitrary: fc.constant('long '.repeat(3000)) },
);
const WORDS = fc.array(fc.nat(0xffff), { maxLength: 20 });
function leaf(tag, vr, value) {
  return value.map((one) => element(tag, vr, one));
}
const LEAVES = [
  leaf(0x00080008, 'CS', fc.constant(['ORIGINAL', 'PRIMARY'])),
  leaf(0x00080018, 'UI', fc.constant('1.2.3.4')),
  leaf(0x00080020, 'DA', fc.constantFrom('20260102', '')),
  leaf(0x00081030, 'LO', WORD),
  leaf(0x00091001, 'UN', fc.uint8Array({ maxLength: 64 })),
  leaf(0x00100010, 'PN', WORD),
  leaf(0x00104000, 'LT', WORD),
  leaf(0x00189073, 'FD', fc.double({ noNaN: true, noDefaultInfinity: true })),
  leaf(0x00200013, 'IS', fc.nat(99_999).map(String)),
  leaf(0x00280010, 'US', fc.nat(0xffff)),
  leaf(0x00280103, 'US', fc.constantFrom(0, 1)),
  leaf(0x00281201, 'OW', WORDS),
  leaf(0x00282000, 'OB', fc.constantFrom(new Uint8Array(2), new Uint8Array(100_000))),
  leaf(0x0040a160, 'UT', TEXT),
];
function tagOf(piece) {
  return piece.tag ?? 0;
}
/** Distinct elements in the order of the standard. */
function ordered(pieces) {
  const byTag = new Map(pieces.map((piece) => [tagOf(piece), piece]));
  return [...byTag.values()].sort((a, b) => tagOf(a) - tagOf(b));
}
const SEQUENCES = [0x00081140, 0x00082112, 0x00181234, 0x0040a730, 0x52009229];
/** Data sets without a fault, sequences in each other and all kinds of bounds among them. */
const { dataset } = fc.letrec((tie) => ({
  dataset: fc
    .array(fc.oneof({ maxDepth: 3 }, ...LEAVES, tie('nested')), { maxLength: 12 })
    .map(ordered),
  nested: fc
    .record({
      tag: fc.constantFrom(...SEQUENCES),
      items: fc.array(fc.tuple(tie('dataset'), fc.boolean()), { maxLength: 3 }),
      open: fc.boolean(),
    })
    .map(({ tag, items, open }) =>
      sequence(
        tag,
        items.map(([inside, openItem]) => item(inside, openItem ? OPEN : {})),
        open ? OPEN : {},
      ),
    ),
}));
/** Sound data sets, with pixel data behind them or not. */
export const anyElements = fc
  .tuple(dataset, fc.boolean())
  .map(([elements, pixels]) =>
    pixels ? [...elements, [0x7fe00010, 'OW', [1, 2, 3, 4]]] : elements,
  );
export const anySyntax = fc.constantFrom(
  SYNTAX.explicitLittle,
  SYNTAX.implicitLittle,
  SYNTAX.explicitBig,
);
/** Elements at fault that take nothing from those behind them: each with the way a pass tells it. */
export const FAULTS = [
  [0x00081050, 'PN', Uint8Array.of(0x41), { pad: false }],
  [0x00081050, 'PN', Uint8Array.of(0x41), { length: 1 }],
  sequence(0x00081110, [[[0x00081155, 'UI', Uint8Array.of(0x31), { pad: false }]]], OPEN),
  sequence(
    0x00081110,
    [item([[0x00081155, 'UI', '1.2']], { ...OPEN, delimiter: new Uint8Array(0) })],
    OPEN,
  ),
  sequence(0x00081110, [item([[0x00081155, 'UI', '1.2']], { length: 500 })]),
];
