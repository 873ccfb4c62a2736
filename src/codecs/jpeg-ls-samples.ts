import type { CodedPicture } from './coded-picture.ts';

/** Planes of samples, one after the other, become samples side by side. */
export function interleavePlanes<T extends Uint8Array | Uint16Array>(
  planes: T,
  components: number,
): T {
  if (components === 1) return planes;
  const out = planes.slice() as T;
  const pixels = planes.length / components;
  for (let plane = 0; plane < components; plane++) {
    let from = plane * pixels;
    for (let to = plane; to < planes.length; to += components) out[to] = planes[from++] ?? 0;
  }
  return out;
}

/**
 * Lines that a decoder wrote before it failed are right, but for the last one, in which it may have
 * taken the end for data: that becomes 0. Where it wrote zeros, there is nothing to find and nothing
 * to take back.
 */
export function withoutLastLine(
  samples: Uint8Array | Uint16Array,
  { columns, components }: CodedPicture,
  planar: boolean,
): void {
  const line = planar ? columns : columns * components;
  let last = samples.length - 1;
  while (last >= 0 && samples[last] === 0) last--;
  if (last >= 0) samples.fill(0, last - (last % line), last - (last % line) + line);
}
