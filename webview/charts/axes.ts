import type { ChartOptions, Scale } from 'chart.js';
import type { Range, Tick } from '../models/axis.ts';
import { timeTicks } from '../models/axis.ts';
import type { AxesChart } from './register.ts';
import type { ChartTheme } from './theme.ts';

type ScaleOptions = NonNullable<NonNullable<ChartOptions<'line'>['scales']>[string]>;

const TIME_LABEL_PX = 92;
const ROW_LABEL_PX = 44;
const TICK_PX = 8;
const RIGHT_PX = 14;

/** The axes of a picture: a UTC time axis in ms and a value axis. */
export interface AxesSpec {
  readonly theme: ChartTheme;
  readonly x: {
    readonly title: string;
    readonly range: Range;
    /** Room between the chart and the labels of its time axis. */
    readonly underPx?: number;
  };
  readonly y: {
    readonly title: string;
    readonly range: Range;
    /** Ticks for the room there is; `maxCount` is at least 2. */
    ticks(range: Range, maxCount: number): readonly Tick[];
    /** True where absent. */
    readonly hasGrid?: boolean;
  };
}

/** Widths of labels, which come again and again while a chart moves. */
const widths = new WeakMap<ChartTheme, Map<string, number>>();

function widthOf({ ctx }: Scale, theme: ChartTheme, text: string): number {
  const known = widths.get(theme) ?? new Map<string, number>();
  widths.set(theme, known);
  let width = known.get(text);
  if (width === undefined) {
    ctx.font = `${theme.fontSizePx}px ${theme.fontFamily}`;
    width = ctx.measureText(text).width;
    known.set(text, width);
  }
  return width;
}

/** Gives an axis its range and its ticks, with labels. A time that would be cut off at the right edge is left out. */
function place(scale: Scale, { theme, x, y }: AxesSpec): void {
  const isTime = scale.axis === 'x';
  const { range } = isTime ? x : y;
  [scale.min, scale.max] = [range.min, range.max];
  const room = isTime ? scale.chart.width / TIME_LABEL_PX : scale.chart.height / ROW_LABEL_PX;
  const made = (isTime ? timeTicks : y.ticks)(range, Math.max(2, Math.floor(room)));
  const isCutOff = ({ value, label }: Tick): boolean =>
    ((range.max - value) / (range.max - range.min)) * scale.width + RIGHT_PX <
    widthOf(scale, theme, label) / 2;
  scale.ticks = made.map((tick) => ({
    value: tick.value,
    label: isTime && isCutOff(tick) ? '' : tick.label,
  }));
}

function scaleOptions(isTime: boolean, spec: () => AxesSpec): ScaleOptions {
  const { theme, x, y } = spec();
  const font = { family: theme.fontFamily, size: theme.fontSizePx };
  return {
    type: 'linear',
    title: { display: true, text: isTime ? x.title : y.title, color: theme.foreground, font },
    border: { color: theme.border },
    grid: {
      color: theme.grid,
      drawOnChartArea: y.hasGrid ?? true,
      tickColor: theme.border,
      tickLength: TICK_PX + (isTime ? (x.underPx ?? 0) : 0),
      lineWidth: 1,
    },
    ticks: {
      color: theme.muted,
      font,
      maxRotation: 0,
      autoSkip: false,
      callback: (_value, index, ticks) => ticks[index]?.label ?? '',
    },
    afterDataLimits: (scale: Scale) => place(scale, spec()),
    afterBuildTicks: (scale: Scale) => place(scale, spec()),
  };
}

/** Returns the options that all charts share: no animation, no own events, axes that look at `spec` at each layout. */
export function chartOptions(spec: () => AxesSpec): ChartOptions<'line'> {
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    // Stated, because Chart.js keeps the ratio that it looked up when it first measured the page.
    devicePixelRatio,
    events: [],
    layout: { padding: { top: 6, right: RIGHT_PX } },
    scales: { x: scaleOptions(true, spec), y: scaleOptions(false, spec) },
  };
}

/** Returns what of axes is in their options: where it is the same, only ranges and ticks differ. */
export function lookOf({ x, y }: AxesSpec): string {
  return [x.title, x.underPx, y.title, y.hasGrid, devicePixelRatio].join('\n');
}

/** What a scale of Chart.js keeps of its last drawing. */
interface Kept {
  _gridLineItems: unknown;
  _labelItems: unknown;
  _labelSizes: unknown;
}

/**
 * Moves the axes to other ranges within the layout that they have, which is many times as fast as a new one. Returns whether
 * they could: false where labels of values would need more room.
 */
export function moveAxes(chart: AxesChart, spec: AxesSpec, labelRoomPx: number): boolean {
  const { x, y } = chart.scales;
  if (!x || !y) return false;
  for (const scale of [x, y]) {
    place(scale, spec);
    Object.assign(scale, { _gridLineItems: null, _labelItems: null, _labelSizes: null } satisfies Kept);
    scale.configure();
  }
  return widestLabel(y, spec.theme) <= labelRoomPx;
}

/** Returns how wide the widest label of the value axis is, CSS pixels. */
export function widestLabel(scale: Scale, theme: ChartTheme): number {
  return Math.max(0, ...scale.ticks.map(({ label }) => widthOf(scale, theme, String(label))));
}
