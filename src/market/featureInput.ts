import type { FeatureInput } from '../analysis/regime/deriveFeatures.ts';
import type { AssetHistory } from './assetHistory.ts';
import { spotShare } from './aggregate.ts';
import { readingsOf } from './readings.ts';
import type { AssetSnapshot } from './snapshot.ts';

/** Puts together what the regime's features are computed from: stored bars and the fresh exchanges' readings. */
export function featureInput(snapshot: AssetSnapshot, history: AssetHistory, nowMs: number): FeatureInput {
  const leftOut = new Set(snapshot.aggregate.leftOut?.map(({ exchange }) => exchange));
  const fresh = snapshot.exchanges
    .filter((one) => one.status === 'fresh' && !leftOut.has(one.exchange))
    .map((one) => readingsOf(one, nowMs));
  const { fundingAnnualisedOiWeighted, longShortRatio } = snapshot.aggregate;
  const spot = spotShare(fresh);
  return {
    asset: snapshot.asset,
    series: history,
    nowMs,
    readings: {
      funding: fresh.flatMap(({ exchange, funding, openInterestUsd }) =>
        funding === undefined
          ? []
          : [{ exchange, rate: funding, ...(openInterestUsd === undefined ? {} : { openInterestUsd }) }],
      ),
      longShortRatios: fresh.flatMap(({ exchange, longShort }) =>
        longShort === undefined ? [] : [{ exchange, ratio: longShort.longShortRatio, atMs: longShort.atMs }],
      ),
      ...(fundingAnnualisedOiWeighted === undefined ? {} : { fundingAnnualisedOiWeighted }),
      ...(longShortRatio === undefined ? {} : { longShortRatio }),
      ...(spot.share === undefined
        ? {}
        : {
            spotVolume: {
              share: spot.share,
              exchanges: spot.exchanges,
              ...(spot.atMs === undefined ? {} : { atMs: spot.atMs }),
            },
          }),
      basis: fresh.flatMap(({ exchange, basis }) =>
        basis?.annualised === undefined ? [] : [{ exchange, annualised: basis.annualised, atMs: basis.atMs }],
      ),
    },
  };
}
