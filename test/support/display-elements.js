import { sequence } from './build-dicom.js';
/** Elements that say how frames are shown: functional group macros, tables, maps. */
export const transformation = (slope, intercept) =>
  sequence(0x00289145, [
    [
      [0x00281052, 'DS', intercept],
      [0x00281053, 'DS', slope],
    ],
  ]);
export const window = (center, width) =>
  sequence(0x00289132, [
    [
      [0x00281050, 'DS', center],
      [0x00281051, 'DS', width],
    ],
  ]);
export const measures = (spacing) => sequence(0x00289110, [[[0x00280030, 'DS', spacing]]]);
export const shared = (...macros) => sequence(0x52009229, [macros]);
export const perFrame = (...frames) => sequence(0x52009230, frames);
export const lut = (descriptor, vr, data, dvr = 'US') => [
  [0x00283002, dvr, descriptor],
  [0x00283003, 'LO', 'table'],
  [0x00283006, vr, data],
];
export const frameVoi = (...elements) => sequence(0x00289132, [elements]);
export const presentation = (text) => [0x00089205, 'CS', text];
export const frameType = (text) => sequence(0x00189226, [[presentation(text)]]);
export const realWorld = (label) =>
  sequence(0x00409096, [
    [
      [0x00409210, 'SH', label],
      [0x00409211, 'US', 9],
      [0x00409216, 'US', 0],
      [0x00409224, 'FD', [0]],
      [0x00409225, 'FD', [1]],
    ],
  ]);
export const PALETTE = [
  [0x00281101, 'US', [2, 4, 16]],
  [0x00281102, 'US', [2, 4, 16]],
  [0x00281103, 'US', [2, 4, 16]],
  [0x00281201, 'OW', [1, 0x900]],
  [0x00281202, 'OW', [1, 0x900]],
  [0x00281203, 'OW', [1, 0x900]],
];
