import { imagePlane } from '../../src/series/geometry.js';
import { slicesOf } from './slices.js';
const [model] = await slicesOf([{}]);
/** A slice of 512 x 512 cells of a header that says nothing else: thousands cost nothing. */
export function bareSlice(name, values) {
  if (model === undefined) throw new Error('no model');
  const all = {
    SOPInstanceUID: name,
    Rows: 512,
    Columns: 512,
    BitsAllocated: 16,
    BitsStored: 12,
    PixelRepresentation: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    PixelSpacing: [0.5, 0.25],
    ...values,
  };
  const attributes = {
    get: (keyword) => all[keyword],
    has: (keyword) => all[keyword] !== undefined,
  };
  return {
    instance: { ...model.instance, name },
    frame: 0,
    attributes,
    plane: imagePlane(attributes),
    instanceNumber: values.InstanceNumber,
  };
}
/** By Euler's angles, in radians. */
export function turned(a, b, c) {
  const [sa, sb, sc] = [Math.sin(a), Math.sin(b), Math.sin(c)];
  const [ca, cb, cc] = [Math.cos(a), Math.cos(b), Math.cos(c)];
  return {
    row: [ca * cc - sa * cb * sc, sa * cc + ca * cb * sc, sb * sc],
    column: [-ca * sc - sa * cb * cc, -sa * sc + ca * cb * cc, sb * cc],
    normal: [sa * sb, -ca * sb, cb],
  };
}
/** From `origin`, so many millimetres along each of the axes; rounded to six decimals, as files have it. */
export function placeOn({ row, column, normal }, origin, [across, down, along]) {
  const at = (k) =>
    Math.round((origin[k] + across * row[k] + down * column[k] + along * normal[k]) * 1e6) / 1e6;
  return [at(0), at(1), at(2)];
}
