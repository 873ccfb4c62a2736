import type { WasmModule } from './wasm-instances.ts';

/** What the packages say of a decoded picture. Objects of theirs may be used again: take the numbers. */
export interface WasmFrameInfo {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSample: number;
  readonly componentCount: number;
  readonly isSigned?: boolean | undefined;
}

/**
 * A decoder of one frame inside of a module. Both buffers are, or may be, views of the module's memory:
 * growth and `delete` end them.
 */
export interface WasmDecoder {
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  getFrameInfo(): WasmFrameInfo;
  getDecodedBuffer(): Uint8Array | Uint8ClampedArray;
  delete(): void;
}

/** JPEG-LS. */
export interface CharlsDecoder extends WasmDecoder {
  getInterleaveMode(): number;
  getNearLossless(): number;
}

/** JPEG 2000 and HTJ2K: with fewer resolution levels. */
export interface WaveletDecoder extends WasmDecoder {
  decodeSubResolution(level: number, layer?: number): void;
  calculateSizeAtDecompositionLevel(level: number): {
    readonly width: number;
    readonly height: number;
  };
  getNumDecompositions(): number;
}

export interface CharlsModule extends WasmModule {
  readonly JpegLSDecoder: new () => CharlsDecoder;
  getExceptionMessage(pointer: number): string;
}
export interface OpenJpegModule extends WasmModule {
  readonly J2KDecoder: new () => WaveletDecoder;
}
export interface OpenJphModule extends WasmModule {
  readonly HTJ2KDecoder: new () => WaveletDecoder;
}
export interface JpegTurboModule extends WasmModule {
  readonly JPEGDecoder: new () => WasmDecoder;
}
