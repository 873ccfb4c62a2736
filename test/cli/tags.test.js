import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SYNTAX, dicom, encapsulated, imagePixel, sequence } from '../support/build-dicom.js';
import { buildZip } from '../support/build-zip.js';
import { SAMPLE, cli, scratch, twoFrames } from './run-cli.js';
let files;
beforeAll(() => {
  files = scratch();
});
afterAll(() => {
  files.remove();
});
async function lines(path, ...args) {
  const { code, out, err } = await cli(['tags', path, ...args]);
  expect([code, err]).toEqual([0, '']);
  return out.trimEnd().split('\n');
}
describe('tags', () => {
  it('names tolerated faults on standard error, without values', async () => {
    const { bytes } = dicom({
      elements: [
        [0x00200010, 'SH', 'secret'],
        [0x00100010, 'PN', 'Doe^Jane'],
      ],
    });
    const path = files.put('faults.dcm', bytes);
    for (const args of [[], ['--json']]) {
      const { code, err } = await cli(['tags', path, ...args]);
      expect(code).toBe(0);
      expect(err).toMatch(/^framedex: TAG_ORDER: .*faults\.dcm: .* at byte \d+\n$/);
      expect(err).not.toMatch(/secret|Doe/);
    }
  });
  it('names what is wrong with text on standard error, which it shows as written', async () => {
    const { bytes } = dicom({
      elements: [
        [0x00080005, 'CS', 'ISO_IR 192'],
        [0x00100010, 'PN', Uint8Array.of(0x44, 0x6f, 0x65, 0xff)],
        [0x00200013, 'IS', '12.5'],
      ],
    });
    const path = files.put('texts.dcm', bytes);
    const { code, out, err } = await cli(['tags', path]);
    expect([code, out]).toEqual([0, expect.stringContaining('(0020,0013) IS [12.5] ')]);
    const told = err.trimEnd().split('\n');
    expect(told).toHaveLength(2);
    expect(told[0]).toMatch(/^framedex: CHARACTER_SET: .*texts\.dcm: .* at byte \d+$/);
    expect(told[1]).toMatch(/^framedex: BAD_VALUE: .*texts\.dcm: .* at byte \d+$/);
    expect(err).not.toMatch(/Doe|12\.5/);
  });
  it('finds elements that are not in their order', async () => {
    const { bytes } = dicom({
      elements: [
        [0x00200010, 'SH', 'later'],
        [0x00100010, 'PN', 'Doe^Jane'],
        ...imagePixel({ rows: 1, columns: 1 }),
        [0x7fe00010, 'OW', [1]],
      ],
    });
    const path = files.put('misordered.dcm', bytes);
    const { out } = await cli(['tags', path, '--tag', 'PatientName']);
    expect(out).toMatch(/^\(0010,0010\) PN \[Doe\^Jane\] /);
  });
  it('says in one line that no instance has an element', async () => {
    const path = files.put('without.dcm', twoFrames().bytes);
    for (const more of [[], ['--json']]) {
      const args = ['tags', path, '--tag', 'PatientComments', '--tag', 'Rows', ...more];
      const { code, err } = await cli(args);
      expect(code).toBe(0);
      expect(err).toBe('framedex: (0010,4000) PatientComments is not there\n');
    }
    const one = await cli(['tags', SAMPLE, '--tag', 'WindowCenter', '--tag', 'PatientComments']);
    expect([one.code, one.err]).toEqual([
      0,
      'framedex: (0010,4000) PatientComments is not there\n',
    ]);
  });
  it('prints JSON in the order of tags, in items too', async () => {
    const item = [
      [0x00080060, 'CS', 'CT'],
      [0x20500020, 'CS', 'IDENTITY'],
    ];
    const { bytes } = dicom({
      elements: [
        [0x00080005, 'CS', 'ISO_IR 100'],
        sequence(0x00081140, [item]),
        [0x20500020, 'CS', 'IDENTITY'],
      ],
    });
    const { out } = await cli(['tags', files.put('order.dcm', bytes), '--json']);
    const keys = [...out.matchAll(/"([0-9A-F]{8})":/g)].map((match) => match[1]);
    expect(keys).toEqual(['00080005', '00081140', '00080060', '20500020', '20500020']);
    expect(JSON.parse(out)).toMatchObject({ 20500020: { Value: ['IDENTITY'] } });
  });
  it('shows elements behind the pixel data with --all', async () => {
    const path = files.put('behind.dcm', twoFrames([[0xfffcfffc, 'OB', [1, 2]]]).bytes);
    expect((await lines(path)).at(-1)).toContain('PixelData');
    expect((await lines(path, '--all')).at(-1)).toContain('DataSetTrailingPadding');
    const [only, ...more] = await lines(path, '--tag', 'DataSetTrailingPadding');
    expect(only).toMatch(/^\(fffc,fffc\) OB 01\\02 /);
    expect(more).toEqual([]);
  });
  it.each([
    'PatientName',
    '00100010',
    '0x00100010',
    '(0010,0010)',
    '0010,0010',
    'x00100010',
    'patientname',
  ])('takes --tag %s', async (tag) => {
    const path = files.put('named.dcm', twoFrames([[0x00100010, 'PN', 'Doe^Jane']]).bytes);
    const found = await lines(path, '--tag', tag, '--tag', 'TransferSyntaxUID');
    expect(found.map((line) => line.slice(0, 25))).toEqual([
      '(0002,0010) UI =Explicit ',
      '(0010,0010) PN [Doe^Jane]',
    ]);
  });
  it('prints the DICOM JSON model (PS3.18 F), pixel data by its place', async () => {
    const { bytes, pixelOffset } = twoFrames([
      [0x00100010, 'PN', 'Doe^Jane'],
      [0x00181063, 'DS', '0.5'],
    ]);
    const path = files.put('model.dcm', bytes);
    const { out } = await cli(['tags', path, '--json']);
    const model = JSON.parse(out);
    expect(model['00100010']).toEqual({ vr: 'PN', Value: [{ Alphabetic: 'Doe^Jane' }] });
    expect(model['00181063']).toEqual({ vr: 'DS', Value: [0.5] });
    expect(model['00280010']).toEqual({ vr: 'US', Value: [2] });
    expect(model['00020010']).toBeUndefined();
    expect(JSON.stringify(model['7FE00010'])).toMatch(/InlineBinary|BulkDataURI/);
    expect(pixelOffset).toBeGreaterThan(0);
    const some = await cli(['tags', path, '--json', '--tag', 'Rows', '--tag', 'TransferSyntaxUID']);
    expect(JSON.parse(some.out)).toEqual({
      '00020010': { vr: 'UI', Value: ['1.2.840.10008.1.2.1'] },
      '00280010': { vr: 'US', Value: [2] },
    });
  });
  it('takes paths into sequences, and private elements by their creator', async () => {
    const path = files.put(
      'paths.dcm',
      twoFrames([
        sequence(0x00081115, [
          [[0x0020000e, 'UI', '1.2.3']],
          [sequence(0x00081199, [[[0x00081155, 'UI', '1.2.4']]]), [0x0020000e, 'UI', '1.2.5']],
        ]),
        [0x00190011, 'LO', 'SIEMENS MR HEADER'],
        [0x0019110c, 'IS', '1000'],
      ]).bytes,
    );
    const wanted = [
      '(0019,xx0C,SIEMENS MR HEADER)',
      'ReferencedSeriesSequence.1.seriesinstanceuid',
      '00081115.1.ReferencedSOPSequence.0.(0008,1155)',
      'Rows',
      'Rows',
    ].flatMap((tag) => ['--tag', tag]);
    const found = await lines(path, ...wanted);
    expect(found.map((line) => line.replace(/ +#.*/, ''))).toEqual([
      '(0008,1115).1.(0008,1199).0.(0008,1155) UI [1.2.4]',
      '(0008,1115).1.(0020,000e) UI [1.2.5]',
      '(0019,110c) IS [1000]',
      '(0028,0010) US 2',
    ]);
    const { out } = await cli(['tags', path, ...wanted, '--json']);
    expect(JSON.parse(out)).toEqual({
      '00081115.1.00081199.0.00081155': { vr: 'UI', Value: ['1.2.4'] },
      '00081115.1.0020000E': { vr: 'UI', Value: ['1.2.5'] },
      '0019110C': { vr: 'IS', Value: [1000] },
      '00280010': { vr: 'US', Value: [2] },
    });
    const absent = 'ReferencedSeriesSequence.2.SeriesInstanceUID';
    const { code, out: none, err } = await cli(['tags', path, '--tag', absent]);
    expect([code, none, err]).toEqual([0, '', `framedex: ${absent} is not there\n`]);
    expect((await cli(['tags', path, '--tag', 'ReferencedSeriesSequence.x'])).code).toBe(2);
  });
  it('takes several inputs, and goes on behind one that cannot be read', async () => {
    const one = files.put('one.dcm', twoFrames([[0x00100010, 'PN', 'One']]).bytes);
    const two = files.put('two.dcm', twoFrames([[0x00100010, 'PN', 'Two']]).bytes);
    const none = files.path('none.dcm');
    const args = ['tags', one, none, two, '--tag', 'PatientName'];
    const { code, out, err } = await cli(args);
    expect(code).toBe(1);
    expect(out.replaceAll(/ +#  .*/g, '')).toBe(
      `# ${one}\n(0010,0010) PN [One]\n# ${two}\n(0010,0010) PN [Two]\n`,
    );
    expect(err).toMatch(/^framedex: \w+: .*none\.dcm.*\n$/);
    const json = await cli([...args, '--json']);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject([
      { name: one, tags: { '00100010': { vr: 'PN', Value: [{ Alphabetic: 'One' }] } } },
      { name: none, error: { code: expect.any(String) } },
      { name: two, tags: {} },
    ]);
  });
  it('writes in large pieces, and all of it', async () => {
    const entries = Array.from({ length: 200 }, (_, k) => ({
      name: `IM${k}.dcm`,
      data: twoFrames().bytes,
    }));
    const path = files.put('many.zip', buildZip(entries));
    for (const args of [[], ['--json']]) {
      let writes = 0;
      const { out } = await cli(['tags', path, ...args], { onWrite: () => writes++ });
      expect(writes).toBeLessThanOrEqual(Math.ceil(out.length / 65_536));
      expect(out).toContain('IM199.dcm');
    }
  });
  it('prints those of every instance of an archive', async () => {
    const { code, out } = await cli(['tags', SAMPLE, '--tag', 'Modality']);
    expect(code).toBe(0);
    const found = out.trimEnd().split('\n');
    expect(found).toHaveLength(2 * 26);
    expect(found.slice(0, 2)).toEqual([
      `# ${SAMPLE}!/DICOM/SE0001/IM0001`,
      '(0008,0060) CS [CT]                                     #   2, 1 Modality',
    ]);
    const json = await cli(['tags', SAMPLE, '--tag', 'Modality', '--json']);
    const documents = JSON.parse(json.out);
    expect(documents).toHaveLength(26);
    expect(documents[25]).toEqual({
      name: `${SAMPLE}!/DICOM/SE0003/IM0001`,
      tags: { '00080060': { vr: 'CS', Value: ['SR'] } },
    });
  });
  it('names in the document what of an archive cannot be read', async () => {
    const entries = [
      { name: 'a.dcm', data: twoFrames().bytes },
      { name: 'b.dcm', data: Buffer.alloc(0) },
    ];
    const path = files.put('partly.zip', buildZip(entries));
    const { code, out, err } = await cli(['tags', path, '--json', '--tag', 'Rows']);
    expect(code).toBe(1);
    expect(err).toContain('partly.zip!/b.dcm');
    expect(JSON.parse(out)).toMatchObject([
      { name: `${path}!/a.dcm` },
      { name: `${path}!/b.dcm`, error: { code: 'EMPTY' } },
    ]);
    // The name of the member, once.
    expect(err.match(/b\.dcm/g)).toHaveLength(1);
  });
  it('names the element of a fault, like ones once, and with --tag only those of it', async () => {
    const bad = [[0x00200013, 'IS', 'x']];
    const { bytes } = dicom({
      elements: [
        sequence(0x00081140, [bad, bad, bad]),
        [0x00280011, 'US', 4],
        [0x00280030, 'DS', '1,5\\2'],
      ],
    });
    const path = files.put('alike.dcm', bytes);
    const { err } = await cli(['tags', path]);
    expect(err.split('\n')).toEqual([
      expect.stringMatching(
        /: the value is no integer string in \(0020,0013\) InstanceNumber 3 times, first at byte \d+$/,
      ),
      expect.stringMatching(/ in \(0028,0030\) PixelSpacing at byte \d+$/),
      '',
    ]);
    expect((await cli(['tags', path, '--tag', 'Columns'])).err).toBe('');
    expect((await cli(['tags', path, '--tag', 'PixelSpacing'])).err).toContain('PixelSpacing');
  });
  it('is exit code 1 where the header is cut off, and shows what is there', async () => {
    const { bytes } = dicom({
      elements: [
        [0x00100010, 'PN', 'Doe^Jane'],
        [0x00104000, 'LT', 'x'.repeat(200)],
      ],
      truncate: -100,
    });
    const { code, out, err } = await cli(['tags', files.put('cut.dcm', bytes)]);
    expect(code).toBe(1);
    expect(out).toContain('[Doe^Jane]');
    expect(err).toMatch(/^framedex: \w+: .*cut.dcm.* at byte \d+\n$/);
  });
  it('does not read pixel data, encapsulated or not, not even with --all', async () => {
    const { bytes } = dicom({
      transferSyntax: SYNTAX.rle,
      elements: [
        ...imagePixel({ rows: 1, columns: 2 }),
        encapsulated({ frames: [Uint8Array.of(1, 2, 3, 4)] }),
      ],
    });
    const found = await lines(files.put('rle.dcm', bytes), '--all');
    expect(found.at(-1)).toMatch(
      /^\(7fe0,0010\) OB \(fragments from byte \d+ on\) +# u\/l, 1 PixelData$/,
    );
  });
});
