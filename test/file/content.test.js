import { describe, expect, it } from 'vitest';
import { UIDS } from '../../src/dicom/uid.data.js';
import { encapsulated, imagePixel, sequence, SYNTAX } from '../support/build-dicom.js';
import { openBuilt } from '../support/open-built.js';
const STORAGE = '1.2.840.10008.5.1.4.1.1.';
const PIXELS = [
  ...imagePixel({ rows: 1, columns: 2, bitsAllocated: 8 }),
  [0x7fe00010, 'OB', [1, 2]],
];
async function kindOf(sopClass, ...elements) {
  const { file } = await openBuilt({ elements: [[0x00080016, 'UI', sopClass], ...elements] });
  return file.content.kind;
}
describe('what an object without pixels is, by its SOP Class (PS3.6 A)', () => {
  it.each([
    ['report', '88.11', '88.22', '88.33', '88.67', '88.77'],
    ['key-objects', '88.59'],
    ['document', '104.1', '104.2', '104.3', '104.4', '104.5'],
    ['presentation-state', '11.1', '11.12', '131'],
    ['structure-set', '481.3'],
    ['plan', '481.5', '481.8', '481.10'],
    ['treatment-record', '481.4', '481.6', '481.9'],
    ['waveform', '9.1.1', '9.4.1', '9.7.4'],
    ['spectroscopy', '4.2'],
    ['raw-data', '66'],
    ['registration', '66.1', '66.3'],
    ['fiducials', '66.2'],
    ['surface', '66.5', '68.1', '68.2'],
    ['tractography', '66.6'],
    ['real-world-value-map', '67'],
    ['measurements', '78.1', '80.1'],
    ['annotations', '91.1'],
    ['assessment', '90.1'],
    ['protocol', '200.1'],
    ['inventory', '201.1'],
    ['image', '2', '4', '7', '1.1', '66.4', '66.7', '30', '481.2', '77.1.6', '6.2'],
    ['other', '999', '10'],
  ])('I07: %s', async (kind, ...classes) => {
    for (const last of classes) expect(await kindOf(STORAGE + last), last).toBe(kind);
  });
  it('a directory of media is one', async () => {
    const directory = '1.2.840.10008.1.3.10';
    const { file } = await openBuilt({
      meta: meta(directory),
      elements: [[0x00041130, 'CS', 'X']],
    });
    expect(file.content).toEqual({
      kind: 'directory',
      sopClass: directory,
      sopClassName: 'Media Storage Directory Storage',
      hasPixels: false,
    });
  });
  it('the meta information names the class where the data set does not', async () => {
    const { file } = await openBuilt({
      meta: meta(`${STORAGE}88.33`),
      elements: [[0x00080060, 'CS', 'SR']],
    });
    expect(file.content.kind).toBe('report');
  });
  it('every class that PS3.6 calls a storage is told apart, but for those that are of no kind', async () => {
    const others = [];
    for (const line of UIDS.trim().split('\n')) {
      const [uid = '', name = ''] = line.split('|');
      if (!uid.startsWith(STORAGE) || !name.includes('Storage')) continue;
      if ((await kindOf(uid)) === 'other') others.push(name);
    }
    expect(others.sort()).toEqual([
      'Standalone Modality LUT Storage',
      'Standalone Overlay Storage',
      'Standalone VOI LUT Storage',
      'Storage Management SOP Instance',
    ]);
  });
  it('nothing said is another thing, without names', async () => {
    const { file } = await openBuilt({ meta: false, elements: [[0x00080060, 'CS', 'OT']] });
    expect(file.content).toEqual({
      ...{ kind: 'other', sopClass: '', sopClassName: '' },
      hasPixels: false,
    });
    expect(await kindOf('1.2.3.4')).toBe('other');
  });
});
describe('pixel data decides', () => {
  it.each(['481.2', '66.4', '88.33', '104.1', '999'])('I10: %s with pixels', async (last) => {
    expect(await kindOf(STORAGE + last, ...PIXELS)).toBe('image');
  });
  it('an image by its class alone has none, which is said', async () => {
    const sopClass = [0x00080016, 'UI', `${STORAGE}2`];
    const { file: empty } = await openBuilt({ elements: [sopClass] });
    expect(empty.content).toMatchObject({ kind: 'image', hasPixels: false });
    const { file: whole } = await openBuilt({ elements: [sopClass, ...PIXELS] });
    expect(whole.content).toMatchObject({ kind: 'image', hasPixels: true });
  });
  it('I01: an icon is no pixel data of the object', async () => {
    expect(await kindOf(`${STORAGE}88.33`, sequence(0x00880200, [PIXELS]))).toBe('report');
  });
  it.each([
    '1.2.840.10008.1.2.4.100',
    '1.2.840.10008.1.2.4.101.1',
    '1.2.840.10008.1.2.4.102',
    '1.2.840.10008.1.2.4.106',
    '1.2.840.10008.1.2.4.107',
    '1.2.840.10008.1.2.4.108',
  ])('of %s is a video, of a type that its bytes alone tell', async (transferSyntax) => {
    const { file } = await openBuilt({
      transferSyntax,
      elements: [
        [0x00080016, 'UI', `${STORAGE}77.1.1.1`],
        ...imagePixel({ rows: 1, columns: 2, bitsAllocated: 8, samplesPerPixel: 3 }),
        encapsulated({ frames: [Uint8Array.of(0, 0, 1, 0xb3)] }),
      ],
    });
    expect(file.content).toEqual({
      kind: 'video',
      sopClass: `${STORAGE}77.1.1.1`,
      sopClassName: 'Video Endoscopic Image Storage',
      hasPixels: true,
    });
  });
});
describe('the media type of a document (PS3.3 A.45)', () => {
  async function mediaTypeOf(last, written) {
    const elements = [[0x00080016, 'UI', `${STORAGE}${last}`]];
    if (written !== undefined) elements.push([0x00420012, 'LO', written]);
    return (await openBuilt({ elements })).file.content.mediaType;
  }
  it('I09: is what the document says, else what its class requires', async () => {
    expect(await mediaTypeOf('104.1')).toBe('application/pdf');
    expect(await mediaTypeOf('104.2')).toBe('text/XML');
    expect(await mediaTypeOf('104.3')).toBe('model/stl');
    expect(await mediaTypeOf('104.4')).toBe('model/obj');
    expect(await mediaTypeOf('104.5')).toBe('model/mtl');
    expect(await mediaTypeOf('104.1', 'application/x-pdf')).toBe('application/x-pdf');
  });
  it('text that is no media type is not given as one', async () => {
    for (const text of ['', 'Doe^Jane', 'a/b/c', 'a b/c', '/']) {
      expect(await mediaTypeOf('104.1', text), text).toBe('application/pdf');
    }
  });
  it('what is no document has none', async () => {
    expect(await mediaTypeOf('88.33', 'application/pdf')).toBeUndefined();
  });
});
/** File Meta Information that names a class. */
function meta(sopClass) {
  return [
    [0x00020002, 'UI', sopClass],
    [0x00020010, 'UI', SYNTAX.explicitLittle],
  ];
}
