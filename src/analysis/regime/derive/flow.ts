import { HOUR_MS } from '../../../core/units.ts';
import { changeFraction, netTakerVolume, takerImbalance, takerRatio } from '../../metrics/flow.ts';
import { moments } from '../../metrics/statistics.ts';
import type { FeatureCollector } from '../featureCollector.ts';
import { hourlyByExchange, rollingSum } from '../hourly.ts';
import type { FeatureInput } from './input.ts';
import {
  RETURN_WINDOW_HOURS,
  FLOW_WINDOW_HOURS,
  BASELINE_HOURS,
  MINIMUM_HOURS,
  last,
  windowMs,
  baselineZ,
  freshHour,
  sumOver,
  originOf,
} from './window.ts';

/** Adds the return and the change of futures volume. */
export function addPriceAndVolume(table: FeatureCollector, { history, nowMs }: FeatureInput): void {
  const ended = history.candles.filter((bar) => bar.atMs + bar.barMs <= nowMs);
  const closes = hourlyByExchange(ended, 'one', (bar) => bar.closeQuote);
  const end = freshHour(closes, nowMs);
  const reference = [...closes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .find(
      ([, hours]) => end !== undefined && hours.has(end) && hours.has(end - windowMs(RETURN_WINDOW_HOURS)),
    );
  if (end === undefined || reference === undefined) {
    table.miss('returnPct', `no exchange gave hourly prices over ${RETURN_WINDOW_HOURS} h`);
  } else {
    const [exchange, hours] = reference;
    const change = changeFraction(
      hours.get(end - windowMs(RETURN_WINDOW_HOURS)) ?? Number.NaN,
      hours.get(end) ?? Number.NaN,
    );
    const origin = { windowMs: windowMs(RETURN_WINDOW_HOURS), sources: [exchange], newestMs: end + HOUR_MS };
    table.set('returnPct', change === undefined ? undefined : change * 100, origin);
    table.set('windowHours', RETURN_WINDOW_HOURS, origin);
  }
  const volume = sumOver(
    hourlyByExchange(
      ended,
      'sum',
      (bar) => bar.volumeUsd ?? (bar.volumeBase === undefined ? undefined : bar.volumeBase * bar.closeQuote),
    ),
    nowMs,
  );
  const daily = volume === undefined ? undefined : rollingSum(volume.values, FLOW_WINDOW_HOURS);
  const before = daily === undefined ? undefined : moments(daily.slice(0, -FLOW_WINDOW_HOURS));
  if (volume === undefined || daily === undefined || before === undefined) {
    table.miss('futuresVolumeChangePct', 'hourly volume does not reach back far enough');
    return;
  }
  const change = changeFraction(before.mean, last(daily));
  table.set('futuresVolumeChangePct', change === undefined ? undefined : change * 100, {
    windowMs: windowMs(FLOW_WINDOW_HOURS),
    baselineWindowMs: windowMs(BASELINE_HOURS),
    baselineValue: before.mean,
    baselineUnit: 'usd',
    ...originOf(volume),
  });
}

/** Adds taker ratio, imbalance and net volume. */
export function addTakerFlow(table: FeatureCollector, { history, nowMs }: FeatureInput): void {
  const ended = history.takerVolume.filter(
    (bar) =>
      bar.atMs + bar.barMs <= nowMs && bar.takerBuyBase !== undefined && bar.takerSellBase !== undefined,
  );
  const buys = sumOver(
    hourlyByExchange(ended, 'sum', (bar) => bar.takerBuyBase),
    nowMs,
  );
  const sells = sumOver(
    hourlyByExchange(ended, 'sum', (bar) => bar.takerSellBase),
    nowMs,
  );
  const keys = ['takerBuySellRatio', 'takerImbalanceZ', 'takerRatioChangePct', 'netTakerVolumeUsd'] as const;
  if (buys === undefined || sells === undefined) {
    for (const key of keys) table.miss(key, `no exchange gave hourly taker volume over ${MINIMUM_HOURS} h`);
    return;
  }
  const origin = originOf(buys);
  const [dayBuys, daySells] = [
    rollingSum(buys.values, FLOW_WINDOW_HOURS),
    rollingSum(sells.values, FLOW_WINDOW_HOURS),
  ];
  const ratios = dayBuys.map(
    (bought, index) => takerRatio(bought, daySells[index] ?? Number.NaN) ?? Number.NaN,
  );
  const imbalances = dayBuys.map(
    (bought, index) => takerImbalance(bought, daySells[index] ?? Number.NaN) ?? Number.NaN,
  );
  const day = { windowMs: windowMs(FLOW_WINDOW_HOURS), ...origin };
  const ratio = last(ratios);
  table.set('takerBuySellRatio', ratio, day);
  const againstWeek = { ...day, baselineWindowMs: windowMs(BASELINE_HOURS) };
  table.setZ('takerImbalanceZ', baselineZ(imbalances), againstWeek, { unit: 'fraction', of: (mean) => mean });
  const usual = moments(ratios.slice(0, -FLOW_WINDOW_HOURS));
  const change = usual === undefined ? undefined : changeFraction(usual.mean, ratio);
  table.set('takerRatioChangePct', change === undefined ? undefined : change * 100, {
    ...againstWeek,
    ...(usual === undefined ? {} : { baselineValue: usual.mean, baselineUnit: 'ratio' as const }),
  });
  const price = [...history.candles].reverse().find((bar) => bar.atMs + bar.barMs <= nowMs)?.closeQuote;
  const net = netTakerVolume(last(dayBuys), last(daySells));
  table.set('netTakerVolumeUsd', (net ?? Number.NaN) * (price ?? Number.NaN), day);
}
