/** A temporary file that has no name any more: nobody else can open it, and it is gone with the process. */
export interface SpoolFile {
  /** Appends bytes. Throws `IO`. */
  write(bytes: Uint8Array): Promise<void>;
  /** Reads what was written. Throws `IO`, `CLOSED`. */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): void;
}

/** Where temporary files go, and how much of them there may be. */
export interface Spool {
  /** For `size` bytes; undefined where the limit leaves no room for them. Throws `IO`. */
  open(size: number): SpoolFile | undefined;
}
