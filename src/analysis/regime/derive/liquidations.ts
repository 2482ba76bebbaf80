import type { ExchangeId } from '../../../core/ids.ts';
import type { LiquidationVolume } from '../../../core/observation.ts';
import { HOUR_MS } from '../../../core/units.ts';
import { log1pZScore, type ZScore } from '../../metrics/statistics.ts';
import type { FeatureCollector } from '../featureCollector.ts';
import type { RegimeFeatures } from '../features.ts';
import { hourlyByExchange, rollingSum } from '../hourly.ts';
import type { FeatureInput } from './input.ts';
import { BASELINE_HOURS, FLOW_WINDOW_HOURS, last, sumOver, windowMs } from './window.ts';

/** One exchange's liquidations by the hour, from one feed: two feeds of one exchange tell of the same events. */
interface Feed {
  readonly exchange: ExchangeId;
  readonly coverage: LiquidationVolume['coverage'];
  readonly dayLongs: Float64Array;
  readonly dayShorts: Float64Array;
  readonly newestMs: number;
  readonly score: ZScore | undefined;
}

const KEYS: readonly (keyof RegimeFeatures)[] = ['liquidationsUsd', 'liquidationsZ', 'shortLiquidationShare'];

/**
 * Adds liquidations of the last day, their z-score and the share of shorts. Each feed is scored against its own week
 * and the scores are averaged: a feed that pushes one event a second is compared with itself, so that its sampling
 * makes no signal. The sum in USD is a lower bound wherever a feed is not complete.
 */
export function addLiquidations(table: FeatureCollector, { history, nowMs }: FeatureInput): void {
  const ended = history.liquidationVolume.filter(
    (bar) =>
      bar.atMs + bar.barMs <= nowMs &&
      bar.longLiquidatedUsd !== undefined &&
      bar.shortLiquidatedUsd !== undefined,
  );
  const feeds = [...Map.groupBy(ended, (bar) => bar.exchange).values()].flatMap((rows) => {
    const feed = longestFeed(rows, nowMs);
    return feed === undefined ? [] : [feed];
  });
  if (feeds.length === 0) {
    for (const key of KEYS) table.miss(key, 'no exchange gave liquidations by side and hour');
    return;
  }
  const longs = feeds.reduce((sum, feed) => sum + last(feed.dayLongs), 0);
  const shorts = feeds.reduce((sum, feed) => sum + last(feed.dayShorts), 0);
  const origin = {
    windowMs: windowMs(FLOW_WINDOW_HOURS),
    sources: feeds.map(({ exchange }) => exchange),
    newestMs: Math.min(...feeds.map(({ newestMs }) => newestMs)),
    // No set of feeds is the whole market.
    isPartial: true,
  };
  table.set('liquidationsUsd', longs + shorts, origin);
  table.set('shortLiquidationShare', longs + shorts > 0 ? shorts / (longs + shorts) : undefined, origin);
  const scored = feeds.filter((feed) => feed.score !== undefined);
  const z = scored.reduce((sum, feed) => sum + (feed.score?.z ?? 0), 0) / scored.length;
  const usual = scored.reduce((sum, feed) => sum + Math.expm1(feed.score?.baseline ?? Number.NaN), 0);
  table.set('liquidationsZ', z, {
    ...origin,
    sources: scored.map(({ exchange }) => exchange),
    baselineWindowMs: windowMs(BASELINE_HOURS),
    ...(Number.isFinite(usual) && scored.length > 0
      ? { baselineValue: usual, baselineUnit: 'usd' as const }
      : {}),
  });
}

/** The feed of an exchange that reaches back furthest with the newest hour; undefined where none is long enough. */
function longestFeed(rows: readonly LiquidationVolume[], nowMs: number): Feed | undefined {
  let best: { readonly feed: Feed; readonly hours: number } | undefined;
  for (const own of Map.groupBy(rows, (row) => row.endpoint).values()) {
    const [first] = own;
    const longs = sumOver(
      hourlyByExchange(own, 'sum', (bar) => bar.longLiquidatedUsd),
      nowMs,
    );
    const shorts = sumOver(
      hourlyByExchange(own, 'sum', (bar) => bar.shortLiquidatedUsd),
      nowMs,
    );
    if (first === undefined || longs === undefined || shorts === undefined) continue;
    const dayLongs = rollingSum(longs.values, FLOW_WINDOW_HOURS);
    const dayShorts = rollingSum(shorts.values, FLOW_WINDOW_HOURS);
    const both = dayLongs.map((value, index) => value + (dayShorts[index] ?? Number.NaN));
    const { exchange, coverage } = first;
    const newestMs = longs.firstHourMs + longs.values.length * HOUR_MS;
    const score = log1pZScore(both.slice(-BASELINE_HOURS - 1, -1), last(both), {
      windowPoints: BASELINE_HOURS,
    });
    if (!Number.isFinite(last(both))) continue;
    const feed = { exchange, coverage, dayLongs, dayShorts, newestMs, score };
    if (best === undefined || own.length > best.hours) best = { feed, hours: own.length };
  }
  return best?.feed;
}
