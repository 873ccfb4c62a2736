// W2 with functional groups: an enhanced CT whose frames each say where they are, how large their
// pixels are and what these mean (PS3.3 C.7.6.16), with next to no pixels.

import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import {
  delimited,
  delimitedItem,
  dicomFile,
  elementHead,
  encodeElements,
  EXPLICIT_LITTLE,
  item,
  PIXEL_DATA,
  SEQUENCE_DELIMITER,
  uid,
  UNDEFINED_LENGTH,
} from '../../fixtures/make/write-dicom.mjs';
import { checksumOf } from './checksum.mjs';
import { objectLine } from './header-line.mjs';

/** @typedef {import('../../fixtures/make/write-dicom.mjs').Element} Element */

/**
 * @typedef {object} FunctionalGroupsShape
 * @property {number} frames
 * @property {number} matrix rows and columns
 * @property {'undefined' | 'defined'} lengths of all sequences and items
 */

const ENHANCED_CT = '1.2.840.10008.5.1.4.1.1.2.1';
const PER_FRAME = 0x52009230;

/** Slices of a stack; every further stack is a later point in time. */
const STACK = 100;

/**
 * @param {string} folder
 * @param {FunctionalGroupsShape} shape
 */
export function functionalGroupsFile(folder, shape) {
  const { frames, matrix } = shape;
  const path = join(folder, 'enhanced.dcm');
  const sopInstanceUID = uid(`bench enhanced ${frames}`);
  const groups = perFrameGroups(shape);
  const head = Buffer.concat([header(sopInstanceUID, shape), groups]);
  const pixelLength = 2 * frames * matrix ** 2;

  const descriptor = openSync(path, 'w');
  writeSync(descriptor, head);
  writeSync(descriptor, elementHead(PIXEL_DATA, 'OW', pixelLength));
  writeSync(descriptor, Buffer.alloc(pixelLength, 1));
  closeSync(descriptor);
  return {
    file: path,
    ...shape,
    groupsLength: groups.length,
    headerLength: head.length + 12,
    expected: {
      open: checksumOf(objectLine(sopInstanceUID, frames, matrix, matrix)),
      positions: checksumOf(Float64Array.from({ length: 3 * frames }, (_, i) => coordinate(i))),
    },
  };
}

/** Image Position (Patient) of a frame. @param {number} frame */
function positionOf(frame) {
  return [0, 1, 2].map((axis) => coordinate(3 * frame + axis));
}

/** Of all positions one after the other. @param {number} i */
function coordinate(i) {
  const frame = Math.floor(i / 3);
  return [-191.5, -201.25, -312.5 + 1.25 * frame][i % 3];
}

/** Everything before the per-frame groups. @param {string} sopInstanceUID @param {FunctionalGroupsShape} shape */
function header(sopInstanceUID, { frames, matrix, lengths }) {
  const sequence = lengths === 'undefined' ? delimited : (/** @type {Element[][]} */ of) => of;
  const organization = uid('bench dimensions');
  const index = (/** @type {string} */ pointer, /** @type {string} */ group) => [
    [0x00209164, 'UI', organization],
    [0x00209165, 'AT', Buffer.from(pointer, 'hex')],
    [0x00209167, 'AT', Buffer.from(group, 'hex')],
  ];
  return dicomFile(EXPLICIT_LITTLE, [
    [0x00080008, 'CS', ['ORIGINAL', 'PRIMARY', 'VOLUME', 'NONE']],
    [0x00080016, 'UI', ENHANCED_CT],
    [0x00080018, 'UI', sopInstanceUID],
    [0x00080060, 'CS', 'CT'],
    [0x00100010, 'PN', 'Sample^Bench'],
    [0x00100020, 'LO', 'BENCH'],
    [0x0020000d, 'UI', uid('bench study')],
    [0x0020000e, 'UI', uid('bench enhanced series')],
    [0x00200013, 'IS', 1],
    [0x00200052, 'UI', uid('bench frame of reference')],
    [0x00209221, 'SQ', sequence([[[0x00209164, 'UI', organization]]])],
    // Stack ID and In-Stack Position Number, both of the Frame Content Sequence.
    [0x00209222, 'SQ', sequence([index('20005690', '20001191'), index('20005790', '20001191')])],
    [0x00280002, 'US', 1],
    [0x00280004, 'CS', 'MONOCHROME2'],
    [0x00280008, 'IS', frames],
    [0x00280010, 'US', matrix],
    [0x00280011, 'US', matrix],
    [0x00280100, 'US', 16],
    [0x00280101, 'US', 12],
    [0x00280102, 'US', 11],
    [0x00280103, 'US', 0],
    [0x52009229, 'SQ', sequence([[[0x00189329, 'SQ', sequence([FRAME_TYPE])]]])],
  ]);
}

/** CT Image Frame Type, the same for all frames. */
const FRAME_TYPE = [
  [0x00089007, 'CS', ['ORIGINAL', 'PRIMARY', 'VOLUME', 'NONE']],
  [0x00089205, 'CS', 'MONOCHROME'],
  [0x00089206, 'CS', 'VOLUME'],
  [0x00089207, 'CS', 'NONE'],
];

/** The sequence as a whole. @param {FunctionalGroupsShape} shape */
function perFrameGroups({ frames, lengths }) {
  const isUndefined = lengths === 'undefined';
  const items = Array.from({ length: frames }, (_, frame) =>
    isUndefined
      ? delimitedItem(encodeElements(groupsOf(frame, delimited)))
      : item(encodeElements(groupsOf(frame, (of) => of))),
  );
  if (isUndefined) items.push(item(new Uint8Array(0), SEQUENCE_DELIMITER));
  const bytes = Buffer.concat(items);
  const length = isUndefined ? UNDEFINED_LENGTH : bytes.length;
  return Buffer.concat([elementHead(PER_FRAME, 'SQ', length), bytes]);
}

/**
 * Frame content, position, orientation, pixel measures, window and rescaling of a frame.
 * @param {number} frame
 * @param {(items: readonly Element[][]) => unknown} sequence
 * @returns {readonly Element[]}
 */
function groupsOf(frame, sequence) {
  const stack = 1 + Math.floor(frame / STACK);
  const inStack = 1 + (frame % STACK);
  const content = [
    [0x00189151, 'DT', `20240115${101500 + (stack % 60)}`],
    [0x00209056, 'SH', stack],
    [0x00209057, 'UL', inStack],
    [0x00209157, 'UL', [stack, inStack]],
  ];
  const measures = [
    [0x00180050, 'DS', 1.25],
    [0x00280030, 'DS', [0.75, 0.75]],
  ];
  const window = [
    [0x00281050, 'DS', 40],
    [0x00281051, 'DS', 400],
  ];
  const rescaling = [
    [0x00281052, 'DS', -1024],
    [0x00281053, 'DS', 1],
    [0x00281054, 'LO', 'HU'],
  ];
  return [
    [0x00209111, 'SQ', sequence([content])],
    [0x00209113, 'SQ', sequence([[[0x00200032, 'DS', positionOf(frame)]]])],
    [0x00209116, 'SQ', sequence([[[0x00200037, 'DS', [1, 0, 0, 0, 1, 0]]]])],
    [0x00289110, 'SQ', sequence([measures])],
    [0x00289132, 'SQ', sequence([window])],
    [0x00289145, 'SQ', sequence([rescaling])],
  ];
}
