/**
 * Takes the frames asked for, one after the other, and says what the first and the others took.
 * @param {readonly number[]} asked
 * @param {(frame: number) => ArrayBufferView | Promise<ArrayBufferView>} read
 * @param {(value: ArrayBufferView) => void} take
 */
export async function takeAsked(asked, read, take) {
  const milliseconds = [];
  for (const frame of asked) {
    const start = performance.now();
    const samples = await read(frame);
    milliseconds.push(performance.now() - start);
    take(samples);
  }
  const [first, ...others] = milliseconds;
  others.sort((a, b) => a - b);
  return {
    'first ms': first,
    'median ms': others[others.length >> 1],
    'worst ms': others.at(-1),
  };
}
