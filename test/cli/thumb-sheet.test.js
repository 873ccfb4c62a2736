import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dicom } from '../support/build-dicom.js';
import { buildZip } from '../support/build-zip.js';
import { decodePng } from '../display/decode-png.js';
import { SAMPLE, cli, scratch, twoFrames } from './run-cli.js';
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
function slice(series, number) {
  return twoFrames([
    [0x0020000d, 'UI', '1'],
    [0x0020000e, 'UI', series],
    [0x00200013, 'IS', String(number)],
  ]).bytes;
}
/** What `--json` says. */
async function documentOf(...args) {
  const { out: printed } = await cli(['thumb', '--sheet', ...args, '--json']);
  return JSON.parse(printed);
}
describe('thumb --sheet', () => {
  it('is one picture of all series, reports among them', async () => {
    const args = ['thumb', '--sheet', SAMPLE, '-o', `${out}/sheet.png`];
    const { code, out: printed, err } = await cli(args);
    expect([code, err]).toEqual([0, '']);
    const { width, height, channels } = decodePng(readFileSync(`${out}/sheet.png`));
    expect(printed).toBe(`${out}/sheet.png\t${width}x${height}\t2 pictures of 3 series\n`);
    expect(channels).toBe(1);
    expect(readdirSync(out)).toEqual(['sheet.png']);
  });
  it('takes columns and size, and goes to standard output', async () => {
    const widthOf = async (...args) => {
      const { bytes } = await cli(['thumb', '--sheet', SAMPLE, '-o', '-', ...args]);
      return decodePng(bytes).width;
    };
    expect(await widthOf('--columns', '3', '--size', '50')).toBe(10 + 3 * 60);
    expect(await widthOf('--columns', '1', '--size', '50')).toBe(70);
    expect(await widthOf('--columns', '2')).toBe(10 + 2 * 170);
  });
  it('names itself in a folder', async () => {
    expect((await cli(['thumb', '--sheet', SAMPLE, '-o', `${out}/in`])).code).toBe(0);
    expect(readdirSync(`${out}/in`)).toEqual(['contact-sheet.png']);
  });
  it('says in --json what each picture shows, and what has none', async () => {
    expect(await documentOf(SAMPLE, '-o', `${out}/a.png`)).toMatchObject({
      sheet: {
        path: `${out}/a.png`,
        pictures: [{ shows: { frame: 0 } }, { window: { center: 40, width: 400, from: 'file' } }],
        leftOut: [],
      },
      failures: [],
    });
  });
  it('groups files that are inputs of their own into series', async () => {
    const paths = [1, 2, 3].map((k) => files.put(`IM${k}`, slice(k < 3 ? '1.1' : '1.2', k)));
    const zip = files.put('more.zip', buildZip([{ name: 'IM9', data: slice('1.9', 1) }]));
    expect(await documentOf(...paths, zip, '-o', `${out}/a.png`)).toMatchObject({
      sheet: { pictures: [{ series: '1.9' }, { series: '1.1' }, { series: '1.2' }] },
      failures: [],
    });
  });
  it('does the rest where an input or a series cannot be read', async () => {
    const whole = slice('1.3', 1);
    const broken = whole.subarray(0, whole.length - 14);
    const zip = buildZip([
      { name: 'IM1', data: slice('1.1', 1) },
      { name: 'IM2', data: broken },
    ]);
    const inputs = [files.path('missing.dcm'), files.put('half.zip', zip)];
    const args = ['thumb', '--sheet', ...inputs, '-o', `${out}/a.png`];
    const { code, out: printed, err } = await cli([...args, '--json']);
    expect(code).toBe(1);
    expect(err).toContain('missing.dcm');
    expect(err).toContain('1.3: ');
    expect(JSON.parse(printed)).toMatchObject({
      sheet: { pictures: [{ series: '1.1' }] },
      failures: [
        { name: inputs[0], code: 'IO' },
        { name: '1.3', code: 'FRAME_TRUNCATED' },
      ],
    });
  });
  it('K03: is the command line at fault where no series has such a window', async () => {
    const args = ['thumb', '--sheet', SAMPLE, '-o', `${out}/a.png`, '--window'];
    const none = await cli([...args, '40']);
    expect([none.code, readdirSync(out)]).toEqual([2, []]);
    const zip = buildZip([
      { name: 'a', data: slice('1.1', 1) },
      {
        name: 'b',
        data: twoFrames([
          [0x0020000e, 'UI', '1.2'],
          [0x00281050, 'DS', '6'],
          [0x00281051, 'DS', '12'],
        ]).bytes,
      },
    ]);
    const some = await cli([
      ...['thumb', '--sheet', files.put('some.zip', zip), '--window', '0'],
      ...['-o', `${out}/a.png`],
    ]);
    expect([some.code, readdirSync(out)]).toEqual([0, ['a.png']]);
    expect(some.err).toMatch(
      /^framedex: note: 1\.1 is shown as without --window: .*window[^\n]*\n$/,
    );
  });
  it('is of a single report too', async () => {
    const report = dicom({
      elements: [
        [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.88.11'],
        [0x0020000e, 'UI', '1.7'],
      ],
    }).bytes;
    const path = files.put('report.dcm', report);
    const { code, err } = await cli(['thumb', '--sheet', path, '-o', `${out}/a.png`]);
    expect([code, err, readdirSync(out)]).toEqual([0, '', ['a.png']]);
  });
  it('is no sheet of nothing', async () => {
    const path = files.put('empty.zip', buildZip([{ name: 'a.txt', data: Buffer.from('text') }]));
    const { code } = await cli(['thumb', '--sheet', path, '-o', `${out}/a.png`]);
    expect([code, readdirSync(out)]).toEqual([1, []]);
    const missing = await cli(['thumb', '--sheet', files.path('no.zip'), '-o', `${out}/a.png`]);
    expect([missing.code, readdirSync(out)]).toEqual([1, []]);
  });
  it('never writes over what it reads', async () => {
    const path = files.put('read.png', slice('1.1', 1));
    const other = files.put('other.dcm', slice('1.2', 1));
    expect((await cli(['thumb', '--sheet', other, path, '-o', path])).code).toBe(2);
    expect((await cli(['thumb', '--sheet', files.folder, '-o', path])).code).toBe(2);
    expect(readFileSync(path)).toEqual(Buffer.from(slice('1.1', 1)));
  });
});
