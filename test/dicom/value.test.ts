import { describe, expect, it } from 'vitest';
import { characterSet } from '../../src/dicom/character-set.ts';
import { asWritten, decodeValues } from '../../src/dicom/value.ts';
import type { ValueContext } from '../../src/dicom/value.ts';
import type { Vr } from '../../src/dicom/vr.ts';

const LITTLE: ValueContext = { littleEndian: true, characterSet: characterSet([]).characterSet };
const BIG: ValueContext = { ...LITTLE, littleEndian: false };

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function hex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function valuesOf(vr: Vr, text: string, ...terms: string[]): readonly unknown[] {
  const context = { ...LITTLE, characterSet: characterSet(terms).characterSet };
  return decodeValues(vr, bytesOf(text), context);
}

function writtenOf(vr: Vr, text: string): string[] {
  return asWritten(vr, bytesOf(text), LITTLE.characterSet);
}

describe('decimal and integer strings (PS3.5 6.2)', () => {
  it.each([
    [' 1.5 ', [1.5]],
    ['+1.5E-03', [0.0015]],
    ['-.5', [-0.5]],
    ['1.', [1]],
    ['1e2', [100]],
    ['0.5\\0.5 ', [0.5, 0.5]],
    ['1\\\\2', [1, null, 2]],
    ['12345678901234567890', [12345678901234567000]],
    ['1\0', [1]],
    ['', []],
    ['  ', []],
    ['\\', [null, null]],
  ])('M01: DS %j is %j', (text, expected) => {
    expect(valuesOf('DS', text)).toEqual(expected);
  });

  it.each(['1,5', 'nan', 'NaN', 'Infinity', '1e400', '0x10', '1 2', '1e', '.', '+', '--1', '1_0'])(
    'M01: DS %s is no number',
    (text) => {
      expect(valuesOf('DS', text)).toEqual([null]);
      expect(valuesOf('DS', `1\\${text}\\2`)).toEqual([1, null, 2]);
      expect(writtenOf('DS', text)).toEqual([text]);
    },
  );

  it.each([
    [' 12 ', [12]],
    ['12.0', [12]],
    ['2147483648', [2147483648]],
    ['-7\\+7', [-7, 7]],
    ['12.5', [null]],
    ['abc', [null]],
    ['', []],
  ])('M02: IS %j is %j', (text, expected) => {
    expect(valuesOf('IS', text)).toEqual(expected);
  });

  it('keeps what was written', () => {
    expect(writtenOf('DS', ' 1.500 \\+2\\\\ 3E0')).toEqual(['1.500', '+2', '', '3E0']);
    expect(writtenOf('IS', '007 ')).toEqual(['007']);
    expect(writtenOf('DS', '')).toEqual([]);
    expect(writtenOf('US', 'ab')).toEqual([]);
  });

  it('M13: a hundred thousand numbers and a mebibyte of backslashes take linear time', () => {
    const before = performance.now();
    const numbers = Array.from({ length: 100_000 }, (_, i) => i / 8);
    expect(valuesOf('DS', numbers.join('\\'))).toEqual(numbers);
    expect(decodeValues('DS', new Uint8Array(2 ** 20).fill(0x5c), LITTLE)).toHaveLength(
      2 ** 20 + 1,
    );
    expect(decodeValues('DS', new Uint8Array(2 ** 20).fill(0x31), LITTLE)).toEqual([null]);
    const spaces = new Uint8Array(2 ** 20).fill(0x20);
    spaces[2 ** 20 - 1] = 0x41;
    expect(decodeValues('LT', spaces, LITTLE)).toHaveLength(1);
    expect(decodeValues('DS', spaces, LITTLE)).toEqual([null]);
    expect(performance.now() - before).toBeLessThan(5000);
  });
});

describe('text (PS3.5 6.2)', () => {
  it.each<[Vr, string, unknown[]]>([
    ['AE', ' STORE SCP ', ['STORE SCP']],
    ['CS', 'ORIGINAL\\PRIMARY\\AXIAL ', ['ORIGINAL', 'PRIMARY', 'AXIAL']],
    ['CS', ' A \\ B ', ['A', 'B']],
    ['CS', 'lower case and more than 16', ['lower case and more than 16']],
    ['LO', ' padded  ', ['padded']],
    ['SH', ' a\\\\b ', ['a', null, 'b']],
    ['UC', ' long \\ text ', [' long', ' text']],
    ['PN', 'Doe^John ', ['Doe^John']],
    ['PN', ' Doe^^^Dr.', [' Doe^^^Dr.']],
    ['UI', '1.2.840.10008.1.2\0', ['1.2.840.10008.1.2']],
    ['UI', '1.2 \\1.3\0', ['1.2', '1.3']],
    ['UI', '1..2', ['1..2']],
    ['DA', '1997.07.04', ['1997.07.04']],
    ['DA', '20260101\\20260102', ['20260101', '20260102']],
    ['TM', '1015  ', ['1015']],
    ['DT', '20260101120000.5+0100 ', ['20260101120000.5+0100']],
    ['AS', '018M', ['018M']],
    ['LT', ' kept \r\n ', [' kept \r\n']],
    ['ST', '  kept\0\0', ['  kept']],
    ['UT', ' a\\b ', [' a\\b']],
    ['UR', 'https://a.b/c?d  ', ['https://a.b/c?d']],
    ['LO', '', []],
    ['LO', '   ', []],
    ['LT', '\0', []],
  ])('M04 M06 M07 M08 M14 M15: %s %j', (vr, text, expected) => {
    expect(valuesOf(vr, text)).toEqual(expected);
  });

  it('M05: a backslash is data in LT ST UT UR and separates elsewhere', () => {
    for (const vr of ['LT', 'ST', 'UT', 'UR'] as const)
      expect(valuesOf(vr, 'a\\b')).toEqual(['a\\b']);
    for (const vr of ['LO', 'SH', 'UC', 'PN', 'CS', 'AE'] as const) {
      expect(valuesOf(vr, 'a\\b')).toEqual(['a', 'b']);
    }
  });

  it('L03: a second byte 5C of GB18030 separates nothing, and all of it is data in UT', () => {
    expect(valuesOf('LO', '\x8b\x5c\\\x8b\x5c', 'GB18030')).toEqual(['媆', '媆']);
    expect(valuesOf('UT', '\x8b\x5c\\\x8b\x5c', 'GB18030')).toEqual(['媆\\媆']);
  });

  it('L04: person names begin anew in each component, long strings only in each value', () => {
    const terms = ['ISO 2022 IR 100', 'ISO 2022 IR 144'];
    expect(valuesOf('PN', '\x1b-L\xb4^\xb4\\\xb4', ...terms)).toEqual(['Д^´', '´']);
    expect(valuesOf('LO', '\x1b-L\xb4^\xb4\\\xb4', ...terms)).toEqual(['Д^Д', '´']);
    expect(valuesOf('LT', '\x1b-L\xb4^\xb4\\\xb4', ...terms)).toEqual(['Д^Д\\Д']);
  });

  it('L15: Specific Character Set does not reach CS, UI, DA, AE, UR', () => {
    for (const vr of ['CS', 'UI', 'DA', 'AE', 'UR'] as const) {
      expect(valuesOf(vr, '\xc3\xa9', 'ISO_IR 192')).toEqual(['Ã©']);
    }
    expect(valuesOf('LO', '\xc3\xa9', 'ISO_IR 192')).toEqual(['é']);
  });
});

describe('binary numbers (PS3.5 7.3)', () => {
  it.each<[Vr, string, string, unknown[]]>([
    ['US', '0102fffe', '0201feff', [0x0201, 0xfeff]],
    ['SS', '0080ffff', '8000ffff', [-32768, -1]],
    ['UL', '01000080', '80000001', [0x80000001]],
    ['SL', '01000080', '80000001', [-2147483647]],
    ['FL', '0000803f', '3f800000', [1]],
    ['FD', '000000000000f0bf', 'bff0000000000000', [-1]],
    ['AT', 'e07f1000', '7fe00010', [0x7fe00010]],
    ['AT', 'feffdde0', 'fffee0dd', [0xfffee0dd]],
    ['SV', '0000000000000080', '8000000000000000', [-(2n ** 63n)]],
    ['UV', 'ffffffffffffffff', 'ffffffffffffffff', [2n ** 64n - 1n]],
    ['UV', '0100000000002000', '0020000000000001', [2n ** 53n + 1n]],
  ])('M09 M10: %s %s and big endian %s', (vr, little, big, expected) => {
    expect(decodeValues(vr, hex(little), LITTLE)).toEqual(expected);
    expect(decodeValues(vr, hex(big), BIG)).toEqual(expected);
    expect(decodeValues(vr, hex(`00${little}`).subarray(1), LITTLE)).toEqual(expected);
  });

  it('M09 M11: a cell that is cut off is left out', () => {
    expect(decodeValues('AT', hex('280010002800'), LITTLE)).toEqual([0x00280010]);
    expect(decodeValues('US', hex('010002'), LITTLE)).toEqual([1]);
    expect(decodeValues('FD', hex('00'), LITTLE)).toEqual([]);
    expect(decodeValues('AT', hex(''), LITTLE)).toEqual([]);
    expect(decodeValues('OD', hex('000000000000f0bf01'), LITTLE)).toEqual([Float64Array.of(-1)]);
    expect(decodeValues('OF', hex('0000803f0102'), LITTLE)).toEqual([Float32Array.of(1)]);
  });

  it('M11: NaN, infinity and minus zero are as written', () => {
    expect(decodeValues('FL', hex('0000c07f0000807f00000080'), LITTLE)).toEqual([
      Number.NaN,
      Number.POSITIVE_INFINITY,
      -0,
    ]);
  });
});

describe('bulk values', () => {
  it.each<[Vr, string, string, unknown]>([
    ['OB', '0102030405', '0102030405', Uint8Array.of(1, 2, 3, 4, 5)],
    ['UN', '010203', '010203', Uint8Array.of(1, 2, 3)],
    ['OW', '01020304', '02010403', Uint16Array.of(0x0201, 0x0403)],
    ['OL', '01000080', '80000001', Uint32Array.of(0x80000001)],
    ['OF', '0000803f', '3f800000', Float32Array.of(1)],
    ['OD', '000000000000f0bf', 'bff0000000000000', Float64Array.of(-1)],
    ['OV', '0100000000000080', '8000000000000001', BigUint64Array.of(2n ** 63n + 1n)],
  ])(
    'M12: %s is one typed array in either byte order, aligned or not',
    (vr, little, big, expected) => {
      expect(decodeValues(vr, hex(little), LITTLE)).toEqual([expected]);
      expect(decodeValues(vr, hex(big), BIG)).toEqual([expected]);
      expect(decodeValues(vr, hex(`00${little}`).subarray(1), LITTLE)).toEqual([expected]);
    },
  );

  it('M12: are views where alignment and byte order allow, and never change what they read', () => {
    const bytes = hex('0102030405060708');
    const [words] = decodeValues('OW', bytes, LITTLE);
    expect(words instanceof Uint16Array && words.buffer === bytes.buffer).toBe(true);
    expect(decodeValues('OB', bytes, BIG)[0]).toBe(bytes);
    decodeValues('OW', bytes, BIG);
    decodeValues('OV', bytes, BIG);
    expect(bytes).toEqual(hex('0102030405060708'));
  });

  it('are none where empty, and a sequence has no bytes of its own', () => {
    for (const vr of ['OB', 'OW', 'UN', 'SQ', 'FD', 'PN'] as const) {
      expect(decodeValues(vr, new Uint8Array(0), LITTLE)).toEqual([]);
    }
    expect(decodeValues('SQ', hex('feff00e000000000'), LITTLE)).toEqual([]);
  });
});
