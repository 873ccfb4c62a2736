/**
 * A contender's works by the names of the suites: functions of the data and of `take`, which gets
 * every result as soon as it is there.
 * @param {string} name
 */
export async function loadContender(name) {
  const { load } = await import(`./peers/${name}.mjs`);
  return load();
}

/**
 * What a contender does outside of the works: functions of the data by the names of the suites, under
 * `before` what must be there when the work begins, under `held` what opens an object and gives it.
 * @param {string} name
 */
export async function loadAside(name) {
  const { loadAside: load } = await import(`./peers/${name}.mjs`);
  return (await load?.()) ?? {};
}

/**
 * What starts the process of a contender, where that is more than Node alone.
 * @param {string} name
 */
export async function launcherOf(name) {
  return (await import(`./peers/${name}.mjs`)).launcher ?? [];
}

/**
 * Whether the program behind a contender is installed; packages always are.
 * @param {string} name
 */
export async function isAvailable(name) {
  const { isAvailable: asked } = await import(`./peers/${name}.mjs`);
  return asked?.() ?? true;
}
