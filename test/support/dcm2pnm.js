import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { dicom, imagePixel, sequence } from './build-dicom.js';
import { readPnm } from './pnm.js';
/** Which of them decodes a transfer syntax; none does JPEG 2000, HTJ2K or JPEG XL. */
export function drawingProgram(transferSyntax) {
  const [, jpeg] = /^1\.2\.840\.10008\.1\.2\.4\.(\d+)$/.exec(transferSyntax) ?? [];
  if (jpeg === undefined) return 'dcm2pnm';
  const number = Number(jpeg);
  if (number === 80 || number === 81) return 'dcml2pnm';
  return number >= 50 && number <= 70 ? 'dcmj2pnm' : undefined;
}
/** Why there is nothing to compare with; undefined where all three programs can be run. */
export function whyNoDcmtk() {
  for (const program of ['dcm2pnm', 'dcmj2pnm', 'dcml2pnm']) {
    const { status } = spawnSync(program, ['--version'], { stdio: 'ignore' });
    if (status !== 0) return `${program} of DCMTK cannot be run`;
  }
  return undefined;
}
const run = promisify(execFile);
/**
 * What DCMTK draws of a file at full size, pixels as they are, without overlays unless `options` ask for
 * them; undefined where it does not.
 */
export async function drawn(program, path, options) {
  const overlays = options.includes('+O') ? [] : ['-O'];
  const depth = options.includes('+opw') ? [] : ['+op'];
  const all = ['-q', '-S', ...overlays, ...depth, ...options, path];
  try {
    const { stdout } = await run(program, all, { encoding: 'buffer', maxBuffer: 2 ** 28 });
    return readPnm(stdout);
  } catch {
    return undefined;
  }
}
/**
 * A frame as an object of its own, native, with what its picture is made by: for what DCMTK cannot decode, and
 * for what it cannot find, as the functional groups of one frame.
 */
export function nativeCopy(frame) {
  const { rows, columns, samplesPerPixel, photometricInterpretation, bitsStored, data } = frame;
  const bitsAllocated = 8 * data.BYTES_PER_ELEMENT;
  const cells = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return dicom({
    elements: [
      [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7'],
      [0x00080018, 'UI', '1.2.3'],
      ...imagePixel({
        ...{ rows, columns, samplesPerPixel, photometricInterpretation, bitsAllocated, bitsStored },
        planarConfiguration: samplesPerPixel > 1 ? 0 : undefined,
        pixelRepresentation: isSigned(data) ? 1 : 0,
      }),
      ...greyElements(frame.display, isSigned(data)),
      [0x7fe00010, bitsAllocated === 8 ? 'OB' : 'OW', cells],
    ],
  }).bytes;
}
/** Whether DCMTK has anything for values of this kind: it knows no floating point, and no 64 bits. */
export function canBeDrawn(data) {
  return (
    data.BYTES_PER_ELEMENT <= 4 &&
    !(
      data instanceof Float32Array ||
      data instanceof BigInt64Array ||
      data instanceof BigUint64Array
    )
  );
}
function isSigned(data) {
  return data instanceof Int8Array || data instanceof Int16Array || data instanceof Int32Array;
}
function greyElements(display, signed) {
  const { rescale, modalityLut, windows, voiLuts, voiFunction, inverse } = display;
  const number = (value) => String(value).slice(0, 16);
  const tables = (tag, luts) =>
    luts.length === 0
      ? []
      : [
          sequence(
            tag,
            luts.map((lut) => lutItem(lut, signed)),
          ),
        ];
  return [
    ...(windows.length === 0
      ? []
      : [
          [0x00281050, 'DS', windows.map(({ center }) => number(center))],
          [0x00281051, 'DS', windows.map(({ width }) => number(width))],
        ]),
    ...(modalityLut === undefined
      ? [
          [0x00281052, 'DS', number(rescale.intercept)],
          [0x00281053, 'DS', number(rescale.slope)],
          [0x00281054, 'LO', 'US'],
        ]
      : []),
    [0x00281056, 'CS', voiFunction],
    ...tables(0x00283000, modalityLut === undefined ? [] : [modalityLut]),
    ...tables(0x00283010, voiLuts),
    [0x20500020, 'CS', inverse ? 'INVERSE' : 'IDENTITY'],
  ];
}
function lutItem({ first, bits, data }, signed) {
  return [
    [0x00283002, signed ? 'SS' : 'US', [data.length % 65536, first, bits]],
    [0x00283004, 'LO', 'US'],
    [0x00283006, 'OW', [...data]],
  ];
}
