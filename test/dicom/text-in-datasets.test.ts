import { describe, expect, it } from 'vitest';
import { isFramedexError } from '../../src/errors.ts';
import { dicom, item, sequence } from '../support/build-dicom.ts';
import type { ElementLike } from '../support/build-dicom.ts';
import { headerOf } from '../support/header-of.ts';

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

describe('text of a patient', () => {
  const SECRET = 'Zebulon';
  const text = (bytes: string): Uint8Array => new TextEncoder().encode(bytes);

  it('Q05: is in no warning and in no error, whatever is wrong with it', async () => {
    const vrs = 'AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT'.split(' ');
    const broken: ElementLike[] = vrs.map((vr, k) => [
      0x00091000 + k,
      vr,
      text(`${SECRET}\u0001^ä=${'x'.repeat(k % 2 === 0 ? 200 : 1)}\\${SECRET}  `.slice(0, 210)),
    ]);
    const known: ElementLike[] = [
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
