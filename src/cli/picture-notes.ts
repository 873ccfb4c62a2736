import type { ImageFacts } from '../display/image.ts';
import { warningText } from './failures.ts';
import type { Job } from './job.ts';

/**
 * What a viewer of the picture has to know, each once. That colours are as they are, `--json` says: many are.
 *
 * @param unverified - What is said where the checksum of its archive was not compared.
 */
export async function notePicture(
  job: Pick<Job, 'note'>,
  name: string,
  facts: ImageFacts,
  unverified?: string,
): Promise<void> {
  if (facts.partial === true) {
    await job.note(`${name}: the frame is broken: what could not be decoded is black`);
  }
  const warnings = facts.warnings.filter(({ code }) => code !== 'ICC_PROFILE');
  const texts = new Set(warnings.map((warning) => `note: ${warningText(name, warning)}`));
  for (const text of texts) await job.note(text);
  if (facts.unverified === true && unverified !== undefined) await job.note(unverified);
}
