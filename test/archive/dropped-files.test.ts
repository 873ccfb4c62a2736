import { afterEach, describe, expect, it, vi } from 'vitest';
import { folderFiles } from '../../src/archive/dropped-files.ts';
import type {
  DirectoryHandle,
  Dropped,
  DroppedEntry,
  FileHandle,
  FolderInput,
  GivenFile,
} from '../../src/archive/dropped-files.ts';
import type { Collection } from '../../src/collection/collection.ts';
import { nextTurn } from '../../src/inflate/next-turn.ts';
import * as portable from '../../src/index.ts';
import * as node from '../../src/node/index.ts';
import { dicom } from '../support/build-dicom.ts';
import { buildZip } from '../support/build-zip.ts';
import { codeOf } from '../support/open-built.ts';
import { sliceParts } from '../support/slices.ts';

const slice = (z: number): Uint8Array<ArrayBuffer> =>
  new Uint8Array(dicom(sliceParts({ z })).bytes);
const zip = new Uint8Array(buildZip([{ name: 'IM7', data: slice(7) }]));

/** The types of browsers are what this takes. */
export const ofBrowsers = (
  given: FileList | DataTransfer | FileSystemDirectoryHandle | File[],
): FolderInput => given;

/** A folder: names with files, or folders. */
interface Tree {
  readonly [name: string]: File | Tree | 'unreadable';
}

const file = (name: string, bytes: Uint8Array<ArrayBuffer> = slice(1)): File =>
  new File([bytes], name);

const tree: Tree = {
  IM10: file('IM10', slice(10)),
  IM2: file('IM2', slice(2)),
  gone: 'unreadable',
  CT: { 'a.zip': file('a.zip', zip), IM1: file('IM1'), deep: { IM3: file('IM3', slice(3)) } },
  'notes.txt': file('notes.txt', new Uint8Array(200)),
};
const inOrder = ['CT/a.zip', 'CT/deep/IM3', 'CT/IM1', 'gone', 'IM2', 'IM10', 'notes.txt'];

/** As `showDirectoryPicker()` gives them. */
function handleOf(name: string, folder: Tree): DirectoryHandle {
  async function* values(): AsyncGenerator<FileHandle | DirectoryHandle> {
    for (const [name, what] of Object.entries(folder)) {
      await Promise.resolve();
      if (what instanceof File || what === 'unreadable') yield fileHandle(name, what);
      else yield handleOf(name, what);
    }
  }
  return { kind: 'directory', name, values };
}

/** A folder of one file, which is this one. */
function handleGiving(given: GivenFile): DirectoryHandle {
  async function* values(): AsyncGenerator<FileHandle> {
    await Promise.resolve();
    yield { kind: 'file', name: given.name, getFile: () => Promise.resolve(given) };
  }
  return { kind: 'directory', name: 'study', values };
}

function fileHandle(name: string, what: File | 'unreadable'): FileHandle {
  const getFile = (): Promise<File> =>
    what === 'unreadable'
      ? Promise.reject(new DOMException('patient name', 'NotReadableError'))
      : Promise.resolve(what);
  return { kind: 'file', name, getFile };
}

/** As a drop gives them: by the hundred, to callbacks. */
function entryOf(name: string, what: Tree[string]): DroppedEntry {
  if (what === 'unreadable' || what instanceof File) {
    const read = (done: (file: File) => void, failed: (error: unknown) => void): void => {
      queueMicrotask(() => {
        if (what === 'unreadable') failed(new DOMException('patient name', 'NotFoundError'));
        else done(what);
      });
    };
    return Object.assign({ isFile: true, isDirectory: false, name }, { file: read });
  }
  const createReader = () => {
    const left = Object.entries(what);
    return {
      readEntries: (done: (entries: readonly DroppedEntry[]) => void): void => {
        queueMicrotask(() => {
          done(left.splice(0, 100).map(([name, one]) => entryOf(name, one)));
        });
      },
    };
  };
  return Object.assign({ isFile: false, isDirectory: true, name }, { createReader });
}

/** What a browser gives away while the event lasts, and no longer. */
function dropOf(folder: Tree): Dropped & { end(): void } {
  let over = false;
  const items = Object.entries(folder).map(([name, what]) => ({
    kind: 'file',
    getAsFile: (): File | null => (over || !(what instanceof File) ? null : what),
    webkitGetAsEntry: (): DroppedEntry | null => (over ? null : entryOf(name, what)),
  }));
  const text = { kind: 'string', getAsFile: () => null };
  return { items: [text, ...items], files: [], end: () => void (over = true) };
}

/** A File of another window: an instance of nothing that is here. */
function foreign(file: File): GivenFile {
  const { name, size } = file;
  return {
    name,
    size,
    slice: file.slice.bind(file),
    arrayBuffer: file.arrayBuffer.bind(file),
    [Symbol.toStringTag]: 'File',
  } as unknown as GivenFile;
}

async function names(collection: Collection): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of collection.entries()) found.push(name);
  return found;
}

async function listed(input: FolderInput): Promise<{ name: string; files: string[] }> {
  const { name, files } = await folderFiles(input);
  return { name, files: files.map((one) => one.name) };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('files of a folder', () => {
  it('O26: of a handle, by their paths below it, in natural order', async () => {
    expect(await listed(handleOf('study', tree))).toEqual({ name: 'study', files: inOrder });
  });

  it('O26: of a drop, which is taken before the event ends', async () => {
    const drop = dropOf({ study: tree });
    const listing = listed(drop);
    drop.end();
    const files = inOrder.map((name) => `study/${name}`);
    expect(await listing).toEqual({ name: 'study', files });
  });

  it('O26: of a drop of several things', async () => {
    const drop = dropOf({ b: { IM1: file('IM1') }, 'a.zip': file('a.zip', zip) });
    expect(await listed(drop)).toEqual({ name: 'files', files: ['a.zip', 'b/IM1'] });
  });

  it('O26: of a drop where a browser knows no entries', async () => {
    const items = [{ kind: 'file', getAsFile: () => file('IM1') }];
    expect((await listed({ items, files: [] })).files).toEqual(['IM1']);
    expect((await listed({ items: [], files: [file('IM2')] })).files).toEqual(['IM2']);
  });

  it('O26: of a folder with more entries than are given at once', async () => {
    const many = Object.fromEntries(Array.from({ length: 250 }, (_, k) => [`IM${k}`, file('x')]));
    const { files } = await listed(dropOf({ many }));
    expect(files).toEqual(Array.from({ length: 250 }, (_, k) => `many/IM${k}`));
  });

  it('O26: of a file input, by the paths that it has', async () => {
    const chosen = ['s/IM10', 's/IM2', 's/a/IM1'].map((path) =>
      Object.defineProperty(file('x'), 'webkitRelativePath', { value: path }),
    );
    expect(await listed(chosen)).toEqual({ name: 's', files: ['s/a/IM1', 's/IM2', 's/IM10'] });
    const list: ArrayLike<GivenFile> = { length: 2, 0: file('b'), 1: file('a') };
    expect(await listed(list)).toEqual({ name: 'files', files: ['a', 'b'] });
  });

  it('O22: names are unique', async () => {
    const { files } = await listed([file('a'), file('a'), file('a (2)'), file('a')]);
    expect(files).toHaveLength(4);
    expect(new Set(files).size).toBe(4);
  });

  it('a folder that cannot be read is IO; one below it is a file that cannot', async () => {
    const broken = (name: string): DirectoryHandle => ({
      ...handleOf(name, {}),
      async *values() {
        throw new DOMException('patient name', 'NotAllowedError');
      },
    });
    expect(await codeOf(folderFiles(broken('study')))).toBe('IO');
    const drop = dropOf({ a: file('a') });
    const entry = {
      isFile: false,
      isDirectory: true,
      name: 'b',
      createReader: () => ({
        readEntries: (_: unknown, failed: (error: unknown) => void) => {
          failed(new DOMException('patient name', 'EncodingError'));
        },
      }),
    };
    const items = [
      ...Array.from(drop.items),
      { kind: 'file', getAsFile: () => null, webkitGetAsEntry: () => entry },
    ];
    const { files } = await folderFiles({ items, files: [] });
    expect(files[1]).toMatchObject({
      name: 'b',
      file: { code: 'IO', details: { found: 'EncodingError' } },
    });
    expect((files[1]?.file as Error).message).not.toContain('patient');
  });

  it('P05: ends with the signal', async () => {
    expect(await codeOf(folderFiles(handleOf('study', tree), AbortSignal.abort('no')))).toBe('no');
  });

  it('P05: ends with the signal in the midst of files that are all there', async () => {
    // Each look at the clock finds it is time for others to have their turn.
    let now = 0;
    vi.spyOn(Date, 'now').mockImplementation(() => (now += 1000));
    const controller = new AbortController();
    const many = Array.from({ length: 500 }, (_, k) => file(`IM${k}`));
    const listing = codeOf(folderFiles(many, controller.signal));
    void nextTurn().then(() => {
      controller.abort('enough');
    });
    expect(await listing).toBe('enough');
  });

  it('O26: of Files of another window, and of handles that give such', async () => {
    const one = foreign(file('IM1'));
    expect((await listed([one])).files).toEqual(['IM1']);
    expect((await listed(handleGiving(one))).files).toEqual(['IM1']);
  });

  it.each([undefined, null, 5, 'path', {}, file('one'), [1], new Uint8Array(3), [null]])(
    '%s is USAGE',
    async (input) => {
      const { openFolder } = portable;
      expect(await codeOf(openFolder(input as FolderInput))).toBe('USAGE');
    },
  );
});

describe.each([
  ['the portable entry', portable],
  ['the entry of Node', node],
])('openFolder of %s', (_, { openFolder }) => {
  it('O26: walks archives, skips what cannot be read, and opens the rest', async () => {
    await using folder = await openFolder(handleOf('study', tree));
    expect(folder.name).toBe('study');
    expect(await names(folder)).toEqual(['CT/a.zip!/IM7', ...inOrder.slice(1)]);
    const found: string[] = [];
    for await (const file of folder) {
      found.push(`${file.name} ${String((await file.frame(0)).data[0])}`);
      await file.close();
    }
    expect(found).toEqual(['CT/a.zip!/IM7 7', 'CT/deep/IM3 3', 'CT/IM1 1', 'IM2 2', 'IM10 10']);
    expect(folder.skipped.map(({ name, reason }) => [name, reason.code])).toEqual([
      ['gone', 'IO'],
      ['notes.txt', 'NOT_DICOM'],
    ]);
    expect(folder.skipped[0]?.reason.message).not.toContain('patient');
  });

  it('reads Files of another window', async () => {
    await using folder = await openFolder(handleGiving(foreign(file('IM1', slice(5)))));
    const opened = await folder.open('IM1');
    expect((await opened.frame(0)).data[0]).toBe(5);
    expect(folder.skipped).toEqual([]);
  });

  it('reads no file before it is opened', async () => {
    let reads = 0;
    const watched = file('IM1');
    const cut = watched.slice.bind(watched);
    Object.defineProperty(watched, 'slice', {
      value: (...range: [number, number]) => {
        reads += 1;
        return cut(...range);
      },
    });
    const folder = await openFolder([watched, file('IM2')]);
    expect(await names(folder)).toEqual(['IM1', 'IM2']);
    expect(reads).toBe(0);
    const opened = await folder.open('IM1');
    expect(reads).toBeGreaterThan(0);
    expect(folder.stats().reads).toBeGreaterThan(0);
    await folder.close();
    expect(await codeOf(opened.frame(0))).toBe('CLOSED');
    expect(await codeOf(folder.open('IM2'))).toBe('CLOSED');
  });

  it('a file that changed since is skipped, and others are read', async () => {
    const changed = file('IM1');
    const broken = { arrayBuffer: () => Promise.reject(new DOMException('x', 'NotReadableError')) };
    Object.defineProperty(changed, 'slice', { value: () => broken });
    await using context = node.createContext();
    await using folder = await openFolder([changed, file('IM2')], { context });
    expect(await folder.series()).toHaveLength(1);
    expect(folder.skipped.map(({ name, reason }) => [name, reason.code])).toEqual([['IM1', 'IO']]);
  });
});
