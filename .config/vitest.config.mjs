import { defineConfig } from 'vitest/config';
import { ROOT } from './run.mjs';

/** A file to which the results are written as JSON as well, for continuous integration. */
const report = process.env.FRAMEDEX_TEST_REPORT;

export default defineConfig({
  root: ROOT,
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // Memory tests collect garbage before they measure.
    execArgv: ['--expose-gc'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['**/*.data.ts', '**/tag-values.ts'],
      reporter: ['text', 'json-summary'],
    },
  },
});
