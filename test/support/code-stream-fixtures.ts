/** Code streams by independent encoders, and what their samples are (fixtures/README.md). */
import type { DecodedFrame } from '../../src/codecs/codec.ts';
import type { ImagePixel } from '../../src/dicom/image-pixel.ts';
import { fixtureBytes, sha256 } from './outside.ts';

/** One of fixtures/code-streams. */
export interface CodeStreamFixture {
  readonly name: string;
  readonly file: string;
  /** UID. */
  readonly transferSyntax: string;
  /** What the header says. */
  readonly pixel: ImagePixel;
  /** The Photometric Interpretation of what is decoded. */
  readonly gives: string;
  /** Program and version. */
  readonly encoder: string;
  /** Undefined where it must be refused. */
  readonly expected?: ExpectedSamples | undefined;
  /** Why it must not be decoded. */
  readonly refused?: string | undefined;
}

/**
 * The stored values as little-endian cells, samples of a pixel side by side: their digest, or a file of
 * them by an independent decoder and how far from it a sample may be.
 */
export type ExpectedSamples =
  | { readonly sha256: string }
  | { readonly file: string; readonly decoder: string; readonly difference: number };

/** All of them, in the order of the index. */
export function codeStreamFixtures(): readonly CodeStreamFixture[] {
  const index: readonly CodeStreamFixture[] = JSON.parse(
    new TextDecoder().decode(fixtureBytes('code-streams/index.json')),
  ) as CodeStreamFixture[];
  return index;
}

/** The one of that name. */
export function codeStreamFixture(name: string): CodeStreamFixture {
  const found = codeStreamFixtures().find((fixture) => fixture.name === name);
  if (found === undefined) throw new Error(`no fixture ${name}`);
  return found;
}

/** A copy of its code stream: decoders may write to what they are given. */
export function codeStreamOf(fixture: CodeStreamFixture): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(fixtureBytes(`code-streams/${fixture.file}`));
}

/** How far what was decoded is from what it should be: undefined where it is right. */
export function differenceFrom(
  fixture: CodeStreamFixture,
  decoded: DecodedFrame,
): string | undefined {
  const { expected, gives, pixel } = fixture;
  if (expected === undefined) return `decoded, but it must be refused: ${fixture.refused}`;
  if (decoded.pixel.photometricInterpretation !== gives) {
    return `${decoded.pixel.photometricInterpretation} instead of ${gives}`;
  }
  const cells = storedCells(decoded);
  if ('sha256' in expected) {
    const digest = sha256(cells);
    return digest === expected.sha256 ? undefined : `other samples, ${cells.length} bytes`;
  }
  const right = fixtureBytes(`code-streams/${expected.file}`);
  if (right.length !== cells.length) return `${cells.length} bytes instead of ${right.length}`;
  const [got, want] = [valuesOf(cells, pixel), valuesOf(right, pixel)];
  const most = got.reduce((so, value, i) => Math.max(so, Math.abs(value - (want[i] ?? NaN))), 0);
  return most <= expected.difference ? undefined : `off by up to ${most}`;
}

/**
 * The stored values of what a codec gave, as cells: shifted, masked and sign extended (PS3.5 8.1.1),
 * samples of a pixel side by side. Packed bits stay packed.
 */
export function storedCells({ bytes, pixel }: DecodedFrame): Uint8Array {
  const { bitsAllocated, bitsStored, highBit, pixelRepresentation } = pixel;
  if (bitsAllocated === 1) return bytes;
  const shift = BigInt(highBit - bitsStored + 1);
  const size = bitsAllocated / 8;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const out = new Uint8Array(bytes.length);
  const cells = new DataView(out.buffer);
  const order = sampleOrder(pixel);
  for (let i = 0; i < bytes.length / size; i += 1) {
    const cell = BigInt(readCell(view, order(i) * size, size)) >> shift;
    const value =
      pixelRepresentation === 1
        ? BigInt.asIntN(bitsStored, cell)
        : BigInt.asUintN(bitsStored, cell);
    writeCell(cells, i * size, size, Number(BigInt.asUintN(bitsAllocated, value)));
  }
  return out;
}

/** Which sample of the frame is sample `i` of those that lie side by side. */
function sampleOrder({ rows, columns, samplesPerPixel, planarConfiguration }: ImagePixel) {
  if (planarConfiguration === 0) return (i: number) => i;
  return (i: number) => (i % samplesPerPixel) * rows * columns + Math.floor(i / samplesPerPixel);
}

/** The values that are in cells: those that {@link storedCells} gives, or native ones with the sign above. */
export function valuesOf(
  cells: Uint8Array,
  { bitsAllocated, pixelRepresentation }: ImagePixel,
): number[] {
  const size = bitsAllocated / 8;
  const view = new DataView(cells.buffer, cells.byteOffset, cells.length);
  const sign = pixelRepresentation === 1 ? 2 ** (bitsAllocated - 1) : Infinity;
  return Array.from({ length: cells.length / size }, (_, i) => {
    const cell = readCell(view, i * size, size);
    return cell >= sign ? cell - 2 * sign : cell;
  });
}

function readCell(view: DataView, at: number, size: number): number {
  if (size === 1) return view.getUint8(at);
  return size === 2 ? view.getUint16(at, true) : view.getUint32(at, true);
}

function writeCell(view: DataView, at: number, size: number, value: number): void {
  if (size === 1) view.setUint8(at, value);
  else if (size === 2) view.setUint16(at, value, true);
  else view.setUint32(at, value, true);
}
