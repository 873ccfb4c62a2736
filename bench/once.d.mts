/** What was taken: how many values, how many bytes, and their CRC-32. */
export interface Taken {
  readonly checksum: string;
  readonly items: number;
  readonly byteLength: number;
}

export declare function listSuites(): {
  readonly name: string;
  readonly contenders: readonly string[];
}[];

export declare function workOnce(
  suite: string,
  contender: string,
  root: string,
  framedex?: object,
): Promise<{ readonly manifest: string; readonly expected: Taken; readonly result: Taken }>;
