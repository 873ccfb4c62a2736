export declare function browserTests(): {
  readonly portable: readonly string[];
  readonly left: readonly { readonly file: string; readonly why: string }[];
};
