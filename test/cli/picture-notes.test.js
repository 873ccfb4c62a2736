import { describe, expect, it } from 'vitest';
import { unverifiedText } from '../../src/cli/job.js';
import { appliedJson } from '../../src/cli/picture-json.js';
import { notePicture } from '../../src/cli/picture-notes.js';
const FACTS = { width: 1, height: 1, channels: 1, warnings: [] };
/** What is said of a picture. */
async function notesOf(facts, unverified) {
  const notes = [];
  const job = { note: (text) => Promise.resolve(void notes.push(text)) };
  await notePicture(job, 'IM1', { ...FACTS, ...facts }, unverified);
  return notes;
}
const STREAM = { code: 'CODE_STREAM', message: 'samples are signed', offset: 9 };
describe('what is said of a picture', () => {
  it('is nothing where there is nothing to know', async () => {
    expect(await notesOf({}, 'unverified')).toEqual([]);
  });
  it('is each fault once, and no colour profile', async () => {
    const profile = { code: 'ICC_PROFILE', message: 'left out', offset: 0 };
    const other = { ...STREAM, code: 'LOOK_UP_TABLE' };
    expect(await notesOf({ warnings: [STREAM, profile, STREAM, other] })).toEqual([
      'note: CODE_STREAM: IM1: samples are signed at byte 9',
      'note: LOOK_UP_TABLE: IM1: samples are signed at byte 9',
    ]);
  });
  it('is that no checksum was compared, and what is broken', async () => {
    const facts = { unverified: true, partial: true };
    expect(await notesOf(facts, 'unverified')).toEqual([
      'IM1: the frame is broken: what could not be decoded is black',
      'unverified',
    ]);
    expect(await notesOf(facts)).toHaveLength(1);
  });
  it('has a number', () => {
    expect(unverifiedText('IM1')).toContain('IM1 was given');
    expect(unverifiedText('CT 1 and 3 more series', 4)).toContain('series were given');
  });
  it('is in --json too, with the resolution levels that were left out', () => {
    expect(appliedJson({ ...FACTS, reduced: 2, warnings: [STREAM] })).toMatchObject({
      reduced: 2,
      warnings: [{ code: 'CODE_STREAM', message: 'samples are signed' }],
    });
    expect(appliedJson(FACTS).reduced).toBeUndefined();
  });
});
