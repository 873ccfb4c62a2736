import { vrOfTag } from './dictionary.ts';
import type { DictionaryVr } from './dictionary.ts';
import { explicitVr } from './element-header.ts';
import { ITEM, SEQUENCE_DELIMITATION, UNDEFINED_LENGTH } from './element.ts';
import { makesSense, peekTag } from './parse-state.ts';
import type { State, Steps } from './parse-state.ts';
import { hasLongHeader, vrOfBytes } from './vr.ts';

/** One way of reading a header that breaks PS3.5 7.1.2. */
interface Reading {
  readonly vr: DictionaryVr;
  readonly length: number;
  readonly valueOffset: number;
  readonly code: 'BAD_VR' | 'RESERVED_BYTES';
  readonly fault: string;
}

/**
 * Completes `state.header` where the VR is none of the standard's, or the reserved bytes are not
 * zero. Vendors have misspelt VRs, put implicit VR elements among explicit ones, and given long
 * VRs the short form: the reading counts behind which the next element makes sense, else the first
 * that fits the file.
 */
export function* readOddHeader(state: State): Steps {
  const { window, level, offset, warnings, header } = state;
  const { tag } = header;
  const fitting = readings(state).filter(
    ({ valueOffset, length }) => length === UNDEFINED_LENGTH || valueOffset + length <= window.size,
  );
  let chosen = fitting[0] ?? {
    vr: 'UN',
    length: window.size - offset - 8,
    valueOffset: offset + 8,
    code: 'BAD_VR',
    fault: 'an element header that cannot be read',
  };
  for (const reading of fitting) {
    const { length, valueOffset } = reading;
    let sense: boolean;
    if (length === UNDEFINED_LENGTH) {
      const first = yield* peekTag(state, valueOffset, level);
      sense = first === ITEM || first === SEQUENCE_DELIMITATION;
    } else {
      sense = yield* makesSense(state, valueOffset + length, tag);
    }
    if (sense) {
      chosen = reading;
      break;
    }
  }
  if (fitting.length === 0) warnings.reportCut(chosen.code, chosen.fault, offset, tag);
  else warnings.report(chosen.code, chosen.fault, offset, tag);
  header.vr = chosen.vr;
  header.length = chosen.length;
  header.valueOffset = chosen.valueOffset;
}

/** What the header can mean, the likeliest first. */
function readings({ window, level, offset, header }: State): readonly Reading[] {
  const { view } = window;
  const at = offset - window.start;
  const { littleEndian } = level;
  const first = view.getUint8(at + 4);
  const second = view.getUint8(at + 5);
  const written = vrOfBytes(first, second);
  const known = vrOfTag(header.tag);
  const vr = written ?? explicitVr(known) ?? 'UN';
  const word = view.getUint16(at + 6, littleEndian);
  const short: Reading = {
    vr,
    length: word,
    valueOffset: offset + 8,
    code: 'BAD_VR',
    fault: written === undefined ? 'the VR is none of the standard' : `${vr} with a 2-byte length`,
  };
  const long: Reading[] = [];
  if (offset + 12 <= window.end && (word === 0 || written !== undefined)) {
    const { code, fault } =
      written === undefined
        ? short
        : ({ code: 'RESERVED_BYTES', fault: 'the reserved bytes are not zero' } as const);
    const length = view.getUint32(at + 8, littleEndian);
    long.push({ vr, length, valueOffset: offset + 12, code, fault });
  }
  if (written !== undefined) return [...long, short];
  const implicit: Reading = {
    vr: known ?? 'UN',
    length: view.getUint32(at + 4, littleEndian),
    valueOffset: offset + 8,
    code: 'BAD_VR',
    fault: 'an implicit VR element in an explicit VR data set',
  };
  // A VR of later editions has the long form (PS3.5 6.2), a misspelt one that of the right one.
  const longFirst = (isCapital(first) && isCapital(second)) || hasLongHeader(vr);
  const explicit = longFirst ? [...long, short] : [short, ...long];
  return isPrintable(first) && isPrintable(second)
    ? [...explicit, implicit]
    : [implicit, ...explicit];
}

function isCapital(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

function isPrintable(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f;
}
