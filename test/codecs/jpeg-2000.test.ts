import { describe, expect, it } from 'vitest';
import { htj2kCodec } from '../../src/codecs/htj2k.ts';
import { jpeg2000Codec } from '../../src/codecs/jpeg-2000.ts';
import {
  codeStreamFixtures,
  codeStreamOf,
  differenceFrom,
} from '../support/code-stream-fixtures.ts';
import { decoderOf } from '../support/codec-platform.ts';

const FIXTURES = codeStreamFixtures().filter(({ name }) => /^(jpeg-2000|htj2k)-/.test(name));

describe('JPEG 2000 and HTJ2K of independent encoders', () => {
  it.each(FIXTURES.map((fixture) => [fixture.name, fixture] as const))(
    'H34 F09: %s',
    async (name, fixture) => {
      const decoder = await decoderOf(name.startsWith('htj2k') ? htj2kCodec : jpeg2000Codec);
      const decoded = await decoder.decode(codeStreamOf(fixture), fixture.pixel, {});
      expect(differenceFrom(fixture, decoded)).toBeUndefined();
    },
  );
});
