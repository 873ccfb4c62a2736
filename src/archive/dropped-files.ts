import { isBlob } from '../bytes/blob.ts';
import type { FolderFile } from '../collection/given-files.ts';
import { FramedexError } from '../errors.ts';
import { turns } from '../inflate/next-turn.ts';
import type { compareNames } from '../series/name-order.ts';
import { uniqueNames } from './member-names.ts';

/** A `File` of a file input, or of a system: a reference, of which nothing is read yet. */
export interface GivenFile extends Blob {
  readonly name: string;
  /** Where it is in the folder that was chosen, with that folder's name; empty where none was. */
  readonly webkitRelativePath?: string | undefined;
}

/** A `FileSystemFileHandle` (File System standard). */
export interface FileHandle {
  readonly kind: 'file';
  readonly name: string;
  getFile(): Promise<GivenFile>;
}

/** A `FileSystemDirectoryHandle`: what `showDirectoryPicker()` gives, or a folder of the browser's own. */
export interface DirectoryHandle {
  readonly kind: 'directory';
  readonly name: string;
  values(): AsyncIterable<FileHandle | DirectoryHandle>;
}

/** A `FileSystemEntry` (File and Directory Entries API). */
export interface DroppedEntry {
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly name: string;
}

/** A `DataTransferItem` (HTML 6.11). */
export interface DroppedItem {
  readonly kind: string;
  getAsFile(): GivenFile | null;
  webkitGetAsEntry?(): DroppedEntry | null;
}

/** A `DataTransfer`: the `dataTransfer` of a drop, with files, folders and archives. */
export interface Dropped {
  readonly items: ArrayLike<DroppedItem>;
  readonly files: ArrayLike<GivenFile>;
}

/** What can be opened as a folder. */
export type FolderInput = DirectoryHandle | Dropped | Iterable<GivenFile> | ArrayLike<GivenFile>;

/** The files of a folder. */
export interface FolderFiles {
  readonly name: string;
  readonly files: readonly FolderFile[];
}

/** One thing that is still to be walked, by its name in the folder. */
interface Found {
  readonly name: string;
  readonly what: GivenFile | FileHandle | DirectoryHandle | DroppedEntry;
}

/** Each handle and entry takes a turn of the browser's: so many are asked for at a time. */
const AT_A_TIME = 64;

/**
 * All files of a folder, and of those below it, in natural order (`IM2` before `IM10`) and by unique names. Of a drop,
 * what there is is taken at once: behind the first wait of its event nobody can. What cannot be read is said in
 * the place of the file.
 *
 * @throws FramedexError `USAGE` for what is no folder, `IO` where the folder itself cannot be read.
 */
export function folderFiles(input: FolderInput, signal?: AbortSignal): Promise<FolderFiles> {
  const isHandle = isDirectoryHandle(input);
  const found = isHandle
    ? [{ name: '', what: input }]
    : isDropped(input)
      ? taken(input)
      : listed(input);
  return filesOf(isHandle ? input.name : nameOf(found), found, signal);
}

async function filesOf(
  name: string,
  roots: readonly Found[],
  signal: AbortSignal | undefined,
): Promise<FolderFiles> {
  const files: FolderFile[] = [];
  const left = [...roots];
  // Files that are there already take no turn of the browser's: nothing could abort, and the page would stand still.
  const turn = turns(signal);
  while (left.length > 0) {
    signal?.throwIfAborted();
    await turn();
    const next = left.splice(-AT_A_TIME);
    for (const one of await Promise.all(next.map((found) => step(found)))) {
      files.push(...one.files);
      // One by one: a folder may have more than fit among the arguments of a call.
      for (const found of one.below) left.push(found);
    }
  }
  // Of what is here only the taking of a drop has to be loaded before there is one.
  const { compareNames } = await import('../series/name-order.ts');
  return { name, files: inOrder(files, compareNames) };
}

/** What one thing turns out to be. */
interface Step {
  readonly files: readonly FolderFile[];
  readonly below: readonly Found[];
}

async function step({ name, what }: Found): Promise<Step> {
  try {
    if (isBlob(what)) return { files: [{ name, file: what }], below: [] };
    const below = await contents(what);
    if (isBlob(below)) return { files: [{ name, file: below }], below: [] };
    const prefix = name === '' ? '' : `${name}/`;
    return { files: [], below: below.map((one) => ({ name: prefix + one.name, what: one })) };
  } catch (cause) {
    const found = cause instanceof Error ? cause.name : String(cause);
    const fault = new FramedexError('IO', 'cannot be looked at', { name, found }, { cause });
    if (name === '') throw fault;
    return { files: [{ name, file: fault }], below: [] };
  }
}

/** The file, or what is in the folder. */
async function contents(
  what: FileHandle | DirectoryHandle | DroppedEntry,
): Promise<GivenFile | readonly (FileHandle | DirectoryHandle | DroppedEntry)[]> {
  if ('kind' in what) {
    if (what.kind === 'file') return what.getFile();
    const found: (FileHandle | DirectoryHandle)[] = [];
    for await (const one of what.values()) found.push(one);
    return found;
  }
  if (isFileEntry(what)) {
    return new Promise((resolve, reject) => {
      what.file(resolve, reject);
    });
  }
  return isFolderEntry(what) ? entriesIn(what) : [];
}

/** They are given by the hundred, until none are. */
async function entriesIn(folder: FolderEntry): Promise<DroppedEntry[]> {
  const reader = folder.createReader();
  const found: DroppedEntry[] = [];
  for (;;) {
    const some = await new Promise<readonly DroppedEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) return found;
    found.push(...some);
  }
}

/** Of a drop; a browser without entries gives files, and no folders. */
function taken({ items, files }: Dropped): Found[] {
  const dropped = Array.from(items).filter(({ kind }) => kind === 'file');
  if (dropped.length === 0) return listed(files);
  return dropped.flatMap((item) => {
    const what = item.webkitGetAsEntry?.() ?? item.getAsFile();
    return what === null ? [] : [{ name: what.name, what }];
  });
}

function listed(files: Iterable<GivenFile> | ArrayLike<GivenFile>): Found[] {
  return Array.from(filesGiven(files), (what) => {
    const { webkitRelativePath: path = '' } = what;
    return { name: path === '' ? what.name : path, what };
  });
}

/** No types hold a caller back in JavaScript. */
function filesGiven(given: unknown): GivenFile[] {
  const isList = typeof given === 'object' && given !== null;
  const isMany = isList && (Symbol.iterator in given || 'length' in given);
  const files: unknown[] = isMany ? Array.from(given as ArrayLike<unknown>) : [];
  if (isMany && files.every(isFile)) return files;
  throw new FramedexError('USAGE', 'this is no folder', {
    expected: 'a FileSystemDirectoryHandle, a DataTransfer, or File objects',
    found: Object.prototype.toString.call(given),
    advice: 'One file is opened by open(), an archive by openArchive().',
  });
}

function isFile(one: unknown): one is GivenFile {
  return isBlob(one) && 'name' in one && typeof one.name === 'string';
}

function isDirectoryHandle(input: unknown): input is DirectoryHandle {
  if (typeof input !== 'object' || input === null || !('kind' in input)) return false;
  return input.kind === 'directory' && 'values' in input;
}

function isDropped(input: unknown): input is Dropped {
  return typeof input === 'object' && input !== null && 'items' in input && 'files' in input;
}

interface FileEntry extends DroppedEntry {
  file(done: (file: GivenFile) => void, failed: (error: unknown) => void): void;
}

interface FolderEntry extends DroppedEntry {
  createReader(): {
    readEntries(
      done: (entries: readonly DroppedEntry[]) => void,
      failed: (error: unknown) => void,
    ): void;
  };
}

function isFileEntry(entry: DroppedEntry): entry is FileEntry {
  return entry.isFile && 'file' in entry;
}

function isFolderEntry(entry: DroppedEntry): entry is FolderEntry {
  return entry.isDirectory && 'createReader' in entry;
}

/** That of the one folder, or file, that all are of. */
function nameOf(found: readonly Found[]): string {
  const [first = 'files', ...others] = new Set(found.map(({ name }) => name.split('/', 1)[0]));
  return others.length === 0 ? first : 'files';
}

/** As a walk would meet them: a folder among the files beside it. */
function inOrder(files: readonly FolderFile[], compare: typeof compareNames): FolderFile[] {
  const parted = files.map(({ name, file }) => ({ parts: name.split('/'), name, file }));
  parted.sort((a, b) => comparePaths(a.parts, b.parts, compare));
  const unique = uniqueNames();
  return parted.map(({ name, file }) => ({ name: unique(name), file }));
}

function comparePaths(
  a: readonly string[],
  b: readonly string[],
  compare: typeof compareNames,
): number {
  for (let k = 0; k < Math.min(a.length, b.length); k++) {
    const [one = '', other = ''] = [a[k], b[k]];
    const order = one === other ? 0 : compare(one, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
