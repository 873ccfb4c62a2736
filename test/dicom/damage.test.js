import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFramedexError } from '../../src/errors.js';
import { dicom, SYNTAX } from '../support/build-dicom.js';
import { concat } from '../support/build-value.js';
import { headerOf, outcomeOf } from '../support/header-of.js';
import { LARGER, NAME, PIXELS, VARIED } from '../support/varied-elements.js';
describe('any damage', () => {
  const { bytes } = dicom({ elements: [...VARIED, PIXELS] });
  it.each([SYNTAX.explicitLittle, SYNTAX.implicitLittle, SYNTAX.explicitBig])(
    'C13 a file cut at any byte gives the elements before the cut, and says so: %s',
    async (transferSyntax) => {
      const built = dicom({ transferSyntax, elements: [...LARGER, PIXELS] }).bytes;
      expect(built.length).toBeGreaterThan(2000);
      const whole = [...(await headerOf(built)).dataset];
      const lines = whole.map((one) => JSON.stringify([one.tag, one.vr, one.offset, one.values]));
      const bare = dicom({ transferSyntax }).bytes.length;
      const ends = new Set([bare, ...whole.slice(1).map(({ offset }) => offset), built.length]);
      for (let length = bare; length < built.length; length++) {
        const cut = built.slice(0, length);
        const { dataset, warnings } = await headerOf(cut);
        const tolerated = warnings.count;
        const found = [...dataset];
        const complete = whole.filter((_, k) => (whole[k + 1]?.offset ?? built.length) <= length);
        expect(found.length).toBeGreaterThanOrEqual(complete.length);
        expect(found.length).toBeLessThanOrEqual(complete.length + 1);
        // Values of the complete elements are those of the whole file; that which is cut has a warning.
        const values = found.map((one) =>
          JSON.stringify([one.tag, one.vr, one.offset, one.values]),
        );
        expect(values.slice(0, complete.length)).toEqual(lines.slice(0, complete.length));
        for (const { offset } of warnings.list) expect(offset).toBeLessThanOrEqual(length);
        const inPixels = length >= built.length - 32;
        expect([length, tolerated > 0]).toEqual([length, !ends.has(length) && !inPixels]);
        const strict = await headerOf(cut, { strict: true }).catch((error) => error);
        expect([length, strict instanceof Error]).toEqual([length, tolerated > 0]);
      }
    },
  );
  it('C13 a file cut before its data set is one, or is refused with the place', async () => {
    for (let length = 0; length < dicom().bytes.length; length++) {
      try {
        const { dataset, warnings } = await headerOf(bytes.slice(0, length));
        expect([...dataset]).toEqual([]);
        expect(warnings.count).toBeGreaterThan(0);
      } catch (error) {
        if (!isFramedexError(error)) throw error;
        expect(['EMPTY', 'NOT_DICOM', 'TRUNCATED']).toContain(error.code);
        expect(error.details.offset).toBeLessThanOrEqual(length);
        expect(length).toBeLessThan(144);
      }
    }
  });
  it('C13 F03 a deflated file cut at any byte gives elements before the cut, or INFLATE', async () => {
    const deflated = dicom({
      transferSyntax: SYNTAX.deflated,
      elements: [...VARIED, PIXELS],
    }).bytes;
    const whole = [...(await headerOf(deflated)).dataset].map(({ tag, offset }) => [tag, offset]);
    const start = dicom({ transferSyntax: SYNTAX.deflated }).bytes.length - 2;
    let recovered = 0;
    // The last byte may be padding.
    for (let length = start; length < deflated.length - 1; length++) {
      try {
        const { dataset, warnings } = await headerOf(deflated.slice(0, length));
        const found = [...dataset].map(({ tag, offset }) => [tag, offset]);
        expect(found).toEqual(whole.slice(0, found.length));
        expect(warnings.list[0]).toMatchObject({ code: 'INFLATE', offset: length });
        recovered += found.length;
      } catch (error) {
        expect(error).toMatchObject({ code: 'INFLATE', details: { offset: start } });
      }
    }
    expect(recovered).toBeGreaterThan(whole.length);
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
    for (let at = 132; at < bytes.length - 36; at++) {
      for (const edge of edges) {
        const changed = bytes.slice();
        new DataView(changed.buffer).setUint32(at, edge, true);
        await survives(changed);
      }
    }
  });
  it('several changed bytes give the same for any size of reads', async () => {
    const change = fc.tuple(fc.integer({ min: 128, max: bytes.length - 1 }), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        const changed = bytes.slice();
        for (const [at, value] of changes) changed[at] = value;
        await outcomeOf(changed).catch((error) => {
          if (!isFramedexError(error)) throw error;
        });
      }),
      { numRuns: 300, seed: 1 },
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
      { numRuns: 1000, seed: 2 },
    );
  });
  it('noise behind a sound start gives values or a FramedexError', async () => {
    const start = dicom({ elements: [NAME] }).bytes;
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (tail) => {
        await survives(concat(start, tail));
      }),
      { numRuns: 1000, seed: 3 },
    );
  });
});
/** Values or a `FramedexError`, whatever is asked. */
async function survives(bytes) {
  const started = performance.now();
  try {
    const { dataset, meta, end, warnings } = await headerOf(bytes);
    expect(end).toBeLessThanOrEqual(bytes.length);
    dataset.toJSON();
    meta.toJSON();
    expect(warnings.list.length).toBe(Math.min(warnings.count, 1000));
    for (const { offset } of warnings.list) expect(offset).toBeLessThanOrEqual(bytes.length);
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
