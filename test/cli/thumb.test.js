import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dicom, imagePixel, sequence } from '../support/build-dicom.js';
import { buildZip } from '../support/build-zip.js';
import { decodePng } from '../display/decode-png.js';
import { SAMPLE, cli, scratch, twoFrames } from './run-cli.js';
const IMAGE = `${SAMPLE}!/DICOM/SE0002/IM0001`;
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
function sizeOf(path) {
  const { width, height } = decodePng(readFileSync(path));
  return [width, height];
}
/** An archive of series, each with a title. */
function archiveOf(titles) {
  const entries = titles.map((title, k) => ({
    name: `${k}.dcm`,
    data: twoFrames([
      [0x00080005, 'CS', 'ISO_IR 192'],
      [0x00080060, 'CS', 'CT'],
      [0x0008103e, 'LO', title],
      [0x0020000e, 'UI', `1.2.${k}`],
      [0x00200011, 'IS', '3'],
    ]).bytes,
  }));
  return files.put('titles.zip', buildZip(entries));
}
describe('thumb', () => {
  it('writes one picture of each series with images, and names them', async () => {
    const { code, out: printed, err } = await cli(['thumb', SAMPLE, '-o', `${out}/a.png`]);
    expect(code).toBe(0);
    expect(printed).toBe(
      `${out}/a.png\t192x120\t1 CT Scout\n${out}/a-2.png\t192x192\t2 CT Chest 5.0\n`,
    );
    expect(err).toBe('framedex: no picture of SR Report: a report\n');
    expect(sizeOf(`${out}/a.png`)).toEqual([192, 120]);
    expect(sizeOf(`${out}/a-2.png`)).toEqual([192, 192]);
    expect(readdirSync(out)).toHaveLength(2);
  });
  it('names pictures by their series in a folder, which it makes', async () => {
    const { code } = await cli(['thumb', SAMPLE, '-o', `${out}/new/deep`]);
    expect(code).toBe(0);
    expect(readdirSync(`${out}/new/deep`)).toEqual(['001-CT-Scout.png', '002-CT-Chest_5.0.png']);
  });
  it('overwrites the file that was named, and no other', async () => {
    writeFileSync(`${out}/a.png`, 'old');
    writeFileSync(`${out}/a-2.png`, 'mine');
    await cli(['thumb', SAMPLE, '-o', `${out}/a.png`]);
    expect(readFileSync(`${out}/a-2.png`, 'utf8')).toBe('mine');
    expect(sizeOf(`${out}/a.png`)).toEqual([192, 120]);
    expect(sizeOf(`${out}/a-3.png`)).toEqual([192, 192]);
  });
  it('leaves a folder as it is when the same pictures are made again', async () => {
    await cli(['thumb', SAMPLE, '-o', out]);
    await cli(['thumb', SAMPLE, '-o', out]);
    expect(readdirSync(out)).toHaveLength(2);
  });
  it('takes size, frame and window', async () => {
    const member = `${SAMPLE}!/DICOM/SE0002/IM0001`;
    const made = async (...args) => {
      const { code, bytes } = await cli(['thumb', member, '-o', '-', ...args]);
      expect(code).toBe(0);
      return bytes;
    };
    const plain = await made();
    expect(decodePng(await made('--size', '48'))).toMatchObject({ width: 48, height: 48 });
    expect(await made('--frame', '0')).toEqual(plain);
    // Lung instead of mediastinum, with a centre that begins with a dash.
    expect(await made('--window', '-600,1500')).not.toEqual(plain);
    expect(await made('--window', '40,400')).toEqual(plain);
  });
  it('counts frames over the series in its order', async () => {
    // The lowest slice is that of Instance Number 24: instances are numbered from the head.
    const { out: listed } = await cli(['ls', SAMPLE, '--json', '--instances']);
    const { inputs } = JSON.parse(listed);
    const first = inputs[0]?.studies[0]?.series[1]?.files[0]?.name ?? '';
    await cli(['thumb', SAMPLE, '--frame', '0', '-o', `${out}/all.png`]);
    await cli(['thumb', `${SAMPLE}!/${first}`, '-o', `${out}/one.png`]);
    expect(readFileSync(`${out}/all-2.png`)).toEqual(readFileSync(`${out}/one.png`));
    const { code, err } = await cli(['thumb', SAMPLE, '--frame', '23', '-o', `${out}/last.png`]);
    expect(code).toBe(1);
    expect(err).toMatch(/CT Scout .*FRAME_RANGE/);
    expect(existsSync(`${out}/last.png`)).toBe(true);
  });
  it('counts on in the next instance where one has several frames', async () => {
    const instance = (number, more = []) =>
      twoFrames([[0x0020000e, 'UI', '1.1'], [0x00200013, 'IS', number], ...more]).bytes;
    // Frames of 1 to 6 and 7 to 12; a window that white begins at 12 tells them apart.
    const zip = buildZip([
      { name: 'a', data: instance('1') },
      { name: 'b', data: instance('2', [[0x00104000, 'LT', 'another']]) },
    ]);
    const path = files.put('series.zip', zip);
    const picture = async (input, frame) => {
      const args = ['thumb', input, '--frame', String(frame), '--window', '6,12', '-o', '-'];
      const { code, bytes } = await cli(args);
      expect(code).toBe(0);
      return bytes;
    };
    const frames = await Promise.all([0, 1].map((frame) => picture(`${path}!/b`, frame)));
    expect(frames[0]).not.toEqual(frames[1]);
    expect(await picture(path, 2)).toEqual(frames[0]);
    expect(await picture(path, 3)).toEqual(frames[1]);
  });
  it('O12 makes file names of titles that stay inside the folder', async () => {
    const titles = [
      '../../evil',
      '/etc/passwd',
      '..',
      'C:\\x\\y',
      'a\0b\x1b[31m\n',
      '',
      '胸部 CT',
      '-rf',
      'x'.repeat(64),
    ];
    const { code, out: printed } = await cli(['thumb', archiveOf(titles), '-o', `${out}/in`]);
    expect(code).toBe(0);
    expect(readdirSync(out)).toEqual(['in']);
    const names = readdirSync(`${out}/in`);
    expect(names).toHaveLength(titles.length);
    for (const name of names) expect(name).toMatch(/^003-CT[\p{L}\p{N}._-]*\.png$/u);
    expect(names).toContain('003-CT-evil.png');
    expect(names).toContain('003-CT-胸部_CT.png');
    expect(printed).not.toMatch(/[\0-\x08\x0b-\x1f]/);
  });
  it('O12 gives series of one title different names, whatever the case', async () => {
    await cli(['thumb', archiveOf(['Same', 'same', 'SAME']), '-o', out]);
    expect(
      readdirSync(out)
        .map((name) => name.toLowerCase())
        .sort(),
    ).toEqual(['003-ct-same-2.png', '003-ct-same-3.png', '003-ct-same.png']);
  });
  it('O12 does not follow a link that lies where a picture would go', async () => {
    writeFileSync(`${out}/victim`, 'precious');
    mkdirSync(`${out}/in`);
    symlinkSync(`${out}/victim`, `${out}/in/003-CT-a.png`);
    await cli(['thumb', archiveOf(['a']), '-o', `${out}/in`]);
    expect(readFileSync(`${out}/victim`, 'utf8')).toBe('precious');
    expect(readdirSync(`${out}/in`)).toContain('003-CT-a-2.png');
  });
  it('does the rest where a series cannot be shown, and prints that as JSON too', async () => {
    const bad = twoFrames([[0x0020000e, 'UI', '1.9']]).bytes;
    // Columns of the first file are made 0: its pixels cannot be placed.
    const at = Buffer.from(bad).indexOf(Buffer.from([0x28, 0, 0x11, 0]));
    bad.set([0, 0], at + 8);
    const good = twoFrames([[0x0020000e, 'UI', '1.8']]).bytes;
    const path = files.put(
      'half.zip',
      buildZip([
        { name: 'bad', data: bad },
        { name: 'good', data: good },
      ]),
    );
    const { code, out: printed, err } = await cli(['thumb', path, '-o', out, '--json']);
    expect(code).toBe(1);
    expect(err).toContain('1.9');
    expect(JSON.parse(printed)).toMatchObject({
      pictures: [{ width: 3, height: 2, series: '1.8' }],
      failures: [{ name: '1.9', code: 'BAD_PIXEL_MODULE' }],
    });
    expect(readdirSync(out)).toHaveLength(1);
  });
  it.each([
    ['jpg', [0xff, 0xd8, 0xff]],
    ['jpeg', [0xff, 0xd8, 0xff]],
    ['webp', [0x52, 0x49, 0x46, 0x46]],
  ])('writes .%s by its extension', async (extension, start) => {
    const { code, err } = await cli(['thumb', IMAGE, '-o', `${out}/a.${extension}`]);
    expect([code, err]).toEqual([0, '']);
    expect([...readFileSync(`${out}/a.${extension}`).subarray(0, start.length)]).toEqual(start);
  });
  it('writes --format into a folder and to standard output, at a --quality', async () => {
    const jpeg = async (...args) => {
      const { code, bytes } = await cli([
        ...['thumb', IMAGE, '--format', 'jpeg', '-o', '-', ...args],
      ]);
      expect(code).toBe(0);
      return bytes;
    };
    const usual = await jpeg();
    expect(usual.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
    expect((await jpeg('--quality', '10')).length).toBeLessThan(usual.length);
    expect((await cli(['thumb', SAMPLE, '--format', 'webp', '-o', out])).code).toBe(0);
    expect(readdirSync(out)).toEqual(['001-CT-Scout.webp', '002-CT-Chest_5.0.webp']);
  });
  it('--bits 16 writes PNG of 16 bits', async () => {
    const { code, bytes } = await cli(['thumb', IMAGE, '--bits', '16', '-o', '-']);
    expect(code).toBe(0);
    expect(decodePng(bytes)).toMatchObject({ bitDepth: 16, channels: 1, width: 192 });
  });
  it.each([
    [['--format', 'gif'], '--format is png, jpeg or webp'],
    [['--format', 'jpeg'], 'is not that of'],
    [['--quality', '50'], 'PNG loses nothing'],
    [['--bits', '12'], '--bits is 8 or 16'],
    [['--columns', '3'], '--columns is of a sheet'],
    [['--voi', 'best'], '--voi is lut, window, percentile, full'],
    [['--window', '40;400'], '--window is centre and width'],
    [['--size', '20000'], '--size is at most'],
    [['--sheet', '--frame', '3'], '--frame is not for a sheet'],
    [['--sheet', '--icon'], '--icon is not for a sheet'],
    [['--sheet', '--bits', '16'], '--bits is not for a sheet'],
    [['--sheet', '--verify'], '--verify is not for a sheet'],
    [['--sheet', '--columns', '0'], '--columns is a whole number'],
  ])('refuses %j', async (args, message) => {
    const { code, err } = await cli(['thumb', SAMPLE, ...args, '-o', `${out}/a.png`]);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
    expect(readdirSync(out)).toEqual([]);
  });
  it('refuses --quality beyond its range, and 16 bits of what has 8', async () => {
    const jpeg = ['thumb', IMAGE, '-o', `${out}/a.jpg`];
    expect((await cli([...jpeg, '--quality', '101'])).code).toBe(2);
    expect((await cli([...jpeg, '--quality', '0'])).code).toBe(2);
    expect((await cli([...jpeg, '--bits', '16'])).code).toBe(2);
  });
  it('never writes over an instance of the folder that it reads', async () => {
    const { bytes } = twoFrames();
    const path = files.put(`${out.slice(files.folder.length + 1)}/image.png`, bytes);
    symlinkSync(path, `${out}/link.png`);
    mkdirSync(`${out}/zips`);
    const zip = buildZip([{ name: 'IM1', data: bytes }]);
    writeFileSync(`${out}/zips/x.zip`, zip);
    symlinkSync(`${out}/zips/x.zip`, files.path('elsewhere.png'));
    for (const output of [path, `${out}/link.png`, files.path('elsewhere.png')]) {
      const { code, err } = await cli(['thumb', out, '-o', output]);
      expect(code).toBe(2);
      expect(err).toContain('is what is read');
    }
    expect(readFileSync(path)).toEqual(Buffer.from(bytes));
    expect(readFileSync(`${out}/zips/x.zip`)).toEqual(Buffer.from(zip));
  });
  it('makes all pictures where nobody reads what is printed', async () => {
    let writes = 0;
    const onWrite = () => {
      if (++writes > 1) throw Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    };
    const path = archiveOf(['a', 'b', 'c']);
    const { code, out: printed } = await cli(['thumb', path, '-o', out], { onWrite });
    expect([code, printed.split('\n').length]).toEqual([0, 2]);
    expect(readdirSync(out)).toHaveLength(3);
    expect(writes).toBe(2);
  });
  it('refuses to write over the index that it reads by, and to write nowhere', async () => {
    const path = files.put('indexed.dcm', twoFrames().bytes);
    const index = files.path('index.png');
    expect((await cli(['index', path, '-o', index])).code).toBe(0);
    const before = readFileSync(index);
    const { code, err } = await cli(['thumb', path, '--index', index, '-o', index]);
    expect([code, err]).toEqual([2, expect.stringContaining('is what is read')]);
    expect(readFileSync(index)).toEqual(before);
    const nowhere = await cli(['thumb', path, '-o', '']);
    expect([nowhere.code, nowhere.err]).toEqual([2, expect.stringContaining('names no file')]);
  });
  it('says that a name without an extension is taken for a folder', async () => {
    const path = files.put('one.dcm', twoFrames().bytes);
    const { code, err } = await cli(['thumb', path, '-o', `${out}/cr16`]);
    expect([code, err]).toEqual([0, expect.stringContaining('is taken for a new folder')]);
    expect((await cli(['thumb', path, '-o', `${out}/other/`])).err).toBe('');
    expect((await cli(['thumb', path, '-o', `${out}/cr16`])).err).toBe('');
  });
  it('refuses to write over its input, or over a file that is no picture', async () => {
    const path = files.put('input.png', twoFrames().bytes);
    expect((await cli(['thumb', path, '-o', path])).code).toBe(2);
    const other = files.put('IM0002', 'an image without an extension');
    expect((await cli(['thumb', path, '-o', other])).code).toBe(2);
    expect(readFileSync(other, 'utf8')).toBe('an image without an extension');
  });
  it('is exit code 1 where nothing has an image', async () => {
    const {
      code,
      out: printed,
      err,
    } = await cli([...['thumb', `${SAMPLE}!/DICOM/SE0003/IM0001`, '-o', `${out}/a.png`]]);
    expect([code, printed]).toEqual([1, '']);
    expect(err).toContain('NO_PIXEL_DATA');
  });
  it('--icon writes the icon of an object, and of a series that of its middle image', async () => {
    const icon = (columns) =>
      sequence(0x00880200, [
        [
          ...imagePixel({ rows: 1, columns, bitsAllocated: 8 }),
          [0x7fe00010, 'OB', new Uint8Array(columns)],
        ],
      ]);
    const { bytes } = twoFrames([icon(4)]);
    const path = files.put('icon.dcm', bytes);
    const { code, out: printed } = await cli(['thumb', path, '--icon', '-o', `${out}/a.png`]);
    expect([code, printed]).toEqual([0, `${out}/a.png\t4x1\t\n`]);
    expect(sizeOf(`${out}/a.png`)).toEqual([4, 1]);
    const entries = [1, 2, 3].map((k) => ({
      name: `${k}.dcm`,
      data: twoFrames([[0x0020000e, 'UI', '1.2.3'], [0x00200013, 'IS', String(k)], icon(4 + k)])
        .bytes,
    }));
    const zip = files.put('icons.zip', buildZip(entries));
    expect((await cli(['thumb', zip, '--icon', '-o', `${out}/b.png`])).code).toBe(0);
    expect(sizeOf(`${out}/b.png`)).toEqual([6, 1]);
  });
  it('--icon shows series whose pixel data is not there, and passes over reports', async () => {
    const icon = sequence(0x00880200, [
      [
        ...imagePixel({ rows: 1, columns: 5, bitsAllocated: 8 }),
        [0x7fe00010, 'OB', new Uint8Array(5)],
      ],
    ]);
    const instance = (modality, icons) => {
      const series = [0x0020000e, 'UI', modality === 'SR' ? '1.2' : '1.1'];
      const storage = modality === 'SR' ? '88.11' : '4';
      const sopClass = [0x00080016, 'UI', `1.2.840.10008.5.1.4.1.1.${storage}`];
      return dicom({ elements: [sopClass, [0x00080060, 'CS', modality], series, ...icons] }).bytes;
    };
    const entries = [
      { name: 'a', data: instance('MR', [icon]) },
      { name: 'b', data: instance('SR', []) },
    ];
    const both = files.put('icon-alone.zip', buildZip(entries));
    const { code, out: printed, err } = await cli(['thumb', both, '--icon', '-o', `${out}/a.png`]);
    expect([code, printed]).toEqual([0, `${out}/a.png\t5x1\tMR\n`]);
    expect(err).toBe('framedex: no picture of SR: it has no icon\n');
    const frame = await cli(['thumb', both, '-o', `${out}/b.png`]);
    expect([frame.code, frame.err]).toEqual([1, expect.stringContaining('NO_PIXEL_DATA')]);
    const report = files.put('report.zip', buildZip(entries.slice(1)));
    const none = await cli(['thumb', report, '--icon', '-o', `${out}/c.png`]);
    expect([none.code, none.err]).toEqual([0, 'framedex: no picture of SR: it has no icon\n']);
  });
  it('--icon of an object without one says so', async () => {
    const path = files.put('none.dcm', twoFrames().bytes);
    const { code, err } = await cli(['thumb', path, '--icon', '-o', `${out}/a.png`]);
    expect([code, existsSync(`${out}/a.png`)]).toEqual([1, false]);
    expect(err).toContain('NO_PIXEL_DATA');
    expect(err).toContain('the object has no icon');
    const both = await cli(['thumb', path, '--icon', '--frame', '1', '-o', `${out}/a.png`]);
    expect([both.code, both.err]).toEqual([2, expect.stringContaining('--icon or --frame')]);
  });
});
