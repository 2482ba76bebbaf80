import { HOUR_MS } from '../../core/units.ts';
import { valueAt } from '../../series/hours.ts';
import { changeFraction } from './flow.ts';
import { atOnce, defineMetric } from './kit/metric.ts';
import { percentOf } from './kit/outcomes.ts';
import { CHANGE, HOURS } from './kit/range.ts';
import { freshHour, RETURN_WINDOW_HOURS, RETURN_WINDOW_MS } from './kit/windows.ts';

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
    const closes = series.column('last-close');
    const end = freshHour(closes, nowMs) ?? Number.NaN;
    const reference = [...closes].find(
      ([, column]) =>
        !Number.isNaN(valueAt(column, end)) && !Number.isNaN(valueAt(column, end - RETURN_WINDOW_MS)),
    );
    if (reference === undefined)
      return { absent: `no exchange gave hourly prices over ${RETURN_WINDOW_HOURS} h` };
    const [exchange, column] = reference;
    const change = changeFraction(valueAt(column, end - RETURN_WINDOW_MS), valueAt(column, end));
    const origin = { windowMs: RETURN_WINDOW_MS, sources: [exchange], newestMs: end + HOUR_MS };
    return {
      value: percentOf(change),
      origin,
      beside: { windowHours: { value: RETURN_WINDOW_HOURS, origin } },
    };
  }),
});
