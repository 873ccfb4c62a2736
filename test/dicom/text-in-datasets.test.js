import { describe, expect, it } from 'vitest';
import { isFramedexError } from '../../src/errors.js';
import { dicom, item, sequence } from '../support/build-dicom.js';
import { headerOf } from '../support/header-of.js';
const CYRILLIC = Uint8Array.of(0xb8, 0xd2, 0xd0, 0xdd); // in ISO 8859-5
const LATIN = Uint8Array.of(0x4d, 0xfc, 0x6c, 0x20); // in ISO 8859-1
describe('the character set of text (PS3.3 C.12.1.1.2)', () => {
  it('L14: applies to what stands before it, and to items without one of their own', async () => {
    const { bytes } = dicom({
      elements: [
        [0x00080001, 'LO', CYRILLIC],
        [0x00080005, 'CS', 'ISO_IR 144'],
        sequence(0x00081140, [
          item([[0x00081030, 'LO', CYRILLIC]]),
          item([
            [0x00081030, 'LO', LATIN],
            [0x00081040, 'LO', LATIN],
          ]),
          item([
            [0x00080005, 'CS', 'ISO_IR 100'],
            [0x00081030, 'LO', LATIN],
          ]),
        ]),
        [0x00100010, 'PN', CYRILLIC],
      ],
    });
    const { dataset } = await headerOf(bytes);
    expect(dataset.element(0x00080001)?.values).toEqual(['Иван']);
    expect(dataset.get('ReferencedImageSequence.0.StudyDescription')).toBe('Иван');
    expect(dataset.get('ReferencedImageSequence.1.StudyDescription')).toBe('Mќl');
    expect(dataset.get('ReferencedImageSequence.2.StudyDescription')).toBe('Mül');
    expect(dataset.get('PatientName')).toBe('Иван');
  });
  it('L14: a set in one item says nothing of the next, nor of what is around it', async () => {
    const { bytes } = dicom({
      elements: [
        sequence(0x00081140, [
          item([
            [0x00080005, 'CS', 'ISO_IR 144'],
            [0x00081030, 'LO', CYRILLIC],
          ]),
          item([[0x00081030, 'LO', LATIN]]),
        ]),
        [0x00100010, 'PN', LATIN],
      ],
    });
    const { dataset, warnings } = await headerOf(bytes);
    expect(dataset.get('ReferencedImageSequence.0.StudyDescription')).toBe('Иван');
    expect(dataset.get('ReferencedImageSequence.1.StudyDescription')).toBe('Mül');
    expect(dataset.get('PatientName')).toBe('Mül');
    // Latin 1 is what they most likely mean, and a guess.
    expect(warnings.list.map(({ code }) => code)).toEqual(['CHARACTER_SET', 'CHARACTER_SET']);
  });
});
/** PS3.5 6.1.3 and 6.2: what padding is, and which controls text has; PS3.3 C.12.1.1.2. */
describe('text at fault', () => {
  const latin = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));
  it.each([
    ['M15: text padded with NUL', 0x00081030, 'LO', 'abc\0', '', 'abc', ['BAD_VALUE']],
    ['M15: a code padded with NUL', 0x00080060, 'CS', 'CT1\0', '', 'CT1', ['BAD_VALUE']],
    ['M15: a number padded with NUL', 0x00200013, 'IS', '7\0', '', 7, ['BAD_VALUE']],
    ['M15: a UID padded with one NUL', 0x00080018, 'UI', '1.2.3\0', '', '1.2.3', []],
    ['M15: a UID padded with two', 0x00080018, 'UI', '1.22\0\0', '', '1.22', ['BAD_VALUE']],
    ['M04: C1 in Latin 1', 0x00081030, 'LO', 'a\x85bc', 'ISO_IR 100', 'a\x85bc', ['BAD_VALUE']],
    ['M04: C1 in a name', 0x00100010, 'PN', 'a\x9bbc', 'ISO_IR 100', 'a\x9bbc', ['BAD_VALUE']],
    ['M04: C1 in UTF-8', 0x00104000, 'LT', 'a\xc2\x85', 'ISO_IR 192', 'a\x85', ['BAD_VALUE']],
    ['L11: ESC in UTF-8', 0x00081030, 'LO', '\x1b-Fa', 'ISO_IR 192', '\x1b-Fa', ['CHARACTER_SET']],
    ['L11: ESC in GB18030', 0x00081030, 'LO', '\x1b-Fa', 'GB18030', '\x1b-Fa', ['CHARACTER_SET']],
    [
      ...['M04 L02: bytes that are no UTF-8, and too many of them', 0x00081030, 'LO'],
      ...['\xff'.repeat(70), 'ISO_IR 192', '\ufffd'.repeat(70), ['CHARACTER_SET', 'BAD_VALUE']],
    ],
  ])('%s', async (_, tag, vr, text, term, expected, codes) => {
    const { bytes } = dicom({
      elements: [
        [0x00080005, 'CS', term],
        [tag, vr, latin(text)],
      ],
    });
    const { dataset, warnings } = await headerOf(bytes);
    for (let k = 0; k < 2; k++) {
      expect(dataset.get(tag)).toBe(expected);
      expect(dataset.element(tag)?.written).toHaveLength(1);
    }
    expect(warnings.list.map(({ code, tag: at }) => [code, at])).toEqual(
      codes.map((code) => [code, tag]),
    );
    const strict = (await headerOf(bytes, { strict: true })).dataset;
    if (codes[0] === undefined) expect(strict.get(tag)).toBe(expected);
    else expect(thrownBy(() => strict.get(tag)).code).toBe(codes[0]);
  });
});
/** The fault that a call throws. */
function thrownBy(call) {
  try {
    call();
  } catch (error) {
    if (isFramedexError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
describe('text of a patient', () => {
  const SECRET = 'Zebulon';
  const text = (bytes) => new TextEncoder().encode(bytes);
  it('Q05: is in no warning and in no error, whatever is wrong with it', async () => {
    const vrs = 'AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT'.split(' ');
    const broken = vrs.map((vr, k) => [
      0x00091000 + k,
      vr,
      text(`${SECRET}\u0001^ä=${'x'.repeat(k % 2 === 0 ? 200 : 1)}\\${SECRET}  `.slice(0, 210)),
    ]);
    const known = [
      [0x00080020, 'DA', text(`${SECRET} `)],
      [0x00080030, 'TM', text(`${SECRET} `)],
      [0x00100010, 'PN', text(`${SECRET}=a=b=c=${SECRET} `)],
      [0x00100030, 'DA', text(`${SECRET} `)],
      [0x00101010, 'AS', text(`${SECRET} `)],
      [0x00200013, 'IS', text(`${SECRET} `)],
      [0x00280010, 'LO', text(`${SECRET} `)],
      [0x00280030, 'DS', text(`${SECRET} `)],
    ];
    const { bytes } = dicom({ elements: [...known.slice(0, 2), ...broken, ...known.slice(2)] });
    const { dataset, warnings } = await headerOf(bytes);
    for (const element of dataset)
      expect(element.value === undefined || element.tag > 0).toBe(true);
    expect(warnings.count).toBeGreaterThan(15);
    expect(JSON.stringify(warnings.list)).not.toContain(SECRET);
    const strict = await headerOf(bytes, { strict: true });
    let thrown = 0;
    for (const element of strict.dataset) {
      try {
        expect(element.value).not.toBeNull();
      } catch (error) {
        if (!isFramedexError(error)) throw error;
        thrown++;
        expect(`${error.message} ${JSON.stringify(error.details)}`).not.toContain(SECRET);
      }
    }
    expect(thrown).toBeGreaterThan(15);
  });
  it.each([['DOE^JANE'], ['ISO 2022 IR 6', 'DOE^JANE'], ['', 'ISO 2022 IR 999 JANE DOE']])(
    'Q05: in Specific Character Set is in no message: %j %j',
    async (...terms) => {
      const elements = [
        [0x00080005, 'CS', terms],
        sequence(0x00081140, [
          [
            [0x00080005, 'CS', terms],
            [0x00081030, 'LO', 'a'],
          ],
        ]),
        [0x00100010, 'PN', 'Roe'],
      ];
      const { bytes } = dicom({ elements });
      const { dataset, warnings } = await headerOf(bytes);
      JSON.stringify(dataset);
      expect(warnings.list.filter(({ code }) => code === 'CHARACTER_SET')).toHaveLength(2);
      expect(JSON.stringify(warnings.list)).not.toMatch(/doe|jane/i);
      const strict = (await headerOf(bytes, { strict: true })).dataset;
      for (const like of ['PatientName', 'ReferencedImageSequence.0.StudyDescription']) {
        const error = thrownBy(() => strict.get(like));
        expect(error.code).toBe('CHARACTER_SET');
        expect(`${error.message} ${JSON.stringify(error.details)}`).not.toMatch(/doe|jane/i);
      }
    },
  );
  it('Q01: is given as it is, markup and addresses too: text is data', async () => {
    const { bytes } = dicom({
      elements: [
        [0x00080005, 'CS', 'ISO_IR 192'],
        [0x00081190, 'UR', 'javascript:alert(1)'],
        [0x00104000, 'LT', '<img src=x onerror=alert(1)>'],
      ],
    });
    const { dataset } = await headerOf(bytes);
    expect(dataset.get('RetrieveURL')).toBe('javascript:alert(1)');
    expect(dataset.get('PatientComments')).toBe('<img src=x onerror=alert(1)>');
    expect(JSON.parse(JSON.stringify(dataset))).toMatchObject({
      '00104000': { vr: 'LT', Value: ['<img src=x onerror=alert(1)>'] },
    });
  });
});
