import type { ObservationKind } from '../../core/observation.ts';

/**
 * What a column of a file can become: the observation it is part of, its field, its unit in words and which values are
 * possible. `when`: amounts and prices of a bar stand at its start, what was traded in a window at its end, and of a reading
 * the file's description says of which moment it is.
 */
export interface Target {
  readonly kind: ObservationKind | 'context';
  readonly field: string;
  readonly when: 'bar' | 'window' | 'reading';
  readonly unit: string;
  readonly isPossible: (value: number) => boolean;
  /** Whether the file states it per hundred. */
  readonly isPercent?: true;
}

const isAmount = (value: number): boolean => value >= 0;
const isLevel = (value: number): boolean => value > 0;
/** Within an interval nobody pays more than a fifth: a larger number is in percent. */
const isRate = (value: number): boolean => Math.abs(value) < 0.2;
const isShare = (value: number): boolean => value >= 0 && value <= 1;

const candle = (field: string, unit: string, isPossible = isLevel): Target => ({
  ...{ kind: 'candle', when: 'bar', field, unit, isPossible },
});
const reading = (kind: Target['kind'], field: string, unit: string, isPossible = isLevel): Target => ({
  ...{ kind, field, when: 'reading', unit, isPossible },
});
const liquidated = (field: string, unit: string): Target => ({
  ...{ kind: 'liquidation-volume', when: 'bar', field, unit, isPossible: isAmount },
});
const traded = (field: string, unit: string): Target => ({
  ...{ kind: 'volume', when: 'window', field, unit, isPossible: isAmount },
});
const rate = {
  kind: 'funding-rate',
  field: 'fundingRatePerInterval',
  when: 'reading',
  isPossible: isRate,
} as const;
const share = (field: string): Target => ({
  ...reading('long-short-ratio', field, 'percent of accounts', isShare),
  isPercent: true,
});

/** Every name that `--map` and layouts may use. */
export const TARGETS = {
  openInterestBase: reading('open-interest', 'openInterestBase', 'coins', isAmount),
  openInterestUsd: reading('open-interest', 'openInterestUsd', 'USD', isAmount),
  fundingRatePerInterval: { ...rate, unit: 'fraction per interval' },
  fundingPercentPerInterval: { ...rate, unit: 'percent per interval', isPercent: true },
  openQuote: candle('openQuote', 'price'),
  highQuote: candle('highQuote', 'price'),
  lowQuote: candle('lowQuote', 'price'),
  closeQuote: candle('closeQuote', 'price'),
  volumeBase: candle('volumeBase', 'coins', isAmount),
  volumeUsd: candle('volumeUsd', 'USD', isAmount),
  takerBuyBase: candle('takerBuyBase', 'coins', isAmount),
  takerBuyUsd: candle('takerBuyUsd', 'USD', isAmount),
  windowVolumeBase: traded('volumeBase', 'coins'),
  windowVolumeUsd: traded('volumeUsd', 'USD'),
  lastPriceQuote: reading('mark-price', 'lastPriceQuote', 'price'),
  markPriceQuote: reading('mark-price', 'markPriceQuote', 'price'),
  midPriceQuote: reading('mark-price', 'midPriceQuote', 'price'),
  longShortRatio: reading('long-short-ratio', 'longShortRatio', 'longs per short'),
  longPercent: share('longShare'),
  shortPercent: share('shortShare'),
  longLiquidatedBase: liquidated('longLiquidatedBase', 'coins'),
  shortLiquidatedBase: liquidated('shortLiquidatedBase', 'coins'),
  longLiquidatedUsd: liquidated('longLiquidatedUsd', 'USD'),
  shortLiquidatedUsd: liquidated('shortLiquidatedUsd', 'USD'),
  premiumFraction: {
    ...{ kind: 'basis', field: 'basisFraction', when: 'bar', unit: 'fraction of the index' },
    isPossible: (value: number): boolean => Math.abs(value) < 1,
  },
  /** Bids and asks together, where a source states only their sum. */
  depthBothSidesUsd: reading('depth', 'bothSidesUsd', 'USD', isAmount),
  fearGreed: reading('context', 'value', 'score of 0 to 100', (value) => value >= 0 && value <= 100),
} satisfies Readonly<Record<string, Target>>;

export type TargetName = keyof typeof TARGETS;

/** Returns what is known of a name. */
export function targetOf(name: TargetName): Target {
  return TARGETS[name];
}

/** Returns whether a word names a target. */
export function isTargetName(word: string): word is TargetName {
  return Object.hasOwn(TARGETS, word);
}
