import type { MarginTiers, Observation } from '../../core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../core/units.ts';

/** No exchange lets a rate come near 20 % per interval; a value beyond is a percentage or a mistake. */
const MAX_FUNDING_PER_INTERVAL = 0.2;
/** Further from its index no future trades; beyond it the two prices are not of the same thing. */
const MAX_BASIS_FRACTION = 0.5;
const MIN_TIME_MS = Date.UTC(2010, 0, 1);
const MAX_TIME_MS = Date.UTC(2101, 0, 1);

/** Whether a time in epoch ms is one at which an exchange can have spoken. */
export const isPossibleTime = (atMs: number): boolean => atMs >= MIN_TIME_MS && atMs < MAX_TIME_MS;

type Rule = 'any' | 'positive' | 'not-negative' | 'share' | 'time';
// The time of receipt is this machine's, not the exchange's.
const RULES = new Map<string, Rule>([
  ['basisQuote', 'any'],
  ['receivedAtMs', 'any'],
]);

/** What a field's name says about its values. Names are few and end with their unit. */
function ruleOf(key: string): Rule {
  const known = RULES.get(key);
  if (known !== undefined) return known;
  const rule = /Quote$/.test(key)
    ? 'positive'
    : /Share$/.test(key)
      ? 'share'
      : /(?:Base|Usd|Contracts|Ratio|levels)$/.test(key)
        ? 'not-negative'
        : /(?:^a|A)tMs$/.test(key)
          ? 'time'
          : 'any';
  RULES.set(key, rule);
  return rule;
}

/** Returns why an observation cannot be true, or undefined. Holds for every exchange, so adapters need not repeat it. */
export function whyImpossible(observation: Observation): string | undefined {
  // A plain loop: this runs for every row of every answer.
  for (const key in observation) {
    const value: unknown = observation[key as keyof Observation];
    if (typeof value !== 'number') continue;
    if (!Number.isFinite(value)) return `${key} is not finite`;
    const rule = ruleOf(key);
    if (rule === 'positive' && value <= 0) return `${key} is ${value}, a price is above zero`;
    if (rule === 'not-negative' && value < 0) return `${key} is ${value}, an amount is not negative`;
    if (rule === 'share' && (value < 0 || value > 1)) return `${key} is ${value}, a share is a fraction of 1`;
    const isOurs = key === 'atMs' && observation.atBasis === 'received';
    if (rule === 'time' && !isOurs && !isPossibleTime(value)) return `${key} is not a possible time`;
  }
  switch (observation.kind) {
    case 'funding-rate': {
      const { fundingRatePerInterval: rate, intervalMs } = observation;
      if (Math.abs(rate) > MAX_FUNDING_PER_INTERVAL)
        return `a funding rate of ${rate} per interval is not possible`;
      const isInterval = intervalMs >= HOUR_MS && intervalMs <= DAY_MS;
      return isInterval ? undefined : `a funding interval of ${intervalMs} ms is not possible`;
    }
    case 'candle': {
      const { openQuote, highQuote, lowQuote, closeQuote } = observation;
      const isOrdered =
        highQuote >= Math.max(openQuote, closeQuote) && lowQuote <= Math.min(openQuote, closeQuote);
      return isOrdered ? undefined : 'the high or low of the bar contradicts its open and close';
    }
    case 'basis':
      return Math.abs(observation.basisFraction ?? 0) > MAX_BASIS_FRACTION
        ? `a basis of ${observation.basisFraction} of the index is not possible`
        : undefined;
    case 'margin-tiers':
      return whyNoTiers(observation);
    default:
      return undefined;
  }
}

/** Tiers ascend, and the margin that a tier keeps is part of a position. */
function whyNoTiers({ tiers }: MarginTiers): string | undefined {
  if (tiers.length === 0) return 'a table of margin without a tier says nothing';
  for (const [index, tier] of tiers.entries()) {
    const numbers = [
      tier.from,
      tier.to ?? tier.from,
      tier.maintenanceMarginRate,
      tier.initialMarginRate ?? 0,
    ];
    if (!numbers.every((value) => Number.isFinite(value) && value >= 0))
      return 'a tier is not finite or negative';
    if (tier.maintenanceMarginRate > 1)
      return `a maintenance margin of ${tier.maintenanceMarginRate} is not possible`;
    if (tier.to !== undefined && tier.to <= tier.from) return 'a tier ends before it begins';
    const before = tiers[index - 1];
    if (before !== undefined && tier.from <= before.from) return 'the tiers do not ascend';
  }
  return undefined;
}
