import type { ExchangeId } from '../../core/ids.ts';
import type { ObservationOf } from '../../core/observation.ts';
import type { DatedBasis } from './basis.ts';

/** The current numbers of one exchange that are fresh: what may be added up. */
export interface ExchangeReadings {
  readonly exchange: ExchangeId;
  readonly displayName: string;
  readonly markPriceQuote?: number;
  readonly priceAtMs?: number;
  readonly openInterestBase?: number;
  readonly openInterestUsd?: number;
  readonly openInterestAtMs?: number;
  /** How the exchange counts sides, as its row says. */
  readonly openInterestSides?: ObservationOf<'open-interest'>['sides'];
  readonly funding?: ObservationOf<'funding-rate'>;
  readonly volume24hUsd?: number;
  readonly volumeAtMs?: number;
  readonly spotVolume24hUsd?: number;
  /** Time of the older of spot and perpetual volume. */
  readonly volumesAtMs?: number;
  /** The future nearest three months. */
  readonly basis?: DatedBasis;
  readonly depth?: ObservationOf<'depth'>;
  readonly longShort?: ObservationOf<'long-short-ratio'>;
  readonly taker?: ObservationOf<'taker-volume'>;
  /** Present where one unit of the contract stands for so many coins; numbers here are of single coins. */
  readonly coinsPerUnit?: number;
  readonly spotPriceQuote?: number;
}
