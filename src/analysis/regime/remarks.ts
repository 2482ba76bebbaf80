import type { RegimeLabel } from './assessment.ts';
import { featureValue, type RuleResult } from './evaluate.ts';
import type { FeatureSet } from './features.ts';
import { FEATURES, type JudgedFeature } from './featureInfo.ts';

/** Cautions about inputs and thresholds. They never change a label. */

const STATED_FUNDING_PCT = 0.5;
const STATED_LONG_SHORT = 1.5;
const HOURS_PER_YEAR = 24 * 365;

interface RemarkContext {
  readonly label: RegimeLabel;
  readonly winner: RuleResult | undefined;
  readonly all: readonly RuleResult[];
  readonly features: FeatureSet;
  readonly isStated: boolean;
}

/** Returns the cautions of an assessment, the most specific first. */
export function remarksOf(context: RemarkContext): string[] {
  const { features, winner, label, all, isStated } = context;
  const read = (feature: JudgedFeature): number | undefined => featureValue(features, feature);
  const others = all.filter(({ holds, rule }) => holds && rule.label !== label).map(({ rule }) => rule.label);
  return [
    ...fundingCap(label, read),
    ...longShort(read),
    ...contradictions(read, features, isStated),
    ...(isStated ? statedInputs(read, features) : []),
    ...partialInputs(features),
    ...(winner === undefined ? [] : [winner.rule.cannotKnow]),
    ...(label === 'neutral' ? undecided(all) : []),
    ...(others.length === 0 ? [] : [`The inputs also fit: ${others.join(', ')}.`]),
  ];
}

type Read = (feature: JudgedFeature) => number | undefined;

function fundingCap(label: RegimeLabel, read: Read): string[] {
  const cap = read('fundingCapPct');
  const rate = read('fundingPerIntervalPct');
  const isAbout = label === 'crowded-long' || label === 'crowded-short' || rate !== undefined;
  if (!isAbout && cap === undefined) return [];
  const threshold = `The threshold of ${STATED_FUNDING_PCT} % per interval of article 004`;
  if (cap === undefined)
    return [
      `${threshold} cannot be reached everywhere: sample caps are ±0.375 % on OKX and HTX and ±0.3 % on Bitget per 8 h.`,
    ];
  const remarks: string[] = [];
  if (cap < STATED_FUNDING_PCT)
    remarks.push(`${threshold} cannot be reached here: funding is capped at ${number(cap)} % per interval.`);
  if (rate !== undefined && Math.abs(rate) > cap)
    remarks.push(
      `The funding rate of ${number(rate)} % is beyond the cap of ${number(cap)} %; one of the two is wrong.`,
    );
  return remarks;
}

function longShort(read: Read): string[] {
  const ratio = read('longShortRatio');
  if (ratio === undefined || ratio < STATED_LONG_SHORT) return [];
  const percentile = read('longShortPercentile');
  const common = `A long/short ratio above ${STATED_LONG_SHORT} is often exceeded`;
  if (percentile === undefined) return [`${common}; its percentile would say more.`];
  const unusual = percentile >= 90 ? 'is' : 'is not';
  return [`${common}; at percentile ${number(percentile)} of its own history this one ${unusual} unusual.`];
}

function contradictions(read: Read, features: FeatureSet, isStated: boolean): string[] {
  const found: string[] = [];
  const change = read('openInterestChangePct');
  const z = read('openInterestZ');
  const isFalling = (change !== undefined && change <= -2) || (z !== undefined && z <= -1);
  const isHigh = read('openInterestRecord') === 1 || (read('openInterestPercentile') ?? 0) >= 95;
  if (isFalling && isHigh) found.push('Open interest is given as high and as falling; one may be older.');
  const flows = [read('takerImbalanceZ'), minusOne(read('takerBuySellRatio')), read('netTakerVolumeUsd')];
  if (flows.some((flow) => (flow ?? 0) > 0) && flows.some((flow) => (flow ?? 0) < 0))
    found.push('The taker inputs disagree on which side is stronger.');
  const price = read('returnPct');
  const flow = read('takerImbalanceZ');
  if (price !== undefined && flow !== undefined && Math.abs(flow) >= 1 && price * flow < 0)
    found.push('Price and taker flow point in opposite directions.');
  const rate = read('fundingPerIntervalPct');
  const hours = features.values.fundingIntervalHours;
  const yearly = read('fundingAnnualisedPct');
  if (isStated && rate !== undefined && yearly !== undefined && hours !== undefined && hours > 0) {
    const implied = (rate * HOURS_PER_YEAR) / hours;
    if (Math.abs(implied - yearly) > 0.2 * Math.max(Math.abs(implied), Math.abs(yearly)))
      found.push(
        `The stated funding rates disagree: ${number(rate)} % per ${number(hours)} h is ${number(implied)} % a year, not ${number(yearly)} %.`,
      );
  }
  return found;
}

function statedInputs(read: Read, features: FeatureSet): string[] {
  const remarks: string[] = [];
  const scores = (Object.keys(FEATURES) as JudgedFeature[]).filter(
    (feature) => ['z-score', 'percentile'].includes(FEATURES[feature].unit) && read(feature) !== undefined,
  );
  if (scores.length > 0)
    remarks.push(
      'The windows of the stated z-scores and percentiles are not known; they are taken as stated.',
    );
  const yearly = read('fundingAnnualisedPct');
  if (yearly !== undefined && features.values.fundingPerIntervalPct === undefined)
    remarks.push(
      `Funding of ${number(yearly)} % is read as a simple yearly rate, ${number((yearly * 8) / HOURS_PER_YEAR)} % per 8 h.`,
    );
  const amount = read('liquidationsUsd');
  if (amount !== undefined && read('liquidationsZ') === undefined)
    remarks.push(
      `Whether ${number(amount / 1e6)} million USD of liquidations is unusual is not known without a baseline.`,
    );
  return remarks;
}

/** Labels that could still be right: what they need is not there. */
function undecided(all: readonly RuleResult[]): string[] {
  const open = all.filter(({ isRuledOut }) => !isRuledOut).map(({ rule }) => rule.label);
  return open.length === 0 ? [] : [`Not ruled out, for lack of inputs: ${open.join(', ')}.`];
}

function partialInputs(features: FeatureSet): string[] {
  const partial = (Object.keys(FEATURES) as JudgedFeature[]).filter(
    (feature) => features.origins[feature]?.isPartial && featureValue(features, feature) !== undefined,
  );
  if (partial.length === 0) return [];
  const names = partial.map((feature) => FEATURES[feature].words).join(', ');
  return [`Covers only part of the market and counts less: ${names}.`];
}

function minusOne(ratio: number | undefined): number | undefined {
  return ratio === undefined ? undefined : ratio - 1;
}

/** Up to four significant digits, without trailing zeros and without exponents in the usual range. */
function number(value: number): string {
  const rounded = Number(value.toPrecision(4));
  return String(Number.isFinite(rounded) ? rounded : value);
}
