import { describe, expect, it } from 'vitest';
import { faultError, movable } from '../../src/codecs/protocol.js';
import { frameServer, isForWorkers } from '../../src/codecs/worker.js';
import { defaultCodecs } from '../../src/codecs/default-codecs.js';
import { FramedexError } from '../../src/errors.js';
import { SYNTAX } from '../support/build-dicom.js';
import { codecPlatform } from '../support/codec-platform.js';
import { pixelOf } from '../support/pixel.js';
import { rleEncode } from '../support/rle-encode.js';
const pixel = pixelOf({ rows: 2, columns: 3 });
const cells = Uint8Array.from({ length: 12 }, (_, k) => 7 * k);
const server = frameServer(codecPlatform);
function request(into) {
  const encoded = rleEncode(cells, { rows: 2, columns: 3, samplesPerPixel: 1, bytesPerSample: 2 });
  return { transferSyntax: SYNTAX.rle, bytes: encoded, pixel, into };
}
function decodedOf(reply) {
  if (reply.kind !== 'decoded') throw new Error(reply.kind);
  return reply;
}
describe('a worker', () => {
  it('decodes into memory that is moved back', async () => {
    const { message, transfer } = await server(request());
    const { decoded, inPlace } = decodedOf(message);
    expect([...decoded.bytes]).toEqual([...cells]);
    expect([inPlace, transfer]).toEqual([false, [decoded.bytes.buffer]]);
  });
  it('decodes into shared memory, of which nothing is moved', async () => {
    const into = new Uint8Array(new SharedArrayBuffer(20), 4, 14);
    const { message, transfer } = await server(request(into));
    expect([decodedOf(message).inPlace, transfer]).toEqual([true, []]);
    expect([...new Uint8Array(into.buffer)]).toEqual([0, 0, 0, 0, ...cells, 0, 0, 0, 0]);
  });
  it('puts there what a codec put elsewhere', async () => {
    const codec = {
      name: 'careless',
      transferSyntaxes: [SYNTAX.rle],
      codeStreams: ['rle'],
      load: async () => ({ decode: () => ({ bytes: cells.slice(), pixel }) }),
    };
    const into = new Uint8Array(new SharedArrayBuffer(12));
    const { message } = await frameServer(codecPlatform, [codec])(request(into));
    expect(decodedOf(message).inPlace).toBe(true);
    expect([...into]).toEqual([...cells]);
  });
  it('says what is wrong instead of throwing', async () => {
    const { message } = await server({ ...request(), bytes: Uint8Array.of(1, 2, 3) });
    const fault = message.kind === 'fault' ? message.fault : undefined;
    expect(fault).toMatchObject({ code: 'CODEC', details: { offset: 0 } });
    const crossed = structuredClone(message);
    const error = crossed.kind === 'fault' ? faultError(crossed.fault) : undefined;
    expect(error).toBeInstanceOf(FramedexError);
    expect(error?.message).toBe(fault?.message);
    const unknown = await server({ ...request(), transferSyntax: '2.25.3', bytes: cells });
    expect(unknown.message).toMatchObject({ fault: { code: 'UNSUPPORTED_TRANSFER_SYNTAX' } });
  });
  it('has what decodes code streams, and nothing else', async () => {
    expect(defaultCodecs.filter(isForWorkers).map(({ name }) => name)).toContain('rle');
    expect(defaultCodecs.filter(isForWorkers).map(({ name }) => name)).not.toContain(
      'uncompressed',
    );
    const native = { ...request(), transferSyntax: '1.2.840.10008.1.2.1.98', bytes: cells };
    expect((await server(native)).message.kind).toBe('fault');
  });
});
describe('memory to move', () => {
  it('is the whole of a buffer, or a copy', () => {
    const whole = Uint8Array.of(1, 2);
    expect(movable(whole).buffer).toBe(whole.buffer);
    const part = movable(Uint8Array.of(1, 2, 3).subarray(1));
    expect([[...part], part.buffer.byteLength]).toEqual([[2, 3], 2]);
    const { buffer } = movable(new Uint8Array(new SharedArrayBuffer(1)));
    expect(buffer).toBeInstanceOf(ArrayBuffer);
  });
});
