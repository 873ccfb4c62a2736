/** Writes a tar (POSIX.1-2024, pax), well-formed unless told otherwise, with `end` zero blocks behind it. */
export function buildTar(entries, end = 2) {
  const parts = [];
  for (const entry of entries) {
    const { pax, global, longName } = entry;
    if (global !== undefined) parts.push(...file({ name: 'g', data: records(global), type: 'g' }));
    if (pax !== undefined) parts.push(...file({ name: 'x', data: records(pax), type: 'x' }));
    if (longName !== undefined) {
      const data = Buffer.from(`${longName}\0`);
      parts.push(...file({ name: '././@LongLink', data, type: 'L', magic: 'ustar  \0' }));
    }
    parts.push(...file(entry));
  }
  return new Uint8Array(Buffer.concat([...parts, Buffer.alloc(end * 512)]));
}
function file(entry) {
  const data = Buffer.from(entry.data ?? []);
  return [header(entry, data.length), data, Buffer.alloc((512 - (data.length % 512)) % 512)];
}
function header(entry, length) {
  const { name, type = '0', size = length, prefix = '', magic = 'ustar\x0000', checksum } = entry;
  const block = Buffer.alloc(512);
  block.set(Buffer.from(name).subarray(0, 100), 0);
  block.write('0000644\0', 100, 'latin1');
  block.write('0001000\x000001000\0', 108, 'latin1');
  if (typeof size === 'number')
    block.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  else block.set(size, 124);
  block.write('00000000000\0', 136, 'latin1');
  block.write(type, 156, 'latin1');
  block.write(entry.linkName ?? '', 157, 'latin1');
  block.write(magic, 257, 'latin1');
  block.write(prefix, 345, 'latin1');
  entry.change?.(block);
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(checksum ?? `${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}
function records(pairs) {
  const lines = Object.entries(pairs).map(([keyword, value]) => {
    const rest = Buffer.byteLength(` ${keyword}=${value}\n`);
    let length = rest + 1;
    while (String(length).length + rest !== length) length += 1;
    return `${length} ${keyword}=${value}\n`;
  });
  return Buffer.from(lines.join(''));
}
