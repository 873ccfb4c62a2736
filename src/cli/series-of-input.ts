import { inSeriesOrder } from '../collection/contact-sheet.ts';
import type { Series } from '../collection/series.ts';
import type { Collection } from '../node/index.ts';
import type { FailureJson } from './failures.ts';
import { failSkipped } from './job.ts';
import type { Job } from './job.ts';

/** The series of a folder or an archive, by study and number. What could not be read is named on standard error. */
export async function seriesOf(
  job: Job,
  collection: Collection,
): Promise<{ readonly series: readonly Series[]; readonly failures: readonly FailureJson[] }> {
  const { name } = collection;
  const series = await collection.series({
    signal: job.io.signal,
    onProgress: (done, total) => job.progress(`${name}: ${done} of ${total} headers`),
  });
  const names = series.flatMap(({ instances }) => instances.map(({ name: own }) => own));
  const failures = await failSkipped(job, collection, names);
  return { series: inSeriesOrder(series), failures };
}

/** A series in messages: all that names it, or its first instance where nothing does. */
export function seriesName({ modality, description, uid, instances }: Series): string {
  const words = [modality, description, uid].filter((part) => part !== '');
  return words.length === 0 ? (instances[0]?.name ?? '') : words.join(' ');
}
