import { crc32, deflateRawSync } from 'node:zlib';
/** Writes a zip archive (APPNOTE.TXT 4.3), well-formed unless told otherwise. */
export function buildZip(entries, options = {}) {
  const parts = [];
  let at = 0;
  const records = [];
  for (const entry of entries) {
    const { bytes, record } = place(entry, at);
    parts.push(bytes);
    records.push(record);
    at += bytes.length;
  }
  const directory = Buffer.concat(records);
  const gap = Buffer.from(options.afterRecords ?? []);
  const count = options.count ?? entries.length;
  const end = [directory, gap];
  if (options.zip64 === true) end.push(zip64End(count, directory.length, at, gap.length));
  end.push(plainEnd(count, directory.length, at, options));
  return new Uint8Array(
    Buffer.concat([
      Buffer.from(options.before ?? []),
      ...parts,
      ...end,
      Buffer.from(options.after ?? []),
    ]),
  );
}
function place(entry, offset) {
  const data = Buffer.from(entry.data ?? []);
  const method = entry.method ?? 8;
  const compressed = Buffer.from(entry.compressed ?? (method === 8 ? deflateRawSync(data) : data));
  const sum = crc32(data);
  const descriptor = entry.dataDescriptor === true;
  const flags = (entry.flags ?? 0) | (descriptor ? 8 : 0);
  const name = Buffer.from(entry.name);
  const { local: said, claims } = entry;
  const facts = {
    sum: claims?.crc32 ?? sum,
    size: claims?.size ?? data.length,
    compressedSize: claims?.compressedSize ?? compressed.length,
    method,
    flags,
  };
  const localExtra = Buffer.concat([
    entry.zip64 === true ? zip64Extra([facts.size, facts.compressedSize]) : Buffer.alloc(0),
    Buffer.from(said?.extra ?? []),
  ]);
  const localName = said?.name === undefined ? name : Buffer.from(said.name);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(said?.signature ?? 0x04034b50, 0);
  local.writeUInt16LE(20, 4);
  local.writeUInt16LE(said?.flags ?? flags, 6);
  local.writeUInt16LE(said?.method ?? method, 8);
  const written = (fact, own) => own ?? (descriptor ? 0 : fact);
  const size32 = (size) => (entry.zip64 === true ? 0xffffffff : size);
  local.writeUInt32LE(written(facts.sum, said?.crc32), 14);
  local.writeUInt32LE(size32(written(facts.compressedSize, said?.compressedSize)), 18);
  local.writeUInt32LE(size32(written(facts.size, said?.size)), 22);
  local.writeUInt16LE(localName.length, 26);
  local.writeUInt16LE(localExtra.length, 28);
  const trailer = Buffer.alloc(descriptor ? 16 : 0);
  if (descriptor) {
    trailer.writeUInt32LE(0x08074b50, 0);
    trailer.writeUInt32LE(sum, 4);
    trailer.writeUInt32LE(compressed.length, 8);
    trailer.writeUInt32LE(data.length, 12);
  }
  return {
    bytes: Buffer.concat([local, localName, localExtra, compressed, trailer]),
    record: centralRecord(entry, name, facts, offset).record,
  };
}
function centralRecord(entry, storedName, facts, at) {
  const { central = {} } = entry;
  const size = central.size ?? facts.size;
  const compressedSize = central.compressedSize ?? facts.compressedSize;
  const offset = central.offset ?? at;
  const name = central.name === undefined ? storedName : Buffer.from(central.name);
  const zip64 = entry.zip64 === true;
  const extra = Buffer.concat([
    zip64 ? zip64Extra([size, compressedSize, offset]) : Buffer.alloc(0),
    Buffer.from(central.extra ?? []),
  ]);
  const record = Buffer.alloc(46);
  record.writeUInt32LE(0x02014b50, 0);
  record.writeUInt16LE(central.versionMadeBy ?? 20, 4);
  record.writeUInt16LE(20, 6);
  record.writeUInt16LE(central.flags ?? facts.flags, 8);
  record.writeUInt16LE(central.method ?? facts.method, 10);
  record.writeUInt32LE(central.crc32 ?? facts.sum, 16);
  record.writeUInt32LE(zip64 ? 0xffffffff : compressedSize, 20);
  record.writeUInt32LE(zip64 ? 0xffffffff : size, 24);
  record.writeUInt16LE(name.length, 28);
  record.writeUInt16LE(extra.length, 30);
  record.writeUInt32LE(central.attributes ?? 0, 38);
  record.writeUInt32LE(zip64 ? 0xffffffff : offset, 42);
  return { offset, record: Buffer.concat([record, name, extra]) };
}
function zip64Extra(values) {
  const extra = Buffer.alloc(4 + values.length * 8);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(values.length * 8, 2);
  values.forEach((value, index) => extra.writeBigUInt64LE(BigInt(value), 4 + index * 8));
  return extra;
}
function zip64End(count, size, offset, gap) {
  const end = Buffer.alloc(76);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeBigUInt64LE(BigInt(count), 24);
  end.writeBigUInt64LE(BigInt(count), 32);
  end.writeBigUInt64LE(BigInt(size), 40);
  end.writeBigUInt64LE(BigInt(offset), 48);
  end.writeUInt32LE(0x07064b50, 56);
  end.writeBigUInt64LE(BigInt(offset + size + gap), 64);
  end.writeUInt32LE(1, 72);
  return end;
}
function plainEnd(count, size, offset, options) {
  const comment = Buffer.from(options.comment ?? []);
  const end = Buffer.alloc(22);
  const zip64 = options.zip64 === true;
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(options.disk ?? 0, 4);
  end.writeUInt16LE(zip64 ? 0xffff : count % 65536, 8);
  end.writeUInt16LE(zip64 ? 0xffff : count % 65536, 10);
  end.writeUInt32LE(zip64 ? 0xffffffff : size, 12);
  end.writeUInt32LE(zip64 ? 0xffffffff : offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([end, comment]);
}
