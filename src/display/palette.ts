import type { LookUpTable, Palette } from '../frames/display-attributes.ts';
import type { Grey } from './grey.ts';
import { fullEntry } from './modality.ts';
import { painterOf } from './stored-values.ts';
import type { Painter, StoredValues, ToSamples } from './stored-values.ts';

/**
 * Paints the colours of stored values (PS3.3 C.7.6.3.1.5): values before the first entry of a table take
 * the first, values beyond the last take the last.
 *
 * With `grey` the palette is supplemental (PS3.3 C.7.6.19): values below its first are grey.
 */
export function palettePainter(
  values: StoredValues,
  palette: Palette,
  white: number,
  grey?: Grey,
): Painter {
  const colours = paletteSamples(palette, white);
  const toSamples = grey === undefined ? colours : supplemented(grey, colours, palette.red.first);
  return painterOf(values, toSamples, 3);
}

/** Red, green and blue of values: the full range of a table's bits is from black to the full colour. */
export function paletteSamples({ red, green, blue }: Palette, white: number): ToSamples {
  return (values, into) => {
    writeEntries(red, white, values, into, 0);
    writeEntries(green, white, values, into, 1);
    writeEntries(blue, white, values, into, 2);
  };
}

function writeEntries(
  table: LookUpTable,
  white: number,
  values: Float64Array,
  into: Uint16Array,
  channel: number,
): void {
  const { first, data } = table;
  const last = data.length - 1;
  const scale = white / fullEntry(table);
  for (let k = 0; k < values.length; k++) {
    const entry = Math.min(last, Math.max(0, Math.round((values[k] ?? 0) - first)));
    into[3 * k + channel] = Math.min(white, Math.round((data[entry] ?? 0) * scale));
  }
}

function supplemented(grey: Grey, colours: ToSamples, firstColour: number): ToSamples {
  return (values, into) => {
    const stored = values.slice();
    const greys = new Uint16Array(values.length);
    colours(stored, into);
    grey.toSamples(values, greys);
    for (let k = 0; k < stored.length; k++) {
      if ((stored[k] ?? 0) >= firstColour) continue;
      into.fill(greys[k] ?? 0, 3 * k, 3 * k + 3);
    }
  };
}
