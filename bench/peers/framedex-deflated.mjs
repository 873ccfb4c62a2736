// What the ways of framedex to frames of a deflated member have in common.

import { takeAsked } from './asked-frames.mjs';

/** A place of a member in an archive. */
export function memberPath({ zip, member }) {
  return `${zip}!/${member}`;
}

/**
 * Frames here and there in a context of their own: what an earlier run inflated or found out is of no use.
 * Bytes read are those of the archive, so that with a temporary file they are not all.
 * @param {typeof import('../../dist/node/index.js')} framedex
 * @param {any} data @param {(value: ArrayBufferView) => void} take
 * @param {{ spool?: true, index?: unknown }} how
 */
export async function randomFrames({ createContext, open }, data, take, { spool, index } = {}) {
  const { wholeMemberBytes } = data;
  const context = createContext({ spool, wholeMemberBytes, frameCacheBytes: 0 });
  const file = await open(memberPath(data), { context, index });
  const details = await takeAsked(data.asked, async (i) => (await file.frame(i)).data, take);
  const { bytesRead, inflation } = file.stats();
  await file.close();
  await context.close();
  const { bytesInflated = 0, ...rungs } = inflation ?? {};
  const read = spool === true ? {} : { bytesRead };
  return { ...read, rungs, details: { ...details, 'MB inflated': bytesInflated / 1e6 } };
}
