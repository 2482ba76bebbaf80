import type { ExchangeId } from '../../core/ids.ts';
import { HOUR_MS } from '../../core/units.ts';
import { valueAt, type StepColumn } from '../../series/hours.ts';
import { changeFraction } from './flow.ts';
import type { MetricSeries } from './kit/inputs.ts';
import { atOnce, defineMetric } from './kit/metric.ts';
import { percentOf } from './kit/outcomes.ts';
import { CHANGE, HOURS } from './kit/range.ts';
import { freshHour, RETURN_WINDOW_HOURS, RETURN_WINDOW_MS } from './kit/windows.ts';

/** One exchange's closes, for the market; `end`: the start of the newest hour that has ended. */
export interface ReferencePrice {
  readonly exchange: ExchangeId;
  readonly column: StepColumn;
  readonly end: number;
}

/** Returns the closes that a price change is taken from: of the first exchange by name that has both ends of a day. */
export function referencePrice(
  series: Pick<MetricSeries, 'column'>,
  nowMs: number,
): ReferencePrice | undefined {
  const closes = series.column('last-close');
  const end = freshHour(closes, nowMs) ?? Number.NaN;
  const isKnown = (column: StepColumn, atMs: number): boolean => !Number.isNaN(valueAt(column, atMs));
  for (const [exchange, column] of closes)
    if (isKnown(column, end) && isKnown(column, end - RETURN_WINDOW_MS)) return { exchange, column, end };
  return undefined;
}

export const priceReturn = defineMetric({
  id: 'return',
  name: 'Price change',
  unit: 'percent',
  formula: 'last price now / last price then − 1',
  window: { words: '24 hours in a regime; named with the number', ms: 24 * HOUR_MS },
  sources: 'hourly price bars of one exchange, the first by name that has them; it is named',
  caveats: 'One exchange stands for the market.',
  range: CHANGE,
  inputs: ['last-close'],
  feature: {
    key: 'returnPct',
    unit: 'percent',
    words: 'price change',
    hasReturnWindow: true,
    beside: { windowHours: HOURS },
  },
  computation: atOnce(({ series, nowMs }) => {
    const reference = referencePrice(series, nowMs);
    if (reference === undefined)
      return { absent: `no exchange gave hourly prices over ${RETURN_WINDOW_HOURS} h` };
    const { exchange, column, end } = reference;
    const change = changeFraction(valueAt(column, end - RETURN_WINDOW_MS), valueAt(column, end));
    const origin = { windowMs: RETURN_WINDOW_MS, sources: [exchange], newestMs: end + HOUR_MS };
    return {
      value: percentOf(change),
      origin,
      beside: { windowHours: { value: RETURN_WINDOW_HOURS, origin } },
    };
  }),
});
