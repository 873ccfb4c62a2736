import { blobSource } from '../bytes/blob.ts';
import { whileOpen } from '../bytes/while-open.ts';
import { FramedexError } from '../errors.ts';
import { meteredSource } from '../file/meter.ts';
import type { Meter } from '../file/meter.ts';
import type { Listing, Member } from './listing.ts';

/** A file that was given, by its name in what it was given with; or why it cannot be read. */
export interface FolderFile {
  readonly name: string;
  readonly file: Blob | FramedexError<'IO'>;
}

/**
 * Files that were given one by one, as a folder: a file is a reference, which is read when somebody opens it. The
 * names are unique, and in the order of the folder.
 *
 * @param meter counts all reads of the files
 */
export function listFiles(name: string, files: readonly FolderFile[], meter: Meter): Listing {
  let closed = false;
  const isOpen = (): boolean => !closed;
  const member = ({ name, file }: FolderFile): Member => {
    if (file instanceof FramedexError) return faultyMember(name, file);
    const open: Member['open'] = () => {
      if (closed) throw new FramedexError('CLOSED', 'the folder is closed', { name });
      return meteredSource(whileOpen(blobSource(file, name), isOpen), meter);
    };
    return { name, size: file.size, open };
  };
  return {
    name,
    members: files.map(member),
    close: () => {
      closed = true;
      return Promise.resolve();
    },
  };
}

function faultyMember(name: string, fault: FramedexError): Member {
  const open = (): never => {
    throw fault;
  };
  return { name, size: 0, fault, open };
}
