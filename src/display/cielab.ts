/** Red, green and blue of sRGB (IEC 61966-2-1), 0 to 255. */
export type SRgb = readonly [red: number, green: number, blue: number];

/** The white that colours in profiles of ICC are of (ICC.1:2022 7.2.16). */
const D50 = [0.96422, 1, 0.82521] as const;

/** From X, Y and Z of D50 to linear sRGB: Bradford adaptation to D65, then IEC 61966-2-1. */
const LINEAR_RED = [3.1338561, -1.6168667, -0.4906146] as const;
const LINEAR_GREEN = [-0.9787684, 1.9161415, 0.033454] as const;
const LINEAR_BLUE = [0.0719453, -0.2289914, 1.4052427] as const;

/**
 * A colour as PS3.3 C.10.7.1.1 writes it, in sRGB: L* is 0 to 100 and a* and b* are -128 to 127, each over
 * 0 to 65535, of D50 as in profiles of ICC. Colours that sRGB does not have become the nearest
 * of each channel.
 */
export function sRgbOfCIELab([l, a, b]: readonly [number, number, number]): SRgb {
  const y = ((l * 100) / 65535 + 16) / 116;
  const x = y + ((a * 255) / 65535 - 128) / 500;
  const z = y - ((b * 255) / 65535 - 128) / 200;
  const xyz = [
    D50[0] * uncompressed(x),
    D50[1] * uncompressed(y),
    D50[2] * uncompressed(z),
  ] as const;
  return [encoded(LINEAR_RED, xyz), encoded(LINEAR_GREEN, xyz), encoded(LINEAR_BLUE, xyz)];
}

/** The inverse of the function of CIE 15. */
function uncompressed(value: number): number {
  return value > 6 / 29 ? value ** 3 : (value - 4 / 29) * 3 * (6 / 29) ** 2;
}

type Three = readonly [number, number, number];

function encoded(weights: Three, xyz: Three): number {
  const linear = weights[0] * xyz[0] + weights[1] * xyz[1] + weights[2] * xyz[2];
  const value = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.round(255 * Math.min(1, Math.max(0, value)));
}
