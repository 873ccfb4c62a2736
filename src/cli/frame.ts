import { createHash } from 'node:crypto';
import type { DicomFile, Samples } from '../node/index.ts';
import { EVERYWHERE, oneInput, parseArguments, usage, wholeNumber } from './arguments.ts';
import { filesOf, memberPath } from './inputs.ts';
import type { OpenedInput } from './inputs.ts';
import { untilUnread } from './io.ts';
import type { IndexedIo } from './given-index.ts';
import { failSkipped, runJob, unverifiedText, verifyFile } from './job.ts';
import type { Job } from './job.ts';
import { refuseInputs, refuseMembers, writePieces } from './output-file.ts';
import { printable } from './terminal.ts';

export const HELP: string = `Usage: framedex frame INPUT I [-o FILE] [--encoded | --cells | --packed] [--reduce N]
                            [--lenient] [--sha256] [--verify] [--nested] [--stats]

Frame I, counted from 0, to standard output or a file: stored values (PS3.5 8.1.1), little endian,
row by row, samples of a pixel side by side, in the smallest type that holds them. A folder or
archive has to hold one instance only; else name a member: study.zip!/CT/IM0042.

  -o FILE    to this file, which is overwritten; - for standard output, also if it is a terminal
  --encoded  the bytes as stored, fragments joined, nothing decoded
  --cells    the raw words: no shift, mask or sign extension
  --packed   pixels of 1 bit eight to the byte, the first in the lowest bit, from a byte's start on;
             others as ever
  --reduce N leave N resolution levels out, each of which halves rows and columns: of JPEG 2000 and
             HTJ2K, as far as the frame has them; others come whole
  --lenient  of a broken frame, what can be decoded, and 0 for the rest; said on standard error
  --sha256   the SHA-256 of those bytes, instead of them
  --verify   hold the member of an archive that the frame is of against its checksum first: all of
             it is read. Without that, a frame of a stored or a big deflated member is given
             before, which is said on standard error
  --index FILE
             open INPUT with what framedex index saved
  --nested   archives in archives too
  --stats    what it cost, on standard error

INPUT may be a URL: framedex --help has what is for those, --header and --whole.
`;

interface FrameRequest {
  readonly frame: number;
  readonly encoded: boolean;
  readonly cells: boolean;
  readonly packed: boolean;
  readonly reduce: number;
  readonly lenient: boolean;
  readonly verify: boolean;
}

export async function run(args: readonly string[], io: IndexedIo): Promise<number> {
  const { values, positionals } = parseArguments(args, {
    ...EVERYWHERE,
    output: { type: 'string', short: 'o' },
    encoded: { type: 'boolean' },
    cells: { type: 'boolean' },
    packed: { type: 'boolean' },
    reduce: { type: 'string' },
    lenient: { type: 'boolean' },
    sha256: { type: 'boolean' },
    verify: { type: 'boolean' },
  });
  const input = oneInput(positionals, 1);
  const [, number] = positionals;
  if (number === undefined) throw usage('the number of the frame is missing');
  const frame = wholeNumber(number, 'the number of a frame');
  const { output, sha256 = false, reduce = '0', nested, stats } = values;
  const { lenient = false, verify = false } = values;
  const levels = wholeNumber(reduce, '--reduce');
  const request = { frame, ...formOf(values), reduce: levels, lenient, verify };
  if (request.encoded && (levels > 0 || lenient)) {
    throw usage(
      '--encoded gives the bytes as they are stored: nothing is left out, nothing mended',
    );
  }
  if (sha256 && output !== undefined) throw usage('--sha256 prints a digest and writes no file');
  if (!sha256 && output === undefined && io.stdout.isTTY) {
    throw usage('a frame is not for a terminal: send it to a file with -o FILE');
  }
  const path = output === '-' ? undefined : output;
  if (path !== undefined) refuseInputs(path, [input], io);
  return runJob(path === undefined ? io : untilUnread(io), { stats, nested, input }, (job) =>
    job.using(input, {}, async (opened) => {
      if (path !== undefined) await refuseMembers(path, opened);
      await withOnlyFile(job, opened, async (file) => {
        const { pieces, shape } = await readFrame(job, file, request);
        if (path !== undefined) {
          const length = await writePieces(path, pieces);
          await job.print(`${printable(path)}\t${length} bytes\t${printable(shape)}\n`);
          return;
        }
        const hash = createHash('sha256');
        for await (const piece of pieces) {
          if (sha256) hash.update(piece);
          else await job.print(piece);
        }
        if (sha256) await job.print(`${hash.digest('hex')}\n`);
      });
    }),
  );
}

type Form = Pick<FrameRequest, 'encoded' | 'cells' | 'packed'>;

/** As what the frame is wanted: one of them at most. */
function formOf({ encoded = false, cells = false, packed = false }: Partial<Form>): Form {
  const given = Object.entries({ encoded, cells, packed }).filter(([, isGiven]) => isGiven);
  if (given.length > 1) {
    const names = given.map(([name]) => `--${name}`);
    throw usage(`${names.join(' and ')} are different things`);
  }
  return { encoded, cells, packed };
}

interface FrameBytes {
  readonly pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** What the bytes are, in words. */
  readonly shape: string;
}

/** Does something with the one instance in the input; where there is none, that is named. */
async function withOnlyFile(
  job: Job,
  opened: OpenedInput,
  action: (file: DicomFile) => Promise<void>,
): Promise<void> {
  if (opened.kind === 'file') {
    await action(opened.file);
    return;
  }
  const { collection } = opened;
  const names: string[] = [];
  for await (const { name } of filesOf(opened)) {
    names.push(name);
    if (names.length > 1) {
      const one = memberPath(opened.name, names[0] ?? '');
      throw usage(`${opened.name} holds several instances: name one of them, such as ${one}`);
    }
  }
  await failSkipped(job, collection, names);
  const [name] = names;
  if (name === undefined) return;
  const file = await collection.open(name);
  try {
    await action(file);
  } finally {
    await file.close();
  }
}

async function readFrame(
  job: Job,
  file: DicomFile,
  { frame: i, encoded, cells, packed, reduce, lenient, verify }: FrameRequest,
): Promise<FrameBytes> {
  const { signal } = job.io;
  if (verify) await verifyFile(job, file);
  if (encoded) {
    return { pieces: file.encodedStream(i, { signal }), shape: `as ${file.transferSyntax}` };
  }
  const frame = await file.frame(i, { signal, cells, packed, reduce, lenient });
  if (reduce > 0 && frame.rows === file.index.pixel.rows) {
    await job.note(`${file.name}: frame ${i} has no resolution levels to leave out`);
  }
  if (frame.partial === true) {
    await job.note(`${file.name}: frame ${i} is broken: what could not be decoded is 0`);
  }
  if (frame.unverified === true) await job.note(unverifiedText(file.name));
  const { rows, columns, samplesPerPixel, photometricInterpretation, data } = frame;
  const samples = samplesPerPixel === 1 ? '' : ` x ${samplesPerPixel}`;
  const isPacked = packed && data.length < rows * columns * samplesPerPixel;
  const type = isPacked
    ? '1 bit, packed,'
    : data.constructor.name.replace(/(?:Clamped)?Array$/, '').toLowerCase();
  return {
    pieces: [littleEndian(data)],
    shape: `${columns} x ${rows}${samples} ${type} ${photometricInterpretation}`,
  };
}

const HOST_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The bytes of the samples: a view of them, but on the rare machine that is big endian. */
function littleEndian(data: Samples): Uint8Array {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (HOST_LITTLE_ENDIAN || data.BYTES_PER_ELEMENT === 1) return bytes;
  const swapped = Buffer.from(bytes);
  if (data.BYTES_PER_ELEMENT === 2) return swapped.swap16();
  return data.BYTES_PER_ELEMENT === 4 ? swapped.swap32() : swapped.swap64();
}
