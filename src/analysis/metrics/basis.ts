import { DAY_MS } from '../../core/units.ts';

const THREE_MONTHS_MS = 91 * DAY_MS;
/**
 * The latest expiry that still speaks for three months: twice that, which is where the second of two listed quarters
 * ends (a quarter from its first day on is 91 days long, the one after it ends within 182). What expires later tells of
 * rates over a year or more, and is shown in the term structure under its own date.
 */
const LATEST_MS = 2 * THREE_MONTHS_MS + DAY_MS;

/** One dated future of a term structure. Fractions; `annualised` is simple over 365 days. */
export interface DatedBasis {
  readonly exchange: string;
  readonly venueSymbol: string;
  readonly expiresAtMs: number;
  readonly futuresPriceQuote: number;
  readonly indexPriceQuote: number;
  readonly basisFraction: number;
  readonly annualised?: number;
  /** Time of the older of the two prices. */
  readonly atMs: number;
}

/**
 * Returns the future of a list whose expiry is nearest to three months from now and that can be annualised; undefined
 * where none expires within half a year.
 */
export function nearestThreeMonths(futures: readonly DatedBasis[], nowMs: number): DatedBasis | undefined {
  const distance = (one: DatedBasis): number => Math.abs(one.expiresAtMs - nowMs - THREE_MONTHS_MS);
  return futures
    .filter((one) => one.annualised !== undefined && one.expiresAtMs - nowMs <= LATEST_MS)
    .reduce<DatedBasis | undefined>(
      (best, one) => (best === undefined || distance(one) < distance(best) ? one : best),
      undefined,
    );
}
