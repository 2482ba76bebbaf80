import { DAY_MS, HOUR_MS } from '../../../core/units.ts';
import { annualisedRate, fundingPer8h } from '../../metrics/funding.ts';
import { percentileRank } from '../../metrics/statistics.ts';
import type { FeatureCollector } from '../featureCollector.ts';
import { hourlyByExchange } from '../hourly.ts';
import type { FeatureInput } from './input.ts';
import { BASELINE_HOURS, freshHour, RECORD_MIN_MS, windowMs } from './window.ts';

/** Adds funding, its percentile and cap, and the long/short ratio. */
export function addFunding(table: FeatureCollector, input: FeatureInput): void {
  const { history, readings } = input;
  const usable = readings.funding.flatMap(({ exchange, rate, openInterestUsd }) =>
    rate.intervalBasis !== 'venue-default' && openInterestUsd !== undefined && openInterestUsd > 0
      ? [{ exchange, rate, openInterestUsd }]
      : [],
  );
  const [first, ...others] = usable;
  const weighted = readings.fundingAnnualisedOiWeighted;
  if (first === undefined || weighted === undefined) {
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
    const caps = usable.flatMap(({ exchange, rate }) => {
      const cap = rate.cap === undefined ? undefined : fundingPer8h(rate.cap, rate.intervalMs);
      return cap === undefined ? [] : [[exchange, cap * 100] as const];
    });
    if (caps.length > 0) {
      table.set('fundingCapPct', Math.max(...caps.map(([, cap]) => cap)), origin);
      table.set('fundingCapPctByExchange', Object.fromEntries(caps), origin);
    }
    const largest = others.reduce(
      (most, one) => (one.openInterestUsd > most.openInterestUsd ? one : most),
      first,
    );
    const settled = history.settledFunding.filter((row) => row.exchange === largest.exchange);
    const past = settled.map((row) => annualisedRate(row) ?? Number.NaN);
    const now = annualisedRate(largest.rate);
    const times = settled.map(({ atMs }) => atMs);
    const spanMs = Math.max(...times) - Math.min(...times);
    const rank = now === undefined || spanMs < RECORD_MIN_MS ? undefined : percentileRank(past, now);
    table.set('fundingPercentile', rank, {
      ...origin,
      baselineWindowMs: Math.round(spanMs / DAY_MS) * DAY_MS,
      sources: [largest.exchange],
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
  addLongShortPercentile(table, input);
}

/** The ratio of one exchange against its own week: levels differ too much between exchanges to be mixed. */
function addLongShortPercentile(table: FeatureCollector, { history, readings, nowMs }: FeatureInput): void {
  const fresh = new Set(readings.longShortRatios.map(({ exchange }) => exchange));
  const byExchange = hourlyByExchange(history.longShort, 'one', (row) => row.longShortRatio);
  const [longest] = [...byExchange]
    .filter(([id]) => fresh.has(id))
    .sort(([a, one], [b, two]) => two.size - one.size || (a < b ? -1 : 1));
  const end = longest === undefined ? undefined : freshHour(new Map([longest]), nowMs);
  if (longest === undefined || end === undefined) {
    table.miss('longShortPercentile', 'no exchange gave half a week of hourly long/short ratios');
    return;
  }
  const [exchange, hours] = longest;
  const past = Array.from(
    { length: BASELINE_HOURS },
    (_, back) => hours.get(end - (back + 1) * HOUR_MS) ?? Number.NaN,
  );
  const rank = percentileRank(past, hours.get(end) ?? Number.NaN, { windowPoints: BASELINE_HOURS });
  table.set('longShortPercentile', rank, {
    baselineWindowMs: windowMs(BASELINE_HOURS),
    sources: [exchange],
    newestMs: end,
  });
}
