import { depthSum } from '../../analysis/metrics/depth.ts';
import { currentNumbers } from '../../analysis/metrics/currentNumbers.ts';
import { isStale } from '../../analysis/metrics/freshness.ts';
import { annualisedRate } from '../../analysis/metrics/funding.ts';
import type { FundingRate, Observation, ObservationOf } from '../../core/observation.ts';
import type { AssetSnapshot, ExchangeSnapshot } from '../../market/snapshot.ts';

/** What a report shows of one exchange. Numbers are absent where the exchange does not report them. */
export interface ExchangeRow {
  readonly snapshot: ExchangeSnapshot;
  readonly openInterestBase?: number | undefined;
  readonly openInterestUsd?: number | undefined;
  /** How sides are counted and where USD comes from, in words. */
  readonly openInterestNote?: string | undefined;
  /** Whether its open interest is in the sums: fresh, and agreeing with the others. */
  readonly isCounted: boolean;
  /** Share among the fresh exchanges, 0..1. */
  readonly share?: number | undefined;
  readonly funding?: FundingRate | undefined;
  /** Fraction per year; absent where the interval is only the exchange's default. */
  readonly fundingAnnualised?: number | undefined;
  readonly longShortRatio?: number | undefined;
  readonly volume24hUsd?: number | undefined;
  readonly depthUsd?: number | undefined;
  readonly isDepthLowerBound: boolean;
  /** The open interest is too old to be counted. */
  readonly isOpenInterestStale: boolean;
  readonly openInterestAtMs?: number | undefined;
  readonly longShortAtMs?: number | undefined;
  readonly volume24hAtMs?: number | undefined;
  readonly depthAtMs?: number | undefined;
  /** Time of the oldest number in this row. */
  readonly oldestAtMs?: number | undefined;
  /** The observations behind the row. */
  readonly used: readonly Observation[];
}

/** Returns one row per exchange, in the snapshot's order, from its first followed perpetual. */
export function exchangeRows(snapshot: AssetSnapshot, nowMs: number): ExchangeRow[] {
  const leftOut = new Set(snapshot.aggregate.leftOut?.map(({ exchange }) => exchange));
  const rows = snapshot.exchanges.map((exchange): ExchangeRow => {
    const row = rowOf(exchange, nowMs);
    // Sums count fresh numbers of fresh exchanges that agree with the others.
    const isCurrent = exchange.status === 'fresh' && !row.isOpenInterestStale;
    return { ...row, isCounted: isCurrent && !leftOut.has(exchange.exchange) };
  });
  const total = rows
    .filter((row) => row.isCounted)
    .reduce((sum, row) => sum + (row.openInterestBase ?? 0), 0);
  return rows.map((row) => {
    if (!row.isCounted || row.openInterestBase === undefined || total <= 0) return row;
    return { ...row, share: row.openInterestBase / total };
  });
}

function rowOf(snapshot: ExchangeSnapshot, nowMs: number): Omit<ExchangeRow, 'isCounted'> {
  const { price, openInterest, funding, longShort1h, volume24h, depth1pct } = currentNumbers(
    snapshot.instruments,
  );
  const depths = depth1pct === undefined ? undefined : depthSum(depth1pct);
  const isPriced =
    openInterest?.usd?.basis === 'mark-price' ||
    (volume24h?.usd !== undefined && volume24h.row.volumeUsd === undefined);
  const used = [
    openInterest?.row,
    isPriced ? price?.row : undefined,
    funding,
    longShort1h,
    volume24h?.row,
    depth1pct,
  ].filter((one) => one !== undefined);
  const times = used.map((one) => one.atMs);
  return {
    snapshot,
    openInterestBase: openInterest?.base?.value,
    openInterestUsd: openInterest?.usd?.value,
    openInterestNote:
      openInterest === undefined ? undefined : sideNote(openInterest.row.sides, openInterest.usd?.basis),
    funding,
    fundingAnnualised: funding === undefined ? undefined : annualisedRate(funding),
    longShortRatio: longShort1h?.longShortRatio,
    volume24hUsd: volume24h?.usd,
    depthUsd: depths?.totalUsd,
    isDepthLowerBound: depths?.isLowerBound ?? false,
    oldestAtMs: times.length === 0 ? undefined : Math.min(...times),
    isOpenInterestStale: openInterest !== undefined && isStale(openInterest.row, nowMs),
    openInterestAtMs: openInterest?.row.atMs,
    longShortAtMs: longShort1h?.atMs,
    volume24hAtMs: volume24h?.usd === undefined ? undefined : volume24h.row.atMs,
    depthAtMs: depth1pct?.atMs,
    used,
  };
}

function sideNote(
  sides: ObservationOf<'open-interest'>['sides'],
  basis: 'venue' | 'mark-price' | undefined,
): string {
  const counted = {
    one: 'one-sided',
    both: 'both sides reported, halved',
    unverified: 'sides not verified, taken as is',
  }[sides];
  if (basis === undefined) return counted;
  return `${counted}; USD ${basis === 'venue' ? 'as stated' : 'from mark price'}`;
}
