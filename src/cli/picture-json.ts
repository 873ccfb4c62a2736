import type { ImageFacts } from '../display/image.ts';
import type { AppliedVoiLut, AppliedWindow } from '../display/voi.ts';
import type { ErrorCode } from '../node/index.ts';

/** A fault that was tolerated, for programs. */
interface WarningJson {
  readonly code: ErrorCode;
  readonly message: string;
  readonly tag?: number | undefined;
}

/** How a picture came about: what it shows, and by what its greys were made. */
export interface AppliedJson {
  readonly shows?: { readonly name: string; readonly frame: number } | undefined;
  readonly window?: AppliedWindow | undefined;
  readonly voiLut?: AppliedVoiLut | undefined;
  readonly partial?: boolean | undefined;
  readonly unverified?: true | undefined;
  /** Resolution levels that were left out. */
  readonly reduced?: number | undefined;
  readonly warnings: readonly WarningJson[];
}

/** One written picture, as `--json` has it. */
export interface PictureJson extends AppliedJson {
  readonly input: string;
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly study: string;
  readonly series: string;
  readonly number: number | null;
  readonly modality: string;
  readonly description: string;
}

export function appliedJson(facts: ImageFacts): AppliedJson {
  const { shows, window, voiLut, partial, unverified, reduced, warnings } = facts;
  return {
    shows,
    window,
    voiLut,
    partial,
    unverified,
    reduced,
    warnings: warnings.map(({ code, message, tag }) => ({ code, message, tag })),
  };
}
