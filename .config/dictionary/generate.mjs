// Writes the dictionary's generated files from the tables of facts beside this script:
//   node .config/dictionary/generate.mjs [folder]      (default folder: src/dicom)
// A new edition of the standard is an edited table, a changed EDITION and one run.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packedNames, packedVrs } from './private.mjs';

const EDITION = '2026b';

// Most display names follow from the keyword; only the others are stored.
const WORD_BREAK = /(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g;
const SMALL_WORD = /(?<= )(?:And|At|By|For|In|Of|On|Or|Per|The|To)(?= )/g;
const WORD_FORMS = [
  [/\bX Ray/g, 'X-Ray'],
  [/\bDate Time\b/g, 'DateTime'],
  [/ (Trial|Retired)$/, ' ($1)'],
  [/^(Manufacturer|Operator) (?=[A-Z])/, "$1's "],
  [/^Contrast Bolus/, 'Contrast/Bolus'],
  [/\bThree D\b/, '3D'],
  [/\bTwo D\b/, '2D'],
];

const TYPES = {
  AT: 'number',
  DS: 'number',
  FD: 'number',
  FL: 'number',
  IS: 'number',
  SL: 'number',
  SS: 'number',
  UL: 'number',
  US: 'number',
  up: 'number',
  xs: 'number',
  SV: 'bigint',
  UV: 'bigint',
};
const WHOLE = {
  SQ: 'readonly Item[]',
  OB: 'Uint8Array',
  OD: 'Float64Array',
  OF: 'Float32Array',
  OL: 'Uint32Array',
  OV: 'BigUint64Array',
  OW: 'Uint16Array',
  UN: 'Uint8Array',
  ox: 'Uint8Array | Uint16Array',
  px: 'Uint8Array | Uint16Array',
  lt: 'Uint16Array | readonly number[]',
};

const here = fileURLToPath(new URL('.', import.meta.url));
const target = process.argv[2] ?? join(here, '../../src/dicom');

function rowsOf(file) {
  const lines = readFileSync(join(here, file), 'utf8').trimEnd().split('\n').slice(1);
  return lines.map((line) => line.split('\t'));
}

function nameOf(keyword) {
  const words = keyword.replace(WORD_BREAK, ' ').replace(SMALL_WORD, (word) => word.toLowerCase());
  return WORD_FORMS.reduce((name, [words, form]) => name.replace(words, form), words);
}

/** As prettier has it. */
function quoted(text) {
  return text.includes("'") ? JSON.stringify(text) : `'${text}'`;
}

function hex(number) {
  return number.toString(16).toUpperCase().padStart(8, '0');
}

// PS3.6 writes a digit that may vary as x. The lowest tag it stands for that means nothing else
// goes by the keyword: (60xx,3000) is 60003000, (0028,04x0) is 00280410 for 00280400 is taken.
function repeating(tag, taken) {
  const digits = tag.replace(',', '');
  const value = Number.parseInt(digits.replaceAll('x', '0'), 16);
  const mask = Number.parseInt(digits.replaceAll(/[^x]/g, 'F').replaceAll('x', '0'), 16);
  const step = 16 ** (digits.length - 1 - digits.lastIndexOf('x'));
  const first = taken.has(value) || value % 0x10000 === 0 ? value + step : value;
  return { first, mask };
}

function elementLines(elements) {
  const exact = [];
  const varying = [];
  const taken = new Set();
  const keywords = new Set();
  for (const [tag, vr, vm, keyword, retired, name] of elements) {
    if (keywords.has(keyword)) throw new Error(`keyword ${keyword} is there twice`);
    keywords.add(keyword);
    const stored = name === '' || name === nameOf(keyword) ? '' : name;
    const kind = [vr, vm, retired === '' ? '' : 'R'].join('|').replace(/\|$/, '');
    if (tag.includes('x')) {
      varying.push({ tag, kind, keyword, stored });
      continue;
    }
    const value = Number.parseInt(tag.replace(',', ''), 16);
    if (taken.has(value)) throw new Error(`tag ${tag} is there twice`);
    taken.add(value);
    exact.push({ value, kind, keyword, stored });
  }
  exact.sort((a, b) => a.value - b.value);
  return {
    exact,
    varying: varying.map(({ tag, kind, keyword, stored }) => {
      const { first, mask } = repeating(tag, taken);
      return [hex(first), hex(mask), keyword, stored, kind].join('|');
    }),
  };
}

/** A column for each of what the elements have, so that like stands by like: a third less, once compressed. */
function columns(elements) {
  const counts = new Map();
  for (const { kind } of elements) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const kinds = [...counts].sort(([, a], [, b]) => b - a).map(([kind]) => kind);
  const named = elements.flatMap(({ stored }, place) => (stored === '' ? [] : [place]));
  return {
    tags: packedNumbers(differences(elements.map(({ value }) => value))),
    kinds,
    kindOf: packedNumbers(elements.map(({ kind }) => kinds.indexOf(kind))),
    keywords: elements.map(({ keyword }) => keyword),
    named: packedNumbers(differences(named)),
    names: named.map((place) => elements[place].stored),
  };
}

function differences(numbers) {
  return numbers.map((number, place) => number - (numbers[place - 1] ?? 0));
}

/** Base 26 in letters; the last digit of each number is a capital. */
function packedNumbers(numbers) {
  return numbers.map((number) => packedNumber(number)).join('');
}

function packedNumber(number) {
  let text = String.fromCharCode(65 + (number % 26));
  for (let rest = Math.floor(number / 26); rest > 0; rest = Math.floor(rest / 26)) {
    text = String.fromCharCode(97 + (rest % 26)) + text;
  }
  return text;
}

function template(lines) {
  const text = lines.join('\n');
  if (/[`\\]|\$\{/.test(text)) throw new Error('a table holds what a template literal cannot');
  return `\`\n${text}\n\``;
}

/** The same without line ends around it: nothing is to be cut off before it can be taken apart. */
function bareTemplate(texts) {
  return template(texts).replace('\n', '').replace(/\n`$/, '`');
}

function write(file, parts) {
  const head = '// Generated by .config/dictionary/generate.mjs. Do not edit: edit its tables.\n';
  writeFileSync(join(target, file), `${head}\n${parts.join('\n\n')}\n`);
}

function typeOf(vr, vm) {
  if (WHOLE[vr] !== undefined) return WHOLE[vr];
  const type = TYPES[vr] ?? 'string';
  return vm === '1' ? type : `readonly ${type}[]`;
}

mkdirSync(target, { recursive: true });
const elements = rowsOf('elements.tsv');
const uids = rowsOf('uids.tsv').filter(([, name]) => name !== '');
const { exact, varying } = elementLines(elements);

const packed = columns(exact);
const forms = WORD_FORMS.map(([words, form]) => `  [${words}, ${quoted(form)}],`);

write('dictionary.data.ts', [
  `/** The edition of the standard that the dictionary follows. */\nexport const STANDARD_EDITION = '${EDITION}';`,
  `/** Where a keyword breaks into the words of its display name. */\nexport const WORD_BREAK: RegExp = ${WORD_BREAK};`,
  `/** Words that a display name writes in lower case. */\nexport const SMALL_WORD: RegExp = ${SMALL_WORD};`,
  `/** Words that it writes otherwise than keywords can. */\nexport const WORD_FORMS: readonly (readonly [RegExp, string])[] = [\n${forms.join('\n')}\n];`,
  `/** Tags in their order, each as the difference to the one before: base 26 in letters, the last digit a capital. */\nexport const TAGS: string =\n  '${packed.tags}';`,
  `/** The keywords of these tags, a line each. */\nexport const KEYWORDS: string = ${bareTemplate(packed.keywords)};`,
  `/** \`VR|VM|R when retired\`: what elements have in common, the most frequent first. */\nexport const KINDS: string = ${bareTemplate(packed.kinds)};`,
  `/** Which line of \`KINDS\` each tag has, as numbers like those of \`TAGS\`. */\nexport const KIND_OF: string =\n  '${packed.kindOf}';`,
  `/** Display names that do not follow from the keyword. */\nexport const NAMES: string = ${bareTemplate(packed.names)};`,
  `/** Which tags have them, by their place in \`TAGS\`: differences, as there. */\nexport const NAMED: string =\n  '${packed.named}';`,
  `/** Repeating groups (PS3.5 7.6): \`first tag|digits that count|keyword|name|VR|VM|R when retired\`. */\nexport const REPEATING: string = ${bareTemplate(varying)};`,
]);

write('uid.data.ts', [
  `/** \`UID|name\` of PS3.6 annex A and what it registers besides. */\nexport const UIDS: string = ${bareTemplate(uids.map((row) => row.join('|')))};`,
]);

const privateElements = rowsOf('private.tsv');
const { vrs, lines } = packedVrs(privateElements);

write('private-dictionary.data.ts', [
  `/** The VRs that the letters stand for, A first, 2 characters each. */\nexport const PRIVATE_VRS: string = '${vrs}';`,
  `/**
 * \`creator|group, then a capital letter for each element|...\`, by creator; small ones before it say in base 26
 * how many elements there are not before this one. An even group stands for all 256 that share its first byte.
 */
export const PRIVATE_ELEMENTS: string = ${template(lines)};`,
]);

write('private-names.data.ts', [
  `/** \`creator|group, then a ~, 2 digits and a name for each element|...\`, by creator. */\nexport const PRIVATE_NAMES: string = ${template(packedNames(privateElements))};`,
]);

const members = elements
  .filter(([, vr]) => vr !== 'na')
  .map(([, vr, vm, keyword]) => `  readonly ${keyword}: ${typeOf(vr, vm)};`);

write('tag-values.ts', [
  `/**
 * What \`dataset.get(keyword)\` gives for every keyword of PS3.6 ${EDITION}.
 *
 * - VM 1 is the value itself, any other VM an array of values.
 * - US SS UL SL FL FD DS IS AT are numbers (AT: a tag), SV UV bigints, text is a string (PN, DA and
 *   the like as written), SQ an array of its items, which are data sets.
 * - OB OW OL OV OF OD UN are one typed array of their cells, whatever the VM.
 * - Where the standard leaves the VR open: US or SS is a number; OB or OW is the typed array of the
 *   one that was written; LUT Data (US, SS or OW) is the typed array of OW or the array of US and SS.
 *   They index and iterate alike.
 */
export interface TagValues<Item = unknown> {
${members.join('\n')}
}`,
  '/** The keyword of a standard data element (PS3.6). */\nexport type Keyword = keyof TagValues;',
]);
