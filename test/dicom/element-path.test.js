import { describe, expect, expectTypeOf, it } from 'vitest';
import { isPath, parseElementPath, privateTags } from '../../src/dicom/element-path.js';
import { isFramedexError } from '../../src/errors.js';
const SERIES = 0x00081115;
const SERIES_UID = 0x0020000e;
function usageMessage(like) {
  try {
    return `no error: ${JSON.stringify(parseElementPath(like))}`;
  } catch (error) {
    return isFramedexError(error, 'USAGE') ? error.message : String(error);
  }
}
describe('paths to elements', () => {
  it.each([0x00100010, 'PatientName', '(0010,0010)', '0010,0010', '00100010', 'x00100010'])(
    '%s is an element of the data set itself',
    (like) => {
      expect(isPath(like)).toBe(false);
      expect(parseElementPath(like)).toEqual({ steps: [], element: 0x00100010 });
    },
  );
  it.each([
    'ReferencedSeriesSequence.0.SeriesInstanceUID',
    '(0008,1115).0.(0020,000E)',
    '0008,1115.0.0020,000e',
    '00081115.0.0x0020000E',
    'ReferencedSeriesSequence.00.x0020000e',
  ])('%s goes into an item, whatever the form of its names', (like) => {
    expect(isPath(like)).toBe(true);
    expect(parseElementPath(like)).toEqual({
      steps: [{ sequence: SERIES, item: 0 }],
      element: SERIES_UID,
    });
  });
  it('go to any depth', () => {
    const steps = Array.from({ length: 50 }, (_, item) => ({ sequence: SERIES, item }));
    const text = steps.map(({ item }) => `ReferencedSeriesSequence.${item}.`).join('');
    expect(parseElementPath(`${text}Rows`)).toEqual({ steps, element: 0x00280010 });
  });
  it('stay right however many there were', () => {
    for (let item = 0; item < 1000; item++) {
      const like = `ReferencedSeriesSequence.${item}.Rows`;
      expect(parseElementPath(like).steps).toEqual([{ sequence: SERIES, item }]);
    }
    expect(parseElementPath('ReferencedSeriesSequence.0.Rows').steps[0]?.item).toBe(0);
  });
  it.each([
    ['Rows.0.Rovs', '"Rovs" in "Rows.0.Rovs". Did you mean Rows?'],
    ['Rows.0.', '"" in "Rows.0."'],
    ['.0.Rows', '"" in ".0.Rows"'],
    ['Rows.0.0.Rows', '"0" in "Rows.0.0.Rows"'],
    ['A.B', '"A" in "A.B"'],
    ['Rows.0.(0018,10)', '"(0018,10)" in "Rows.0.(0018,10)"'],
    ['Rows[0].Rows', '"Rows[0]" in "Rows[0].Rows". Did you mean Rows?'],
  ])('%s has a name that is none, and the error says which', (like, found) => {
    const message = usageMessage(like);
    expect(message).toContain('a path with a name that is no keyword or tag');
    expect(message).toContain('expected a keyword such as PatientName or a tag');
    expect(message).toContain(`found ${found}`);
  });
  it.each([
    ['Rows.', '"." behind "Rows"'],
    ['Rows.0', '".0" behind "Rows"'],
    ['Rows.Rows', '".Rows" behind "Rows"'],
    ['Rows.-1.Rows', '".-1.Rows" behind "Rows"'],
    ['Rows.1e3.Rows', '".1e3.Rows" behind "Rows"'],
    ['Rows.0.Columns.*.Rows', '".*.Rows" behind "Rows.0.Columns"'],
    ['Rows.99999999999.Rows', '".99999999999.Rows" behind "Rows"'],
    ['(0019,xx0C,A).0', '".0" behind "(0019,xx0C,A)"'],
  ])('%s is no path, and the error says where', (like, found) => {
    const message = usageMessage(like);
    expect(message).toContain('expected names and items such as ReferencedSeriesSequence.0.');
    expect(message).toContain(`found ${found}`);
  });
  it('are not told at length when they are long', () => {
    expect(usageMessage(`A.${'B'.repeat(100_000)}`).length).toBeLessThan(500);
    expect(usageMessage(`Rows.${'B'.repeat(100_000)}`).length).toBeLessThan(500);
    expect(usageMessage(`(0018,xx0C,${'.0.'.repeat(30_000)})`).length).toBeLessThan(500);
  });
  it('errors of plain names are those of plain names', () => {
    expect(usageMessage('Rovs')).toContain('no such keyword or tag');
    expect(usageMessage(-1)).toContain('not a tag');
  });
});
describe('private elements by creator (PS3.5 7.8.1)', () => {
  const element = { group: 0x0019, element: 0x0c, creator: 'SIEMENS MR HEADER' };
  it.each([
    '(0019,xx0C,SIEMENS MR HEADER)',
    '0019,xx0C,SIEMENS MR HEADER',
    '(0019,XX0c,SIEMENS MR HEADER)',
    '(0019,xx0C, SIEMENS MR HEADER  )',
  ])('%s is one', (like) => {
    expect(isPath(like)).toBe(true);
    expect(parseElementPath(like)).toEqual({ steps: [], element });
  });
  it.each([
    'PAPYRUS 3.0',
    '1.2.840.113681',
    'ACUSON:1.2.840.113680.1.0:7f10',
    'A.L.I. Technologies, Inc.',
    'Company (Europe)',
    'A).B',
    '__proto__',
  ])('a creator may be %s', (creator) => {
    const name = { group: 0x0029, element: 0x10, creator };
    expect(parseElementPath(`(0029,xx10,${creator})`)).toEqual({ steps: [], element: name });
    expect(parseElementPath(`0029,xx10,${creator}`)).toEqual({ steps: [], element: name });
    expect(parseElementPath(`(0029,xx10,${creator}).3.(0029,xx10,${creator})`)).toEqual({
      steps: [{ sequence: name, item: 3 }],
      element: name,
    });
  });
  it('stand in paths without parentheses where the creator has no dot', () => {
    expect(parseElementPath('0019,xx0C,SIEMENS MR HEADER.2.Rows')).toEqual({
      steps: [{ sequence: element, item: 2 }],
      element: 0x00280010,
    });
    expect(
      parseElementPath('RequestAttributesSequence.1.0019,xx0C,SIEMENS MR HEADER.2.00280010'),
    ).toEqual({
      steps: [
        { sequence: 0x00400275, item: 1 },
        { sequence: element, item: 2 },
      ],
      element: 0x00280010,
    });
  });
  it('parentheses tell a creator from a path', () => {
    const creator = 'A.0.Rows';
    expect(parseElementPath(`(0019,xx0C,${creator})`).element).toEqual({ ...element, creator });
    expect(parseElementPath(`0019,xx0C,${creator}`)).toEqual({
      steps: [{ sequence: { ...element, creator: 'A' }, item: 0 }],
      element: 0x00280010,
    });
  });
  it.each([
    '(0018,xx0C,SIEMENS)',
    '(0019,xx0C,)',
    '(0019,xx0C, )',
    '(0019,0C,SIEMENS)',
    '(0019,100C,SIEMENS)',
    '(0019,10xx,SIEMENS)',
    '(0019,xx0C,SIEMENS',
    'ReferencedSeriesSequence.0.(0018,xx0C,SIEMENS)',
  ])('%s is none', (like) => {
    expect(usageMessage(like)).toContain(
      'expected an odd group, an element in its block and a creator: (0019,xx0C,CREATOR)',
    );
  });
  it('E07: lie in the block that their creator reserved', () => {
    const blocks = [
      { block: 0x10, creator: 'SIEMENS CSA HEADER' },
      { block: 0x11, creator: 'SIEMENS MR HEADER' },
    ];
    expect(privateTags(element, blocks)).toEqual([0x0019110c]);
    expect(privateTags({ ...element, creator: 'SIEMENS CSA HEADER' }, blocks)).toEqual([
      0x0019100c,
    ]);
  });
  it('E07: may lie in each block of a creator that reserved several', () => {
    const creator = 'SIEMENS MR HEADER';
    const blocks = [0x10, 0x12, 0xff].map((block) => ({ block, creator }));
    expect(privateTags(element, blocks)).toEqual([0x0019100c, 0x0019120c, 0x0019ff0c]);
  });
  it('E07: are nowhere without their creator, whose case counts and whose padding does not', () => {
    expect(privateTags(element, [])).toEqual([]);
    expect(privateTags(element, [{ block: 0x10, creator: 'Siemens MR Header' }])).toEqual([]);
    expect(privateTags(element, [{ block: 0x10, creator: '' }])).toEqual([]);
    expect(privateTags(element, [{ block: 0x10, creator: ' SIEMENS MR HEADER  ' }])).toEqual([
      0x0019100c,
    ]);
  });
  it('E07: are no numbers beyond 32 bits in the highest group', () => {
    const highest = { group: 0xfffd, element: 0xff, creator: 'A' };
    expect(privateTags(highest, [{ block: 0xff, creator: 'A' }])).toEqual([0xfffdffff]);
  });
});
describe('types of paths', () => {
  it('are those of the keyword at the end', () => {
    expectTypeOf().toEqualTypeOf();
    expectTypeOf().toEqualTypeOf();
    expectTypeOf().toEqualTypeOf();
    expectTypeOf().toEqualTypeOf();
    expectTypeOf().toEqualTypeOf();
  });
  it('are unknown for tags, private elements and what is no path', () => {
    expectTypeOf().toEqualTypeOf();
    expectTypeOf().toEqualTypeOf();
    expectTypeOf().toEqualTypeOf();
    expectTypeOf().toEqualTypeOf();
    expectTypeOf().toEqualTypeOf();
    expectTypeOf().toEqualTypeOf();
    expectTypeOf().toEqualTypeOf();
  });
});
