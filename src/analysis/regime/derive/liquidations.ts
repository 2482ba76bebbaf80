import { HOUR_MS } from '../../../core/units.ts';
import {
  bestCoveredFirst,
  liquidationFeeds,
  newestWindow,
  type LiquidationFeed,
  type LiquidationWindow,
} from '../../metrics/liquidationFeeds.ts';
import { log1pZScore, type ZScore } from '../../metrics/statistics.ts';
import { exchangeName } from '../exchangeNames.ts';
import type { FeatureCollector } from '../featureCollector.ts';
import type { RegimeFeatures } from '../features.ts';
import { rollingSum } from '../hourly.ts';
import type { FeatureInput } from './input.ts';
import { BASELINE_HOURS, FLOW_WINDOW_HOURS, last, SPAN_HOURS, windowMs } from './window.ts';

const KEYS: readonly (keyof RegimeFeatures)[] = ['liquidationsUsd', 'liquidationsZ', 'shortLiquidationShare'];

/** The last day of an exchange, by its better covered feed. */
interface Day {
  readonly feed: LiquidationFeed;
  readonly window: LiquidationWindow;
}

/** What a feed is compared with. */
interface Scored {
  readonly feed: LiquidationFeed;
  readonly score: ZScore;
  /** A usual day of the feed, in USD. */
  readonly usualUsd: number;
}

/**
 * Adds liquidations of the last day, their z-score and the share of shorts, of one feed per exchange: two feeds of one
 * exchange tell of the same events. The sum needs the 24 hours of a feed; a day of which an hour is lacking is left out
 * and never scaled up. It is a lower bound wherever a feed is not complete.
 *
 * Score = Σ z·w / Σ w. Each feed has z = (x − mean) / sd over its own week, x = log(1 + USD of 24 h), so that one that is
 * sampled makes no signal by it, and w = the USD of its usual day, exp(mean) − 1: an exchange of a hundredth of the
 * liquidations moves the score by a hundredth.
 */
export function addLiquidations(table: FeatureCollector, { history, nowMs }: FeatureInput): void {
  const feeds = liquidationFeeds(history.liquidationVolume, nowMs);
  const perExchange = [...Map.groupBy(feeds, ({ exchange }) => exchange)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, own]) => bestCoveredFirst(own, FLOW_WINDOW_HOURS));
  const known = perExchange.flatMap(([feed]): Day[] =>
    feed === undefined ? [] : [{ feed, window: newestWindow(feed, FLOW_WINDOW_HOURS) }],
  );
  const days = known.filter(({ window }) => window.coveredHours === window.hours);
  if (days.length === 0) {
    for (const key of KEYS) table.miss(key, absence(known));
    return;
  }
  const longs = days.reduce((sum, { window }) => sum + (window.longUsd ?? Number.NaN), 0);
  const shorts = days.reduce((sum, { window }) => sum + (window.shortUsd ?? Number.NaN), 0);
  table.set('liquidationsUsd', longs + shorts, originOf(days));
  table.set(
    'shortLiquidationShare',
    longs + shorts > 0 ? shorts / (longs + shorts) : undefined,
    originOf(days),
  );
  addScore(
    table,
    perExchange.flatMap((own) => own.flatMap(scoreOf).slice(0, 1)),
  );
}

function addScore(table: FeatureCollector, scored: readonly Scored[]): void {
  const usual = scored.reduce((sum, { usualUsd }) => sum + usualUsd, 0);
  if (!(usual > 0)) {
    table.miss('liquidationsZ', 'no feed has half a week to compare with, or the score is not defined');
    return;
  }
  table.set(
    'liquidationsZ',
    scored.reduce((sum, { score, usualUsd }) => sum + score.z * usualUsd, 0) / usual,
    {
      ...originOf(scored),
      baselineWindowMs: windowMs(BASELINE_HOURS),
      baselineValue: usual,
      baselineUnit: 'usd',
    },
  );
}

/** As old as the oldest of the feeds, and never the whole market. */
function originOf(parts: readonly { readonly feed: LiquidationFeed }[]) {
  return {
    windowMs: windowMs(FLOW_WINDOW_HOURS),
    sources: parts.map(({ feed }) => feed.exchange),
    newestMs: parts.reduce((oldest, { feed }) => Math.min(oldest, feed.lastHourMs + HOUR_MS), Infinity),
    isPartial: true,
  };
}

/** The newest day of a feed against its own week; none where a day or half the week is lacking. */
function scoreOf(feed: LiquidationFeed): Scored[] {
  const firstMs = feed.lastHourMs - (SPAN_HOURS - 1) * HOUR_MS;
  const hourly = Float64Array.from({ length: SPAN_HOURS }, (_, index) => {
    const hour = feed.hours.get(firstMs + index * HOUR_MS);
    return hour === undefined ? Number.NaN : hour.longUsd + hour.shortUsd;
  });
  const days = rollingSum(hourly, FLOW_WINDOW_HOURS);
  const score = log1pZScore(days.slice(-BASELINE_HOURS - 1, -1), last(days), {
    windowPoints: BASELINE_HOURS,
  });
  return score === undefined ? [] : [{ feed, score, usualUsd: Math.expm1(score.baseline) }];
}

function absence(known: readonly Day[]): string {
  if (known.length === 0) return 'no exchange gave liquidations by side and hour';
  const parts = known.map(
    ({ feed, window }) =>
      `${exchangeName(feed.exchange)} ${window.coveredHours} of ${window.hours} h covered`,
  );
  return `no exchange has a whole day: ${parts.join(', ')}`;
}
