import { statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { extname, join } from 'node:path';
import type { ImageFormat } from '../node/index.ts';
import { usage } from './arguments.ts';
import type { Io } from './io.ts';
import { makeFolder, writeBeside, writeNamed } from './output-file.ts';

/** What a picture in a folder is named by. */
export interface PictureFacts {
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
  /** Writes the next picture and gives its path. */
  write(bytes: Uint8Array, facts: PictureFacts): Promise<string>;
}

/** All that there are, so that those which are not written yet can be told from mere mistakes. */
const FORMATS: ReadonlyMap<string, ImageFormat> = new Map([
  ['.png', 'png'],
  ['.jpg', 'jpeg'],
  ['.jpeg', 'jpeg'],
  ['.webp', 'webp'],
]);

/**
 * What `-o OUT` means: `-`, a folder (one that exists, or a name that ends in `/` or has no
 * extension), or a file.
 *
 * @throws FramedexError `USAGE` for a format that is not written.
 */
export function pictureTarget(output: string, { stdout }: Io): PictureTarget {
  if (output === '-') {
    if (stdout.isTTY)
      throw usage('a picture is not for a terminal: send it to a file with -o FILE');
    const write = async (bytes: Uint8Array): Promise<string> => {
      await stdout.write(bytes);
      return output;
    };
    return { kind: 'stream', format: 'png', write };
  }
  const extension = extname(output).toLowerCase();
  const there = statsOf(output);
  if (there?.isDirectory() === true || /[/\\]$/.test(output)) return folderTarget(output);
  if (extension === '' && there === undefined) return folderTarget(output);
  // /dev/null and its like take anything; a file without an extension is something else's.
  const format = there?.isFile() === false ? 'png' : FORMATS.get(extension);
  if (format === undefined) {
    throw usage(`pictures end in .png, or the folder in /: not ${JSON.stringify(output)}`);
  }
  return fileTarget(output, format);
}

function folderTarget(folder: string): PictureTarget {
  const taken = new Set<string>();
  return {
    kind: 'folder',
    format: 'png',
    write: (bytes, facts) => {
      makeFolder(folder);
      return Promise.resolve(writeBeside(join(folder, `${fileName(facts)}.png`), bytes, taken));
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

/**
 * A file name out of text that anybody may have written: letters and digits of any script, and of
 * the rest only what no file system and no shell makes something of. It never starts with a dot or a
 * dash, and the number in front keeps it from being one of the names that Windows reserves.
 */
function fileName({ number, modality, description }: PictureFacts): string {
  const front = number === null ? 'series' : String(number).padStart(3, '0');
  const words = [front, modality, description]
    .map((part) =>
      part
        .normalize('NFC')
        .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '_')
        .replace(/^[._-]+|[._-]+$/g, ''),
    )
    .filter((part) => part !== '');
  return Array.from(words.join('-'))
    .slice(0, LONGEST)
    .join('')
    .replace(/[._-]+$/, '');
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // Writing to it will say what is wrong.
    return undefined;
  }
}
