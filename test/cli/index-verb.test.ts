import { copyFileSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CollectionIndexJson, FileIndexJson } from '../../src/index.ts';
import { buildZip } from '../support/build-zip.ts';
import { dicom, encapsulated, imagePixel, SYNTAX } from '../support/build-dicom.ts';
import { numberedJpeg } from '../support/encapsulations.ts';
import { SAMPLE, cli, scratch, twoFrames } from './run-cli.ts';
import type { Scratch } from './run-cli.ts';

let files: Scratch;
let native: string;
let slide: string;

beforeAll(() => {
  files = scratch();
  native = files.put('native.dcm', twoFrames().bytes);
  const frames = Array.from({ length: 40 }, (_, k) => numberedJpeg(k));
  const { bytes } = dicom({
    transferSyntax: SYNTAX.jpegBaseline,
    elements: [
      ...imagePixel({ rows: 9, columns: 9, bitsAllocated: 8, numberOfFrames: 40 }),
      encapsulated({ frames, offsetTable: 'empty' }),
    ],
  });
  slide = files.put('slide.dcm', bytes);
});

afterAll(() => {
  files.remove();
});

function readsOf({ err }: { readonly err: string }): number {
  return Number(/stats: reads (\d+)/.exec(err)?.[1]);
}

describe('index', () => {
  it('R70: prints the index of a file, or writes it', async () => {
    const { code, out, err } = await cli(['index', slide]);
    expect([code, err]).toEqual([0, '']);
    const index = JSON.parse(out) as FileIndexJson;
    expect(index).toMatchObject({ framedex: 1, transferSyntax: SYNTAX.jpegBaseline });
    expect(index.frames).toMatchObject({ count: 40, strategy: 'one-fragment-per-frame' });
    const path = files.path('slide.json');
    const written = await cli(['index', slide, '-o', path]);
    expect(written).toMatchObject({
      code: 0,
      out: `${path}\t${out.length} bytes\t1 file\n`,
      err: '',
    });
    expect(readFileSync(path, 'utf8')).toBe(out);
  });

  it('R70: of a folder, an archive or several inputs, one index of all', async () => {
    const folder = files.path('folder');
    mkdirSync(folder);
    copyFileSync(native, `${folder}/a.dcm`);
    copyFileSync(slide, `${folder}/b.dcm`);
    writeFileSync(`${folder}/note.txt`, 'no image, nor anything that looks like one');
    const { code, out } = await cli(['index', folder]);
    expect(code).toBe(0);
    const { framedex, files: indexes } = JSON.parse(out) as CollectionIndexJson;
    expect([framedex, Object.keys(indexes).sort()]).toEqual([1, ['a.dcm', 'b.dcm']]);
    const both = JSON.parse((await cli(['index', native, folder])).out) as CollectionIndexJson;
    expect(Object.keys(both.files).sort()).toEqual(
      [native, `${folder}/a.dcm`, `${folder}/b.dcm`].sort(),
    );
    const sample = JSON.parse((await cli(['index', SAMPLE])).out) as CollectionIndexJson;
    expect(Object.keys(sample.files).length).toBeGreaterThan(1);
  });

  it('R70: names what it cannot read, and does the rest', async () => {
    const broken = files.put('broken.dcm', 'nothing');
    const { code, out, err } = await cli(['index', broken, native]);
    expect(code).toBe(1);
    expect(err).toContain('NOT_DICOM');
    expect(Object.keys((JSON.parse(out) as CollectionIndexJson).files)).toEqual([native]);
    const alone = await cli(['index', broken, '-o', files.path('none.json')]);
    expect(alone).toMatchObject({ code: 1, out: '' });
    const none = await cli(['index', broken, broken]);
    expect(JSON.parse(none.out)).toEqual({ framedex: 1, files: {} });
  });

  it('R70: writes over nothing that it reads, and wants an input', async () => {
    const before = readFileSync(native);
    expect(await cli(['index', native, '-o', native])).toMatchObject({ code: 2 });
    expect(readFileSync(native)).toEqual(before);
    expect(await cli(['index'])).toMatchObject({ code: 2 });
    expect((await cli(['index', '--help'])).out).toContain('framedex index INPUT');
  });
});

describe('--index', () => {
  it.each([
    ['frames', ['--json']],
    ['tags', ['--json']],
    ['tags', ['--tag', 'Rows']],
  ])('R71: %s %j is the same with it, and cheaper', async (verb, more) => {
    const path = files.path('slide.json');
    await cli(['index', slide, '-o', path]);
    const plain = await cli([verb, slide, ...more, '--stats']);
    const quick = await cli([verb, slide, ...more, '--index', path, '--stats']);
    expect([quick.code, quick.out]).toEqual([0, plain.out]);
    expect([readsOf(quick), readsOf(plain) > 0]).toEqual([0, true]);
  });

  it('R71: a frame is one read', async () => {
    const path = files.path('slide.json');
    await cli(['index', slide, '-o', path]);
    const quick = await cli(['frame', slide, '17', '--encoded', `--index=${path}`, '--stats']);
    expect(quick.bytes.equals(Buffer.from(numberedJpeg(17)))).toBe(true);
    expect(readsOf(quick)).toBe(1);
    const thumb = await cli(['index', native, '-o', files.path('native.json')]);
    expect(thumb.code).toBe(0);
    const picture = files.path('one.png');
    expect(
      await cli(['thumb', native, '-o', picture, '--index', files.path('native.json')]),
    ).toMatchObject({ code: 0, err: '' });
  });

  it('R71: of members of an archive and a folder, by their names', async () => {
    const zip = files.put(
      'study.zip',
      buildZip([
        { name: 'CT/1', data: readFileSync(slide) },
        { name: 'CT/2', data: readFileSync(native), method: 0 },
      ]),
    );
    const all = files.path('zip.json');
    expect(await cli(['index', zip, '-o', all])).toMatchObject({ code: 0 });
    for (const input of [zip, `${zip}!/CT/1`, `${zip}!/CT/2`]) {
      const plain = await cli(['frames', input, '--json']);
      const quick = await cli(['frames', input, '--json', '--index', all]);
      expect(quick).toEqual(plain);
    }
    const named = files.path('named.json');
    expect(await cli(['index', zip, slide, '-o', named])).toMatchObject({ code: 0 });
    for (const input of [zip, slide, `${zip}!/CT/1`]) {
      expect(await cli(['frames', input, '--json', '--index', named])).toEqual(
        await cli(['frames', input, '--json']),
      );
    }
  });

  it('R71: says what is not in it, and opens it as ever', async () => {
    const folder = files.path('some');
    mkdirSync(folder);
    copyFileSync(native, `${folder}/a.dcm`);
    const path = files.path('some.json');
    await cli(['index', folder, '-o', path]);
    copyFileSync(slide, `${folder}/b.dcm`);
    const { code, err } = await cli(['frames', folder, '--index', path]);
    expect([code, err]).toEqual([
      0,
      `framedex: 1 of 2 members is not in ${path}: opened without it\n`,
    ]);
    const others = files.path('others');
    mkdirSync(others);
    copyFileSync(slide, `${others}/x.dcm`);
    expect((await cli(['frames', others, '--index', path])).err).toBe(
      `framedex: 1 of 1 members is not in ${path}, which has "a.dcm": opened without it\n`,
    );
    const one = await cli(['frames', slide, '--index', path]);
    expect([one.code, one.err]).toEqual([
      0,
      `framedex: ${slide} is not in ${path}, which has "a.dcm": opened without it\n`,
    ]);
  });

  it('R71: finds a file by its path, however it is written', async () => {
    const folder = files.path('si');
    mkdirSync(`${folder}/sub`, { recursive: true });
    for (const name of ['a.dcm', 'sub/b.dcm', 'sub/a.dcm'])
      copyFileSync(native, `${folder}/${name}`);
    const all = files.path('si.json');
    await cli(['index', folder, '-o', all]);
    const named = files.path('si named.json');
    await cli(['index', `${folder}/./a.dcm`, `${folder}/sub`, '-o', named]);
    const fromHere = relative('.', folder);
    for (const [path, index] of [
      [`${folder}/a.dcm`, all],
      [`${folder}//sub/../a.dcm`, all],
      [`${fromHere}/a.dcm`, all],
      [`./${fromHere}/sub/b.dcm`, all],
      [`${folder}/a.dcm`, named],
      [`${fromHere}/a.dcm`, named],
      [`${fromHere}/sub/b.dcm`, named],
    ] as const) {
      const { code, err } = await cli([
        'frame',
        path,
        '0',
        '--sha256',
        '--index',
        index,
        '--stats',
      ]);
      expect([path, code, readsOf({ err })]).toEqual([path, 0, 1]);
      expect(err).not.toContain('opened without it');
    }
    const sub = await cli(['frames', `${fromHere}/sub`, '--index', named, '--stats']);
    expect([sub.code, readsOf(sub)]).toEqual([0, 0]);
  });

  it('R71: of several that a path ends in it takes none, and names them', async () => {
    const folder = files.path('nested');
    mkdirSync(`${folder}/sub`, { recursive: true });
    for (const name of ['a.dcm', 'sub/a.dcm']) copyFileSync(native, `${folder}/${name}`);
    const path = files.path('nested.json');
    await cli(['index', folder, '-o', path]);
    const { code, err } = await cli(['frames', `${folder}/sub/a.dcm`, '--index', path]);
    expect(code).toBe(0);
    expect(err).toMatch(/sub\/a\.dcm may be several of .*nested\.json, /);
    expect(err).toContain('"a.dcm", "sub/a.dcm": opened without it');
  });

  it('R71: of a member that two names fit, none is taken', async () => {
    // Both a file `a.dcm` of its own, and `inner/a.dcm`, which is `a.dcm` in the folder.
    const inner = files.path('inner');
    mkdirSync(inner);
    copyFileSync(native, `${inner}/a.dcm`);
    const both = {
      framedex: 1,
      files: {
        'a.dcm': JSON.parse((await cli(['index', slide])).out) as FileIndexJson,
        [`${inner}/a.dcm`]: JSON.parse(
          (await cli(['index', `${inner}/a.dcm`])).out,
        ) as FileIndexJson,
      },
    };
    const path = files.put('both.json', JSON.stringify(both));
    const { code, err } = await cli(['frames', inner, '--index', path]);
    expect([code, err]).toEqual([0, expect.stringContaining('1 of 1 members is not in')]);
  });

  it('R71: what is wrong with an index is told of its file, not of the DICOM file', async () => {
    const broken = (index: FileIndexJson): FileIndexJson => ({ ...index, transferSyntax: 'x' });
    const one = JSON.parse((await cli(['index', native])).out) as FileIndexJson;
    const single = files.put('broken one.json', JSON.stringify(broken(one)));
    const many = files.put(
      'broken many.json',
      JSON.stringify({ framedex: 1, files: { [native]: broken(one) } }),
    );
    const wrong = 'transferSyntax to be a UID, found a text of length 1. Make it again';
    for (const [path, place] of [
      [single, ''],
      [many, `files[${JSON.stringify(native)}].`],
    ] as const) {
      const { code, out, err } = await cli(['frame', native, '0', '--sha256', '--index', path]);
      expect([code, out]).toEqual([1, '']);
      const fault = `the saved index cannot be used, expected ${place}${wrong}`;
      expect(err).toContain(`framedex: INDEX_FORMAT: ${path}: ${fault}`);
    }
    expect((await cli(['frames', files.folder, '--index', many])).err).toContain(
      `${many}: the saved`,
    );
    const seven = files.put('seven.json', '7');
    expect((await cli(['frames', native, '--index', seven])).err).toContain(
      `${seven}: the saved index cannot be used, expected it to be an object, found 7`,
    );
  });

  it('R71: refuses a file that has changed', async () => {
    const changing = files.put('changing.dcm', twoFrames().bytes);
    const path = files.path('changing.json');
    await cli(['index', changing, '-o', path]);
    utimesSync(changing, new Date(), new Date(Date.now() - 60_000));
    for (const verb of [['frames'], ['tags'], ['frame', '--sha256', '0']]) {
      const [name = '', ...rest] = verb;
      const { code, out, err } = await cli([name, changing, ...rest, '--index', path]);
      expect([code, out]).toEqual([1, '']);
      expect(err).toContain('SOURCE_CHANGED');
      expect(err).toContain(changing);
    }
  });

  it('R71: refuses what is no index', async () => {
    const text = files.put('no.json', 'not JSON');
    const other = files.put('other.json', '{"files":7}');
    const empty = files.put('empty.json', '{}');
    for (const path of [text, other, empty]) {
      const { code, err } = await cli(['frames', native, '--index', path]);
      expect([code, err]).toEqual([1, expect.stringContaining('INDEX_FORMAT')]);
    }
    const missing = await cli(['frames', native, '--index', files.path('nowhere.json')]);
    expect([missing.code, missing.err]).toEqual([1, expect.stringContaining('IO')]);
    const single = files.path('single.json');
    await cli(['index', native, '-o', single]);
    expect(await cli(['frames', SAMPLE, '--index', single])).toMatchObject({ code: 2 });
    for (const verb of [['ls'], ['index'], []]) {
      const { code, err } = await cli([...verb, native, '--index', single]);
      expect(code).toBe(2);
      expect(err).toContain(verb[0] === undefined ? 'stands behind a verb' : `not for ${verb[0]}:`);
      expect(err).toContain('tags, frames, frame, doctor, thumb, show, volume and planes take it');
    }
    expect(await cli(['frames', native, '--index'])).toMatchObject({ code: 2 });
    const twice = ['frames', native, '--index', single, '--index', single];
    expect(await cli(twice)).toMatchObject({ code: 2 });
  });
});
