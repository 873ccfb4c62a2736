import type { DisplayAttributes } from '../frames/display-attributes.ts';
import type { Frame } from '../frames/frame.ts';
import type { SliceForm } from './slice-form.ts';
import type { PlaneAttributes } from './volume-plane.ts';

/** What shows the planes of a volume: as its middle slice, the model, is shown. */
export function volumeAttributes(model: Frame, form: SliceForm): PlaneAttributes {
  const { display, bitsStored, photometricInterpretation } = model;
  return {
    display: form.isModality ? modalityDisplay(display) : display,
    bitsStored: form.isModality ? form.sampleBytes * 8 : bitsStored,
    photometricInterpretation,
  };
}

/** What shows modality values: nothing that speaks of stored ones, which each slice had its own of. */
function modalityDisplay(display: DisplayAttributes): DisplayAttributes {
  return {
    ...display,
    rescale: { slope: 1, intercept: 0 },
    padding: undefined,
    palette: undefined,
    realWorldValues: undefined,
  };
}
