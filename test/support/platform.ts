/**
 * What tests of portable rooms take of the platform that they run on: here of Node. In a browser,
 * `platform.browser.ts` is loaded in its place (.config/browser-tests.mjs).
 */
import type { GivenBytes } from '../../src/bytes/given.ts';
import type { CodecPlatform } from '../../src/codecs/codec.ts';
import type { Context, ContextOptions } from '../../src/file/context.ts';
import type { DicomFile } from '../../src/file/dicom-file.ts';
import type { OpenOptions } from '../../src/file/open.ts';
import type { Inflater } from '../../src/inflate/inflater.ts';
import { createContext as createNodeContext } from '../../src/node/context.ts';
import { open as openInput } from '../../src/node/index.ts';
import { nodeInflater } from '../../src/node/inflater.ts';
import { wasmOfPackage } from '../../src/node/wasm.ts';

export const inflater: Inflater = nodeInflater;

export const wasm: CodecPlatform['wasm'] = wasmOfPackage;

/** The `createContext` of the entry point. */
export function createContext(options?: ContextOptions): Context {
  return createNodeContext(options);
}

/** The `open` of the entry point. */
export function open(
  input: GivenBytes,
  options?: Omit<OpenOptions, 'context'>,
): Promise<DicomFile> {
  return openInput(input, options);
}
