import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dicom, encapsulated, imagePixel } from '../support/build-dicom.js';
import { buildZip } from '../support/build-zip.js';
import { noise } from '../support/noise.js';
import { decodePng } from '../display/decode-png.js';
import { cli, scratch, twoFrames } from './run-cli.js';
let files;
let folders = 0;
/** A fresh folder for each test. */
let out;
beforeAll(() => {
  files = scratch();
});
beforeEach(() => {
  out = files.path(`out${folders++}`);
  mkdirSync(out);
});
afterAll(() => {
  files.remove();
});
const REPORT = dicom({
  elements: [
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.88.11'],
    [0x00080060, 'CS', 'SR'],
    [0x0020000e, 'UI', '1.7'],
  ],
}).bytes;
/** Two frames, in a series of this UID, with two windows. */
function windowed(series, more = []) {
  return twoFrames([
    [0x00080060, 'CS', 'CT'],
    [0x0020000e, 'UI', series],
    [0x00281050, 'DS', '6\\3'],
    [0x00281051, 'DS', '12\\4'],
    [0x00281055, 'LO', 'WIDE\\NARROW'],
    ...more,
  ]).bytes;
}
async function greys(...args) {
  const { code, bytes, err } = await cli(['thumb', ...args, '--frame', '0', '-o', '-']);
  expect([code, err]).toEqual([0, '']);
  return decodePng(bytes).data;
}
/** What `--json` says. */
async function documentOf(...args) {
  const { out: printed } = await cli(['thumb', ...args, '--json']);
  return JSON.parse(printed);
}
describe('thumb: what is shown', () => {
  it('K03: takes a window of the file by its number or its name', async () => {
    const path = files.put('windows.dcm', windowed('1.1'));
    const wide = await greys(path, '--window', '6,12');
    const narrow = await greys(path, '--window', '3,4');
    expect(wide).not.toEqual(narrow);
    expect(await greys(path)).toEqual(wide);
    expect(await greys(path, '--window', '1')).toEqual(narrow);
    expect(await greys(path, '--window', 'narrow')).toEqual(narrow);
    expect(await greys(path, '--voi', 'window')).toEqual(wide);
    // Values of 1 to 6.
    expect((await greys(path, '--voi', 'full')).at(-1)).toBe(255);
    expect(await greys(path, '--invert')).toEqual(wide.map((level) => 255 - level));
  });
  it('K03: is the command line at fault where the one object has no such window', async () => {
    const path = files.put('none.dcm', twoFrames().bytes);
    const { code, err } = await cli(['thumb', path, '--window', '0', '-o', `${out}/a.png`]);
    expect([code, readdirSync(out)]).toEqual([2, []]);
    expect(err).toMatch(/^framedex: .*window/);
  });
  it('K03: does the others where one series has no such window', async () => {
    const zip = buildZip([
      { name: 'a', data: twoFrames([[0x0020000e, 'UI', '1.1']]).bytes },
      { name: 'b', data: windowed('1.2') },
    ]);
    const path = files.put('some.zip', zip);
    const { code, err } = await cli(['thumb', path, '--window', 'NARROW', '-o', `${out}/a.png`]);
    expect([code, readdirSync(out)]).toEqual([0, ['a-2.png', 'a.png']]);
    expect(err).toMatch(/^framedex: note: 1\.1 is shown as without --window: .*window[^\n]*\n$/);
    await cli(['thumb', `${path}!/a`, '-o', `${out}/usual.png`]);
    expect(readFileSync(`${out}/a.png`)).toEqual(readFileSync(`${out}/usual.png`));
    const none = await cli(['thumb', path, '--window', 'BONE', '-o', `${out}/none.png`]);
    expect([none.code, none.out, readdirSync(out).includes('none.png')]).toEqual([2, '', false]);
    expect(none.err).toMatch(/^framedex: .*window/);
  });
  it('K03: keeps colours until a window is met, which they have none of', async () => {
    const colour = dicom({
      elements: [
        [0x0020000e, 'UI', '1.0'],
        ...imagePixel({ rows: 1, columns: 1, bitsAllocated: 8, samplesPerPixel: 3 }),
        [0x7fe00010, 'OB', new Uint8Array(4)],
      ],
    }).bytes;
    const grey = twoFrames([[0x0020000e, 'UI', '1.1']]).bytes;
    const entries = [
      { name: 'a', data: colour },
      { name: 'b', data: grey },
    ];
    const both = files.put('colour-grey.zip', buildZip(entries));
    const none = await cli(['thumb', both, '--window', 'NARROW', '-o', `${out}/a.png`]);
    expect([none.code, readdirSync(out)]).toEqual([2, []]);
    const all = files.put('colour.zip', buildZip(entries.slice(0, 1)));
    const alone = await cli(['thumb', all, '--window', 'NARROW', '-o', `${out}/a.png`]);
    expect([alone.code, alone.err, readdirSync(out)]).toEqual([0, '', ['a.png']]);
  });
  it('says in --json which window was applied, and where it is from', async () => {
    const path = files.put('windows.dcm', windowed('1.1'));
    const guessed = files.put('guessed.dcm', twoFrames().bytes);
    expect(
      await documentOf(path, guessed, '--window', '1', '-o', `${out}/a/`).catch(String),
    ).toMatchObject({
      pictures: [
        {
          input: path,
          window: { center: 3, width: 4, function: 'LINEAR', from: 'file' },
          shows: { frame: 1 },
        },
        { input: guessed, window: { from: 'percentile' } },
      ],
      failures: [],
    });
    expect(await documentOf(guessed, '-o', `${out}/b.png`)).toMatchObject({
      pictures: [{ window: { from: 'percentile' }, warnings: [] }],
      failures: [],
    });
  });
  it('takes the next slice where the middle one is broken, and says so', async () => {
    const slice = (number) =>
      dicom({
        elements: [
          [0x0020000d, 'UI', '1.2.3'],
          [0x0020000e, 'UI', '1.2.3.4'],
          [0x00200013, 'IS', String(number)],
          ...imagePixel({ rows: 2, columns: 2 }),
          [0x7fe00010, 'OW', number === 2 ? [1] : [1, 2, 3, 4]],
        ],
      }).bytes;
    const entries = [1, 2, 3].map((number) => ({ name: `IM${number}`, data: slice(number) }));
    const path = files.put('middle.zip', buildZip(entries));
    const broken = await cli(['thumb', path, '-o', `${out}/a.png`]);
    expect([broken.code, readdirSync(out)]).toEqual([0, ['a.png']]);
    expect(broken.err).toContain('NOT_THE_MIDDLE');
    expect(broken.err).toContain('IM2');
    const exact = await cli(['thumb', path, '--frame', '1', '-o', `${out}/b.png`]);
    expect([exact.code, exact.err]).toEqual([1, expect.stringContaining('FRAME_TRUNCATED')]);
  });
  it('names another frame where those in the middle of an object are broken', async () => {
    const broken = (count) =>
      dicom({
        transferSyntax: '1.2.840.10008.1.2.5',
        elements: [
          ...imagePixel({ rows: 2, columns: 2, bitsAllocated: 8, numberOfFrames: count }),
          encapsulated({
            frames: Array.from({ length: count }, () => new Uint8Array(64).fill(255)),
          }),
        ],
      }).bytes;
    const path = files.put('broken.dcm', broken(12));
    const { code, err } = await cli(['thumb', path, '-o', `${out}/a.png`]);
    expect([code, err]).toEqual([1, expect.stringContaining('CODEC')]);
    expect(err).toContain(`${path}: another frame by --frame I, 0 to 11\n`);
    // All of two were tried.
    const two = await cli(['thumb', files.put('two.dcm', broken(2)), '-o', `${out}/a.png`]);
    expect([two.code, two.err.includes('--frame')]).toEqual([1, false]);
  });
  it('holds the member that a series is pictured by against its checksum', async () => {
    // Stored, and a frame far from all of it: that is read without the rest.
    const data = dicom({
      elements: [
        [0x0020000e, 'UI', '1.1'],
        ...imagePixel({ rows: 256, columns: 256, numberOfFrames: 4 }),
        [0x7fe00010, 'OW', noise(4 * 256 * 256 * 2)],
      ],
    }).bytes;
    const entries = [{ name: 'IM1', data, method: 0, claims: { crc32: 1 } }];
    const path = files.put('checked.zip', buildZip(entries));
    const args = ['thumb', path, '--frame', '2', '-o', `${out}/a.png`];
    const plain = await cli(args);
    const held = await cli([...args, '--verify']);
    expect([plain.code, plain.err.includes('--verify compares it first')]).toEqual([0, true]);
    expect([held.code, held.err]).toEqual([1, expect.stringContaining('ZIP_CRC')]);
  });
  it('--verify takes the neighbour of a middle slice that is damaged, and says so', async () => {
    const slice = (number) =>
      dicom({
        elements: [
          [0x0020000e, 'UI', '1.1'],
          [0x00200013, 'IS', String(number)],
          ...imagePixel({ rows: 256, columns: 256, numberOfFrames: 2 }),
          [0x7fe00010, 'OW', noise(2 * 256 * 256 * 2)],
        ],
      }).bytes;
    const zipOf = (...damaged) =>
      buildZip(
        [1, 2, 3].map((number) => ({
          name: `IM${number}`,
          data: slice(number),
          method: 0,
          claims: damaged.includes(number) ? { crc32: 1 } : {},
        })),
      );
    const made = async (path, ...args) => {
      const { code, err } = await cli(['thumb', path, '-o', `${out}/a.png`, '--verify', ...args]);
      return [code, err];
    };
    const one = files.put('damaged-one.zip', zipOf(2));
    const [code, err] = await made(one);
    expect([code, readdirSync(out)]).toEqual([0, ['a.png']]);
    expect(err).toMatch(
      /^framedex: note: NOT_THE_MIDDLE: .*IM2 \(ZIP_CRC\); IM3 is shown[^\n]*\n$/,
    );
    // A frame that was asked for has no neighbour.
    expect(await made(one, '--frame', '2')).toEqual([1, expect.stringContaining('ZIP_CRC')]);
    const all = files.put('damaged-all.zip', zipOf(1, 2, 3));
    expect(await made(all)).toEqual([1, expect.stringMatching(/ZIP_CRC: .*IM2/)]);
  });
});
describe('thumb of several inputs', () => {
  it('makes a picture of each, named by the input too, and says which is of which', async () => {
    const a = files.put('a.dcm', windowed('1.1'));
    mkdirSync(files.path('sub'), { recursive: true });
    const b = files.put('sub/b.dcm', windowed('1.2'));
    const zip = files.put('study.zip', buildZip([{ name: 'IM1', data: windowed('1.3') }]));
    const { code, out: printed } = await cli(['thumb', a, b, zip, '-o', `${out}/in`]);
    expect(code).toBe(0);
    const names = ['a-series-CT.png', 'b-series-CT.png', 'study-series-CT.png'];
    expect(readdirSync(`${out}/in`)).toEqual(names);
    expect(printed).toBe(
      [a, b, zip].map((input, k) => `${out}/in/${names[k] ?? ''}\t3x2\tCT\t${input}\n`).join(''),
    );
  });
  it('tells inputs of one name apart by their folders', async () => {
    for (const folder of ['2023', '2024']) {
      mkdirSync(files.path(folder), { recursive: true });
      files.put(`${folder}/study.zip`, buildZip([{ name: 'IM1', data: windowed('1.3') }]));
    }
    const inputs = [files.path('2023/study.zip'), files.path('2024/study.zip')];
    expect((await cli(['thumb', ...inputs, '-o', out])).code).toBe(0);
    expect(readdirSync(out)).toEqual(['2023_study-series-CT.png', '2024_study-series-CT.png']);
  });
  it('does the rest where one cannot be opened, and passes over a report', async () => {
    const good = files.put('good.dcm', windowed('1.1'));
    const report = files.put('report.dcm', REPORT);
    const missing = files.path('missing.dcm');
    const args = ['thumb', report, missing, good, '-o', `${out}/a.png`];
    const { code, out: printed, err } = await cli([...args, '--json']);
    expect([code, readdirSync(out)]).toEqual([1, ['a.png']]);
    expect(err).toContain(`framedex: no picture of ${report}: a report\n`);
    expect(err).toContain(missing);
    expect(JSON.parse(printed)).toMatchObject({
      pictures: [{ input: good }],
      failures: [{ name: missing, code: 'IO' }],
    });
    expect((await cli(['thumb', report, good, '-o', `${out}/b.png`])).code).toBe(0);
  });
  it('is exit code 1, with the reason, where none is an image', async () => {
    const report = files.put('report.dcm', REPORT);
    for (const inputs of [[report], [report, report]]) {
      const { code, err } = await cli(['thumb', ...inputs, '-o', `${out}/a.png`]);
      expect([code, err]).toEqual([1, expect.stringContaining('NO_PIXEL_DATA')]);
    }
    expect(readdirSync(out)).toEqual([]);
  });
  it('is no picture for standard output, nor over any of them', async () => {
    const a = files.put('a.png', windowed('1.1'));
    const b = files.put('b.png', windowed('1.2'));
    expect((await cli(['thumb', a, b, '-o', '-'])).code).toBe(2);
    expect((await cli(['thumb', a, b, '-o', b])).code).toBe(2);
    expect(readFileSync(b)).toEqual(Buffer.from(windowed('1.2')));
    expect((await cli(['thumb', '-', '-', '-o', out])).code).toBe(2);
  });
  it('is not over what a further folder or an archive in it holds, whatever was written before', async () => {
    const a = files.put('first.dcm', windowed('1.1'));
    mkdirSync(`${out}/series`);
    const image = Buffer.from(windowed('1.2'));
    const zip = Buffer.from(buildZip([{ name: 'IM1', data: windowed('1.3') }]));
    for (const [name, bytes] of [
      ['IM1.png', image],
      ['archive.png', zip],
    ]) {
      const path = `${out}/series/${name}`;
      writeFileSync(path, bytes);
      for (const folder of [`${out}/series`, out]) {
        const { code, out: printed, err } = await cli(['thumb', a, folder, '--nested', '-o', path]);
        expect([code, printed, err]).toEqual([2, '', expect.stringContaining('is what is read')]);
        expect(readFileSync(path).equals(bytes)).toBe(true);
      }
    }
    expect(readdirSync(`${out}/series`)).toEqual(['IM1.png', 'archive.png']);
  });
  it('does not take its own picture for what it reads', async () => {
    const a = files.put('first.dcm', windowed('1.1'));
    writeFileSync(`${out}/IM1`, windowed('1.2'));
    const { code, err } = await cli(['thumb', a, out, '-o', `${out}/x.png`]);
    expect([code, err]).toEqual([0, '']);
    expect(readdirSync(out)).toEqual(['IM1', 'x-2.png', 'x.png']);
  });
});
