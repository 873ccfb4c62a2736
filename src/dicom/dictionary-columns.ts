import { KEYWORDS, KINDS, KIND_OF, TAGS } from './dictionary.data.ts';
import type { Tag } from './tag.ts';

/** The dictionary as it is searched: elements by their place in the order of tags. */
export interface DictionaryColumns {
  readonly tags: Uint32Array;
  readonly keywords: readonly string[];
}

/** What elements have in common. */
export interface DictionaryKinds {
  /** The place in `kinds` of what an element has. */
  readonly kindOf: Uint32Array;
  /** `VR|VM|R when retired`. */
  readonly kinds: readonly string[];
}

const CAPITAL_A = 65;
const SMALL_A = 97;

let columns: DictionaryColumns | undefined;
let kindsOfElements: DictionaryKinds | undefined;

/** Unpacked when somebody asks, for all of the process. */
export function dictionaryColumns(): DictionaryColumns {
  if (columns === undefined) {
    const keywords = KEYWORDS.split('\n');
    columns = { tags: summed(unpackNumbers(TAGS, keywords.length)), keywords };
  }
  return columns;
}

/** By themselves: a file that names its VRs is read without. */
export function dictionaryKinds(): DictionaryKinds {
  kindsOfElements ??= {
    kindOf: unpackNumbers(KIND_OF, dictionaryColumns().tags.length),
    kinds: KINDS.split('\n'),
  };
  return kindsOfElements;
}

/** Where `tag` is in the order of tags, or -1. */
export function placeOfTag(tags: Uint32Array, tag: Tag): number {
  let low = 0;
  let high = tags.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = tags[middle] ?? 0;
    if (found === tag) return middle;
    if (found < tag) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Numbers in base 26: letters, of which the last of each number is a capital. */
export function unpackNumbers(text: string, count: number): Uint32Array {
  const numbers = new Uint32Array(count);
  let place = 0;
  let number = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= SMALL_A) {
      number = (number + code - SMALL_A) * 26;
    } else {
      numbers[place++] = number + code - CAPITAL_A;
      number = 0;
    }
  }
  return numbers;
}

/** What differences add up to, in their place. */
export function summed(differences: Uint32Array): Uint32Array {
  let sum = 0;
  for (let place = 0; place < differences.length; place++) {
    sum += differences[place] ?? 0;
    differences[place] = sum;
  }
  return differences;
}
