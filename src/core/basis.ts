import { DAY_MS, YEAR_MS } from './units.ts';

/** Days to expiry below which a basis is not annualised: a rounding of the price would become percents a year. */
export const SHORTEST_TO_EXPIRY_MS = 2 * DAY_MS;

/**
 * Returns futures / index − 1 as a fraction (definitions.md §4; of a perpetual its premium); undefined without two prices above
 * zero.
 */
export function basisFraction(
  futuresQuote: number | undefined,
  indexQuote: number | undefined,
): number | undefined {
  if (futuresQuote === undefined || indexQuote === undefined) return undefined;
  const fraction = futuresQuote / indexQuote - 1;
  return futuresQuote > 0 && indexQuote > 0 && Number.isFinite(fraction) ? fraction : undefined;
}

/** Returns a basis per year, simple, 365 days; undefined closer than two days to expiry and after it. */
export function annualisedBasis(fraction: number, toExpiryMs: number): number | undefined {
  return toExpiryMs >= SHORTEST_TO_EXPIRY_MS && Number.isFinite(toExpiryMs)
    ? (fraction * YEAR_MS) / toExpiryMs
    : undefined;
}
