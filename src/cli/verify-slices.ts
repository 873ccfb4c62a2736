import type { ChosenSeries } from './chosen-series.ts';
import type { OpenedInput } from './inputs.ts';
import { verifyFile } from './job.ts';
import type { Job } from './job.ts';

/**
 * Holds the files of a series, or of a part of it, against the checksums that an archive has of them.
 *
 * @throws FramedexError `ZIP_CRC` and what else is wrong with the bytes.
 */
export async function verifySlices(
  job: Job,
  opened: OpenedInput,
  { series, plan }: ChosenSeries,
): Promise<void> {
  if (opened.kind === 'file') {
    await verifyFile(job, opened.file);
    return;
  }
  const names = new Set(plan.slices.map(({ name }) => name));
  const instances = series.instances.filter(({ name }) => names.has(name));
  let without = 0;
  for (const [k, instance] of instances.entries()) {
    job.progress(`${k} of ${instances.length} files held against their checksums`);
    const file = await instance.open();
    try {
      if (!(await file.verify({ signal: job.io.signal }))) without++;
    } finally {
      await file.close();
    }
  }
  if (without > 0) {
    await job.note(`note: ${without} of ${instances.length} files have no checksum to compare`);
  }
}
