import { basisNow } from '../analysis/metrics/basisAnnualised.ts';
import { depthNow } from '../analysis/metrics/depth1pct.ts';
import { takerRatio } from '../analysis/metrics/flow.ts';
import { sumNow } from '../analysis/metrics/kit/now.ts';
import { longShortNow } from '../analysis/metrics/longShortRatio.ts';
import { openInterestNow } from '../analysis/metrics/openInterest.ts';
import { spotShare } from '../analysis/metrics/spotVolumeShare.ts';
import { median } from '../analysis/metrics/statistics.ts';
import { weightedFunding } from '../analysis/metrics/usableFunding.ts';
import { volumesNow } from '../analysis/metrics/volume.ts';
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
  // What no price confirms counts in dollars alone.
  const openInterest = openInterestNow(
    readings.map((one) => (legs.unconfirmed.includes(one) ? withoutCoins(one) : one)),
  );
  const funding = weightedFunding(readings, nowMs);
  const volumes = volumesNow(readings);
  const spot = spotShare(readings);
  const bases = basisNow(readings);
  const depths = depthNow(readings);
  const ratios = longShortNow(readings);
  const flows = ofCommonHour(readings);
  const flow = takerRatio(total(flows.map((one) => one.buysBase)), total(flows.map((one) => one.sellsBase)));
  const largest = openInterest.shares[0];
  const sources = aggregateSources(legs, funding);
  const unverified = unverifiedSides(readings, exchanges);
  const notes = aggregateNotes({
    ...{ asset, exchanges, legs, funding, unverified },
    spotExchanges: spot.share === undefined ? [] : spot.exchanges,
    parts: [
      { what: '24 h volume', counted: volumes.values.length },
      { what: 'annualised basis', counted: bases.values.length },
      { what: 'depth', counted: depths.values.length },
      { what: 'long/short ratio', counted: ratios.values.length },
      { what: 'taker ratio', counted: flows.length },
    ],
  });
  const optionals = {
    openInterestBase: openInterest.base,
    openInterestUsd: openInterest.usd,
    fundingAnnualisedOiWeighted: funding.annualised,
    volume24hUsd: sumNow(volumes),
    spotVolumeShare: spot.share,
    basisAnnualised: median(bases.values),
    markPriceQuote: median(present(readings.map((one) => one.markPriceQuote))),
    largestShare: largest,
    concentrationHhi: openInterest.hhi,
    depthUsd: sumNow(depths),
    isDepthLowerBound: depths.values.length === 0 ? undefined : depths.isLowerBound,
    longShortRatio: median(ratios.values),
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
function withoutCoins({ openInterestBase: _unconfirmed, ...one }: ExchangeReadings): ExchangeReadings {
  return one;
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
