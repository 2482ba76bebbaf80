import { DAY_MS } from '../../core/units.ts';
import { newestLabel, newestStep, valueAt } from '../../series/hours.ts';
import { alignedSum, newestAlignedSum } from '../../series/sums.ts';
import type { MetricInputs } from './kit/inputs.ts';
import { atOnce, defineMetric } from './kit/metric.ts';
import type { Outcome } from './kit/metric.ts';
import { PERCENTILE } from './kit/range.ts';
import { DAY_AND_WEEK, freshHour, freshOnly, PERCENTILE_DAYS } from './kit/windows.ts';
import { percentileRank } from './statistics.ts';

const TOO_SHORT = { absent: 'less than 15 days of open interest are known' };

/** A month of days, the newest hour against it, over the exchanges that have both. */
function rankAt({ series, nowMs }: MetricInputs): Outcome {
  const hours = series.column('open-interest');
  const isSummed =
    freshHour(hours, nowMs) !== undefined &&
    newestAlignedSum(hours, nowMs, DAY_AND_WEEK.steps, DAY_AND_WEEK) !== undefined;
  const current = freshOnly(hours, nowMs);
  const daily = new Map(
    [...series.column('open-interest-daily')].filter(([exchange]) => current.has(exchange)),
  );
  const endMs = newestStep(daily, nowMs);
  const minimumSteps = PERCENTILE_DAYS / 2;
  const days =
    endMs === undefined || !isSummed
      ? undefined
      : alignedSum(daily, endMs, PERCENTILE_DAYS, { minimumSteps });
  if (days === undefined) return TOO_SHORT;
  const newest = days.exchanges.map((exchange) => {
    const column = current.get(exchange);
    const atMs = column === undefined ? undefined : newestLabel(column, nowMs);
    return column === undefined || atMs === undefined
      ? { atMs: 0, value: Number.NaN }
      : { atMs, value: valueAt(column, atMs) };
  });
  const total = newest.reduce((sum, { value }) => sum + value, 0);
  return {
    value: percentileRank(days.values, total, { windowPoints: PERCENTILE_DAYS }),
    origin: {
      baselineWindowMs: PERCENTILE_DAYS * DAY_MS,
      sources: days.exchanges,
      newestMs: Math.min(...newest.map(({ atMs }) => atMs)),
    },
  };
}

export const openInterestPercentile = defineMetric({
  id: 'open-interest-percentile',
  name: 'Open interest rank',
  unit: 'percentile 0..100',
  formula: 'share of earlier readings below the current one, ties counted half',
  window: { words: '30 days before the reading', ms: 30 * DAY_MS },
  sources: 'open interest history in coins',
  caveats: 'The level trends, so that high percentiles come in runs.',
  range: PERCENTILE,
  inputs: ['open-interest', 'open-interest-daily'],
  feature: { key: 'openInterestPercentile', unit: 'percentile', words: 'open interest percentile' },
  computation: atOnce(rankAt),
});
