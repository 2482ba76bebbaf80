import {
  bestFunding,
  bestOpenInterest,
  FRESH_LIMIT_MS,
  isFreshAt,
  isReading,
  isStale,
  newestOf,
} from '../analysis/metrics/freshness.ts';
import { depthSum } from '../analysis/metrics/depth.ts';
import { takerRatio } from '../analysis/metrics/flow.ts';
import { oiWeightedFunding } from '../analysis/metrics/funding.ts';
import { aggregateOpenInterest, oneSidedBase, oneSidedUsd } from '../analysis/metrics/openInterest.ts';
import { nearestThreeMonths, type DatedBasis } from '../analysis/metrics/basis.ts';
import { median } from '../analysis/metrics/statistics.ts';
import type { Asset } from '../core/ids.ts';
import { DOLLAR_NOTE, TRACKED_SCOPE } from '../core/scope.ts';
import type { ObservationOf } from '../core/observation.ts';
import { DAY_MS, HOUR_MS } from '../core/units.ts';
import type { AssetAggregate, ExchangeSnapshot } from './snapshot.ts';

/** The newest usable number of each kind of one exchange, stale ones left out. */
export interface ExchangeReadings {
  readonly exchange: string;
  readonly displayName: string;
  readonly markPriceQuote?: number;
  readonly openInterestBase?: number;
  readonly openInterestUsd?: number;
  readonly openInterestNote?: string;
  readonly funding?: ObservationOf<'funding-rate'>;
  readonly volume24hUsd?: number;
  readonly spotVolume24hUsd?: number;
  /** Time of the older of spot and perpetual volume. */
  readonly volumesAtMs?: number;
  /** The future nearest three months. */
  readonly basis?: DatedBasis;
  readonly depth?: ObservationOf<'depth'>;
  readonly longShort?: ObservationOf<'long-short-ratio'>;
  readonly taker?: ObservationOf<'taker-volume'>;
}

/** Returns the fresh readings of an exchange's first tracked perpetual; the one place that picks numbers to add up. */
export function readingsOf(snapshot: ExchangeSnapshot, nowMs: number): ExchangeReadings {
  const perpetual = snapshot.instruments.find((one) => one.kind === 'perpetual');
  const fresh = (perpetual?.observations ?? []).filter((one) => !isStale(one, nowMs));
  const readings = fresh.filter(isReading);
  const mark = newestOf(readings, 'mark-price', (one) => one.markPriceQuote !== undefined);
  const last = newestOf(readings, 'mark-price', (one) => one.lastPriceQuote !== undefined);
  const markPriceQuote = mark?.markPriceQuote ?? last?.lastPriceQuote;
  const openInterest = bestOpenInterest(readings, (one) => one.openInterestBase !== undefined);
  const base = openInterest === undefined ? undefined : oneSidedBase(openInterest);
  const usd = openInterest === undefined ? undefined : oneSidedUsd(openInterest, markPriceQuote);
  const funding = bestFunding(readings);
  const volume = newestOf(readings, 'volume', (one) => one.windowMs === DAY_MS);
  const volume24hUsd = volume?.volumeUsd ?? times(volume?.volumeBase, markPriceQuote);
  const spot = spotVolumeOf(snapshot, nowMs);
  const basis = nearestThreeMonths(
    (snapshot.termStructure ?? []).filter((one) => isFreshAt(one.atMs, nowMs)),
    nowMs,
  );
  const depth = newestOf(readings, 'depth');
  const longShort = newestOf(fresh, 'long-short-ratio', (one) => one.population === 'all-accounts');
  const taker = newestOf(fresh, 'taker-volume', (one) => one.barMs === HOUR_MS);
  return {
    exchange: snapshot.exchange,
    displayName: snapshot.displayName,
    ...(markPriceQuote === undefined ? {} : { markPriceQuote }),
    ...(base === undefined ? {} : { openInterestBase: base.value }),
    ...(usd === undefined ? {} : { openInterestUsd: usd.value }),
    ...(base?.note === undefined ? {} : { openInterestNote: base.note }),
    ...(funding === undefined ? {} : { funding }),
    ...(volume24hUsd === undefined ? {} : { volume24hUsd }),
    ...(spot?.usd === undefined ? {} : { spotVolume24hUsd: spot.usd }),
    ...(spot === undefined || volume === undefined ? {} : { volumesAtMs: Math.min(spot.atMs, volume.atMs) }),
    ...(basis === undefined ? {} : { basis }),
    ...(depth === undefined ? {} : { depth }),
    ...(longShort === undefined ? {} : { longShort }),
    ...(taker === undefined ? {} : { taker }),
  };
}

function spotVolumeOf(
  snapshot: ExchangeSnapshot,
  nowMs: number,
): { readonly usd: number | undefined; readonly atMs: number } | undefined {
  const spot = snapshot.instruments.find((one) => one.kind === 'spot');
  const fresh = (spot?.observations ?? []).filter((one) => !isStale(one, nowMs)).filter(isReading);
  const volume = newestOf(fresh, 'volume', (one) => one.windowMs === DAY_MS);
  const price = newestOf(fresh, 'mark-price', (one) => one.lastPriceQuote !== undefined)?.lastPriceQuote;
  if (volume === undefined) return undefined;
  return { usd: volume.volumeUsd ?? times(volume.volumeBase, price), atMs: volume.atMs };
}

const times = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a * b;

/** Returns the sums and means over the fresh exchanges of an asset, with notes on what was left out. */
export function aggregateAsset(
  asset: Asset,
  exchanges: readonly ExchangeSnapshot[],
  nowMs: number,
): AssetAggregate {
  const fresh = exchanges.filter((one) => one.status === 'fresh');
  const readings = fresh.map((one) => readingsOf(one, nowMs));
  const openInterest = aggregateOpenInterest(
    readings.map((one) => ({ exchange: one.exchange, base: one.openInterestBase, usd: one.openInterestUsd })),
  );
  const funding = oiWeightedFunding(
    readings.map((one) => ({
      exchange: one.exchange,
      funding: one.funding,
      openInterestUsd: one.openInterestUsd,
    })),
    { nowMs, maxAgeMs: FRESH_LIMIT_MS },
  );
  const volumes = present(readings.map((one) => one.volume24hUsd));
  const spot = spotShare(readings);
  const bases = present(readings.map((one) => one.basis?.annualised));
  const depths = readings.flatMap((one) => (one.depth === undefined ? [] : (depthSum(one.depth) ?? [])));
  const ratios = present(readings.map((one) => one.longShort?.longShortRatio));
  const flows = ofCommonHour(readings.flatMap((one) => (one.taker === undefined ? [] : [one.taker])));
  const flow = takerRatio(total(flows, 'takerBuyBase'), total(flows, 'takerSellBase'));
  const largest = openInterest.shares[0];
  const nameOf = (id: string): string => exchanges.find((one) => one.exchange === id)?.displayName ?? id;
  const notes = [
    `Sums cover ${TRACKED_SCOPE} on ${asset}; ${DOLLAR_NOTE}.`,
    ...readings.flatMap((one) =>
      one.openInterestNote === undefined
        ? []
        : [`${one.displayName} open interest: ${one.openInterestNote}.`],
    ),
    ...readings
      .filter((one) => one.openInterestBase === undefined)
      .map((one) => `${one.displayName} is not in the open interest: no current number in coins.`),
    ...partial('24 h volume', volumes.length, readings.length),
    ...partial('annualised basis', bases.length, readings.length),
    ...(spot.share === undefined ? [] : [`The spot share is of ${spot.exchanges.map(nameOf).join(', ')}.`]),
    ...partial('depth', depths.length, readings.length),
    ...partial('long/short ratio', ratios.length, readings.length),
    ...partial('taker ratio', flows.length, readings.length),
    ...funding.dropped.map((one) => `${nameOf(one.exchange)} is not in the weighted funding: ${one.reason}.`),
    ...exchanges
      .filter((one) => one.status !== 'fresh')
      .map(
        (one) =>
          `${one.displayName} is left out: ${one.status}${one.reason === undefined ? '' : `, ${one.reason}`}.`,
      ),
  ];
  const optionals = {
    openInterestBase: openInterest.base,
    openInterestUsd: openInterest.usd,
    fundingAnnualisedOiWeighted: funding.annualised,
    volume24hUsd: sumOf(volumes),
    spotVolumeShare: spot.share,
    basisAnnualised: median(bases),
    markPriceQuote: median(present(readings.map((one) => one.markPriceQuote))),
    largestShare: largest,
    concentrationHhi: openInterest.hhi,
    depthUsd: sumOf(depths.map((one) => one.totalUsd)),
    isDepthLowerBound: depths.length === 0 ? undefined : depths.some((one) => one.isLowerBound),
    longShortRatio: median(ratios),
    takerBuySellRatio1h: flow,
  };
  const given = Object.fromEntries(Object.entries(optionals).filter(([, value]) => value !== undefined));
  return { ...given, notes, coverage: { fresh: fresh.length, of: exchanges.length } };
}

const present = (values: readonly (number | undefined)[]): number[] =>
  values.filter((value) => value !== undefined);
const sumOf = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((a, b) => a + b, 0);

/** Spot beside perpetuals, of the exchanges that report both: a share over different exchanges would compare nothing. */
export function spotShare(readings: readonly ExchangeReadings[]): {
  readonly share?: number;
  readonly exchanges: readonly string[];
  /** Time of the oldest volume that is counted. */
  readonly atMs?: number;
} {
  const both = readings.filter((one) => one.spotVolume24hUsd !== undefined && one.volume24hUsd !== undefined);
  const spot = both.reduce((sum, one) => sum + (one.spotVolume24hUsd ?? 0), 0);
  const all = both.reduce((sum, one) => sum + (one.volume24hUsd ?? 0), spot);
  const exchanges = both.map((one) => one.exchange);
  if (!(all > 0)) return { exchanges };
  const atMs = Math.min(...both.map((one) => one.volumesAtMs ?? Number.POSITIVE_INFINITY));
  return { share: spot / all, exchanges, ...(Number.isFinite(atMs) ? { atMs } : {}) };
}

function total(
  flows: readonly ObservationOf<'taker-volume'>[],
  side: 'takerBuyBase' | 'takerSellBase',
): number {
  return flows.length === 0 ? Number.NaN : flows.reduce((sum, flow) => sum + (flow[side] ?? 0), 0);
}

/** Says so where a sum or median rests on fewer exchanges than are fresh. */
function partial(what: string, counted: number, fresh: number): string[] {
  if (counted === 0 || counted === fresh) return [];
  return [`The ${what} is of ${counted} of ${fresh} fresh exchanges.`];
}

/** Flows of the hour that most exchanges have (the newer of equals): different hours do not add up. */
function ofCommonHour(flows: readonly ObservationOf<'taker-volume'>[]): ObservationOf<'taker-volume'>[] {
  const usable = flows.filter((one) => one.takerBuyBase !== undefined && one.takerSellBase !== undefined);
  const groups = [...Map.groupBy(usable, (one) => one.atMs)];
  const [best] = groups.sort(([a, one], [b, two]) => two.length - one.length || b - a);
  return best === undefined ? [] : best[1];
}
