/** A page that decodes, as it is written for a bundler and for none. */
import { createContext, open } from 'framedex';

/**
 * Frames of files, all files at a time: the digest of the last samples of each, or why there is none. `own` is the
 * URL of a worker that the page starts.
 */
globalThis.decode = async (urls, { own, ...options }) => {
  const worker = own && (() => new globalThis.Worker(own, { type: 'module' }));
  const context = createContext({ ...options, worker });
  const digests = await Promise.all(urls.map((url) => digest(url, context).catch(String)));
  await context.close();
  return digests;
};

async function digest(url, context) {
  const response = await fetch(url);
  const file = await open(await response.blob(), { context });
  let data;
  for await (const frame of file.frames()) ({ data } = frame);
  const bytes = new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', data));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
