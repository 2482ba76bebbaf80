import { DAY_MS } from '../../core/units.ts';
import { rollingSum } from '../../series/sums.ts';
import type { MetricInputs } from './kit/inputs.ts';
import { atOnce, defineMetric } from './kit/metric.ts';
import type { Outcome } from './kit/metric.ts';
import { ANY } from './kit/range.ts';
import { BASELINE_HOURS, BASELINE_MS, FLOW_WINDOW_HOURS, SPAN_HOURS, WEEK_BEFORE } from './kit/windows.ts';
import { lastDays, originOfFeeds } from './liquidationDays.ts';
import { LIQUIDATION_SERIES, newestHours, type LiquidationFeed } from './liquidationFeeds.ts';
import { log1pZScore, valueAt } from './statistics.ts';
import type { ZScore } from './statistics.ts';

/** What a feed is compared with. */
interface Scored {
  readonly feed: LiquidationFeed;
  readonly score: ZScore;
  /** A usual day of the feed, in USD. */
  readonly usualUsd: number;
}

/**
 * Each feed has z = (x − mean) / sd over its own week, x = log(1 + USD of 24 h), so that one that is sampled makes no signal
 * by it, and the weight of its usual day, exp(mean) − 1: an exchange of a hundredth of the liquidations moves the score
 * by a hundredth.
 */
function scoreAt(inputs: MetricInputs): Outcome {
  const found = lastDays(inputs);
  if ('absent' in found) return found;
  const scored = found.byExchange.flatMap((feeds) => feeds.flatMap(scoreOf).slice(0, 1));
  const usual = scored.reduce((sum, { usualUsd }) => sum + usualUsd, 0);
  if (!(usual > 0)) return { absent: 'no feed has half a week to compare with, or the score is not defined' };
  return {
    value: scored.reduce((sum, { score, usualUsd }) => sum + score.z * usualUsd, 0) / usual,
    origin: {
      ...originOfFeeds(scored),
      baselineWindowMs: BASELINE_MS,
      baselineValue: usual,
      baselineUnit: 'usd',
    },
  };
}

/** The newest day of a feed against its own week; none where a day or half the week is lacking. */
function scoreOf(feed: LiquidationFeed): Scored[] {
  const shorts = newestHours(feed, 'shortUsd', SPAN_HOURS);
  const hourly = newestHours(feed, 'longUsd', SPAN_HOURS).map(
    (longs, place) => longs + valueAt(shorts, place),
  );
  const days = rollingSum(hourly, FLOW_WINDOW_HOURS);
  const score = log1pZScore(days.slice(-BASELINE_HOURS - 1, -1), valueAt(days, days.length - 1), {
    windowPoints: BASELINE_HOURS,
  });
  return score === undefined ? [] : [{ feed, score, usualUsd: Math.expm1(score.baseline) }];
}

export const liquidationsZ = defineMetric({
  id: 'liquidations-z',
  name: 'Liquidations z-score',
  unit: 'standard deviations',
  formula:
    'Σ z·w / Σ w over feeds, z = (x − mean) / sd, x = log(1 + USD of the last 24 h of one feed), w = exp(mean) − 1',
  window: { words: WEEK_BEFORE, ms: 7 * DAY_MS },
  sources: 'liquidation feeds, one for each exchange',
  caveats:
    'On a log scale because of heavy tails. Each feed is compared with itself only, so that a sampled one fakes no signal, and weighs as much as its usual day in USD.',
  range: ANY,
  inputs: LIQUIDATION_SERIES,
  feature: { key: 'liquidationsZ', unit: 'z-score', words: 'liquidations z-score' },
  computation: atOnce(scoreAt),
});
