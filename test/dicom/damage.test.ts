import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFramedexError } from '../../src/errors.ts';
import { dicom, SYNTAX } from '../support/build-dicom.ts';
import { concat } from '../support/build-value.ts';
import { headerOf, outcomeOf } from '../support/header-of.ts';
import { LARGER, NAME, PIXELS, VARIED } from '../support/varied-elements.ts';

describe('any damage', () => {
  const { bytes } = dicom({ elements: [...VARIED, PIXELS] });

  it('C13 a file cut at any byte gives the elements before the cut', async () => {
    const larger = dicom({ elements: [...LARGER, PIXELS] }).bytes;
    expect(larger.length).toBeGreaterThan(2000);
    const whole = [...(await headerOf(larger)).dataset];
    const bare = dicom().bytes.length;
    for (let length = 0; length < larger.length; length++) {
      try {
        const { dataset, warnings } = await headerOf(larger.slice(0, length));
        const found = [...dataset];
        const places = found.map(({ tag, offset }) => [tag, offset]);
        expect(places).toEqual(
          whole.slice(0, found.length).map(({ tag, offset }) => [tag, offset]),
        );
        const complete = whole.filter((_, k) => (whole[k + 1]?.offset ?? Infinity) <= length);
        if (length >= bare) expect(found.length).toBeGreaterThanOrEqual(complete.length);
        for (const { offset } of warnings.list) expect(offset).toBeLessThanOrEqual(length);
        dataset.toJSON();
      } catch (error) {
        if (!isFramedexError(error)) throw error;
        expect(['EMPTY', 'NOT_DICOM', 'TRUNCATED']).toContain(error.code);
        expect(length).toBeLessThan(144);
      }
    }
  });

  it.each([SYNTAX.explicitLittle, SYNTAX.implicitLittle, SYNTAX.explicitBig])(
    'a changed byte gives values or a FramedexError, soon: %s',
    async (transferSyntax) => {
      const built = dicom({ transferSyntax, elements: [...VARIED, PIXELS] }).bytes;
      for (let at = 128; at < built.length - 32; at++) {
        for (const value of [0, 0xff, (built[at] ?? 0) ^ 0x01, 0xfe]) {
          const changed = built.slice();
          changed[at] = value;
          await survives(changed);
        }
      }
    },
  );

  it('N10 to N14: an edge value anywhere gives values or a FramedexError', async () => {
    const edges = [0, 1, 0xffff, 0x7fffffff, 0x80000000, 0xfffffff0, 0xfffffffe, 0xffffffff];
    for (const transferSyntax of [SYNTAX.explicitLittle, SYNTAX.implicitLittle]) {
      const built = dicom({ transferSyntax, elements: [...VARIED, PIXELS] }).bytes;
      for (let at = 132; at < built.length - 36; at++) {
        for (const edge of edges) {
          const changed = built.slice();
          new DataView(changed.buffer).setUint32(at, edge, true);
          await survives(changed);
        }
      }
    }
  });

  it('several changed bytes give the same for any size of reads', async () => {
    const change = fc.tuple(fc.integer({ min: 128, max: bytes.length - 1 }), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        const changed = bytes.slice();
        for (const [at, value] of changes) changed[at] = value;
        await outcomeOf(changed).catch((error: unknown) => {
          if (!isFramedexError(error)) throw error;
        });
      }),
      { numRuns: 500 },
    );
  });

  it('strict accepts no more than tolerant, and nothing else from it', async () => {
    expect((await outcomeOf(bytes, { strict: true })).codes).toEqual([]);
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 4 }), async (changes) => {
        const changed = bytes.slice();
        for (const [at, value] of changes) changed[at] = value;
        const strict = await headerOf(changed, { strict: true }).catch(() => undefined);
        if (strict === undefined) return;
        const tolerant = await headerOf(changed);
        expect(tolerant.warnings.list).toEqual([]);
        expect([...tolerant.dataset].length).toBe([...strict.dataset].length);
      }),
      { numRuns: 1000 },
    );
  });

  it('noise behind a sound start gives values or a FramedexError', async () => {
    const start = dicom({ elements: [NAME] }).bytes;
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (tail) => {
        await survives(concat(start, tail));
      }),
      { numRuns: 1000 },
    );
  });
});

/** Values or a `FramedexError`, whatever is asked. */
async function survives(bytes: Uint8Array): Promise<void> {
  const started = performance.now();
  try {
    const { dataset, meta, end } = await headerOf(bytes);
    expect(end).toBeLessThanOrEqual(bytes.length);
    dataset.toJSON();
    meta.toJSON();
    for (const { offset, valueOffset, tag } of dataset) {
      expect(valueOffset).toBeGreaterThan(offset);
      expect(valueOffset).toBeLessThanOrEqual(bytes.length);
      expect(dataset.has(tag)).toBe(true);
    }
  } catch (error) {
    if (!isFramedexError(error)) throw error;
    expect(error.details.offset ?? 0).toBeLessThanOrEqual(bytes.length);
  }
  expect(performance.now() - started).toBeLessThan(500);
}
