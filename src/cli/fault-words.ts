import type { ErrorCode } from '../errors.ts';
import { WARNING_WORDS } from './warning-words.ts';
import type { WarningCode, WarningWords } from './warning-words.ts';

/** A fault for people. What is not tolerated ends the operation, and nothing is done about it. */
export type FaultWords = Pick<WarningWords, 'meaning' | 'advice'> & Partial<WarningWords>;

const ARCHIVE_AGAIN = 'Get the archive again from where it came.';
const UNPACK = 'Unpack it with a program that knows it, and look at the folder.';
const SOUND = 'If the file is sound, raise the limit that the message names.';

/** What every fault means that ends an operation. */
const ERROR_WORDS: Readonly<Record<Exclude<ErrorCode, WarningCode>, FaultWords>> = {
  EMPTY: {
    meaning: 'The file has no byte: a copy that failed leaves such files.',
    advice: 'Get it again from where it came.',
  },
  NOT_DICOM: {
    meaning: 'Nothing in its first bytes looks like DICOM.',
    advice: 'If it is to be an image, get it again from where it came.',
  },
  DEPTH_LIMIT: { meaning: 'Sequences are nested too deeply.', advice: SOUND },
  ELEMENT_LIMIT: { meaning: 'The header has too many elements.', advice: SOUND },
  VALUE_LIMIT: { meaning: 'A value is too long to be kept in memory.', advice: SOUND },
  UNSUPPORTED_TRANSFER_SYNTAX: {
    meaning: 'Nothing here decodes pixels of this encoding.',
    advice: 'The encoded bytes of a frame are to be had: framedex frame --encoded.',
  },
  UNSUPPORTED_PHOTOMETRIC_INTERPRETATION: {
    meaning: 'No picture is made of pixels in this colour space.',
    advice: 'The stored values are to be had: framedex frame.',
  },
  NO_PIXEL_DATA: {
    meaning:
      'The header describes an image, and no pixel data follows: the file was cut there, or its pixels were taken out.',
    advice: 'If it is to be an image, get the file again from where it came.',
  },
  VIDEO: {
    meaning: 'It is a video, which no picture is made of.',
    advice: 'The stream is to be had: framedex frame INPUT 0 --encoded.',
  },
  TRUNCATED: {
    meaning: 'The file ends before what it has begun.',
    advice: 'Get it again from where it came; a copy or an export was broken off.',
  },
  BAD_PIXEL_MODULE: {
    meaning:
      'The numbers that the header has of the pixels (rows, columns, bits) cannot be, or are not read here.',
    advice:
      'Look at group 0028; where frames are listed, framedex frame --encoded gives their bytes.',
  },
  FRAME_RANGE: { meaning: 'There is no frame of that number.', advice: 'Ask for one there is.' },
  FRAME_TRUNCATED: {
    meaning:
      'The frame is not there as a whole: the file was cut, Number of Frames is too large, or its fragment is empty.',
    advice:
      'If the pixel data ends with the file, get the file again; else compare Number of Frames with the source.',
  },
  FRAME_AMBIGUOUS: {
    meaning: 'The frames are in more fragments than frames, and nothing tells them apart.',
    advice: 'Write the file again with an offset table, from where it came.',
  },
  FRAME_LIMIT: {
    meaning: 'A frame is longer, or has more fragments, than allowed.',
    advice: SOUND,
  },
  INFLATE_LIMIT: { meaning: 'What is deflated is too big to be inflated at once.', advice: SOUND },
  CODEC: {
    meaning: 'The compressed bytes of the frame are damaged.',
    advice: 'Get the file again from where it came.',
  },
  CODEC_MISSING: {
    meaning: 'What decodes this encoding is not installed.',
    advice: 'Install what the message names.',
  },
  CODEC_TIMEOUT: {
    meaning: 'Decoding took longer than allowed.',
    advice: 'The frame may be damaged; get the file again from where it came.',
  },
  SOURCE_CHANGED: {
    meaning: 'The file was changed while it was read, or since its index was saved.',
    advice: 'Try again when nobody writes to it; a saved index has to be made again.',
  },
  IO: {
    meaning: 'The system does not give the file.',
    advice: 'Look at its name, its rights, and the disk it is on.',
  },
  ZIP_LIMIT: {
    meaning: 'The archive, or what is in it, is bigger than allowed.',
    advice: 'If the archive is sound, raise the limit that the message names.',
  },
  ZIP_OVERLAP: {
    meaning: 'Its bytes are also those of something else: no sound archive has that.',
    advice: ARCHIVE_AGAIN,
  },
  ZIP_RATIO: {
    meaning: 'It claims a size that no compression, or no image, reaches: sound archives do not.',
    advice: ARCHIVE_AGAIN,
  },
  ZIP_SIZE_MISMATCH: {
    meaning: 'It does not inflate to the size that the archive says.',
    advice: ARCHIVE_AGAIN,
  },
  ZIP_CRC: { meaning: 'Its bytes do not have the checksum they had.', advice: ARCHIVE_AGAIN },
  ZIP_ENCRYPTED: {
    meaning: 'It is locked with a password.',
    advice: 'Decrypt the archive first.',
  },
  ZIP_METHOD: { meaning: 'It is compressed in a way that is not read here.', advice: UNPACK },
  ZIP_LOCAL_MISMATCH: {
    meaning: 'The archive says two different things of it.',
    advice: ARCHIVE_AGAIN,
  },
  ZIP_NAME: { meaning: 'Its name cannot be shown.', advice: UNPACK },
  ZIP_SYMLINK: { meaning: 'It is a link, which is not followed.', advice: UNPACK },
  ZIP_NESTED: {
    meaning: 'It is an archive in an archive.',
    advice: 'Look into it with --nested; one that is deeper has to be unpacked first.',
  },
  MEDIA_DIRECTORY: {
    meaning: 'It is the directory of a disc, no image.',
    advice: 'Nothing: the images are read without it.',
  },
  HTTP: {
    meaning:
      'The server does not give the file: it was not reached, has nothing there, or does not let you in.',
    advice:
      'Look at the address and the network. Where a name or a key is needed, --header gives it; a link may also have run out.',
  },
  HTTP_NO_RANGE: {
    meaning: 'The server gives files as a whole only, and no parts of them.',
    advice:
      'If that is not too much, --whole 512 takes files of up to 512 MiB so; else download it first.',
  },
  INDEX_FORMAT: {
    meaning: 'The saved index is none, or of another file.',
    advice: 'Save it anew.',
  },
  NOT_A_VOLUME: { meaning: 'The images make no volume.', advice: 'framedex ls says why.' },
  CLOSED: { meaning: 'It was closed already.', advice: 'Open it again.' },
  USAGE: { meaning: 'The call is wrong.', advice: 'framedex --help says what is right.' },
};

/** {@link faultWords} of a member whose checksum is wrong, which is of all its frames together. */
export function wordsForWrongSum(frames: number): FaultWords {
  const words = ERROR_WORDS.ZIP_CRC;
  const meaning = `${words.meaning} It is one of all bytes: any of its frames may be the damaged one.`;
  return frames > 1 ? { ...words, meaning } : words;
}

/** {@link faultWords} of a folder or an archive that no DICOM object can be read of. */
export function wordsForNone(files: number): FaultWords {
  return {
    meaning: files === 0 ? 'There is no file in it.' : 'No file in it can be read as DICOM.',
    advice: 'Look whether it is the folder or the archive that you mean.',
  };
}

/** In plain words, for any fault. */
export function faultWords(code: ErrorCode): FaultWords {
  return isTolerated(code) ? WARNING_WORDS[code] : ERROR_WORDS[code];
}

function isTolerated(code: ErrorCode): code is WarningCode {
  return Object.hasOwn(WARNING_WORDS, code);
}
