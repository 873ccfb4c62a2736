import { imagePixel, item, sequence } from './build-dicom.js';
const OPEN = { undefinedLength: true };
export const NAME = [0x00100010, 'PN', 'Doe^Jane'];
/** A bit of everything. */
export const VARIED = [
  [0x00080005, 'CS', 'ISO_IR 100'],
  [0x00080008, 'CS', ['ORIGINAL', 'PRIMARY']],
  [0x00080020, 'DA', '20260102'],
  sequence(0x00081140, [[[0x00081155, 'UI', '1.2.3']], item([NAME], OPEN)], OPEN),
  sequence(0x00082112, [[sequence(0x0040a170, [[[0x00080100, 'SH', 'CODE']]])], []]),
  [0x00090010, 'LO', 'VENDOR'],
  [0x00091001, 'UN', Uint8Array.of(1, 2, 3, 4)],
  NAME,
  [0x00189073, 'FD', 12.5],
  [0x00200013, 'IS', '7'],
  [0x00200032, 'DS', ['1.5', '-2', '3']],
  ...imagePixel({ rows: 4, columns: 4 }),
  [0x00281201, 'OW', Array.from({ length: 20 }, (_, k) => k)],
];
/** The same with more of it: about 2 KiB. */
export const LARGER = [
  ...VARIED,
  [0x00290010, 'LO', 'VENDOR'],
  ...Array.from({ length: 75 }, (_, k) => [0x00291000 + k, 'LO', `a value ${k}`]),
];
export const PIXELS = [0x7fe00010, 'OW', new Uint8Array(32)];
