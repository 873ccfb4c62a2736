/** Samples that are made in some ten milliseconds. */
const SAMPLES_AT_A_TIME = 2 ** 20;

/** Lets timers and messages have their turn in long work, so that an abort arrives: awaited after `samples` were made. */
export function turns(signal: AbortSignal | undefined): (samples: number) => Promise<void> {
  let made = 0;
  return async (samples) => {
    made += samples;
    if (made < SAMPLES_AT_A_TIME) return;
    made = 0;
    await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
  };
}
