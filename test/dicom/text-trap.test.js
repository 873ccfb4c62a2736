import { describe, expect, it } from 'vitest';
import { isFramedexError } from '../../src/errors.js';
import { dicom, SYNTAX } from '../support/build-dicom.js';
import { headerOf } from '../support/header-of.js';
const MEBI = 2 ** 20;
const NAME = [0x00100010, 'PN', 'Doe^Jane'];
/** Standard elements of every VR of text, whose values are made sense of. */
const ELEMENTS = [
  ['AE', 0x00080054],
  ['AS', 0x00101010],
  ['CS', 0x00080008],
  ['DA', 0x00080020],
  ['DS', 0x00200032],
  ['DT', 0x0008002a],
  ['IS', 0x00200013],
  ['LO', 0x00081030],
  ['LT', 0x00104000],
  ['PN', 0x00081050],
  ['SH', 0x00081010],
  ['ST', 0x00080081],
  ['TM', 0x00080030],
  ['UC', 0x00083011],
  ['UI', 0x00080018],
  ['UR', 0x00081190],
  ['UT', 0x0040a160],
];
/** What makes expressions go back again and again: long runs that fail only at their end. */
const TRAPS = [
  ['blanks', `${' '.repeat(MEBI - 2)}x `],
  ['blanks before and behind', `x${' '.repeat(MEBI - 2)}x`],
  ['NUL', `${'\0'.repeat(MEBI - 1)}x`],
  ['digits', `${'1'.repeat(MEBI - 1)}x`],
  ['components of a UID', `${'1.'.repeat(MEBI / 2 - 1)}x.`],
  ['signs', '+-'.repeat(MEBI / 2)],
  ['exponents', '1e'.repeat(MEBI / 2)],
  ['colons', '10:'.repeat(MEBI / 3)],
  ['carets and equals signs', '^='.repeat(MEBI / 2)],
  ['backslashes', '\\'.repeat(MEBI)],
  ['escapes', '\x1b$B'.repeat(MEBI / 3)],
];
/** That nothing is quadratic shows in that this ends at all: 2 ** 40 steps take longer than a test may. */
describe('N27 a mebibyte of text', () => {
  it.each(TRAPS)('of %s is read in linear time, whatever its VR', async (_, trap) => {
    const text = new TextEncoder().encode(trap);
    const limits = { maxRetainedValueBytes: 2 * MEBI };
    for (const sets of ['', '\\ISO 2022 IR 87']) {
      // Only implicit VR lets values of all VRs be as long as that.
      const elements = ELEMENTS.map(([vr, tag]) => [tag, vr, text]);
      const { bytes } = dicom({
        transferSyntax: SYNTAX.implicitLittle,
        elements: [[0x00080005, 'CS', sets], ...elements, NAME],
      });
      const { dataset } = await headerOf(bytes, { limits });
      for (const [, tag] of ELEMENTS) {
        orFault(() => (sets === '' ? dataset.get(tag) : dataset.element(tag)?.values));
      }
      if (sets === '') orFault(() => JSON.stringify(dataset).length);
      expect(dataset.get('PatientName')).toBe('Doe^Jane');
    }
  });
  it.each(TRAPS)('of %s names no transfer syntax', async (_, trap) => {
    const text = new TextEncoder().encode(trap).subarray(0, 65_534);
    const meta = [[0x00020010, 'UI', text]];
    const { dataset, warnings } = await headerOf(dicom({ meta, elements: [NAME] }).bytes);
    expect(dataset.get('PatientName')).toBe('Doe^Jane');
    for (const { message } of warnings.list) expect(message.length).toBeLessThan(300);
  });
  it('of a keyword is none, and is not repeated', async () => {
    const { dataset } = await headerOf(dicom({ elements: [NAME] }).bytes);
    for (const [, trap] of TRAPS) {
      try {
        dataset.get(trap);
        expect.unreachable();
      } catch (error) {
        expect(error).toMatchObject({ code: 'USAGE' });
        expect(String(error).length).toBeLessThan(1000);
      }
    }
  });
});
describe('N28 names of JavaScript in a file', () => {
  const HOSTILE = [
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    '__defineGetter__',
  ];
  it('are values as others, and no key that is not a tag', async () => {
    const elements = [
      [0x00080005, 'CS', '__proto__'],
      [0x00090010, 'LO', '__proto__'],
      [0x00091001, 'LO', 'constructor'],
      [0x00100010, 'PN', '__proto__^constructor=toString'],
    ];
    const { dataset } = await headerOf(dicom({ elements }).bytes);
    const json = dataset.toJSON();
    expect(Object.getPrototypeOf(json)).toBeNull();
    expect(Object.keys(json)).toEqual(['00080005', '00090010', '00091001', '00100010']);
    expect(JSON.parse(JSON.stringify(json))).toMatchObject({
      '00090010': { vr: 'LO', Value: ['__proto__'] },
      '00091001': { vr: 'LO', Value: ['constructor'] },
    });
    expect({}['polluted']).toBeUndefined();
  });
  it('name no element', async () => {
    const { dataset } = await headerOf(dicom({ elements: [NAME] }).bytes);
    for (const name of HOSTILE) {
      for (const ask of [
        () => dataset.get(name),
        () => dataset.element(name),
        () => dataset.has(name),
      ]) {
        expect(ask).toThrow(expect.objectContaining({ code: 'USAGE' }));
      }
    }
  });
});
function orFault(action) {
  try {
    action();
  } catch (error) {
    if (!isFramedexError(error)) throw error;
  }
}
