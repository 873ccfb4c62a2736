import { characterSet } from '../../src/dicom/character-set.js';
/** `'Hong=\x1b$)C\xfb\xf3'`: every character of the string is one byte. */
export function bytesOf(text) {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
/** Text in the character sets `terms`, written as in a file: `\\ISO 2022 IR 87`. */
export function decoded(terms, text, delimiters = '') {
  return characterSet(terms.split('\\')).characterSet.decode(bytesOf(text), delimiters);
}
/** What is said of the text, each message of each call; the text itself has to be the same. */
export function textFaults(terms, text, delimiters = '') {
  const { characterSet: set } = characterSet(terms.split('\\'));
  const faults = [];
  const told = set.decode(bytesOf(text), delimiters, (message) => faults.push(message));
  if (told !== set.decode(bytesOf(text), delimiters))
    throw new Error('the text depends on `fault`');
  return faults;
}
/** What is wrong with the terms themselves. */
export function termFault(...terms) {
  return characterSet(terms).fault;
}
