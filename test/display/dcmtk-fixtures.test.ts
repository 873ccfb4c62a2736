import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { pictureObjects } from '../../fixtures/make/picture-objects.mjs';
import type { PictureObject } from '../../fixtures/make/picture-objects.mjs';
import { render } from '../../src/display/render.ts';
import { createContext, open } from '../../src/node/index.ts';
import { difference, readPnm } from '../support/pnm.ts';

/** Pictures by DCMTK and by the formulas of the standard (fixtures/README.md). */
const FOLDER = new URL('../../fixtures/pictures/', import.meta.url);

interface Fixture {
  readonly name: string;
  readonly ids: readonly string[];
  /** SHA-256 of the object that was drawn. */
  readonly object: string;
  readonly pictures: readonly {
    readonly file: string;
    readonly bitDepth: 8 | 16;
    readonly by: string;
    /** How far its samples may be from those that are right. */
    readonly difference: number;
  }[];
}

const index = JSON.parse(readFileSync(new URL('index.json', FOLDER), 'utf8')) as readonly Fixture[];
const objects = new Map(pictureObjects().map((object) => [object.name, object]));
const context = createContext();
afterAll(() => context.close());

function objectOf(name: string): PictureObject {
  const object = objects.get(name);
  if (object === undefined) throw new Error(`nothing makes ${name}`);
  return object;
}

describe('pictures of made objects are those of DCMTK, or of the formulas of the standard', () => {
  it('of every object that is made', () => {
    expect(index.map(({ name }) => name)).toEqual([...objects.keys()]);
  });

  for (const fixture of index) {
    it(`${fixture.ids.join(' ')} ${fixture.name}`, async () => {
      const { bytes, frame: number, render: options } = objectOf(fixture.name);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(fixture.object);
      await using file = await open(bytes, { context });
      const frame = await file.frame(number, { overlays: options.overlays !== undefined });
      for (const { file: name, bitDepth, by, difference: most } of fixture.pictures) {
        const theirs = readPnm(readFileSync(new URL(name, FOLDER)));
        const ours =
          bitDepth === 16 ? render(frame, { ...options, bitDepth }) : render(frame, options);
        expect([ours.width, ours.height], by).toEqual([theirs.width, theirs.height]);
        expect(ours.bitDepth).toBe(bitDepth);
        expect(difference(ours, theirs).worst, `${name} by ${by}`).toBeLessThanOrEqual(most);
      }
    });
  }
});
