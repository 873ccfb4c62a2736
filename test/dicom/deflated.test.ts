import { deflateRawSync, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { portableInflater } from '../../src/inflate/portable-inflater.ts';
import { dicom, encodeAll, SYNTAX } from '../support/build-dicom.ts';
import { concat } from '../support/build-value.ts';
import { faultOf, headerOf, outcomeOf, toleratedAt } from '../support/header-of.ts';
import { noise } from '../support/noise.ts';
import { PIXELS, VARIED } from '../support/varied-elements.ts';

const LITTLE = { explicit: true, littleEndian: true };

/** Bytes outside the heap that are held now, garbage not yet collected included. */
function peakOf(): number {
  const { arrayBuffers, external } = process.memoryUsage();
  return Math.max(arrayBuffers, external);
}

describe('a deflated data set (PS3.5 A.5)', () => {
  const elements = [...VARIED, PIXELS];
  const sound = { transferSyntax: SYNTAX.deflated, elements };
  const head = dicom({ ...sound, elements: [] }).bytes.slice(0, -2);
  const body = encodeAll(elements, LITTLE);

  it('F01 gives the same tags and values in all four encodings', async () => {
    const jsonOf = async (transferSyntax: string): Promise<unknown> =>
      (await outcomeOf(dicom({ transferSyntax, elements }).bytes)).json;
    const expected = await jsonOf(SYNTAX.explicitLittle);
    // The place of pixel data differs, and private elements have no VR in implicit VR.
    const alike = (json: unknown): unknown =>
      Object.entries(Object(json) as object).filter(([tag]) => !/^0009|^7FE0/.test(tag));
    for (const syntax of [SYNTAX.deflated, SYNTAX.implicitLittle, SYNTAX.explicitBig]) {
      expect(alike(await jsonOf(syntax))).toEqual(alike(expected));
    }
  });

  it.each([0, 1])('F02 reads a deflated data set with %i NUL behind it', async (count) => {
    const bytes = concat(head, deflateRawSync(body), new Uint8Array(count));
    const { codes, pixelOffset } = await outcomeOf(bytes);
    expect(codes).toEqual([]);
    // Offsets count in the inflated data set.
    expect(pixelOffset).toBe(body.length - 32);
  });

  it('F02 reads a deflated data set with a zlib header', async () => {
    const bytes = concat(head, deflateSync(body));
    const outcome = await toleratedAt(bytes, [['TRANSFER_SYNTAX_MISMATCH', head.length]]);
    const { elements: expected } = await outcomeOf(concat(head, deflateRawSync(body)));
    expect(outcome.elements).toEqual(expected);
  });

  it('F03 gives the tags of a deflated data set that was cut', async () => {
    const deflated = deflateRawSync(concat(body, noise(20_000)));
    const bytes = concat(head, deflated.subarray(0, 5000));
    const outcome = await toleratedAt(bytes, [['INFLATE', bytes.length]]);
    const { elements: expected } = await outcomeOf(concat(head, deflateRawSync(body)));
    expect(outcome.elements).toEqual(expected);
  });

  it('F03 refuses a broken deflate stream, at its place', async () => {
    const error = await faultOf(concat(head, new Uint8Array(100).fill(0xff)));
    expect([error.code, error.details.offset]).toEqual(['INFLATE', head.length]);
    expect((await faultOf(head)).code).toBe('INFLATE');
  });

  it('F03 says that there are bytes behind the deflated data set', async () => {
    const deflated = deflateRawSync(body);
    const at = head.length + deflated.length;
    await toleratedAt(concat(head, deflated, noise(100)), [['TRAILING_BYTES', at]]);
  });

  it('F04 N20 inflates no more than limits.maxInflatedBytes', async () => {
    const bytes = concat(head, deflateRawSync(new Uint8Array(50_000_000)));
    const error = await faultOf(bytes, { limits: { maxInflatedBytes: 1_000_000 } });
    expect([error.code, error.details]).toMatchObject([
      'INFLATE_LIMIT',
      { limit: 1_000_000, offset: head.length },
    ]);
    expect(error.message).toMatch(/limits\.maxInflatedBytes/);
  });

  it('F04 N20 takes no more memory for 200 MB than the limit and 8 MiB', async () => {
    const bytes = concat(head, deflateRawSync(new Uint8Array(200_000_000)));
    const limits = { maxInflatedBytes: 4 * 2 ** 20 };
    expect(bytes.length).toBeLessThan(300_000);
    const before = peakOf();
    await expect(headerOf(bytes, { limits })).rejects.toMatchObject({ code: 'INFLATE_LIMIT' });
    expect(peakOf() - before).toBeLessThan(12 * 2 ** 20);
  });

  it('F01 N20 gives up what was inflated when that is closed, and keeps the values it copied', async () => {
    const long = encodeAll([...VARIED, [0x7fe00010, 'OB', new Uint8Array(1000)]], LITTLE);
    const bytes = concat(head, deflateRawSync(long));
    const limits = { maxRetainedValueBytes: 128 };
    const header = await headerOf(bytes, { limits, behindPixelData: true });
    const { source, inflated, dataset } = header;
    expect(inflated).toBe(source);
    expect(source.size).toBe(long.length);
    expect(dataset.get('PatientName')).toBe('Doe^Jane');
    // Views of what was inflated would keep all of it.
    for (const element of dataset) {
      if (element.items !== undefined || element.tag === 0x7fe00010) continue;
      expect(element.bytes.buffer.byteLength).not.toBe(long.length);
    }
    await inflated?.close?.();
    expect(() => source.readSync?.(0, 1)).toThrow('CLOSED');
    await expect(source.read(0, 1)).rejects.toMatchObject({ code: 'CLOSED' });
    expect(dataset.get('PatientName')).toBe('Doe^Jane');
    expect((await headerOf(dicom({ elements }).bytes)).inflated).toBeUndefined();
  });

  it('F02 inflates with what browsers have, too', async () => {
    const { dataset } = await headerOf(concat(head, deflateRawSync(body)), {
      inflater: portableInflater,
    });
    expect(dataset.get('PatientName')).toBe('Doe^Jane');
  });
});
