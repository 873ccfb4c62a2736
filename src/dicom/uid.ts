import { UIDS } from './uid.data.ts';

let names: ReadonlyMap<string, string> | undefined;

/** The name that PS3.6 annex A gives a UID: `CT Image Storage`. */
export function uidName(uid: string): string | undefined {
  names ??= indexNames();
  return names.get(uid);
}

function indexNames(): Map<string, string> {
  const index = new Map<string, string>();
  for (const line of UIDS.split('\n')) {
    const bar = line.indexOf('|');
    index.set(line.slice(0, bar), line.slice(bar + 1));
  }
  return index;
}
