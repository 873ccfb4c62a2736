import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { open } from '../support/platform.ts';
import { dicom, item, sequence, SYNTAX } from '../support/build-dicom.ts';
import type { ElementLike } from '../support/build-dicom.ts';
import { anyElements, anySyntax, FAULTS } from '../support/any-elements.ts';
import { outcomeOf } from '../support/header-of.ts';
import { fullPass, holdKeep, holdUntil } from '../support/partial-pass.ts';

const RUNS = { numRuns: 150, seed: 18 };
const OPEN = { undefinedLength: true };

/** Tags that are there, and some that are not. */
const anyTags = (tags: readonly number[]): fc.Arbitrary<number[]> =>
  fc.shuffledSubarray([...tags, 0x00080001, 0x00091099, 0x00209999]);

describe('B18 any sound data set', () => {
  it('is read without a warning, however its bytes come', async () => {
    await fc.assert(
      fc.asyncProperty(anyElements, anySyntax, async (elements, transferSyntax) => {
        const { bytes } = dicom({ transferSyntax, elements });
        const { tags, codes } = await outcomeOf(bytes, { strict: true });
        const written = elements.map((one) => ('encode' in one ? one.tag : one[0]));
        expect([tags, codes]).toEqual([written, []]);
      }),
      { ...RUNS, numRuns: 100 },
    );
  });

  it('gives with `until` what is before it', async () => {
    await fc.assert(
      fc.asyncProperty(anyElements, anySyntax, fc.gen(), async (elements, transferSyntax, gen) => {
        const { bytes } = dicom({ transferSyntax, elements });
        const full = await fullPass(bytes);
        const until = gen(() => fc.constantFrom(...full.tags, 0x00080001, 0x7fe00010, 0xffffffff));
        await holdUntil(bytes, full, until);
      }),
      RUNS,
    );
  });

  it('gives with `keep` what is in it, and the pixel data', async () => {
    await fc.assert(
      fc.asyncProperty(anyElements, anySyntax, fc.gen(), async (elements, transferSyntax, gen) => {
        const { bytes } = dicom({ transferSyntax, elements });
        const full = await fullPass(bytes);
        await holdKeep(bytes, full, gen(anyTags, full.tags));
      }),
      RUNS,
    );
  });
});

describe('B18 a private element', () => {
  it('E07 is of the same VR by `tags` as in the whole, its creator asked for or not', async () => {
    const elements: ElementLike[] = [
      [0x00190010, 'LO', 'SIEMENS CT VA0  COAD'],
      [0x00191070, 'IS', '12'],
      [0x00291010, 'LO', 'nobody'],
    ];
    const { bytes } = dicom({ transferSyntax: SYNTAX.implicitLittle, elements });
    await using whole = await open(bytes);
    for (const tags of [[0x00191070], [0x00190010, 0x00191070]]) {
      await using part = await open(bytes, { tags });
      expect(part.dataset.element(0x00191070)?.vr).toBe(whole.dataset.element(0x00191070)?.vr);
      expect(part.dataset.get(0x00191070)).toEqual(whole.dataset.get(0x00191070));
    }
  });
});

describe('B18 any data set at fault', () => {
  it('gives in parts what the whole has, and the warnings of that', async () => {
    const fault = fc.constantFrom(...FAULTS);
    await fc.assert(
      fc.asyncProperty(anyElements, fault, anySyntax, fc.gen(), async (sound, bad, syntax, gen) => {
        const { bytes } = dicom({ transferSyntax: syntax, elements: [bad, ...sound] });
        const full = await fullPass(bytes);
        expect(full.warnings).not.toEqual([]);
        await holdKeep(bytes, full, gen(anyTags, full.tags));
        await holdUntil(
          bytes,
          full,
          gen(() => fc.constantFrom(...full.tags)),
        );
      }),
      RUNS,
    );
  });

  it('gives in parts what the whole has, where a byte is changed', async () => {
    const change = fc.tuple(fc.nat(), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(
        anyElements,
        anySyntax,
        change,
        fc.gen(),
        async (elements, syntax, [at, value], gen) => {
          const start = dicom({ transferSyntax: syntax }).bytes.length;
          const { bytes } = dicom({ transferSyntax: syntax, elements });
          if (bytes.length === start) return;
          bytes[start + (at % (bytes.length - start))] = value;
          const full = await fullPass(bytes).catch(() => undefined);
          if (full === undefined || full.warnings.length >= 1000) return;
          await holdUntil(
            bytes,
            full,
            gen(() => fc.constantFrom(...full.tags, 0x7fe00010)),
          );
        },
      ),
      { ...RUNS, numRuns: 400 },
    );
  });

  // Who jumps over a sequence believes its length: it must still land where a full pass does.
  const ITEMS = [[[0x00081150, 'UI', '1.2.4']], [[0x00081155, 'UI', '1.2.3']]] as const;
  const REST: readonly ElementLike[] = [
    [0x00100010, 'PN', 'Doe^Jane'],
    [0x00200013, 'IS', '7'],
    [0x00280010, 'US', 2],
    [0x7fe00010, 'OW', [1, 2, 3, 4]],
  ];

  it.each([8, 4, 16, -8, -4, -2, 24])(
    'D11 gives with `keep` what is behind a sequence whose length is %i bytes off',
    async (off) => {
      for (const transferSyntax of [SYNTAX.explicitLittle, SYNTAX.implicitLittle]) {
        const whole = 2 * (8 + 8 + 6);
        const lying = sequence(0x00081140, ITEMS, { length: whole + off });
        const { bytes } = dicom({ transferSyntax, elements: [lying, ...REST] });
        const full = await fullPass(bytes);
        expect(full.tags).toEqual([0x00081140, 0x00100010, 0x00200013, 0x00280010, 0x7fe00010]);
        await holdKeep(bytes, full, [0x00100010, 0x00200013]);
      }
    },
  );

  it.each([
    ['known', {}],
    ['undefined', OPEN],
  ])('D10 gives with `keep` what is behind items that say too little: %s', async (_, bounds) => {
    const items = [
      item([[0x00081155, 'UI', '1.2.3']], { length: 10 }),
      item([[0x00081150, 'UI', '1.2']]),
    ];
    const elements = [sequence(0x00081140, items, bounds), ...REST];
    const { bytes } = dicom({ elements });
    await holdKeep(bytes, await fullPass(bytes), [0x00100010, 0x00200013]);
  });
});
