import { median } from '../../metrics/statistics.ts';
import { takerImbalance } from '../../metrics/flow.ts';
import type { FeatureCollector } from '../featureCollector.ts';
import { hourlyByExchange, rollingSum } from '../hourly.ts';
import type { FeatureInput } from './input.ts';
import {
  BASELINE_HOURS,
  baselineZ,
  FLOW_WINDOW_HOURS,
  MINIMUM_HOURS,
  originOf,
  sumOver,
  windowMs,
} from './window.ts';

/**
 * Adds what spot markets do beside the futures: their share of the volume, the z-score of their takers' imbalance, and
 * how far that is above the futures' own. Call it after the futures' taker flow. Definitions §8: a rally that spot
 * takers lead, or that they lag behind.
 */
export function addSpot(table: FeatureCollector, { history, readings, nowMs }: FeatureInput): void {
  const { spotVolume } = readings;
  if (spotVolume === undefined) table.miss('spotVolumeShare', 'no exchange gave spot and perpetual volume');
  else
    table.set('spotVolumeShare', spotVolume.share, {
      windowMs: windowMs(FLOW_WINDOW_HOURS),
      sources: spotVolume.exchanges,
      ...(spotVolume.atMs === undefined ? {} : { newestMs: spotVolume.atMs }),
    });
  const ended = history.spotTakerVolume.filter((bar) => bar.atMs + bar.barMs <= nowMs);
  const both = ended.filter((bar) => bar.takerBuyBase !== undefined && bar.takerSellBase !== undefined);
  const buys = sumOver(
    hourlyByExchange(both, 'sum', (bar) => bar.takerBuyBase),
    nowMs,
  );
  const sells = sumOver(
    hourlyByExchange(both, 'sum', (bar) => bar.takerSellBase),
    nowMs,
  );
  if (buys === undefined || sells === undefined) {
    for (const key of ['spotTakerImbalanceZ', 'spotLeadZ'] as const)
      table.miss(key, `no exchange gave hourly spot taker volume over ${MINIMUM_HOURS} h`);
    return;
  }
  const dayBuys = rollingSum(buys.values, FLOW_WINDOW_HOURS);
  const daySells = rollingSum(sells.values, FLOW_WINDOW_HOURS);
  const imbalances = dayBuys.map(
    (bought, index) => takerImbalance(bought, daySells[index] ?? Number.NaN) ?? Number.NaN,
  );
  const origin = {
    windowMs: windowMs(FLOW_WINDOW_HOURS),
    baselineWindowMs: windowMs(BASELINE_HOURS),
    ...originOf(buys),
  };
  const score = baselineZ(imbalances);
  table.setZ('spotTakerImbalanceZ', score, origin, { unit: 'fraction', of: (mean) => mean });
  const futures = table.result().values.takerImbalanceZ;
  if (futures === undefined) table.miss('spotLeadZ', 'the z-score of the futures takers is not known');
  else table.set('spotLeadZ', score === undefined ? undefined : score.z - futures, origin);
}

/** Adds the annualised basis: the median over exchanges of the future nearest three months. */
export function addBasis(table: FeatureCollector, { readings }: FeatureInput): void {
  const { basis } = readings;
  if (basis.length === 0) {
    table.miss('basisAnnualisedPct', 'no exchange gave a dated future with its index');
    return;
  }
  const middle = median(basis.map(({ annualised }) => annualised));
  table.set('basisAnnualisedPct', middle === undefined ? undefined : middle * 100, {
    sources: basis.map(({ exchange }) => exchange),
    newestMs: Math.min(...basis.map(({ atMs }) => atMs)),
  });
}
