import { loadAside, loadContender } from './contenders.mjs';
import { checksum } from './data/checksum.mjs';
import { prepare, readManifest } from './data/prepare.mjs';
import { asideOf, worksOf } from './peers/framedex.mjs';
import { SUITES } from './registry.mjs';

/** Names of the suites with those of their smallest work loads and with their contenders. */
export function listSuites() {
  return SUITES.map(({ name, contenders, workloads }) => ({
    name,
    workloads: workloads('tiny').map((workload) => workload.name),
    contenders,
  }));
}

/**
 * Does the work of a suite at its smallest size, once and in this process, so that tests can see
 * what it is.
 * @param {{ suite: string, workload?: string, contender: string }} what the first work load where
 *   none is named
 * @param {string} root where the data is made
 * @param {object} [framedex] in place of the build
 */
export async function workOnce({ suite, workload: name, contender }, root, framedex) {
  const { workloads, expected } = SUITES.find((one) => one.name === suite);
  const workload = workloads('tiny').find((one) => name === undefined || one.name === name);
  const manifest = prepare(root, workload);
  const data = readManifest(manifest);
  const works = framedex === undefined ? await loadContender(contender) : worksOf(framedex);
  const aside = framedex === undefined ? await loadAside(contender) : asideOf(framedex);
  await aside.before?.[suite]?.(data);
  const sum = checksum();
  const said = await works[suite](data, sum.take);
  return {
    manifest,
    data,
    expected: expected(data),
    result: sum.result(),
    bytesRead: said?.bytesRead,
  };
}
