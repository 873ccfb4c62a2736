/**
 * The house, floor by floor: the one table that says who may import whom.
 *
 * A file may import from its own room and from rooms on lower floors, never from the same floor
 * or above: `display` and `series` are neighbours that do not see each other. Rooms are folders of
 * `src`, or single files beside them.
 */
export const FLOORS = {
  'errors.ts': 1,
  bytes: 2,
  inflate: 3,
  dicom: 4,
  codecs: 5,
  frames: 6,
  display: 7,
  series: 7,
  file: 8,
  collection: 9,
  archive: 10,
  'index.ts': 11,
  node: 12,
  server: 13,
  cli: 13,
};

/** Rooms that need Node. Every other room runs in browsers too. */
export const NODE_ROOMS = ['node', 'server', 'cli'];

/** What the package publishes. Only entry points import entry points, with one exception: */
export const ENTRY_POINTS = [
  'index.ts',
  'dicom/index.ts',
  'node/index.ts',
  'node/dicom.ts',
  'cli/main.ts',
];

/** the applications stand on the public surface of Node. */
export const APPLICATIONS = { rooms: ['cli', 'server'], mayImport: 'node/index.ts' };
