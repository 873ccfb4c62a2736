import { basename } from 'node:path';
import type { Instance } from '../collection/instance.ts';
import { UNDEFINED_LENGTH } from '../dicom/element.ts';
import { WarningLog } from '../dicom/warnings.ts';
import type { Warning } from '../errors.ts';
import { sharedContext } from '../node/context.ts';
import type { DicomFile } from '../node/index.ts';
import { frameTable } from '../series/placed-frames.ts';
import type { OpenedInput } from './inputs.ts';
import { sizeOf } from './member-entry.ts';

/** A file that is an input of its own, as one of its series. It is open already: once it is closed, for good. */
export function onlyInstance(opened: OpenedInput & { readonly kind: 'file' }): Instance {
  const { name, file } = opened;
  const { dataset, index } = file;
  const faults = new WarningLog(name, false);
  const frames = frameTable(dataset, dataset, index.count, faults);
  return {
    name: basename(name),
    size: sizeOf(opened),
    sopInstanceUID: dataset.get('SOPInstanceUID') ?? '',
    frameCount: index.count,
    ...(frames !== undefined && { frames }),
    transferSyntax: file.transferSyntax,
    decodable: isDecodable(file),
    warnings: [...file.warnings.filter((warning) => isMissing(warning, file)), ...faults.list],
    dataset,
    open: (): Promise<DicomFile> => Promise.resolve(file),
  };
}

function isDecodable({ dataset, transferSyntax }: DicomFile): boolean {
  // Native pixels need no codec (PS3.5 A.4).
  if (dataset.element('PixelData')?.length !== UNDEFINED_LENGTH) return true;
  return sharedContext().decodable.has(transferSyntax);
}

/** Whether a fault is that bytes are missing. Too many of them behind the last frame are none. */
function isMissing({ code, offset }: Warning, { dataset }: DicomFile): boolean {
  if (code !== 'PIXEL_LENGTH') return true;
  return offset === dataset.element('PixelData')?.valueOffset;
}
