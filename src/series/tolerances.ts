/**
 * How much geometry may differ and still be taken for the same. What a scanner writes is rounded; what
 * differs by more is another place, and is said.
 */
export interface PlanTolerances {
  /**
   * Of distances between slices, as a part of the usual one: 0.01 by default, 0.49 at the most. Slices that are closer than
   * this part of it are at one place.
   */
  readonly spacing?: number | undefined;
  /**
   * How far a slice may lie beside the line of the others, in its own plane, as a part of the distance between slices: 0.01 by
   * default, and never less than {@link PlanTolerances.rounding}.
   */
  readonly displacement?: number | undefined;
  /**
   * Millimetres by which a position in the plane may be rounded: 0.1 by default, and never more than half a pixel; than one, where
   * positions are written in whole units that are as large.
   */
  readonly rounding?: number | undefined;
  /** Degrees between planes that are parallel: 0.1 by default, 90 at the most. */
  readonly orientation?: number | undefined;
  /** Of Pixel Spacing, as a part of it: 0.0001 by default. */
  readonly pixelSpacing?: number | undefined;
  /** Degrees of shear from which on slices are said to be tilted: 0.1 by default. */
  readonly tilt?: number | undefined;
}

/** All of them, as they are in effect. */
export type Tolerances = { readonly [K in keyof PlanTolerances]-?: number };

/** The tolerances of a plan where nothing else is said. */
export const DEFAULT_TOLERANCES: Tolerances = {
  spacing: 0.01,
  displacement: 0.01,
  rounding: 0.1,
  orientation: 0.1,
  pixelSpacing: 1e-4,
  tilt: 0.1,
};

/** How a plan is made. */
export interface PlanOptions {
  readonly tolerances?: PlanTolerances | undefined;
}
