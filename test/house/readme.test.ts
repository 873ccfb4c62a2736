import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const SNIPPETS = [...README.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code ?? '');

describe('README.md', () => {
  it('has snippets that compile as they stand', () => {
    expect(SNIPPETS.length).toBeGreaterThan(1);
    const folder = mkdtempSync(join(tmpdir(), 'framedex-readme-'));
    try {
      const files = SNIPPETS.map((code, k) => {
        const file = join(folder, `snippet-${k}.mts`);
        writeFileSync(file, code);
        return file;
      });
      // Packages without types are declared there.
      const declarations = join(ROOT, 'src', 'codecs', 'cornerstone-codecs.d.ts');
      const program = ts.createProgram([...files, declarations], {
        strict: true,
        noEmit: true,
        skipLibCheck: true,
        allowImportingTsExtensions: true,
        target: ts.ScriptTarget.ES2022,
        lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts'],
        module: ts.ModuleKind.NodeNext,
        types: ['node'],
        typeRoots: [join(ROOT, 'node_modules', '@types')],
        paths: {
          framedex: [join(ROOT, 'src', 'node', 'index.ts')],
          '@aws-sdk/client-s3': [
            join(ROOT, 'node_modules/@aws-sdk/client-s3/dist-types/index.d.ts'),
          ],
          'framedex/dicom': [join(ROOT, 'src', 'dicom', 'index.ts')],
        },
      });
      const errors = ts
        .getPreEmitDiagnostics(program)
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
      expect(errors).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('leaves nothing to be filled in', () => {
    expect(/\b(?:[A-Z]+_TABLE|[A-Z]+_TOUR|TODO|TBD)\b/.test(README)).toBe(false);
  });
});
