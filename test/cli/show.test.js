import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../src/cli/command-line.js';
import { open } from '../../src/node/index.js';
import { dicom } from '../support/build-dicom.js';
import { buildZip } from '../support/build-zip.js';
import { SAMPLE, scratch, twoFrames } from './run-cli.js';
import { coloursOf, terminalShows } from './show-pictures.js';
let files;
beforeAll(() => {
  files = scratch();
});
afterAll(() => {
  files.remove();
});
/** `framedex show` in a terminal. */
async function show(args, around = {}) {
  const writes = [];
  const messages = [];
  const into = (list, isTTY, before) => ({
    isTTY,
    async write(data) {
      before?.();
      list.push(typeof data === 'string' ? data : Buffer.from(data).toString());
    },
  });
  const { environment = { TERM: 'xterm', COLORTERM: 'truecolor' }, columns = 80 } = around;
  const code = await runCommandLine(['show', ...args], {
    stdout: into(writes, around.isPipe !== true, around.onWrite),
    stderr: into(messages, false),
    async *stdin() {
      // Nothing comes.
    },
    signal: around.signal ?? new AbortController().signal,
    screen: { columns, rows: around.rows ?? 24, environment },
  });
  return { code, out: writes.join(''), err: messages.join(''), writes };
}
/** Text without the lines that end in a reset of colours: pictures. */
function captionsOf(out) {
  return out
    .slice(0, -1)
    .split('\n')
    .filter((line) => !line.endsWith('\x1b[0m'));
}
const CHEST = `${SAMPLE}!/DICOM/SE0002/IM0001`;
describe('show', () => {
  it('is the picture of an instance, and a line that says how it was made', async () => {
    const { code, out, err, writes } = await show([CHEST]);
    expect([code, err]).toEqual([0, '']);
    expect(writes).toHaveLength(1);
    const lines = out.slice(0, -1).split('\n');
    expect(lines.at(-1)).toMatch(
      /^2 CT Chest 5\.0 {2}1 frame {2}.*window 40,400.* of the file {2}frame 0$/,
    );
    const file = await open(CHEST);
    const picture = await file.thumbnail({ size: 44 });
    await file.close();
    const { pixels } = terminalShows(`${lines.slice(0, -1).join('\n')}\n`, 80);
    expect(pixels).toEqual(coloursOf(picture));
  });
  it('Q07 fits the terminal, as narrow or as low as that is', async () => {
    for (const [columns, rows] of [
      [80, 24],
      [20, 50],
      [5, 3],
      [1, 1],
    ]) {
      const { out } = await show([CHEST], { columns, rows });
      const lines = out.slice(0, -1).split('\n');
      expect(lines.length).toBeLessThanOrEqual(Math.max(2, rows - 1));
      terminalShows(`${lines.slice(0, -1).join('\n')}\n`, columns);
      expect((lines.at(-1) ?? '').length).toBeLessThanOrEqual(Math.max(8, columns));
    }
  });
  it('is one picture of each series of an archive, each in one write', async () => {
    const { code, out, writes } = await show([SAMPLE, '--width', '10']);
    expect(code).toBe(0);
    const captions = captionsOf(out);
    expect(captions[0]).toMatch(/^1 CT Scout {2}\d+ instances?, \d+ frames? {2}/);
    expect(captions[1]).toMatch(/^2 CT Chest 5\.0 {2}\d+ instances?, \d+ frames? {2}/);
    expect(writes).toHaveLength(captions.length);
    for (const one of writes.slice(0, 2)) expect(one).toMatch(/\x1b\[0m\n[^\x1b\n]+\n$/);
  });
  it('says in words what a series without images is, which is no failure', async () => {
    const report = dicom({
      elements: [
        [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.88.33'],
        [0x00080060, 'CS', 'SR'],
        [0x0008103e, 'LO', 'Findings'],
        [0x0020000e, 'UI', '1.2.3'],
      ],
    }).bytes;
    const path = files.put('report.zip', buildZip([{ name: 'a.dcm', data: report }]));
    const { code, out } = await show([path]);
    expect(code).toBe(0);
    expect(out).toMatch(/^SR Findings {2}1 instance, 0 frames {2}no picture: a report\n$/);
    // As the only input it is one.
    const alone = await show([files.put('report.dcm', report)]);
    expect([alone.code, alone.out]).toEqual([1, '']);
    expect(alone.err).toMatch(/^framedex: NO_PIXEL_DATA: /);
  });
  it('Q02 spells out what a file would tell the terminal', async () => {
    const bytes = twoFrames([
      [0x00080060, 'CS', 'OT'],
      [0x0008103e, 'LO', 'A\x1b]0;x\x07\x1b[31mB\u202e'],
      [0x00080005, 'CS', 'ISO_IR 192'],
    ]).bytes;
    for (const as of ['blocks', 'ascii', 'kitty', 'iterm', 'sixel']) {
      const { out } = await show([files.put('steering.dcm', bytes), '--as', as]);
      const caption = out.slice(0, -1).split('\n').at(-1) ?? '';
      expect(caption).toContain('A\\x1b]0;x\\x07\\x1b[31mB\\u202e');
      expect(caption).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
  });
  it('goes by what the terminal says of itself, or by --as', async () => {
    const kitty = { environment: { TERM: 'xterm-kitty' } };
    expect((await show([CHEST], kitty)).out).toMatch(/^\x1b_Ga=T/);
    expect((await show([CHEST, '--as', 'sixel'], kitty)).out).toMatch(/^\x1bP0;1;0q/);
    expect((await show([CHEST, '--as', 'iterm'], kitty)).out).toMatch(/^\x1b\]1337;File=/);
    expect((await show([CHEST, '--as', 'blocks-256'], kitty)).out).toMatch(/^\x1b\[[34]8;5;/);
    const plain = await show([CHEST], { environment: { NO_COLOR: '1' } });
    expect(plain.out).not.toContain('\x1b');
    expect(plain.out.split('\n')[0]).toMatch(/^[ .:\-=+*#%@]{44}$/);
  });
  it('writes into a pipe what --as names, 80 columns of it', async () => {
    const refused = await show([CHEST], { isPipe: true });
    expect([refused.code, refused.out]).toEqual([2, '']);
    expect(refused.err).toContain('no terminal: --as says what to write');
    const { code, out } = await show([CHEST, '--as', 'ascii'], { isPipe: true });
    expect(code).toBe(0);
    expect(out.split('\n')[0]).toHaveLength(80);
    const wide = await show([CHEST, '--as', 'ascii', '--width', '120'], { isPipe: true });
    expect(wide.out.split('\n')[0]).toHaveLength(120);
  });
  it('shows another frame, in another window, or the other way round', async () => {
    const path = files.put('two.dcm', twoFrames().bytes);
    const of = async (...args) => {
      const { code, out } = await show([path, '--as', 'ascii', ...args]);
      expect(code).toBe(0);
      return out.split('\n')[0] ?? '';
    };
    // 1 to 6, two rows; 7 to 12: black below 1, white from 12 on.
    const window = ['--window', '6.5,12'];
    expect(await of('--frame', '0', ...window)).not.toBe(await of('--frame', '1', ...window));
    expect(await of('--frame', '0', '--window', '100,10')).toBe('   ');
    expect(await of('--frame', '0', '--window', '100,10', '--invert')).toBe('@@@');
    expect(await of('--frame', '0', '--window', '-100,10')).toBe('@@@');
  });
  it('takes a window of the file by its name, of each series that has it', async () => {
    const lung = twoFrames([
      [0x0020000e, 'UI', '1.2.1'],
      [0x00281050, 'DS', '3\\100'],
      [0x00281051, 'DS', '4\\10'],
      [0x00281055, 'LO', 'NEAR\\LUNG'],
    ]).bytes;
    const other = twoFrames([[0x0020000e, 'UI', '1.2.2']]).bytes;
    const path = files.put(
      'windows.zip',
      buildZip([
        { name: 'a.dcm', data: lung },
        { name: 'b.dcm', data: other },
      ]),
    );
    const { code, out, err } = await show([path, '--window', 'lung', '--as', 'ascii']);
    expect(out).toMatch(/window 100,10 LUNG of the file/);
    expect(code).toBe(0);
    expect(captionsOf(out).filter((line) => line.includes('window'))).toHaveLength(2);
    expect(err).toMatch(/^framedex: note: 1\.2\.2 is shown as without --window: [^\n]*\n$/);
    const none = await show([path, '--window', 'bone', '--as', 'ascii']);
    expect([none.code, none.out]).toEqual([2, '']);
  });
  it('says that what stands before the terminal may pass no pictures on', async () => {
    const tmux = { environment: { TERM: 'tmux-256color', TMUX: '/tmp/1' } };
    const { code, err } = await show([CHEST, '--as', 'sixel'], tmux);
    expect([code, err]).toEqual([
      0,
      expect.stringMatching(/^framedex: note: tmux passes no sixel/),
    ]);
    expect((await show([CHEST], tmux)).err).toBe('');
    expect((await show([CHEST, '--as', 'sixel'], { ...tmux, isPipe: true })).err).toBe('');
  });
  it('does not tell as fact what a file cannot hold', async () => {
    const bytes = twoFrames([[0x0020000e, 'UI', '1.2.9']]).bytes;
    const text = Buffer.from(bytes);
    // Number of Frames is an element of two bytes: "2 " becomes "99".
    const at = text.indexOf(Buffer.from([0x28, 0, 8, 0]));
    text.write('99', at + 8, 'latin1');
    const path = files.put('claims.zip', buildZip([{ name: 'a.dcm', data: text }]));
    const { out } = await show([path, '--as', 'ascii', '--frame', '0']);
    expect(out).toMatch(/1 instance, \? frames {2}/);
  });
  it('leaves nothing behind when it is interrupted', async () => {
    const interruption = new AbortController();
    const { code, out, writes } = await show([SAMPLE], {
      signal: interruption.signal,
      onWrite: () => interruption.abort(),
    });
    expect(code).toBe(130);
    expect(writes).toHaveLength(1);
    expect(out).toMatch(/\x1b\[0m\n[^\x1b\n]+\n$/);
  });
  it.each([
    [['--size', '3', '--width', '3'], '--size or --width'],
    [['--size', '0'], '--size is a whole number from 1 on'],
    [['--width', 'x'], '--width is a whole number from 1 on'],
    [['--as', 'gif'], '--as is blocks, blocks-256, kitty, iterm, sixel or ascii, not "gif"'],
    [['--voi', 'best'], '--voi is lut, window, percentile, full, not "best"'],
    [['--icon', '--frame', '1'], 'an icon is no frame'],
    [['--window', '40,0'], '--window is centre and width'],
    [['--window', '1,2,3'], '--window is centre and width'],
    [['--window', ''], '--window is centre and width'],
    [['--voi-lut', '-1'], '--voi-lut is a number counted from 0, or a name'],
  ])('says what is wrong with %j', async (args, message) => {
    const { code, out, err } = await show([CHEST, ...args]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });
  it('names the failure of one series, and shows the others', async () => {
    const cut = twoFrames([[0x0020000e, 'UI', '1.2.1']]).bytes;
    const path = files.put(
      'cut.zip',
      buildZip([
        { name: 'a.dcm', data: cut.subarray(0, cut.length - 13) },
        { name: 'b.dcm', data: twoFrames([[0x0020000e, 'UI', '1.2.2']]).bytes },
      ]),
    );
    const { code, out, err } = await show([path, '--as', 'ascii', '--frame', '1']);
    expect(code).toBe(1);
    expect(captionsOf(out).filter((line) => line.includes('window'))).toHaveLength(1);
    expect(err).toMatch(/^framedex: 1\.2\.1: FRAME_TRUNCATED: a\.dcm: /);
  });
});
