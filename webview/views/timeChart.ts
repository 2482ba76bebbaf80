import type { Plugin } from 'chart.js';
import type { DatedEvent } from '../../src/core/datedEvent.ts';
import type { PanelItem } from '../../src/surfaces/protocol/payloads.ts';
import type { AxesSpec } from '../charts/axes.ts';
import { createDrawnChart } from '../charts/drawnChart.ts';
import { createEventsLayer } from '../charts/eventsLayer.ts';
import { attachHover, type Hover, type HoverReader } from '../charts/hover.ts';
import { attachTimeGestures } from '../charts/timeGestures.ts';
import type { Range } from '../models/axis.ts';
import { CHART_TITLES, type HoverText } from '../models/chartText.ts';
import { eventLines } from '../models/events.ts';
import { formatUtc } from '../models/format.ts';
import type { ChartCard } from './chartCard.ts';
import type { ViewContext } from './chartView.ts';

/** The crosshair steps at least this far by key, as a share of the range, and further where values lie further apart. */
const STEP_SHARE = 1 / 200;
const MOVED_SHARE = 1 / 200;
const EVENT_SLACK_PX = 5;

/** A chart on the time axis of the panel: axes, crosshair, pointer and keyboard. */
export interface TimeChart {
  readonly hover: Hover;
  draw(spec: AxesSpec): void;
  resize(): void;
  dispose(): void;
}

/** Makes the chart of a card; `read` says what is under the crosshair, to which is added what the other charts have then. */
export function createTimeChart(
  kind: PanelItem,
  card: Pick<ChartCard, 'plot' | 'canvas'>,
  context: ViewContext,
  plugins: Plugin<'line'>[],
  read: HoverReader,
  underPx = () => 0,
): TimeChart {
  const { plot, canvas } = card;
  // A screen reader leaves the keys to an application; in a group or picture its own keys would be read instead.
  for (const [name, value] of Object.entries({
    tabindex: '0',
    role: 'application',
    'aria-roledescription': 'chart',
    'aria-label': `${CHART_TITLES[kind]} over time`,
    'aria-describedby': 'time-help',
  }))
    plot.setAttribute(name, value);
  const chart = createDrawnChart(canvas, [...plugins, createEventsLayer(context.eventsIn, context.theme)]);
  let crossMs: number | undefined;
  let drawn: Range | undefined;

  const hover = attachHover(
    plot,
    chart.current,
    (xValue, yValue, isUnder) => {
      const own = read(xValue, yValue, isUnder);
      const events = eventsNear(xValue);
      const [nearest] = events;
      if (!own)
        return nearest && { title: formatUtc(nearest.atMs), lines: eventLines(events), atMs: nearest.atMs };
      const others = context.linesOfOthers(kind, own.atMs ?? xValue);
      return { ...own, lines: [...own.lines, ...others, ...eventLines(events)] };
    },
    underPx,
    (atMs) => {
      crossMs = atMs;
      context.pointAt(kind, atMs);
    },
  );

  /** Events so near to a moment that the pointer is on their lines. */
  function eventsNear(atMs: number): readonly DatedEvent[] {
    const { min, max } = context.time.range();
    const slackMs = (EVENT_SLACK_PX * (max - min)) / Math.max(1, chart.current()?.chartArea.width ?? 1);
    return context.eventsIn({ min: atMs - slackMs, max: atMs + slackMs });
  }

  /** Reads the next value to the left or right, where the chart has one. */
  function step(direction: -1 | 1): void {
    context.time.settle();
    const { y } = chart.current()?.scales ?? {};
    const { min, max } = context.time.range();
    const middle = y ? (y.min + y.max) / 2 : 0;
    const from =
      crossMs !== undefined && crossMs >= min && crossMs <= max ? crossMs : direction < 0 ? max : min;
    for (let far = 1; far * STEP_SHARE <= 1; far++) {
      const atMs = from + direction * far * STEP_SHARE * (max - min);
      const text: (HoverText & { readonly atMs?: number }) | undefined = read(atMs, middle, false);
      const shownMs = text?.atMs ?? atMs;
      if (!text || shownMs === crossMs || shownMs < min || shownMs > max) continue;
      crossMs = shownMs;
      // Those that lie between this value and the one read before: by keys none is passed over.
      const passed = context
        .eventsIn({ min: Math.min(from, shownMs), max: Math.max(from, shownMs) })
        .filter((event) => event.atMs !== from || event.atMs === shownMs);
      const own = { ...text, lines: [...text.lines, ...eventLines(passed)] };
      hover.show({ ...own, lines: [...own.lines, ...context.linesOfOthers(kind, shownMs)], atMs: shownMs });
      context.pointAt(kind, shownMs);
      context.say([own.title, ...own.lines].join('. '));
      return;
    }
  }

  const endGestures = attachTimeGestures(plot, chart.current, context.time, {
    step,
    moved: () => {
      const { min, max } = context.time.range();
      context.say(`${formatUtc(min)} to ${formatUtc(max)}`);
    },
  });
  const onBlur = (event: FocusEvent): void => {
    if (event.target === plot) hover.hide();
  };
  plot.addEventListener('focusout', onBlur);

  return {
    hover,
    draw: (spec) => {
      const { min, max } = spec.x.range;
      // The words belong to a place on the screen, where another time is now.
      if (Math.abs(min - (drawn?.min ?? min)) > (max - min) * MOVED_SHARE) hover.hide();
      drawn = spec.x.range;
      chart.draw(spec);
    },
    resize: () => chart.resize(),
    dispose: () => {
      plot.removeEventListener('focusout', onBlur);
      endGestures();
      hover.dispose();
      chart.dispose();
    },
  };
}
