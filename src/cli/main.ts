#!/usr/bin/env node
import { addAbortSignal } from 'node:stream';
import { isatty } from 'node:tty';
import { setFlagsFromString } from 'node:v8';
import { runCommandLine } from './command-line.ts';
import type { Output } from './io.ts';

// Objects of a header pass live shortly, and so do inflated slices, whose bytes are given back only when such objects are collected:
// where the young generation grows, a volume of 222 slices takes some 20 MiB more, in the same time.
setFlagsFromString('--semi-space-growth-factor=1');

const interruption = new AbortController();
const { signal } = interruption;

process.once('SIGINT', () => interruption.abort());
process.exitCode = await runCommandLine(process.argv.slice(2), {
  stdout: outputOf(process.stdout, 1),
  stderr: outputOf(process.stderr, 2),
  stdin: () => addAbortSignal(signal, process.stdin),
  signal,
});

function outputOf(stream: NodeJS.WriteStream, descriptor: number): Output {
  // A failed write rejects its promise; the event of the same error would end the process.
  stream.on('error', () => undefined);
  return {
    isTTY: isatty(descriptor),
    write: (data) =>
      new Promise((resolve, reject) => {
        stream.write(data, (error) => {
          if (error instanceof Error) reject(error);
          else resolve();
        });
      }),
  };
}
