import { FramedexError } from '../errors.ts';

const ADVICE = new Map([
  ['ENOENT', 'Check the path'],
  ['ENOTDIR', 'A part of the path is a file, not a folder'],
  ['EACCES', 'Check the permissions of the file and of the folders above it'],
  ['EPERM', 'Check the permissions of the file and of the folders above it'],
  ['EISDIR', 'This is a folder: open it with openFolder'],
  ['ELOOP', 'Symbolic links lead in a circle'],
  ['EMFILE', 'Raise the limit of open files (ulimit -n), or keep fewer descriptors'],
  ['ENFILE', 'The system has too many open files: close some, or keep fewer descriptors'],
  ['EIO', 'The device failed to read: check the disk or the network share'],
  ['ENOSPC', 'The disk is full: free some of it, or use another one'],
  ['EDQUOT', 'The quota of the disk is used up: free some of it, or use another disk'],
  ['ESTALE', 'The network share was changed: open the file again'],
]);

/** The system's error code (`ENOENT`, `EMFILE`...), or undefined when `error` is something else. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** A failed call of the file system as the error of this package: path, cause and advice. */
export function ioError(
  cause: unknown,
  name: string,
  action: string,
  offset?: number,
): FramedexError<'IO'> {
  const code = systemErrorCode(cause);
  const found = code ?? (cause instanceof Error ? cause.message : undefined);
  const advice = code === undefined ? undefined : ADVICE.get(code);
  return new FramedexError('IO', `cannot ${action}`, { name, offset, found, advice }, { cause });
}
