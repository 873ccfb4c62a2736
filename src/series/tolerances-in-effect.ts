import { FramedexError } from '../errors.ts';
import { DEFAULT_TOLERANCES } from './tolerances.ts';
import type { PlanTolerances, Tolerances } from './tolerances.ts';

/**
 * Those that are given, and the default of each that is not.
 *
 * @throws FramedexError `USAGE` for one that is no number of 0 or more: with it, gaps would be seen everywhere or nowhere.
 */
export function tolerancesInEffect(given: PlanTolerances = {}): Tolerances {
  const one = (name: keyof PlanTolerances): number => {
    const value = given[name] ?? DEFAULT_TOLERANCES[name];
    if (Number.isFinite(value) && value >= 0) return value;
    throw new FramedexError('USAGE', 'a tolerance that is none', {
      expected: `a number of 0 or more as ${name}`,
      found: String(value),
    });
  };
  return {
    spacing: one('spacing'),
    displacement: one('displacement'),
    rounding: one('rounding'),
    orientation: one('orientation'),
    pixelSpacing: one('pixelSpacing'),
    tilt: one('tilt'),
  };
}
