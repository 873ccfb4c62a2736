import { APPLICATIONS, ENTRY_POINTS, FLOORS, NODE_ROOMS } from './floors.mjs';

/**
 * The floors as rules for dependency-cruiser.
 *
 * @param {string} folder name of the source folder, 'src'
 */
export function layers(folder) {
  const inside = (room) => `^${folder}/${escape(room)}${room.endsWith('.ts') ? '$' : '/'}`;
  const entryPoints = ENTRY_POINTS.map(inside);
  return {
    forbidden: [
      { name: 'cycle', severity: 'error', from: {}, to: { circular: true } },
      ...Object.keys(FLOORS).map((room) => ({
        name: 'climbs',
        severity: 'error',
        from: { path: inside(room) },
        to: { path: roomsNotBelow(room).map(inside) },
      })),
      {
        name: 'node',
        severity: 'error',
        from: { pathNot: NODE_ROOMS.map(inside) },
        to: { dependencyTypes: ['core'] },
      },
      {
        name: 'entry',
        severity: 'error',
        from: { pathNot: [...entryPoints, ...APPLICATIONS.rooms.map(inside)] },
        to: { path: entryPoints },
      },
      {
        name: 'entry',
        severity: 'error',
        from: { path: APPLICATIONS.rooms.map(inside), pathNot: entryPoints },
        to: { path: entryPoints, pathNot: inside(APPLICATIONS.mayImport) },
      },
      {
        name: 'undeclared',
        severity: 'error',
        from: {},
        to: {
          dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'],
          dependencyTypesNot: ['npm', 'npm-peer', 'npm-optional'],
        },
      },
    ],
    options: {
      // Type imports hold files together as firmly as values do.
      tsPreCompilationDeps: true,
      combinedDependencies: true,
      doNotFollow: { path: 'node_modules' },
      // Packages have entry points below their names.
      enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require'] },
    },
  };
}

function roomsNotBelow(room) {
  return Object.keys(FLOORS).filter((other) => other !== room && FLOORS[other] >= FLOORS[room]);
}

function escape(text) {
  return text.replaceAll('.', '\\.');
}
