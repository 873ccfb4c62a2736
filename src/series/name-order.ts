let collator: Intl.Collator | undefined;

/** Natural order of names: `IM2` before `IM10`. Names that read alike keep one order too. */
export function compareNames(a: string, b: string): number {
  // Made when it is needed: its tables cost a process some megabytes.
  collator ??= new Intl.Collator('en', { numeric: true });
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
