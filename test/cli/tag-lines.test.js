import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sequence } from '../support/build-dicom.js';
import { cli, scratch, twoFrames } from './run-cli.js';
let files;
beforeAll(() => {
  files = scratch();
});
afterAll(() => {
  files.remove();
});
const DCMDUMP = spawnSync('dcmdump', ['--version']).status === 0;
if (!DCMDUMP) console.warn('SKIPPED: tags against DCMTK. Install dcmtk, for its dcmdump.');
/** The lines of dcmdump, but for items, names of UIDs, and pixels, which are not read here. */
async function expectLines(path, dumped) {
  const comparable = (text) =>
    text.filter((line) => /^ *\((?!fffe|7fe0)/.test(line) && !line.includes(' UI ='));
  expect(comparable(await lines(path))).toEqual(comparable(dumped.split('\n')));
}
async function lines(path, ...args) {
  const { code, out, err } = await cli(['tags', path, ...args]);
  expect(code).toBe(0);
  // Faults of values are told of, and stop nothing.
  expect(err.replace(/^framedex: BAD_VALUE: .*\n/gm, '')).toBe('');
  return out.trimEnd().split('\n');
}
describe('how elements are shown', () => {
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
      '(0002,0010) UI =Explicit VR Little Endian               #  20, 1 TransferSyntaxUID',
    );
    expect(found).toContain(
      '(0008,0016) UI =CT Image Storage                        #  26, 1 SOPClassUID',
    );
    expect(found).toContain(
      '(0008,0018) UI [1.2.3]                                  #   6, 1 SOPInstanceUID',
    );
    expect(found).toContain(
      '(0008,0008) CS [ORIGINAL\\PRIMARY]                       #  16, 2 ImageType',
    );
    expect(found).toContain(
      '(0010,0010) PN (no value available)                     #   0, 0 PatientName',
    );
    expect(found).toContain(
      '(0028,0009) AT (0018,1063)                              #   4, 1 FrameIncrementPointer',
    );
    expect(found).toContain(
      '(0028,0010) US 2                                        #   2, 1 Rows',
    );
    expect(found).toContain(
      '(0009,1010) UN 01\\02\\ff\\00                              #   4, 1 Private',
    );
    const at = found.findIndex((line) => line.startsWith('(0008,1140)'));
    expect(found.slice(at, at + 4)).toEqual([
      '(0008,1140) SQ (Sequence with undefined length #=2)     # u/l, 1 ReferencedImageSequence',
      '  (fffe,e000) na (Item 0 with 1 element)',
      '    (0008,1150) UI =MR Image Storage                        #  26, 1 ReferencedSOPClassUID',
      '  (fffe,e000) na (Item 1 with 0 elements)',
    ]);
    expect(found.at(-1)).toMatch(
      /^\(7fe0,0010\) OW \(24 bytes at byte \d+\) +# {2}24, 1 PixelData$/,
    );
  });
  it.skipIf(!DCMDUMP)('prints the very lines of dcmdump', () => {
    const path = files.put(
      'same.dcm',
      twoFrames([
        [0x00080005, 'CS', 'ISO_IR 192'],
        [0x00080008, 'CS', 'ORIGINAL\\\\AXIAL'],
        [0x00080018, 'UI', '1.2.3'],
        [0x00080020, 'DA', '20260102'],
        [0x00080054, 'AE', 'STORE'],
        [0x00081030, 'LO', 'x'.repeat(64)],
        [0x00081050, 'PN', 'Doe^Jane\\Roe^Rik'],
        sequence(0x00081140, [[[0x00081155, 'UI', '1.2.4']], []]),
        [0x00101010, 'AS', '018Y'],
        [0x00104000, 'LT', 'y'.repeat(100)],
        [0x00181063, 'DS', '0.50'],
        [0x00186020, 'SL', -5],
        [0x00189073, 'FD', 12.5],
        [0x00200013, 'IS', '7'],
        [0x00204000, 'LT', ''],
        [0x00280009, 'AT', [0x00181063, 0x00541000]],
        [0x00281201, 'OW', [1, 2, 0xffff]],
        [0x00420011, 'OB', Array.from({ length: 256 }, (_, k) => k)],
        [0x00660016, 'OF', [1, 0.5]],
        [0x00660129, 'OL', [1, 0xffffffff]],
        [0x00720082, 'SV', -5],
        [0x00720083, 'UV', 2n ** 60n],
      ]).bytes,
    );
    const { stdout } = spawnSync('dcmdump', [path], { encoding: 'utf8' });
    return expectLines(path, stdout);
  });
  it('cuts values at 70 columns as dcmdump does, unless asked for all', async () => {
    const long = 'x'.repeat(100);
    const path = files.put('long.dcm', twoFrames([[0x00104000, 'LT', long]]).bytes);
    const cut = await lines(path, '--tag', 'PatientComments');
    expect(cut).toEqual([`(0010,4000) LT [${'x'.repeat(66)}... # 100, 1 PatientComments`]);
    const whole = await lines(path, '--tag', 'PatientComments', '--all');
    expect(whole[0]).toContain(`[${long}]`);
  });
  it('cuts no number in two', async () => {
    const numbers = Array.from({ length: 40 }, (_, k) => 1000 + k);
    const path = files.put('numbers.dcm', twoFrames([[0x00091010, 'US', numbers]]).bytes);
    const [line = ''] = await lines(path, '--tag', '00091010');
    expect(line).toMatch(/^\(0009,1010\) US 1000(\\1\d\d\d){12}\.\.\. #  80, 40 Private$/);
  });
  it('shows numbers as they are written, and those of single precision in its digits', async () => {
    const path = files.put(
      'written.dcm',
      twoFrames([
        [0x00091010, 'FL', [0.1, 1e30, -2]],
        [0x00091011, 'OF', [0.1]],
        [0x00181063, 'DS', '+1.50e0'],
        [0x00200013, 'IS', '007'],
        [0x00200032, 'DS', '1.0\\none\\\\-0.00'],
      ]).bytes,
    );
    const found = (await lines(path)).map((line) => line.replace(/ +#.*/, ''));
    expect(found).toContain('(0009,1010) FL 0.1\\1e+30\\-2');
    expect(found).toContain('(0009,1011) OF 0.1');
    expect(found).toContain('(0018,1063) DS [+1.50e0]');
    expect(found).toContain('(0020,0013) IS [007]');
    expect(found).toContain('(0020,0032) DS [1.0\\none\\\\-0.00]');
  });
  it('calls private elements what their creator calls them (PS3.5 7.8.1)', async () => {
    const path = files.put(
      'private.dcm',
      twoFrames([
        [0x00190011, 'LO', 'SIEMENS MR HEADER'],
        [0x0019110c, 'IS', '1000'],
        [0x001911f0, 'IS', '1'],
        [0x0019120c, 'IS', '2'],
        [0x00280013, 'US', 1],
      ]).bytes,
    );
    const names = (await lines(path)).map((line) => /^(.{11}).*\d (\S.*)$/.exec(line)?.slice(1));
    expect(names).toContainEqual(['(0019,0011)', 'PrivateCreator']);
    expect(names).toContainEqual(['(0019,110c)', expect.stringMatching(/^B.?value$/i)]);
    expect(names).toContainEqual(['(0019,11f0)', 'Private']);
    expect(names).toContainEqual(['(0019,120c)', 'Private']);
    expect(names).toContainEqual(['(0028,0013)', 'Unknown']);
  });
  it('N25 shows of 10 MiB of text where it is', async () => {
    const text = new Uint8Array(10 * 2 ** 20).fill(0x78);
    const path = files.put('huge.dcm', twoFrames([[0x0040a160, 'UT', text]]).bytes);
    const { out } = await cli(['tags', path]);
    expect(out.length).toBeLessThan(10_000);
    expect(out).toMatch(/^\(0040,a160\) UT \(10485760 bytes at byte \d+, not read\)/m);
  });
  it('goes on behind a value that is no such value, and behind one too long to be read', async () => {
    const path = files.put(
      'malformed.dcm',
      twoFrames([
        [0x00080018, 'UI', 'no uid'],
        [0x00080020, 'DA', 'yesterday'],
        [0x00091010, 'FD', Uint8Array.of(1, 2, 3, 4)],
        [0x00200013, 'IS', 'one'],
        [0x00280010, 'DS', 'x'],
      ]).bytes,
    );
    for (const args of [[], ['--all'], ['--json']]) {
      const { code, out } = await cli(['tags', path, ...args]);
      expect(code).toBe(0);
      expect(out).toMatch(/no uid[^]*yesterday[^]*one[^]*(?:PixelData|7FE00010)/);
    }
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
});
