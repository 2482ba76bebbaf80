import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { REGIME_LABELS, type RegimeAssessment } from '../../../../src/analysis/regime/assessment.ts';
import { directionOf, stakeOf } from '../../../../src/analysis/regime/decide.ts';
import type { RegimeFeatures } from '../../../../src/analysis/regime/features.ts';
import { FEATURES } from '../../../../src/analysis/regime/featureInfo.ts';
import { seed } from '../metrics/seed.ts';
import { computed, observed, stated } from './support.ts';

const between = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
const percentile = between(0, 100);
const change = between(-30, 30);
const score = between(-4, 4);

const features: fc.Arbitrary<RegimeFeatures> = fc.record(
  {
    returnPct: change,
    windowHours: fc.constantFrom(24, 72),
    openInterestChangePct: change,
    openInterestZ: score,
    openInterestPercentile: percentile,
    openInterestRecord: fc.boolean(),
    openInterestRecordAggregate: fc.boolean(),
    openInterestRecordByExchange: fc.dictionary(fc.constantFrom('binance', 'okx', 'bybit'), fc.boolean()),
    fundingAnnualisedPct: between(-80, 120),
    fundingPerIntervalPct: between(-0.8, 0.8),
    fundingIntervalHours: fc.constantFrom(1, 4, 8),
    fundingPercentile: percentile,
    fundingCapPct: between(0.1, 2),
    fundingCapPctByExchange: fc.dictionary(fc.constantFrom('binance', 'okx', 'gate'), between(0, 2)),
    longShortRatio: between(0.2, 4),
    longShortPercentile: percentile,
    takerBuySellRatio: between(0.5, 1.6),
    takerImbalanceZ: score,
    netTakerVolumeUsd: between(-2e8, 2e8),
    takerRatioChangePct: change,
    depthZ: score,
    liquidationsZ: score,
    liquidationsUsd: between(0, 1e9),
    shortLiquidationShare: between(0, 1),
    futuresVolumeChangePct: between(-60, 90),
    spotVolumeShare: between(0, 1),
    basisAnnualisedPct: change,
  },
  { requiredKeys: [] },
);

function check(assessment: RegimeAssessment): void {
  assert.ok((REGIME_LABELS as readonly string[]).includes(assessment.label));
  for (const share of [assessment.confidence, assessment.rarity, assessment.quality])
    assert.ok(share >= 0 && share <= 1, String(share));
  if (assessment.label === 'unknown' || assessment.label === 'neutral')
    assert.equal(assessment.isWeak, false);
  agrees(assessment);
  for (const row of assessment.evidence) {
    assert.ok(Number.isFinite(row.observed) && Number.isFinite(row.threshold) && row.metric.length > 0);
    if (assessment.label === 'neutral' || assessment.label === 'unknown') assert.equal(row.weight, 0);
  }
  for (const line of [...assessment.statements, ...assessment.remarks])
    assert.ok(!/NaN|undefined|Infinity/.test(line), line);
}

const UP = ['spot-led-rally', 'leverage-led-rally', 'short-squeeze'];
const DOWN = ['new-shorts', 'long-squeeze', 'illiquid-sell-off'];

/** No sentence says the opposite of the label, and the family goes the label's way. */
function agrees({ label, family, statements, evidence }: RegimeAssessment): void {
  const said = statements.join(' ');
  const not = (words: RegExp): void => assert.doesNotMatch(said, words, `${label}: ${said}`);
  if (UP.includes(label)) {
    not(/into the fall|price falls|sell-off|while the price stands/i);
    assert.ok(['new-longs', 'short-covering'].includes(family), `${label} in ${family}`);
  }
  if (DOWN.includes(label)) {
    not(/into the rise|price rises|rally|while the price stands/i);
    assert.ok(['new-shorts', 'long-unwinding'].includes(family), `${label} in ${family}`);
  }
  if (label === 'spot-led-rally') not(/opened|shorts (?:buy|cover|are forced)|new longs|covering/i);
  if (label === 'leverage-led-rally' || label === 'new-shorts') not(/being closed|without new leverage/i);
  if (label === 'deleveraging') not(/being opened|open interest rises/i);
  if (label === 'leverage-build-up') not(/being closed|open interest falls/i);
  if (label === 'crowded-long') not(/being short is costly|accounts lean short/i);
  if (label === 'crowded-short') not(/being long is costly|accounts lean long/i);
  if (label === 'neutral') not(/being opened|being closed|Weak/);
  for (const { metric, observed: value, weight } of evidence)
    if (metric.startsWith('return') && weight > 0 && UP.includes(label)) assert.ok(value > 0);
  if (stakeOf(family) < 0) not(/open interest rises|being opened|new positions/i);
  if (stakeOf(family) > 0) not(/open interest falls|being closed|without new leverage/i);
}

/** What a statement is about, and the inputs of which one must be there for it. */
const ABOUT: readonly [RegExp, readonly (keyof RegimeFeatures)[]][] = [
  [/the price (?:rises|falls)[ ,.]|while open interest|Price and open interest|the price stands/i, ['returnPct']],
  [/open interest (?:rises|falls)|open interest (?:rises|fall)? ?together/i, ['openInterestChangePct', 'openInterestZ']],
  [/in its history/, ['openInterestPercentile', 'openInterestRecord', 'openInterestRecordAggregate', 'openInterestRecordByExchange']],
  [/(?<!spot )takers (?:buy|sell)/i, ['takerBuySellRatio', 'takerImbalanceZ', 'netTakerVolumeUsd', 'takerRatioChangePct']],
  [/spot takers lead/, ['spotLeadZ']],
  [/volume surges/i, ['futuresVolumeChangePct']],
  [/liquidations are far/i, ['liquidationsUsd', 'liquidationsZ']],
  [/mostly (?:shorts|longs) are liquidated/i, ['shortLiquidationShare']],
  [/is costly|funding stays|Funding is/i, ['fundingAnnualisedPct', 'fundingPerIntervalPct', 'fundingPercentile', 'basisAnnualisedPct']],
  [/accounts lean/i, ['longShortRatio', 'longShortPercentile']],
  [/order books are/i, ['depthZ']],
]; // prettier-ignore
const INFERRED = /not known; (?:its direction|that positions are \w+) is inferred/;

/** No sentence is about an input that is not there, but for what is said to be inferred. */
function isFounded({ label, statements, family }: RegimeAssessment, values: RegimeFeatures): void {
  const isInferred = statements.some((line) => INFERRED.test(line));
  // The first sentence says what the name means; the clauses behind it are of readings.
  const said = statements.map((line, at) => (at === 0 ? line.replace(/^[^.]*\./, '') : line)).join(' ');
  for (const [words, needed] of ABOUT)
    if (words.test(said))
      assert.ok(
        needed.some((key) => values[key] !== undefined),
        `${label}: ${words.source}: ${said}`,
      );
  const isMove = directionOf(family) !== 0 && !statements[0]?.startsWith('The name is from before');
  const isWhole =
    values.returnPct !== undefined &&
    (values.openInterestChangePct !== undefined || values.openInterestZ !== undefined);
  if (isMove && !isWhole) assert.ok(isInferred, `${label}: ${statements.join(' ')}`);
}

/** What is read aloud as a reason speaks for the name, and on the name's side; each group of rows stands together. */
function givesReasons({ label, evidence }: RegimeAssessment): void {
  const order = ['for', 'against', 'expected', 'beside'];
  const groups = evidence.map(({ bearing }) => order.indexOf(bearing));
  assert.deepEqual(
    groups,
    [...groups].sort((a, b) => a - b),
  );
  const direction = UP.includes(label) ? 1 : DOWN.includes(label) ? -1 : 0;
  for (const row of evidence) {
    const { bearing, weight, isMet, metric, usualSizes = NaN, unit } = row;
    const words = `${label}: ${JSON.stringify(row)}`;
    if (bearing === 'for') assert.ok(weight > 0 && isMet, words);
    if (bearing === 'against') assert.ok(weight < 0 && !isMet, words);
    if (bearing === 'expected') assert.ok(weight >= 0 && !isMet, words);
    if (bearing === 'beside') assert.ok(weight === 0 && row.band === undefined, words);
    if (bearing !== 'for' || unit === 'boolean') continue;
    if (/^(return|taker|net-taker|short-liquidation)/.test(metric))
      assert.ok(usualSizes * direction >= 0, words);
    const [low, high] =
      row.band ?? (row.direction === 'above' ? [row.threshold, Infinity] : [-Infinity, row.threshold]);
    const rounding = 1e-6 * Math.max(1, Math.abs(row.observed));
    assert.ok(row.observed >= low - rounding && row.observed <= high + rounding, words);
  }
}

describe(`regime assessments of random features (seed ${seed})`, function () {
  this.timeout(120_000);

  it('never throw, and keep label and confidence in range: 300 feature sets', () => {
    fc.assert(
      fc.property(features, (values) => {
        for (const one of [stated(values), observed(computed(values, { isPartial: true, ageMs: 1e7 }))]) {
          check(one);
          givesReasons(one);
          isFounded(one, values);
        }
      }),
      { seed, numRuns: 300 },
    );
  });

  it('never throw on any numbers at all', () => {
    const wild = fc.dictionary(fc.constantFrom(...Object.keys(FEATURES)), fc.double());
    fc.assert(
      fc.property(wild, (values) => check(observed(computed(values as RegimeFeatures)))),
      { seed, numRuns: 300 },
    );
  });

  it('are no surer of a move whose price got smaller while all else is the same', () => {
    const known = { openInterestChangePct: 6, takerBuySellRatio: 1.06, shortLiquidationShare: 0.8 };
    let before = 0;
    for (const returnPct of [3.2, 3.6, 4.4, 6, 9]) {
      const assessment = observed(computed({ ...known, returnPct }, { ageMs: 3_600_000 }));
      assert.equal(assessment.label, 'leverage-led-rally');
      assert.ok(assessment.confidence >= before, `${returnPct}: ${assessment.confidence}`);
      before = assessment.confidence;
    }
    assert.ok(before > 0.9);
  });

  it('give the same answer to the same question', () => {
    fc.assert(
      fc.property(features, (values) => assert.deepEqual(stated(values), stated({ ...values }))),
      { seed, numRuns: 50 },
    );
  });

  it('are unknown without features', () => {
    assert.equal(stated({}).label, 'unknown');
    assert.equal(observed(computed({})).label, 'unknown');
  });
});
