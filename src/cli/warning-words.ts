import type { ErrorCode } from '../errors.ts';

/** Codes of faults that are tolerated somewhere. */
export type WarningCode = Extract<
  ErrorCode,
  | 'BAD_TAG'
  | 'BAD_VR'
  | 'BAD_LENGTH'
  | 'BAD_VALUE'
  | 'ITEM_EXPECTED'
  | 'INFLATE'
  | 'ZIP_FORMAT'
  | 'NO_PREAMBLE'
  | 'META_GROUP'
  | 'TRANSFER_SYNTAX_MISSING'
  | 'TRANSFER_SYNTAX_UNKNOWN'
  | 'TRANSFER_SYNTAX_MISMATCH'
  | 'TRUNCATED_VALUE'
  | 'RESERVED_BYTES'
  | 'ODD_LENGTH'
  | 'TAG_ORDER'
  | 'DUPLICATE_TAG'
  | 'DELIMITER'
  | 'ITEM_LENGTH'
  | 'TRAILING_BYTES'
  | 'CHARACTER_SET'
  | 'PIXEL_MODULE'
  | 'PIXEL_LENGTH'
  | 'FRAME_COUNT'
  | 'OFFSET_TABLE'
  | 'CODE_STREAM'
  | 'LOOK_UP_TABLE'
  | 'WINDOW'
  | 'OVERLAY'
  | 'ICC_PROFILE'
  | 'PIXEL_ASPECT'
  | 'NOT_THE_MIDDLE'
>;

/** A tolerated fault for people. */
export interface WarningWords {
  /** What is the matter with the file. */
  readonly meaning: string;
  /** What framedex does about it. */
  readonly done: string;
  /** What the reader can do about it. */
  readonly advice: string;
}

const COPY = 'Get the file again from where it came; a copy or an export was broken off.';
const HARMLESS = 'Nothing: no value is lost. Its writer should be told.';

/** What every tolerated fault means. */
export const WARNING_WORDS: Readonly<Record<WarningCode, WarningWords>> = {
  BAD_TAG: {
    meaning: 'An element is in a group that cannot be (PS3.5 7.8), such as 0003 or FFFF.',
    done: 'It was read like any other.',
    advice: 'Look at the bytes there: the header may be damaged from this place on.',
  },
  BAD_VR: {
    meaning: 'The type (VR) of an element is none of the standard, or not the one it has there.',
    done: 'It was read in the way that makes sense of what follows it; where none does, what follows may be lost.',
    advice: 'Look at its value with framedex tags --tag before you rely on it.',
  },
  BAD_LENGTH: {
    meaning: 'The length of an element cannot be.',
    done: 'It was left out, and what is behind it could not be read.',
    advice: 'Look at the bytes there: the file is damaged, or was written wrong.',
  },
  BAD_VALUE: {
    meaning: 'A value breaks the rules of its type (PS3.5 6.2): a date, number, UID or text.',
    done: 'It is given as far as it can be read; as it is written, it is always to be had.',
    advice: 'Look at it with framedex tags --tag before you rely on it.',
  },
  ITEM_EXPECTED: {
    meaning: 'In a sequence or in the pixel data, something else stands where an item must be.',
    done: 'What stands before it was read; frames behind it are given where an offset table leads to them.',
    advice: 'Look at the bytes there: the file is damaged, or was written wrong.',
  },
  INFLATE: {
    meaning: 'What is deflated ends early, or is damaged.',
    done: 'What could be inflated was read.',
    advice: COPY,
  },
  ZIP_FORMAT: {
    meaning: 'The directory or the end of the archive is missing, or contradicts itself.',
    done: 'All members that are in its directory can be read.',
    advice: 'Get it again, or compare the number of files with where it came from.',
  },
  NO_PREAMBLE: {
    meaning: 'The 128 bytes and the DICM that begin a DICOM file are missing (PS3.10 7.1).',
    done: 'It was read from its first byte on.',
    advice: HARMLESS,
  },
  META_GROUP: {
    meaning: 'The file meta information (group 0002) is missing, or not written as it must be.',
    done: 'Its elements were read up to the first of another group, whatever its length says.',
    advice: HARMLESS,
  },
  TRANSFER_SYNTAX_MISSING: {
    meaning: 'The file does not say how it is encoded: it names no transfer syntax.',
    done: 'The encoding was found out from the first elements; pixels count as uncompressed.',
    advice: 'Compare a picture with the original: compressed pixels would not be recognised.',
  },
  TRANSFER_SYNTAX_UNKNOWN: {
    meaning: 'The transfer syntax is none of the standard, nor a private one that is known.',
    done: 'The encoding was found out from the first elements; encoded frames can be had.',
    advice: 'Ask the maker of the device for what decodes it; a codec can be given to framedex.',
  },
  TRANSFER_SYNTAX_MISMATCH: {
    meaning: 'The file is encoded in another way than its transfer syntax says.',
    done: 'It was read as it really is.',
    advice: 'Correct the transfer syntax: programs that believe it read nonsense.',
  },
  TRUNCATED_VALUE: {
    meaning: 'The file ends inside its header.',
    done: 'The elements before this place were read; those behind it are missing.',
    advice: COPY,
  },
  RESERVED_BYTES: {
    meaning: 'Two bytes that must be zero are not (PS3.5 7.1.2).',
    done: 'They were passed over.',
    advice: HARMLESS,
  },
  ODD_LENGTH: {
    meaning: 'A value has an odd number of bytes, where the number must be even (PS3.5 7.1.1).',
    done: 'It was read as it is, and what follows was found with or without a byte of padding.',
    advice: HARMLESS,
  },
  TAG_ORDER: {
    meaning: 'An element stands behind one of a higher tag (PS3.5 7.1).',
    done: 'It was read where it stands.',
    advice: 'Nothing here; programs that search in the order of tags do not find it.',
  },
  DUPLICATE_TAG: {
    meaning: 'An element is there twice.',
    done: 'The first one counts.',
    advice: 'Look at both: which of them is right, only the writer knows.',
  },
  DELIMITER: {
    meaning: 'A mark that ends a sequence, an item or the pixel data is missing, or out of place.',
    done: 'What it should end was ended where what follows shows that it does.',
    advice: 'Nothing where it is at the very end of the file; else look at the sequence there.',
  },
  ITEM_LENGTH: {
    meaning: 'The lengths of an item and of what is in it contradict each other.',
    done: 'The one was believed that makes sense of what follows.',
    advice: 'Look at the sequence with framedex tags before you rely on it.',
  },
  TRAILING_BYTES: {
    meaning: 'There are bytes behind the end that are no element.',
    done: 'They were passed over.',
    advice: 'Nothing, unless something is missing: then the file was put together wrong.',
  },
  CHARACTER_SET: {
    meaning: 'A text is not in the character set that the file names.',
    done: 'It was read in the set that the message names; what cannot be read stands as replacement characters.',
    advice: 'Compare names and descriptions with the source; Specific Character Set may be wrong.',
  },
  PIXEL_MODULE: {
    meaning: 'What the header says of the pixels (bits, high bit, samples) contradicts itself.',
    done: 'It was read as the message says; where it does not say, as the pixel data allows.',
    advice: 'Compare a picture and a few values with the original.',
  },
  PIXEL_LENGTH: {
    meaning: 'The pixel data is shorter or longer than its frames.',
    done: 'Frames that are there as a whole are given, others are refused; bytes behind are left.',
    advice: 'If it is shorter, get the file again; if it is longer, frames may be undeclared.',
  },
  FRAME_COUNT: {
    meaning:
      'Number of Frames, the frames found in the pixel data and the functional groups do not agree.',
    done: 'Frames that were found are given, and no other.',
    advice: 'Compare with the source: frames are missing, or the number was written wrong.',
  },
  OFFSET_TABLE: {
    meaning: 'The table of where frames start is wrong, or is missing where it must be.',
    done: 'What of it the items confirm was used; else the frames were found by their fragments.',
    advice: 'Write the file again with a right table: programs that believe it show wrong frames.',
  },
  CODE_STREAM: {
    meaning: 'What the compressed bytes say of themselves is not what the header says of them.',
    done: 'The bytes were decoded as what they say they are; numbers were then read as the header says.',
    advice: 'Compare a picture with its source: where the two contradict each other, one is wrong.',
  },
  LOOK_UP_TABLE: {
    meaning: 'A look-up table or palette is not as long or as deep as its descriptor says.',
    done: 'It was read as the message says, or left out; stored values are not concerned.',
    advice: 'Compare a picture with one that another program makes.',
  },
  WINDOW: {
    meaning: 'A window, or a rescale, of the file cannot be applied: a width of 0, no number.',
    done: 'The picture was made with the next that the file has, or with a window of its values.',
    advice: 'Give a window: --window C,W.',
  },
  OVERLAY: {
    meaning: 'An overlay plane is shorter than it says, or lies where it cannot.',
    done: 'It was left out, or drawn as far as the message says.',
    advice: 'Compare a picture with one that another program makes.',
  },
  ICC_PROFILE: {
    meaning: 'The object says what its colours are by an ICC profile.',
    done: 'The picture is of its colours as they are: the profile was not applied.',
    advice: 'Where colours matter, look at it with a program that applies profiles.',
  },
  PIXEL_ASPECT: {
    meaning: 'What the file says of the shape of its pixels cannot be.',
    done: 'Pictures are made of square pixels.',
    advice: 'Do not measure in its pictures.',
  },
  NOT_THE_MIDDLE: {
    meaning: 'The slice or frame in the middle could not be pictured.',
    done: 'The picture is of the next to it that could be.',
    advice: 'framedex doctor says what is wrong with the one that the message names.',
  },
};
