/**
 * 64 bits that tell whether numbers are still the same: two multiplicative hashes side by side, each
 * step of which can be undone, so that no single change is lost. Against accidents, not attackers:
 * whoever writes an index can write its hash too.
 */
export class Fingerprint {
  #first = 0x243f6a88;
  #second = 0x13198a2e;

  /** Takes in a number, its lower 32 bits. */
  add(value: number): void {
    this.#first = Math.imul(this.#first ^ value, 0x9e3779b1);
    this.#first ^= this.#first >>> 15;
    this.#second = Math.imul(this.#second ^ value, 0x85ebca77);
    this.#second ^= this.#second >>> 13;
  }

  addText(text: string): void {
    for (let k = 0; k < text.length; k++) this.add(text.charCodeAt(k));
    this.add(text.length);
  }

  addNumbers(values: ArrayLike<number>): void {
    for (let k = 0; k < values.length; k++) this.add(values[k] ?? 0);
    this.add(values.length);
  }

  /** 16 hexadecimal digits. */
  digest(): string {
    return `${hexadecimal(this.#first)}${hexadecimal(this.#second)}`;
  }
}

/** The fingerprint of bytes. */
export function fingerprintOf(bytes: Uint8Array): string {
  const fingerprint = new Fingerprint();
  fingerprint.addNumbers(bytes);
  return fingerprint.digest();
}

function hexadecimal(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
