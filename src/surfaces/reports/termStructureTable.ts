import type { AssetSnapshot } from '../../market/snapshot.ts';
import { formatAge, formatPrice, formatRate, formatUtc, NOT_REPORTED } from './format.ts';

export const TERM_STRUCTURE_HEAD = [
  'Exchange',
  'Future',
  'Expires',
  'Price',
  'Index',
  'Basis',
  'Basis a year',
  'Age',
] as const;

/** Returns the cells of the term structure of an asset: every dated future that an exchange gave, nearest expiry first. */
export function termStructureRows(snapshot: AssetSnapshot, nowMs: number): string[][] {
  return snapshot.exchanges.flatMap(({ displayName, termStructure = [] }) =>
    termStructure.map((one) => [
      displayName,
      one.venueSymbol,
      formatUtc(one.expiresAtMs),
      formatPrice(one.futuresPriceQuote),
      formatPrice(one.indexPriceQuote),
      formatRate(one.basisFraction),
      one.annualised === undefined ? NOT_REPORTED : formatRate(one.annualised),
      formatAge(one.atMs, nowMs),
    ]),
  );
}
