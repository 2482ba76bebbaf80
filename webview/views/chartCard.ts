import type { ChartPayload, PanelItem } from '../../src/surfaces/protocol/payloads.ts';
import { CHART_TITLES, badgesOf, headerLine } from '../models/chartText.ts';
import type { Badge } from '../models/chartText.ts';
import { element, setText } from '../dom.ts';
import type { TableTwin } from '../models/table.ts';
import type { ViewContext } from './chartView.ts';
import { createCardPicture } from './cardPicture.ts';
import { createTableTwinView } from './tableTwin.ts';

/** The frame around one chart: title, badges, controls, picture, legend, notes and the numbers as a table. */
export interface ChartCard {
  readonly root: HTMLElement;
  readonly controls: HTMLElement;
  /** Holds the canvas; hover boxes are placed in it. */
  readonly plot: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly legend: HTMLElement;
  readonly notes: HTMLElement;
  showHeader(payload: ChartPayload): void;
  /** As `showHeader`, in words of the caller's. */
  showHead(text: string, badges: readonly Badge[]): void;
  showNotes(notes: readonly string[], assumptions?: readonly string[]): void;
  showNumbers(
    payload: Pick<ChartPayload, 'asset' | 'source'>,
    model: { readonly summary: string; readonly table: TableTwin },
  ): void;
}

/** Makes the badges of a chart or panel. */
export function badgeElements(badges: readonly Badge[]): HTMLElement[] {
  return badges.map(({ text, meaning }) =>
    element('span', { class: `badge badge-${text.toLowerCase()}`, title: meaning }, text),
  );
}

/** Makes the heading of a chart, also for one that cannot be drawn. */
export function chartHeading(kind: PanelItem, badges: readonly Badge[]): HTMLElement {
  const heading = element('h2', { id: `title-${kind}` }, CHART_TITLES[kind]);
  return element('div', { class: 'chart-heading' }, heading, ...badgeElements(badges));
}

function listOf(texts: readonly string[]): HTMLElement[] {
  return texts.map((text) => element('li', {}, text));
}

/** Makes an empty card. */
export function createChartCard(kind: PanelItem, context: ViewContext): ChartCard {
  let heading = chartHeading(kind, []);
  let badgeKey = '';
  /** What is said stays as it is while it is the same: replaced, it would be laid out and read again. */
  let noteKey = '';
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
  const picture = createCardPicture(kind, () => root, context);
  const twin = createTableTwinView(kind, context, 'numbers', picture.root);
  function showHead(text: string, badges: readonly Badge[]): void {
    const key = badges.map((badge) => badge.text).join();
    if (key !== badgeKey) {
      const next = chartHeading(kind, badges);
      heading.replaceWith(next);
      heading = next;
      badgeKey = key;
    }
    setText(meta, text);
  }

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
    notes,
    showHeader: (payload) => showHead(headerLine(payload), badgesOf(payload)),
    showHead,
    showNotes: (texts, assumptions = []) => {
      const key = [...texts, '', ...assumptions].join('\n');
      if (key === noteKey) return;
      noteKey = key;
      notes.replaceChildren(...listOf(texts));
      assumptionList.replaceChildren(...listOf(assumptions));
      assumptionBox.hidden = assumptions.length === 0;
    },
    showNumbers: (payload, { summary, table }) => {
      if (canvas.getAttribute('aria-label') !== summary) canvas.setAttribute('aria-label', summary);
      twin.show(table, payload);
      picture.show(payload);
    },
  };
}
