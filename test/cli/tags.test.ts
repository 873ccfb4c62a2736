import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SYNTAX, dicom, encapsulated, imagePixel, sequence } from '../support/build-dicom.ts';
import type { ElementLike } from '../support/build-dicom.ts';
import { buildZip } from '../support/build-zip.ts';
import { SAMPLE, cli, scratch, twoFrames } from './run-cli.ts';
import type { Scratch } from './run-cli.ts';

let files: Scratch;

beforeAll(() => {
  files = scratch();
});

afterAll(() => {
  files.remove();
});

async function lines(path: string, ...args: string[]): Promise<string[]> {
  const { code, out, err } = await cli(['tags', path, ...args]);
  expect([code, err]).toEqual([0, '']);
  return out.trimEnd().split('\n');
}

describe('tags', () => {
  it('prints the lines of dcmdump', async () => {
    const path = files.put(
      'lines.dcm',
      twoFrames([
        [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
        [0x00080018, 'UI', '1.2.3'],
        [0x00080008, 'CS', 'ORIGINAL\\PRIMARY'],
        [0x00100010, 'PN', ''],
        [0x00181063, 'DS', '0.5'],
        [0x00280009, 'AT', [0x00181063]],
        [0x00091010, 'UN', [1, 2, 255, 0]],
        sequence(0x00081140, [[[0x00081150, 'UI', '1.2.840.10008.5.1.4.1.1.4']], []], {
          undefinedLength: true,
        }),
      ]).bytes,
    );
    const found = await lines(path);
    expect(found).toContain(
      '(0002,0010) UI =Explicit VR Little Endian              #  20, 1 TransferSyntaxUID',
    );
    expect(found).toContain(
      '(0008,0016) UI =CT Image Storage                       #  26, 1 SOPClassUID',
    );
    expect(found).toContain(
      '(0008,0018) UI [1.2.3]                                 #   6, 1 SOPInstanceUID',
    );
    expect(found).toContain(
      '(0008,0008) CS [ORIGINAL\\PRIMARY]                      #  16, 2 ImageType',
    );
    expect(found).toContain(
      '(0010,0010) PN (no value available)                    #   0, 0 PatientName',
    );
    expect(found).toContain(
      '(0028,0009) AT (0018,1063)                             #   4, 1 FrameIncrementPointer',
    );
    expect(found).toContain('(0028,0010) US 2                                       #   2, 1 Rows');
    expect(found).toContain(
      '(0009,1010) UN 01\\02\\ff\\00                             #   4, 1 Private',
    );
    const at = found.findIndex((line) => line.startsWith('(0008,1140)'));
    expect(found.slice(at, at + 4)).toEqual([
      '(0008,1140) SQ (Sequence with undefined length #=2)    # u/l, 1 ReferencedImageSequence',
      '  (fffe,e000) na (Item 1 with 1 elements)',
      '    (0008,1150) UI =MR Image Storage                       #  26, 1 ReferencedSOPClassUID',
      '  (fffe,e000) na (Item 2 with 0 elements)',
    ]);
    expect(found.at(-1)).toMatch(
      /^\(7fe0,0010\) OW \(24 bytes at byte \d+\) +# {2}24, 1 PixelData$/,
    );
  });

  it('cuts values at 64 columns, unless asked for all', async () => {
    const long = 'x'.repeat(100);
    const path = files.put('long.dcm', twoFrames([[0x00104000, 'LT', long]]).bytes);
    const cut = await lines(path, '--tag', 'PatientComments');
    expect(cut).toEqual([`(0010,4000) LT [${'x'.repeat(60)}... # 100, 1 PatientComments`]);
    const whole = await lines(path, '--tag', 'PatientComments', '--all');
    expect(whole[0]).toContain(`[${long}]`);
  });

  it('never cuts a UID, of up to 64 characters (PS3.5 9.1)', async () => {
    const uid = `1.${'2'.repeat(62)}`;
    const path = files.put(
      'uids.dcm',
      twoFrames([
        [0x00080018, 'UI', uid],
        [0x0008001a, 'UI', `${uid}\\1.2.3`],
      ]).bytes,
    );
    const found = await lines(path);
    expect(found.find((line) => line.startsWith('(0008,0018)'))).toBe(
      `(0008,0018) UI [${uid}] #  64, 1 SOPInstanceUID`,
    );
    const several = found.find((line) => line.startsWith('(0008,001a)'));
    expect(several).toContain(`[${uid}\\...] `);
    expect((await lines(path, '--all')).join('\n')).toContain(`[${uid}\\1.2.3]`);
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
    const item: ElementLike[] = [
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
    expect(JSON.parse(out)).toMatchObject({ '20500020': { Value: ['IDENTITY'] } });
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
    const model = JSON.parse(out) as Record<string, unknown>;
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

  it('prints those of every instance of an archive', async () => {
    const { code, out } = await cli(['tags', SAMPLE, '--tag', 'Modality']);
    expect(code).toBe(0);
    const found = out.trimEnd().split('\n');
    expect(found).toHaveLength(2 * 26);
    expect(found.slice(0, 2)).toEqual([
      `# ${SAMPLE}!/DICOM/SE0001/IM0001`,
      '(0008,0060) CS [CT]                                    #   2, 1 Modality',
    ]);
    const json = await cli(['tags', SAMPLE, '--tag', 'Modality', '--json']);
    const documents = JSON.parse(json.out) as unknown[];
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

  it('Q02 never writes a raw control character', async () => {
    const evil = '\x1b]0;owned\x07';
    const path = files.put(
      'evil.dcm',
      twoFrames([
        [0x00080005, 'CS', 'ISO_IR 192'],
        [0x00104000, 'LT', `a\r\n${evil}\u202e`],
        [0x00080018, 'UI', `1.2${evil}`],
      ]).bytes,
    );
    for (const args of [['tags'], ['tags', '--all'], ['tags', '--json'], ['ls'], ['frames']]) {
      const { out, err } = await cli([...args, path]);
      expect(out + err).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    }
    expect((await cli(['tags', path])).out).toContain('[a\\x0d\\x0a\\x1b]0;owned\\x07\\u202e]');
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
