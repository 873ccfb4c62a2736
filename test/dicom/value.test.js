import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { characterSet } from '../../src/dicom/character-set.js';
import { asWritten, decodeValues } from '../../src/dicom/value.js';
import { ALL_VRS } from '../../src/dicom/vr.js';
const LITTLE = { littleEndian: true, characterSet: characterSet([]).characterSet };
const BIG = { ...LITTLE, littleEndian: false };
function bytesOf(text) {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
function hex(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
function valuesOf(vr, text, ...terms) {
  const context = { ...LITTLE, characterSet: characterSet(terms).characterSet };
  return decodeValues(vr, bytesOf(text), context);
}
/** What is told of a value, which is the same as without anybody to tell. */
function faultsOf(vr, bytes, ...terms) {
  const faults = [];
  const context = { littleEndian: true, characterSet: characterSet(terms).characterSet };
  const fault = (code, message) => faults.push(`${code}: ${message}`);
  const values = decodeValues(vr, bytes, { ...context, fault });
  expect(values).toEqual(decodeValues(vr, bytes, context));
  return faults;
}
function writtenOf(vr, text) {
  return asWritten(vr, bytesOf(text), LITTLE);
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
    ['1e3', [1000]],
    ['-0', [0]],
    ['9007199254740991', [9007199254740991]],
    // Not exact in double precision.
    ['9007199254740993', [null]],
    ['12.5', [null]],
    ['abc', [null]],
    ['', []],
  ])('M02: IS %j is %j', (text, expected) => {
    expect(valuesOf('IS', text)).toEqual(expected);
  });
  it('M01: DS is the nearest double, however it is written', () => {
    const digits = fc.stringMatching(/^[+-]?(\d{1,17}\.\d{0,17}|\.?\d{1,17})$/);
    fc.assert(
      fc.property(fc.oneof(digits, fc.double({ noNaN: true }).map(String)), (text) => {
        const number = Number(text);
        expect(valuesOf('DS', text)).toEqual([Number.isFinite(number) ? number : null]);
      }),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(fc.maxSafeInteger(), (number) => {
        expect(valuesOf('IS', String(number))).toEqual([number]);
      }),
    );
  });
  it('keeps what was written', () => {
    expect(writtenOf('DS', ' 1.500 \\+2\\\\ 3E0')).toEqual(['1.500', '+2', '', '3E0']);
    expect(writtenOf('IS', '007 ')).toEqual(['007']);
    expect(writtenOf('DS', '')).toEqual([]);
    expect(writtenOf('US', 'ab')).toEqual([]);
  });
  // In quadratic time this would not end.
  it('M13: a hundred thousand numbers and a mebibyte of backslashes take linear time', () => {
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
    const inside = new Uint8Array(2 ** 20).fill(0x20);
    inside[0] = inside[2 ** 20 - 1] = 0x31;
    expect(decodeValues('IS', inside, LITTLE)).toEqual([null]);
  });
});
describe('text (PS3.5 6.2)', () => {
  it.each([
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
    for (const vr of ['LT', 'ST', 'UT', 'UR']) expect(valuesOf(vr, 'a\\b')).toEqual(['a\\b']);
    for (const vr of ['LO', 'SH', 'UC', 'PN', 'CS', 'AE']) {
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
    for (const vr of ['CS', 'UI', 'DA', 'AE', 'UR']) {
      expect(valuesOf(vr, '\xc3\xa9', 'ISO_IR 192')).toEqual(['Ã©']);
    }
    expect(valuesOf('LO', '\xc3\xa9', 'ISO_IR 192')).toEqual(['é']);
  });
});
describe('binary numbers (PS3.5 7.3)', () => {
  it.each([
    ['US', '0102', '0201', [0x0201]],
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
  it.each([
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
    for (const vr of ['OB', 'OW', 'UN', 'SQ', 'FD', 'PN']) {
      expect(decodeValues(vr, new Uint8Array(0), LITTLE)).toEqual([]);
    }
    expect(decodeValues('SQ', hex('feff00e000000000'), LITTLE)).toEqual([]);
  });
});
describe('what is against PS3.5 in a value', () => {
  it.each([
    ['DS', 'nan', /^BAD_VALUE: the value is no decimal string$/],
    ['DS', '1,5', /^BAD_VALUE: the value is no decimal string$/],
    ['DS', '1e400', /^BAD_VALUE: the value is beyond double precision$/],
    ['DS', '0.12345678901234567', /^BAD_VALUE: the value is longer than 16 characters$/],
    ['DS', '-0.12345678901234', /^BAD_VALUE: the value is longer than 16 characters$/],
    ['DS', '1\\x\\y\\2', /^BAD_VALUE: value 2 of 4 is no decimal string$/],
    ['IS', '12.0', /^BAD_VALUE: the value is no integer string$/],
    ['IS', '1e3', /^BAD_VALUE: the value is no integer string$/],
    ['IS', '2147483648', /^BAD_VALUE: the value is beyond -2\^31 to 2\^31-1$/],
    ['IS', '-2147483649', /^BAD_VALUE: the value is beyond/],
    ['IS', '0000000000001', /^BAD_VALUE: the value is longer than 12 characters$/],
    ['AE', 'more than 16 chars', /^BAD_VALUE: the value is longer than 16 characters$/],
    ['CS', 'A\\b\\c', /^BAD_VALUE: value 2 of 3 has other characters than A to Z/],
    ['DA', '1997.07.04', /^BAD_VALUE: the value is a date in the form YYYY.MM.DD of ACR-NEMA 300$/],
    ['TM', '10:15:30', /^BAD_VALUE: the value is a time in the form HH:MM:SS of ACR-NEMA 300$/],
    ['AS', '18M ', /^BAD_VALUE: the value is no age/],
    ['UI', '1.2 ', /^BAD_VALUE: a UID has spaces$/],
    ['UI', '1.2 \\1.3\0', /^BAD_VALUE: a UID has spaces$/],
    ['UI', '1..2', /^BAD_VALUE: the value has an empty component$/],
    ['PN', 'a=b=c=d', /^BAD_VALUE: the value has more than 3 component groups$/],
    ['LO', 'a\0b', /^BAD_VALUE: the value has a control character$/],
    ['UR', ' a', /^BAD_VALUE: the value has spaces in front$/],
    ['DS', '1\0', /^BAD_VALUE: the value is padded with NUL$/],
    ['IS', '7\0', /^BAD_VALUE: the value is padded with NUL$/],
    ['CS', 'CT\0\0', /^BAD_VALUE: the value is padded with NUL$/],
    ['LT', 'text\0', /^BAD_VALUE: the value is padded with NUL$/],
    ['DA', '\0', /^BAD_VALUE: the value is padded with NUL$/],
    ['UI', '1.2\0\0', /^BAD_VALUE: the value is padded with NUL$/],
    ['DS', '1e-400', /^BAD_VALUE: the value is beyond double precision$/],
  ])('M01 M02 M03 M04 M06 M07 M08 M14: %s %j is told of', (vr, text, fault) => {
    expect(faultsOf(vr, bytesOf(text))).toEqual([expect.stringMatching(fault)]);
  });
  it.each([
    ['DS', ' +1.5E-03 ', '', '  ', '\\', '1\\\\2', '0.488281\\0.488281 ', '-.5', '1.'],
    ['IS', ' 12 ', '-2147483648', '2147483647', ''],
    ['AE', ' STORE SCP '],
    ['CS', ' A \\ B ', 'MR', 'A\\\\B'],
    ['DA', '20260101', '20260101-20260102 '],
    ['TM', '1015  ', '101530.5'],
    ['DT', '2007-0500 '],
    ['UI', '1.2.840.10008.1.2\0', '1.2\\1.3\0', ''],
    ['PN', ' Doe^^^Dr.', 'Doe^Jane=='],
    ['LO', ' padded  '],
    ['LT', ' kept \r\n '],
    ['UR', 'javascript:alert(1)  '],
    ['UT', 'a\\b'],
  ])('M01 M02 M04 M15: nothing is told of %s %j', (vr, ...texts) => {
    for (const text of texts) expect(faultsOf(vr, bytesOf(text))).toEqual([]);
  });
  it('M04: C1 control characters are told of, as Windows code pages leave them', () => {
    expect(faultsOf('LO', bytesOf('A\x85B'), 'ISO_IR 100')).toEqual([
      'BAD_VALUE: the value has a control character',
    ]);
  });
  it('M04 L15: bytes that are no characters of the default repertoire are told of', () => {
    const vrs = ['AE', 'AS', 'CS', 'DA', 'DS', 'DT', 'IS', 'TM', 'UI', 'UR'];
    for (const vr of vrs) {
      const faults = faultsOf(vr, bytesOf('1\xe9'), 'ISO_IR 192');
      expect(faults[0]).toMatch(/^CHARACTER_SET: /);
    }
    expect(faultsOf('LO', bytesOf('\xc3\xa9'), 'ISO_IR 192')).toEqual([]);
    expect(faultsOf('LO', bytesOf('\xe9'), 'ISO_IR 192')).toEqual([
      expect.stringMatching(/^CHARACTER_SET: /),
    ]);
  });
  it.each([
    ['US', '00', /^BAD_VALUE: the length 1 is no multiple of 2$/],
    ['US', '010002', /^BAD_VALUE: the length 3 is/],
    ['SS', '010002', /^BAD_VALUE: the length 3 is/],
    ['UL', '0100', /^BAD_VALUE: the length 2 is/],
    ['FL', '0100000000', /^BAD_VALUE: the length 5 is/],
    ['FD', '01020304050607', /^BAD_VALUE: the length 7 is/],
    ['AT', '280010002800', /^BAD_VALUE: the length 6 is/],
    ['SV', '01020304', /^BAD_VALUE: the length 4 is/],
    ['UV', '010203040506070809', /^BAD_VALUE: the length 9 is/],
    ['OW', '010203', /^BAD_VALUE: the length 3 is/],
    ['OF', '0000803f0102', /^BAD_VALUE: the length 6 is/],
    ['OL', '01', /^BAD_VALUE: the length 1 is/],
    ['OD', '01020304', /^BAD_VALUE: the length 4 is/],
    ['OV', '01020304', /^BAD_VALUE: the length 4 is/],
  ])('B08 M09 M11: %s of bytes %s is cut', (vr, bytes, fault) => {
    expect(faultsOf(vr, hex(bytes))).toEqual([expect.stringMatching(fault)]);
  });
  it('B08: whole cells, and bytes of OB and UN, are not', () => {
    for (const vr of ['US', 'SS', 'UL', 'SL', 'FL', 'FD', 'SV', 'UV', 'AT', 'OW', 'OV']) {
      expect(faultsOf(vr, new Uint8Array(16))).toEqual([]);
      expect(faultsOf(vr, new Uint8Array(0))).toEqual([]);
    }
    for (const vr of ['OB', 'UN', 'SQ']) {
      expect(faultsOf(vr, new Uint8Array(3))).toEqual([]);
    }
  });
  it('any bytes are values or a fault in any VR, told once for each code', () => {
    const units = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.string().map(bytesOf));
    const terms = fc.constantFrom('', 'ISO_IR 100', 'ISO_IR 192', 'ISO_IR 13', 'GB18030');
    fc.assert(
      fc.property(fc.constantFrom(...ALL_VRS), units, terms, (vr, bytes, term) => {
        const faults = faultsOf(vr, bytes, term);
        const codes = faults.map((fault) => fault.slice(0, fault.indexOf(':')));
        expect(new Set(codes).size).toBe(codes.length);
        const values = decodeValues(vr, bytes, LITTLE);
        const lost = (vr === 'DS' || vr === 'IS') && values.length === 1 && values[0] === null;
        if (lost) expect(codes).toContain('BAD_VALUE');
      }),
      { numRuns: 2000 },
    );
  });
});
