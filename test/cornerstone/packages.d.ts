// Cornerstone3D is too large to be installed with the project, and `framedex` is the package itself, which need not be
// built to be checked: what the example uses of both. Its test holds the example against the types of Cornerstone3D.
declare module '@cornerstonejs/core' {
  type PixelData =
    | Uint8Array
    | Int8Array
    | Uint16Array
    | Int16Array
    | Uint32Array
    | Int32Array
    | Float32Array
    | Float64Array;
  namespace Enums {
    enum VOILUTFunctionType {
      LINEAR = 'LINEAR',
      SAMPLED_SIGMOID = 'SIGMOID',
      LINEAR_EXACT = 'LINEAR_EXACT',
    }
  }
  namespace Types {
    interface IImage {
      imageId: string;
      rows: number;
      columns: number;
      height: number;
      width: number;
      rowPixelSpacing: number;
      columnPixelSpacing: number;
      color: boolean;
      rgba: boolean;
      numberOfComponents: number;
      slope: number;
      intercept: number;
      isPreScaled?: boolean;
      preScale?: object;
      minPixelValue: number;
      maxPixelValue: number;
      photometricInterpretation?: string;
      invert: boolean;
      windowCenter: number[] | number;
      windowWidth: number[] | number;
      voiLUTFunction: Enums.VOILUTFunctionType;
      dataType: `${'Uint8' | 'Int8' | 'Uint16' | 'Int16' | 'Uint32' | 'Int32' | 'Float32' | 'Float64'}Array`;
      getPixelData: () => PixelData;
      getCanvas: () => HTMLCanvasElement;
      sizeInBytes: number;
      voxelManager?: object;
    }
  }
  class StreamingImageVolume {
    imageIds: string[];
    getLoaderImageOptions(imageId: string): { requestType: string };
    load(callback: (...args: unknown[]) => void): void;
  }
  const imageLoader: {
    loadAndCacheImage(
      imageId: string,
      options: { priority: number; requestType: string },
    ): Promise<Types.IImage>;
  };
  const metaData: {
    addProvider(provider: (type: string, ...query: string[]) => unknown): void;
  };
  const utilities: {
    VoxelManager: {
      createImageVoxelManager(parts: {
        width: number;
        height: number;
        scalarData: PixelData;
        numberOfComponents?: number;
      }): object;
    };
  };
  function registerImageLoader(
    scheme: string,
    loader: (
      imageId: string,
      options?: Record<string, unknown>,
    ) => { promise: Promise<Types.IImage>; cancelFn?: () => void },
  ): void;
}

declare module 'framedex' {
  type Entry = typeof import('../../src/index.ts');
  export type Collection = import('../../src/index.ts').Collection;
  export type DicomFile = import('../../src/index.ts').DicomFile;
  export type Frame = import('../../src/index.ts').Frame;
  export type OpenOptions = import('../../src/index.ts').OpenOptions;
  export type Series = import('../../src/index.ts').Series;
  export type SliceAttributes = import('../../src/index.ts').SliceAttributes;
  export type VolumePlan = import('../../src/index.ts').VolumePlan;
  export const modalityValues: Entry['modalityValues'];
  export const open: Entry['open'];
  export const openArchive: Entry['openArchive'];
  export const render: Entry['render'];
}
