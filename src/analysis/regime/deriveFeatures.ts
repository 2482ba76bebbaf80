import type { ExchangeId } from '../../core/ids.ts';
import type {
  Candle,
  FundingRate,
  LiquidationVolume,
  OpenInterest,
  TakerVolume,
} from '../../core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../core/units.ts';
import { changeFraction, netTakerVolume, takerImbalance, takerRatio } from '../metrics/flow.ts';
import { annualisedRate, fundingPer8h } from '../metrics/funding.ts';
import { oneSidedBase } from '../metrics/openInterest.ts';
import { openInterestRecords } from '../metrics/openInterestRecord.ts';
import { log1pZScore, moments, percentileRank, zScore, type ZScore } from '../metrics/statistics.ts';
import { FeatureCollector } from './featureCollector.ts';
import type { FeatureSet, RegimeFeatures } from './features.ts';
import {
  alignedSum,
  hourlyByExchange,
  newestAlignedSum,
  newestHour,
  rollingDifference,
  rollingSum,
  type AlignedSum,
  type HourlyByExchange,
} from './hourly.ts';

/** Returns, changes and the present are read over these windows. */
export const RETURN_WINDOW_HOURS = 72;
export const FLOW_WINDOW_HOURS = 24;
/** z-scores and percentiles compare with this much history before; half of it must be there. */
export const BASELINE_HOURS = 168;
/** The percentile of open interest compares with this many days. */
export const PERCENTILE_DAYS = 30;
/** A record is only called one where at least this much history is known. */
export const RECORD_MIN_MS = 7 * DAY_MS;
/** What is further back does not speak of now; an hour and its delay leave room. */
const FRESH_HOURS = 4;

const SPAN_HOURS = FLOW_WINDOW_HOURS + BASELINE_HOURS;
const MINIMUM_HOURS = FLOW_WINDOW_HOURS + BASELINE_HOURS / 2;

/** The stored rows of one asset, hourly bars ascending; see the market's history. */
export interface FeatureHistory {
  readonly openInterest: readonly OpenInterest[];
  readonly openInterestDaily: readonly OpenInterest[];
  readonly candles: readonly Candle[];
  readonly takerVolume: readonly TakerVolume[];
  readonly settledFunding: readonly FundingRate[];
  readonly liquidationVolume: readonly LiquidationVolume[];
}

/** Current readings, fresh ones only. */
export interface FeatureReadings {
  readonly funding: readonly {
    readonly exchange: ExchangeId;
    readonly rate: FundingRate;
    readonly openInterestUsd?: number;
  }[];
  readonly fundingAnnualisedOiWeighted?: number;
  readonly longShortRatios: readonly {
    readonly exchange: ExchangeId;
    readonly ratio: number;
    readonly atMs: number;
  }[];
  readonly longShortRatio?: number;
}

export interface FeatureInput {
  readonly asset: string;
  readonly history: FeatureHistory;
  readonly readings: FeatureReadings;
  readonly nowMs: number;
}

/**
 * Computes the regime's features from stored bars and current readings. Pure. What cannot be computed is absent, with
 * the reason; windows, sources and ages are kept beside each value. Definitions: definitions §1 to §3, §8.
 */
export function deriveFeatures(input: FeatureInput): FeatureSet {
  const table = new FeatureCollector(input.asset, input.nowMs);
  addPriceAndVolume(table, input);
  addOpenInterest(table, input);
  addTakerFlow(table, input);
  addFunding(table, input);
  addLiquidations(table, input);
  table.miss('depthZ', 'depth has no public history; it needs days of readings of its own');
  table.miss('spotVolumeShare', 'spot markets are not read yet');
  table.miss('basisAnnualisedPct', 'dated futures are not read yet');
  return table.result();
}

const last = (values: Float64Array): number => values[values.length - 1] ?? Number.NaN;
const windowMs = (hours: number): number => hours * HOUR_MS;

function addPriceAndVolume(table: FeatureCollector, { history, nowMs }: FeatureInput): void {
  const ended = history.candles.filter((bar) => bar.atMs + bar.barMs <= nowMs);
  const closes = hourlyByExchange(ended, (bar) => bar.closeQuote);
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
    windowMs: windowMs(FLOW_WINDOW_HOURS), baseline: before.mean, ...originOf(volume),
  }); // prettier-ignore
}

function addOpenInterest(table: FeatureCollector, input: FeatureInput): void {
  const { history, nowMs } = input;
  const byExchange = hourlyByExchange(history.openInterest, (row) => oneSidedBase(row)?.value);
  const sum = sumOver(byExchange, nowMs);
  if (sum === undefined) {
    for (const key of ['openInterestChangePct', 'openInterestZ'] as const) {
      table.miss(key, `no exchange gave hourly open interest over ${MINIMUM_HOURS} h`);
    }
    table.miss('openInterestPercentile', 'less than 15 days of open interest are known');
  } else {
    const origin = originOf(sum);
    const earlier = sum.values[sum.values.length - 1 - RETURN_WINDOW_HOURS] ?? Number.NaN;
    const change = changeFraction(earlier, last(sum.values));
    table.set('openInterestChangePct', change === undefined ? undefined : change * 100, {
      windowMs: windowMs(RETURN_WINDOW_HOURS),
      ...origin,
    });
    const flow = rollingDifference(
      sum.values.map((value) => Math.log(value)),
      FLOW_WINDOW_HOURS,
    );
    table.setZ('openInterestZ', baselineZ(flow), { windowMs: windowMs(BASELINE_HOURS), ...origin });
    addPercentile(table, input, byExchange);
  }
  addRecords(table, input, byExchange);
}

/** A month of days, the newest hour against it, over the exchanges that have both. */
function addPercentile(
  table: FeatureCollector,
  { history, nowMs }: FeatureInput,
  hourly: HourlyByExchange,
): void {
  const current = freshOnly(hourly, nowMs);
  const rows = history.openInterestDaily.filter((row) => current.has(row.exchange));
  const daily = hourlyByExchange(rows, (row) => oneSidedBase(row)?.value);
  const end = newestHour(daily, nowMs);
  const days =
    end === undefined ? undefined : alignedSum(daily, end, PERCENTILE_DAYS, PERCENTILE_DAYS / 2, DAY_MS);
  const newest = (days?.exchanges ?? []).map((exchange) => {
    const hours = current.get(exchange) ?? new Map<number, number>();
    const hour = newestHour(new Map([[exchange, hours]]), nowMs) ?? 0;
    return { hour, value: hours.get(hour) };
  });
  if (days === undefined || newest.length === 0) {
    table.miss('openInterestPercentile', 'less than 15 days of open interest are known');
    return;
  }
  const total = newest.reduce((sum, { value }) => sum + (value ?? Number.NaN), 0);
  const rank = percentileRank(days.values, total, { windowPoints: PERCENTILE_DAYS });
  table.set('openInterestPercentile', rank, {
    windowMs: PERCENTILE_DAYS * DAY_MS,
    sources: days.exchanges,
    newestMs: Math.min(...newest.map(({ hour }) => hour)) + HOUR_MS,
  });
}

/** Daily rows reach further back, hourly rows are newer: an old high of a silent exchange is no record of now. */
function addRecords(
  table: FeatureCollector,
  { history, nowMs }: FeatureInput,
  hourly: HourlyByExchange,
): void {
  const daily = hourlyByExchange(history.openInterestDaily, (row) => oneSidedBase(row)?.value);
  const histories = [...freshOnly(hourly, nowMs)].map(([exchange, hours]) => {
    const merged = new Map([...(daily.get(exchange) ?? []), ...hours]);
    const rows = [...merged].sort(([a], [b]) => a - b);
    return { exchange, atMs: rows.map(([atMs]) => atMs), values: rows.map(([, value]) => value) };
  });
  const { byExchange } = openInterestRecords(histories, RECORD_MIN_MS);
  const known = Object.entries(byExchange);
  if (known.length === 0) {
    table.miss('openInterestRecord', 'less than 7 days of open interest are known');
    return;
  }
  const shortestMs = Math.min(...known.map(([, record]) => record.windowMs));
  const newestMs = Math.min(...known.map(([, record]) => record.latestAtMs));
  const origin = { windowMs: shortestMs, sources: known.map(([exchange]) => exchange), newestMs };
  table.set(
    'openInterestRecord',
    known.some(([, record]) => record.isRecord),
    origin,
  );
  table.set(
    'openInterestRecordByExchange',
    Object.fromEntries(known.map(([exchange, record]) => [exchange, record.isRecord])),
    origin,
  );
}

function addTakerFlow(table: FeatureCollector, { history, nowMs }: FeatureInput): void {
  const ended = history.takerVolume.filter(
    (bar) =>
      bar.atMs + bar.barMs <= nowMs && bar.takerBuyBase !== undefined && bar.takerSellBase !== undefined,
  );
  const buys = sumOver(
    hourlyByExchange(ended, (bar) => bar.takerBuyBase),
    nowMs,
  );
  const sells = sumOver(
    hourlyByExchange(ended, (bar) => bar.takerSellBase),
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
  table.setZ('takerImbalanceZ', baselineZ(imbalances), { windowMs: windowMs(BASELINE_HOURS), ...origin });
  const usual = moments(ratios.slice(0, -FLOW_WINDOW_HOURS));
  const change = usual === undefined ? undefined : changeFraction(usual.mean, ratio);
  table.set('takerRatioChangePct', change === undefined ? undefined : change * 100, {
    ...day, ...(usual === undefined ? {} : { baseline: usual.mean }),
  }); // prettier-ignore
  const price = [...history.candles].reverse().find((bar) => bar.atMs + bar.barMs <= nowMs)?.closeQuote;
  const net = netTakerVolume(last(dayBuys), last(daySells));
  table.set('netTakerVolumeUsd', net === undefined || price === undefined ? undefined : net * price, day);
}

function addFunding(table: FeatureCollector, { history, readings, nowMs }: FeatureInput): void {
  const usable = readings.funding.filter(
    ({ rate, openInterestUsd }) => rate.intervalBasis !== 'venue-default' && (openInterestUsd ?? 0) > 0,
  );
  const weighted = readings.fundingAnnualisedOiWeighted;
  if (usable.length === 0 || weighted === undefined) {
    table.miss('fundingAnnualisedPct', 'no fresh funding rate with a known interval and open interest');
  } else {
    const origin = {
      sources: usable.map(({ exchange }) => exchange),
      newestMs: Math.min(...usable.map(({ rate }) => rate.atMs)),
    };
    table.set('fundingAnnualisedPct', weighted * 100, origin);
    const per8h = fundingPer8h(weighted, 365 * DAY_MS);
    table.set('fundingPerIntervalPct', per8h === undefined ? undefined : per8h * 100, origin);
    table.set('fundingIntervalHours', 8, origin);
    const caps = usable.flatMap(({ rate }) =>
      rate.cap === undefined ? [] : [fundingPer8h(rate.cap, rate.intervalMs) ?? []].flat(),
    );
    if (caps.length > 0) table.set('fundingCapPct', Math.max(...caps) * 100, origin);
    const largest = [...usable].sort((a, b) => (b.openInterestUsd ?? 0) - (a.openInterestUsd ?? 0))[0];
    const settled = history.settledFunding.filter((row) => row.exchange === largest?.exchange);
    const past = settled.map((row) => annualisedRate(row) ?? Number.NaN);
    const now = largest === undefined ? undefined : annualisedRate(largest.rate);
    const spanMs = (settled.at(-1)?.atMs ?? nowMs) - (settled[0]?.atMs ?? nowMs);
    const rank = now === undefined || spanMs < RECORD_MIN_MS ? undefined : percentileRank(past, now);
    table.set('fundingPercentile', rank, {
      ...origin,
      windowMs: Math.round(spanMs / DAY_MS) * DAY_MS,
      sources: largest === undefined ? [] : [largest.exchange],
    });
  }
  const ratios = readings.longShortRatios;
  if (readings.longShortRatio === undefined || ratios.length === 0) {
    table.miss('longShortRatio', 'no fresh long/short ratio of all accounts');
  } else {
    table.set('longShortRatio', readings.longShortRatio, {
      sources: ratios.map(({ exchange }) => exchange), newestMs: Math.min(...ratios.map(({ atMs }) => atMs)),
    }); // prettier-ignore
  }
}

function addLiquidations(table: FeatureCollector, { history, nowMs }: FeatureInput): void {
  const ended = history.liquidationVolume.filter(
    (bar) =>
      bar.atMs + bar.barMs <= nowMs &&
      bar.longLiquidatedUsd !== undefined &&
      bar.shortLiquidatedUsd !== undefined,
  );
  const longs = sumOver(
    hourlyByExchange(ended, (bar) => bar.longLiquidatedUsd),
    nowMs,
  );
  const shorts = sumOver(
    hourlyByExchange(ended, (bar) => bar.shortLiquidatedUsd),
    nowMs,
  );
  const keys: readonly (keyof RegimeFeatures)[] = [
    'liquidationsUsd',
    'liquidationsZ',
    'shortLiquidationShare',
  ];
  if (longs === undefined || shorts === undefined) {
    for (const key of keys) table.miss(key, 'no exchange gave liquidations by side and hour');
    return;
  }
  const dayLongs = rollingSum(longs.values, FLOW_WINDOW_HOURS);
  const dayShorts = rollingSum(shorts.values, FLOW_WINDOW_HOURS);
  const both = dayLongs.map((value, index) => value + (dayShorts[index] ?? Number.NaN));
  const origin = { ...originOf(longs), isPartial: true };
  table.set('liquidationsUsd', last(both), { windowMs: windowMs(FLOW_WINDOW_HOURS), ...origin });
  const baseline = both.slice(-BASELINE_HOURS - 1, -1);
  table.setZ('liquidationsZ', log1pZScore(baseline, last(both), { windowPoints: BASELINE_HOURS }), {
    windowMs: windowMs(BASELINE_HOURS),
    ...origin,
  });
  const share = last(both) > 0 ? last(dayShorts) / last(both) : undefined;
  table.set('shortLiquidationShare', share, { windowMs: windowMs(FLOW_WINDOW_HOURS), ...origin });
}

/** z of the newest value against the week before it. */
function baselineZ(values: Float64Array): ZScore | undefined {
  return zScore(values.slice(-BASELINE_HOURS - 1, -1), last(values), { windowPoints: BASELINE_HOURS });
}

/** The newest hour, unless it is too old to speak of now. */
function freshHour(byExchange: HourlyByExchange, nowMs: number): number | undefined {
  const newest = newestHour(byExchange, nowMs);
  return newest === undefined || nowMs - newest > windowMs(FRESH_HOURS) ? undefined : newest;
}

/** The exchanges whose own newest hour is recent enough. */
function freshOnly(byExchange: HourlyByExchange, nowMs: number): HourlyByExchange {
  return new Map([...byExchange].filter((entry) => freshHour(new Map([entry]), nowMs) !== undefined));
}

function sumOver(byExchange: HourlyByExchange, nowMs: number): AlignedSum | undefined {
  if (freshHour(byExchange, nowMs) === undefined) return undefined;
  return newestAlignedSum(byExchange, nowMs, SPAN_HOURS, MINIMUM_HOURS);
}

function originOf(sum: AlignedSum): { sources: readonly ExchangeId[]; newestMs: number } {
  return { sources: sum.exchanges, newestMs: sum.firstHourMs + sum.values.length * HOUR_MS };
}
