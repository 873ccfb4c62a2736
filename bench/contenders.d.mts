import type { WorkloadData } from './once.mjs';

/** One work: `take` gets every result as soon as it is there. */
export type Work = (data: WorkloadData, take: (value: ArrayBufferView | string) => void) => unknown;

export declare function loadContender(name: string): Promise<Readonly<Record<string, Work>>>;
export declare function isAvailable(name: string): Promise<boolean>;
