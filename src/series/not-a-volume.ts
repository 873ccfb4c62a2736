import { FramedexError } from '../errors.ts';
import type { VolumePlan } from './plan.ts';

/** What a plan whose verdict is `none` is refused with: its first reason, and its parts. */
export function notAVolume({ reasons, parts }: VolumePlan): FramedexError {
  const [reason] = reasons;
  return new FramedexError('NOT_A_VOLUME', 'the series makes no volume', {
    name: reason?.instances[0],
    expected: 'grey images of one size and kind',
    found: reason === undefined ? 'nothing' : reason.message,
    ...(parts.length > 0 && { advice: partsAdvice(parts) }),
  });
}

/** Parts that are named; more are counted. */
const NAMED_PARTS = 6;

function partsAdvice(parts: readonly VolumePlan[]): string {
  const named = parts.slice(0, NAMED_PARTS).map(({ size, labels = [] }, k) => {
    const by = labels.map(({ value }) => value).join(', ');
    return `part ${k} is ${size[2]} slices${by === '' ? '' : ` (${by})`}`;
  });
  const more = parts.length > NAMED_PARTS ? '; ...' : '';
  return `The series has ${parts.length} parts: ${named.join('; ')}${more}. Choose one with \`part\`.`;
}
