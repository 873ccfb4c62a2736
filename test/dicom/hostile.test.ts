import { describe, expect, it } from 'vitest';
import { dicom, raw, sequence, SYNTAX } from '../support/build-dicom.ts';
import type { ElementLike } from '../support/build-dicom.ts';
import { concat } from '../support/build-value.ts';
import { faultOf, headerOf, outcomeOf } from '../support/header-of.ts';

const LITTLE = { explicit: true, littleEndian: true };
const SEQUENCE = 0x00081140;
const UID: ElementLike = [0x00081155, 'UI', '1.2.3'];
const NAME: ElementLike = [0x00100010, 'PN', 'Doe^Jane'];
const LAST: ElementLike = [0x00200013, 'IS', '7'];

describe('hostile nesting and repetition', () => {
  /** `depth` sequences in each other, without an end. */
  function nested(depth: number, header: string, transferSyntax?: string): Uint8Array {
    const one = raw(`${header} feff00e0 ffffffff`).encode(LITTLE);
    const elements = [raw(concat(...Array.from({ length: depth }, () => one)))];
    return dicom({ transferSyntax, elements }).bytes;
  }
  const open = '08004011 53510000 ffffffff';

  it.each([
    ['N01 sequences', open, SYNTAX.explicitLittle],
    ['N02 UN', '09001010 ffffffff', SYNTAX.implicitLittle],
  ])('%s: 64 deep and no deeper', async (_, header, syntax) => {
    expect((await outcomeOf(nested(64, header, syntax))).codes).toContain('DELIMITER');
    for (const depth of [65, 5000, 50_000]) {
      const error = await faultOf(nested(depth, header, syntax));
      expect([error.code, error.details]).toMatchObject(['DEPTH_LIMIT', { limit: 64 }]);
    }
  });

  it('N01 goes as deep as asked', async () => {
    const limits = { maxDepth: 256 };
    expect((await outcomeOf(nested(256, open), { limits })).codes).toContain('DELIMITER');
    expect((await faultOf(nested(257, open), { limits })).code).toBe('DEPTH_LIMIT');
  });

  it('N01 says what to do, in the file at fault', async () => {
    const error = await faultOf(nested(65, open));
    expect(error.message).toMatch(/test: .*limits\.maxDepth/);
  });

  it('N04 ends 64 levels at one place', async () => {
    let inside: ElementLike = UID;
    for (let depth = 0; depth < 64; depth++) inside = sequence(SEQUENCE, [[inside]]);
    const { tags, codes } = await outcomeOf(dicom({ elements: [inside, NAME] }).bytes);
    expect([tags, codes]).toEqual([[SEQUENCE, 0x00100010], []]);
  });

  it.each([
    ['item delimiters', 'fe ff 0d e0 00000000'],
    ['sequence delimiters', 'fe ff dd e0 00000000'],
    ['items', 'fe ff 00 e0 00000000'],
    ['one element', '08006000 43530000'],
    ['implicit elements', '08006000 00000000'],
    ['odd lengths', '08006000 43530100'],
    ['misspelt VRs', '08006000 3f3f0000'],
    ['long reserved bytes', '08006000 4f420100'],
    ['empty sequences', '08004011 53510000 00000000'],
    ['undefined UN', '09001010 554e0000 ffffffff fe ff dd e0 00000000'],
  ])('N05 N08 N24 reads 200,000 times %s in linear time', async (_, unit) => {
    const one = raw(unit).encode(LITTLE);
    const many = new Uint8Array(one.length * 200_000);
    for (let at = 0; at < many.length; at += one.length) many.set(one, at);
    const { bytes } = dicom({ elements: [LAST, raw(many)] });
    const started = performance.now();
    const { warnings } = await headerOf(bytes);
    expect(performance.now() - started).toBeLessThan(1000 + bytes.length * 1e-3);
    expect(warnings.list.length).toBeLessThanOrEqual(1000);
  });

  it('N28 gives JSON keys that are no property of Object', async () => {
    const elements: ElementLike[] = [
      [0x00090010, 'LO', '__proto__'],
      [0x00091001, 'LO', 'constructor'],
    ];
    const json = (await headerOf(dicom({ elements }).bytes)).dataset.toJSON();
    expect(Object.getPrototypeOf(json)).toBeNull();
    expect(Object.keys(json)).toEqual(['00090010', '00091001']);
  });
});
