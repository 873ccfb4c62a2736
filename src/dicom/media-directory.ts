import type { Dataset } from './dataset.ts';

const MEDIA_STORAGE_DIRECTORY = '1.2.840.10008.1.3.10';

/** Whether file meta information is that of a DICOMDIR, which is no instance (PS3.10 8.6). */
export function isMediaDirectory(meta: Dataset): boolean {
  return meta.get('MediaStorageSOPClassUID') === MEDIA_STORAGE_DIRECTORY;
}
