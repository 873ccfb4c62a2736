/** What a Content-Range says (RFC 9110 14.4), as far as it is one of bytes. */
export interface ContentRange {
  /** Undefined where the range is none that could be given: with a star. */
  readonly part: { readonly start: number; readonly end: number } | undefined;
  /** Bytes of the whole; undefined where the server does not know. */
  readonly size: number | undefined;
}

export function contentRange(text: string): ContentRange | undefined {
  const [, first, last, size] = /^\s*bytes\s+(?:(\d+)-(\d+)|\*)\/(\d+|\*)\s*$/i.exec(text) ?? [];
  if (size === undefined) return undefined;
  // `*`, or a number that no offset can be held against.
  const whole = Number.isSafeInteger(Number(size)) ? Number(size) : undefined;
  if (first === undefined || last === undefined) return { part: undefined, size: whole };
  const part = { start: Number(first), end: Number(last) + 1 };
  return part.end > part.start && part.end <= (whole ?? Infinity)
    ? { part, size: whole }
    : undefined;
}

/** Bytes of the body as it is sent, as far as that is said. */
export function contentLength(headers: Headers): number | undefined {
  const text = headers.get('content-length');
  return text !== null && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Whether the body is something else than the bytes of the file. */
export function isEncoded(headers: Headers): boolean {
  const encoding = headers.get('content-encoding') ?? '';
  return encoding !== '' && encoding.toLowerCase() !== 'identity';
}

/** In milliseconds since 1970. */
export function lastModified(headers: Headers): number | undefined {
  const time = Date.parse(headers.get('last-modified') ?? '');
  return Number.isNaN(time) ? undefined : time;
}
