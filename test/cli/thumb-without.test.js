import { mkdirSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dicom, encapsulated, imagePixel } from '../support/build-dicom.js';
import { buildZip } from '../support/build-zip.js';
import { cli, scratch } from './run-cli.js';
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
/** What `--json` says. */
async function documentOf(...args) {
  const { out: printed } = await cli(['thumb', ...args, '--json']);
  return JSON.parse(printed);
}
describe('thumb of what has no picture', () => {
  const VIDEO = dicom({
    transferSyntax: '1.2.840.10008.1.2.4.102',
    elements: [
      [0x0020000e, 'UI', '1.8'],
      ...imagePixel({ rows: 16, columns: 16, bitsAllocated: 8, numberOfFrames: 3 }),
      encapsulated({ frames: [Uint8Array.of(0, 0, 0, 1, 0x67, 0)] }),
    ],
  }).bytes;
  it('is no failure of a folder, by thumb and sheet alike, and named once in each', async () => {
    const entries = [
      { name: 'a', data: REPORT },
      { name: 'b', data: VIDEO },
    ];
    const path = files.put('no-pictures.zip', buildZip(entries));
    const plain = await cli(['thumb', path, '-o', `${out}/a.png`]);
    expect([plain.code, plain.out]).toEqual([0, '']);
    expect(plain.err.split('\n').sort()).toEqual([
      '',
      'framedex: no picture of SR: a report',
      expect.stringMatching(/^framedex: no picture of a series: a video/),
    ]);
    const expected = [
      { name: 'SR 1.7', series: '1.7', content: 'report' },
      expect.objectContaining({ name: '1.8', series: '1.8', content: 'video' }),
    ];
    const sheet = await cli(['thumb', '--sheet', path, '-o', `${out}/b.png`, '--json']);
    expect(sheet.code).toBe(0);
    for (const document of [await documentOf(path, '-o', `${out}/a.png`), JSON.parse(sheet.out)]) {
      expect(document).toMatchObject({ withoutPicture: expected, failures: [] });
    }
    expect(readdirSync(out)).toEqual(['b.png']);
    const stream = await cli(['thumb', path, '-o', '-']);
    expect([stream.code, stream.out]).toEqual([1, '']);
  });
  it('names an instance that is the input once, as a failure', async () => {
    const report = files.put('report.dcm', REPORT);
    const video = files.put('video.dcm', VIDEO);
    const {
      code,
      err,
      out: printed,
    } = await cli([...['thumb', report, video, '-o', `${out}/a.png`, '--json']]);
    expect(code).toBe(1);
    for (const path of [report, video]) expect(err.split(path)).toHaveLength(2);
    expect(JSON.parse(printed)).toMatchObject({
      pictures: [],
      withoutPicture: [{ content: 'report' }, { content: 'video' }],
      failures: [{ name: report, code: 'NO_PIXEL_DATA' }],
    });
  });
  it('says how the command line gives a video, not how the library does', async () => {
    const path = files.put('video.dcm', VIDEO);
    const { err } = await cli(['thumb', path, '-o', `${out}/a.png`]);
    expect(err).toContain('framedex frame FILE 0 --encoded gives its bytes');
    expect(err).not.toContain('encodedStream');
  });
  it('is named by its file where nothing names its series', async () => {
    const cut = dicom({ elements: [[0x00080060, 'CS', '']] }).bytes;
    const path = files.put('nameless.zip', buildZip([{ name: 'IM1', data: cut }]));
    expect(await documentOf(path, '-o', `${out}/a.png`)).toMatchObject({
      withoutPicture: [{ name: 'IM1', series: '', content: 'other' }],
    });
  });
  it('is a failure of an image whose pixels are not there, in a folder too', async () => {
    const image = dicom({
      elements: [
        [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.4'],
        [0x0020000e, 'UI', '1.5'],
      ],
    }).bytes;
    const path = files.put('taken-out.zip', buildZip([{ name: 'a', data: image }]));
    for (const more of [[], ['--sheet']]) {
      const { code, err } = await cli(['thumb', path, ...more, '-o', `${out}/a.png`]);
      expect([code, err]).toEqual([1, expect.stringContaining('NO_PIXEL_DATA')]);
    }
  });
});
