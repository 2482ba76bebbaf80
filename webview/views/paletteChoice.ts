import type { Palette, PanelViewState } from '../../src/surfaces/protocol/messages.ts';
import { element } from '../dom.ts';
import { PALETTES } from '../models/palettes.ts';

const HELP =
  'Colours of heatmaps in this panel. By theme: high contrast in a theme of high contrast, else the usual ones.';

/** Makes the choice of the colours of heatmaps; it is kept with the panel. `onChoose` is to draw in them. */
export function createPaletteChoice(
  chosen: Required<PanelViewState>['palette'],
  onChoose: (palette: Palette | '') => void,
): HTMLElement {
  const option = ([value, text]: readonly [string, string]): HTMLElement =>
    element('option', { value }, text);
  const offered = [['', 'By theme'] as const, ...Object.entries(PALETTES)];
  const select = element('select', { 'aria-label': 'Colours', title: HELP }, ...offered.map(option));
  select.value = chosen;
  select.addEventListener('change', () => onChoose(select.value as Palette | ''));
  const label = element('span', { class: 'choice-label', 'aria-hidden': 'true' }, 'Colours');
  return element('div', { class: 'choice' }, label, select);
}
