import { DAY_MS } from '../../core/units.ts';
import { openInterestUsd } from '../../series/dollars.ts';
import type { ColumnsByExchange, StepColumn } from '../../series/hours.ts';
import type { Reach } from './highestSince.ts';
import type { MetricInputs } from './kit/inputs.ts';
import { atOnce, defineMetric } from './kit/metric.ts';
import type { Outcome } from './kit/metric.ts';
import { YES_OR_NO, YES_OR_NO_BY_EXCHANGE } from './kit/range.ts';
import { freshOnly, RECORD_MIN_MS } from './kit/windows.ts';
import { openInterestRecords } from './recordHigh.ts';

/** An exchange that holds less of the open interest than this does not speak for the market with its own record. */
const LEAST_SHARE = 0.2;

/** Daily rows reach further back, hourly ones are newer: an old high of a silent exchange is no record of now. */
const historiesOf = (days: ColumnsByExchange, hours: ColumnsByExchange, nowMs: number) =>
  [...freshOnly(hours, nowMs)].map(([exchange, own]) => ({
    exchange,
    ...merged(days.get(exchange), own, nowMs),
  }));

/**
 * Returns how far back dollars are the highest, by exchange and, where all of those take part that have a record in coins, of their
 * sum. Who states none has its hours estimated, and no days: no price of those is held.
 */
function reachUsd({ series, nowMs }: MetricInputs, inCoins: readonly string[]): Record<string, Reach> {
  const [hours, stated] = [openInterestUsd(series), series.column('open-interest-usd')];
  const histories = historiesOf(series.column('open-interest-usd-daily'), hours, nowMs);
  const { byExchange, aggregate } = openInterestRecords(histories, RECORD_MIN_MS);
  const isEstimated = (exchange: string): boolean =>
    hours.get(exchange)?.values.some((usd, at) => !Number.isNaN(usd) && usd !== stated.get(exchange)?.values[at]) ?? false; // prettier-ignore
  const marked = (reach: Reach, of: readonly string[]): Reach =>
    of.some(isEstimated) ? { ...reach, isEstimated: true } : reach;
  const own = Object.entries(byExchange).map(([exchange, { reach }]) => [
    exchange,
    marked(reach, [exchange]),
  ]);
  const isWhole = aggregate !== undefined && inCoins.every((exchange) => exchange in byExchange);
  return {
    ...(Object.fromEntries(own) as Record<string, Reach>),
    ...(isWhole ? { sum: marked(aggregate.reach, Object.keys(byExchange)) } : {}),
  };
}

function recordsAt(inputs: MetricInputs): Outcome {
  const { series, nowMs } = inputs;
  const histories = historiesOf(series.column('open-interest-daily'), series.column('open-interest'), nowMs);
  const { byExchange, aggregate } = openInterestRecords(histories, RECORD_MIN_MS);
  const known = Object.entries(byExchange);
  if (known.length === 0) return { absent: 'less than 7 days of open interest are known' };
  const sources = known.map(([exchange]) => exchange);
  const origin = {
    baselineWindowMs: Math.min(...known.map(([, record]) => record.windowMs)),
    sources,
    newestMs: Math.min(...known.map(([, record]) => record.latestAtMs)),
  };
  // Over what is open now: a record of a small exchange is its own, not the market's.
  const whole = histories.reduce((sum, { values }) => sum + (values.at(-1) ?? 0), 0);
  const large = known.filter(([, { latestBase }]) => latestBase >= LEAST_SHARE * whole);
  const largeAtRecord = large.filter(([, record]) => record.isRecord).map(([exchange]) => exchange);
  const isOwn = aggregate?.isRecord !== true && largeAtRecord.length > 0;
  const reach = Object.fromEntries(known.map(([exchange, record]) => [exchange, record.reach]));
  const claims = Object.fromEntries(known.map(([exchange, record]) => [exchange, record.isRecord]));
  return {
    value: aggregate?.isRecord === true || isOwn,
    origin: { ...origin, sources: isOwn ? largeAtRecord : sources },
    beside: {
      ...(aggregate === undefined
        ? {}
        : {
            openInterestRecordAggregate: {
              value: aggregate.isRecord,
              origin: { ...origin, reach: { sum: aggregate.reach } },
            },
          }),
      openInterestRecordByExchange: {
        value: claims,
        origin: { ...origin, reach, reachUsd: reachUsd(inputs, sources) },
      },
    },
  };
}

/** Days and hours as one ascending history without gaps; of a day and an hour of one time the hour counts. */
function merged(
  days: StepColumn | undefined,
  hours: StepColumn,
  nowMs: number,
): { readonly atMs: number[]; readonly values: number[] } {
  const [atMs, values]: [number[], number[]] = [[], []];
  const take = ({ firstMs, stepMs, values: own }: StepColumn, place: number): void => {
    const value = own[place] ?? Number.NaN;
    if (!Number.isFinite(value)) return;
    atMs.push(firstMs + place * stepMs);
    values.push(value);
  };
  let day = 0;
  for (let hour = 0; hour < hours.values.length; hour += 1) {
    const hourMs = hours.firstMs + hour * hours.stepMs;
    // A reading may belong to the hour to come.
    if (hourMs > nowMs) break;
    if (days !== undefined) {
      for (; days.firstMs + day * days.stepMs < hourMs && day < days.values.length; day += 1) take(days, day);
      const isSame = days.firstMs + day * days.stepMs === hourMs;
      if (isSame && !Number.isNaN(hours.values[hour])) day += 1;
    }
    take(hours, hour);
  }
  for (; days !== undefined && day < days.values.length; day += 1) take(days, day);
  return { atMs, values };
}

export const openInterestRecord = defineMetric({
  id: 'open-interest-record',
  name: 'Open interest at a record',
  unit: 'yes or no',
  formula:
    'latest reading in coins > every earlier one; beside it, since when coins and dollars are the highest',
  window: { words: 'the history at hand, at least 7 days; its length is named', ms: 30 * DAY_MS },
  sources: 'open interest history in coins',
  caveats: 'A record within the window, not of all time. It says nothing about direction.',
  range: YES_OR_NO,
  inputs: [
    'open-interest',
    'open-interest-daily',
    'open-interest-usd',
    'open-interest-usd-daily',
    'mark-open',
    'last-open',
  ],
  feature: {
    key: 'openInterestRecord',
    unit: 'boolean',
    words: 'open interest record',
    beside: { openInterestRecordAggregate: YES_OR_NO, openInterestRecordByExchange: YES_OR_NO_BY_EXCHANGE },
  },
  computation: atOnce(recordsAt),
});
