import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { GivenBytes } from '../../src/bytes/given.ts';
import { blobSource, isBlob } from '../../src/bytes/blob.ts';
import * as portable from '../../src/index.ts';
import * as node from '../../src/node/index.ts';
import { dicom } from '../support/build-dicom.ts';
import { codeOf } from '../support/open-built.ts';
import { sliceParts } from '../support/slices.ts';

const { bytes } = dicom(sliceParts({ z: 7 }));

/** What an expression is in another realm, as frames, windows and test runners have them. */
function foreign(expression: string): GivenBytes {
  return runInNewContext(expression, { numbers: [...bytes] }) as GivenBytes;
}

describe.each([
  ['the portable entry', portable],
  ['the entry of Node', node],
])('O26: bytes of another realm, given to %s', (_, { open }) => {
  it.each([
    'Uint8Array.from(numbers)',
    'Uint8Array.from([1, 2, ...numbers, 3]).subarray(2, 2 + numbers.length)',
    'Uint8Array.from(numbers).buffer',
  ])('%s', async (expression) => {
    const given = foreign(expression);
    expect(given instanceof Uint8Array || given instanceof ArrayBuffer).toBe(false);
    await using file = await open(given);
    expect((await file.frame(0)).data[0]).toBe(7);
  });

  it.each(['Uint16Array.from(numbers)', 'new DataView(new ArrayBuffer(9))', '[1, 2]'])(
    '%s is USAGE as it is of this one',
    async (expression) => {
      expect(await codeOf(open(foreign(expression)))).toBe('USAGE');
    },
  );

  it('a File', async () => {
    const own = new File([new Uint8Array(bytes)], 'IM7');
    const given = {
      name: own.name,
      size: own.size,
      slice: own.slice.bind(own),
      arrayBuffer: own.arrayBuffer.bind(own),
      [Symbol.toStringTag]: 'File',
    } as unknown as File;
    expect(isBlob(given)).toBe(true);
    expect(blobSource(given, given.name).size).toBe(bytes.length);
    await using file = await open(given);
    expect([file.name, (await file.frame(0)).data[0]]).toEqual(['IM7', 7]);
  });
});
