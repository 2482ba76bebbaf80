import { exchangeName, inShownOrder, joinedWords } from '../../core/exchangeNames.ts';
import type { FeatureSet } from './features.ts';
import { FEATURES, JUDGED_FEATURES, type JudgedFeature } from './featureInfo.ts';
import type { Decision } from './decide.ts';
import { sideFor } from './bearing.ts';
import { featureValue } from './featureValue.ts';
import { percentileWords } from './percentileWords.ts';
import type { Standard } from './standard.ts';

/** Cautions about inputs and thresholds. They never change a label. */

const STATED_FUNDING_PCT = 0.5;
/** The lowest of the known caps: rates from here on may be held down by one. */
const NEAR_STATED_FUNDING_PCT = 0.3;
const STATED_LONG_SHORT = 1.5;
const HOURS_PER_YEAR = 24 * 365;

export interface RemarkContext {
  readonly decision: Decision;
  readonly standard: Standard;
  readonly features: FeatureSet;
  readonly isStated: boolean;
}

/** Returns the cautions of an assessment, the most specific first. */
export function remarksOf(context: RemarkContext): string[] {
  const { features, decision, standard, isStated } = context;
  const read = (feature: JudgedFeature): number | undefined => featureValue(features, feature);
  const { name } = decision;
  const isVoid =
    name?.cannotKnowWithout !== undefined && standard.aspects[name.cannotKnowWithout] !== undefined;
  return [
    ...fundingCap(context, read),
    ...longShort(read),
    ...contradictions(read, features, isStated),
    ...recordContradictions(features, isStated),
    ...(isStated ? statedInputs(read, features) : []),
    ...partialInputs(context),
    ...(name === undefined || isVoid ? [] : [name.cannotKnow]),
  ];
}

type Read = (feature: JudgedFeature) => number | undefined;

/** The threshold of article 004 where a cap makes it impossible; only where the rate comes near it. */
function fundingCap({ decision: { label }, features, isStated }: RemarkContext, read: Read): string[] {
  const cap = read('fundingCapPct');
  const rate = read('fundingPerIntervalPct');
  const isNear = rate !== undefined && Math.abs(rate) >= NEAR_STATED_FUNDING_PCT;
  const isAbout = isNear || label === 'crowded-long' || label === 'crowded-short';
  const remarks: string[] = [];
  const caps = Object.entries(features.values.fundingCapPctByExchange ?? {});
  const low = caps.filter(([, own]) => own < STATED_FUNDING_PCT);
  const threshold = `The usual alarm level of ${STATED_FUNDING_PCT} % per interval`;
  if (caps.length > 0) {
    if (low.length > 0 && (isAbout || isStated)) remarks.push(capsByName(low));
  } else if (cap === undefined) {
    if (isAbout)
      remarks.push(
        `${threshold} cannot be reached everywhere: sample caps are ±0.375 % on OKX and HTX and ±0.300 % on Bitget per 8 h.`,
      );
  } else if (cap < STATED_FUNDING_PCT && (isAbout || isStated)) {
    remarks.push(
      `${threshold} cannot be reached here: funding is capped at ${cap.toPrecision(3)} % per interval.`,
    );
  }
  if (cap !== undefined && rate !== undefined && Math.abs(rate) > cap)
    remarks.push(
      `The funding rate of ${number(rate)} % is beyond the cap of ${cap.toPrecision(3)} %; one of the two is wrong.`,
    );
  return remarks;
}

function capsByName(caps: readonly (readonly [string, number])[]): string {
  const capOf = new Map(caps);
  const names = inShownOrder(caps.map(([id]) => id)).map(
    (id) => `${exchangeName(id)} (cap ${capOf.get(id)?.toPrecision(3) ?? ''} %)`,
  );
  return `${STATED_FUNDING_PCT} % per 8 h cannot be reached on ${joinedWords(names)}.`;
}

function longShort(read: Read): string[] {
  const ratio = read('longShortRatio');
  if (ratio === undefined || ratio < STATED_LONG_SHORT) return [];
  const percentile = read('longShortPercentile');
  const common = `A long/short ratio above ${STATED_LONG_SHORT} is often exceeded`;
  if (percentile === undefined) return [`${common}; its percentile would say more.`];
  const unusual = percentile >= 90 ? 'is' : 'is not';
  return [`${common}; at the ${percentileWords(percentile)} of its own history this one ${unusual} unusual.`];
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
    if (
      Number.isFinite(implied) &&
      Math.abs(implied - yearly) > 0.2 * Math.max(Math.abs(implied), Math.abs(yearly))
    )
      found.push(
        `The stated funding rates disagree: ${number(rate)} % per ${number(hours)} h is ${number(implied)} % a year, not ${number(yearly)} %.`,
      );
  }
  return found;
}

/** Records that are stated against each other; of computed values an exchange's record may be its own alone. */
function recordContradictions({ values }: FeatureSet, isStated: boolean): string[] {
  if (!isStated || values.openInterestRecord === undefined) return [];
  const claims = Object.entries(values.openInterestRecordByExchange ?? {});
  const at = joinedWords(
    inShownOrder(claims.filter(([, claim]) => claim).map(([id]) => id)).map(exchangeName),
  );
  const ofSum = values.openInterestRecordAggregate;
  if (values.openInterestRecord)
    return at === '' && claims.length > 0 && ofSum === false
      ? [
          'Open interest is stated to be at a record, but neither on an exchange that is named nor in the sum.',
        ]
      : [];
  const others = [
    ...(at === '' ? [] : [`on ${at}`]),
    ...(ofSum === true ? ['in the sum over exchanges'] : []),
  ];
  return others.length === 0
    ? []
    : [
        `openInterestRecord is stated as false, but a record is stated ${joinedWords(others)}; false is used.`,
      ];
}

function statedInputs(read: Read, features: FeatureSet): string[] {
  const remarks: string[] = [];
  const scores = JUDGED_FEATURES.filter(
    (feature) => ['z-score', 'percentile'].includes(FEATURES[feature].unit) && read(feature) !== undefined,
  );
  if (scores.length > 0)
    remarks.push(
      'The windows of the stated z-scores and percentiles are not known; they are taken as stated.',
    );
  const yearly = read('fundingAnnualisedPct');
  const { fundingPerIntervalPct: rate, fundingIntervalHours: hours } = features.values;
  const isDerived = features.origins.fundingAnnualisedPct?.derivedFrom !== undefined;
  if (yearly !== undefined && isDerived && rate !== undefined && hours !== undefined)
    remarks.push(
      `Funding of ${number(rate)} % per ${number(hours)} h is read as a simple yearly rate of ${number(yearly)} %.`,
    );
  else if (yearly !== undefined && rate === undefined)
    remarks.push(
      `Funding of ${number(yearly)} % is read as a simple yearly rate, ${number((yearly * 8) / HOURS_PER_YEAR)} % per 8 h.`,
    );
  const amount = read('liquidationsUsd');
  if (amount !== undefined && read('liquidationsZ') === undefined)
    remarks.push(
      `Whether ${number(amount / 1e6)} million USD of liquidations is unusual is judged by a table, as an amount of all exchanges and coins.`,
    );
  if (read('returnPct') !== undefined && features.values.windowHours === undefined)
    remarks.push('The window of the stated changes is not known; they are taken as of 24 h.');
  return remarks;
}

/** Inputs that speak for the name and cover only part of the market. */
function partialInputs({ decision, standard, features }: RemarkContext): string[] {
  const partial = standard.inputs
    .filter(
      ({ feature, scale }) =>
        sideFor(scale.aspect, decision) !== undefined && features.origins[feature]?.isPartial,
    )
    .map(({ feature }) => FEATURES[feature].words);
  if (partial.length === 0) return [];
  const head =
    partial.length === 1
      ? 'This input covers only part of the market and counts less'
      : 'These inputs cover only part of the market and count less';
  return [`${head}: ${partial.join(', ')}.`];
}

function minusOne(ratio: number | undefined): number | undefined {
  return ratio === undefined ? undefined : ratio - 1;
}

/** Up to four significant digits, without trailing zeros and without exponents in the usual range. */
function number(value: number): string {
  const rounded = Number(value.toPrecision(4));
  return String(Number.isFinite(rounded) ? rounded : value);
}
