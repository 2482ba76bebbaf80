import type { Rgb } from '../models/colour.ts';
import type { ChartTheme } from './theme.ts';

/** Returns the table that a theme asks for: the same one while it is of the same colours, so that cells are not painted again. */
export function keptTable(
  make: (palette: ChartTheme['palette'], neutral: Rgb) => Uint32Array,
): (theme: ChartTheme) => Uint32Array {
  let table: Uint32Array = new Uint32Array();
  let colours = '';
  return ({ palette, neutral }) => {
    const next = `${palette} ${neutral.join()}`;
    if (next !== colours) table = make(palette, neutral);
    colours = next;
    return table;
  };
}
