import type { Asset, ExchangeId } from '../../core/ids.ts';
import type { Unit } from '../../core/units.ts';
import type { FeatureUnit } from '../metrics/kit/metric.ts';

/** Every label a regime can have. `unknown` = inputs are missing; `neutral` = they are there and lie inside their bands. */
export const REGIME_LABELS = [
  'spot-led-rally',
  'leverage-led-rally',
  'short-squeeze',
  'crowded-long',
  'crowded-short',
  'leverage-build-up',
  'new-shorts',
  'deleveraging',
  'long-squeeze',
  'illiquid-sell-off',
  'neutral',
  'unknown',
] as const;
export type RegimeLabel = (typeof REGIME_LABELS)[number];

/** What price and positions do together; the names stand inside these. */
export const REGIME_FAMILIES = [
  'new-longs',
  'short-covering',
  'new-shorts',
  'long-unwinding',
  'stake-rising',
  'stake-falling',
  'quiet',
  'unknown',
] as const;
export type RegimeFamily = (typeof REGIME_FAMILIES)[number];

/** The kinds of evidence: price and flow, positions, what holding them costs, and what was closed by force. */
export const EVIDENCE_KINDS = ['price', 'positions', 'cost', 'force'] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

/** What an assessment rests on beside current readings: ids of exchanges without one, whose stored rows were used. */
export interface StoredHistory {
  readonly exchanges: readonly ExchangeId[];
  /** Until when the newest of these rows tells, epoch ms. */
  readonly newestAtMs: number;
}

/**
 * What a reading says about the name: it is as the name wants it, clear on the other side, neither of the two, or not looked at
 * for this name.
 */
export type Bearing = 'for' | 'against' | 'expected' | 'beside';

/** What rarity was counted in: the asset's own hours, shuffled, or hours that a model of no market in particular makes up. */
export type RarityBasis = 'own-history' | 'default';

/** One reason for or against a label. `observed`, `baseline` and `threshold` are in `unit`; `baselineValue` is not. */
export interface Evidence {
  /** Metric id with its window, for example `open-interest-z-7d`. */
  readonly metric: string;
  readonly scope: 'aggregate' | ExchangeId;
  readonly observed: number;
  readonly unit: FeatureUnit;
  /** The window of the reading itself; absent for a reading of the moment and where it is not stated. */
  readonly windowMs?: number;
  readonly baseline?: number;
  /** What was usual, in the unit that readers know it in: USD behind a z-score of liquidations, for example. */
  readonly baselineValue?: number;
  readonly baselineUnit?: Unit;
  /** The earlier stretch that the reading is compared with. */
  readonly baselineWindowMs?: number;
  readonly zScore?: number;
  /** How far it is out, in usual sizes of its own window. */
  readonly usualSizes?: number;
  readonly percentile?: number;
  readonly bearing: Bearing;
  /** From where on it is as the name wants it; of a reading `beside` the name, from where on it would be a clear sign at all. */
  readonly threshold: number;
  readonly direction: 'above' | 'below';
  /** Where the value must lie between two ends; `threshold` is the nearer of them. */
  readonly band?: readonly [low: number, high: number];
  /** Of a rate per interval: how long the interval is; absent where it is not stated. */
  readonly intervalMs?: number;
  /** Whether the observed value is at or beyond the threshold in the given direction, or inside the band. */
  readonly isMet: boolean;
  readonly weight: number;
  /** Exchanges or files the number comes from. */
  readonly sources: readonly string[];
  /** Age of the oldest number behind it when the assessment was made; absent for stated values. */
  readonly ageMs?: number;
}

/** An input that a rule wanted and that was not there, with the reason. */
export interface MissingInput {
  readonly metric: string;
  readonly reason: string;
}

/**
 * One exchange by its own positions, in usual sizes of its own history of 24 h changes. What it does not state, or what its hours
 * are too few for, is absent.
 */
export interface VenueAssessment {
  readonly exchange: ExchangeId;
  /** What the market's price and this exchange's positions do together. */
  readonly family: RegimeFamily;
  /** Its part of the open interest of the exchanges that are counted now, 0..1. */
  readonly share?: number;
  /** In coins, over `windowMs`, which ended `ageMs` before the assessment. */
  readonly openInterestChangePct?: number;
  readonly windowMs?: number;
  readonly ageMs?: number;
  readonly usualSizes?: number;
  /** Its rank within its own last 30 days, 0..100, and whether it is at a record within its history. */
  readonly openInterestPercentile?: number;
  readonly openInterestRecord?: boolean;
  /** Of the last 24 h. */
  readonly takerBuySellRatio?: number;
  readonly takerUsualSizes?: number;
  /** What the other exchanges did in the same hours together, and how far apart the two are, in usual sizes. */
  readonly restChangePct?: number;
  readonly restUsualSizes?: number;
  readonly apartUsualSizes?: number;
  /** Why its change, or what is usual of it, is not known. */
  readonly reason?: string;
}

export interface RegimeAssessment {
  readonly schema: 'perpscope.regime/1';
  readonly asOfMs: number;
  readonly baseAsset: Asset;
  readonly source: 'live' | 'simulated' | 'stated';
  readonly label: RegimeLabel;
  /** The label in the words of the rules that gave it: short squeeze. */
  readonly words: string;
  /** What price and positions do together; the label is a name inside it. */
  readonly family: RegimeFamily;
  /** The name is not one to act on: noise shows as much, too few kinds of evidence are clear, or another is as likely. */
  readonly isWeak: boolean;
  /** The labels that could stand, the likeliest first; empty where one stands alone. */
  readonly candidates: readonly RegimeLabel[];
  /** 0..1: how probable the same label would be with all inputs known and fresh; 0 for `unknown`. */
  readonly confidence: number;
  /** 0..1: how often a market without structure shows as much; 1 where nothing is known. */
  readonly rarity: number;
  readonly rarityBasis: RarityBasis;
  /** 0..1: how complete and fresh the inputs are, and how much of the market they rest on. */
  readonly quality: number;
  readonly evidence: readonly Evidence[];
  readonly missing: readonly MissingInput[];
  /** Plain sentences that follow from the evidence, for example "record on Binance, not confirmed elsewhere". */
  readonly statements: readonly string[];
  /** The exchanges one by one; absent for stated values and where no exchange's open interest is known. */
  readonly venues?: readonly VenueAssessment[];
  /** Absent where every exchange behind the evidence has a fresh reading, and for stated values. */
  readonly storedHistory?: StoredHistory;
  /** Cautions about the inputs or the thresholds themselves. */
  readonly remarks: readonly string[];
  /** Longs and leverage are crowded enough that a fall could feed on itself; an estimate. */
  readonly hasCascadeRisk: boolean;
  /** The label that would stand without hysteresis, where it differs. */
  readonly candidate?: RegimeLabel;
  /** The family without hysteresis of the name, where it differs. */
  readonly candidateFamily?: RegimeFamily;
  /** Since when the label has stood. Where `watchedSinceMs` is later, it stood then too; the time between nobody saw. */
  readonly sinceMs: number;
  /**
   * Since when the market has been watched without a break: what stood before is not known. It begins anew after a pause
   * of more than 15 minutes and after an `unknown`.
   */
  readonly watchedSinceMs?: number;
  readonly coverage: { readonly fresh: number; readonly of: number };
  readonly rulesVersion: string;
  /** Of rules that are not built in: tells those of one version apart. */
  readonly rulesDigest?: string;
}

/** Returns whether what was kept is an assessment of this form; one from before families or words is none, and is judged anew. */
export function isAssessment(body: unknown): body is RegimeAssessment {
  const { schema, family, words } = (body ?? {}) as Partial<RegimeAssessment>;
  const isOfFamily = (REGIME_FAMILIES as readonly unknown[]).includes(family);
  return schema === 'perpscope.regime/1' && isOfFamily && typeof words === 'string';
}
