import { characterSet } from './character-set.ts';
import type { CharacterSet } from './character-set.ts';
import { isDeferred, isValue, valueBytes } from './record-bytes.ts';
import type { DatasetContext } from './record-bytes.ts';
import { reportFault } from './record-faults.ts';
import type { Tag } from './tag.ts';
import { asWritten } from './value.ts';

export const SPECIFIC_CHARACTER_SET: Tag = 0x00080005;

const ASCII = { characterSet: characterSet([]).characterSet };

/** The character set that an element names, by its record; the default repertoire where that is negative. */
export function specificCharacterSet(context: DatasetContext, record: number): CharacterSet {
  if (record < 0) return ASCII.characterSet;
  const { table } = context;
  const isThere = isValue(table, record) && !isDeferred(context, record);
  const terms = isThere ? asWritten('CS', valueBytes(context, record), ASCII) : [];
  const { characterSet: named, fault } = characterSet(terms);
  const message = isThere ? fault : 'what is there is no character set';
  if (message !== undefined) reportFault(context, record, 'CHARACTER_SET', message);
  return named;
}
