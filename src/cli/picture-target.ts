import { statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { extname, join } from 'node:path';
import type { ImageFormat } from '../node/index.ts';
import { usage } from './arguments.ts';
import type { Io } from './io.ts';
import { makeFolder, writeBeside, writeNamed } from './output-file.ts';

/** What a picture in a folder is named by. */
export interface PictureFacts {
  /** Which of several inputs it is of. */
  readonly input?: string | undefined;
  readonly number: number | null;
  readonly modality: string;
  readonly description: string;
}

/** Where the pictures of a run go. */
export interface PictureTarget {
  readonly kind: 'stream' | 'file' | 'folder';
  readonly format: ImageFormat;
  /** The file that may be overwritten. */
  readonly path?: string | undefined;
  /** What the user may not have meant by it. */
  readonly note?: string | undefined;
  /** Writes the next picture, which `name` is for in a folder, and gives its path. */
  write(bytes: Uint8Array, name: string): Promise<string>;
}

const FORMATS: ReadonlyMap<string, ImageFormat> = new Map([
  ['.png', 'png'],
  ['.jpg', 'jpeg'],
  ['.jpeg', 'jpeg'],
  ['.webp', 'webp'],
]);

const EXTENSIONS = { png: '.png', jpeg: '.jpg', webp: '.webp' } as const;

/**
 * What `-o OUT` means: `-`, a folder (one that exists, or a name that ends in `/` or has no
 * extension), or a file.
 *
 * @param format - That is asked for; a file has that of its extension.
 * @throws FramedexError `USAGE`.
 */
export function pictureTarget(
  output: string,
  { stdout }: Pick<Io, 'stdout'>,
  format?: ImageFormat,
): PictureTarget {
  const usual = format ?? 'png';
  if (output === '') throw usage('-o names no file');
  if (output === '-') {
    if (stdout.isTTY)
      throw usage('a picture is not for a terminal: send it to a file with -o FILE');
    const write = async (bytes: Uint8Array): Promise<string> => {
      await stdout.write(bytes);
      return output;
    };
    return { kind: 'stream', format: usual, write };
  }
  const extension = extname(output).toLowerCase();
  const there = statsOf(output);
  const isFolder = there?.isDirectory() === true || /[/\\]$/.test(output);
  const endings = [...FORMATS.keys()].join(', ');
  if (isFolder) return folderTarget(output, usual);
  if (extension === '' && there === undefined) {
    const note = `note: ${output} is taken for a new folder: files of pictures end in ${endings}`;
    return { ...folderTarget(output, usual), note };
  }
  // /dev/null and its like take anything; a file without an extension is something else's.
  const own = there?.isFile() === false ? usual : FORMATS.get(extension);
  if (own === undefined) {
    throw usage(`pictures end in ${endings}, or the folder in /: not ${JSON.stringify(output)}`);
  }
  if (format !== undefined && own !== format) {
    throw usage(`--format ${format} is not that of ${JSON.stringify(output)}`);
  }
  return fileTarget(output, own);
}

function folderTarget(folder: string, format: ImageFormat): PictureTarget {
  const taken = new Set<string>();
  return {
    kind: 'folder',
    format,
    write: (bytes, name) => {
      makeFolder(folder);
      const path = join(folder, `${name}${EXTENSIONS[format]}`);
      return Promise.resolve(writeBeside(path, bytes, taken));
    },
  };
}

/** The first picture takes the name that the user gave, further ones `-2`, `-3`... */
function fileTarget(path: string, format: ImageFormat): PictureTarget {
  const taken = new Set<string>();
  return {
    kind: 'file',
    format,
    path,
    write: async (bytes) => {
      if (taken.size > 0) return writeBeside(path, bytes, taken);
      await writeNamed(path, bytes);
      taken.add(path.toLowerCase());
      return path;
    },
  };
}

/** File systems take 255 bytes; a character may need four, and a number may follow. */
const LONGEST = 60;
/** So much of it says which input a picture is of. */
const LONGEST_INPUT = 24;

/**
 * A file name out of text that anybody may have written: letters and digits of any script, and of
 * the rest only what no file system and no shell makes something of. It never starts with a dot or a
 * dash, and the number in front keeps it from being one of the names that Windows reserves.
 */
export function pictureName({ input = '', number, modality, description }: PictureFacts): string {
  const front = number === null ? 'series' : String(number).padStart(3, '0');
  // What stands before a dot, Windows may have reserved.
  const start = cut(cleaned(input).replaceAll('.', '_'), LONGEST_INPUT);
  const words = [start, front, cleaned(modality), cleaned(description)];
  return cut(words.filter((part) => part !== '').join('-'), LONGEST);
}

function cleaned(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '_')
    .replace(/^[._-]+|[._-]+$/g, '');
}

function cut(text: string, longest: number): string {
  return Array.from(text)
    .slice(0, longest)
    .join('')
    .replace(/[._-]+$/, '');
}

const EXTENSION = /\.(?:dcm|dicom|ima|zip|tar|tgz|gz)$/i;

/**
 * Short names of inputs that tell them apart: that of each file, and of the folders that it is in as
 * many as it takes, `2024_study` and `2023_study`.
 */
export function namesOfInputs(inputs: readonly string[]): string[] {
  const parts = inputs.map((input) => {
    const words = input.split(/!?[/\\]/).filter((part) => part !== '' && part !== '.');
    return words.map((word) => word.replace(EXTENSION, '').replace(EXTENSION, ''));
  });
  const deepest = Math.max(...parts.map(({ length }) => length));
  let names: string[] = [];
  for (let depth = 1; depth <= deepest; depth++) {
    names = parts.map((words) => words.slice(-depth).join('_'));
    if (new Set(names.map((name) => name.toLowerCase())).size === names.length) break;
  }
  return names;
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // Writing to it will say what is wrong.
    return undefined;
  }
}
