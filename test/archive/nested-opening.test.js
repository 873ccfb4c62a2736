import { describe, expect, it } from 'vitest';
import { openListing } from '../../src/archive/archive.js';
import { withArchives } from '../../src/archive/nested.js';
import { memorySource } from '../../src/bytes/memory.js';
import { FramedexError } from '../../src/errors.js';
import { archiveOptions } from '../support/archive-options.js';
import { buildTar } from '../support/build-tar.js';
import { buildZip } from '../support/build-zip.js';
import { codeOf } from '../support/open-built.js';
const bytes = (text) => new Uint8Array(Buffer.from(text));
const data = bytes('some bytes '.repeat(80));
function dicomLike(start) {
  const object = new Uint8Array(1000);
  object.set(start.subarray(0, 128));
  object.set(bytes('DICM'), 128);
  return object;
}
function faults({ members }) {
  return Object.fromEntries(members.map(({ name, fault }) => [name, fault?.code]));
}
describe('archives in an archive', () => {
  it('O26: a DICOM object that is named as one is none, whatever its preamble', async () => {
    const objects = ['x.zip', 'y.tar', 'z.gz'].map((name) => ({
      name,
      data: dicomLike(name === 'x.zip' ? new Uint8Array(128) : buildZip([{ name, data }])),
    }));
    const listing = await openListing(
      memorySource(buildZip(objects), 'outer.zip'),
      archiveOptions({ nested: true }),
    );
    expect(faults(listing)).toEqual({ 'x.zip': undefined, 'y.tar': undefined, 'z.gz': undefined });
    for (const [k, member] of listing.members.entries()) {
      expect(await member.open().read(0, 1000)).toEqual(objects[k]?.data);
    }
  });
  it('N21: one that fails gives back what it took of the limits', async () => {
    const broken = buildTar([
      ...['1', '2', '3'].map((name) => ({ name, data })),
      { name: '4', data, longName: 'x'.repeat(1000) },
    ]);
    const sound = buildZip(['a', 'b', 'c'].map((name) => ({ name, data })));
    const outer = buildZip([
      { name: '1.tar', data: broken },
      { name: '2.zip', data: sound },
    ]);
    // Three members of 1.tar are counted before the long name is too much.
    const directoryBytes = 400;
    const limits = { members: 6, directoryBytes };
    const listing = await openListing(
      memorySource(outer, 'outer.zip'),
      archiveOptions({ nested: true, limits }),
    );
    expect(faults(listing)).toEqual({
      '1.tar': 'ZIP_LIMIT',
      '2.zip!/a': undefined,
      '2.zip!/b': undefined,
      '2.zip!/c': undefined,
    });
  });
  it('O20: warnings say which of them they are about', async () => {
    const warnings = [];
    const onWarning = (warning) => {
      warnings.push(warning);
    };
    const inner = buildZip([{ name: 'a', data }], { before: bytes('1234567') });
    const outer = buildZip([{ name: 'd/in.zip', data: inner }], { before: bytes('12') });
    const options = archiveOptions({ nested: true, onWarning });
    await openListing(memorySource(outer, 'outer.zip'), options);
    expect(warnings.map(({ message }) => message)).toEqual([
      '2 bytes precede the archive',
      'd/in.zip: 7 bytes precede the archive',
    ]);
  });
  it('O26: errors name all archives on the way, and say how to open those that were not', async () => {
    const deep = buildZip([{ name: 'deep.zip', data: buildZip([{ name: 'x', data }]) }]);
    const bad = buildZip([{ name: 'y', data, claims: { crc32: 7 } }]);
    const outer = buildZip([
      { name: 'in.zip', data: deep },
      { name: 'bad.zip', data: bad },
    ]);
    const source = memorySource(outer, 'outer.zip');
    const plain = await openListing(source, archiveOptions());
    const refused = plain.members[0]?.open().read(0, 600) ?? Promise.resolve();
    await expect(refused).rejects.toMatchObject({
      code: 'ZIP_NESTED',
      details: { name: 'outer.zip!/in.zip' },
    });
    await expect(refused).rejects.toThrow('`nested: true` (`--nested` on the command line)');
    const listing = await openListing(source, archiveOptions({ nested: true }));
    const names = [];
    for (const member of listing.members) {
      const inner = member.open();
      expect(inner.name).toBe(member.name);
      const error = await inner.read(0, data.length).catch((reason) => reason);
      names.push(error.code, error.details.name);
    }
    expect(names).toEqual([
      'ZIP_NESTED',
      'outer.zip!/in.zip!/deep.zip',
      'ZIP_CRC',
      'outer.zip!/bad.zip!/y',
    ]);
  });
});
describe('withArchives', () => {
  const member = (name) => ({
    name,
    size: 1000,
    open: () => memorySource(new Uint8Array(1000), name),
  });
  const listing = (name, names, closed) => ({
    name,
    members: names.map(member),
    close: () => {
      closed.push(name);
      return Promise.resolve();
    },
  });
  const opening =
    (closed, failsAt) =>
    ({ name }) => {
      if (name === failsAt) return Promise.reject(new TypeError(name));
      return Promise.resolve({ kind: 'zip', listing: listing(name, ['m'], closed) });
    };
  it('P04: closing it closes all archives, and the outer one at last', async () => {
    const closed = [];
    const outer = listing('outer', ['1.zip', 'x', '2.zip'], closed);
    const all = await withArchives(outer, opening(closed));
    expect(all.members.map(({ name }) => name)).toEqual(['1.zip!/m', 'x', '2.zip!/m']);
    expect(closed).toEqual([]);
    await all.close();
    expect(closed).toEqual(['1.zip', '2.zip', 'outer']);
  });
  it('P04: what is no fault of an archive closes those that are open, but not the outer one', async () => {
    const closed = [];
    const outer = listing('outer', ['1.zip', '2.zip', '3.zip'], closed);
    await expect(withArchives(outer, opening(closed, '3.zip'))).rejects.toThrow(TypeError);
    expect(closed).toEqual(['1.zip', '2.zip']);
  });
  it('P05: of many archives: others have a turn, and a signal ends it and closes what is open', async () => {
    const closed = [];
    const outer = listing(
      'outer',
      Array.from({ length: 1000 }, (_, k) => `${k}.zip`),
      closed,
    );
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort('enough');
    }, 0);
    const inner = opening(closed);
    const slowly = (source) => {
      const until = performance.now() + 1;
      while (performance.now() < until);
      return inner(source);
    };
    expect(await codeOf(withArchives(outer, slowly, controller.signal))).toBe('enough');
    expect(closed.length).toBeGreaterThan(0);
    expect(closed.length).toBeLessThan(1000);
  });
});
