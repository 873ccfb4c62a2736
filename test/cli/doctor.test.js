import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SYNTAX, dicom, encapsulated, imagePixel } from '../support/build-dicom.js';
import { doctorJson } from '../support/doctor-report.js';
import { brokenChain, rleFile, rlePixel } from '../support/rle-files.js';
import { cli, scratch, twoFrames } from './run-cli.js';
let files;
beforeAll(() => {
  files = scratch();
});
afterAll(() => {
  files.remove();
});
/** What `doctor` says of one file, its path left out. */
async function told(name, bytes, ...more) {
  const path = files.put(name, bytes);
  const { code, out, err } = await cli(['doctor', path, ...more]);
  return { code, err, lines: out.replaceAll(`${files.folder}/`, '').split('\n') };
}
/** A code stream of JPEG as far as its ends tell: SOI, a comment, EOI (ISO/IEC 10918-1 B.1.1.3). */
function jpeg(length) {
  const bytes = new Uint8Array(length);
  bytes.set([0xff, 0xd8, 0xff, 0xfe, 0, length - 6]);
  bytes.set([0xff, 0xd9], length - 2);
  return bytes;
}
function compressed(pixels, numberOfFrames, parts = {}) {
  return dicom({
    transferSyntax: SYNTAX.jpegBaseline,
    elements: [
      ...imagePixel({ rows: 1, columns: 1, bitsAllocated: 8, numberOfFrames }),
      encapsulated(pixels),
    ],
    ...parts,
  });
}
describe('doctor of one file', () => {
  it('has nothing to say against sound native frames, and tells what they cost', async () => {
    const { bytes } = twoFrames();
    expect(await told('native.dcm', bytes)).toEqual({
      code: 0,
      err: '',
      lines: [
        `native.dcm  ${bytes.length} B: nothing wrong was found`,
        '  encoding  Explicit VR Little Endian (1.2.840.10008.1.2.1)',
        '  frames    2',
        '  known by  uncompressed frames of one length lie one behind the other; found by arithmetic (native, exact)',
        `  cost      opening: 1 read, ${bytes.length} B (measured)`,
        '            a frame: 1 read, 12 B (computed)',
        '            all 2 frames: 2 reads, 24 B (computed)',
        'No frame was decoded; --check reads and decodes each.',
        '',
      ],
    });
  });
  it('names a basic offset table whose items were all seen, and the missing codec', async () => {
    // JPEG by arithmetic coding.
    const transferSyntax = '1.2.840.10008.1.2.4.52';
    const frames = { frames: [jpeg(20), jpeg(30), jpeg(26)] };
    const { bytes } = compressed(frames, 3, { transferSyntax });
    const { code, lines } = await told('table.dcm', bytes);
    expect(code).toBe(0);
    expect(lines.slice(0, 4)).toEqual([
      `table.dcm  ${bytes.length} B: nothing wrong was found`,
      '  encoding  JPEG Extended (Process 3 and 5) (1.2.840.10008.1.2.4.52): no codec decodes it, so frames are given as they are encoded',
      '  frames    3',
      '  known by  the basic offset table says where each frame starts; all 3 items were seen, from the first to the delimiter (basic-offset-table, exact)',
    ]);
    const cost = lines.slice(4).filter((line) => !line.includes(' items (measured)'));
    expect(cost.slice(1, 3)).toEqual([
      '            a frame: 1 read, 20 B for the first, 26 B the median, 30 B the largest (computed)',
      '            all 3 frames: 3 reads, 76 B (computed)',
    ]);
  });
  it('tells how many fragments a frame has', async () => {
    const frames = [[jpeg(20).subarray(0, 10), jpeg(20).subarray(10)], jpeg(30)];
    const { bytes } = compressed({ frames }, 2);
    const { records } = await doctorJson(files.put('fragments.dcm', bytes));
    expect(records[0]?.frames).toMatchObject({ count: 2, counts: { found: 2, fragments: 3 } });
    expect(records[0]?.cost).toMatchObject({
      // The item header between two fragments comes along: 10 + 8 + 10.
      frame: { first: 28, median: 30, largest: 30 },
      frames: { count: 2, bytes: 58 },
      fragmentsPerFrame: { least: 1, most: 2 },
    });
    const { lines } = await told('fragments.dcm', bytes);
    expect(lines.join('\n')).toContain(', 1 to 2 fragments a frame (computed)');
  });
  it('explains a table that lies, and finds the frames without it', async () => {
    const { bytes } = compressed({ frames: [jpeg(20), jpeg(30)], offsetTable: [0, 4] }, 2);
    const { code, lines } = await told('lie.dcm', bytes);
    expect(code).toBe(0);
    expect(lines[0]).toBe(`lie.dcm  ${bytes.length} B: can be read, with faults`);
    expect(lines[1]).toMatch(/^ {2}fault {5}OFFSET_TABLE: .*, at byte \d+$/);
    expect(lines.slice(2, 5)).toEqual([
      '              meaning  The table of where frames start is wrong, or is missing where it must be.',
      '              done     What of it the items confirm was used; else the frames were found by their fragments.',
      '              advice   Write the file again with a right table: programs that believe it show wrong frames.',
    ]);
    expect(lines[6]).toBe('  frames    2');
    expect(lines[7]).toMatch(/^ {2}known by {2}the offset table is wrong, so the fragments /);
  });
  it('names the frames of a native file that was cut, and the byte', async () => {
    const { bytes, pixelOffset = 0 } = twoFrames();
    const cut = bytes.subarray(0, pixelOffset + 20);
    const { code, err, lines } = await told('cut.dcm', cut);
    expect(code).toBe(1);
    expect(err).toBe(`framedex: ${files.path('cut.dcm')} cannot be read in full\n`);
    expect(lines.slice(0, 4)).toEqual([
      `cut.dcm  ${cut.length} B: something cannot be read`,
      `  not read  frame 1: the pixel data ends in frame 1, at byte ${cut.length} (FRAME_TRUNCATED)`,
      '              meaning  The frame is not there as a whole: the file was cut, Number of Frames is too large, or its fragment is empty.',
      '              advice   If the pixel data ends with the file, get the file again; else compare Number of Frames with the source.',
    ]);
    expect(lines).toContain(
      '  frames    1 of 2: Number of Frames says 2, the bytes are enough for 1, 1 is there as a whole',
    );
  });
  it('names the frames of a compressed file that was cut', async () => {
    const frames = [jpeg(20), jpeg(30), jpeg(30), jpeg(30)];
    const whole = compressed({ frames }, 4).bytes;
    // Behind the second frame stand two items of 8 + 30 bytes and the delimiter: 10 bytes of frame 2 stay.
    const cut = whole.subarray(0, whole.length - 8 - 38 - 20);
    const { code, lines } = await told('compressed-cut.dcm', cut);
    expect(code).toBe(1);
    expect(lines[1]).toMatch(/^ {2}not read {2}frames 2 to 3: the pixel data ends /);
    expect(lines[1]).toContain(`at byte ${cut.length} (FRAME_TRUNCATED)`);
    const { records } = await doctorJson(files.path('compressed-cut.dcm'));
    expect(records[0]).toMatchObject({
      verdict: 'incomplete',
      frames: { counts: { declared: 4, found: 2 }, unreadable: [{ from: 2, to: 3 }] },
      cost: { frames: { count: 2, bytes: 50 } },
    });
  });
  it('sets the accounts side by side where Number of Frames says too little', async () => {
    const { bytes } = dicom({
      elements: [
        ...imagePixel({ rows: 2, columns: 3, numberOfFrames: 1 }),
        [0x7fe00010, 'OW', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
      ],
    });
    const { code, lines } = await told('fewer.dcm', bytes);
    expect(code).toBe(0);
    expect(lines).toContain('  frames    1: Number of Frames says 1, the bytes are enough for 2');
    expect(lines[1]).toMatch(
      /^ {2}fault {5}PIXEL_LENGTH: .* in \(7fe0,0010\) PixelData, at byte \d+$/,
    );
  });
  it('finds no fault with an object that has no pixels, and one with pixel data that is empty', async () => {
    const report = dicom({ elements: [[0x00080060, 'CS', 'SR']] }).bytes;
    const { code, lines } = await told('report.dcm', report);
    expect(code).toBe(0);
    expect(lines.slice(0, 3)).toEqual([
      `report.dcm  ${report.length} B: nothing wrong was found`,
      '  encoding  Explicit VR Little Endian (1.2.840.10008.1.2.1)',
      '  frames    none: the object has no pixel data. Only its tags can be read.',
    ]);
    const pixels = [...imagePixel({ rows: 2, columns: 3 })];
    const empty = dicom({ elements: [...pixels, [0x7fe00010, 'OW', []]] }).bytes;
    const broken = await told('empty.dcm', empty);
    expect(broken.code).toBe(1);
    expect(broken.lines[1]).toMatch(
      /^ {2}not read {2}frame 0: the pixel data is empty .*\(NO_PIXEL_DATA\)$/,
    );
  });
  it('takes a video for the one stream that it is', async () => {
    const { bytes } = dicom({
      transferSyntax: SYNTAX.mpeg4,
      elements: [
        ...imagePixel({ rows: 2, columns: 2, bitsAllocated: 8, numberOfFrames: 300 }),
        encapsulated({ frames: [new Uint8Array(64)], offsetTable: 'empty' }),
      ],
    });
    const { code, lines } = await told('video.dcm', bytes);
    expect(code).toBe(0);
    expect(lines.slice(2, 4)).toEqual([
      '  frames    1: one stream; Number of Frames says 300',
      '  known by  the fragments are one video stream: only a video decoder finds frames in it; the one item was seen, and the delimiter behind it (video, exact)',
    ]);
  });
  it('says what frames are that nothing tells apart', async () => {
    const frames = [4, 6, 8].map((length) => new Uint8Array(length));
    const { bytes } = compressed({ frames, offsetTable: 'empty' }, 2);
    const { code, lines } = await told('ambiguous.dcm', bytes);
    expect(code).toBe(1);
    expect(lines[1]).toMatch(/^ {2}not read {2}frames 0 to 1: .*\(FRAME_AMBIGUOUS\)$/);
    expect(lines).toContain('  frames    0 of 2: Number of Frames says 2, there are 3 fragments');
  });
  it('says what a file is that is no DICOM, and that is not there', async () => {
    const { code, lines } = await told('text.dcm', 'This is no DICOM object.\n');
    expect(code).toBe(1);
    expect(lines).toEqual([
      'text.dcm: cannot be read',
      '  error     NOT_DICOM: this is no DICOM object at byte 25, expected DICM, or a data element, found text',
      '              meaning  Nothing in its first bytes looks like DICOM.',
      '              advice   If it is to be an image, get it again from where it came.',
      '',
    ]);
    const missing = await cli(['doctor', files.path('missing.dcm')]);
    expect(missing.code).toBe(1);
    expect(missing.out).toMatch(/missing.dcm: cannot be read\n {2}error {5}IO: /);
  });
  it('looks at values too, and never shows one', async () => {
    const { bytes } = twoFrames([
      [0x00100010, 'PN', 'Secret^Name'],
      [0x00100030, 'DA', 'yesterday'],
    ]);
    const { code, lines } = await told('values.dcm', bytes);
    expect(code).toBe(0);
    expect(lines[1]).toMatch(
      /^ {2}fault {5}BAD_VALUE: .* in \(0010,0030\) PatientBirthDate, at byte/,
    );
    expect(lines.join('\n')).not.toMatch(/Secret|yesterday/);
  });
  it('shows control characters of names and transfer syntaxes instead of obeying them', async () => {
    const { bytes } = dicom({
      transferSyntax: '1.2.\x1b[2J',
      elements: [[0x00080060, 'CS', 'SR']],
    });
    const { lines } = await told('evil.dcm', bytes);
    expect(lines.join('\n')).not.toContain('\x1b');
  });
  it('reads no pixel for it', async () => {
    const cells = Array.from({ length: 2_000_000 }, () => 7);
    const { bytes } = dicom({
      elements: [
        ...imagePixel({ rows: 1000, columns: 1000, numberOfFrames: 2 }),
        [0x7fe00010, 'OW', cells],
      ],
    });
    const { err } = await cli(['doctor', files.put('big.dcm', bytes), '--stats']);
    const read = Number(/bytes read (\d+)/.exec(err)?.[1]);
    expect(read).toBeLessThan(70_000);
  });
  it('with --check reads and decodes each frame, and names those that fail', async () => {
    // Nine segments are more than a pixel has bytes.
    const { bytes } = rleFile([rlePixel(), rlePixel(9), rlePixel()]);
    const path = files.put('broken-rle.dcm', bytes);
    expect((await doctorJson(path)).records[0]?.frames.unreadable).toEqual([]);
    const { code, records } = await doctorJson(path, '--check');
    expect(code).toBe(1);
    expect(records[0]?.frames.unreadable).toMatchObject([{ from: 1, to: 1, code: 'CODEC' }]);
    expect(records[0]?.frames.unreadable[0]?.offset).toBeGreaterThan(0);
    const { bytes: sound } = twoFrames();
    expect((await doctorJson(files.put('sound.dcm', sound), '--check')).code).toBe(0);
  });
  it('says which frame of a broken chain is lost, and what the others cost', async () => {
    for (const lost of [0, 2]) {
      const { bytes, at } = brokenChain(lost);
      const path = files.put('chain.dcm', bytes);
      for (const more of [[], ['--check']]) {
        const { code, records } = await doctorJson(path, ...more);
        expect(code).toBe(1);
        expect(records).toHaveLength(1);
        expect(records[0]).toMatchObject({
          verdict: 'incomplete',
          frames: {
            count: 5,
            counts: { found: 4 },
            unreadable: [{ from: lost, to: lost, code: 'ITEM_EXPECTED', offset: at }],
          },
          cost: { frame: { first: 66, median: 66, largest: 66 }, frames: { count: 4, bytes: 264 } },
        });
      }
    }
    const { lines } = await told('chain.dcm', brokenChain(2).bytes);
    expect(lines[1]).toMatch(/^ {2}not read {2}frame 2 has bytes in it that are no item at byte /);
    expect(lines).toContain('            all 4 frames: 4 reads, 264 B (computed)');
  });
  it('lists frames that fail in their order, those of a broken chain among them', async () => {
    // A literal run of six bytes, of which there is one.
    const short = rlePixel();
    short[64] = 5;
    for (const [lost, failing] of [
      [1, 3],
      [3, 1],
    ]) {
      const { bytes } = brokenChain(lost, new Map([[failing, short]]));
      const { records } = await doctorJson(files.put('order.dcm', bytes), '--check');
      const runs = records[0]?.frames.unreadable ?? [];
      expect(runs.map(({ from, to }) => [from, to])).toEqual([
        [1, 1],
        [3, 3],
      ]);
      expect(runs.find(({ from }) => from === lost)?.code).toBe('ITEM_EXPECTED');
    }
  });
  it('lists a frame whose fragment is empty, with or without --check', async () => {
    const pixels = [rlePixel(), rlePixel(), new Uint8Array(0), new Uint8Array(0), rlePixel()];
    for (const table of ['exact', 'empty']) {
      const path = files.put('fragment.dcm', rleFile(pixels, table).bytes);
      for (const more of [[], ['--check']]) {
        const { code, records } = await doctorJson(path, ...more);
        expect(code).toBe(1);
        expect(records[0]).toMatchObject({
          frames: { unreadable: [{ from: 2, to: 3, code: 'FRAME_TRUNCATED' }] },
          cost: { frame: { first: 66, median: 66 }, frames: { count: 3, bytes: 198 } },
        });
      }
    }
  });
  it('says that no frame is decoded of cells that are not read, or of frames that are too big', async () => {
    const cells = (elements, length) =>
      dicom({
        elements: [...imagePixel(elements), [0x7fe00010, 'OB', new Uint8Array(length)]],
      }).bytes;
    const size = { rows: 2, columns: 2, numberOfFrames: 3 };
    const planes = { samplesPerPixel: 3, planarConfiguration: 1, bitsAllocated: 1 };
    for (const [bytes, code] of [
      [cells({ ...size, bitsAllocated: 24 }, 36), 'BAD_PIXEL_MODULE'],
      [cells({ ...size, bitsAllocated: 10 }, 15), 'BAD_PIXEL_MODULE'],
      [cells({ ...size, ...planes }, 5), 'BAD_PIXEL_MODULE'],
      [rleFile([1, 1, 1].map(rlePixel), 'exact', 65535).bytes, 'FRAME_LIMIT'],
    ]) {
      const { code: exit, records } = await doctorJson(files.put('cells.dcm', bytes));
      expect(exit).toBe(1);
      expect(records[0]?.verdict).toBe('incomplete');
      expect(records[0]?.frames.unreadable).toMatchObject([{ from: 0, to: 2, code }]);
    }
    // What is cut off says so.
    const path = files.put('cut-cells.dcm', cells({ ...size, bitsAllocated: 24 }, 30));
    expect((await doctorJson(path)).records[0]?.frames.unreadable).toMatchObject([
      { from: 0, to: 1, code: 'BAD_PIXEL_MODULE' },
      { from: 2, to: 2, code: 'FRAME_TRUNCATED' },
    ]);
  });
  it('misses the pixel data of an image, and not that of spectra or of what is elsewhere', async () => {
    const built = twoFrames();
    const cut = built.bytes.subarray(0, (built.pixelOffset ?? 0) - 12);
    const { code, lines } = await told('no-pixels.dcm', cut);
    expect(code).toBe(1);
    expect(lines[1]).toMatch(/^ {2}not read {2}frames 0 to 1: .*\(NO_PIXEL_DATA\)$/);
    expect(lines[2]).toContain('The header describes an image, and no pixel data follows');
    for (const more of [
      [0x00287fe0, 'UR', 'https://example.org/pixels'],
      [0x56000020, 'OF', new Uint8Array(8)],
    ]) {
      const { bytes } = dicom({ elements: [...imagePixel({ rows: 1, columns: 1 }), more] });
      expect((await doctorJson(files.put('elsewhere.dcm', bytes))).code).toBe(0);
    }
  });
  it('counts all of more than a million frames', async () => {
    const { bytes } = dicom({
      elements: [
        ...imagePixel({ rows: 1, columns: 1, bitsAllocated: 1, numberOfFrames: 2_000_000 }),
        [0x7fe00010, 'OB', new Uint8Array(250_000)],
      ],
    });
    const { lines } = await told('bits.dcm', bytes);
    expect(lines).toContain('            all 2000000 frames: 2000000 reads, 1.91 MiB (computed)');
  });
  it('says how many bytes behind native pixel data nobody looked at', async () => {
    const { bytes } = twoFrames([[0xfffcfffc, 'OB', new Uint8Array(8)]]);
    const { lines } = await told('behind.dcm', bytes);
    expect(lines).toContain('  behind    20 bytes behind the pixel data were not looked at');
    expect((await doctorJson(files.path('behind.dcm'))).records[0]?.bytesBehind).toBe(20);
    const { records } = await doctorJson(files.put('none-behind.dcm', twoFrames().bytes));
    expect(records[0]).not.toHaveProperty('bytesBehind');
  });
});
