import { element } from '../dom.ts';
import { LEVELS } from '../models/colour.ts';

/** A bar of the colour table with its values below. */
export interface ColourLegend {
  readonly root: HTMLElement;
  show(title: string, labels: readonly string[], table: Uint32Array): void;
}

/** Makes the colour legend of a heatmap. */
export function createColourLegend(): ColourLegend {
  const title = element('div', { class: 'legend-title' });
  const bar = element('canvas', {
    class: 'legend-bar',
    width: String(LEVELS),
    height: '1',
    'aria-hidden': 'true',
  });
  const labels = element('div', { class: 'legend-labels' });
  const root = element('div', { class: 'colour-legend' }, title, bar, labels);
  let shownTable: Uint32Array | undefined;
  let shownWords = '';
  return {
    root,
    show: (titleText, texts, table) => {
      const words = [titleText, ...texts].join('\n');
      if (table === shownTable && words === shownWords) return;
      shownTable = table;
      shownWords = words;
      title.textContent = titleText;
      labels.replaceChildren(...texts.map((text) => element('span', {}, text)));
      const context = bar.getContext('2d');
      if (!context) return;
      const pixels = context.createImageData(LEVELS, 1);
      new Uint32Array(pixels.data.buffer).set(table.subarray(1));
      context.putImageData(pixels, 0, 0);
    },
  };
}
