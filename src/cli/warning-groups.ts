import type { Warning } from '../node/index.ts';
import { faultWords } from './fault-words.ts';
import type { FaultWords } from './fault-words.ts';

/** Warnings of one code. */
export interface WarningGroup extends FaultWords {
  readonly code: Warning['code'];
  readonly count: number;
  /** Of the first one. */
  readonly offset: number;
  readonly message: string;
  readonly cases: readonly WarningCase[];
}

/** Warnings that are alike but for their place. */
export interface WarningCase {
  readonly message: string;
  readonly tag?: number | undefined;
  readonly offset: number;
  readonly count: number;
}

/** Warnings by their codes, in the order of their first ones. */
export function groupWarnings(warnings: readonly Warning[]): WarningGroup[] {
  return [...grouped(warnings, ({ code }) => code)].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { code, offset, message } = first;
    const cases = [...grouped(same, (one) => `${one.tag ?? ''} ${one.message}`)].flatMap((alike) =>
      alike.slice(0, 1).map((one) => ({
        ...{ message: one.message, tag: one.tag, offset: one.offset },
        count: alike.length,
      })),
    );
    return [{ code, count: same.length, offset, message, ...faultWords(code), cases }];
  });
}

function grouped(
  warnings: readonly Warning[],
  keyOf: (warning: Warning) => string,
): Iterable<readonly Warning[]> {
  const groups = new Map<string, Warning[]>();
  for (const warning of warnings) {
    const key = keyOf(warning);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [warning]);
    else group.push(warning);
  }
  return groups.values();
}
