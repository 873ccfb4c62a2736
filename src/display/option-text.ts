/** Callers that were not compiled may give anything in place of options. */
export function isObject(given: unknown): boolean {
  return typeof given === 'object' && given !== null;
}

/** What they gave, for a message: texts are told from numbers. */
export function optionText(given: unknown): string {
  return typeof given === 'string' ? JSON.stringify(given) : String(given);
}
