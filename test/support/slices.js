import { memorySource } from '../../src/bytes/memory.js';
import { slicesOf as slicesOfInstance } from '../../src/series/slice.js';
import { dicom, imagePixel, SYNTAX } from './build-dicom.js';
import { countingSource } from './counting-source.js';
import { openBuilt } from './open-built.js';
/** The object of a slice: 2 rows, 3 columns, 16 bits signed. */
export function sliceParts(parts = {}) {
  const { z = 0, position = `0\\0\\${z}`, orientation = '1\\0\\0\\0\\1\\0' } = parts;
  const tagOf = (one) => ('encode' in one ? (one.tag ?? 0x7fe00010) : one[0]);
  const optional = (tag, vr, value) =>
    value === undefined || value === '' ? [] : [[tag, vr, value]];
  const elements = [
    [0x00080018, 'UI', `2.25.${1000 + z}`],
    [0x00080060, 'CS', 'CT'],
    [0x0008103e, 'LO', 'Thorax'],
    [0x0020000d, 'UI', '2.25.7'],
    [0x0020000e, 'UI', parts.series ?? '2.25.8'],
    ...optional(0x00200013, 'IS', parts.instanceNumber?.toString()),
    ...optional(0x00200032, 'DS', position),
    ...optional(0x00200037, 'DS', orientation),
    ...optional(0x00280030, 'DS', parts.spacing ?? '0.5\\0.25'),
    ...imagePixel({ rows: 2, columns: 3, pixelRepresentation: 1, ...parts }),
    ...optional(0x00281052, 'DS', parts.intercept),
    ...optional(0x00281053, 'DS', parts.slope),
    ...(parts.more ?? []),
    parts.pixels ?? [0x7fe00010, 'OW', Array(6).fill(z)],
  ];
  elements.sort((a, b) => tagOf(a) - tagOf(b));
  return { transferSyntax: parts.transferSyntax, truncate: parts.truncate, elements };
}
/** The slices as a series sees them, named by their order. */
export async function slicesOf(all) {
  return Promise.all(
    all.map(async (parts, k) => {
      const { dataset } = (await openBuilt(sliceParts(parts))).file;
      const [slice] = slicesOfInstance({
        name: `IM${k}`,
        dataset,
        frameCount: parts.numberOfFrames ?? 1,
        transferSyntax: parts.transferSyntax ?? SYNTAX.explicitLittle,
        decodable: true,
        warnings: [],
        size: 1000,
      });
      if (slice === undefined) throw new Error('an instance is a slice at least');
      return slice;
    }),
  );
}
/** A listing of objects in memory, in the order given, and the sources that were opened of it. */
export function listingOf(objects) {
  const opened = [];
  let closed = false;
  const members = Object.entries(objects).map(([name, object]) => {
    if (object instanceof Error || object === undefined) {
      const open = () => {
        throw object ?? new Error('no object');
      };
      return { name, size: 0, fault: object, open };
    }
    const bytes = object instanceof Uint8Array ? object : dicom(object).bytes;
    const open = () => {
      const source = countingSource(memorySource(bytes, name));
      opened.push(source);
      return source;
    };
    return { name, size: bytes.length, open };
  });
  const close = () => {
    closed = true;
    return Promise.resolve();
  };
  return { name: 'listing', members, close, opened, closed: () => closed };
}
