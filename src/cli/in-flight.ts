/** Work that goes on while more of it is made ready: so many at a time, no more. */
export interface InFlight {
  /** Begins it, when there is room. Rejects with what one begun before failed with. */
  add(action: () => Promise<void>): Promise<void>;
  /** Waits for all that was begun, whatever became of it: nothing goes on afterwards. */
  settled(): Promise<void>;
  /**
   * Waits for all, too.
   *
   * @throws what the first of them failed with.
   */
  end(): Promise<void>;
}

export function createInFlight(most: number): InFlight {
  const begun = new Set<Promise<void>>();
  const faults: unknown[] = [];
  const settled = async (): Promise<void> => {
    await Promise.all(begun);
  };
  const throwFirst = (): void => {
    if (faults.length > 0) throw faults[0];
  };
  return {
    async add(action) {
      while (begun.size >= most) await Promise.race(begun);
      throwFirst();
      const run: Promise<void> = action()
        .catch((error: unknown) => void faults.push(error))
        .finally(() => begun.delete(run));
      begun.add(run);
    },
    settled,
    async end() {
      await settled();
      throwFirst();
    },
  };
}
