import { loadContender } from './contenders.mjs';
import { checksum } from './data/checksum.mjs';
import { prepare, readManifest } from './data/prepare.mjs';
import { worksOf } from './peers/framedex.mjs';
import { SUITES } from './registry.mjs';

/** Names of the suites with their contenders. */
export function listSuites() {
  return SUITES.map(({ name, contenders }) => ({ name, contenders }));
}

/**
 * Does the work of a suite at its smallest size, once and in this process, so that tests can see
 * what it is.
 * @param {string} suite @param {string} contender @param {string} root where the data is made
 * @param {object} [framedex] in place of the build
 */
export async function workOnce(suite, contender, root, framedex) {
  const { workloads, expected } = SUITES.find(({ name }) => name === suite);
  const [workload] = workloads('tiny');
  const manifest = prepare(root, workload);
  const data = readManifest(manifest);
  const works = framedex === undefined ? await loadContender(contender) : worksOf(framedex);
  const sum = checksum();
  await works[suite](data, sum.take);
  return { manifest, expected: expected(data), result: sum.result() };
}
