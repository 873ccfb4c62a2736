import { describe, expect, it } from 'vitest';
import { defaultCodecs } from '../../src/codecs/default-codecs.js';
import { createRegistry } from '../../src/codecs/registry.js';
import {
  codeStreamFixtures,
  codeStreamOf,
  differenceFrom,
} from '../support/code-stream-fixtures.js';
import { codecPlatform } from '../support/codec-platform.js';
import { codeOf } from '../support/open-built.js';
const registry = createRegistry(defaultCodecs, codecPlatform);
const fixtures = codeStreamFixtures();
/** Ends of the UIDs of all transfer syntaxes that are decoded (PS3.5 A.4). */
const SYNTAXES = [
  ...['5', '8.1', '1.98'],
  ...['4.50', '4.51', '4.53', '4.55', '4.57', '4.70', '4.80', '4.81', '4.90', '4.91'],
  ...['4.110', '4.111', '4.112', '4.201', '4.202', '4.203'],
];
const BITS_STORED = 0x00280101;
describe('code streams of independent encoders', () => {
  it('are of every transfer syntax', () => {
    const found = new Set(fixtures.map(({ transferSyntax }) => transferSyntax));
    expect([...found].toSorted()).toEqual(
      SYNTAXES.map((end) => `1.2.840.10008.1.2.${end}`).toSorted(),
    );
  });
  it.each(fixtures.filter(({ refused }) => refused === undefined))(
    'H30 $name: its samples, by $encoder',
    async (fixture) => {
      const { transferSyntax, pixel } = fixture;
      const bytes = codeStreamOf(fixture);
      const decoded = await registry.decode({ transferSyntax, bytes, pixel });
      expect(differenceFrom(fixture, decoded)).toBeUndefined();
      expect(decoded.partial ?? false).toBe(false);
      // DCMTK and GDCM code all bits of a cell, however many of them are stored.
      const notes = decoded.notes ?? [];
      expect(notes.filter(({ tag }) => tag !== BITS_STORED)).toEqual([]);
    },
  );
  it.each(fixtures.filter(({ refused }) => refused !== undefined))(
    '$name: refused, $refused',
    async (fixture) => {
      const { transferSyntax, pixel } = fixture;
      const bytes = codeStreamOf(fixture);
      const code = await codeOf(registry.decode({ transferSyntax, bytes, pixel }));
      expect(['CODEC', 'UNSUPPORTED_TRANSFER_SYNTAX']).toContain(code);
    },
  );
  it.each(fixtures.filter(({ refused }) => refused === undefined))(
    '$name: into memory that was given',
    async (fixture) => {
      const { transferSyntax, pixel } = fixture;
      const bytes = codeStreamOf(fixture);
      const plain = await registry.decode({ transferSyntax, bytes: codeStreamOf(fixture), pixel });
      const length = plain.bytes.length;
      const around = new Uint8Array(length + 32).fill(0xa5);
      const into = around.subarray(16, 16 + length);
      const decoded = await registry.decode({ transferSyntax, bytes, pixel, into });
      expect(differenceFrom(fixture, decoded)).toBeUndefined();
      expect(around.subarray(0, 16).every((byte) => byte === 0xa5)).toBe(true);
      expect(around.subarray(16 + length).every((byte) => byte === 0xa5)).toBe(true);
    },
  );
});
