import type { ImageFacts } from '../display/image.ts';
import { warningText } from './failures.ts';
import type { Job } from './job.ts';

/** What a viewer of the picture has to know. That colours are as they are, `--json` says: many are. */
export async function notePicture(job: Job, name: string, facts: ImageFacts): Promise<void> {
  if (facts.partial === true) {
    await job.note(`${name}: the frame is broken: what could not be decoded is black`);
  }
  for (const warning of facts.warnings ?? []) {
    if (warning.code !== 'ICC_PROFILE') await job.note(`note: ${warningText(name, warning)}`);
  }
}
