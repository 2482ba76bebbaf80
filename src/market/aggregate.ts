import { depthSum } from '../analysis/metrics/depth.ts';
import { takerRatio } from '../analysis/metrics/flow.ts';
import { FRESH_LIMIT_MS } from '../analysis/metrics/freshness.ts';
import { oiWeightedFunding } from '../analysis/metrics/funding.ts';
import { aggregateOpenInterest } from '../analysis/metrics/openInterest.ts';
import { median } from '../analysis/metrics/statistics.ts';
import type { Asset } from '../core/ids.ts';
import { aggregateNotes } from './aggregateNotes.ts';
import { aggregateSources, unverifiedSides } from './aggregateSources.ts';
import { compareLegs } from './legs.ts';
import { readingsOf, type ExchangeReadings } from './readings.ts';
import type { AssetAggregate, ExchangeSnapshot } from './snapshot.ts';

export { readingsOf } from './readings.ts';

/** Returns the sums and means over the fresh exchanges of an asset, with notes on what was left out. */
export function aggregateAsset(
  asset: Asset,
  exchanges: readonly ExchangeSnapshot[],
  nowMs: number,
): AssetAggregate {
  const fresh = exchanges.filter((one) => one.status === 'fresh');
  const legs = compareLegs(fresh.map((one) => readingsOf(one, nowMs)));
  const readings = legs.counted;
  const openInterest = aggregateOpenInterest(
    readings.map((one) => ({
      exchange: one.exchange,
      base: legs.unconfirmed.includes(one) ? undefined : one.openInterestBase,
      usd: one.openInterestUsd,
    })),
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
  const flows = ofCommonHour(readings);
  const flow = takerRatio(total(flows.map((one) => one.buysBase)), total(flows.map((one) => one.sellsBase)));
  const largest = openInterest.shares[0];
  const sources = aggregateSources(legs, funding);
  const unverified = unverifiedSides(readings, exchanges);
  const notes = aggregateNotes({
    ...{ asset, exchanges, legs, funding, unverified },
    spotExchanges: spot.share === undefined ? [] : spot.exchanges,
    parts: [
      { what: '24 h volume', counted: volumes.length },
      { what: 'annualised basis', counted: bases.length },
      { what: 'depth', counted: depths.length },
      { what: 'long/short ratio', counted: ratios.length },
      { what: 'taker ratio', counted: flows.length },
    ],
  });
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
    unverifiedSides: unverified,
  };
  const given = Object.fromEntries(Object.entries(optionals).filter(([, value]) => value !== undefined));
  return {
    ...given,
    ...(Object.keys(sources).length === 0 ? {} : { sources }),
    notes,
    ...(legs.leftOut.length === 0 ? {} : { leftOut: legs.leftOut }),
    coverage: { fresh: readings.length, of: exchanges.length },
  };
}

const present = (values: readonly (number | undefined)[]): number[] =>
  values.filter((value) => value !== undefined);
const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const sumOf = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : total(values);

/** Spot beside perpetuals, of the exchanges that report both: a share over different exchanges would compare nothing. */
export function spotShare(readings: readonly ExchangeReadings[]): {
  readonly share?: number;
  readonly exchanges: readonly string[];
  /** Time of the oldest volume that is counted. */
  readonly atMs?: number;
} {
  const both = readings.flatMap(({ exchange, spotVolume24hUsd, volume24hUsd, volumesAtMs }) =>
    spotVolume24hUsd === undefined || volume24hUsd === undefined || volumesAtMs === undefined
      ? []
      : [{ exchange, spotVolume24hUsd, volume24hUsd, volumesAtMs }],
  );
  const spot = total(both.map((one) => one.spotVolume24hUsd));
  const all = spot + total(both.map((one) => one.volume24hUsd));
  const exchanges = both.map((one) => one.exchange);
  if (!(all > 0)) return { exchanges };
  return { share: spot / all, exchanges, atMs: Math.min(...both.map((one) => one.volumesAtMs)) };
}

/** What takers bought and sold within the hour that starts at `atMs`, in coins. */
interface Flow {
  readonly atMs: number;
  readonly buysBase: number;
  readonly sellsBase: number;
}

/** Flows of the hour that most exchanges have (the newer of equals): different hours do not add up. */
function ofCommonHour(readings: readonly ExchangeReadings[]): readonly Flow[] {
  const flows = readings.flatMap(({ taker }): Flow[] => {
    const { atMs, takerBuyBase, takerSellBase } = taker ?? {};
    return atMs === undefined || takerBuyBase === undefined || takerSellBase === undefined
      ? []
      : [{ atMs, buysBase: takerBuyBase, sellsBase: takerSellBase }];
  });
  const groups = [...Map.groupBy(flows, (one) => one.atMs)];
  const [best] = groups.sort(([a, one], [b, two]) => two.length - one.length || b - a);
  return best === undefined ? [] : best[1];
}
