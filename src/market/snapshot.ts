import type { DatedBasis } from '../analysis/metrics/basis.ts';
import type { AssetChange } from '../analysis/metrics/changes.ts';
import type { Correlation } from '../analysis/metrics/correlation.ts';
import type { UnverifiedSides } from '../analysis/metrics/unverifiedSides.ts';
import type { RegimeAssessment } from '../analysis/regime/assessment.ts';
import type { MachineClock } from '../core/clock.ts';
import type { ContextMetric, ContextSnapshot } from '../core/contextValue.ts';
import type { ErrorCode } from '../core/errors.ts';
import type { Asset, DataSource, ExchangeId } from '../core/ids.ts';
import type { AssetClass, Instrument } from '../core/instrument.ts';
import type { Issue } from '../core/issue.ts';
import type { Observation } from '../core/observation.ts';
import type { LiquidationTotals } from './liquidations.ts';

/**
 * `fresh`: complete enough and recent; `stale`: answered, but the numbers are old; `limited`: asked to wait; `waiting`:
 * asked and not answered yet, at all or what its sums are made of; only while a refresh runs or an exchange is late.
 */
export type ExchangeStatus = 'fresh' | 'stale' | 'limited' | 'failed' | 'unsupported' | 'waiting';

export interface InstrumentSnapshot {
  readonly venueSymbol: string;
  readonly kind: Instrument['kind'];
  readonly margin: Instrument['margin'];
  /** The currency of its prices. Absent where the exchange's list of instruments could not be read. */
  readonly quoteAsset?: string;
  /** Absent where the exchange does not say what the contract is on; then a coin is meant. */
  readonly assetClass?: AssetClass;
  /** Absent where the exchange's list of instruments could not be read; contracts then stay contracts. */
  readonly contractSize?: Instrument['contractSize'];
  readonly fundingIntervalMs?: number;
  /** One unit of the contract is so many coins (1000PEPE); the observations here are of single coins. */
  readonly coinsPerUnit?: number;
  /** Of dated futures. */
  readonly expiresAtMs?: number;
  /** The newest observation of each kind (and facet), as it came from the exchange. */
  readonly observations: readonly Observation[];
}

export interface ExchangeSnapshot {
  readonly exchange: ExchangeId;
  readonly displayName: string;
  readonly status: ExchangeStatus;
  readonly reason?: string;
  /** What the failure behind `reason` has in common with those of other exchanges; absent where no request failed. */
  readonly failure?: { readonly code: ErrorCode; readonly what: string };
  readonly instruments: readonly InstrumentSnapshot[];
  /** Where it is not verified how open interest counts sides: what is likely, and the reason in one sentence. */
  readonly unverifiedSides?: { readonly likely?: 'one' | 'both'; readonly reason: string };
  /** Dated futures against their index, nearest expiry first; absent where there is none. */
  readonly termStructure?: readonly DatedBasis[];
  readonly issues: readonly Issue[];
  /** Requests about this asset (or about all) that brought nothing at the last refresh, or have not yet; `reason` names the first. */
  readonly failedRequests: number;
  /** Time of the newest number, epoch ms; absent where there is none. */
  readonly newestAtMs?: number;
  /** Median time from a request's sending to its answer; absent where none came. */
  readonly latencyMs?: number;
  /** How long the whole refresh of the exchange took, waiting included. */
  readonly refreshMs?: number;
  /** Not before this time will the exchange be asked again. */
  readonly nextAttemptAtMs?: number;
}

/** An exchange that takes no part in the sums of an asset, and why, in words. */
export interface LeftOutLeg {
  readonly exchange: ExchangeId;
  readonly reason: string;
}

/** Whose readings a number of an aggregate is made from, and when the oldest of them was, epoch ms. */
export interface AggregateSource {
  readonly exchanges: readonly ExchangeId[];
  readonly oldestAtMs: number;
}

/** By number; a number that is absent has no source. */
export type AggregateSources = Readonly<
  Partial<
    Record<
      | 'openInterestBase'
      | 'openInterestUsd'
      | 'funding'
      | 'volume24h'
      | 'spotVolumeShare'
      | 'basis'
      | 'depth'
      | 'longShort'
      | 'markPrice',
      AggregateSource
    >
  >
>;

/** Sums and means over the fresh exchanges only; a field is absent where no fresh exchange has its inputs. */
export interface AssetAggregate {
  /** One-sided, in coins: Σ over fresh exchanges (both-sided numbers halved). */
  readonly openInterestBase?: number;
  readonly openInterestUsd?: number;
  /** Fraction per year, simple: Σ rate × (year / interval) × OI ÷ Σ OI. */
  readonly fundingAnnualisedOiWeighted?: number;
  readonly volume24hUsd?: number;
  readonly markPriceQuote?: number;
  /** Share of the largest exchange in aggregate open interest, 0..1, and the Herfindahl index of the shares. */
  readonly largestShare?: { readonly exchange: ExchangeId; readonly share: number };
  readonly concentrationHhi?: number;
  /** Median over exchanges of the annualised basis of their future nearest three months; fraction per year. */
  readonly basisAnnualised?: number;
  /** Spot volume / (spot + perpetual volume) of the exchanges that report both, 24 h, 0..1. */
  readonly spotVolumeShare?: number;
  readonly depthUsd?: number;
  /** A returned book ended inside the band: the real sum is at least `depthUsd`. */
  readonly isDepthLowerBound?: boolean;
  readonly longShortRatio?: number;
  /** Taker buys over taker sells of the last full hour, over the exchanges that report both in coins. */
  readonly takerBuySellRatio1h?: number;
  /** One-sided open interest in dollars over market capitalisation, a fraction; only while the latter is fresh. */
  readonly openInterestToMarketCap?: number;
  readonly sources?: AggregateSources;
  /** Absent where it is known of every counted exchange how it counts sides. */
  readonly unverifiedSides?: UnverifiedSides;
  /** What was counted and what was left out, in words. */
  readonly notes: readonly string[];
  /** Fresh exchanges whose numbers contradict the others; present where there are any. */
  readonly leftOut?: readonly LeftOutLeg[];
  readonly coverage: { readonly fresh: number; readonly of: number };
}

/** How the asset's daily returns moved with a traditional series over the days that both have. */
export interface AssetCorrelation extends Correlation {
  readonly metric: ContextMetric;
  readonly provider: string;
  readonly scope?: string;
}

/** That no exchange lists an asset, as far as lists could be read. */
export interface Unlisted {
  /** How many lists were read, of how many exchanges that Perpscope knows. */
  readonly lists: number;
  readonly of: number;
  /** Listed names like it, nearest first. */
  readonly nearest: readonly Asset[];
}

export interface AssetSnapshot {
  readonly asset: Asset;
  readonly exchanges: readonly ExchangeSnapshot[];
  readonly aggregate: AssetAggregate;
  /** Absent where an exchange lists the asset, or no list could be read. */
  readonly unlisted?: Unlisted;
  /** Forced closures of the last 24 hours and of the last hour, by exchange; absent where no exchange has covered an hour. */
  readonly liquidations?: readonly LiquidationTotals[];
  /** How far price, open interest and funding have come, shortest window first; absent where nothing tells of then. */
  readonly changes?: readonly AssetChange[];
  /** Absent where there is no traditional series, or too few common days. */
  readonly correlations?: readonly AssetCorrelation[];
}

/** What the market looks like at `asOfMs`: plain data, the JSON of `perpscope snapshot`. */
export interface MarketSnapshot {
  readonly schema: 'perpscope.snapshot/1';
  readonly asOfMs: number;
  readonly source: DataSource;
  /** Present where the clock of this machine is wrong; `asOfMs` and all ages are by the exchanges' clocks. */
  readonly machineClock?: MachineClock;
  readonly assets: readonly AssetSnapshot[];
  /** Numbers beside the exchanges, by provider; absent where no provider is there at all. */
  readonly context?: readonly ContextSnapshot[];
}

/** Which rules are in force in this window, and what is wrong with their file. */
export interface RulesStanding {
  readonly version: string;
  readonly digest?: string;
  /** The file that is chosen, as its user calls it; absent for the built-in rules. */
  readonly file?: string;
  /** When the rules in force were read from it, by the clock here; absent where none of its rules are: the built-in ones stand in. */
  readonly readAtMs?: number;
  /** What is wrong with it as it is now, a line each. */
  readonly faults?: readonly string[];
}

/**
 * Where the market stands for the editor. `offline`: the last refresh reached no exchange at all; it stays so until an
 * answer comes. `failed`: the engine could not start; `lastError` says why.
 */
export interface MarketState {
  readonly phase: 'idle' | 'loading' | 'ready' | 'offline' | 'failed';
  readonly source: DataSource;
  /** The exchanges are being asked. The snapshot grows meanwhile: who has not answered keeps its numbers, or is `waiting`. */
  readonly isRefreshing: boolean;
  /** Only current numbers are newer than in the state before, by what streams pushed: history, charts and regimes are those of the last refresh. */
  readonly isPushed?: true;
  readonly snapshot?: MarketSnapshot;
  /** Each names the rules that it was judged by: where another window collects, those of that window. */
  readonly regimes: ReadonlyMap<Asset, RegimeAssessment>;
  /** Absent before an engine runs. */
  readonly rules?: RulesStanding;
  /** Another window collects and judges; present where it is so. */
  readonly isFollowing?: true;
  readonly lastError?: string;
  /** `failed` by a setting after which nobody may be asked; `lastError` says which. */
  readonly isBlocked?: true;
}
