import type { Asset, DataSource, ExchangeId } from '../../core/ids.ts';

/** The cards of lines over any time that a panel shows beside its charts. */
export const CARD_IDS = [
  'price',
  'volume',
  'open-interest-history',
  'funding',
  'over-spot',
  'basis-index',
  'term-structure',
  'taker-delta',
  'spot-taker-delta',
  'spot-share',
  'liquidations',
  'long-short-ratio',
  'depth',
] as const;
export type CardId = (typeof CARD_IDS)[number];

/** The steps that a card can be asked for, in ms: five minutes, an hour, a day. */
export const CARD_STEPS_MS = [300_000, 3_600_000, 86_400_000] as const;

/** What a panel asks for: labels from `fromMs` to before `toMs`, epoch ms. */
export interface CardWish<Id extends string = CardId> {
  readonly card: Id;
  readonly asset: Asset;
  readonly stepMs: (typeof CARD_STEPS_MS)[number];
  readonly fromMs: number;
  readonly toMs: number;
}

/** `values[i]` belongs to the label `firstMs + i × stepMs`; NaN = gap, drawn as a gap. */
export interface CardLine {
  readonly id: ExchangeId | 'aggregate';
  /** Unique within its card. */
  readonly label: string;
  /** Of liquidations; longs are negative. */
  readonly side?: 'long' | 'short';
  readonly firstMs: number;
  readonly values: Float64Array;
  /** Of settled rates: how long before its label each began to hold, ms; NaN where there is none. */
  readonly holdsMs?: Float64Array;
  /** Of open interest: `one`, or why it may count more than once. */
  readonly sides?: 'one' | 'both, halved' | 'unverified';
}

/** The lines of a card over the time that was asked for. */
export interface CardPayload {
  readonly card: CardId;
  readonly asset: Asset;
  readonly source: DataSource;
  readonly stepMs: number;
  /** Exchanges in the order of the panel, the sum first; none where nothing is kept of that time. */
  readonly lines: readonly CardLine[];
  /** Whom the sum is of, and what is left out; plain sentences. */
  readonly notes: readonly string[];
}
