import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cutCounts, DAMAGED, flipCounts } from '../../bench/damage.mjs';
import { defaultCodecs } from '../../src/codecs/default-codecs.js';
import { createRegistry } from '../../src/codecs/registry.js';
import { codeStreamFixture, codeStreamOf } from '../support/code-stream-fixtures.js';
import { codecPlatform } from '../support/codec-platform.js';
const COUNT = 500;
/** A decoder that does not come back blocks this thread, and with it the time limit of the test. */
const WATCH = `
const fs = require('node:fs');
const { workerData } = require('node:worker_threads');
const steps = new Int32Array(workerData);
let last = -1;
setInterval(() => {
  if (steps[0] !== last) { last = steps[0]; return; }
  fs.writeSync(2, 'a damaged code stream has been decoded for 60 seconds: gave up\\n');
  process.kill(process.pid, 'SIGKILL');
}, 60000);
`;
const steps = new Int32Array(new SharedArrayBuffer(4));
let watchdog;
beforeAll(() => {
  watchdog = new Worker(WATCH, { eval: true, workerData: steps.buffer });
  watchdog.unref();
});
afterAll(() => watchdog?.terminate());
function step() {
  Atomics.add(steps, 0, 1);
}
const registry = createRegistry(defaultCodecs, codecPlatform);
describe.each(Object.entries(DAMAGED))('damaged code streams: %s', (_, name) => {
  const { transferSyntax, pixel, ...fixture } = codeStreamFixture(name);
  const whole = codeStreamOf({ transferSyntax, pixel, ...fixture });
  const decode = async (bytes) => (await registry.decode({ transferSyntax, pixel, bytes })).bytes;
  it(`H32 ${COUNT} that are cut: an error, unless it is padding that is missing`, async () => {
    const counts = await cutCounts(decode, whole, COUNT, step);
    expect(counts).toMatchObject({ changed: 0, resized: 0, untyped: 0, poisoned: 0 });
    expect(counts.error + counts.exact).toBe(COUNT);
    expect(counts.exact).toBeLessThan(COUNT / 100);
  });
  it(`H32 ${COUNT} with flipped bits: an error, or a picture of the same size`, async () => {
    const counts = await flipCounts(decode, whole, COUNT, step);
    expect(counts).toMatchObject({ resized: 0, untyped: 0, poisoned: 0 });
    expect(counts.error).toBeGreaterThan(0);
    expect(counts.error + counts.exact + counts.changed).toBe(COUNT);
  });
});
