/** What was taken: how many values, how many bytes, and their CRC-32. */
export interface Taken {
  readonly checksum: string;
  readonly items: number;
  readonly byteLength: number;
}

/** What the manifests of the work loads have in common is little. */
export interface WorkloadData {
  readonly files?: readonly string[];
  readonly file?: string;
  readonly folder?: string;
  readonly groupsLength?: number;
  readonly headerLength?: number;
  readonly zip?: string;
  readonly asked?: readonly number[];
}

export declare function listSuites(): {
  readonly name: string;
  readonly workloads: readonly string[];
  readonly contenders: readonly string[];
}[];

export declare function workOnce(
  what: { readonly suite: string; readonly workload?: string; readonly contender: string },
  root: string,
  framedex?: object,
): Promise<{
  readonly manifest: string;
  readonly data: WorkloadData;
  readonly expected: Taken;
  readonly result: Taken;
  /** What framedex states of itself. */
  readonly bytesRead: number | undefined;
  /** What it says beside: milliseconds, bytes. */
  readonly details: Readonly<Record<string, number>> | undefined;
  /** How framedex states that it inflated. */
  readonly rungs: Readonly<Record<string, number>> | undefined;
}>;
