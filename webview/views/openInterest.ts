import type { NewestNumbers, OpenInterestChart } from '../../src/surfaces/protocol/payloads.ts';
import { createLinesLayer } from '../charts/linesLayer.ts';
import { createWatermark } from '../charts/watermark.ts';
import { choice } from '../dom.ts';
import type { Range } from '../models/axis.ts';
import { withNewest } from '../models/newest.ts';
import type { OpenInterestModel } from '../models/openInterest.ts';
import { openInterestModel } from '../models/openInterest.ts';
import { scaledTitle, valueAxis } from '../models/valueAxis.ts';
import { createChartCard } from './chartCard.ts';
import type { ChartView, ViewContext } from './chartView.ts';
import { createLineLegend, linesUpwards, strokeOf } from './lineLegend.ts';
import { createBandRow } from './regimeBand.ts';
import { createScaleChoice } from './scaleChoice.ts';
import { createTableTwinView } from './tableTwin.ts';
import { createTimeChart } from './timeChart.ts';

const BAND_PX = 26;

/** Makes the open interest chart: a line for each exchange and for their sum, in coins or dollars. */
export function createOpenInterestView(context: ViewContext): ChartView<OpenInterestChart> {
  const card = createChartCard('open-interest', context);
  const lines = createLinesLayer();
  const watermark = createWatermark();
  let payload: OpenInterestChart | undefined;
  let newest: NewestNumbers | undefined;
  let model: OpenInterestModel | undefined;

  const units = choice(
    'Unit',
    [
      { value: 'base', text: 'Coins' },
      { value: 'usd', text: 'USD' },
    ],
    (unit) => {
      context.keep({ openInterestUnit: unit });
      show();
      draw();
    },
  );
  const scaleChoice = createScaleChoice('open-interest', context, draw);
  card.controls.append(units.root, scaleChoice.root);
  const band = createBandRow(card, context, BAND_PX, () => chart.hover);
  const chart = createTimeChart(
    'open-interest',
    card,
    context,
    [watermark.plugin, lines.plugin, band.plugin],
    (atMs, _value, isUnder) => (isUnder ? band.read(atMs) : model?.hover(atMs, sinceMs())),
    band.underPx,
  );
  const bandTwin = createTableTwinView('regime-timeline', context, 'regime');
  card.root.append(bandTwin.root);

  function toggle(id: string): void {
    const hidden = new Set(context.state().hiddenLines);
    if (!hidden.delete(id)) hidden.add(id);
    context.keep({ hiddenLines: [...hidden] });
    show();
    draw();
  }

  const legend = createLineLegend(card.legend, toggle);

  /** The words, the legend and the numbers; the picture comes with `draw`. */
  function show(): void {
    if (!payload) return;
    const regimes = band.show(payload.regime, payload.asset, payload.source);
    bandTwin.root.hidden = !regimes;
    if (regimes) bandTwin.show(regimes.table, payload);
    const made = showEnds(payload);
    units.rename('base', payload.asset);
    units.show(context.state().openInterestUnit);
    scaleChoice.show();
    card.showNotes([...made.notes, ...(regimes?.notes ?? [])]);
    legend.show(made.lines, context.theme());
  }

  /** What changes with every reading: lines, the time in the header, the numbers. */
  function showEnds(shown: OpenInterestChart): OpenInterestModel {
    const { openInterestUnit, hiddenLines } = context.state();
    const whole = withNewest(shown, newest);
    model = openInterestModel(whole, openInterestUnit, new Set(hiddenLines));
    card.showHeader(whole);
    card.showNumbers(whole, model);
    watermark.set(shown.source === 'simulated' ? 'SIMULATED' : '', context.theme());
    return model;
  }

  /** From when on changes are told, where they are shown. */
  function sinceMs(): Range | undefined {
    return scaleChoice.scale() === 'change' ? context.time.range() : undefined;
  }

  function draw(): void {
    if (!model) return;
    const theme = context.theme();
    const range = context.time.range();
    const upwards = linesUpwards(model.lines);
    const axis = valueAxis(
      upwards.map(({ column }) => column),
      range,
      scaleChoice.scale(),
    );
    lines.set(
      upwards.map((line, at) => ({
        column: line.column,
        map: axis.maps[at] ?? Number,
        ...strokeOf(line, theme),
      })),
    );
    legend.grey(model.lines, range);
    const { x, y } = model.axisTitles;
    chart.draw({
      theme,
      x: { title: x, range, underPx: band.underPx() },
      y: { title: scaledTitle(y, axis.scale), range: axis.range, ticks: axis.ticks },
    });
  }

  return {
    root: card.root,
    update: (next, read) => {
      payload = next;
      newest = read;
      show();
    },
    takeNewest: (next) => {
      newest = next;
      if (payload) showEnds(payload);
      return true;
    },
    extent: () => model?.xRange,
    draw,
    mark: (atMs) => chart.hover.mark(atMs),
    linesAt: (atMs) =>
      model
        ?.hover(atMs)
        ?.lines.slice(0, 1)
        .map((line) => `Open interest, ${line}`) ?? [],
    resize: () => {
      // The new ratio is one of the options.
      draw();
      chart.resize();
    },
    applyTheme: () => {
      show();
      draw();
    },
    dispose: () => chart.dispose(),
  };
}
