import type { PartLabel, PlanIssue } from './plan.ts';
import type { PlannedInstance, Slice } from './slice.ts';
import type { SortedBy } from './sort.ts';
import type { Tolerances } from './tolerances.ts';

/** Slices of one kind, in their order. */
export interface Stack<T> {
  readonly slices: readonly Slice<T>[];
  readonly sortedBy: SortedBy;
  /** By what they differ from other stacks of the series; empty where it is the only one. */
  readonly labels: readonly PartLabel[];
}

/** A series, taken apart. */
export interface Stacks<T> {
  /** At least one, those with most slices first. */
  readonly stacks: readonly Stack<T>[];
  /** Why there are several: one issue for each attribute that told some of them apart. */
  readonly reasons: readonly PlanIssue[];
  /** Second copies of an instance, left out of the stacks. */
  readonly copies: readonly Slice<T>[];
}

/**
 * Takes the slices of a series apart into stacks.
 */
export function stacksOf<T extends PlannedInstance>(
  slices: readonly Slice<T>[],
  tolerances: Tolerances,
): Stacks<T> {
  throw new Error('to come');
}
