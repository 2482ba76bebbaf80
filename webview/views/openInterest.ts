import type { ChartDataset } from 'chart.js';
import type { NewestNumbers, OpenInterestChart } from '../../src/surfaces/protocol/payloads.ts';
import { chartOptions } from '../charts/axes.ts';
import { attachHover } from '../charts/hover.ts';
import { Chart } from '../charts/register.ts';
import type { LineChart } from '../charts/register.ts';
import type { ChartTheme } from '../charts/theme.ts';
import { createWatermark } from '../charts/watermark.ts';
import { button, choice, element, lineSwatch, setText } from '../dom.ts';
import { valueTicks } from '../models/axis.ts';
import { withNewest } from '../models/newest.ts';
import type { LineModel, OpenInterestModel } from '../models/openInterest.ts';
import { openInterestModel } from '../models/openInterest.ts';
import { createChartCard } from './chartCard.ts';
import type { ChartView, ViewContext } from './chartView.ts';

const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [9, 3, 2, 3]];
const AGGREGATE_PX = 3.5;
const LINE_PX = 1.75;
const DOT_PX = 2.5;

/** Colour and dash of a line: lines differ in both, so that colour is not the only difference. */
function strokeOf(
  line: LineModel,
  theme: ChartTheme,
): { colour: string; dash: readonly number[]; widthPx: number } {
  if (line.isAggregate) return { colour: theme.foreground, dash: [], widthPx: AGGREGATE_PX };
  return {
    colour: theme.series[line.colourIndex % theme.series.length] ?? theme.foreground,
    dash:
      DASHES[(theme.isHighContrast ? line.colourIndex : Math.floor(line.colourIndex / 3)) % DASHES.length] ??
      [],
    widthPx: LINE_PX,
  };
}

function datasetOf(line: LineModel, theme: ChartTheme): ChartDataset<'line', { x: number; y: number }[]> {
  const { colour, dash, widthPx } = strokeOf(line, theme);
  return {
    label: line.label,
    data: line.points as { x: number; y: number }[],
    hidden: line.isHidden,
    parsing: false,
    normalized: true,
    spanGaps: false,
    borderColor: colour,
    backgroundColor: colour,
    borderWidth: widthPx,
    borderDash: [...dash],
    pointRadius:
      line.isolated.size === 0 ? 0 : ({ dataIndex }) => (line.isolated.has(dataIndex) ? DOT_PX : 0),
    pointBorderWidth: 0,
    order: line.isAggregate ? 0 : 1,
  };
}

/** Makes the open interest chart: a line for each exchange and for their sum, in coins or dollars. */
export function createOpenInterestView(context: ViewContext): ChartView<OpenInterestChart> {
  const card = createChartCard('open-interest', context);
  const watermark = createWatermark();
  let payload: OpenInterestChart | undefined;
  let newest: NewestNumbers | undefined;
  let model: OpenInterestModel | undefined;
  let chart: LineChart | undefined;

  const units = choice(
    'Unit',
    [
      { value: 'base', text: 'Coins' },
      { value: 'usd', text: 'USD' },
    ],
    (unit) => {
      context.keep({ openInterestUnit: unit });
      render();
    },
  );
  card.controls.append(units.root);
  const endHover = attachHover(
    card.plot,
    () => chart,
    (atMs) => model?.hover(atMs),
  );

  function toggle(id: string): void {
    const hidden = new Set(context.state().hiddenLines);
    if (!hidden.delete(id)) hidden.add(id);
    context.keep({ hiddenLines: [...hidden] });
    render();
  }

  const entries = new Map<string, { root: HTMLButtonElement; swatch: SVGLineElement; name: HTMLElement }>();

  /** Keeps the buttons it has, so that the focus stays where it is. */
  function renderLegend(lines: readonly LineModel[], theme: ChartTheme): void {
    const wanted = new Set(lines.map(({ id }) => id));
    for (const [id, entry] of entries)
      if (!wanted.has(id)) {
        entry.root.remove();
        entries.delete(id);
      }
    for (const line of lines) {
      let entry = entries.get(line.id);
      if (!entry) {
        const swatch = lineSwatch();
        const root = button('', { class: 'legend-entry' }, () => toggle(line.id));
        const name = element('span', {});
        root.append(swatch.ownerSVGElement ?? swatch, name);
        entry = { root, swatch, name };
        entries.set(line.id, entry);
        card.legend.append(root);
      }
      // Of how many exchanges the aggregate is may change with a reading.
      setText(entry.name, line.label);
      const { colour, dash, widthPx } = strokeOf(line, theme);
      entry.root.setAttribute('aria-pressed', String(!line.isHidden));
      entry.swatch.setAttribute('stroke', colour);
      entry.swatch.setAttribute('stroke-width', String(widthPx));
      entry.swatch.setAttribute('stroke-dasharray', dash.join(' '));
    }
  }

  function render(): void {
    if (!payload) return;
    const theme = context.theme();
    const made = renderEnds(payload);
    units.rename('base', payload.asset);
    units.show(context.state().openInterestUnit);
    card.showNotes(made.notes);
    renderLegend(made.lines, theme);
  }

  /** What changes with every reading: lines, axes, the time in the header, the numbers. */
  function renderEnds(shown: OpenInterestChart): OpenInterestModel {
    const { openInterestUnit, hiddenLines } = context.state();
    const theme = context.theme();
    const whole = withNewest(shown, newest);
    const made = (model = openInterestModel(whole, openInterestUnit, new Set(hiddenLines)));
    card.showHeader(whole);
    card.showNumbers(whole, made);
    watermark.set(shown.source === 'simulated' ? 'SIMULATED' : '', theme);
    const options = chartOptions(
      theme,
      { title: made.axisTitles.x, range: made.xRange },
      { title: made.axisTitles.y, range: made.yRange, ticks: valueTicks },
    );
    const datasets = made.lines.map((line) => datasetOf(line, theme));
    if (chart) {
      chart.options = options;
      chart.data.datasets = datasets;
      chart.update('none');
    } else {
      chart = new Chart(card.canvas, {
        type: 'line',
        data: { datasets },
        options,
        plugins: [watermark.plugin],
      });
    }
    return made;
  }

  return {
    root: card.root,
    update: (next, read) => {
      payload = next;
      newest = read;
      render();
    },
    takeNewest: (next) => {
      newest = next;
      if (payload) renderEnds(payload);
    },
    resize: () => {
      // The new ratio is one of the options.
      render();
      chart?.resize();
    },
    applyTheme: render,
    dispose: () => {
      endHover();
      chart?.destroy();
    },
  };
}
