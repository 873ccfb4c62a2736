import { readFileSync } from 'node:fs';
import { MEMBER_SEPARATOR, uniqueNames } from '../archive/member-names.ts';
import type { HttpOptions } from '../bytes/http.ts';
import { isHttpUrl } from '../bytes/url.ts';
import { ioError } from '../node/io-error.ts';
import { memberOf } from '../node/member-place.ts';
import type { ArchiveMember } from '../node/member-place.ts';
import { usage, wholeNumber } from './arguments.ts';

/** What the URLs of a command line are, and what they are read with. */
export interface UrlInputs {
  readonly http: HttpOptions;
  /** URLs in full, by the names that stand for them everywhere else: those have nothing that gives rights. */
  readonly full: ReadonlyMap<string, string>;
}

/** Arguments without what is said of URLs. */
export interface TakenUrls {
  /** With the names of URLs in the place of these. */
  readonly rest: readonly string[];
  readonly urls: UrlInputs;
}

/**
 * Takes `--header` and `--whole` out of the arguments of any verb, and of each URL what is not shown: its query
 * and its user. What is printed, written or in the name of a file from then on cannot have it.
 *
 * @throws FramedexError `USAGE`, `IO` for a file of headers that cannot be read. No value of a header, and no query,
 * is in the message.
 */
export async function takeUrls(args: readonly string[]): Promise<TakenUrls> {
  const { rest, headers, whole } = takeOptions(args);
  const named = await nameUrls(rest);
  const origins = new Set([...named.full.values()].map((url) => new URL(url).origin));
  if (headers.size > 0 && origins.size > 1) {
    throw usage('--header is for one server, and the URLs are of several: name them one by one');
  }
  const wholeBytes = whole === undefined ? undefined : wholeNumber(whole, '--whole', 1) * MEBIBYTE;
  const http = { headers: Object.fromEntries(headers), wholeBytes };
  return { rest: named.args, urls: { http, full: named.full } };
}

const MEBIBYTE = 2 ** 20;

/** The URL that a name stands for, with the member that the name has. */
export function fullUrl(input: string, urls: UrlInputs | undefined): string {
  const { archive = input, member } = urlMember(input) ?? {};
  const url = urls?.full.get(archive) ?? archive;
  return member === undefined ? url : `${url}${MEMBER_SEPARATOR}${member}`;
}

/** The member that an input names, of an archive at a URL or of the file system; undefined where it names none. */
export function memberOfInput(input: string): ArchiveMember | undefined {
  return isHttpUrl(input) ? urlMember(input) : memberOf(input);
}

function urlMember(input: string): ArchiveMember | undefined {
  const at = input.indexOf(MEMBER_SEPARATOR);
  if (at < 0) return undefined;
  return { archive: input.slice(0, at), member: input.slice(at + MEMBER_SEPARATOR.length) };
}

const OPTION = /^--(header|whole)(?:=([^]*))?$/;

interface TakenOptions {
  readonly rest: readonly string[];
  readonly headers: ReadonlyMap<string, string>;
  readonly whole: string | undefined;
}

function takeOptions(args: readonly string[]): TakenOptions {
  const rest: string[] = [];
  const headers = new Map<string, string>();
  let whole: string | undefined;
  for (let k = 0; k < args.length; k++) {
    const arg = args[k] ?? '';
    if (arg === '--') return { rest: [...rest, ...args.slice(k)], headers, whole };
    const [option, name, joined] = OPTION.exec(arg) ?? [];
    if (option === undefined) {
      rest.push(arg);
      continue;
    }
    const value = joined ?? args[++k];
    if (value === undefined) throw usage(`--${name ?? ''} has no value`);
    if (name === 'header') addHeaders(headers, value);
    else if (whole === undefined) whole = value;
    else throw usage('--whole is given twice');
  }
  return { rest, headers, whole };
}

/** `Name: value`, or `@FILE` of such lines. */
function addHeaders(headers: Map<string, string>, given: string): void {
  if (!given.startsWith('@')) {
    addHeader(headers, given);
    return;
  }
  const path = given.slice(1);
  if (path === '') throw usage('--header @ names no file');
  for (const line of textOf(path).split(/\r?\n/)) if (line.trim() !== '') addHeader(headers, line);
}

/** RFC 9110 5.1 and 5.5: a name is a token, and a value has no control characters. */
const HEADER = /^([!#$%&'*+.^_`|~\dA-Za-z-]+):[\t ]*([\t\x20-\x7e\x80-\xff]*)$/;

function addHeader(headers: Map<string, string>, line: string): void {
  const [, name, value] = HEADER.exec(line) ?? [];
  if (name === undefined || value === undefined) {
    throw usage("--header is 'Name: value', or @FILE with such lines");
  }
  const key = name.toLowerCase();
  if (headers.has(key)) throw usage(`--header gives ${key} twice`);
  headers.set(key, value.trim());
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw ioError(error, path, 'read the headers');
  }
}

/** Options whose value is an input, too, joined or not; and those whose value is a file of this system. */
const JOINED = /^(--[a-z-]+=|-o)?(https?:\/\/[^]*)$/i;
const OF_FILES = /^(?:-o|--output=?|--index=?)$/;
/** As a path it would be repeated in a message, with all that is in it. */
const OTHER = /^(?:--[a-z-]+=)?(?!https?:|file:)([a-z][a-z\d+.-]+):\/\//i;
const CUT = /^(?:--[a-z-]+=)?(https?:)\/?(?!\/)/i;

async function nameUrls(args: readonly string[]): Promise<{
  readonly args: readonly string[];
  readonly full: ReadonlyMap<string, string>;
}> {
  const names = new Map<string, string>();
  for (const arg of args) {
    const scheme = OTHER.exec(arg)?.[1];
    if (scheme !== undefined)
      throw usage(`${scheme}:// is not read here: https:// and http:// are`);
    const cut = CUT.exec(arg)?.[1];
    if (cut !== undefined) throw usage(`a URL begins with ${cut}//`);
  }
  if (!args.some((arg) => JOINED.test(arg))) return { args, full: names };
  // Most command lines name local files alone.
  const { shownUrl } = await import('../bytes/http.ts');
  const unique = uniqueNames();
  const named = args.map((arg, k) => {
    const [match, option = '', input = ''] = JOINED.exec(arg) ?? [];
    if (match === undefined) return arg;
    const isOfFile = OF_FILES.test(option === '' ? (args[k - 1] ?? '') : option);
    if (isOfFile) throw usage('-o and --index name files of this system: they take no URL');
    const { archive: url = input, member } = urlMember(input) ?? {};
    const name = names.get(url) ?? unique(shownUrl(url));
    names.set(url, name);
    return `${option}${member === undefined ? name : `${name}${MEMBER_SEPARATOR}${member}`}`;
  });
  return { args: named, full: new Map(Array.from(names, ([url, name]) => [name, url])) };
}
