// The header of a CT slice as a scanner writes it: some 125 elements, seven sequences with and
// without delimiters, and private blocks whose elements the writer knew no VR for.

import { delimited, uid } from '../../fixtures/make/write-dicom.mjs';

/** @typedef {import('../../fixtures/make/write-dicom.mjs').Element} Element */

/**
 * @typedef {object} Slice
 * @property {string} sopInstanceUID
 * @property {number} instanceNumber
 * @property {number} matrix rows and columns
 * @property {readonly number[]} position Image Position (Patient)
 */

const CT_IMAGE = '1.2.840.10008.5.1.4.1.1.2';
const STUDY_COMPONENT_MANAGEMENT = '1.2.840.10008.3.1.2.3.1';
const PERFORMED_PROCEDURE_STEP = '1.2.840.10008.3.1.2.3.3';

/** Side of the field of view in millimetres. */
export const FIELD = 384;

/**
 * All elements before the pixel data.
 * @param {Slice} slice
 * @returns {readonly Element[]}
 */
export function ctHeader(slice) {
  return [
    ...identification(slice),
    ...references(),
    ...patient(),
    ...acquisition(slice),
    ...relationship(slice),
    ...image(slice),
    ...PRIVATE_IMAGE,
    ...procedure(),
  ];
}

/** @param {Slice} slice */
function identification({ sopInstanceUID, instanceNumber }) {
  const time = timeOf(instanceNumber);
  return [
    [0x00080005, 'CS', 'ISO_IR 100'],
    [0x00080008, 'CS', ['ORIGINAL', 'PRIMARY', 'AXIAL', 'CT_SOM5 SPI']],
    [0x00080016, 'UI', CT_IMAGE],
    [0x00080018, 'UI', sopInstanceUID],
    [0x00080020, 'DA', '20240115'],
    [0x00080021, 'DA', '20240115'],
    [0x00080022, 'DA', '20240115'],
    [0x00080023, 'DA', '20240115'],
    [0x00080030, 'TM', '101459.203000'],
    [0x00080031, 'TM', '101702.187000'],
    [0x00080032, 'TM', time],
    [0x00080033, 'TM', time],
    [0x00080050, 'SH', '4711'],
    [0x00080060, 'CS', 'CT'],
    [0x00080070, 'LO', 'framedex'],
    [0x00080080, 'LO', 'Synthetic hospital'],
    [0x00080081, 'ST', 'Nowhere 1, 00000 Nowhere'],
    [0x00080090, 'PN', 'Nobody^At^All'],
    [0x00081010, 'SH', 'CT00001'],
    [0x00081030, 'LO', 'Synthetic chest'],
  ];
}

function references() {
  return [
    [0x00081032, 'SQ', delimited([code('CTCHEST', 'CT of the chest')])],
    [0x0008103e, 'LO', 'Chest 1.25  B31f'],
    [0x00081050, 'PN', 'Nobody^Else'],
    [0x00081070, 'PN', 'Operator^One'],
    [0x00081090, 'LO', 'Phantom 64'],
    [0x00081110, 'SQ', delimited([reference(STUDY_COMPONENT_MANAGEMENT, 'study')])],
    [0x00081111, 'SQ', [reference(PERFORMED_PROCEDURE_STEP, 'step')]],
    [0x00081140, 'SQ', delimited([reference(CT_IMAGE, 'scout'), reference(CT_IMAGE, 'topogram')])],
    [0x00090010, 'LO', 'FRAMEDEX BENCH GEMS'],
    [0x00091001, 'UN', privateBytes(1, 128)],
  ];
}

/** @param {string} value @param {string} meaning */
function code(value, meaning) {
  return [
    [0x00080100, 'SH', value],
    [0x00080102, 'SH', '99FRAMEDEX'],
    [0x00080104, 'LO', meaning],
  ];
}

/** @param {string} sopClass @param {string} name */
function reference(sopClass, name) {
  return [
    [0x00081150, 'UI', sopClass],
    [0x00081155, 'UI', uid(`bench ${name}`)],
  ];
}

function patient() {
  return [
    [0x00100010, 'PN', 'Sample^Bench'],
    [0x00100020, 'LO', 'BENCH'],
    [0x00100030, 'DA', '19700101'],
    [0x00100040, 'CS', 'O'],
    [0x00101010, 'AS', '054Y'],
    [0x00101030, 'DS', 75],
  ];
}

/** @param {Slice} slice */
function acquisition({ instanceNumber }) {
  return [
    [0x00180015, 'CS', 'CHEST'],
    [0x00180050, 'DS', 1.25],
    [0x00180060, 'DS', 120],
    [0x00180090, 'DS', 500],
    [0x00181000, 'LO', '00001'],
    [0x00181020, 'LO', 'synthetic 1.0'],
    [0x00181030, 'LO', 'Chest routine'],
    [0x00181100, 'DS', FIELD],
    [0x00181110, 'DS', 1040],
    [0x00181111, 'DS', 570],
    [0x00181120, 'DS', 0],
    [0x00181130, 'DS', 145.5],
    [0x00181140, 'CS', 'CW'],
    [0x00181150, 'IS', 500],
    [0x00181151, 'IS', 200 + (instanceNumber % 90)],
    [0x00181152, 'IS', 100],
    [0x00181160, 'SH', 'FLAT'],
    [0x00181170, 'IS', 30],
    [0x00181190, 'DS', 1.2],
    [0x00181210, 'SH', 'B31f'],
    [0x00185100, 'CS', 'HFS'],
    [0x00189311, 'FD', 0.95],
    [0x00189345, 'FD', 7.0625],
  ];
}

/** @param {Slice} slice */
function relationship({ instanceNumber, position }) {
  return [
    [0x0020000d, 'UI', uid('bench study')],
    [0x0020000e, 'UI', uid('bench series')],
    [0x00200010, 'SH', '1'],
    [0x00200011, 'IS', 2],
    [0x00200012, 'IS', 1],
    [0x00200013, 'IS', instanceNumber],
    [0x00200032, 'DS', position],
    [0x00200037, 'DS', [1, 0, 0, 0, 1, 0]],
    [0x00200052, 'UI', uid('bench frame of reference')],
    [0x00201040, 'LO', ''],
    [0x00201041, 'DS', position[2]],
    [0x00204000, 'LT', 'Synthetic, of a phantom of ellipsoids'],
  ];
}

/** @param {Slice} slice */
function image({ matrix }) {
  return [
    [0x00280002, 'US', 1],
    [0x00280004, 'CS', 'MONOCHROME2'],
    [0x00280010, 'US', matrix],
    [0x00280011, 'US', matrix],
    [0x00280030, 'DS', [FIELD / matrix, FIELD / matrix]],
    [0x00280100, 'US', 16],
    [0x00280101, 'US', 12],
    [0x00280102, 'US', 11],
    [0x00280103, 'US', 0],
    [0x00281050, 'DS', [40, -500]],
    [0x00281051, 'DS', [400, 1500]],
    [0x00281052, 'DS', -1024],
    [0x00281053, 'DS', 1],
    [0x00281055, 'LO', ['WINDOW1', 'WINDOW2']],
  ];
}

/** @type {readonly Element[]} */
const PRIVATE_IMAGE = [
  [0x00290010, 'LO', 'FRAMEDEX BENCH CSA HEADER'],
  [0x00291008, 'CS', 'SOM 5 NULL'],
  [0x00291009, 'LO', 'VC10A 20240115'],
  [0x00291010, 'UN', privateBytes(2, 1024)],
  [0x00291018, 'CS', 'SERIES'],
  [0x00291020, 'UN', privateBytes(3, 512)],
];

/**
 * Mostly zeros, as private headers are: fields of a fixed length, a few bytes of each in use.
 * @param {number} seed @param {number} length
 */
function privateBytes(seed, length) {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 16) bytes.writeUInt32LE(seed * 0x01010101 + at, at);
  return bytes;
}

function procedure() {
  return [
    [0x00321060, 'LO', 'CT chest'],
    [0x00400244, 'DA', '20240115'],
    [0x00400245, 'TM', '101459.203000'],
    [0x00400253, 'SH', 'STEP1'],
    [0x00400254, 'LO', 'CT chest'],
    [0x00400260, 'SQ', [code('CHESTRT', 'Chest routine')]],
    [0x00400275, 'SQ', delimited([request()])],
  ];
}

function request() {
  return [
    [0x00400007, 'LO', 'CT chest'],
    [0x00400008, 'SQ', [code('CHESTRT', 'Chest routine')]],
    [0x00400009, 'SH', 'SPS1'],
    [0x00401001, 'SH', 'RP1'],
  ];
}

/** The time of an acquisition that takes a quarter of a second a slice. @param {number} instanceNumber */
function timeOf(instanceNumber) {
  const seconds = instanceNumber / 4;
  const pad = (/** @type {number} */ value) => String(value).padStart(2, '0');
  const whole = Math.floor(seconds);
  const [hour, minute] = [10 + Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const fraction = String(Math.round((seconds - whole) * 1e6)).padStart(6, '0');
  return `${pad(hour)}${pad(minute)}${pad(whole % 60)}.${fraction}`;
}
