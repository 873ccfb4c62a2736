import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  frameAttributes,
  frameColumn,
  frameMacro,
  functionalGroupCount,
} from '../../src/dicom/functional-groups.js';
import { dicom, item, sequence, SYNTAX } from '../support/build-dicom.js';
import { anySyntax } from '../support/any-elements.js';
import { headerOf } from '../support/header-of.js';
import { OPEN, SYNTAXES } from '../support/sequence-parts.js';
async function datasetOf(elements, transferSyntax) {
  return (await headerOf(dicom({ transferSyntax, elements }).bytes)).dataset;
}
const shared = (...macros) => sequence(0x52009229, [macros]);
const perFrame = (...frames) => sequence(0x52009230, frames);
const position = (z) => sequence(0x00209113, [[[0x00200032, 'DS', `0\\0\\${z}`]]]);
const orientation = (text) => sequence(0x00209116, [[[0x00200037, 'DS', text]]]);
const slope = (value) => sequence(0x00289145, [[[0x00281053, 'DS', value]]]);
/** The attribute of each of so many frames. */
function ofFrames(dataset, like, count) {
  return Array.from({ length: count }, (_, i) => frameAttributes(dataset, i).get(like));
}
/** PS3.3 C.7.6.16: what is said of a frame holds before what is said of all. */
describe.each(SYNTAXES)('attributes of frames in %s', (syntax) => {
  it('are those of the frame, then the shared ones, then those of the object', async () => {
    const dataset = await datasetOf(
      [
        [0x00200037, 'DS', '1\\0\\0\\0\\1\\0'],
        [0x00281053, 'DS', '10'],
        [0x00281054, 'LO', 'HU'],
        shared(slope('20'), orientation('0\\1\\0\\0\\0\\1')),
        perFrame(
          [position(1), slope('30')],
          [position(2)],
          [position(3), orientation('0\\0\\1\\1\\0\\0')],
        ),
      ],
      syntax,
    );
    expect(functionalGroupCount(dataset)).toBe(3);
    expect(ofFrames(dataset, 'ImagePositionPatient', 3)).toEqual([
      ...[
        [0, 0, 1],
        [0, 0, 2],
        [0, 0, 3],
      ],
    ]);
    expect(ofFrames(dataset, 'RescaleSlope', 3)).toEqual([30, 20, 20]);
    expect(ofFrames(dataset, 'ImageOrientationPatient', 3)).toEqual([
      ...[
        [0, 1, 0, 0, 0, 1],
        [0, 1, 0, 0, 0, 1],
        [0, 0, 1, 1, 0, 0],
      ],
    ]);
    expect(ofFrames(dataset, 'RescaleType', 3)).toEqual(['HU', 'HU', 'HU']);
    expect(ofFrames(dataset, 'Rows', 3)).toEqual([undefined, undefined, undefined]);
    const second = frameAttributes(dataset, 1);
    const names = ['ImagePositionPatient', 'RescaleSlope', 'RescaleType', 'Rows', 0x00281053];
    expect(names.map((like) => second.has(like))).toEqual([true, true, true, false, true]);
  });
  it('are in any macro: by keyword, by tag, by path', async () => {
    const content = sequence(0x00209111, [
      [
        [0x00209157, 'UL', [3, 4]],
        [0x00209453, 'LO', 'label'],
      ],
    ]);
    const dataset = await datasetOf([perFrame([content, position(7)])], syntax);
    const frame = frameAttributes(dataset, 0);
    for (const like of [
      ...['DimensionIndexValues', 0x00209157, '00209157', '(0020,9157)'],
      ...['FrameContentSequence.0.DimensionIndexValues', '(0020,9111).0.00209157'],
    ]) {
      expect([frame.get(like), frame.has(like)]).toEqual([[3, 4], true]);
    }
    expect(frame.get('FrameLabel')).toBe('label');
    expect(frame.get('FrameContentSequence')?.map((one) => one.get('FrameLabel'))).toEqual([
      'label',
    ]);
    expect(frame.has('PlanePositionSequence.0.DimensionIndexValues')).toBe(false);
    expect(frame.get('PlanePositionSequence.1.ImagePositionPatient')).toBeUndefined();
  });
  it('in sequences of a macro are reached by paths', async () => {
    const code = sequence(0x00082218, [[[0x00080100, 'SH', 'T-1']], [[0x00080100, 'SH', 'T-2']]]);
    const anatomy = sequence(0x00209071, [[code, [0x00209072, 'CS', 'U']]]);
    const dataset = await datasetOf([shared(anatomy), perFrame([], [])], syntax);
    for (const i of [0, 1]) {
      const frame = frameAttributes(dataset, i);
      const path = 'FrameAnatomySequence.0.AnatomicRegionSequence.1.CodeValue';
      expect(frame.get(path)).toBe('T-2');
      expect(frame.get('AnatomicRegionSequence')).toHaveLength(2);
      expect(frame.get('FrameLaterality')).toBe('U');
      // Not of the macro itself: whose code it is, only a path tells.
      expect(frame.has('CodeValue')).toBe(false);
    }
  });
  it('are the shared ones without a sequence by frame, and those of the object without any', async () => {
    const only = await datasetOf([[0x00281053, 'DS', '10'], shared(slope('20'))], syntax);
    expect([functionalGroupCount(only), frameAttributes(only, 5).get('RescaleSlope')]).toEqual([
      0, 20,
    ]);
    const none = await datasetOf([[0x00281053, 'DS', '10']], syntax);
    expect([functionalGroupCount(none), frameAttributes(none, 0).get('RescaleSlope')]).toEqual([
      0, 10,
    ]);
    expect(frameColumn(none, 'RescaleSlope', 3)).toEqual([10, 10, 10]);
  });
  it.each([
    ['an empty item', [[slope('1')], [], [slope('3')]], [1, 20, 3]],
    ['an empty macro', [[slope('1')], [sequence(0x00289145, [])], [slope('3')]], [1, 20, 3]],
    ['an empty item of a macro', [[sequence(0x00289145, [[]])], [], []], [20, 20, 20]],
    ['fewer items than frames', [[slope('1')]], [1, 20, 20]],
    ['no items', [], [20, 20, 20]],
  ])('G23: with %s are the shared ones', async (_, frames, expected) => {
    const groups = perFrame(...frames.map((macros) => [...macros]));
    const dataset = await datasetOf([shared(slope('20')), groups], syntax);
    expect(ofFrames(dataset, 'RescaleSlope', 3)).toEqual(expected);
    expect(frameColumn(dataset, 'RescaleSlope', 3)).toEqual(expected);
  });
  it('G23: of more items than frames are those of the frames', async () => {
    const dataset = await datasetOf([perFrame([slope('1')], [slope('2')], [slope('3')])], syntax);
    expect(functionalGroupCount(dataset)).toBe(3);
    expect(frameColumn(dataset, 'RescaleSlope', 2)).toEqual([1, 2]);
    expect(frameColumn(dataset, 'RescaleSlope', 0)).toEqual([]);
  });
  it('that are there and empty hide those behind them', async () => {
    const empty = sequence(0x00289145, [[[0x00281053, 'DS', '']]]);
    const dataset = await datasetOf([shared(slope('20')), perFrame([empty], [])], syntax);
    expect(ofFrames(dataset, 'RescaleSlope', 2)).toEqual([undefined, 20]);
    expect(frameColumn(dataset, 'RescaleSlope', 2)).toEqual([undefined, 20]);
    expect(frameAttributes(dataset, 0).has('RescaleSlope')).toBe(true);
  });
  it.each([
    ['tag', 0x00211041],
    ['path', '(0021,xxFE,SIEMENS MR SDS 01).0.(0021,xx41,SIEMENS MR SDI 02)'],
    ['creator', '(0021,xx41,SIEMENS MR SDI 02)'],
  ])('are private ones too, by %s', async (_, like) => {
    const inside = [
      [0x00210010, 'LO', 'SIEMENS MR SDI 02'],
      [0x00211041, 'LO', 'value'],
    ];
    const creator = [0x00210010, 'LO', 'SIEMENS MR SDS 01'];
    const group = [creator, sequence(0x002110fe, [inside], OPEN)];
    const dataset = await datasetOf([perFrame(group, [])], syntax);
    const [first, second] = ofFrames(dataset, like, 2);
    // Implicit VR says not what it is, but it is there.
    expect([typeof first, second]).toEqual([
      syntax === SYNTAX.implicitLittle ? 'object' : 'string',
      undefined,
    ]);
    expect(frameAttributes(dataset, 1).has(like)).toBe(false);
    expect(frameColumn(dataset, like, 2)).toEqual([first, second]);
  });
});
describe('private elements of a macro', () => {
  const named = (value) => {
    const creator = [0x00210020, 'LO', 'CREATOR'];
    return sequence(0x00209111, [[creator, [0x00211010, 'US', 1], [0x00212041, 'LO', value]]]);
  };
  it('are found by their creator there, and not in the block of another', async () => {
    const dataset = await datasetOf([shared(named('all')), perFrame([named('own')], [])]);
    const like = '(0021,xx41,CREATOR)';
    expect(ofFrames(dataset, like, 2)).toEqual(['own', 'all']);
    expect(frameColumn(dataset, like, 2)).toEqual(['own', 'all']);
    expect(frameAttributes(dataset, 0).has(like)).toBe(true);
    expect(ofFrames(dataset, '(0021,xx41,OTHER)', 2)).toEqual([undefined, undefined]);
    expect(frameColumn(dataset, '(0021,xx10,CREATOR)', 2)).toEqual([undefined, undefined]);
  });
});
describe('what is no functional group', () => {
  const wrong = [[0x00281053, 'DS', '7']];
  const creator = [0x00210010, 'LO', 'CREATOR'];
  it.each([
    ['of a private sequence', [creator, sequence(0x00211001, [wrong], OPEN)]],
    ['of a sequence of several items', [sequence(0x00081140, [wrong, wrong])]],
    ['of a sequence in a macro', [sequence(0x00209071, [[sequence(0x00082218, [wrong])]])]],
  ])('does not shadow what the frames share: an element %s', async (_, group) => {
    const dataset = await datasetOf([shared(slope('20')), perFrame(group, [slope('3')])]);
    expect(ofFrames(dataset, 'RescaleSlope', 2)).toEqual([20, 3]);
    expect(frameColumn(dataset, 'RescaleSlope', 2)).toEqual([20, 3]);
    const alone = await datasetOf([shared(...group), perFrame(group, [])]);
    expect(frameColumn(alone, 'RescaleSlope', 2)).toEqual([undefined, undefined]);
    expect(frameAttributes(alone, 0).has('RescaleSlope')).toBe(false);
  });
  it('is reached by a path', async () => {
    const dataset = await datasetOf([
      perFrame([creator, sequence(0x00211001, [wrong], OPEN)], [sequence(0x00081140, [[], wrong])]),
    ]);
    const [first, second] = [0, 1].map((i) => frameAttributes(dataset, i));
    expect(first?.get('(0021,xx01,CREATOR).0.RescaleSlope')).toBe(7);
    expect(second?.get('ReferencedImageSequence.1.RescaleSlope')).toBe(7);
  });
  it('is none where the sequences are values', async () => {
    const dataset = await datasetOf([
      [0x00281053, 'DS', '10'],
      [0x52009229, 'LO', 'text'],
      [0x52009230, 'LO', 'text'],
    ]);
    expect(functionalGroupCount(dataset)).toBe(0);
    expect(frameColumn(dataset, 'RescaleSlope', 2)).toEqual([10, 10]);
    expect(frameMacro(dataset, 0, 'PixelValueTransformationSequence')).toBeUndefined();
  });
  it.each(['Rovs', 'PlanePositionSequence.0', '(0018,xx10,A)', '__proto__', 'constructor', -1])(
    'N28: %j names nothing in them, and that is said with and without groups',
    async (like) => {
      const groups = [shared(slope('20')), perFrame([position(1)], [])];
      for (const dataset of [await datasetOf(groups), await datasetOf([])]) {
        const frame = frameAttributes(dataset, 0);
        const usage = /^USAGE: .*expected /s;
        expect(() => frame.get(like)).toThrow(usage);
        expect(() => frame.has(like)).toThrow(usage);
        for (const count of [0, 2]) {
          expect(() => frameColumn(dataset, like, count)).toThrow(usage);
        }
      }
    },
  );
});
describe('macros of a frame', () => {
  it('are its own, else the shared ones; an empty one is none', async () => {
    const dataset = await datasetOf([
      shared(slope('20'), position(9)),
      perFrame([slope('1')], [sequence(0x00289145, [])], []),
    ]);
    const macro = (i) =>
      frameMacro(dataset, i, 'PixelValueTransformationSequence')?.get('RescaleSlope');
    expect([0, 1, 2, 3].map(macro)).toEqual([1, 20, 20, 20]);
    expect(frameMacro(dataset, 0, 'PixelMeasuresSequence')).toBeUndefined();
  });
});
describe('one attribute of all frames', () => {
  const MACROS = [0x00209113, 0x00209116, 0x00289110, 0x00289145];
  const LIKES = [
    ...['ImagePositionPatient', 'SliceThickness', 'RescaleSlope', 'PixelMeasuresSequence'],
    ...['PixelMeasuresSequence.0.SliceThickness', '(0020,9113).0.RescaleSlope', 0x00281053],
    ...['PixelMeasuresSequence.1.SliceThickness', 'Rows', 'PlanePositionSequence.0.Rows'],
  ];
  const number = fc.nat(99).map(String);
  const attribute = fc.oneof(
    fc.tuple(fc.constant(0x00180050), fc.constant('DS'), fc.option(number, { nil: '' })),
    fc.tuple(fc.constant(0x00200032), fc.constant('DS'), fc.array(number, { maxLength: 3 })),
    fc.tuple(fc.constant(0x00281053), fc.constant('DS'), number),
  );
  const tagOf = (one) => ('encode' in one ? (one.tag ?? 0) : one[0]);
  const inOrder = (elements) => {
    const byTag = new Map(elements.map((one) => [tagOf(one), one]));
    return [...byTag.values()].sort((a, b) => tagOf(a) - tagOf(b));
  };
  const attributes = fc.array(attribute, { maxLength: 3 }).map(inOrder);
  const macro = fc
    .tuple(fc.constantFrom(...MACROS), fc.array(attributes, { maxLength: 2 }), fc.boolean())
    .map(([tag, items, open]) => sequence(tag, items, open ? OPEN : {}));
  const group = fc.array(fc.oneof(macro, macro, attribute), { maxLength: 4 }).map(inOrder);
  const groups = (tag, most) =>
    fc
      .tuple(fc.array(fc.tuple(group, fc.boolean()), { maxLength: most }), fc.boolean(), fc.nat(4))
      .map(([items, open, absent]) => {
        const pieces = items.map(([inside, openItem]) => item(inside, openItem ? OPEN : {}));
        return absent === 0 ? [] : [sequence(tag, pieces, open ? OPEN : {})];
      });
  const anyObject = fc
    .tuple(attributes, groups(0x52009229, 1), groups(0x52009230, 5))
    .map((parts) => parts.flat());
  /** By the standard's words, through the items as a reader of the data set would go. */
  function byWalking(dataset, i, like) {
    const own = dataset.get('PerFrameFunctionalGroupsSequence')?.[i];
    const common = dataset.get('SharedFunctionalGroupsSequence')?.[0];
    for (const functionalGroup of [own, common]) {
      if (functionalGroup?.has(like) === true) return functionalGroup.get(like);
      if (typeof like === 'string' && like.includes('.')) continue;
      for (const { items } of functionalGroup ?? []) {
        // The macros that describe a frame have one item (PS3.3 C.7.6.16.2).
        const [only] = items?.length === 1 ? items : [];
        if (only?.has(like) === true) return only.get(like);
      }
    }
    return dataset.get(like);
  }
  const json = (value) => JSON.stringify(value);
  it('is what each frame has, and what the standard says', async () => {
    await fc.assert(
      fc.asyncProperty(anyObject, anySyntax, fc.nat(6), async (elements, syntax, count) => {
        const dataset = await datasetOf(elements, syntax);
        const untouched = await datasetOf(elements, syntax);
        for (const like of LIKES) {
          const column = frameColumn(untouched, like, count).map(json);
          expect(column).toEqual(ofFrames(untouched, like, count).map(json));
          const walked = Array.from({ length: count }, (_, i) => byWalking(dataset, i, like));
          expect(column).toEqual(walked.map(json));
        }
      }),
      { numRuns: 150, seed: 23 },
    );
  });
  it('is one and the same value where all share it', async () => {
    const dataset = await datasetOf([
      [0x00200037, 'DS', '1\\0\\0\\0\\1\\0'],
      shared(position(5)),
      perFrame([], [], [position(6)]),
    ]);
    const [first, second, third] = frameColumn(dataset, 'ImagePositionPatient', 3);
    expect(first).toEqual([0, 0, 5]);
    expect(second).toBe(first);
    expect(third).toEqual([0, 0, 6]);
    const [one, two] = frameColumn(dataset, 'ImageOrientationPatient', 2);
    expect(two).toBe(one);
  });
  it('is typed as of one frame', async () => {
    const frame = frameAttributes(await datasetOf([perFrame([position(1)])]), 0);
    const value = frame.get('ImagePositionPatient');
    expectTypeOf(value).toEqualTypeOf();
    const byPath = frame.get('PlanePositionSequence.0.ImagePositionPatient');
    expectTypeOf(byPath).toEqualTypeOf();
    const byTag = frame.get(0x00200032);
    expectTypeOf(byTag).toEqualTypeOf();
    expect([byPath, byTag]).toEqual([value, value]);
  });
});
describe('faults in functional groups', () => {
  it('of shared values are one warning, whatever the number of frames', async () => {
    const elements = [shared(slope('1,5')), perFrame([], [], [])];
    const { dataset, warnings } = await headerOf(dicom({ elements }).bytes);
    expect(ofFrames(dataset, 'RescaleSlope', 3)).toEqual([undefined, undefined, undefined]);
    expect(frameColumn(dataset, 'RescaleSlope', 3)).toEqual([undefined, undefined, undefined]);
    expect(warnings.list.map(({ code, tag }) => [code, tag])).toEqual([['BAD_VALUE', 0x00281053]]);
  });
  it('of a frame are one warning, however often the frame is asked', async () => {
    const elements = [perFrame([slope('1')], [slope('1,5')])];
    const { dataset, warnings } = await headerOf(dicom({ elements }).bytes);
    for (let k = 0; k < 3; k++) {
      expect(ofFrames(dataset, 'RescaleSlope', 2)).toEqual([1, undefined]);
      expect(frameColumn(dataset, 'RescaleSlope', 2)).toEqual([1, undefined]);
    }
    expect(warnings.count).toBe(1);
  });
  it('of shared values are thrown when strict where a frame needs them, and not else', async () => {
    const intercept = (value) => sequence(0x00289145, [[[0x00281052, 'DS', value]]]);
    const every = [shared(intercept('x ')), perFrame([intercept('1')], [intercept('2')])];
    const { dataset } = await headerOf(dicom({ elements: every }).bytes, { strict: true });
    expect(frameColumn(dataset, 'RescaleIntercept', 2)).toEqual([1, 2]);
    expect(() => frameColumn(dataset, 'RescaleIntercept', 3)).toThrow('BAD_VALUE');
    const some = [shared(intercept('x ')), perFrame([intercept('1')], [])];
    const { dataset: other } = await headerOf(dicom({ elements: some }).bytes, { strict: true });
    expect(frameColumn(other, 'RescaleIntercept', 1)).toEqual([1]);
    expect(() => frameColumn(other, 'RescaleIntercept', 2)).toThrow('BAD_VALUE');
  });
  it('of values that no frame uses are none', async () => {
    const elements = [shared(slope('1,5')), perFrame([slope('1')], [slope('2')])];
    for (const strict of [false, true]) {
      const { dataset, warnings } = await headerOf(dicom({ elements }).bytes, { strict });
      expect(ofFrames(dataset, 'RescaleSlope', 2)).toEqual([1, 2]);
      expect(frameColumn(dataset, 'RescaleSlope', 2)).toEqual([1, 2]);
      expect(warnings.list).toEqual([]);
    }
  });
});
