// The least that can read the files of these work loads: explicit little endian, no checks. It is a
// reference point for time, not a reader of DICOM.

const UNDEFINED_LENGTH = 0xffffffff;
const SEQUENCE_DELIMITER = 0xe0dd;
/** FFFE,E00D as it lies in the file. */
const ITEM_DELIMITER = 0xe00dfffe;

/**
 * Elements of the top level by tag, up to the pixel data, whose value is left where it is.
 * @param {Buffer} bytes the start of a file
 */
export function parseHeader(bytes) {
  /** @type {Map<number, string | number | Buffer>} */
  const elements = new Map();
  let at = 132;
  while (at + 12 <= bytes.length) {
    const tag = bytes.readUInt16LE(at) * 0x10000 + bytes.readUInt16LE(at + 2);
    const vr = bytes.latin1Slice(at + 4, at + 6);
    const long = isLong(vr);
    const length = long ? bytes.readUInt32LE(at + 8) : bytes.readUInt16LE(at + 6);
    at += long ? 12 : 8;
    if (tag === 0x7fe00010) return { elements, pixelOffset: at, pixelLength: length };
    if (length === UNDEFINED_LENGTH) {
      at = sequenceEnd(bytes, at);
    } else {
      elements.set(tag, valueOf(bytes, vr, at, length));
      at += length;
    }
  }
  return undefined;
}

function isLong(vr) {
  return vr === 'OB' || vr === 'OW' || vr === 'SQ' || vr === 'UN';
}

function valueOf(bytes, vr, at, length) {
  if (vr === 'US') return bytes.readUInt16LE(at);
  if (vr === 'SQ' || vr === 'UN' || vr === 'OB') return bytes.subarray(at, at + length);
  return bytes.latin1Slice(at, at + length).replace(/[\0 ]+$/, '');
}

/** Behind the delimiter of a sequence: it is stepped over. */
function sequenceEnd(bytes, at) {
  for (;;) {
    const element = bytes.readUInt16LE(at + 2);
    const length = bytes.readUInt32LE(at + 4);
    at += 8;
    if (element === SEQUENCE_DELIMITER) return at;
    at = length === UNDEFINED_LENGTH ? itemEnd(bytes, at) : at + length;
  }
}

function itemEnd(bytes, at) {
  while (bytes.readUInt32LE(at) !== ITEM_DELIMITER) {
    const long = isLong(bytes.latin1Slice(at + 4, at + 6));
    const length = long ? bytes.readUInt32LE(at + 8) : bytes.readUInt16LE(at + 6);
    at += long ? 12 : 8;
    at = length === UNDEFINED_LENGTH ? sequenceEnd(bytes, at) : at + length;
  }
  return at + 8;
}

/**
 * The central directory, without zip64.
 * @param {(length: number, position: number) => Buffer} read @param {number} size
 */
export function zipDirectory(read, size) {
  const end = read(22, size - 22);
  const directory = read(end.readUInt32LE(12), end.readUInt32LE(16));
  const members = [];
  let at = 0;
  while (at < directory.length) {
    const nameLength = directory.readUInt16LE(at + 28);
    members.push({
      name: directory.latin1Slice(at + 46, at + 46 + nameLength),
      compressedSize: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
      nameLength,
    });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return members;
}

/**
 * One RLE frame of 16-bit samples.
 * @param {Buffer} encoded @param {Uint8Array} samples
 */
export function unpackFrame(encoded, samples) {
  for (let segment = 0; segment < 2; segment += 1) {
    const end = segment === 0 ? encoded.readUInt32LE(8) : encoded.length;
    let at = encoded.readUInt32LE(4 + 4 * segment);
    let out = 1 - segment;
    while (at < end && out < samples.length) {
      const control = encoded[at++];
      if (control < 128) {
        for (const stop = out + 2 * (control + 1); out < stop; out += 2)
          samples[out] = encoded[at++];
      } else if (control > 128) {
        const value = encoded[at++];
        for (const stop = out + 2 * (257 - control); out < stop; out += 2) samples[out] = value;
      }
    }
  }
}
