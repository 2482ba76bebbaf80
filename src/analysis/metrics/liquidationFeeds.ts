import type { ExchangeId, InstrumentKey } from '../../core/ids.ts';
import type { LiquidationVolume } from '../../core/observation.ts';
import { HOUR_MS } from '../../core/units.ts';
import type { SeriesId } from '../../series/catalogue.ts';
import type { MetricSeries } from './kit/inputs.ts';

/** What is further back does not speak of now; an hour and its delay leave room. */
const FRESH_MS = 4 * HOUR_MS;
/** From the best to the poorest. */
const COVERAGES: readonly LiquidationVolume['coverage'][] = ['complete', 'unverified', 'sampled'];

/** The liquidations of an hour, by the side of the position. Coins are absent where not every part states them. */
export interface LiquidationHour {
  readonly longUsd: number;
  readonly shortUsd: number;
  readonly longBase?: number;
  readonly shortBase?: number;
  readonly coverage: LiquidationVolume['coverage'];
}

/** One feed of an exchange: an endpoint or a channel, with the hours that it covers by their start in epoch ms. */
export interface LiquidationFeed {
  readonly exchange: ExchangeId;
  readonly endpoint: string;
  readonly hours: ReadonlyMap<number, LiquidationHour>;
  /** The start of its newest hour. */
  readonly lastHourMs: number;
}

/** A stretch of hours of a feed. Amounts are absent while an hour is lacking: a part is not the sum. */
export interface LiquidationWindow {
  readonly coveredHours: number;
  readonly hours: number;
  /** The poorest coverage of its hours. */
  readonly coverage: LiquidationVolume['coverage'];
  /** The end of its newest hour, epoch ms. */
  readonly endMs: number;
  readonly longUsd?: number;
  readonly shortUsd?: number;
  readonly longBase?: number;
  readonly shortBase?: number;
}

/**
 * Returns the feeds whose newest covered hour is recent enough to speak of now. A row is a covered hour; hours that have not
 * ended, or that do not state both sides in dollars, count as lacking. Where a feed is about several instruments, an hour
 * counts that all of those have which the feed is about at present.
 */
export function liquidationFeeds(series: Pick<MetricSeries, 'parts'>, nowMs: number): LiquidationFeed[] {
  const byFeed = Map.groupBy(stated(series, nowMs), ({ exchange, endpoint }) => `${exchange} ${endpoint}`);
  return [...byFeed.values()].flatMap((own) => {
    const feed = feedOf(own);
    return feed === undefined || !speaksOfNow(feed.lastHourMs, nowMs) ? [] : [feed];
  });
}

/** What one stored row of an instrument states of an hour. */
interface Stated {
  readonly exchange: ExchangeId;
  readonly endpoint: string;
  readonly instrument: InstrumentKey;
  readonly atMs: number;
  readonly coverage: LiquidationVolume['coverage'];
  readonly amounts: Amounts;
}

type Amounts = Partial<Omit<LiquidationHour, 'coverage'>>;

const SERIES = {
  'long-liquidations-usd': 'longUsd',
  'short-liquidations-usd': 'shortUsd',
  'long-liquidations': 'longBase',
  'short-liquidations': 'shortBase',
} as const satisfies Partial<Record<SeriesId, keyof Amounts>>;

/** What an hour is made of. Coins alone tell that an hour was covered. */
export const LIQUIDATION_SERIES = Object.keys(SERIES) as readonly (keyof typeof SERIES)[];

/** The hours that have ended, in order of time. */
function stated(series: Pick<MetricSeries, 'parts'>, nowMs: number): Stated[] {
  const rows = new Map<string, Stated & { amounts: Amounts }>();
  for (const [id, name] of Object.entries(SERIES) as [keyof typeof SERIES, keyof Amounts][])
    for (const { exchange, endpoint, instrument, shared, column } of series.parts(id)) {
      const coverage = shared['coverage'] as LiquidationVolume['coverage'];
      const key = `${exchange} ${endpoint} ${instrument} ${coverage}`;
      for (const [place, value] of column.values.entries()) {
        const atMs = column.firstMs + place * column.stepMs;
        if (!Number.isFinite(value) || atMs + HOUR_MS > nowMs) continue;
        const row = rows.get(`${key} ${atMs}`);
        if (row !== undefined) row.amounts = { ...row.amounts, [name]: value };
        else
          rows.set(`${key} ${atMs}`, {
            exchange,
            endpoint,
            instrument,
            atMs,
            coverage,
            amounts: { [name]: value },
          });
      }
    }
  return [...rows.values()].sort((a, b) => a.atMs - b.atMs);
}

/** Returns whether the hour that starts at `hourMs` is recent enough to be the newest of a sum that speaks of now. */
function speaksOfNow(hourMs: number, nowMs: number): boolean {
  return nowMs - hourMs <= FRESH_MS;
}

/** Returns whether a stretch of hours that was summed up before still speaks of now. */
export function isCurrentWindow({ endMs }: Pick<LiquidationWindow, 'endMs'>, nowMs: number): boolean {
  return speaksOfNow(endMs - HOUR_MS, nowMs);
}

function feedOf(rows: readonly Stated[]): LiquidationFeed | undefined {
  const newestMs = rows.reduce((newest, { atMs }) => Math.max(newest, atMs), -Infinity);
  const present = new Set(
    rows.filter(({ atMs }) => newestMs - atMs < FRESH_MS).map(({ instrument }) => instrument),
  );
  const byHour = Map.groupBy(
    rows.filter(({ instrument }) => present.has(instrument)),
    ({ atMs }) => atMs,
  );
  const hours = new Map<number, LiquidationHour>();
  for (const [atMs, own] of byHour) {
    const parts = [...new Map(own.map((row) => [row.instrument, row])).values()].flatMap(hourOf);
    if (parts.length === present.size) hours.set(atMs, sumOf(parts));
  }
  const [first] = rows;
  if (first === undefined || hours.size === 0) return undefined;
  const { exchange, endpoint } = first;
  return { exchange, endpoint, hours, lastHourMs: [...hours.keys()].reduce((a, b) => Math.max(a, b)) };
}

function hourOf({ amounts, coverage }: Stated): LiquidationHour[] {
  const { longUsd, shortUsd } = amounts;
  return longUsd === undefined || shortUsd === undefined ? [] : [{ ...amounts, longUsd, shortUsd, coverage }];
}

/** Adds up hours; what one of them does not state has no sum. */
function sumOf(parts: readonly LiquidationHour[]): LiquidationHour {
  const sum = (read: (part: LiquidationHour) => number | undefined): number =>
    parts.reduce((total, part) => total + (read(part) ?? Number.NaN), 0);
  return {
    longUsd: sum(({ longUsd }) => longUsd),
    shortUsd: sum(({ shortUsd }) => shortUsd),
    ...defined({ longBase: sum(({ longBase }) => longBase), shortBase: sum(({ shortBase }) => shortBase) }),
    coverage: poorest(parts.map(({ coverage }) => coverage)),
  };
}

/** Returns the `hours` hours of a feed that end with its newest. */
export function newestWindow(feed: LiquidationFeed, hours: number): LiquidationWindow {
  const found = Array.from({ length: hours }, (_, back) => feed.hours.get(feed.lastHourMs - back * HOUR_MS));
  const covered = found.filter((hour) => hour !== undefined);
  const { coverage, ...amounts } = sumOf(covered);
  return {
    coveredHours: covered.length,
    hours,
    coverage,
    endMs: feed.lastHourMs + HOUR_MS,
    ...(covered.length < hours ? {} : amounts),
  };
}

/**
 * Returns the feeds of one exchange, the better covered one first: more hours of the window, then better coverage of them,
 * then newer, then more hours in all. They tell of the same events and are never added up.
 */
export function bestCoveredFirst(feeds: readonly LiquidationFeed[], hours: number): LiquidationFeed[] {
  const rank = (feed: LiquidationFeed): readonly number[] => {
    const { coveredHours, coverage } = newestWindow(feed, hours);
    return [coveredHours, -COVERAGES.indexOf(coverage), feed.lastHourMs, feed.hours.size];
  };
  const ranked = feeds.map((feed) => ({ feed, rank: rank(feed) }));
  ranked.sort((a, b) => {
    const differing = a.rank.findIndex((value, index) => value !== b.rank[index]);
    if (differing < 0) return a.feed.endpoint < b.feed.endpoint ? -1 : 1;
    return (b.rank[differing] ?? 0) - (a.rank[differing] ?? 0);
  });
  return ranked.map(({ feed }) => feed);
}

function poorest(coverages: readonly LiquidationVolume['coverage'][]): LiquidationVolume['coverage'] {
  return COVERAGES[Math.max(0, ...coverages.map((one) => COVERAGES.indexOf(one)))] ?? 'sampled';
}

function defined(values: Readonly<Record<string, number | undefined>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).filter(
      (entry): entry is [string, number] => entry[1] !== undefined && !Number.isNaN(entry[1]),
    ),
  );
}
