/** One component group of a person's name: the same name in one way of writing it (PS3.5 6.2.1). */
export interface PersonNameGroup {
  /** The whole group as written, delimiters and all. */
  readonly text: string;
  /** The components, without the spaces around them; empty where there is none. */
  readonly familyName: string;
  readonly givenName: string;
  readonly middleName: string;
  readonly prefix: string;
  readonly suffix: string;
}

/** A person's name in up to three component groups (PS3.5 6.2.1.2). */
export interface PersonName {
  /** In characters of single-byte sets; all empty where the name is in other groups only. */
  readonly alphabetic: PersonNameGroup;
  /** In ideographic or, as hangul, in phonetic characters of a multi-byte set. */
  readonly ideographic?: PersonNameGroup | undefined;
  /** As it sounds, as in hiragana or katakana. */
  readonly phonetic?: PersonNameGroup | undefined;
}

/**
 * The component groups of a value of VR PN as written, in the order alphabetic, ideographic and
 * phonetic (PS3.5 6.2.1). An absent group before others is an empty string; a file can have more
 * than the standard's three.
 */
export function nameGroups(text: string): readonly string[] {
  return text.split('=');
}

/**
 * The parts of a value of VR PN (PS3.5 6.2.1). Any text gives a name: missing components are empty,
 * what is beyond the standard's five components is in the `text` of the group alone, and groups beyond
 * its three are left out.
 *
 * In veterinary medicine `familyName` is the responsible party or organization, and `givenName`
 * the patient.
 *
 * @example
 * ```ts
 * const name = parsePersonName('Yamada^Tarou=山田^太郎=やまだ^たろう');
 * name.alphabetic.familyName; // 'Yamada'
 * name.ideographic?.givenName; // '太郎'
 * name.phonetic?.text; // 'やまだ^たろう'
 * ```
 */
export function parsePersonName(text: string): PersonName {
  const [alphabetic = '', ideographic = '', phonetic = ''] = text.split('=', 3);
  return {
    alphabetic: groupOf(alphabetic),
    ideographic: ideographic === '' ? undefined : groupOf(ideographic),
    phonetic: phonetic === '' ? undefined : groupOf(phonetic),
  };
}

function groupOf(text: string): PersonNameGroup {
  const [familyName = '', givenName = '', middleName = '', prefix = '', suffix = ''] = text
    .split('^', 5)
    .map(withoutSpaces);
  return { text, familyName, givenName, middleName, prefix, suffix };
}

/** Spaces around a component mean nothing (PS3.5 table 6.2-1, note on PN). */
function withoutSpaces(component: string): string {
  let start = 0;
  let end = component.length;
  while (start < end && component[start] === ' ') start++;
  while (end > start && component[end - 1] === ' ') end--;
  return component.slice(start, end);
}
