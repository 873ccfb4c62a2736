import type { TolerableCode, WarningLog } from '../dicom/warnings.ts';
import type { Warning } from '../errors.ts';

/** Takes what is tolerated of a frame, with the place of the bytes to blame. */
export type FrameFault = (
  code: TolerableCode,
  message: string,
  place: { readonly offset: number; readonly tag?: number | undefined },
) => void;

/**
 * What is tolerated of a frame is told with it, in `warnings`, each time that it is read; the log of the
 * file records the same of many frames once, of which `noted` are the names.
 */
export function frameFault(log: WarningLog, noted: Set<string>, warnings: Warning[]): FrameFault {
  return (code, message, { offset, tag }) => {
    const name = `${code} ${tag} ${message}`;
    if (!noted.has(name)) {
      // When strict, this throws: for the next frame too.
      log.report(code, message, offset, tag);
      noted.add(name);
    }
    const isTold = warnings.some(
      (told) => told.code === code && told.message === message && told.tag === tag,
    );
    if (isTold) return;
    warnings.push(tag === undefined ? { code, message, offset } : { code, message, offset, tag });
  };
}
