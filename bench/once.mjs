import { loadAside, loadContender } from './contenders.mjs';
import { checksum } from './data/checksum.mjs';
import { prepare, readManifest } from './data/prepare.mjs';
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
  const manifest = await prepare(root, workload);
  const data = readManifest(manifest);
  const { works, aside } = await worksOf(contender, framedex);
  await aside.before?.[suite]?.(data);
  const sum = checksum();
  const said = await works[suite](data, sum.take);
  return {
    manifest,
    data,
    expected: expected(data),
    result: sum.result(),
    bytesRead: said?.bytesRead,
    details: said?.details,
    rungs: said?.rungs,
  };
}

/** Of the build, unless another framedex is given. */
async function worksOf(contender, framedex) {
  if (framedex === undefined) {
    return { works: await loadContender(contender), aside: await loadAside(contender) };
  }
  const peer = await import(`./peers/${contender}.mjs`);
  return { works: peer.worksOf(framedex), aside: peer.asideOf?.(framedex) ?? {} };
}
