/**
 * Prints `N passed, N failed` from a JSON report of vitest: `node count.mjs REPORT STATUS`, where
 * STATUS is the exit code of the run. A run that failed without a failed test (a check, a file that
 * does not load, an unhandled rejection) counts as one failure.
 */
import { readFileSync } from 'node:fs';

const [path, status] = process.argv.slice(2);
const { passed, failed } = count(path);
const failures = failed === 0 && (status !== '0' || passed === 0) ? 1 : failed;
console.log(`${passed} passed, ${failures} failed`);
process.exitCode = failures > 0 ? 1 : 0;

function count(report) {
  try {
    const { numPassedTests, testResults, numFailedTests } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    const unloaded = testResults.filter(
      ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
    );
    return { passed: numPassedTests, failed: numFailedTests + unloaded.length };
  } catch {
    return { passed: 0, failed: 0 };
  }
}
