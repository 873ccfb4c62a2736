import { describe, expect, it } from 'vitest';
import type { Dataset, Element } from '../../src/dicom/dataset.ts';
import { isFramedexError } from '../../src/errors.ts';
import { dicom, encapsulated, sequence, SYNTAX } from '../support/build-dicom.ts';
import type { ElementLike } from '../support/build-dicom.ts';
import { headerOf } from '../support/header-of.ts';
import { codeOf, openBuilt } from '../support/open-built.ts';
import { SYNTAXES } from '../support/sequence-parts.ts';

async function datasetOf(
  elements: readonly ElementLike[],
  transferSyntax?: string,
): Promise<Dataset> {
  return (await headerOf(dicom({ transferSyntax, elements }).bytes)).dataset;
}

/** The code of what a call throws. */
function thrownBy(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return isFramedexError(error) ? error.code : error;
  }
}

describe('element.written', () => {
  it.each([
    ['DS', 0x00180050, '1.50 ', ['1.50']],
    ['DS', 0x00280030, ' 0.500\\+.5e0 ', ['0.500', '+.5e0']],
    ['IS', 0x00200013, ' +007', ['+007']],
    ['IS', 0x00200013, '  ', ['']],
    ['PN', 0x00100010, 'Doe^^^^=\u5c71^\u592a', ['Doe^^^^=\u5c71^\u592a']],
    ['PN', 0x00101001, 'A^B\\\\C^D ', ['A^B', '', 'C^D']],
    ['LT', 0x00104000, ' a\\b  ', [' a\\b']],
    ['UI', 0x00080018, '1.2.3', ['1.2.3']],
    ['DA', 0x00080020, '1997.07.04', ['1997.07.04']],
    ['LO', 0x00081030, '', []],
    ['US', 0x00280010, 5, []],
    ['OW', 0x00281201, [1, 2], []],
  ] as const)('of %s %j %j is %j', async (vr, tag, value, written) => {
    const charset: ElementLike = [0x00080005, 'CS', 'ISO_IR 192'];
    const dataset = await datasetOf([charset, [tag, vr, value]]);
    expect(dataset.element(tag)?.written).toEqual(written);
  });

  it('of what is no value has no text', async () => {
    const dataset = await datasetOf([
      sequence(0x00081140, [[[0x00081155, 'UI', '1.2']]]),
      encapsulated({ frames: [Uint8Array.of(1, 2)] }),
    ]);
    expect([...dataset].map(({ written }) => written)).toEqual([[], []]);
  });

  it.each([
    ['CHARACTER_SET', 'LO', 0x00081030, Uint8Array.of(0x41, 0xff)],
    ['BAD_VALUE', 'IS', 0x00200013, '12.5'],
    ['BAD_VALUE', 'CS', 0x00080060, 'ct'],
    ['BAD_VALUE', 'LT', 0x00104000, 'a\x01'],
    ['CHARACTER_SET', 'DA', 0x00080020, Uint8Array.of(0x32, 0xe9)],
  ] as const)('reports %s in %s once, whoever looks first', async (code, vr, tag, value) => {
    const charset: ElementLike = [0x00080005, 'CS', 'ISO_IR 192'];
    const { bytes } = dicom({ elements: [charset, [tag, vr, value]] });
    const { dataset, warnings } = await headerOf(bytes);
    for (let k = 0; k < 3; k++) expect(dataset.element(tag)?.written).toHaveLength(1);
    const ofCode = warnings.list.filter((warning) => warning.code === code);
    expect(ofCode.map((warning) => warning.tag)).toEqual([tag]);
    const before = warnings.count;
    // What was said of the text is not said again of the values.
    expect(dataset.element(tag)?.values).toBeDefined();
    expect(warnings.count).toBe(before);
    const strict = (await headerOf(bytes, { strict: true })).dataset.element(tag);
    for (let k = 0; k < 2; k++)
      expect(thrownBy(() => strict?.written)).toBe(warnings.list[0]?.code);
  });

  it('of numbers that are still in the file has no text either, and reads nothing', async () => {
    const table: ElementLike = [0x00281201, 'OW', new Uint8Array(200)];
    for (const asynchronous of [false, true]) {
      const limits = { maxRetainedValueBytes: 0 };
      const { file, source } = await openBuilt({ elements: [table] }, { asynchronous, limits });
      source.forget();
      const element = file.dataset.element(0x00281201);
      expect(element?.deferred).toBe(true);
      expect(thrownBy(() => element?.written)).toEqual([]);
      expect(source.reads).toEqual([]);
    }
  });
});

describe('element.bytes', () => {
  const elements: readonly ElementLike[] = [
    [0x00080060, 'CS', 'CT1'],
    sequence(0x00081140, [[[0x00280010, 'US', 0x0102]]]),
    [0x00180050, 'DS', '1.5'],
    [0x00280010, 'US', 0x0102],
    [0x00281201, 'OW', [0x0102, 0x0304]],
  ];

  it.each(SYNTAXES)('are those of the object, padding and byte order too: %s', async (syntax) => {
    const built = dicom({ transferSyntax: syntax, elements });
    const { dataset } = await headerOf(built.bytes);
    const big = syntax === SYNTAX.explicitBig;
    expect(dataset.element('Modality')?.bytes).toEqual(new TextEncoder().encode('CT1 '));
    expect(dataset.element('SliceThickness')?.bytes).toEqual(new TextEncoder().encode('1.5 '));
    for (const path of ['Rows', 'ReferencedImageSequence.0.Rows']) {
      expect(dataset.element(path)?.bytes).toEqual(big ? Uint8Array.of(1, 2) : Uint8Array.of(2, 1));
      expect(dataset.element(path)?.value).toBe(0x0102);
    }
    for (const element of dataset) {
      const { valueOffset, length, items } = element;
      if (items !== undefined) continue;
      expect(element.bytes).toEqual(built.bytes.slice(valueOffset, valueOffset + length));
    }
  });

  it('are a view: asked for twice, they are the same memory', async () => {
    const dataset = await datasetOf(elements);
    for (const path of ['Modality', 'RedPaletteColorLookupTableData', 'Rows']) {
      const [one, two] = [dataset.element(path)?.bytes, dataset.element(path)?.bytes];
      expect(one?.buffer).toBe(two?.buffer);
      expect(one?.byteOffset).toBe(two?.byteOffset);
    }
  });

  it('of a sequence and of fragments are none, and the error says so', async () => {
    const dataset = await datasetOf([
      sequence(0x00081140, [[[0x00081155, 'UI', '1.2']]]),
      encapsulated({ frames: [Uint8Array.of(1, 2)] }),
    ]);
    expect(thrownBy(() => dataset.element('ReferencedImageSequence')?.bytes)).toBe('BAD_LENGTH');
    expect(thrownBy(() => dataset.element('PixelData')?.bytes)).toBe('BAD_LENGTH');
  });

  it('of an empty value and an empty sequence are none at all', async () => {
    const dataset = await datasetOf([
      [0x00080060, 'CS', ''],
      [0x00280010, 'US', []],
    ]);
    expect([...dataset].map(({ bytes }) => bytes.length)).toEqual([0, 0]);
  });
});

describe('values that are still in the file', () => {
  const LONG = new Uint8Array(300).fill(7);
  const elements: readonly ElementLike[] = [
    [0x00080060, 'CS', 'CT'],
    sequence(0x00081140, [[], [[0x00282000, 'OB', LONG]]]),
    [0x00190010, 'LO', 'CREATOR'],
    [0x00191001, 'OB', LONG],
    [0x0040a160, 'UT', 'long '.repeat(60)],
    encapsulated({ frames: [Uint8Array.of(1, 2)] }),
  ];
  const limits = { maxRetainedValueBytes: 0 };
  const PATHS = ['ReferencedImageSequence.1.ICCProfile', '(0019,xx01,CREATOR)', 'TextValue'];

  it('say so, and where they lie', async () => {
    const { file } = await openBuilt({ elements }, { limits, asynchronous: true });
    const { dataset } = file;
    expect([...dataset].map(({ deferred }) => deferred)).toEqual([
      ...[false, false, false, true, true, true],
    ]);
    const profile = dataset.element('ReferencedImageSequence.1.ICCProfile');
    expect(profile?.deferred).toBe(true);
    expect(profile?.bulk).toEqual({ offset: profile?.valueOffset, length: 300 });
    const pixels = dataset.element('PixelData');
    expect(pixels?.bulk).toEqual({ offset: pixels?.valueOffset });
    expect(dataset.element('Modality')?.bulk).toBeUndefined();
    expect(dataset.element('ReferencedImageSequence')?.bulk).toBeUndefined();
  });

  it.each(PATHS)('%s is read now where that can be done at once', async (path) => {
    const { file, source } = await openBuilt({ elements }, { limits });
    source.forget();
    const value = path === 'TextValue' ? 'long '.repeat(60).trimEnd() : LONG;
    expect(file.dataset.get(path)).toEqual(value);
    expect(source.reads).toHaveLength(1);
    expect(file.dataset.element(path)?.bytes).toHaveLength(300);
    await expect(file.value(path)).resolves.toEqual(value);
  });

  it.each(PATHS)('%s is read by file.value where it cannot', async (path) => {
    const { file, source } = await openBuilt({ elements }, { limits, asynchronous: true });
    const { dataset } = file;
    expect(thrownBy(() => dataset.get(path))).toBe('VALUE_LIMIT');
    expect(thrownBy(() => dataset.element(path)?.bytes)).toBe('VALUE_LIMIT');
    expect(dataset.has(path)).toBe(true);
    source.forget();
    const value = path === 'TextValue' ? 'long '.repeat(60).trimEnd() : LONG;
    await expect(file.value(path)).resolves.toEqual(value);
    expect(source.reads).toEqual([[dataset.element(path)?.valueOffset, 300]]);
  });

  it.each(['explicitBig', 'deflated'] as const)('are right in %s', async (name) => {
    const words = Array.from({ length: 100 }, (_, k) => 0x0100 + k);
    const table: ElementLike = sequence(0x00283010, [[[0x00283006, 'OW', words]]]);
    const parts = { transferSyntax: SYNTAX[name], elements: [table] };
    const { file } = await openBuilt(parts, { limits, asynchronous: true });
    const value = await file.value('VOILUTSequence.0.LUTData');
    expect(value).toEqual(Uint16Array.from(words));
  });

  it('by file.value are those of get where they are in the header, absent or no name', async () => {
    const { file } = await openBuilt({ elements }, { limits, asynchronous: true });
    await expect(file.value('Modality')).resolves.toBe('CT');
    const items = await file.value('ReferencedImageSequence');
    expect(items).toEqual(file.dataset.get('ReferencedImageSequence'));
    await expect(file.value('ReferencedImageSequence.0.ICCProfile')).resolves.toBeUndefined();
    await expect(file.value('ReferencedImageSequence.2.ICCProfile')).resolves.toBeUndefined();
    await expect(file.value('Modality.0.ICCProfile')).resolves.toBeUndefined();
    await expect(file.value('(0019,xx01,OTHER)')).resolves.toBeUndefined();
    expect(await codeOf(file.value('ReferencedImageSequence.0.ICC'))).toBe('USAGE');
    expect(await codeOf(file.value('__proto__'))).toBe('USAGE');
    expect(await codeOf(file.value('PixelData'))).toBe('BAD_LENGTH');
  });

  it('C12: are not read beyond maxValueBytes', async () => {
    const reading = async (maxValueBytes: number): Promise<unknown> => {
      const options = { limits: { ...limits, maxValueBytes }, asynchronous: true };
      const { file } = await openBuilt({ elements }, options);
      return file.value('ReferencedImageSequence.1.ICCProfile');
    };
    await expect(reading(300)).resolves.toEqual(LONG);
    expect(await codeOf(reading(299))).toBe('VALUE_LIMIT');
  });
});

describe('enumeration', () => {
  const LESS: readonly ElementLike[] = [
    [0x00280010, 'US', 1],
    [0x00080060, 'CS', 'CT'],
    [0x00280010, 'US', 2],
    [0x00080060, 'CS', 'MR'],
  ];
  /** So many that they are looked up otherwise. */
  const MORE: readonly ElementLike[] = [
    ...Array.from({ length: 40 }, (_, k): ElementLike => [0x00091000 + k, 'US', k]),
    ...LESS,
  ];

  it.each([
    ['few', LESS],
    ['many', MORE],
  ])('of %s elements is in the order of the file, twice what stands twice', async (_, elements) => {
    const dataset = await datasetOf(elements);
    const tags = elements.map((one) => ('encode' in one ? one.tag : one[0]));
    expect([...dataset].map(({ tag }) => tag)).toEqual(tags);
    expect([...dataset].slice(-4).map(({ value }) => value)).toEqual([1, 'CT', 2, 'MR']);
    const offsets = [...dataset].map(({ offset }) => offset);
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
    expect(dataset.size).toBe(elements.length);
  });

  it.each([
    ['few', LESS],
    ['many', MORE],
  ])('of %s elements: of two with one tag the first counts', async (_, elements) => {
    for (const inItem of [false, true]) {
      const outer = await datasetOf(inItem ? [sequence(0x00081140, [elements])] : elements);
      const prefix = inItem ? 'ReferencedImageSequence.0.' : '';
      expect(outer.get(`${prefix}Rows`)).toBe(1);
      expect(outer.get(`${prefix}Modality`)).toBe('CT');
      const dataset = inItem ? outer.get('ReferencedImageSequence')?.[0] : outer;
      const first = [...(dataset ?? [])].find(({ tag }) => tag === 0x00280010);
      expect(dataset?.element('Rows')?.offset).toBe(first?.offset);
      expect(dataset?.toJSON()['00280010']).toEqual({ vr: 'US', Value: [1] });
      expect(dataset?.toNaturalized()).toMatchObject({ Rows: 1, Modality: 'CT' });
    }
  });

  it('gives views of one element that agree', async () => {
    const dataset = await datasetOf(LESS);
    const shape = (element: Element | undefined): unknown[] => [
      ...[element?.tag, element?.vr, element?.keyword, element?.offset, element?.valueOffset],
      ...[element?.length, element?.value, element?.deferred, element?.creator],
    ];
    expect(shape([...dataset][1])).toEqual(shape(dataset.element('Modality')));
    expect(shape([...dataset][3])).not.toEqual(shape(dataset.element('Modality')));
  });
});
