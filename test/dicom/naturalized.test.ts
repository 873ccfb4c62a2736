import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { dictionaryEntry } from '../../src/dicom/dictionary.ts';
import { dictionaryColumns } from '../../src/dicom/dictionary-columns.ts';
import { naturalize } from '../../src/dicom/naturalized.ts';
import type { Naturalized } from '../../src/dicom/naturalized.ts';
import { hexTag } from '../../src/dicom/tag.ts';
import { dicom, encapsulated, sequence, SYNTAX } from '../support/build-dicom.ts';
import type { ElementLike } from '../support/build-dicom.ts';
import { headerOf } from '../support/header-of.ts';

interface DictElement {
  readonly vr: string;
  readonly Value?: unknown;
}
type Dict = Record<string, DictElement>;

interface Logger {
  setLevel(level: string): void;
}

/** What of dcmjs is used here. It has no types. */
interface Dcmjs {
  readonly log: Logger & { getLogger(name: string): Logger };
  readonly data: {
    readonly DicomMetaDictionary: {
      readonly dictionary: Record<string, { readonly name: string; readonly vr: string }>;
      naturalizeDataset(dict: unknown): Record<string, unknown>;
      denaturalizeDataset(natural: unknown): Dict;
    };
    readonly DicomMessage: { readFile(bytes: ArrayBuffer): { readonly dict: Dict } };
    readonly DicomDict: new (meta: Dict) => { dict: Dict; write(): ArrayBuffer };
    datasetToDict(natural: unknown): { write(): ArrayBuffer };
  };
}
const dcmjs = createRequire(import.meta.url)('dcmjs') as Dcmjs;
dcmjs.log.setLevel('silent');
dcmjs.log.getLogger('validation.dcmjs').setLevel('silent');
const { DicomMetaDictionary, DicomMessage, DicomDict, datasetToDict } = dcmjs.data;

/** One element of every VR that dcmjs has, and several values where there may be several. */
const EVERY_VR: readonly ElementLike[] = [
  [0x00080005, 'CS', 'ISO_IR 192'],
  [0x00080008, 'CS', ['ORIGINAL', '', 'AXIAL']],
  [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
  [0x00080018, 'UI', '1.2.3'],
  [0x00080020, 'DA', '20260102'],
  [0x0008002a, 'DT', '20260102101112'],
  [0x00080030, 'TM', '101112.5'],
  [0x00080050, 'SH', ''],
  [0x00080054, 'AE', ['STORE', 'OTHER']],
  [0x00080119, 'UC', 'code'],
  [0x00080120, 'UR', 'http://example.org/a'],
  [0x00081030, 'LO', 'eine Größe'],
  [0x00081050, 'PN', ['Doe^Jane', 'Roe^Rik']],
  sequence(0x00081140, [
    [
      [0x00081150, 'UI', '1.2.840.10008.5.1.4.1.1.4'],
      [0x00081155, 'UI', '1.2.4'],
      sequence(0x0040a170, [[[0x00080100, 'SH', 'A']], [[0x00080100, 'SH', 'B']]]),
    ],
  ]),
  [0x00100010, 'PN', 'Yamada^Tarou=山田^太郎=やまだ^たろう'],
  [0x00101010, 'AS', '018Y'],
  [0x00104000, 'LT', 'a\\b'],
  [0x00181063, 'DS', '40.5'],
  [0x00186020, 'SL', -5],
  [0x00189073, 'FD', 12.5],
  [0x00189310, 'FL', [0.5, -2]],
  [0x00200013, 'IS', '7'],
  [0x00200032, 'DS', ['1.5', '-2', '3']],
  [0x00204000, 'LT', 'text'],
  [0x00280009, 'AT', [0x00181063, 0xfffcfffc]],
  [0x00280010, 'US', 512],
  [0x00280103, 'US', 1],
  [0x00280106, 'SS', -7],
  [0x00281201, 'OW', [1, 2]],
  [0x0040a160, 'UT', 'long'],
  [0x00420011, 'OB', [1, 2, 3, 4]],
  [0x00660016, 'OF', [1]],
  [0x00660022, 'OD', [1]],
  [0x00660129, 'OL', [1, 2]],
  [0x7fe00001, 'OV', [1n, 2n]],
  [0x00720083, 'UV', 2n ** 60n],
  [0x00700022, 'FL', [1, 2]],
  [0x60000010, 'US', 3],
].toSorted((a, b) => tagOf(a as ElementLike) - tagOf(b as ElementLike)) as ElementLike[];

describe('the naturalized form, as dcmjs has it', () => {
  it('M16 is what dcmjs turns into the same data set again, written out and read', async () => {
    for (const transferSyntax of [
      SYNTAX.explicitLittle,
      SYNTAX.implicitLittle,
      SYNTAX.explicitBig,
    ]) {
      const { dataset, meta } = await headerOf(dicom({ transferSyntax, elements: EVERY_VR }).bytes);
      const written = new DicomDict(
        DicomMetaDictionary.denaturalizeDataset({
          TransferSyntaxUID: SYNTAX.explicitLittle,
          _vrMap: {},
        }),
      );
      written.dict = DicomMetaDictionary.denaturalizeDataset(naturalize(dataset, meta));
      const again = await headerOf(new Uint8Array(written.write()));
      expect(plain(again.dataset)).toEqual(plain(dataset));
    }
  });

  it('M16 denaturalizes to the dictionary form that dcmjs reads from the same file', async () => {
    // dcmjs reads neither OL nor OV.
    const elements = EVERY_VR.filter((element) => !/O[LV]/.test(vrOf(element)));
    const { bytes } = dicom({ elements });
    const { dataset } = await headerOf(bytes);
    const ours = DicomMetaDictionary.denaturalizeDataset(naturalize(dataset));
    const theirs = DicomMessage.readFile(exactly(bytes)).dict;
    expect(comparable(ours)).toEqual(comparable(theirs));
  });

  it('has single values as they are, several in arrays, none as null, sequences as arrays', async () => {
    const natural = await naturalOf([
      [0x00080005, 'CS', ['', 'ISO 2022 IR 87']],
      [0x00080008, 'CS', ['ORIGINAL', '', 'AXIAL']],
      [0x00080050, 'SH', ''],
      sequence(0x00081110, []),
      sequence(0x00081140, [[[0x00081155, 'UI', '1.2.4']], []]),
      [0x00100010, 'PN', 'Doe^Jane==Do'],
      [0x00181063, 'DS', 'none'],
      [0x00200032, 'DS', ['1.5', '', '3']],
      [0x00280010, 'US', 512],
      [0x00281201, 'OW', [1, 2]],
    ]);
    expect(natural).toEqual({
      SpecificCharacterSet: 'ISO_IR 192',
      ImageType: ['ORIGINAL', '', 'AXIAL'],
      AccessionNumber: null,
      ReferencedStudySequence: [],
      ReferencedImageSequence: [{ ReferencedSOPInstanceUID: '1.2.4', _vrMap: {} }, { _vrMap: {} }],
      PatientName: { Alphabetic: 'Doe^Jane', Phonetic: 'Do' },
      FrameTime: 'none',
      ImagePositionPatient: [1.5, '', 3],
      Rows: 512,
      RedPaletteColorLookupTableData: [Uint8Array.of(1, 0, 2, 0).buffer],
      _vrMap: {},
    });
  });

  it('maps the VR that the dictionary leaves open, or that the file has otherwise', async () => {
    const natural = await naturalOf([
      [0x00280103, 'US', 1],
      [0x00280106, 'SS', -7],
      [0x00280010, 'UL', 512],
      [0x7fe00010, 'OB', [1, 2]],
    ]);
    expect(natural._vrMap).toEqual({
      SmallestImagePixelValue: 'SS',
      Rows: 'UL',
      PixelData: 'OB',
    });
  });

  it('N28 has what is no keyword under its tag, whatever the file calls it', async () => {
    const natural = await naturalOf([
      [0x00090010, 'LO', '__proto__'],
      [0x00091001, 'UN', [1, 2]],
      [0x00091002, 'LO', 'constructor'],
      [0x60000010, 'US', 1],
      [0x60020010, 'US', 2],
    ]);
    expect(natural).toEqual({
      '00090010': '__proto__',
      '00091001': [Uint8Array.of(1, 2).buffer],
      '00091002': 'constructor',
      OverlayRows: 1,
      '60020010': 2,
      _vrMap: { '00091001': 'UN', '00091002': 'LO' },
    });
    expect(Object.getPrototypeOf(natural)).toBe(Object.prototype);
  });

  it('says where the bytes lie that are too long to be here', async () => {
    const { bytes, offsets } = dicom({ elements: [[0x00420011, 'OB', new Uint8Array(70_000)]] });
    const { dataset } = await headerOf(bytes);
    const at = (offsets.get(0x00420011) ?? 0) + 12;
    expect(naturalize(dataset)).toEqual({
      EncapsulatedDocument: { BulkDataURI: `#${at},70000` },
      _vrMap: {},
    });
    const fragments = dicom({
      transferSyntax: SYNTAX.jpegBaseline,
      elements: [encapsulated({ frames: [Uint8Array.of(1, 2)] })],
    });
    const natural = naturalize((await headerOf(fragments.bytes)).dataset);
    expect(natural['PixelData']).toEqual({ BulkDataURI: `#${fragments.pixelOffset ?? 0}` });
  });

  it('has the file meta information in _meta, as datasetToDict of dcmjs wants it', async () => {
    const transferSyntax = SYNTAX.implicitLittle;
    const { bytes } = dicom({
      transferSyntax,
      elements: EVERY_VR,
    });
    const { dataset, meta } = await headerOf(bytes);
    const natural = naturalize(dataset, meta);
    expect(natural._meta?.['TransferSyntaxUID']).toEqual({ vr: 'UI', Value: [transferSyntax] });
    const again = await headerOf(new Uint8Array(datasetToDict(natural).write()));
    expect(again.transferSyntax.uid).toBe(transferSyntax);
    expect(again.dataset.get('StudyDescription')).toBe('eine Größe');
  });

  it('copies: a change of the one is none of the other', async () => {
    const { dataset } = await headerOf(dicom({ elements: [[0x00420011, 'OB', [1, 2]]] }).bytes);
    const natural = naturalize(dataset);
    const [buffer] = natural['EncapsulatedDocument'] as [ArrayBuffer];
    new Uint8Array(buffer)[0] = 9;
    expect(dataset.get('EncapsulatedDocument')).toEqual(Uint8Array.of(1, 2));
  });

  it('calls each element of the dictionary what dcmjs calls it', async () => {
    const wrong: string[] = [];
    for (const tag of dictionaryColumns().tags) {
      const hex = hexTag(tag);
      const known = DicomMetaDictionary.dictionary[`(${hex.slice(0, 4)},${hex.slice(4)})`];
      const entry = dictionaryEntry(tag);
      // Group lengths and items are in no data set; (1000,xxxx) are the first of many.
      if (known === undefined || entry === undefined || /^FFFE|0000$|^10[01]0/.test(hex)) continue;
      const element = {
        tag: entry.tag,
        vr: 'UN',
        values: [],
        written: [],
        valueOffset: 0,
      } as const;
      const natural = naturalize([{ ...element, length: 0 }]);
      const [name = ''] = Object.keys(natural).filter((key) => key !== '_vrMap');
      if (name !== known.name) wrong.push(`${hex} ${name} ${known.name}`);
    }
    // Of an older edition, or misspelt there.
    expect(wrong).toEqual([
      '00221642 NumberOfBscansPerFrame NumberofBscansPerFrame',
      '003A0320 SummarizedFilterLookupTableSequence SummarizedFilterLookupTable',
      '003A0325 AnalogFilterTypeCodeSequence AnalogFilterType',
      '0040A803 NumberOfTableColumns NumbeOfTableColumns',
      '006862F0 ViewOrientationModifierCodeSequence ViewOrientationModifier',
      '00701305 Plane ObliqueCroppingPlane',
      '00701306 PlaneNormal ObliqueCroppingPlaneNormal',
      '300A0131 AverageBeamDosePointSourceToExternalContourDistance AverageBeamDosePointSourceToExternalContourSurfaceDistance',
      '40101029 ThreatDetectionAlgorithmAndVersion ThreatDetectionAlgorithmandVersion',
    ]);
    await Promise.resolve();
  });
});

describe('what dcmjs cannot invert', () => {
  it.each<[string, ElementLike, unknown]>([
    ['private elements', [0x00091001, 'LO', 'a'], undefined],
    ['overlays behind the first', [0x60020010, 'US', 2], undefined],
    ['what is newer than its dictionary', [0x00100012, 'LO', 'a'], undefined],
    ['numbers', [0x00280010, 'US', 2], { vr: 'US', Value: ['2'] }],
    [
      'long numbers',
      [0x00181063, 'DS', '1234567890123e9'],
      { vr: 'DS', Value: ['1.234567890123e+'] },
    ],
    [
      'what is too long to be here',
      [0x00420011, 'OB', new Uint8Array(70_000)],
      { vr: 'OB', Value: [{ BulkDataURI: '#260,70000' }] },
    ],
  ])('%s', async (_, element, expected) => {
    const dict = DicomMetaDictionary.denaturalizeDataset(await naturalOf([element]));
    expect(plain(Object.values(dict)[0] ?? null)).toEqual(expected ?? null);
  });
});

async function naturalOf(elements: readonly ElementLike[]): Promise<Naturalized> {
  return naturalize((await headerOf(dicom({ elements }).bytes)).dataset);
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** Numbers are text after dcmjs, and what is empty has no one form there. */
function comparable(dict: Dict): unknown {
  return Object.fromEntries(
    Object.entries(dict).map(([tag, { vr, Value }]) => {
      const values = Array.isArray(Value) ? (Value as unknown[]) : [Value ?? ''];
      const texts = values.map((value) => {
        if (vr === 'SQ') return comparable(value as Dict);
        return typeof value === 'number' ? String(value) : value;
      });
      return [tag, { vr, Value: texts }];
    }),
  );
}

function exactly(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function tagOf(element: ElementLike): number {
  return 'encode' in element ? (element.tag ?? 0) : element[0];
}

function vrOf(element: ElementLike): string {
  return 'encode' in element ? 'SQ' : element[1];
}
