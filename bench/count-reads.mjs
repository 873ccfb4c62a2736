// Counts what a process reads from files, at the one place that all contenders written for Node
// pass: node:fs. It must be loaded before anything that imports from node:fs by name is used.

import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** Replaces the reading functions of node:fs and of its file handles by counting ones. */
export async function countReads() {
  const counted = { reads: 0, bytes: 0 };
  const add = (/** @type {number} */ bytes) => {
    counted.reads += 1;
    counted.bytes += bytes;
  };
  replaceReadSync(add);
  replaceRead(add);
  await replaceHandleRead(add);
  syncBuiltinESMExports();
  return {
    reset: () => Object.assign(counted, { reads: 0, bytes: 0 }),
    result: () => ({ ...counted }),
  };
}

/** `readFileSync` comes here too. */
function replaceReadSync(add) {
  const { readSync } = fs;
  fs.readSync = (...args) => {
    const bytes = readSync(...args);
    add(bytes);
    return bytes;
  };
}

/** Read streams come here too. */
function replaceRead(add) {
  const { read } = fs;
  const counting = (...args) => {
    const done = args.pop();
    return read(...args, (error, bytes, buffer) => {
      add(bytes ?? 0);
      done(error, bytes, buffer);
    });
  };
  // `util.promisify` finds the names of the results in a property of the function.
  fs.read = Object.defineProperties(counting, Object.getOwnPropertyDescriptors(read));
}

async function replaceHandleRead(add) {
  const handle = await fs.promises.open(process.execPath);
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  const { read } = prototype;
  prototype.read = async function countingRead(...args) {
    const result = await read.apply(this, args);
    add(result.bytesRead);
    return result;
  };
}
