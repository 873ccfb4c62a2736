import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { crc32, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { members } from '../fixtures/make-sample-study.mjs';
const archive = readFileSync(new URL('../fixtures/sample-study.zip', import.meta.url));
describe('fixtures/sample-study.zip', () => {
  const listed = unzip(archive);
  it('holds what its script makes', () => {
    const made = members();
    expect(listed.map((member) => member.name)).toEqual(made.map((member) => member.name));
    expect(listed.map((member) => digest(member.bytes))).toEqual(
      made.map((member) => digest(member.bytes)),
    );
  });
  it('is mostly deflated, with whole members', () => {
    expect(listed).toHaveLength(27);
    expect(listed.filter((member) => member.method === 0)).toHaveLength(3);
    expect(listed.filter((member) => member.crc !== crc32(member.bytes))).toEqual([]);
    expect(archive.length).toBeLessThan(700_000);
  });
  it('has slices whose file names are not in the order of the slices', () => {
    const slices = listed.filter((member) => member.name.includes('SE0002'));
    const numbers = slices.map((member) => Number(textOf(member.bytes, '\x20\0\x13\0IS')));
    expect(numbers).not.toEqual(numbers.toSorted((a, b) => a - b));
    expect(new Set(numbers).size).toBe(24);
  });
  it('names the digest that README.md states', () => {
    const readme = readFileSync(new URL('../fixtures/README.md', import.meta.url), 'utf8');
    expect(readme).toContain(digest(archive));
  });
});
/** The central directory, read as APPNOTE 4.3.12 lays it out; the archive has no comment. */
function unzip(bytes) {
  const end = bytes.subarray(-22);
  const members = [];
  let at = end.readUInt32LE(16);
  for (let i = 0; i < end.readUInt16LE(10); i += 1) {
    const nameLength = bytes.readUInt16LE(at + 28);
    const local = bytes.readUInt32LE(at + 42);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const body = bytes.subarray(start, start + bytes.readUInt32LE(at + 20));
    const method = bytes.readUInt16LE(at + 10);
    members.push({
      name: bytes.toString('utf8', at + 46, at + 46 + nameLength),
      method,
      crc: bytes.readUInt32LE(at + 16),
      bytes: method === 0 ? body : inflateRawSync(body),
    });
    at += 46 + nameLength;
  }
  return members;
}
/** The value of a short element, found by the bytes that it starts with. */
function textOf(bytes, start) {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const at = file.indexOf(start, 'latin1') + start.length;
  return file.toString('latin1', at + 2, at + 2 + file.readUInt16LE(at));
}
function digest(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}
