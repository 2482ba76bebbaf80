import { elapsedMs } from '../../../core/clock.ts';
import { inShownOrder } from '../../../core/exchangeNames.ts';
import type { Asset, ExchangeId } from '../../../core/ids.ts';
import { DAY_MS } from '../../../core/units.ts';
import { valueAt, type StepColumn } from '../../../series/hours.ts';
import { changeFraction } from '../../metrics/flow.ts';
import { FRESH_MS } from '../../metrics/kit/windows.ts';
import { percentileRank } from '../../metrics/statistics.ts';
import type { VenueAssessment } from '../assessment.ts';
import { decide, directionOf, moveFamily, type Decision } from '../decide.ts';
import type { FeatureSet, RegimeFeatures } from '../features.ts';
import type { RuleSet } from '../ruleTypes.ts';
import { MOST_SIZES, standardOf } from '../standard.ts';
import { usualOfAsset } from '../usualOfAssets.ts';
import { LEAST_HOURS, MONTH_MS, type HoursByVenue, type VenueHours, type VenueSeries } from './venueHours.ts';

/** What exchanges are judged from, one by one. */
export interface VenueInput {
  readonly series: VenueSeries;
  readonly hours: HoursByVenue;
  /** Part of the open interest, of the exchanges that are counted now. */
  readonly shares: readonly { readonly exchange: ExchangeId; readonly share: number }[];
}

/** The market that they are part of. */
export interface VenueMarket {
  readonly asset: Asset;
  readonly asOfMs: number;
  readonly features: FeatureSet;
  /** In usual sizes. */
  readonly price: number | undefined;
  readonly decision: Decision;
  readonly rules: RuleSet;
}

/** Returns one row for each exchange whose open interest is known, in the order in which exchanges are shown. Pure. */
export function venuesOf({ series, hours, shares }: VenueInput, market: VenueMarket): VenueAssessment[] {
  const columns = series.column('open-interest');
  return inShownOrder([...columns.keys()]).map((exchange) => {
    const own = hours.get(exchange);
    const share = shares.find((one) => one.exchange === exchange)?.share;
    if (own === undefined || !(market.asOfMs - own.endMs <= FRESH_MS))
      return known({ exchange, family: 'unknown', share, reason: whyUnknown(own?.known ?? 0, true) });
    return venueOf(exchange, own, series, share, market);
  });
}

function venueOf(
  exchange: ExchangeId,
  own: VenueHours,
  series: VenueSeries,
  share: number | undefined,
  { asset, asOfMs, features, price, decision, rules }: VenueMarket,
): VenueAssessment {
  const columns = series.column('open-interest');
  const [hourly, daily] = [columns.get(exchange), series.column('open-interest-daily').get(exchange)];
  const { endMs, usualChange, usualOfRest, usualApart, usualTaker } = own;
  const atEnds = (of: readonly ExchangeId[]): number | undefined => {
    const sum = (atMs: number): number =>
      of.reduce((total, one) => total + openAt(columns.get(one), atMs), 0);
    return changeFraction(sum(endMs - DAY_MS), sum(endMs));
  };
  const [change, ofRest] = [atEnds([exchange]), atEnds(own.rest)];
  const openInterestChangePct = percent(change);
  const imbalance = asOfMs - own.takersUntilMs <= FRESH_MS ? own.takerImbalance : Number.NaN;
  const takerBuySellRatio = finite((1 + imbalance) / (1 - imbalance));
  const stated = known<RegimeFeatures>({
    openInterestChangePct: usualChange > 0 ? openInterestChangePct : undefined,
    openInterestPercentile: rankOf(openAt(hourly, endMs), endMs, daily, hourly),
    openInterestRecord: features.values.openInterestRecordByExchange?.[exchange],
    takerBuySellRatio: usualTaker.spread > 0 ? takerBuySellRatio : undefined,
  });
  // It is judged as a market is, in its own usual sizes; the price is the market's.
  const { aspects } = standardOf(
    { values: stated, origins: {}, absent: {} },
    {
      ...{ asset, isStated: false },
      usual: { ...usualOfAsset(asset), openInterest: usualChange, taker: usualTaker },
    },
  );
  const { positions, flow } = aspects;
  const direction = directionOf(decision.family);
  const { family } = decide(
    { ...aspects, ...known({ price }) },
    rules,
    // A move that stands is one on every exchange; the side of the stake is each one's own.
    direction === 0 ? undefined : { family: moveFamily(direction, (positions ?? 0) >= 0), label: 'unknown' },
  );
  return known({
    ...{ exchange, family, share },
    ...(openInterestChangePct === undefined ? {} : { openInterestChangePct, windowMs: DAY_MS }),
    ageMs: elapsedMs(endMs, asOfMs),
    usualSizes: positions,
    openInterestPercentile: stated.openInterestPercentile,
    openInterestRecord: stated.openInterestRecord,
    ...{ takerBuySellRatio, takerUsualSizes: flow },
    restChangePct: percent(ofRest),
    restUsualSizes: sizesOf(logOf(ofRest), usualOfRest),
    apartUsualSizes: sizesOf(logOf(change) - logOf(ofRest), usualApart),
    reason: positions === undefined ? whyUnknown(own.known) : undefined,
  });
}

function whyUnknown(hours: number, isOld = false): string {
  if (hours < LEAST_HOURS) return `${hours} h of its open interest are known, ${LEAST_HOURS} are needed`;
  return isOld
    ? 'its open interest of the last 4 h is not known'
    : 'too many hours of its open interest are missing, or it never moved';
}

const openAt = (column: StepColumn | undefined, atMs: number): number =>
  column === undefined ? Number.NaN : valueAt(column, atMs);

/** The newest hour among the days of a month, as of the whole; where they are not stated, among its hours. */
function rankOf(value: number, endMs: number, ...histories: (StepColumn | undefined)[]): number | undefined {
  for (const column of histories) {
    if (column === undefined) continue;
    const { firstMs, stepMs, values } = column;
    const [end, windowPoints] = [Math.ceil((endMs - firstMs) / stepMs), MONTH_MS / stepMs];
    const rank = percentileRank(values.subarray(Math.max(0, end - windowPoints), Math.max(0, end)), value, {
      windowPoints,
    });
    if (rank !== undefined) return rank;
  }
  return undefined;
}

const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);
const percent = (fraction: number | undefined): number | undefined =>
  fraction === undefined ? undefined : 100 * fraction;
const logOf = (fraction: number | undefined): number => Math.log1p(fraction ?? Number.NaN);
const sizesOf = (log: number, usual: number): number | undefined =>
  finite(Math.max(-MOST_SIZES, Math.min(MOST_SIZES, log / usual)));

/** The fields that are known. */
function known<T>(fields: { readonly [Key in keyof T]: T[Key] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
