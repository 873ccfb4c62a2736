import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';
import {
  dictionaryEntry,
  formatTag,
  FramedexError,
  isFramedexError,
  readHeader,
} from '../../src/dicom/index.ts';
import type { DicomHeader } from '../../src/dicom/index.ts';
import { controllableSource } from '../support/controllable-source.ts';
import { dicom, element, encodeAll, SYNTAX } from '../support/build-dicom.ts';
import { concat } from '../support/build-value.ts';
import { noise } from '../support/noise.ts';
import { PIXELS, VARIED } from '../support/varied-elements.ts';

const ROWS = 0x00280010;
const ENCAPSULATED_DOCUMENT = 0x00420011;

const LONG = new Uint8Array(100_000).fill(7);

describe('framedex/dicom', () => {
  const elements = [...VARIED, PIXELS];
  const built = dicom({ transferSyntax: SYNTAX.explicitLittle, elements });

  it.each([
    ['a Uint8Array', built.bytes],
    ['an ArrayBuffer', built.bytes.slice().buffer],
    ['a Blob', new Blob([built.bytes.slice()])],
    ['a Source', controllableSource(memorySource(built.bytes, 'far'), { asynchronous: true })],
  ])('reads the header of %s', async (_, given) => {
    const header = await readHeader(given);
    expect(header.transferSyntax).toMatchObject({ uid: SYNTAX.explicitLittle, explicit: true });
    expect(header.meta.get('TransferSyntaxUID')).toBe(SYNTAX.explicitLittle);
    expect(header.dataset.size).toBe(elements.length);
    expect(header.pixelData).toMatchObject({ tag: 0x7fe00010, vr: 'OW' });
    expect(header.pixelData?.valueOffset).toBe(
      built.bytes.length - (header.pixelData?.length ?? 0),
    );
    expect(header.warnings).toEqual([]);
    expect(header.isCut).toBe(false);
    await header.close();
  });

  it('says that there is no pixel data, and that the header is cut', async () => {
    const none = await readHeader(dicom({ elements: VARIED }).bytes);
    expect(none.pixelData).toBeUndefined();
    const cut = await readHeader(dicom({ elements: VARIED }).bytes.slice(0, -1));
    expect(cut.isCut).toBe(true);
    expect(cut.warnings).not.toEqual([]);
  });

  it('throws with strict what it tolerates otherwise', async () => {
    const cut = dicom({ elements: VARIED }).bytes.slice(0, -1);
    await expect(readHeader(cut, { strict: true })).rejects.toThrow(FramedexError);
  });

  it('keeps the elements that were asked for, and stops before one', async () => {
    const given = dicom({
      elements: [
        element(0x00080060, 'CS', 'MR'),
        element(ROWS, 'US', 3),
        element(0x00280011, 'US', 4),
      ],
    }).bytes;
    const some = await readHeader(given, { tags: ['Rows'] });
    expect([...some.dataset].map(({ tag }) => tag)).toEqual([ROWS]);
    const first = await readHeader(given, { until: 'Rows' });
    expect([...first.dataset].map(({ keyword }) => keyword)).toEqual(['Modality']);
  });

  it.each([
    ['tags', { tags: ['NoSuchKeyword'] }],
    ['until', { until: 'ReferencedSeriesSequence.0.SeriesInstanceUID' }],
    ['limits', { limits: { maxDepth: -1 } }],
  ])('refuses %s that mean nothing', async (_, options) => {
    const error: unknown = await readHeader(built.bytes, options).catch(
      (caught: unknown) => caught,
    );
    expect(isFramedexError(error, 'USAGE')).toBe(true);
  });

  it('reads a value that the header pass left in a source far away', async () => {
    const { bytes } = dicom({ elements: [element(ENCAPSULATED_DOCUMENT, 'OB', LONG)] });
    const far = controllableSource(memorySource(bytes, 'far'), { asynchronous: true });
    const header = await readHeader(far);
    expect(() => header.dataset.get(ENCAPSULATED_DOCUMENT)).toThrow('VALUE_LIMIT');
    expect(await header.value(ENCAPSULATED_DOCUMENT)).toEqual(LONG);
  });

  describe('of a deflated data set (PS3.5 A.5)', () => {
    const head = dicom({ transferSyntax: SYNTAX.deflated, elements: [] }).bytes.slice(0, -2);
    const body = encodeAll(elements, { explicit: true, littleEndian: true });
    const deflated = concat(head, deflateRawSync(body));

    it('F01 gives what the plain one has', async () => {
      const header = await readHeader(deflated);
      const plain = await readHeader(built.bytes);
      const valuesOf = ({ dataset }: DicomHeader): unknown[] =>
        [...dataset].map(({ tag, vr, length, written, items }) => [
          tag,
          vr,
          length,
          written,
          items?.length,
        ]);
      expect(valuesOf(header)).toEqual(valuesOf(plain));
      // Offsets count in the inflated data set.
      expect(header.pixelData?.valueOffset).toBe(body.length - (header.pixelData?.length ?? 0));
    });

    it('F03 gives the tags of one that was cut', async () => {
      const whole = deflateRawSync(concat(body, noise(20_000)));
      const header = await readHeader(concat(head, whole.subarray(0, 5000)));
      expect(header.isCut).toBe(true);
      expect(header.dataset.size).toBe(elements.length);
    });

    it('asks the inflater that it is given', async () => {
      const limits: number[] = [];
      const inflater = {
        inflate: (bytes: Uint8Array, { limit }: { readonly limit: number }) => {
          limits.push(limit);
          return Promise.resolve({ bytes: body, used: bytes.length });
        },
      };
      const header = await readHeader(deflated, { inflater, limits: { maxInflatedBytes: 1e6 } });
      expect(limits).toEqual([1e6]);
      expect(header.dataset.size).toBe(elements.length);
    });

    it('gives up what was inflated when it is closed', async () => {
      const long = encodeAll([element(ENCAPSULATED_DOCUMENT, 'OB', LONG)], {
        explicit: true,
        littleEndian: true,
      });
      const header = await readHeader(concat(head, deflateRawSync(long)));
      await header.close();
      const error: unknown = await header
        .value(ENCAPSULATED_DOCUMENT)
        .catch((caught: unknown) => caught);
      expect(isFramedexError(error, 'CLOSED')).toBe(true);
    });
  });

  it('has the dictionary', () => {
    expect(dictionaryEntry('Rows')).toMatchObject({ tag: ROWS, vr: 'US', vm: '1' });
    expect(formatTag(ROWS)).toBe('(0028,0010)');
  });
});
