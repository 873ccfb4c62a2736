/**
 * What every contender has to find in a header; lines are compared as text.
 * @param {unknown} sopInstanceUID @param {unknown} instanceNumber @param {unknown} rows
 * @param {unknown} columns @param {readonly unknown[]} position Image Position (Patient)
 */
export function headerLine(sopInstanceUID, instanceNumber, rows, columns, position) {
  const numbers = [instanceNumber, rows, columns, ...position].map(Number);
  return `${sopInstanceUID} ${numbers.join(' ')}`;
}

/**
 * In whatever order the headers came.
 * @param {readonly string[]} lines
 */
export function headerLines(lines) {
  return lines.toSorted().join('\n');
}

/**
 * What opening a multi-frame object has to tell.
 * @param {unknown} sopInstanceUID @param {unknown} frames @param {unknown} rows
 * @param {unknown} columns
 */
export function objectLine(sopInstanceUID, frames, rows, columns) {
  return `${sopInstanceUID} ${[frames, rows, columns].map(Number).join(' ')}`;
}
