// The tables of private elements, packed: lines by creator, in each its elements by group.

/**
 * One letter for each VR. Where the sources leave the VR open (UN, "US or SS") there is none: bytes
 * whose meaning is in doubt stay bytes.
 */
function lettersOf(rows) {
  const vrs = [...new Set(rows.map(([, , vr]) => vr))].filter((vr) => isSettled(vr)).sort();
  if (vrs.length > 26) throw new Error('more VRs than letters');
  return new Map(vrs.map((vr, index) => [vr, String.fromCharCode(65 + index)]));
}

function isSettled(vr) {
  return vr.length === 2 && vr !== 'UN';
}

/** `(0019,xx0A)` is 0019 and 0A; a repeating group, 60xx, goes by its first: an even one, so no group's own. */
function placeOf(tag) {
  const parts = /^(?:([0-9A-F]{4})xx|([0-9A-F]{2})xxxx)([0-9A-F]{2})$/.exec(tag);
  if (parts === null) throw new Error(`${tag} is no private element`);
  return { group: parts[1] ?? `${parts[2]}00`, element: parts[3] };
}

/** `creator|0019 and its elements|...` for each creator, in the order of JavaScript's strings. */
function packed(rows, fieldOf, textOf) {
  const creators = new Map();
  for (const row of rows) {
    const field = fieldOf(row);
    if (field === '') continue;
    const [creator, tag] = row;
    if (creator.includes('|') || creator !== creator.trim()) throw new Error(`creator ${creator}`);
    const { group, element } = placeOf(tag);
    const groups = creators.get(creator) ?? new Map();
    creators.set(creator, groups);
    const elements = groups.get(group) ?? new Map();
    groups.set(group, elements);
    if (elements.has(element)) throw new Error(`${creator} ${tag} is there twice`);
    elements.set(element, field);
  }
  return inOrder(creators).map(([creator, groups]) =>
    [
      creator,
      ...inOrder(groups).map(([group, elements]) => group + textOf(inOrder(elements))),
    ].join('|'),
  );
}

function inOrder(map) {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A letter for each element, behind how many are left out before it, if any. */
function letters(elements) {
  let next = 0;
  let text = '';
  for (const [element, letter] of elements) {
    const number = Number.parseInt(element, 16);
    text += smallLetters(number - next) + letter;
    next = number + 1;
  }
  return text;
}

/** In base 26, 0 as nothing. */
function smallLetters(number) {
  if (number === 0) return '';
  return smallLetters(Math.floor(number / 26)) + String.fromCharCode(97 + (number % 26));
}

function names(elements) {
  return elements.map(([element, name]) => `~${element}${name}`).join('');
}

/** Lines of creators, and the VRs that their letters stand for. */
export function packedVrs(rows) {
  const letterOf = lettersOf(rows);
  const lines = packed(rows, ([, , vr]) => letterOf.get(vr) ?? '', letters);
  return { vrs: [...letterOf.keys()].join(''), lines };
}

/** Lines of creators with the names of their elements, a ~ before each. */
export function packedNames(rows) {
  const nameOf = ([, , , , name]) => {
    if (/[|~]/.test(name)) throw new Error(`name ${name}`);
    return name;
  };
  return packed(rows, nameOf, names);
}
