import type { Instance } from '../collection/instance.ts';
import type { PlannedImage } from '../node/index.ts';
import { planSeries } from '../series/plan-series.ts';
import type { Planned } from '../series/plan.ts';
import { slicesOf } from '../series/slice.ts';
import { withoutDuplicates } from '../series/without-duplicates.ts';
import type { ChosenSeries } from './chosen-series.ts';
import type { GridChoice } from './grid-options.ts';

/** The slices that volumes and planes are made of, and their plan: with `--duplicates`, one of those at each place. */
export function takenSlices(
  { series, plan }: ChosenSeries,
  { duplicates }: Pick<GridChoice, 'duplicates'>,
): Planned<Instance> {
  const whole = planSeries(series.instances.flatMap(slicesOf));
  // By its slices: the series knows what it lacks, by which parts may come in another order.
  const { slices } =
    [whole, ...whole.parts].find((one) => areSame(one.plan.slices, plan.slices)) ?? whole;
  return withoutDuplicates({ plan, slices, parts: [] }, { duplicates });
}

/** The series with the plan of those slices. */
export function takenSeries(
  chosen: ChosenSeries,
  grid: Pick<GridChoice, 'duplicates'>,
): ChosenSeries {
  if (grid.duplicates === undefined) return chosen;
  return { ...chosen, plan: takenSlices(chosen, grid).plan };
}

function areSame(some: readonly PlannedImage[], others: readonly PlannedImage[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ name, frame }, k) => name === others[k]?.name && frame === others[k].frame)
  );
}
