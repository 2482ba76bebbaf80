import type { CardId, CardPayload } from '../../src/surfaces/protocol/cards.ts';
import { createLinesLayer } from '../charts/linesLayer.ts';
import { createWatermark } from '../charts/watermark.ts';
import { choice } from '../dom.ts';
import type { Range } from '../models/axis.ts';
import { cardModel, type CardModel } from '../models/cardLines.ts';
import { CARDS } from '../models/cards.ts';
import { isInPercent } from '../models/cardUnits.ts';
import { comparedModel } from '../models/comparedCard.ts';
import { badgesOf } from '../models/chartText.ts';
import { scaledTitle, valueAxis } from '../models/valueAxis.ts';
import { createAsking, type Asking, type AskingCard, type CardHost } from './asking.ts';
import { createChartCard } from './chartCard.ts';
import type { ViewContext } from './chartView.ts';
import { createCompareChoice } from './compareChoice.ts';
import { createLineLegend, linesUpwards, strokeOf } from './lineLegend.ts';
import { createScaleChoice } from './scaleChoice.ts';
import { createTimeChart } from './timeChart.ts';

/** Longer ids of lines are not kept over a reload. */
const MOST_ID = 60;

/** Makes a card of lines. */
export function createLineCard(id: CardId, context: ViewContext, host: CardHost): AskingCard {
  const frame = createChartCard(id, context);
  const lines = createLinesLayer();
  const watermark = createWatermark();
  const { form, canSumUp, title } = CARDS[id];
  const askingOf = (asset: () => string | undefined): Asking<CardPayload> =>
    createAsking(id, frame.plot, context, { ...host, asset }, (wish, signal) => host.ask(wish, signal), take);
  const own = askingOf(host.asset);
  const beside = askingOf(() => compare.asset());
  let model: CardModel | undefined;

  const isSummedUp = (): boolean => canSumUp === true && context.state().summedUp.includes(id);
  // What flows is measured from zero, and rates and parts of a whole as they are.
  const isLinear = form === 'bars' || isInPercent(id);
  const scaleChoice = createScaleChoice(id, context, draw);
  const sums = choice<'each' | 'sum'>(
    'Values',
    [
      { value: 'each', text: 'Each step' },
      { value: 'sum', text: 'Summed up' },
    ],
    (value) => {
      const others = context.state().summedUp.filter((one) => one !== id);
      context.keep({ summedUp: value === 'sum' ? [...others, id] : others });
      show();
      draw();
    },
  );
  scaleChoice.root.hidden = isLinear;
  sums.root.hidden = canSumUp !== true;
  const compare = createCompareChoice(id, context, host, () => {
    beside.renew();
    show();
    drawHeld();
  });
  frame.controls.append(scaleChoice.root, sums.root, compare.root);
  const legend = createLineLegend(frame.legend, (line) => {
    const key = keyOf(line);
    const hidden = new Set(context.state().hiddenLines);
    if (!hidden.delete(key)) hidden.add(key);
    context.keep({ hiddenLines: [...hidden] });
    show();
    draw();
  });
  const chart = createTimeChart(id, frame, context, [watermark.plugin, lines.plugin], (atMs) =>
    model?.hover(atMs, context.time.range()),
  );
  const keyOf = (line: string): string => `${id} ${line}`.slice(0, MOST_ID);

  function take(): void {
    show();
    drawHeld();
  }

  /** The words, the legend and the numbers; the picture comes with `draw`. */
  function show(): void {
    scaleChoice.show();
    compare.show();
    sums.show(isSummedUp() ? 'sum' : 'each');
    const payload = own.held();
    const other = compare.asset();
    const asked = [own, ...(other === undefined ? [] : [beside])];
    const problems = asked.flatMap((one) => one.problems());
    if (payload === undefined) return frame.showNotes(problems.length === 0 ? [`Loading ${title}…`] : problems);
    const second = other === undefined ? undefined : beside.held();
    if (other !== undefined && second === undefined && problems.length === 0)
      problems.push(`Loading ${other}…`);
    const kept = new Set(context.state().hiddenLines);
    const isOff = (line: string): boolean => kept.has(keyOf(line));
    model =
      second === undefined
        ? cardModel(payload, { isOff, isSummedUp: isSummedUp() })
        : comparedModel(payload, second, isOff);
    scaleChoice.root.hidden = isLinear || model.compared !== undefined;
    frame.showHead(model.head, badgesOf(payload));
    frame.showNotes([...problems, ...model.notes]);
    frame.showNumbers(payload, model);
    legend.show(model.lines, context.theme());
    watermark.set(payload.source === 'simulated' ? 'SIMULATED' : '', context.theme());
  }

  function draw(): void {
    own.soon();
    beside.soon();
    drawHeld();
  }

  function drawHeld(): void {
    if (!model) return;
    const theme = context.theme();
    const range = context.time.range();
    const since = model.compared === undefined ? range : model.compared(range);
    // Without a moment that both have there is nothing to reckon from, and their units do not mix.
    const upwards = since === undefined ? [] : linesUpwards(model.lines);
    const columns = upwards.map(({ column }) => column);
    const scale = model.compared !== undefined ? 'change' : isLinear ? 'linear' : scaleChoice.scale();
    const axis = valueAxis(form === 'bars' ? [...columns, zeroAt(range)] : columns, range, scale, since);
    lines.set(upwards.map((line, at) => ({ column: line.column, map: axis.maps[at] ?? Number, ...strokeOf(line, theme) })));
    legend.grey(model.lines, range);
    const { x, y } = model.axisTitles;
    chart.draw({
      theme,
      x: { title: x, range },
      y: { title: scaledTitle(y, axis.scale), range: axis.range, ticks: axis.ticks },
    });
  }

  return {
    root: frame.root,
    controls: frame.controls,
    update: () => {
      if (own.renew()) {
        model = undefined;
        legend.show([], context.theme());
      }
      beside.renew();
      show();
    },
    draw,
    mark: (atMs) => chart.hover.mark(atMs),
    linesAt: (atMs) => (model?.hover(atMs)?.lines ?? []).slice(0, 1).map((line) => `${title}, ${line}`),
    resize: () => {
      draw();
      chart.resize();
    },
    applyTheme: () => {
      show();
      draw();
    },
    dispose: () => {
      own.dispose();
      beside.dispose();
      chart.dispose();
      frame.root.remove();
    },
  };
} // prettier-ignore

const zeroAt = ({ min }: Range): { atMs: Float64Array; values: Float64Array } => ({
  atMs: Float64Array.of(min),
  values: Float64Array.of(0),
});
