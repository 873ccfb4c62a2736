export interface BundleSize {
  /** What is loaded at once, in bytes of gzip. */
  readonly first: number;
  /** And what is behind `import()`. */
  readonly all: number;
}

export declare function bundleSizes(
  folder: string,
): Promise<
  Readonly<
    Record<
      | 'framedex/dicom'
      | 'framedex/dicom, readHeader alone'
      | 'framedex/dicom, without its tables'
      | 'framedex',
      BundleSize
    >
  >
>;
