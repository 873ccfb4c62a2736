import type { Source } from '../bytes/source.ts';
import type { Dataset } from '../dicom/dataset.ts';
import { readHeaderAtOnce } from '../dicom/header.ts';
import type { Header, HeaderOptions } from '../dicom/header.ts';
import type { WarningLog } from '../dicom/warnings.ts';

type SynchronousSource = Source & Required<Pick<Source, 'readSync'>>;

/** What is known of a header that was not read yet. */
export type KnownHeader = Pick<Header, 'transferSyntax' | 'littleEndian' | 'pixelData'>;

/** Where a lazy header is read from, and how. */
export interface LazyReading {
  readonly source: SynchronousSource;
  /** What frames are read from. */
  readonly frames: Source;
  readonly options: HeaderOptions;
  readonly warnings: WarningLog;
  /** Looks at the header when it was read, and throws where it is not the one that is known. */
  readonly check: (header: Header) => void;
}

/** A header that is read when somebody asks for an element, at once: the bytes of frames need none. */
export function lazyHeader(known: KnownHeader, reading: LazyReading): Header {
  const { source, frames, options, warnings, check } = reading;
  const shared = { ...known, name: source.name, source: frames, partial: false, warnings };
  let read: Header | undefined;
  const whole = (): Header => {
    if (read !== undefined) return read;
    const found = readHeaderAtOnce(source, options, warnings);
    check(found);
    read = found;
    return found;
  };
  return {
    ...shared,
    get meta(): Dataset {
      return whole().meta;
    },
    get dataset(): Dataset {
      return whole().dataset;
    },
    get end(): number {
      return whole().end;
    },
  };
}
