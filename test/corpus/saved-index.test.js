import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isFramedexError } from '../../src/errors.js';
import { createContext, open } from '../../src/node/index.js';
import { corpusFiles } from '../support/corpus.js';
/** A file is the same file when it was opened by its saved index, and cheaper. */
const files = corpusFiles('saved indexes of real files');
/** So many frames of each are read. */
const MOST_FRAMES = 5;
async function everything(file) {
  const { index, dataset, meta, transferSyntax } = file;
  const step = Math.max(1, Math.floor(index.count / MOST_FRAMES));
  const frames = [];
  for (let i = 0; i < index.count; i += step) {
    frames.push(
      await file.encodedFrame(i).then(digest, codeOfError),
      await file.frame(i).then(({ data, ...rest }) => [digest(data), rest], codeOfError),
    );
  }
  const { count, declaredCount, counts, strategy, confidence, pixel } = index;
  return {
    transferSyntax,
    index: { count, declaredCount, counts, strategy, confidence, pixel },
    frames,
    elements: createHash('sha256')
      .update(JSON.stringify([meta.toJSON(), dataset.toJSON()]))
      .digest('hex'),
    warnings: file.warnings.map((warning) => JSON.stringify(warning)).sort(),
  };
}
function digest({ buffer, byteOffset, byteLength }) {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  return createHash('sha256').update(bytes).digest('hex');
}
function codeOfError(error) {
  if (!isFramedexError(error)) throw error;
  return error.code;
}
describe.skipIf(files.length === 0)('saved indexes of real files', () => {
  it.each(['sync', 'async'])(
    'R60 (%s): each opens again as it was',
    async (io) => {
      const context = createContext({ io, frameCacheBytes: 0 });
      const failed = [];
      let checked = 0;
      let plainReads = 0;
      let reads = 0;
      let bytes = 0;
      let withHeader = 0;
      let withoutNeed = 0;
      for (const { name, path } of files) {
        const plain = await open(path, { context }).catch(() => undefined);
        if (plain === undefined) continue;
        checked++;
        plainReads += plain.stats().reads;
        const saved = plain.toIndex();
        const text = JSON.stringify(saved);
        const again = await open(path, { context, index: JSON.parse(text) });
        reads += again.stats().reads;
        if (saved.header !== undefined) {
          withHeader++;
          withoutNeed += again.stats().reads;
        }
        bytes += text.length;
        try {
          expect(await everything(again)).toEqual(await everything(plain));
        } catch (error) {
          failed.push(`${name}: ${String(error).slice(0, 300)}`);
        }
        await Promise.all([plain.close(), again.close()]);
      }
      console.info(
        `${checked} files: ${reads} reads, ${plainReads} without an index; ${bytes} bytes`,
      );
      expect(failed).toEqual([]);
      expect(checked).toBeGreaterThan(files.length / 2);
      expect(reads).toBeLessThan(plainReads / 4);
      // Broken fragments are looked for again, and a long value inside a sequence may be half read.
      expect(withoutNeed).toBeLessThan(withHeader / 20);
    },
    300_000,
  );
});
