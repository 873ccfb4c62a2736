import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SYNTAX, dicom, encapsulated, imagePixel } from '../support/build-dicom.js';
import { jpeg } from '../support/code-streams.js';
import { cli, scratch } from './run-cli.js';
let files;
beforeAll(() => {
  files = scratch();
});
afterAll(() => {
  files.remove();
});
describe('doctor of compressed frames', () => {
  it.each([
    [SYNTAX.jpegBaseline, 'decoded by a codec of framedex'],
    ['1.2.840.10008.1.2.4.110', 'decoded by the package dcmjs-codecs'],
    ['1.2.840.10008.1.2.4.52', 'no codec decodes it'],
    ['1.2.3.4', 'decoded where the frames say what they are'],
  ])('F09: says who decodes %s', async (transferSyntax, who) => {
    const { bytes } = dicom({
      transferSyntax,
      elements: [
        ...imagePixel({ rows: 1, columns: 1, bitsAllocated: 8 }),
        encapsulated({ frames: [jpeg({ scans: [new Uint8Array(2)] })] }),
      ],
    });
    const { out } = await cli(['doctor', '--all', files.put('decoder.dcm', bytes)]);
    expect(out.split('\n').find((line) => line.startsWith('  encoding'))).toContain(who);
  });
});
