import type { Dataset } from '../../src/dicom/dataset.ts';
import type { Keyword, TagValues } from '../../src/dicom/tag-values.ts';
import { imagePlane } from '../../src/series/geometry.ts';
import type { PlannedSlice } from '../../src/series/plan.ts';
import type { PlannedInstance } from '../../src/series/slice.ts';
import { SYNTAX } from './build-dicom.ts';
import { openBuilt } from './open-built.ts';
import { sliceParts } from './slices.ts';

const { dataset } = (await openBuilt(sliceParts())).file;

/** Undefined is absent. */
export type MadeAttributes = {
  readonly [K in Keyword]?: TagValues<Dataset>[K] | undefined;
};

/** What is said of an image; what is left out is as in a regular axial series. */
export interface MadeSlice {
  readonly z?: number | undefined;
  readonly name?: string | undefined;
  readonly frame?: number | undefined;
  readonly instance?: Partial<PlannedInstance> | undefined;
  readonly attributes?: MadeAttributes | undefined;
}

let made = 0;

/** A slice without an object in DICOM behind it: thousands of them cost nothing. */
export function madeSlice(parts: MadeSlice = {}): PlannedSlice {
  const { z = 0, frame = 0, name = `IM${made}` } = parts;
  const values: MadeAttributes = {
    SOPInstanceUID: `2.25.${made++}`,
    Rows: 512,
    Columns: 512,
    BitsAllocated: 16,
    PixelRepresentation: 0,
    PhotometricInterpretation: 'MONOCHROME2',
    SamplesPerPixel: 1,
    PixelSpacing: [0.5, 0.5],
    ImagePositionPatient: [-100, -120, z],
    ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
    FrameOfReferenceUID: '2.25.1',
    ...parts.attributes,
  };
  const attributes = {
    get: <K extends Keyword>(keyword: K): TagValues<Dataset>[K] | undefined => values[keyword],
    has: (keyword: Keyword): boolean => values[keyword] !== undefined,
  };
  const instance: PlannedInstance = {
    name,
    dataset,
    size: 525_000,
    frameCount: 1,
    transferSyntax: SYNTAX.explicitLittle,
    decodable: true,
    warnings: [],
    ...parts.instance,
  };
  return {
    instance,
    frame,
    attributes,
    plane: imagePlane(attributes),
    instanceNumber: values.InstanceNumber,
  };
}

/** Slices from below upwards, so many millimetres apart. */
export function madeStack(
  count: number,
  attributes: MadeAttributes = {},
  spacing = 2.5,
): PlannedSlice[] {
  return Array.from({ length: count }, (_, k) => madeSlice({ z: k * spacing, attributes }));
}
