import { FramedexError } from '../errors.ts';
import { DEFAULT_TOLERANCES } from './tolerances.ts';
import type { PlanTolerances, Tolerances } from './tolerances.ts';

/** From here on, a slice is as near to the place before its own. */
const WIDEST_SPACING = 0.49;
/** Degrees, beyond which planes are no more parallel than at a right angle. */
const WIDEST_ANGLE = 90;

/**
 * Those that are given, and the default of each that is not.
 *
 * @throws FramedexError `USAGE` for one that is no number of 0 or more, or too large: with it, gaps would be seen everywhere or nowhere.
 */
export function tolerancesInEffect(given: PlanTolerances = {}): Tolerances {
  if (!isObject(given)) {
    throw new FramedexError('USAGE', 'tolerances are wrong', { expected: 'an object' });
  }
  const one = (name: keyof PlanTolerances, most = Infinity): number => {
    // What is null is wrong, and not left out.
    const { [name]: value = DEFAULT_TOLERANCES[name] } = given;
    if (Number.isFinite(value) && value >= 0 && value <= most) return value;
    const range = most === Infinity ? 'a number of 0 or more' : `a number from 0 to ${most}`;
    throw new FramedexError('USAGE', 'a tolerance that is none', {
      expected: `${range} as ${name}`,
      found: String(value),
    });
  };
  return {
    spacing: one('spacing', WIDEST_SPACING),
    displacement: one('displacement'),
    rounding: one('rounding'),
    orientation: one('orientation', WIDEST_ANGLE),
    pixelSpacing: one('pixelSpacing'),
    tilt: one('tilt'),
  };
}

/** Callers without types may give anything. */
function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
