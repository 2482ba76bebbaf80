import type { Asset, ExchangeId } from '../../core/ids.ts';
import type { OpenInterest } from '../../core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/units.ts';
import type { HistoryStore } from '../../store/historyStore.ts';
import type { RangeSeriesId } from './rangeSeries.ts';

/** The steps that a series can be asked for. */
export const RANGE_STEPS = { '5m': 5 * MINUTE_MS, '1h': HOUR_MS, '1d': DAY_MS } as const;
export type RangeStep = keyof typeof RANGE_STEPS;
export const FIVE_MINUTES_MS = RANGE_STEPS['5m'];

/** What a range is read from. */
export type RangeStore = Pick<HistoryStore, 'columns'>;

/** One series of an asset over a time. */
export interface RangeQuery {
  readonly asset: Asset;
  readonly id: RangeSeriesId;
  readonly stepMs: number;
  /** Labels from `fromMs` to before `toMs`, epoch ms. */
  readonly fromMs: number;
  readonly toMs: number;
  /** The moment that it is judged at: what runs then is not a value yet. */
  readonly nowMs: number;
  /** Only what had been received by then, as it stood then; epoch ms. */
  readonly knownAtMs?: number;
  /** Only these; all exchanges without it. A sum over exchanges is of all of them in any case. */
  readonly exchanges?: readonly ExchangeId[];
  /** Whether the sum over exchanges is wanted. */
  readonly isSummed: boolean;
  /** How an exchange counts open interest, for rows of which that was not known when they were stored. */
  readonly sidesOf?: (exchange: ExchangeId) => OpenInterest['sides'] | undefined;
}
