import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { corpusFiles, seeded } from '../support/corpus.js';
import { fullPass, holdKeep, holdUntil } from '../support/partial-pass.js';
/** Parts of headers must be exactly the parts of the whole, and cost less. */
const files = corpusFiles('parts of the headers of real files');
async function* passes() {
  for (const { path, name } of files) {
    const bytes = new Uint8Array(readFileSync(path));
    const full = await fullPass(bytes).catch(() => undefined);
    // Of files that are wrong everywhere not all warnings are kept, so that they cannot be compared.
    if (full !== undefined && full.warnings.length < 1000) yield { name, bytes, full };
  }
}
/** Everything that does not hold, by file: one broken file must not hide another. */
async function holdAll(hold) {
  const failed = [];
  for await (const pass of passes()) {
    try {
      await hold(pass);
    } catch (error) {
      failed.push(`${pass.name}: ${String(error).slice(0, 300)}`);
    }
  }
  return failed;
}
describe.skipIf(files.length === 0)('parts of the headers of real files', () => {
  it('B18 until: the elements and warnings before it, and fewer bytes', async () => {
    const random = seeded(18);
    let checks = 0;
    let read = 0;
    let whole = 0;
    const failed = await holdAll(async ({ bytes, full }) => {
      const some = full.tags[Math.floor(random() * full.tags.length)] ?? 0x00100010;
      for (const until of [0x00100010, 0x7fe00010, some, some + 1]) {
        read += await holdUntil(bytes, full, until);
        whole += full.bytesRead;
        checks++;
      }
    });
    console.info(`until: ${checks} passes, ${read} bytes of ${whole}`);
    expect(failed).toEqual([]);
    expect(checks).toBeGreaterThan(files.length);
    expect(read).toBeLessThan(whole);
  }, 60_000);
  it('B18 keep: those elements, with their warnings, and fewer bytes', async () => {
    const random = seeded(19);
    let checks = 0;
    let read = 0;
    let whole = 0;
    const failed = await holdAll(async ({ bytes, full }) => {
      const share = random();
      const sets = [
        [0x00100010, 0x0020000d, 0x0020000e, 0x00080018],
        full.tags.filter(() => random() < share),
      ];
      for (const tags of sets) {
        read += await holdKeep(bytes, full, tags);
        whole += full.bytesRead;
        checks++;
      }
    });
    console.info(`keep: ${checks} passes, ${read} bytes of ${whole}`);
    expect(failed).toEqual([]);
    expect(checks).toBeGreaterThan(files.length);
    expect(read).toBeLessThan(whole);
  }, 60_000);
});
