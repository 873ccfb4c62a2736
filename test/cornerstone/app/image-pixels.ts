/** Images as Cornerstone3D takes them: of modality values, or of colours. */
import { Enums, utilities } from '@cornerstonejs/core';
import type { Types } from '@cornerstonejs/core';
import { modalityValues, render } from 'framedex';
import type { Frame } from 'framedex';
import type { Header } from './image-metadata.ts';

/** What Cornerstone asks of a loader, so far as it is met here. */
export interface PixelOptions {
  /** Modality values (HU), unless `enabled` is false. */
  readonly preScale?: {
    readonly enabled?: boolean;
    readonly scalingParameters?: { readonly suvbw?: number };
  };
  /** The samples that its volume is made of. */
  readonly targetBuffer?: { readonly type?: string };
  readonly useRGBA?: boolean;
}

type Values = Exclude<Frame['data'], BigInt64Array | BigUint64Array>;

/** The samples that Cornerstone makes textures of, by preference: those of CT come first. */
const TYPES = [Int16Array, Uint16Array, Float32Array, Uint8Array] as const;
const { LINEAR, SAMPLED_SIGMOID: SIGMOID, LINEAR_EXACT } = Enums.VOILUTFunctionType;
const VOI_FUNCTIONS = { LINEAR, SIGMOID, LINEAR_EXACT };

interface ImagePixels {
  readonly data: Values;
  readonly components: 1 | 3 | 4;
  readonly isPreScaled: boolean;
}

/**
 * A frame as Cornerstone's image.
 *
 * @throws Error where the samples that are asked for do not hold the values: a wrong value would be shown.
 */
export function imageOf(
  imageId: string,
  frame: Frame,
  header: Header | undefined,
  asked: PixelOptions,
): Types.IImage {
  const { rows: height, columns: width, display } = frame;
  const { data, components, isPreScaled } = pixelsOf(frame, asked);
  const [minPixelValue, maxPixelValue] = rangeOf(data);
  const color = components > 1;
  const [window] = color ? [{ center: 128, width: 256 }] : display.windows;
  const [rowPixelSpacing = 1, columnPixelSpacing = 1] =
    header?.attributes.get('PixelSpacing') ?? [];
  const { slope, intercept } = display.rescale;
  const scalingParameters = { rescaleSlope: slope, rescaleIntercept: intercept };
  const image = {
    ...{
      imageId,
      rows: height,
      columns: width,
      height,
      width,
      rowPixelSpacing,
      columnPixelSpacing,
    },
    ...{ color, rgba: components === 4, numberOfComponents: components },
    ...{ slope, intercept, isPreScaled, minPixelValue, maxPixelValue },
    preScale: { enabled: isPreScaled, scaled: isPreScaled, scalingParameters },
    photometricInterpretation: color ? 'RGB' : frame.photometricInterpretation,
    invert: display.inverse || frame.photometricInterpretation === 'MONOCHROME1',
    windowCenter: window?.center ?? (minPixelValue + maxPixelValue + 1) / 2,
    windowWidth: window?.width ?? maxPixelValue - minPixelValue + 1,
    voiLUTFunction: VOI_FUNCTIONS[display.voiFunction],
    dataType: data.constructor.name as Types.IImage['dataType'],
    getPixelData: () => data,
    sizeInBytes: data.byteLength,
    voxelManager: utilities.VoxelManager.createImageVoxelManager({
      ...{ width, height, numberOfComponents: components, scalarData: data },
    }),
  } satisfies Omit<Types.IImage, 'getCanvas'>;
  // Where there is a canvas, it may be shown instead of the pixels.
  return image as typeof image & Types.IImage;
}

/** Modality values in the type that is asked for, else in one that holds them; stored values where these are asked for. */
function pixelsOf(frame: Frame, asked: PixelOptions): ImagePixels {
  if (frame.samplesPerPixel > 1 || frame.photometricInterpretation === 'PALETTE COLOR') {
    const components = asked.useRGBA === true ? 4 : 3;
    return { data: coloursOf(frame, components), components, isPreScaled: false };
  }
  const { rescale, modalityLut } = frame.display;
  const { scalingParameters: { suvbw = 1 } = {}, enabled: isPreScaled = true } =
    asked.preScale ?? {};
  const isSame =
    rescale.slope * suvbw === 1 && rescale.intercept === 0 && modalityLut === undefined;
  const isStored = isSame || !isPreScaled;
  const values = isStored ? storedValues(frame) : modalityValues(frame);
  if (!isStored && suvbw !== 1) values.forEach((value, k) => (values[k] = value * suvbw));
  const { type } = asked.targetBuffer ?? {};
  const data = isStored && type === undefined ? values : fitted(values, type);
  return { data, components: 1, isPreScaled };
}

function rangeOf(values: Values): readonly [least: number, most: number] {
  let least = Infinity;
  let most = -Infinity;
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}

function storedValues({ data }: Frame): Values {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    throw new Error('Cornerstone has no 64-bit integers');
  }
  return data;
}

function fitted(values: Values, type: string | undefined): Values {
  for (const Type of TYPES) {
    if (type !== undefined && Type.name !== type) continue;
    if (values instanceof Type) return values;
    const data = new Type(values);
    // 32-bit floats round fractions, as they do everywhere in Cornerstone; whole numbers must stay what they are.
    const isRounding = Type === Float32Array;
    const isKept = (value: number): boolean => isRounding && !Number.isInteger(value);
    if (values.every((value, k) => value === data[k] || isKept(value))) return data;
  }
  throw new Error(`values that do not fit in the ${type ?? 'samples'} of Cornerstone`);
}

function coloursOf(frame: Frame, components: 3 | 4): Uint8Array {
  // The viewport knows the shape of pixels: they are not to be stretched here.
  const picture = render({ ...frame, display: { ...frame.display, pixelAspect: 1 } });
  const from = picture.data;
  const colours = new Uint8Array(frame.rows * frame.columns * components).fill(255);
  for (let at = 0, to = 0; to < colours.length; at += picture.channels, to += components) {
    for (let k = 0; k < 3; k++) colours[to + k] = from[at + k] ?? 0;
  }
  return colours;
}
