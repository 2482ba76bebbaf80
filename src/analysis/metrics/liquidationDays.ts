import { exchangeName } from '../../core/exchangeNames.ts';
import type { ExchangeId } from '../../core/ids.ts';
import { HOUR_MS } from '../../core/units.ts';
import type { MetricInputs } from './kit/inputs.ts';
import { atOnce, type Absent, type Computation, type MetricOrigin, type Outcome } from './kit/metric.ts';
import { FLOW_WINDOW_HOURS, FLOW_WINDOW_MS } from './kit/windows.ts';
import {
  bestCoveredFirst,
  liquidationFeeds,
  newestWindow,
  type LiquidationFeed,
  type LiquidationWindow,
} from './liquidationFeeds.ts';

/** The last day of an exchange, by its better covered feed. */
interface Day {
  readonly feed: LiquidationFeed;
  readonly window: LiquidationWindow;
}

interface LastDays {
  /** Those that are covered whole. */
  readonly days: readonly Day[];
  /** The feeds of each exchange, by name of the exchange, the better covered one first. */
  readonly byExchange: readonly (readonly LiquidationFeed[])[];
}

/**
 * Returns the last day of each exchange, of one feed: two feeds of one exchange tell of the same events. A day of which an
 * hour is lacking is left out and never scaled up; absent where no exchange has a whole one.
 */
export function lastDays({ series, nowMs }: MetricInputs): LastDays | Absent {
  const feeds = liquidationFeeds(series, nowMs);
  const byExchange = [...Map.groupBy(feeds, ({ exchange }) => exchange)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, own]) => bestCoveredFirst(own, FLOW_WINDOW_HOURS));
  const known = byExchange.flatMap(([feed]): Day[] =>
    feed === undefined ? [] : [{ feed, window: newestWindow(feed, FLOW_WINDOW_HOURS) }],
  );
  const days = known.filter(({ window }) => window.coveredHours === window.hours);
  return days.length === 0 ? { absent: absence(known) } : { days, byExchange };
}

/** Returns where numbers of feeds come from: as old as the oldest of them, and never the whole market. */
export function originOfFeeds(
  parts: readonly { readonly feed: LiquidationFeed }[],
): MetricOrigin & { readonly sources: readonly ExchangeId[] } {
  return {
    windowMs: FLOW_WINDOW_MS,
    sources: parts.map(({ feed }) => feed.exchange),
    newestMs: parts.reduce((oldest, { feed }) => Math.min(oldest, feed.lastHourMs + HOUR_MS), Infinity),
    isPartial: true,
  };
}

/** Returns the computation of what is made of the amounts of the last day. */
export function ofLastDays(
  outcome: (day: {
    readonly longUsd: number;
    readonly shortUsd: number;
    readonly origin: MetricOrigin;
  }) => Outcome,
): Computation {
  return atOnce((inputs) => {
    const found = lastDays(inputs);
    if ('absent' in found) return found;
    const sum = (read: (window: LiquidationWindow) => number | undefined): number =>
      found.days.reduce((total, { window }) => total + (read(window) ?? Number.NaN), 0);
    return outcome({
      longUsd: sum(({ longUsd }) => longUsd),
      shortUsd: sum(({ shortUsd }) => shortUsd),
      origin: originOfFeeds(found.days),
    });
  });
}

function absence(known: readonly Day[]): string {
  if (known.length === 0) return 'no exchange gave liquidations by side and hour';
  const parts = known.map(
    ({ feed, window }) =>
      `${exchangeName(feed.exchange)} ${window.coveredHours} of ${window.hours} h covered`,
  );
  return `no exchange has a whole day: ${parts.join(', ')}`;
}
