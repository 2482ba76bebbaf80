import type { DatedBasis } from '../analysis/metrics/basis.ts';
import { newestOf } from '../analysis/metrics/currentNumbers.ts';
import { isReading, isStale } from '../analysis/metrics/freshness.ts';
import { annualisedBasis, basisFraction } from '../core/basis.ts';
import type { ObservationOf } from '../core/observation.ts';
import { MINUTE_MS } from '../core/units.ts';
import type { ExchangeSnapshot, InstrumentSnapshot } from './snapshot.ts';

/** Prices further apart in time tell how the market moved, not how far the future stands from its index. */
const SAME_MOMENT_MS = MINUTE_MS;

/**
 * Returns the dated futures of an exchange with their distance from the index, nearest expiry first. Fresh prices of
 * one moment only: mark price, else last; the index of the future itself, else of the exchange's perpetual on the same
 * asset if both are linear or both inverse: an index in USDT is none of a future in dollars.
 */
export function termStructureOf(
  snapshot: Pick<ExchangeSnapshot, 'exchange' | 'instruments'>,
  nowMs: number,
): DatedBasis[] {
  const perpetual = snapshot.instruments.find((one) => one.kind === 'perpetual');
  return snapshot.instruments
    .flatMap((instrument): DatedBasis[] => {
      const { expiresAtMs, kind, margin, venueSymbol } = instrument;
      if (kind !== 'dated-future' || expiresAtMs === undefined || expiresAtMs <= nowMs) return [];
      const futures =
        newestPrice(instrument, nowMs, 'markPriceQuote') ?? newestPrice(instrument, nowMs, 'lastPriceQuote');
      const twin = perpetual?.margin === margin ? perpetual : undefined;
      const index =
        newestPrice(instrument, nowMs, 'indexPriceQuote') ?? newestPrice(twin, nowMs, 'indexPriceQuote');
      const fraction = basisFraction(futures?.price, index?.price);
      if (futures === undefined || index === undefined || fraction === undefined) return [];
      if (Math.abs(futures.atMs - index.atMs) > SAME_MOMENT_MS) return [];
      const annualised = annualisedBasis(fraction, expiresAtMs - nowMs);
      return [
        {
          exchange: snapshot.exchange,
          venueSymbol,
          expiresAtMs,
          futuresPriceQuote: futures.price,
          indexPriceQuote: index.price,
          basisFraction: fraction,
          ...(annualised === undefined ? {} : { annualised }),
          atMs: Math.min(futures.atMs, index.atMs),
        },
      ];
    })
    .sort((a, b) => a.expiresAtMs - b.expiresAtMs || (a.venueSymbol < b.venueSymbol ? -1 : 1));
}

type PriceField = 'markPriceQuote' | 'indexPriceQuote' | 'lastPriceQuote';

function newestPrice(
  instrument: InstrumentSnapshot | undefined,
  nowMs: number,
  field: PriceField,
): { price: number; atMs: number } | undefined {
  const fresh = (instrument?.observations ?? []).filter((one) => !isStale(one, nowMs)).filter(isReading);
  const newest: ObservationOf<'mark-price'> | undefined = newestOf(
    fresh,
    'mark-price',
    (one) => one[field] !== undefined,
  );
  const price = newest?.[field];
  return newest === undefined || price === undefined ? undefined : { price, atMs: newest.atMs };
}
