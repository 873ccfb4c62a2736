import process from 'node:process';
import { defineConfig } from 'vitest/config';
import { chromiumLaunch } from '../test/support/chromium.ts';
import { packageWasmPlugin } from './browser-modules.mjs';
import { browserTests, counterparts } from './browser-tests.mjs';
import { outside } from './outside.mjs';
import { ROOT } from './run.mjs';

/** A file to which the results are written as JSON as well, for continuous integration. */
const report = process.env.FRAMEDEX_TEST_REPORT;

/** CommonJS among what is loaded: bundled before the first test, so that no page is loaded anew in the midst of one. */
const PACKAGES = [
  '@cornerstonejs/codec-charls/decodewasmjs',
  '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs',
  '@cornerstonejs/codec-openjpeg/decodewasmjs',
  '@cornerstonejs/codec-openjph/wasmjs',
  'dcmjs-codecs',
  'fast-check',
  'lru-cache',
];

const TIMEOUTS = { testTimeout: 30_000, hookTimeout: 120_000 };

export default defineConfig({
  root: ROOT,
  test: {
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['**/*.data.ts', '**/tag-values.ts'],
      reporter: ['text', 'json-summary'],
    },
    projects: [inNode(), ...(await inBrowser())],
  },
});

/** All tests. */
function inNode() {
  return {
    root: ROOT,
    test: {
      ...TIMEOUTS,
      name: 'node',
      include: ['test/**/*.test.ts'],
      pool: 'forks',
      // Memory tests collect garbage before they measure.
      execArgv: ['--expose-gc'],
    },
  };
}

/** Those of the portable rooms once more. */
async function inBrowser() {
  const launch = chromiumLaunch('the tests of the portable rooms in a browser');
  if (launch === undefined) return [];
  // Pages have shared memory where they are isolated, or are told so.
  const args = [...(launch.args ?? []), '--enable-features=SharedArrayBuffer'];
  const { playwright } = await import('@vitest/browser-playwright');
  return [
    {
      root: ROOT,
      plugins: [counterparts(), outside(), packageWasmPlugin()],
      optimizeDeps: { include: PACKAGES },
      test: {
        ...TIMEOUTS,
        name: 'browser',
        include: browserTests().portable,
        browser: {
          enabled: true,
          headless: true,
          provider: playwright({ launchOptions: { ...launch, args } }),
          instances: [{ browser: 'chromium' }],
          screenshotFailures: false,
          isolate: false,
        },
      },
    },
  ];
}
