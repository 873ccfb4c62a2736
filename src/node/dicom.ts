/** The entry point `framedex/dicom` in Node: joined with the library's, so that a process has both once. */
export * from '../dicom/index.ts';
