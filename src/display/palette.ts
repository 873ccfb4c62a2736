import type { LookUpTable, Palette } from '../frames/display-attributes.ts';
import type { Grey } from './grey.ts';
import { painterOf } from './stored-values.ts';
import type { Paint, StoredValues, ToSamples } from './stored-values.ts';

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
): Paint {
  const { red, green, blue } = palette;
  const planes = [red, green, blue].map((table, first) => {
    const colour = colourSamples(table, white);
    const toSamples = grey === undefined ? colour : supplemented(grey, colour, red.first);
    return painterOf(values, toSamples, { step: 3, first });
  });
  return (start, count, into) => {
    for (const paint of planes) paint(start, count, into);
  };
}

/** The entries of one table, as samples: its full range of bits is from black to the full colour. */
export function colourSamples({ first, bits, data }: LookUpTable, white: number): ToSamples {
  const last = data.length - 1;
  const scale = white / (2 ** bits - 1);
  return (values, into) => {
    for (let k = 0; k < values.length; k++) {
      const entry = Math.min(last, Math.max(0, Math.round((values[k] ?? 0) - first)));
      into[k] = Math.min(white, Math.round((data[entry] ?? 0) * scale));
    }
  };
}

function supplemented(grey: Grey, colour: ToSamples, firstColour: number): ToSamples {
  return (values, into) => {
    const stored = values.slice();
    const colours = new Uint16Array(values.length);
    colour(stored, colours);
    grey.toSamples(values, into);
    for (let k = 0; k < stored.length; k++) {
      if ((stored[k] ?? 0) >= firstColour) into[k] = colours[k] ?? 0;
    }
  };
}
