import type { Asset, ExchangeId } from '../../../core/ids.ts';
import { DAY_MS, HOUR_MS } from '../../../core/units.ts';
import {
  countOf,
  newestLabel,
  valueAt,
  valuesFrom,
  type ColumnsByExchange,
  type StepColumn,
} from '../../../series/hours.ts';
import { newestAlignedSum, type AlignedSum } from '../../../series/sums.ts';
import type { MetricSeries } from '../../metrics/kit/inputs.ts';
import type { Usual } from '../../noise/middle.ts';
import { logChange, MOVE_HOURS, shareOfDay } from '../../noise/moves.ts';
import { MINIMUM_WINDOWS, spreadBefore, usualBefore } from '../../noise/usualSizes.ts';

/** What the hours of each exchange say is usual for it. It changes by the hour and is computed once an hour. */

/** A history keeps 30 days. */
export const MONTH_MS = 30 * DAY_MS;
const VENUE_HOURS = MONTH_MS / HOUR_MS;
const LAST = VENUE_HOURS - 1;
/** A week of windows of 24 h. */
export const LEAST_HOURS = MINIMUM_WINDOWS + MOVE_HOURS;

const LEAST_PART = 0.01;

/** Of log open interest in coins over 24 h. A size is NaN where the hours are too few or never moved. */
export interface VenueHours {
  /** The hour that is measured, epoch ms: that of the market's sum where the exchange is part of it, else its own newest; NaN where there is none. */
  readonly endMs: number;
  /** How far its own open interest usually goes, that of the exchanges beside it together, and the two apart from each other. */
  readonly usualChange: number;
  readonly usualOfRest: number;
  readonly usualApart: number;
  /** The exchanges beside it, at all hours the same. */
  readonly rest: readonly ExchangeId[];
  /** How many of its hours are known. */
  readonly known: number;
  /** Takers' (bought − sold) / (bought + sold) of its newest 24 h, NaN where not known, when they ended, and what of it is usual. */
  readonly takerImbalance: number;
  readonly takersUntilMs: number;
  readonly usualTaker: Usual;
}

export type VenueSeries = Pick<MetricSeries, 'column'>;
export type HoursByVenue = ReadonlyMap<ExchangeId, VenueHours>;

/** What is usual on each exchange, kept for as long as no hour comes in. Holds the newest of each market. */
export class VenueBook {
  readonly #held = new Map<string, { readonly stamp: string; readonly hours: HoursByVenue }>();

  /** Returns what the hours of each exchange say; `market` tells apart which exchanges of the asset they are of. */
  hoursOf(series: VenueSeries, asset: Asset, nowMs: number, market: string): HoursByVenue {
    const key = `${market} ${asset}`;
    const stamp = stampOf(series, nowMs);
    const held = this.#held.get(key);
    if (held?.stamp === stamp) return held.hours;
    const hours = venueHours(series, nowMs);
    this.#held.set(key, { stamp, hours });
    return hours;
  }
}

/** Which hours are there: another one, also one that came late, is another stamp. */
function stampOf(series: VenueSeries, nowMs: number): string {
  return (['open-interest', 'taker-buy'] as const)
    .flatMap((id) => [...series.column(id)])
    .map(([exchange, column]) => `${exchange} ${newestLabel(column, nowMs)} ${countOf(column)}`)
    .join();
}

function venueHours(series: VenueSeries, nowMs: number): HoursByVenue {
  const columns = series.column('open-interest');
  const whole = newestAlignedSum(countedOf(columns, nowMs), nowMs, VENUE_HOURS, {
    minimumSteps: LEAST_HOURS,
  });
  const [buys, sells] = [series.column('taker-buy'), series.column('taker-sell')];
  return new Map(
    [...columns].map(([exchange, column]) => [
      exchange,
      {
        ...besideRest(
          exchange,
          column,
          whole?.exchanges.includes(exchange) === true ? whole : undefined,
          nowMs,
        ),
        ...takersOf(buys.get(exchange), sells.get(exchange), nowMs),
      },
    ]),
  );
}

/** Who holds next to nothing must not shorten the history of all. */
function countedOf(columns: ColumnsByExchange, nowMs: number): ColumnsByExchange {
  const newest = (column: StepColumn): number => valueAt(column, newestOf(column, nowMs)) || 0;
  const whole = [...columns.values()].reduce((sum, column) => sum + newest(column), 0);
  return new Map([...columns].filter(([, column]) => newest(column) >= LEAST_PART * whole));
}

/** The hours of a column that end with `endMs`, as many as a history keeps; not known without one. */
const hoursUpTo = (column: StepColumn | undefined, endMs: number): Float64Array =>
  valuesFrom(column, endMs - LAST * HOUR_MS, VENUE_HOURS);

/** The sum without an exchange is one over the same exchanges at all hours, too. */
function besideRest(exchange: ExchangeId, column: StepColumn, whole: AlignedSum | undefined, nowMs: number) {
  const endMs = whole === undefined ? newestOf(column, nowMs) : whole.firstMs + LAST * HOUR_MS;
  const own = hoursUpTo(column, endMs);
  const changes = logChange(own);
  const ofRest = logChange(own.map((value, at) => (whole?.values[at] ?? Number.NaN) - value));
  const apart = changes.map((change, at) => change - (ofRest[at] ?? Number.NaN));
  return {
    endMs,
    known: countOf({ ...column, values: own }),
    usualChange: spreadBefore(changes, LAST),
    usualOfRest: spreadBefore(ofRest, LAST),
    usualApart: spreadBefore(apart, LAST),
    rest: (whole?.exchanges ?? []).filter((one) => one !== exchange),
  };
}

function takersOf(buys: StepColumn | undefined, sells: StepColumn | undefined, nowMs: number) {
  const endMs = buys === undefined ? Number.NaN : newestOf(buys, nowMs);
  const [bought, sold] = [hoursUpTo(buys, endMs), hoursUpTo(sells, endMs)];
  const beside = (sign: 1 | -1) => bought.map((amount, at) => amount + sign * (sold[at] ?? Number.NaN));
  const imbalance = shareOfDay(beside(-1), beside(1));
  return {
    takerImbalance: imbalance[LAST] ?? Number.NaN,
    takersUntilMs: endMs + HOUR_MS,
    usualTaker: usualBefore(imbalance, LAST),
  };
}

const newestOf = (column: StepColumn, nowMs: number): number => newestLabel(column, nowMs) ?? Number.NaN;
