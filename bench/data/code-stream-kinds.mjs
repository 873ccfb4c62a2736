/** The kinds of code streams that are decoded; RLE has a suite of its own. */
export const CODE_STREAM_KINDS = [
  ...['jpeg', 'jpeg-12', 'jpeg-lossless', 'jpeg-ls'],
  ...['jpeg-2000', 'htj2k', 'jpeg-xl'],
];
