import { existsSync } from 'node:fs';
import process from 'node:process';
import type { LaunchOptions } from 'playwright-core';

/** Where packages put Chromium. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * A browser that runs in a container and talks to nobody but the loopback device. Nothing of it is slowed
 * down because no window shows it.
 */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * How playwright launches the Chromium of this machine: the one that FRAMEDEX_CHROMIUM names, else one of
 * the usual places. Undefined, and a line that says so, where there is none.
 *
 * @example
 * const launch = chromiumLaunch('codecs in a browser');
 * describe.skipIf(launch === undefined)('...', ...);
 */
export function chromiumLaunch(purpose: string): LaunchOptions | undefined {
  const named = process.env['FRAMEDEX_CHROMIUM'];
  const executablePath = (named === undefined ? PLACES : [named]).find((path) => existsSync(path));
  if (executablePath === undefined) {
    console.warn(`SKIPPED: ${purpose}. Install Chromium, or set FRAMEDEX_CHROMIUM to its path.`);
    return undefined;
  }
  return { executablePath, args: ARGUMENTS };
}
