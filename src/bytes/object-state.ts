/** What tells one state of an object from another, as far as it is known. */
export interface ObjectState {
  readonly size?: number | undefined;
  readonly etag?: string | undefined;
  /** When it was last changed, in milliseconds since 1970. */
  readonly modified?: number | undefined;
}

/** What two states of an object differ in. */
export interface StateDifference {
  readonly expected: string;
  readonly found: string;
}

/**
 * Says in what an object is not the one that was opened. Strong tags that are the same settle it; a weak one does not
 * stand for the same bytes (RFC 9110 8.8.1), and parts are not joined by it (15.3.7.3): as where a tag is missing,
 * the times of change have to agree.
 */
export function stateDifference(
  opened: ObjectState,
  now: ObjectState,
): StateDifference | undefined {
  if (opened.size !== undefined && now.size !== undefined && opened.size !== now.size)
    return { expected: `${opened.size} bytes in all`, found: `${now.size}` };
  if (opened.etag !== undefined && now.etag !== undefined) {
    if (!isSameTag(opened.etag, now.etag))
      return { expected: `the entity tag ${opened.etag}`, found: now.etag };
    if (isStrong(opened.etag) && isStrong(now.etag)) return undefined;
  }
  const { modified } = opened;
  if (modified === undefined || now.modified === undefined || modified === now.modified)
    return undefined;
  return { expected: `a change at ${modified} ms since 1970`, found: `${now.modified}` };
}

/** A strong tag and the same one as a weak one, as proxies make it, are of one object (RFC 9110 8.8.3.2). */
export function isSameTag(one: string, other: string): boolean {
  return one.replace(/^W\//, '') === other.replace(/^W\//, '');
}

/** Whether a tag stands for the same bytes (RFC 9110 8.8.3). */
export function isStrong(etag: string): boolean {
  return !etag.startsWith('W/');
}
