import { Buffer } from 'node:buffer';

/** Cells that a picture takes on the screen. */
export interface Cells {
  readonly columns: number;
  readonly rows: number;
  /** Which of the two its place ends first. */
  readonly limit: 'columns' | 'rows';
}

/** Kitty takes no more of a picture at once. */
const CHUNK = 4096;

/**
 * A PNG file in kitty's graphics protocol: shown at once (`a=T`), nothing answered (`q=2`). It is told one
 * measure and knows its cells: so the picture keeps its shape, whatever theirs is.
 */
export function kittyGraphics(png: Uint8Array, { columns, rows, limit }: Cells): string {
  const data = base64(png);
  const size = limit === 'columns' ? `c=${columns}` : `r=${rows}`;
  let text = '';
  for (let at = 0; at < data.length; at += CHUNK) {
    const more = at + CHUNK < data.length ? 1 : 0;
    const control = at === 0 ? `a=T,f=100,q=2,${size},m=${more}` : `q=2,m=${more}`;
    text += `\x1b_G${control};${data.slice(at, at + CHUNK)}\x1b\\`;
  }
  return `${text}\n`;
}

/** A PNG file in iTerm2's protocol of inline images. */
export function itermImage(png: Uint8Array, { columns, rows }: Cells): string {
  const facts = `inline=1;size=${png.length};width=${columns};height=${rows};preserveAspectRatio=1`;
  return `\x1b]1337;File=${facts}:${base64(png)}\x07\n`;
}

function base64({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
