import { transferSyntax as knownSyntax } from '../dicom/transfer-syntax.ts';
import type { Instance } from './instance.ts';

/** No deflate stream is longer than this many times itself (RFC 1951: 258 bytes by two bits). */
const MOST_INFLATED = 1032;
/** An item that holds a frame has at least its header (PS3.5 A.4). */
const LEAST_ENCAPSULATED_BITS = 8 * 8;

/** How many frames instances declare; undefined where one of them is too small to hold its own. */
export function framesOf(instances: readonly Instance[]): number | undefined {
  if (instances.some(claimsTooMany)) return undefined;
  return instances.reduce((sum, { frameCount }) => sum + frameCount, 0);
}

function claimsTooMany({ frameCount, size, transferSyntax, dataset }: Instance): boolean {
  const syntax = knownSyntax(transferSyntax);
  // Of a picture that is cut there is one nevertheless; frames of a video need no more than they change.
  if (frameCount <= 1 || syntax?.video === true) return false;
  const bytes = syntax?.deflated === true ? size * MOST_INFLATED : size;
  if (syntax?.encapsulated !== false) return frameCount * LEAST_ENCAPSULATED_BITS > 8 * bytes;
  const [rows = 1, columns = 1] = [dataset.get('Rows'), dataset.get('Columns')];
  // Of one sample a pixel: what is sampled less often has no more in some of them.
  return frameCount * rows * columns * (dataset.get('BitsAllocated') ?? 1) > 8 * bytes;
}
