import { describe, expect, it } from 'vitest';
import { wantedTags } from '../../src/dicom/wanted-tags.js';
import { isFramedexError } from '../../src/errors.js';
import { imagePixel, sequence } from '../support/build-dicom.js';
import { codeOf, openBuilt } from '../support/open-built.js';
import { OPEN, SYNTAXES } from '../support/sequence-parts.js';
/** Of some tags, those that are wanted. */
function wanted(names, tags) {
  const set = wantedTags(names);
  return tags.filter((tag) => set.has(tag));
}
const STANDARD = [0, 0x00080005, 0x00081115, 0x00100010, 0x0020000e, 0x00280010, 0x7fe00010];
const PRIVATE = [
  ...[0x00190000, 0x0019000c, 0x0019000f, 0x00190010, 0x00190011, 0x001900ff, 0x00190100],
  ...[0x0019100c, 0x0019100d, 0x0019110c, 0x0019ff0c, 0x00210010, 0x0021100c],
];
describe('wanted tags', () => {
  it.each(['Rows', 0x00280010, '00280010', '(0028,0010)', '0028,0010', 'x00280010'])(
    'of %s are that one',
    (name) => {
      expect(wanted([name], [...STANDARD, ...PRIVATE])).toEqual([0x00280010]);
    },
  );
  it('of nothing are none', () => {
    expect(wanted([], [...STANDARD, ...PRIVATE])).toEqual([]);
  });
  it.each([
    'ReferencedSeriesSequence.0.SeriesInstanceUID',
    '(0008,1115).7.(0020,000E)',
    '00081115.0.ReferencedSOPSequence.1.Rows',
    'ReferencedSeriesSequence.0.(0019,xx0C,SIEMENS MR HEADER)',
  ])('of %s are the outermost sequence', (path) => {
    expect(wanted([path], [...STANDARD, ...PRIVATE])).toEqual([0x00081115]);
  });
  it('E07: of a private tag are that one and its creator', () => {
    expect(wanted([0x0019110c], PRIVATE)).toEqual([0x00190011, 0x0019110c]);
    expect(wanted(['(0019,0010)'], PRIVATE)).toEqual([0x00190010]);
    expect(wanted([0x0019000c], PRIVATE)).toEqual([0x0019000c]);
  });
  it.each([
    '(0019,xx0C,SIEMENS MR HEADER)',
    '0019,xx0c,SIEMENS MR HEADER',
    '(0019,xx0C,SIEMENS MR HEADER).3.Rows',
  ])('E07: of %s are all creators of the group, and the element in any block', (name) => {
    expect(wanted([name, 'Rows'], [...STANDARD, ...PRIVATE])).toEqual([
      ...[0x00280010, 0x00190010, 0x00190011, 0x001900ff, 0x0019100c, 0x0019110c, 0x0019ff0c],
    ]);
  });
  it.each([
    ...['Rovs', '', -1, 'Rows.', 'Rows.0', 'Rows.0.Rovs', '(0018,xx0C,EVEN)', '(0019,xx0C,)'],
    ...['__proto__', 'constructor', 'constructor.0.Rows'],
  ])('N28: of %j are none: it names no element', (name) => {
    expect(() => wantedTags(['Rows', name])).toThrow(/^USAGE: .*expected /s);
  });
});
const MR = 'SIEMENS MR HEADER';
const PARTS = {
  elements: [
    sequence(0x00081115, [[], [[0x0020000e, 'UI', '1.2'], sequence(0x00081199, [[]])]], OPEN),
    [0x00100010, 'PN', 'Doe^Jane'],
    [0x00190010, 'LO', 'OTHER'],
    [0x00190011, 'LO', MR],
    [0x0019100c, 'LO', 'of the other'],
    [0x0019110c, 'IS', '1000'],
    [0x0019110d, 'CS', 'NONE'],
    [0x00210010, 'LO', 'SDS'],
    sequence(0x002110fe, [[[0x0020000e, 'UI', '1.3']]], OPEN),
    ...imagePixel({ rows: 1, columns: 1 }),
    [0x7fe00010, 'OW', [7]],
  ],
};
describe.each(SYNTAXES)('open with tags, in %s', (transferSyntax) => {
  const parts = { ...PARTS, transferSyntax };
  it.each([
    ['ReferencedSeriesSequence.1.SeriesInstanceUID', '1.2', 0x00081115],
    [`(0019,xx0C,${MR})`, 1000, 0x0019110c],
    [0x0019110c, 1000, 0x0019110c],
    ['(0021,xxFE,SDS).0.SeriesInstanceUID', '1.3', 0x002110fe],
    ['002110fe.0.0020000e', '1.3', 0x002110fe],
    ['(0019,xx0C,NOBODY)', undefined, undefined],
    ['ReferencedSeriesSequence.2.SeriesInstanceUID', undefined, 0x00081115],
  ])('gives of %s what the whole has, and jumps over others', async (name, value, tag) => {
    const whole = await openBuilt(parts);
    const part = await openBuilt(parts, { tags: [name] });
    expect(part.file.dataset.get(name)).toEqual(value);
    expect(whole.file.dataset.get(name)).toEqual(value);
    if (tag !== undefined) expect(part.file.dataset.has(tag)).toBe(true);
    expect(part.file.dataset.has('PatientName')).toBe(false);
    expect(part.file.dataset.has(`(0019,xx0D,${MR})`)).toBe(false);
    const frame = await part.file.frame(0);
    expect([...frame.data]).toEqual([7]);
  });
  it('keeps what several names ask for', async () => {
    const tags = ['PatientName', `(0019,xx0D,${MR})`, 'ReferencedSeriesSequence.1.Rows'];
    const { file } = await openBuilt(parts, { tags });
    expect(file.dataset.get('PatientName')).toBe('Doe^Jane');
    expect(file.dataset.get(`(0019,xx0D,${MR})`)).toBe('NONE');
    expect(file.dataset.get('ReferencedSeriesSequence.1.SeriesInstanceUID')).toBe('1.2');
    expect(file.dataset.has(`(0019,xx0C,${MR})`)).toBe(false);
  });
  it('refuses what names nothing, before anything is read', async () => {
    for (const tags of [['Rovs'], ['__proto__'], ['PatientName.0'], ['(0019,xx0C,)']]) {
      expect(await codeOf(openBuilt(parts, { tags }))).toBe('USAGE');
    }
  });
});
describe('open with until', () => {
  it.each(['PatientName', 0x00100010, '00100010', '(0010,0010)', 'x00100010'])(
    'takes %s',
    async (until) => {
      const { file } = await openBuilt(PARTS, { until });
      expect([...file.dataset].map(({ tag }) => tag)).toEqual([0x00081115]);
      expect(file.dataset.get('ReferencedSeriesSequence.1.SeriesInstanceUID')).toBe('1.2');
    },
  );
  it('gives private elements by creator that are before it', async () => {
    const { file } = await openBuilt(PARTS, { until: 0x0019110d });
    expect(file.dataset.get(`(0019,xx0C,${MR})`)).toBe(1000);
    expect(file.dataset.has(`(0019,xx0D,${MR})`)).toBe(false);
  });
  it.each([
    ...['ReferencedSeriesSequence.0.SeriesInstanceUID', `(0019,xx0C,${MR})`],
    ...['__proto__', 'constructor', 'Rovs', -1],
  ])('refuses %s, which is no place in the data set', async (until) => {
    const error = await openBuilt(PARTS, { until }).catch((thrown) => thrown);
    if (!isFramedexError(error, 'USAGE')) throw new Error('no USAGE');
    expect(error.message).toContain('expected');
  });
  it('does not ask for a private element by creator, which it refuses', async () => {
    const refused = openBuilt(PARTS, { until: `(0019,xx0C,${MR})` });
    await expect(refused).rejects.toThrow(/^USAGE: (?!.*expected .*CREATOR)/s);
  });
});
