export declare const FLOORS: Readonly<Record<string, number>>;
export declare const NODE_ROOMS: readonly string[];
export declare const ENTRY_POINTS: readonly string[];
export declare const APPLICATIONS: {
  readonly rooms: readonly string[];
  readonly mayImport: string;
};
