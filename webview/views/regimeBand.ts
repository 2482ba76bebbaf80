import type { DataSource } from '../../src/core/ids.ts';
import type { RegimeBand } from '../../src/surfaces/protocol/payloads.ts';
import { familyWords } from '../../src/surfaces/protocol/regimeNames.ts';
import type { Hover } from '../charts/hover.ts';
import { createBandLayer, familyColour, type BandLayer } from '../charts/regimeBand.ts';
import type { ChartTheme } from '../charts/theme.ts';
import { element } from '../dom.ts';
import { regimeBandModel, type RegimeBandModel, type RegimeMark } from '../models/regimeBand.ts';
import type { ChartCard } from './chartCard.ts';
import type { ViewContext } from './chartView.ts';
import { createSwatch } from './swatch.ts';

const SWATCH_PX = 8;
/** So near to what was seen the pointer may be to be told of it: it may be no wider than a pixel. */
const SLACK_PX = 4;
const ARROWS = { '-1': '▼ ', '0': '', '1': '▲ ' } as const;

/** The regime as a row under the chart of a card: picture, pointer, keyboard and legend. */
export interface BandRow extends Pick<BandLayer, 'plugin'> {
  /** Room that it takes under the chart now. */
  underPx(): number;
  /** Takes what is drawn with the chart's next draw; undefined takes the row away. */
  show(band: RegimeBand | undefined, asset: string, source: DataSource): RegimeBandModel | undefined;
  /** What the pointer is told over the row. */
  read(atMs: number): ReturnType<RegimeBandModel['readout']>;
}

/** Makes the row; `hover` shows what the keyboard has reached. */
export function createBandRow(
  card: Pick<ChartCard, 'plot' | 'legend'>,
  context: ViewContext,
  heightPx: number,
  hover: () => Hover,
): BandRow {
  let model: RegimeBandModel | undefined;
  let index = -1;
  // Steps through stretches as a slider steps through values: arrows, Home and End.
  const slider = element('div', {
    class: 'band-row',
    role: 'slider',
    tabindex: '0',
    'aria-label': 'Regime over time',
    'aria-valuemin': '1',
    hidden: '',
  });
  const legend = element('div', { class: 'legend', hidden: '' });
  card.plot.append(slider);
  card.legend.after(legend);
  let slackMs = 0;
  const layer = createBandLayer(heightPx, (place) => {
    slackMs = SLACK_PX * place.msPerPx;
    for (const side of ['left', 'top', 'width', 'height'] as const)
      slider.style[side] = `${Math.round(place[side])}px`;
  });

  function tell(): void {
    const text = model?.readout(index);
    if (!model || !text) return;
    slider.setAttribute('aria-valuemax', String(model.stretches.length));
    slider.setAttribute('aria-valuenow', String(index + 1));
    slider.setAttribute('aria-valuetext', [text.title, ...text.lines].join('. '));
  }

  function go(to: number): void {
    index = Math.max(0, Math.min(to, (model?.stretches.length ?? 0) - 1));
    tell();
    const text = model?.readout(index);
    if (text) hover().show(text);
  }

  slider.addEventListener('focus', () => {
    // A click puts the focus there too, and the pointer has its own words.
    if (slider.matches(':focus-visible')) go(index);
  });
  slider.addEventListener('blur', () => hover().hide());
  slider.addEventListener('keydown', (event) => {
    const last = (model?.stretches.length ?? 0) - 1;
    const to = { ArrowLeft: index - 1, ArrowDown: index - 1, ArrowRight: index + 1, ArrowUp: index + 1, Home: 0, End: last }[event.key]; // prettier-ignore
    if (to === undefined) return;
    event.preventDefault();
    go(to);
  });

  return {
    plugin: layer.plugin,
    underPx: () => (model ? layer.underPx : 0),
    show: (band, asset, source) => {
      const isAtEnd = index < 0 || index === (model?.stretches.length ?? 0) - 1;
      model = band && regimeBandModel(band, asset, source);
      layer.set(model, context.theme());
      slider.hidden = legend.hidden = !model;
      if (!model) return undefined;
      if (isAtEnd || index >= model.stretches.length) index = model.stretches.length - 1;
      tell();
      legend.replaceChildren(...model.marks.map((mark) => legendKey(mark, context.theme())));
      return model;
    },
    read: (atMs) => {
      const read = model?.readout(model.indexAt(atMs, slackMs));
      return read && { ...read, atMs };
    },
  };
}

function legendKey({ words, code, family, direction }: RegimeMark, theme: ChartTheme): HTMLElement {
  const dash = family === 'unknown' ? [3, 3] : [];
  const swatch = createSwatch([{ colour: familyColour(family, theme), widthPx: SWATCH_PX, dash }]);
  const isSaid = family === 'unknown' || familyWords(family) === words;
  const text = `${ARROWS[direction]}${code} ${words}${isSaid ? '' : ` (${familyWords(family)})`}`;
  return element('span', { class: 'legend-key' }, swatch.root, text);
}
