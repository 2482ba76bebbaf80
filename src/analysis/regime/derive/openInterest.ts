import { DAY_MS } from '../../../core/units.ts';
import { changeFraction } from '../../metrics/flow.ts';
import { oneSidedBase } from '../../metrics/openInterest.ts';
import { openInterestRecords } from '../../metrics/openInterestRecord.ts';
import { percentileRank } from '../../metrics/statistics.ts';
import type { FeatureCollector } from '../featureCollector.ts';
import {
  alignedSum,
  hourlyByExchange,
  newestHour,
  rollingDifference,
  type HourlyByExchange,
} from '../hourly.ts';
import type { FeatureInput } from './input.ts';
import {
  RETURN_WINDOW_HOURS,
  FLOW_WINDOW_HOURS,
  BASELINE_HOURS,
  PERCENTILE_DAYS,
  RECORD_MIN_MS,
  MINIMUM_HOURS,
  last,
  windowMs,
  baselineZ,
  freshOnly,
  sumOver,
  originOfReadings,
} from './window.ts';

/** An exchange that holds less of the open interest than this does not speak for the market with its own record. */
const RECORD_MIN_SHARE = 0.2;

/** Against a week in which nothing moved any change is many deviations; below this fraction in 24 h it is none. */
const QUIET_FLOW = 0.002;

/** Adds changes, z-score, percentile and records of open interest, in coins. */
export function addOpenInterest(table: FeatureCollector, input: FeatureInput): void {
  const { history, nowMs } = input;
  const byExchange = hourlyByExchange(history.openInterest, 'sum', (row) => oneSidedBase(row)?.value);
  const sum = sumOver(byExchange, nowMs);
  if (sum === undefined) {
    for (const key of ['openInterestChangePct', 'openInterestZ'] as const) {
      table.miss(key, `no exchange gave hourly open interest over ${MINIMUM_HOURS} h`);
    }
    table.miss('openInterestPercentile', 'less than 15 days of open interest are known');
  } else {
    const origin = originOfReadings(sum);
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
    const windows = { windowMs: windowMs(FLOW_WINDOW_HOURS), baselineWindowMs: windowMs(BASELINE_HOURS) };
    if (Math.abs(last(flow)) < QUIET_FLOW) {
      table.miss('openInterestZ', 'open interest moved by less than 0.2 % in 24 h, too little to be unusual');
    } else {
      const unit = { unit: 'fraction', of: Math.expm1 } as const;
      table.setZ('openInterestZ', baselineZ(flow), { ...windows, ...origin }, unit);
    }
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
  const daily = hourlyByExchange(rows, 'sum', (row) => oneSidedBase(row)?.value);
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
    baselineWindowMs: PERCENTILE_DAYS * DAY_MS,
    sources: days.exchanges,
    newestMs: Math.min(...newest.map(({ hour }) => hour)),
  });
}

/** Daily rows reach further back, hourly rows are newer: an old high of a silent exchange is no record of now. */
function addRecords(
  table: FeatureCollector,
  { history, nowMs }: FeatureInput,
  hourly: HourlyByExchange,
): void {
  const daily = hourlyByExchange(history.openInterestDaily, 'sum', (row) => oneSidedBase(row)?.value);
  const histories = [...freshOnly(hourly, nowMs)].map(([exchange, hours]) => {
    const merged = new Map([...(daily.get(exchange) ?? []), ...hours]);
    const rows = [...merged].sort(([a], [b]) => a - b);
    return { exchange, atMs: rows.map(([atMs]) => atMs), values: rows.map(([, value]) => value) };
  });
  const { byExchange, aggregate } = openInterestRecords(histories, RECORD_MIN_MS);
  const known = Object.entries(byExchange);
  if (known.length === 0) {
    table.miss('openInterestRecord', 'less than 7 days of open interest are known');
    return;
  }
  const shortestMs = Math.min(...known.map(([, record]) => record.windowMs));
  const newestMs = Math.min(...known.map(([, record]) => record.latestAtMs));
  const sources = known.map(([exchange]) => exchange);
  const origin = { baselineWindowMs: shortestMs, sources, newestMs };
  // Over what is open now: a record of a small exchange is its own, not the market's.
  const whole = histories.reduce((sum, { values }) => sum + (values.at(-1) ?? 0), 0);
  const large = known.filter(([, { latestBase }]) => latestBase >= RECORD_MIN_SHARE * whole);
  const largeAtRecord = large.filter(([, record]) => record.isRecord).map(([exchange]) => exchange);
  const isOwn = aggregate?.isRecord !== true && largeAtRecord.length > 0;
  table.set('openInterestRecord', aggregate?.isRecord === true || isOwn, {
    ...origin,
    sources: isOwn ? largeAtRecord : sources,
  });
  if (aggregate !== undefined) table.set('openInterestRecordAggregate', aggregate.isRecord, origin);
  table.set(
    'openInterestRecordByExchange',
    Object.fromEntries(known.map(([exchange, record]) => [exchange, record.isRecord])),
    origin,
  );
}
