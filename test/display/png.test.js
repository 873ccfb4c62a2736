import { execFileSync, spawnSync } from 'node:child_process';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePng } from '../../src/display/png.js';
import { decodePng } from './decode-png.js';
// Python's standard library knows zlib, nothing of PNG: the few lines that undo filter Sub are ours.
const PYTHON = `
import sys, zlib, struct
b = sys.stdin.buffer.read()
assert b[:8] == b'\\x89PNG\\r\\n\\x1a\\n'
at, idat = 8, b''
while at < len(b):
    n, = struct.unpack('>I', b[at:at+4]); name = b[at+4:at+8]; data = b[at+8:at+8+n]
    assert struct.unpack('>I', b[at+8+n:at+12+n])[0] == zlib.crc32(name + data)
    if name == b'IHDR': w, h, depth, colour, *rest = struct.unpack('>IIBBBBB', data); assert rest == [0, 0, 0]
    if name == b'IDAT': idat += data
    at += 12 + n
rows = zlib.decompress(idat); bpp = {0: 1, 2: 3, 6: 4}[colour] * depth // 8; stride = w * bpp; out = []
assert len(rows) == h * (stride + 1)
for y in range(h):
    r = bytearray(rows[y*(stride+1)+1:(y+1)*(stride+1)]); assert rows[y*(stride+1)] == 1
    for i in range(bpp, stride): r[i] = (r[i] + r[i-bpp]) & 255
    out += r
print(w, h, depth, colour, bytes(out).hex())
`;
const HAS_PYTHON = spawnSync('python3', ['-c', 'import zlib']).status === 0;
const HAS_PNGCHECK = spawnSync('pngcheck', ['-h']).error === undefined;
if (!HAS_PYTHON) console.warn('python3 is not here: PNG is checked by our own decoder only');
if (!HAS_PNGCHECK) console.warn('pngcheck is not here: its opinion is not asked');
const PICTURES = [
  ['1x1 grey', { width: 1, height: 1, channels: 1, bitDepth: 8, data: Uint8Array.of(77) }],
  [
    '3x2 grey',
    { width: 3, height: 2, channels: 1, bitDepth: 8, data: Uint8Array.of(0, 255, 1, 9, 8, 7) },
  ],
  [
    '2x2 RGB',
    {
      width: 2,
      height: 2,
      channels: 3,
      bitDepth: 8,
      data: Uint8Array.from({ length: 12 }, (_, i) => i * 21),
    },
  ],
  [
    '1x2 RGBA',
    { width: 1, height: 2, channels: 4, bitDepth: 8, data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
  ],
  [
    '3x1 grey 16',
    {
      width: 3,
      height: 1,
      channels: 1,
      bitDepth: 16,
      data: Uint16Array.of(0x1234, 0xffff, 0x00ff),
    },
  ],
  [
    '2x1 RGB 16',
    {
      width: 2,
      height: 1,
      channels: 3,
      bitDepth: 16,
      data: Uint16Array.of(1, 256, 65_535, 0, 32_768, 255),
    },
  ],
];
function bigEndian(picture) {
  if (picture.bitDepth === 8) return Buffer.from(picture.data).toString('hex');
  return Buffer.from(Uint16Array.from(picture.data).buffer).swap16().toString('hex');
}
describe('PNG', () => {
  it.runIf(HAS_PYTHON).each(PICTURES)('is read back by python: %s', async (_, picture) => {
    const file = await encodePng(picture);
    const told = execFileSync('python3', ['-c', PYTHON], { input: file, encoding: 'utf8' }).trim();
    const colour = { 1: 0, 3: 2, 4: 6 }[picture.channels];
    expect(told).toBe(
      `${picture.width} ${picture.height} ${picture.bitDepth} ${colour} ${bigEndian(picture)}`,
    );
  });
  it.runIf(HAS_PNGCHECK).each(PICTURES)('pleases pngcheck: %s', async (_, picture) => {
    const told = spawnSync('pngcheck', ['-q', '-'], { input: await encodePng(picture) });
    expect([told.status, told.stdout.toString()]).toEqual([0, '']);
  });
  it('comes back sample by sample, any size, depth and channels', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom(1, 3, 4),
        fc.boolean(),
        fc.infiniteStream(fc.nat(65_535)),
        async (width, height, channels, deep, stream) => {
          const samples = [...stream.take(width * height * channels)];
          const size = { width, height, channels };
          const picture = deep
            ? { ...size, bitDepth: 16, data: Uint16Array.from(samples) }
            : { ...size, bitDepth: 8, data: Uint8Array.from(samples) };
          const decoded = decodePng(await encodePng(picture, async (bytes) => deflateSync(bytes)));
          expect(decoded).toEqual({ ...size, bitDepth: picture.bitDepth, data: [...picture.data] });
        },
      ),
      { numRuns: 60 },
    );
  });
  it('refuses samples that are not of that size', async () => {
    for (const [width, height, length] of [
      [2, 2, 3],
      [0, 4, 0],
      [2, -2, 4],
      [NaN, 1, 1],
    ]) {
      const picture = {
        width,
        height,
        channels: 1,
        bitDepth: 8,
        data: new Uint8Array(length),
      };
      await expect(encodePng(picture)).rejects.toMatchObject({ code: 'USAGE' });
    }
  });
});
