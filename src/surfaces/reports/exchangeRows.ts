import { depthSum } from '../../analysis/metrics/depth.ts';
import {
  areOfOneMoment,
  bestFunding,
  bestOpenInterest,
  isStale,
  newestOf,
} from '../../analysis/metrics/freshness.ts';
import { annualisedRate } from '../../analysis/metrics/funding.ts';
import { oneSidedBase, oneSidedUsd } from '../../analysis/metrics/openInterest.ts';
import type { FundingRate, Observation, ObservationOf } from '../../core/observation.ts';
import { DAY_MS } from '../../core/units.ts';
import type { AssetSnapshot, ExchangeSnapshot } from '../../market/snapshot.ts';

/** What a report shows of one exchange. Numbers are absent where the exchange does not report them. */
export interface ExchangeRow {
  readonly snapshot: ExchangeSnapshot;
  readonly openInterestBase?: number | undefined;
  readonly openInterestUsd?: number | undefined;
  /** How sides are counted and where USD comes from, in words. */
  readonly openInterestNote?: string | undefined;
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
  /** Time of the oldest number in this row. */
  readonly oldestAtMs?: number | undefined;
  /** The observations behind the row. */
  readonly used: readonly Observation[];
}

/** Returns one row per exchange, in the snapshot's order, from its first followed perpetual. */
export function exchangeRows(snapshot: AssetSnapshot, nowMs: number): ExchangeRow[] {
  const rows = snapshot.exchanges.map((exchange) => rowOf(exchange, nowMs));
  const total = rows.filter(isCounted).reduce((sum, row) => sum + (row.openInterestBase ?? 0), 0);
  return rows.map((row) => {
    if (!isCounted(row) || row.openInterestBase === undefined || total <= 0) return row;
    return { ...row, share: row.openInterestBase / total };
  });
}

/** Aggregates count fresh numbers of fresh exchanges only. */
const isCounted = (row: ExchangeRow): boolean => row.snapshot.status === 'fresh' && !row.isOpenInterestStale;

function rowOf(snapshot: ExchangeSnapshot, nowMs: number): ExchangeRow {
  const instrument = snapshot.instruments.find((one) => one.kind === 'perpetual');
  const all = instrument?.observations ?? [];
  const openInterest = bestOpenInterest(all);
  const mark = newestOf(all, 'mark-price', (one) => (one.markPriceQuote ?? one.lastPriceQuote) !== undefined);
  const price = mark?.markPriceQuote ?? mark?.lastPriceQuote;
  const funding = bestFunding(all) ?? newestOf(all, 'funding-rate');
  const longShort = newestOf(all, 'long-short-ratio', (one) => one.population === 'all-accounts');
  const volume = newestOf(all, 'volume', (one) => one.windowMs === DAY_MS);
  const depth = newestOf(all, 'depth', (one) => one.bandFraction === 0.01);
  const base = openInterest === undefined ? undefined : oneSidedBase(openInterest);
  const isPriced = mark !== undefined && openInterest !== undefined && areOfOneMoment(mark, openInterest);
  const usd =
    openInterest === undefined ? undefined : oneSidedUsd(openInterest, isPriced ? price : undefined);
  const depths = depth === undefined ? undefined : depthSum(depth);
  const priced = usd?.basis === 'mark-price' || (volume !== undefined && volume.volumeUsd === undefined);
  const used = [openInterest, priced ? mark : undefined, funding, longShort, volume, depth].filter(
    (one) => one !== undefined,
  );
  const times = used.map((one) => one.atMs);
  return {
    snapshot,
    openInterestBase: base?.value,
    openInterestUsd: usd?.value,
    openInterestNote: openInterest === undefined ? undefined : sideNote(openInterest.sides, usd?.basis),
    funding,
    fundingAnnualised: funding === undefined ? undefined : annualisedRate(funding),
    longShortRatio: longShort?.longShortRatio,
    volume24hUsd:
      volume?.volumeUsd ??
      (volume?.volumeBase === undefined || price === undefined ? undefined : volume.volumeBase * price),
    depthUsd: depths?.totalUsd,
    isDepthLowerBound: depths?.isLowerBound ?? false,
    oldestAtMs: times.length === 0 ? undefined : Math.min(...times),
    isOpenInterestStale: openInterest !== undefined && isStale(openInterest, nowMs),
    openInterestAtMs: openInterest?.atMs,
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
