import type { ChartOptions, Scale } from 'chart.js';
import type { Range, Tick } from '../models/axis.ts';
import { timeTicks } from '../models/axis.ts';
import type { ChartTheme } from './theme.ts';

type ScaleOptions = NonNullable<NonNullable<ChartOptions<'line'>['scales']>[string]>;

const TIME_LABEL_PX = 92;
const ROW_LABEL_PX = 44;

interface AxisSpec {
  readonly title: string;
  readonly range: Range;
  /** Ticks for the room there is; `maxCount` is at least 2. */
  ticks(range: Range, maxCount: number): readonly Tick[];
  readonly hasGrid: boolean;
}

function scaleOptions(spec: AxisSpec, theme: ChartTheme, isTime: boolean): ScaleOptions {
  const font = { family: theme.fontFamily, size: theme.fontSizePx };
  let labels = new Map<number, string>();
  return {
    type: 'linear',
    min: spec.range.min,
    max: spec.range.max,
    title: { display: true, text: spec.title, color: theme.foreground, font },
    border: { color: theme.border },
    grid: { color: theme.grid, drawOnChartArea: spec.hasGrid, tickColor: theme.border, lineWidth: 1 },
    ticks: {
      color: theme.muted,
      font,
      maxRotation: 0,
      autoSkip: true,
      autoSkipPadding: 6,
      callback: (value: number | string) => labels.get(Number(value)) ?? '',
    },
    afterBuildTicks: (scale: Scale) => {
      const room = isTime ? scale.chart.width / TIME_LABEL_PX : scale.chart.height / ROW_LABEL_PX;
      const made = spec.ticks({ min: scale.min, max: scale.max }, Math.max(2, Math.floor(room)));
      labels = new Map(made.map(({ value, label }) => [value, label]));
      scale.ticks = made.map(({ value }) => ({ value }));
    },
  };
}

/** Returns the options that all charts share: a UTC time axis in ms, a value axis, no animation, no own events. */
export function chartOptions(
  theme: ChartTheme,
  time: { readonly title: string; readonly range: Range },
  value: Omit<AxisSpec, 'hasGrid'> & { readonly hasGrid?: boolean },
): ChartOptions<'line'> {
  const hasGrid = value.hasGrid ?? true;
  const x: AxisSpec = { ...time, ticks: timeTicks, hasGrid };
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    // Stated, because Chart.js keeps the ratio that it looked up when it first measured the page.
    devicePixelRatio,
    events: [],
    layout: { padding: { top: 6, right: 14 } },
    scales: {
      x: scaleOptions(x, theme, true),
      y: scaleOptions({ ...value, hasGrid }, theme, false),
    },
  };
}
