import { describe, expect, it } from 'vitest';
import { hexTag } from '../../src/dicom/tag.js';
import { dicom, sequence, SYNTAX } from '../support/build-dicom.js';
import { headerOf, outcomeOf } from '../support/header-of.js';
import { IMPLICIT, SYNTAXES } from '../support/sequence-parts.js';
const MR = 'SIEMENS MR HEADER';
const B_VALUE = `(0019,xx0C,${MR})`;
async function datasetOf(elements, transferSyntax) {
  return (await headerOf(dicom({ transferSyntax, elements }).bytes)).dataset;
}
function creator(block, name) {
  return [0x00190000 + block, 'LO', name];
}
describe.each(SYNTAXES)('private elements by creator (PS3.5 7.8.1) in %s', (transferSyntax) => {
  const inner = [
    [0x00190011, 'LO', 'OTHER'],
    [0x00190020, 'LO', MR],
    [0x0019110c, 'IS', '5'],
    [0x0019200c, 'IS', '1000'],
  ];
  it('E07: lie in the block of their creator, of two creators', async () => {
    const dataset = await datasetOf(
      [creator(0x10, 'OTHER'), creator(0x11, MR), [0x0019100c, 'IS', '1'], [0x0019110c, 'IS', '2']],
      transferSyntax,
    );
    expect(String(dataset.get(B_VALUE))).toBe('2');
    expect(dataset.element(B_VALUE)?.tag).toBe(0x0019110c);
    expect(dataset.element(B_VALUE)?.creator).toBe(MR);
    expect(dataset.element('(0019,xx0C,OTHER)')?.tag).toBe(0x0019100c);
    expect(dataset.element('(0019,xx0C,OTHER)')?.creator).toBe('OTHER');
  });
  it('E07: may be in the second block of one creator, and the first that has them counts', async () => {
    const blocks = [creator(0x10, MR), creator(0x11, MR)];
    const second = await datasetOf(
      [...blocks, [0x0019100d, 'CS', 'NONE'], [0x0019110c, 'IS', '2']],
      transferSyntax,
    );
    expect(second.get(B_VALUE)).toBe(2);
    expect(second.element(`(0019,xx0D,${MR})`)?.tag).toBe(0x0019100d);
    const both = await datasetOf(
      [...blocks, [0x0019100c, 'IS', '1'], [0x0019110c, 'IS', '2']],
      transferSyntax,
    );
    expect(both.get(B_VALUE)).toBe(1);
  });
  it('E07: are absent without their creator, and belong to nobody', async () => {
    const dataset = await datasetOf([[0x0019100c, 'LO', '1']], transferSyntax);
    expect([dataset.get(B_VALUE), dataset.has(B_VALUE), dataset.element(B_VALUE)]).toEqual([
      undefined,
      false,
      undefined,
    ]);
    expect(dataset.element(0x0019100c)?.creator).toBeUndefined();
  });
  it('E07: an empty creator reserves nothing', async () => {
    const dataset = await datasetOf([creator(0x10, ''), [0x0019100c, 'LO', '1']], transferSyntax);
    expect(dataset.element(0x0019100c)?.creator).toBeUndefined();
    expect(dataset.has(B_VALUE)).toBe(false);
  });
  it.each([` ${MR}  `, `${MR}\0`, `${MR}   `])(
    'E07: the padding of a creator does not count: %j',
    async (padded) => {
      const elements = [creator(0xff, padded), [0x0019ff0c, 'IS', '3']];
      const dataset = await datasetOf(elements, transferSyntax);
      expect(dataset.get(B_VALUE)).toBe(3);
      expect(dataset.element(B_VALUE)?.creator).toBe(MR);
      expect(dataset.get(`(0019,xx0C,  ${MR} )`)).toBe(3);
    },
  );
  it('E07: the case of a creator counts', async () => {
    const elements = [creator(0x10, 'Siemens MR Header'), [0x0019100c, 'IS', '3']];
    expect((await datasetOf(elements, transferSyntax)).has(B_VALUE)).toBe(false);
  });
  it('E07: an item has creators of its own, and takes none from around it', async () => {
    const dataset = await datasetOf(
      [
        sequence(0x00081140, [inner, [[0x0019100c, 'LO', 'nobody']]]),
        creator(0x10, MR),
        [0x0019100c, 'IS', '1'],
      ],
      transferSyntax,
    );
    expect(dataset.get(B_VALUE)).toBe(1);
    expect(dataset.get(`ReferencedImageSequence.0.${B_VALUE}`)).toBe(1000);
    const element = dataset.element(`ReferencedImageSequence.0.${B_VALUE}`);
    expect([element?.tag, element?.creator]).toEqual([0x0019200c, MR]);
    expect(dataset.get(`ReferencedImageSequence.1.${B_VALUE}`)).toBeUndefined();
    expect(dataset.element('ReferencedImageSequence.1.0019100C')?.creator).toBeUndefined();
  });
  it('E07: a private sequence is on the way of a path', async () => {
    const open = { undefinedLength: true };
    const inside = [
      [0x00210011, 'LO', 'SDI. 02, a'],
      [0x00211110, 'LO', 'value'],
    ];
    const dataset = await datasetOf(
      [[0x00210010, 'LO', 'SDS'], sequence(0x002110fe, [[], inside], open)],
      transferSyntax,
    );
    const value = (path) => dataset.element(path)?.bytes.length;
    expect(value('(0021,xxFE,SDS).1.(0021,xx10,SDI. 02, a)')).toBe(6);
    expect(value('0021,xxfe,SDS.1.(0021,xx10,SDI. 02, a)')).toBe(6);
    expect(value('002110FE.1.00211110')).toBe(6);
    expect(dataset.has('(0021,xxFE,SDS).0.(0021,xx10,SDI. 02, a)')).toBe(false);
  });
});
describe('creators', () => {
  it('E07: have none themselves, and standard elements neither', async () => {
    const dataset = await datasetOf([
      [0x00100010, 'PN', 'Doe^Jane'],
      [0x0019000c, 'LO', 'in no block'],
      creator(0x10, MR),
      [0x0019100c, 'IS', '1'],
    ]);
    expect([...dataset].map((element) => [element.tag, element.creator])).toEqual([
      [0x00100010, undefined],
      [0x0019000c, undefined],
      [0x00190010, undefined],
      [0x0019100c, MR],
    ]);
    expect(dataset.get(0x00190010)).toBe(MR);
    expect(dataset.element(0x00190010)?.keyword).toBe('PrivateCreator');
  });
  it('E07: in text of a character set are compared as text', async () => {
    const dataset = await datasetOf([
      [0x00080005, 'CS', 'ISO_IR 100'],
      [0x00190010, 'LO', Uint8Array.of(0x53, 0xfc, 0x64, 0x20)],
      [0x00191001, 'LO', 'value'],
    ]);
    expect(dataset.get('(0019,xx01,Süd)')).toBe('value');
  });
  it('E07: of one block twice: the first has reserved it', async () => {
    const dataset = await datasetOf([
      creator(0x10, 'FIRST'),
      creator(0x10, 'SECOND'),
      [0x00191001, 'LO', 'value'],
    ]);
    expect(dataset.element(0x00191001)?.creator).toBe('FIRST');
    expect(dataset.get('(0019,xx01,FIRST)')).toBe('value');
    expect(dataset.get('(0019,xx01,SECOND)')).toBeUndefined();
  });
  it('E07: that are sequences reserve nothing', async () => {
    const dataset = await datasetOf([
      sequence(0x00190010, [[[0x00100010, 'PN', 'Doe']]]),
      [0x0019100c, 'IS', '1'],
    ]);
    expect(dataset.has(B_VALUE)).toBe(false);
    expect(dataset.element(0x0019100c)?.creator).toBeUndefined();
  });
});
/** The vendors' documents, by the private dictionary: (0019,xx0C) is IS, xx0A US, xx27 six FD. */
describe('private VRs', () => {
  const sixDoubles = new Uint8Array(new Float64Array([1, 2, 3, 4, 5, 6.5]).buffer);
  it.each([
    ['implicit VR', SYNTAX.implicitLittle, 'IS'],
    ['UN in explicit VR', SYNTAX.explicitLittle, 'UN'],
    ['UN in big endian, which is little endian inside', SYNTAX.explicitBig, 'UN'],
  ])('are those of the dictionary in %s', async (_, transferSyntax, vr) => {
    const elements = [
      creator(0x10, MR),
      [0x0019100a, vr, Uint8Array.of(0x30, 0)],
      [0x0019100c, vr, new TextEncoder().encode('1000')],
      [0x00191027, vr, sixDoubles],
    ];
    const dataset = await datasetOf(elements, transferSyntax);
    expect([...dataset].slice(1).map((element) => element.vr)).toEqual(['US', 'IS', 'FD']);
    expect(dataset.get(0x0019100a)).toBe(48);
    expect(dataset.get(B_VALUE)).toBe(1000);
    expect(dataset.get(`(0019,xx27,${MR})`)).toEqual([1, 2, 3, 4, 5, 6.5]);
    expect(dataset.element(B_VALUE)?.written).toEqual(['1000']);
  });
  it('stay as they are written', async () => {
    const dataset = await datasetOf([creator(0x10, MR), [0x0019100c, 'LO', '1000']]);
    expect([dataset.element(B_VALUE)?.vr, dataset.get(B_VALUE)]).toEqual(['LO', '1000']);
  });
  it.each([
    ['a creator that is not known', [creator(0x10, 'NOBODY'), [0x0019100c, 'UN', '1000']]],
    ['another block', [creator(0x11, MR), [0x0019100c, 'UN', '1000']]],
    ['an element that is not known', [creator(0x10, MR), [0x001910ee, 'UN', '1000']]],
    ['no creator', [[0x0019100c, 'UN', '1000']]],
  ])('stay UN with %s', async (_, elements) => {
    const { dataset, warnings } = await headerOf(dicom({ elements }).bytes);
    const last = [...dataset].at(-1);
    expect(last?.vr).toBe('UN');
    expect(last?.value).toEqual(new TextEncoder().encode('1000'));
    expect(warnings.list).toEqual([]);
  });
  it.each([
    ['US', 0x0019100a, 2, 3],
    ['SL', 0x00191012, 4, 10],
    ['FD', 0x00191027, 8, 44],
  ])('are %s only where the length is a whole number of cells', async (vr, tag, cell, cut) => {
    const elementOf = async (length) => {
      const value = [tag, 'UN', new Uint8Array(length), { pad: false }];
      return (await datasetOf([creator(0x10, MR), value])).element(tag);
    };
    const whole = await elementOf(3 * cell);
    expect([whole?.vr, whole?.values]).toEqual([vr, [0, 0, 0]]);
    const rest = await elementOf(cut);
    expect([rest?.vr, rest?.value]).toEqual(['UN', new Uint8Array(cut)]);
  });
  it.each([
    ['IS', 0x0019100c, 'n/a '],
    ['IS', 0x0019100c, '1.5 '],
    ['IS', 0x0019100c, '7\0'],
    ['CS', 0x0019100d, 'none'],
  ])('are %s only where the text is such: (%d) %j stays bytes', async (_, tag, text) => {
    const value = new TextEncoder().encode(text);
    const elements = [creator(0x10, MR), [tag, 'UN', value]];
    for (const transferSyntax of [SYNTAX.explicitLittle, SYNTAX.implicitLittle]) {
      const { bytes } = dicom({ transferSyntax, elements });
      const { dataset, warnings } = await headerOf(bytes, { strict: true });
      const element = dataset.element(tag);
      expect([element?.vr, element?.creator]).toEqual(['UN', MR]);
      expect([element?.value, dataset.get(tag), element?.values]).toEqual([value, value, [value]]);
      expect(element?.written).toEqual([]);
      expect(dataset.toJSON()[hexTag(tag)]).toMatchObject({ vr: 'UN' });
      expect(warnings.count).toBe(0);
    }
  });
});
/** The vendor's documents: (0029,xx40) of this creator is a sequence. */
describe('private sequences that the dictionary knows', () => {
  const MEDCOM = [0x00290010, 'LO', 'SIEMENS MEDCOM HEADER'];
  const TYPE = [0x00290041, 'LO', 'nobody'];
  const application = sequence(0x00291040, [[[0x00100010, 'PN', 'A^B']], [TYPE]]);
  const TAG = 0x00291140;
  const inBlock11 = [
    [0x00290011, 'LO', 'SIEMENS MEDCOM HEADER'],
    sequence(TAG, [[[0x00100010, 'PN', 'A^B']], [[0x00100010, 'PN', 'C^D']]]),
    [0x00300010, 'LO', 'behind'],
  ];
  it('E08: are such in implicit VR, items of known length and all', async () => {
    const { bytes } = dicom({ transferSyntax: SYNTAX.implicitLittle, elements: inBlock11 });
    const { dataset } = await headerOf(bytes, { strict: true });
    const items = dataset.element(TAG)?.items;
    expect(items?.map((one) => one.get('PatientName'))).toEqual(['A^B', 'C^D']);
    expect(dataset.get('(0029,xx40,SIEMENS MEDCOM HEADER).1.PatientName')).toBe('C^D');
    expect((await outcomeOf(bytes)).codes).toEqual([]);
  });
  it('E08: are such in an item, by the creator of that item alone', async () => {
    const own = sequence(0x00081140, [[MEDCOM, application], [application]]);
    const elements = [own, [0x00290010, 'LO', 'SIEMENS MEDCOM HEADER']];
    const { bytes } = dicom({ transferSyntax: SYNTAX.implicitLittle, elements });
    const items = (await headerOf(bytes)).dataset.get('ReferencedImageSequence');
    expect(items?.map((one) => one.element(0x00291040)?.vr)).toEqual(['SQ', 'UN']);
  });
  it.each([
    ['another creator', [[0x00290011, 'LO', 'SOMEBODY ELSE'], inBlock11[1]]],
    ['a creator behind it', [inBlock11[1], [0x00290011, 'LO', 'SIEMENS MEDCOM HEADER']]],
    ['the creator of another block', [MEDCOM, inBlock11[1]]],
  ])('E08: are UN with %s', async (_, elements) => {
    const { bytes } = dicom({ transferSyntax: SYNTAX.implicitLittle, elements });
    const element = (await headerOf(bytes)).dataset.element(TAG);
    expect([element?.vr, element?.items]).toEqual(['UN', undefined]);
    expect(element?.bytes.subarray(0, 4)).toEqual(Uint8Array.of(0xfe, 0xff, 0x00, 0xe0));
  });
  it('E04: as UN of known length in explicit VR stay bytes', async () => {
    const inside = application.encode(IMPLICIT).slice(8);
    const elements = [
      [0x00290011, 'LO', 'SIEMENS MEDCOM HEADER'],
      [TAG, 'UN', inside],
    ];
    const { bytes } = dicom({ elements });
    const { dataset } = await headerOf(bytes, { strict: true });
    // However much of it comes in one read.
    expect((await outcomeOf(bytes)).elements).toHaveLength(2);
    expect(inside.subarray(0, 4)).toEqual(Uint8Array.of(0xfe, 0xff, 0x00, 0xe0));
    expect([dataset.element(TAG)?.vr, dataset.get(TAG)]).toEqual(['UN', inside]);
  });
  it('E05: are of one VR, whatever is left in the file', async () => {
    const elements = [
      [0x00290010, 'LO', 'SIEMENS CSA HEADER'],
      [0x00291010, 'UN', new Uint8Array(5000)],
    ];
    for (const maxRetainedValueBytes of [128, 64 * 1024]) {
      const { dataset } = await headerOf(dicom({ elements }).bytes, {
        limits: { maxRetainedValueBytes },
      });
      const { vr, deferred } = dataset.element(0x00291010) ?? {};
      expect([vr, deferred]).toEqual(['OB', maxRetainedValueBytes === 128]);
    }
  });
});
