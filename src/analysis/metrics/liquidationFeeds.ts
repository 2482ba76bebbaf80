import type { ExchangeId, InstrumentKey } from '../../core/ids.ts';
import type { LiquidationVolume } from '../../core/observation.ts';
import { HOUR_MS } from '../../core/units.ts';
import type { SeriesId } from '../../series/catalogue.ts';
import { newestLabel, stepOf, valueAt, type StepColumn } from '../../series/hours.ts';
import type { MetricPart, MetricSeries } from './kit/inputs.ts';

/** What is further back does not speak of now; an hour and its delay leave room. */
const FRESH_MS = 4 * HOUR_MS;
/** From the best to the poorest. */
const COVERAGES: readonly LiquidationVolume['coverage'][] = ['complete', 'unverified', 'sampled'];

/**
 * One feed of an exchange, an endpoint or a channel, with its hours as columns: place `i` is the hour that starts at
 * `firstMs + i h`. An hour is covered where both sides are stated in dollars; NaN = not covered, and of coins not stated by every part.
 */
export interface LiquidationFeed {
  readonly exchange: ExchangeId;
  readonly endpoint: string;
  readonly firstMs: number;
  readonly amounts: Readonly<Record<AmountName, Float64Array>>;
  /** The place of each hour's coverage among the kinds of it, from the best to the poorest. */
  readonly coverage: Uint8Array;
  readonly coveredHours: number;
  /** The start of its newest covered hour. */
  readonly lastHourMs: number;
}

/** By the side of the position. */
type AmountName = 'longUsd' | 'shortUsd' | 'longBase' | 'shortBase';

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
export function liquidationFeeds(
  series: Pick<MetricSeries, 'parts'>,
  nowMs: number,
): readonly LiquidationFeed[] {
  return allFeeds(series, nowMs).filter(({ lastHourMs }) => speaksOfNow(lastHourMs, nowMs));
}

/** Several metrics ask for the feeds of a history, and most refreshes of an hour have the same parts. */
const known = new WeakMap<MetricPart, { parts: MetricPart[]; hourMs: number; feeds: LiquidationFeed[] }>();

function allFeeds(series: Pick<MetricSeries, 'parts'>, nowMs: number): readonly LiquidationFeed[] {
  const parts = LIQUIDATION_SERIES.flatMap((id) => [...series.parts(id)]);
  const [first] = parts;
  if (first === undefined) return [];
  const hourMs = stepOf(nowMs);
  const before = known.get(first);
  const isSame =
    before?.parts.length === parts.length && before.parts.every((part, at) => part === parts[at]);
  if (isSame && before.hourMs === hourMs) return before.feeds;
  const byFeed = Map.groupBy(rowsOf(series), ({ exchange, endpoint }) => `${exchange} ${endpoint}`);
  const feeds = [...byFeed.values()].flatMap((own) => feedOf(own, nowMs) ?? []);
  known.set(first, { parts, hourMs, feeds });
  return feeds;
}

const SERIES = {
  'long-liquidations-usd': 'longUsd',
  'short-liquidations-usd': 'shortUsd',
  'long-liquidations': 'longBase',
  'short-liquidations': 'shortBase',
} as const satisfies Partial<Record<SeriesId, AmountName>>;
const NAMES = Object.values(SERIES);

/** What an hour is made of. Coins alone tell that a row was there. */
export const LIQUIDATION_SERIES = Object.keys(SERIES) as readonly (keyof typeof SERIES)[];

/** The stored rows of an instrument in a feed, of one coverage. */
interface Rows {
  readonly exchange: ExchangeId;
  readonly endpoint: string;
  readonly instrument: InstrumentKey;
  readonly coverage: number;
  readonly columns: Partial<Record<AmountName, StepColumn>>;
}

function rowsOf(series: Pick<MetricSeries, 'parts'>): Rows[] {
  const rows = new Map<string, Rows>();
  for (const id of LIQUIDATION_SERIES)
    for (const { exchange, endpoint, instrument, shared, column } of series.parts(id)) {
      const coverage = COVERAGES.indexOf(shared['coverage'] as LiquidationVolume['coverage']);
      const key = `${exchange} ${endpoint} ${instrument} ${coverage}`;
      const own = rows.get(key) ?? { exchange, endpoint, instrument, coverage, columns: {} };
      own.columns[SERIES[id]] = column;
      rows.set(key, own);
    }
  return [...rows.values()];
}

const amountAt = ({ columns }: Rows, name: AmountName, atMs: number): number => {
  const column = columns[name];
  return column === undefined ? Number.NaN : valueAt(column, atMs);
};

function hasRow(rows: Rows | undefined, atMs: number): boolean {
  for (const name of NAMES) if (rows !== undefined && !Number.isNaN(amountAt(rows, name, atMs))) return true;
  return false;
}

/** The newest hour that has ended of which there is a row; -Infinity where there is none. */
function newestOf(rows: readonly Rows[], nowMs: number): number {
  const columns = rows.flatMap((one) => Object.values(one.columns));
  return Math.max(-Infinity, ...columns.map((one) => newestLabel(one, nowMs - HOUR_MS) ?? -Infinity));
}

/** Returns whether the hour that starts at `hourMs` is recent enough to be the newest of a sum that speaks of now. */
function speaksOfNow(hourMs: number, nowMs: number): boolean {
  return nowMs - hourMs <= FRESH_MS;
}

/** Returns whether a stretch of hours that was summed up before still speaks of now. */
export function isCurrentWindow({ endMs }: Pick<LiquidationWindow, 'endMs'>, nowMs: number): boolean {
  return speaksOfNow(endMs - HOUR_MS, nowMs);
}

/**
 * Writes the sum of an hour over the instruments into `sums`, and the poorest coverage; returns whether each of them has a
 * row that states both sides in dollars. Of several coverages of an hour the one that came last counts.
 */
function addHour(
  instruments: readonly (readonly Rows[])[],
  atMs: number,
  sums: Record<AmountName | 'coverage', number>,
): boolean {
  for (const name of NAMES) sums[name] = 0;
  sums.coverage = 0;
  for (const own of instruments) {
    let at = own.length - 1;
    while (at >= 0 && !hasRow(own[at], atMs)) at -= 1;
    const part = own[at];
    if (part === undefined) return false;
    for (const name of NAMES) sums[name] += amountAt(part, name, atMs);
    sums.coverage = Math.max(sums.coverage, part.coverage);
  }
  return !Number.isNaN(sums.longUsd + sums.shortUsd);
}

function feedOf(rows: readonly Rows[], nowMs: number): LiquidationFeed | undefined {
  const [first] = rows;
  const newestMs = newestOf(rows, nowMs);
  const firstMs = Math.min(...rows.flatMap((one) => Object.values(one.columns).map((own) => own.firstMs)));
  if (first === undefined || !(newestMs >= firstMs)) return undefined;
  const byInstrument = [...Map.groupBy(rows, ({ instrument }) => instrument).values()];
  const present = byInstrument.filter((own) => newestMs - newestOf(own, nowMs) < FRESH_MS);
  const hours = (newestMs - firstMs) / HOUR_MS + 1;
  const empty = (): Float64Array => new Float64Array(hours).fill(Number.NaN);
  const amounts = { longUsd: empty(), shortUsd: empty(), longBase: empty(), shortBase: empty() };
  const coverage = new Uint8Array(hours);
  const sums = { longUsd: 0, shortUsd: 0, longBase: 0, shortBase: 0, coverage: 0 };
  let [coveredHours, last] = [0, -1];
  for (let place = 0; place < hours; place += 1) {
    const atMs = firstMs + place * HOUR_MS;
    const isCovered = addHour(present, atMs, sums);
    if (!isCovered) continue;
    for (const name of NAMES) amounts[name][place] = sums[name];
    coverage[place] = sums.coverage;
    coveredHours += 1;
    last = place;
  }
  if (last < 0) return undefined;
  const { exchange, endpoint } = first;
  return {
    exchange,
    endpoint,
    firstMs,
    amounts,
    coverage,
    coveredHours,
    lastHourMs: firstMs + last * HOUR_MS,
  };
}

/** Returns the hours of a feed that end with its newest one, as a column of an amount; NaN where an hour is not covered. */
export function newestHours(
  { amounts, firstMs, lastHourMs }: LiquidationFeed,
  name: AmountName,
  hours: number,
): Float64Array {
  const end = (lastHourMs - firstMs) / HOUR_MS + 1;
  const own = amounts[name].subarray(Math.max(0, end - hours), end);
  const column = new Float64Array(hours).fill(Number.NaN);
  column.set(own, hours - own.length);
  return column;
}

/** Returns the `hours` hours of a feed that end with its newest. */
export function newestWindow(feed: LiquidationFeed, hours: number): LiquidationWindow {
  const end = (feed.lastHourMs - feed.firstMs) / HOUR_MS;
  const sums: Record<AmountName, number> = { longUsd: 0, shortUsd: 0, longBase: 0, shortBase: 0 };
  let [coveredHours, poorest] = [0, 0];
  for (let place = end; place > end - hours && place >= 0; place -= 1) {
    if (Number.isNaN(feed.amounts.longUsd[place])) continue;
    coveredHours += 1;
    poorest = Math.max(poorest, feed.coverage[place] ?? 0);
    for (const name of NAMES) sums[name] += feed.amounts[name][place] ?? Number.NaN;
  }
  const stated = NAMES.filter((name) => coveredHours === hours && !Number.isNaN(sums[name]));
  return {
    coveredHours,
    hours,
    coverage: COVERAGES[poorest] ?? 'sampled',
    endMs: feed.lastHourMs + HOUR_MS,
    ...(Object.fromEntries(stated.map((name) => [name, sums[name]])) as Partial<Record<AmountName, number>>),
  };
}

/**
 * Returns the feeds of one exchange, the better covered one first: more hours of the window, then better coverage of them,
 * then newer, then more hours in all. They tell of the same events and are never added up.
 */
export function bestCoveredFirst(feeds: readonly LiquidationFeed[], hours: number): LiquidationFeed[] {
  const rank = (feed: LiquidationFeed): readonly number[] => {
    const { coveredHours, coverage } = newestWindow(feed, hours);
    return [coveredHours, -COVERAGES.indexOf(coverage), feed.lastHourMs, feed.coveredHours];
  };
  const ranked = feeds.map((feed) => ({ feed, rank: rank(feed) }));
  ranked.sort((a, b) => {
    const differing = a.rank.findIndex((value, index) => value !== b.rank[index]);
    if (differing < 0) return a.feed.endpoint < b.feed.endpoint ? -1 : 1;
    return (b.rank[differing] ?? 0) - (a.rank[differing] ?? 0);
  });
  return ranked.map(({ feed }) => feed);
}
