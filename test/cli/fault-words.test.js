import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { faultWords } from '../../src/cli/fault-words.js';
describe('words for faults', () => {
  const sources = fileURLToPath(new URL('../../src/', import.meta.url));
  it('are there for every code, and say of every tolerated one what was done', () => {
    const errors = readFileSync(`${sources}errors.ts`, 'utf8');
    const interfaceText = /interface ErrorDetails \{(.*?)\n\}/s.exec(errors)?.[1] ?? '';
    const codes = [...interfaceText.matchAll(/^ {2}([A-Z_]+):/gm)].map(([, code]) => code ?? '');
    expect(codes.length).toBeGreaterThan(50);
    for (const code of codes) {
      const { meaning, advice } = faultWords(code);
      expect(meaning, code).toMatch(/^[A-Z].*\.$/);
      expect(advice, code).toMatch(/^\S.*\.$/);
    }
    const tolerated = new Set(
      readdirSync(sources, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.startsWith('cli'))
        .flatMap((name) => {
          const text = readFileSync(`${sources}${name}`, 'utf8');
          return [...text.matchAll(/\b(?:report|fault)\??\.?\(\s*'([A-Z_]+)'/g)];
        })
        .map(([, code]) => code ?? '')
        .filter((code) => codes.includes(code)),
    );
    // What follows the empty line in the list of codes is tolerated as well.
    const second = interfaceText.split('\n\n')[1] ?? '';
    for (const [, code] of second.matchAll(/^ {2}([A-Z_]+):/gm)) tolerated.add(code ?? '');
    expect(tolerated.size).toBeGreaterThan(20);
    for (const code of tolerated) {
      expect(faultWords(code).done, code).toMatch(/^[A-Z].*\.$/);
    }
  });
});
