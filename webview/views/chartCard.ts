import type { ChartPayload } from '../../src/surfaces/protocol/payloads.ts';
import { CHART_TITLES, badgesOf, headerLine } from '../models/chartText.ts';
import type { Badge } from '../models/chartText.ts';
import { element, setText } from '../dom.ts';
import type { TableTwin } from '../models/table.ts';
import type { ViewContext } from './chartView.ts';
import { createTableTwinView } from './tableTwin.ts';

/** The frame around one chart: title, badges, controls, picture, legend, notes and the numbers as a table. */
export interface ChartCard {
  readonly root: HTMLElement;
  readonly controls: HTMLElement;
  /** Holds the canvas; hover boxes are placed in it. */
  readonly plot: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly legend: HTMLElement;
  showHeader(payload: ChartPayload): void;
  showNotes(notes: readonly string[], assumptions?: readonly string[]): void;
  showNumbers(payload: ChartPayload, model: { readonly summary: string; readonly table: TableTwin }): void;
}

/** Makes the badges of a chart or panel. */
export function badgeElements(badges: readonly Badge[]): HTMLElement[] {
  return badges.map(({ text, meaning }) =>
    element('span', { class: `badge badge-${text.toLowerCase()}`, title: meaning }, text),
  );
}

/** Makes the heading of a chart, also for one that cannot be drawn. */
export function chartHeading(kind: ChartPayload['kind'], badges: readonly Badge[]): HTMLElement {
  const heading = element('h2', { id: `title-${kind}` }, CHART_TITLES[kind]);
  return element('div', { class: 'chart-heading' }, heading, ...badgeElements(badges));
}

function listOf(texts: readonly string[]): HTMLElement[] {
  return texts.map((text) => element('li', {}, text));
}

/** Makes an empty card. */
export function createChartCard(kind: ChartPayload['kind'], context: ViewContext): ChartCard {
  let heading = chartHeading(kind, []);
  let badgeKey = '';
  const meta = element('p', { class: 'meta' });
  const controls = element('div', { class: 'controls' });
  const canvas = element('canvas', { role: 'img' });
  const plot = element('div', { class: `plot plot-${kind}` }, canvas);
  const legend = element('div', { class: 'legend' });
  const notes = element('ul', { class: 'notes', 'aria-label': 'Notes' });
  const assumptionList = element('ul', { class: 'notes' });
  const assumptionBox = element(
    'div',
    { class: 'assumptions', hidden: '' },
    element('h3', {}, 'Assumptions of the model'),
    assumptionList,
  );
  const twin = createTableTwinView(kind, context);
  const root = element(
    'section',
    { class: 'chart', 'data-kind': kind, 'aria-labelledby': `title-${kind}` },
    heading,
    meta,
    controls,
    plot,
    legend,
    assumptionBox,
    notes,
    twin.root,
  );
  return {
    root,
    controls,
    plot,
    canvas,
    legend,
    showHeader: (payload) => {
      const badges = badgesOf(payload);
      const key = badges.map(({ text }) => text).join();
      if (key !== badgeKey) {
        const next = chartHeading(kind, badges);
        heading.replaceWith(next);
        heading = next;
        badgeKey = key;
      }
      setText(meta, headerLine(payload));
    },
    showNotes: (texts, assumptions = []) => {
      notes.replaceChildren(...listOf(texts));
      assumptionList.replaceChildren(...listOf(assumptions));
      assumptionBox.hidden = assumptions.length === 0;
    },
    showNumbers: (payload, { summary, table }) => {
      canvas.setAttribute('aria-label', summary);
      twin.show(table, payload);
    },
  };
}
