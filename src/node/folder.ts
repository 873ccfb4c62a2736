import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { whileOpen } from '../bytes/while-open.ts';
import type { Listing, Member } from '../collection/listing.ts';
import { FramedexError } from '../errors.ts';
import { compareNames } from '../series/name-order.ts';
import { type Meter, meteredSource } from '../file/meter.ts';
import { type FileSourceOptions, openFileSource } from './file-source.ts';
import { ioError } from './io-error.ts';

/** One folder that is to be read: its path, and what the names in it begin with. */
interface Place {
  readonly path: string;
  readonly prefix: string;
}

/** A walk under way. */
interface Walk {
  readonly members: Member[];
  /** Real paths of folders that were read. */
  readonly visited: Set<string>;
  /** Links to folders, left for the end: a folder below the root goes by its own name. */
  readonly linked: Place[];
  readonly open: (path: string, name: string) => Member['open'];
}

/**
 * Lists all files below a folder, in natural order (`IM2` before `IM10`), named by their path below it
 * with `/` between. Links are followed, but no folder is read twice, so circles end. A folder or link
 * that cannot be read, and what is no file (pipes, devices), is a member with a `fault`. Archives are
 * members like others. Throws `IO` when the folder itself cannot be read.
 *
 * @param meter counts all reads of the files
 */
export function listFolder(path: string, options: FileSourceOptions, meter: Meter): Listing {
  let closed = false;
  const isOpen = (): boolean => !closed;
  const walk: Walk = {
    members: [],
    visited: new Set(),
    linked: [],
    open: (file, name) => () => {
      if (closed) throw new FramedexError('CLOSED', 'the folder is closed', { name: file });
      const source = whileOpen(openFileSource(file, options), isOpen);
      return meteredSource({ ...source, name }, meter);
    },
  };
  walkFrom({ path, prefix: '' }, walk);
  for (let place = walk.linked.shift(); place !== undefined; place = walk.linked.shift()) {
    walkFrom(place, walk);
  }
  return {
    name: path,
    members: walk.members,
    close: () => {
      closed = true;
      return Promise.resolve();
    },
  };
}

function walkFrom(root: Place, walk: Walk): void {
  const stack: (Place | Member)[] = [root];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if ('open' in next) {
      walk.members.push(next);
      continue;
    }
    try {
      stack.push(...contents(next, walk));
    } catch (error) {
      const fault = ioError(error, next.path, 'read the folder');
      if (next.prefix === '') throw fault;
      walk.members.push(faulty(next.prefix, fault));
    }
  }
}

/** What a folder holds, last first, for a stack. */
function contents({ path, prefix }: Place, walk: Walk): (Place | Member)[] {
  const real = realpathSync(path);
  if (walk.visited.has(real)) return [];
  walk.visited.add(real);
  const found: (Place | Member)[] = [];
  for (const entry of readdirSync(path, { withFileTypes: true }).sort(backwards)) {
    const at = join(path, entry.name);
    const name = prefix + entry.name;
    const place = { path: at, prefix: `${name}/` };
    if (entry.isDirectory()) found.push(place);
    else found.push(...fileOrLink(entry, place, name, walk));
  }
  return found;
}

function fileOrLink(entry: Dirent, place: Place, name: string, walk: Walk): Member[] {
  try {
    const stats = statSync(place.path);
    if (stats.isFile()) return [{ name, size: stats.size, open: walk.open(place.path, name) }];
    if (!stats.isDirectory()) {
      const found = 'a device, pipe or socket';
      return [
        faulty(name, new FramedexError('IO', 'not a regular file', { name: place.path, found })),
      ];
    }
    walk.linked.push(place);
    return [];
  } catch (error) {
    const action = entry.isSymbolicLink() ? 'follow the link' : 'look at the file';
    return [faulty(name, ioError(error, place.path, action))];
  }
}

function faulty(name: string, fault: FramedexError): Member {
  return {
    name,
    size: 0,
    fault,
    open: () => {
      throw fault;
    },
  };
}

function backwards(a: Dirent, b: Dirent): number {
  return compareNames(b.name, a.name);
}
