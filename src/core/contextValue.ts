import type { Asset } from './ids.ts';

/** What a number beside the exchanges is about. The name carries the unit where it has one. */
export type ContextMetric =
  | 'fear-greed'
  | 'market-cap-usd'
  | 'circulating-supply-base'
  | 'equity-index'
  | 'dollar-index'
  | 'exchange-inflow-base'
  | 'miner-outflow-base'
  | 'taker-buy-sell-ratio'
  | 'estimated-leverage-ratio'
  | 'etf-net-flow-usd'
  | 'aggregated-open-interest-usd'
  | 'long-liquidations-usd'
  | 'short-liquidations-usd';

/** `score` is 0 to 100, `points` the level of an index, `base` coins. */
export type ContextUnit = 'score' | 'usd' | 'base' | 'ratio' | 'points';

/**
 * One number from a context provider, not from an exchange. `atMs` is the time it speaks of as the provider states it
 * (of a day or another bar: its start, with `barMs`), epoch ms, UTC; where it states none it is the time of receipt and
 * `atBasis` says so.
 */
export interface ContextValue {
  readonly kind: 'context';
  /** Id of the provider, for example `alternative-me`. */
  readonly provider: string;
  readonly metric: ContextMetric;
  /** Absent for what is about the market as a whole. */
  readonly asset?: Asset;
  readonly atMs: number;
  readonly atBasis?: 'received';
  readonly receivedAtMs: number;
  readonly barMs?: number;
  readonly unit: ContextUnit;
  readonly value: number;
  /** The provider's own word for the value, for example `Extreme Fear`. */
  readonly label?: string;
  /** What exactly is counted where the metric's name leaves it open, for example `all exchanges`. */
  readonly scope?: string;
  /** Method and path of the answer; of a file `FILE csv`. */
  readonly endpoint: string;
}

/** Returns what tells the series of a provider apart: metric, asset and scope. */
export function contextSeriesKey({ provider, metric, asset, scope }: ContextValue): string {
  return JSON.stringify([provider, metric, asset ?? '', scope ?? '']);
}

/**
 * Where a provider stands. `limited`: it asked to wait; `needs-key`: not asked without one; `off`: not asked because
 * the market is simulated or tested and nothing stands in for it, or because nothing of it applies.
 */
export type ContextStatus = 'fresh' | 'stale' | 'limited' | 'failed' | 'needs-key' | 'off';

/** A context provider as surfaces show it. Plain data; never holds a key. */
export interface ContextSnapshot {
  readonly provider: string;
  readonly displayName: string;
  readonly docsUrl: string;
  readonly status: ContextStatus;
  readonly reason?: string;
  /** Of a provider that needs a key: what it would add, and how to set one. */
  readonly adds?: string;
  readonly howToSet?: string;
  /** The newest value of each series. `isStale`: older than its series allows. */
  readonly values: readonly (ContextValue & { readonly isStale: boolean })[];
  readonly nextAttemptAtMs?: number;
}
