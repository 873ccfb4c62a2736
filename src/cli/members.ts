import { failureJson } from './failures.ts';
import type { FailureJson } from './failures.ts';
import type { OpenedInput } from './inputs.ts';
import { reasonText } from './listing-text.ts';
import { fileEntry } from './member-entry.ts';
import { sizeText } from './statistics.ts';
import { displayWidth, padded, printable } from './terminal.ts';

/** What an input holds, DICOM or not, as `ls --members --json` has it. */
export interface MembersListing {
  readonly name: string;
  /** Why nothing of it could be listed. */
  readonly error?: FailureJson | undefined;
  readonly members: readonly MemberListing[];
}

export interface MemberListing {
  readonly name: string;
  /** Another name of it: where it stands in the archive. */
  readonly id: string;
  readonly size: number;
  readonly compressedSize?: number | undefined;
  /** Why it cannot be read, where that is known without reading it. */
  readonly fault?: Pick<FailureJson, 'code' | 'message'> | undefined;
}

/** The members of a folder or an archive; a file of its own is the only one. */
export async function membersOf(opened: OpenedInput): Promise<MembersListing> {
  const { name } = opened;
  if (opened.kind === 'file') {
    const { size = opened.bytes, compressedSize } = await fileEntry(opened);
    return { name, members: [{ name, id: name, size, compressedSize }] };
  }
  const members: MemberListing[] = [];
  for await (const { fault, ...entry } of opened.collection.entries()) {
    members.push({ ...entry, fault: fault && withoutName(failureJson(fault)) });
  }
  return { name, members };
}

function withoutName({ code, message }: FailureJson): Pick<FailureJson, 'code' | 'message'> {
  return { code, message };
}

/** What `ls --members` shows of one input. */
export function membersText({ name, error, members }: MembersListing): string {
  if (error !== undefined) return '';
  const lines = [
    `${printable(name)}  ${members.length} ${members.length === 1 ? 'member' : 'members'}`,
  ];
  const rows = members.map((member) => ({ cells: cells(member), reason: faultText(member) }));
  const widths = [0, 1, 2].map((k) =>
    rows.reduce((most, row) => Math.max(most, displayWidth(row.cells[k] ?? '')), 0),
  );
  for (const { cells: row, reason } of rows) {
    const [id = '', size = '', compressed = '', own = ''] = row;
    const figures = [size, compressed].map((cell, k) => padded(cell, widths[k + 1] ?? 0, 'right'));
    lines.push(`  ${[padded(id, widths[0] ?? 0), ...figures, own].join('  ')}${reason}`);
  }
  return `${lines.join('\n')}\n`;
}

function faultText({ name, fault }: MemberListing): string {
  if (fault === undefined) return '';
  const { code, message } = fault;
  return printable(`: ${reasonText(name, message, code)} (${code})`);
}

function cells({ name, id, size, compressedSize }: MemberListing): string[] {
  const compressed = compressedSize === undefined ? '' : `in ${sizeText(compressedSize)}`;
  return [id === name ? '' : printable(id), sizeText(size), compressed, printable(name)];
}
