import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ASPECT_NAMES, ASPECTS, type Aspect, type Aspects } from '../../../../src/analysis/regime/aspects.ts';
import type { RegimeLabel } from '../../../../src/analysis/regime/assessment.ts';
import { decide, directionOf, stakeOf } from '../../../../src/analysis/regime/decide.ts';
import { assess } from '../../../../src/analysis/regime/assess.ts';
import { labelWords } from '../../../../src/analysis/regime/labelWords.ts';
import { BUILT_IN_RULES as RULES } from '../../../../src/analysis/regime/rules.ts';
import { parseFeatures } from '../../../../src/analysis/regime/featuresFile.ts';
import type { RegimeFeatures } from '../../../../src/analysis/regime/features.ts';
import { standardOf } from '../../../../src/analysis/regime/standard.ts';
import { usualOfAsset } from '../../../../src/analysis/regime/usualOfAssets.ts';
import { verdictOf } from '../../../../src/analysis/regime/verdict.ts';
import { seed } from '../metrics/seed.ts';
import { computed, NOW, observed, stated } from './support.ts';

const sizes = fc.double({ min: -4, max: 4, noNaN: true });
/** Everything known, cost inside its band unless said otherwise. */
const whole: fc.Arbitrary<Record<Aspect, number>> = fc.record(
  Object.fromEntries(ASPECT_NAMES.map((aspect) => [aspect, sizes])) as Record<Aspect, typeof sizes>,
);
const verdict = (aspects: Aspects) =>
  verdictOf({ aspects, doubts: {} }, RULES, undefined, { ofMove: 0.01, ofStake: 0.01 });
const check = <T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => void, numRuns = 150): void =>
  fc.assert(fc.property(arbitrary, holds), { seed, numRuns });

const MIRRORED: Readonly<Partial<Record<RegimeLabel, RegimeLabel>>> = {
  'leverage-led-rally': 'new-shorts',
  'spot-led-rally': 'deleveraging',
  'short-squeeze': 'long-squeeze',
  'crowded-long': 'crowded-short',
};
const mirrorOf = (label: RegimeLabel): RegimeLabel =>
  MIRRORED[label] ??
  (Object.entries(MIRRORED).find(([, other]) => other === label)?.[0] as RegimeLabel | undefined) ??
  label;

describe(`the judgement (seed ${seed})`, () => {
  it('passes from spot-led to leverage-led through weak or both, whatever moves by a hundredth', () => {
    const near = fc.record({
      ...Object.fromEntries(ASPECT_NAMES.map((one) => [one, sizes])),
      positions: fc.double({ min: -0.01, max: 0.01, noNaN: true }),
      price: fc.double({ min: 1.2, max: 4, noNaN: true }),
      cost: fc.double({ min: -1, max: 1, noNaN: true }),
    }) as fc.Arbitrary<Record<Aspect, number>>;
    let crossed = 0;
    check(
      fc.tuple(
        near,
        fc.constantFrom(...ASPECT_NAMES, ...Array<Aspect>(10).fill('positions')),
        fc.constantFrom(-0.01, 0.01),
      ),
      ([given, aspect, step]) => {
        const [before, after] = [verdict(given), verdict({ ...given, [aspect]: given[aspect] + step })];
        const labels = [before.label, after.label];
        if (!labels.includes('spot-led-rally') || !labels.includes('leverage-led-rally')) return;
        crossed += 1;
        assert.ok(before.isWeak && after.isWeak, JSON.stringify({ given, aspect }));
        for (const label of labels) assert.ok(before.candidates.includes(label), before.candidates.join());
      },
    );
    assert.ok(crossed > 2, `only ${crossed} crossed`);
  });

  it('never goes from a name that stands to another that stands by a hundredth of a usual size', () => {
    check(fc.tuple(whole, fc.constantFrom(...ASPECT_NAMES)), ([given, aspect]) => {
      const [before, after] = [verdict(given), verdict({ ...given, [aspect]: given[aspect] + 0.01 })];
      if (before.label !== after.label)
        assert.ok(
          before.isWeak || after.isWeak || before.name === undefined || after.name === undefined,
          `${before.label} > ${after.label} by ${aspect}`,
        );
    });
  });

  it('is monotone in each kind: more of it never speaks for the other side', () => {
    check(
      fc.tuple(whole, fc.double({ min: 0, max: 3, noNaN: true })),
      ([given, more]) => {
        const family = (aspects: Aspects) => decide(aspects, RULES).family;
        const before = family(given);
        assert.ok(directionOf(family({ ...given, price: given.price + more })) >= directionOf(before));
        assert.ok(stakeOf(family({ ...given, positions: given.positions + more })) >= stakeOf(before));
        const label = (aspects: Aspects) => decide(aspects, RULES).label;
        const forced = { ...given, forceSize: given.forceSize + more };
        if (/squeeze/.test(label(given))) assert.equal(label(forced), label(given));
        if (label(given) === 'crowded-long')
          assert.equal(label({ ...given, cost: given.cost + more }), 'crowded-long');
        if (label(given) === 'crowded-short')
          assert.equal(label({ ...given, cost: given.cost - more }), 'crowded-short');
      },
      1_000,
    );
  });

  it('judges long and short alike', () => {
    check(whole, (given) => {
      // Thin books have a name in a fall alone, and dear longs end a spot-led rally.
      const inside = { ...given, depth: 0, cost: given.cost / 4 };
      const mirrored = Object.fromEntries(
        Object.entries(inside).map(([aspect, size]) => [
          aspect,
          ASPECTS[aspect as Aspect].isMirrored ? -size : size,
        ]),
      ) as Aspects;
      const [one, other] = [verdict(inside), verdict(mirrored)];
      // What has no direction is its own mirror image.
      const isMove = directionOf(one.family) !== 0 || /crowded/.test(one.label);
      assert.equal(other.label, isMove ? mirrorOf(one.label) : one.label);
      assert.equal(other.isWeak, one.isWeak);
      assert.ok(Math.abs(other.confidence - one.confidence) < 1e-9);
    });
  });

  it('reads what is not known from either side alike', () => {
    const half = stated({ returnPct: 100 * Math.expm1(0.06), liquidationsZ: 2, shortLiquidationShare: 0.9 });
    const other = stated({
      returnPct: 100 * Math.expm1(-0.06),
      liquidationsZ: 2,
      shortLiquidationShare: 0.1,
    });
    assert.ok(half.confidence > 0 && other.confidence > 0);
    assert.equal(half.rarity, other.rarity);
  });

  it('scales with the window: the same move in units of its window is the same family', () => {
    check(fc.tuple(sizes, sizes, fc.constantFrom(1, 6, 48, 72, 168)), ([price, positions, windowHours]) => {
      const over = (hours: number) => {
        const root = Math.sqrt(hours / 24);
        return stated({
          windowHours: hours,
          returnPct: 100 * Math.expm1(0.0244 * price * root),
          openInterestChangePct: 100 * Math.expm1(0.0327 * positions * root),
        });
      };
      const [day, other] = [over(24), over(windowHours)];
      assert.equal(other.family, day.family);
      assert.equal(other.label, day.label);
    });
  });

  it('is not moved by liquidations of 1,800 USD, whatever side they are of', () => {
    const values = {
      returnPct: 5,
      openInterestChangePct: -6,
      takerBuySellRatio: 1.08,
      liquidationsUsd: 1_800,
    };
    const of = (shortLiquidationShare: number) => observed(computed({ ...values, shortLiquidationShare }));
    const [shorts, longs] = [of(1), of(0)];
    assert.deepEqual(
      [shorts.label, shorts.isWeak, shorts.confidence, shorts.rarity],
      [longs.label, longs.isWeak, longs.confidence, longs.rarity],
    );
    assert.notEqual(shorts.label, 'short-squeeze');
    const real = { ...values, liquidationsUsd: 60e6 };
    assert.equal(observed(computed({ ...real, shortLiquidationShare: 0.9 })).label, 'short-squeeze');
  });

  it('takes the best-founded input of an aspect, and less of it where another points the other way', () => {
    const flow = (features: RegimeFeatures): number =>
      standardOf(parseFeatures(features), { asset: 'BTC', isStated: true }).aspects.flow ?? NaN;
    const alone = flow({ takerBuySellRatio: 1.06 });
    assert.ok(Math.abs(alone - 0.06 / 2.06 / 0.025) < 1e-9);
    assert.equal(flow({ takerBuySellRatio: 1.06, takerImbalanceZ: 4 }), alone, 'not the most favourable');
    assert.ok(Math.abs(flow({ takerBuySellRatio: 1.06, takerImbalanceZ: -0.6 }) - (alone - 0.3)) < 1e-9);
    assert.ok(Math.abs(flow({ takerBuySellRatio: 1.06, takerImbalanceZ: -4 }) - alone / 2) < 1e-9);
    const cost = (features: RegimeFeatures): number =>
      standardOf(parseFeatures(features), { asset: 'BTC', isStated: true }).aspects.cost ?? NaN;
    assert.equal(cost({ fundingAnnualisedPct: 60, fundingPercentile: 30 }), 0, 'a size without a rank');
    assert.ok(cost({ fundingAnnualisedPct: 15, fundingPercentile: 99 }) < 1, 'a rank without a size');
    const dearForWeeks = { fundingAnnualisedPct: 500, fundingPercentile: 94 };
    assert.ok(
      cost(dearForWeeks) > cost({ ...dearForWeeks, fundingAnnualisedPct: 40 }),
      'a rank with more size',
    );
  });

  it('measures by what is usual for the asset where its own history says it', () => {
    const usual = { ...usualOfAsset('BTC'), price: 0.05, hours: 1_440 };
    const values = computed({ returnPct: 4, windowHours: 24, openInterestChangePct: 5 });
    assert.equal(observed(values).family, 'new-longs');
    assert.notEqual(observed(values, { usual }).family, 'new-longs');
    const unknown = { ...usual, openInterest: NaN, taker: { middle: NaN, spread: NaN } };
    assert.deepEqual(observed(values, { usual: unknown }).family, observed(values, { usual }).family);
  });

  it('calls noise weak and a move of one piece not', () => {
    const move = {
      returnPct: 5,
      openInterestChangePct: 6,
      takerBuySellRatio: 1.08,
      shortLiquidationShare: 0.8,
    };
    const [piece, apart] = [
      observed(computed(move)),
      observed(computed({ ...move, takerBuySellRatio: 0.96, shortLiquidationShare: 0.3 })),
    ];
    assert.deepEqual([piece.label, piece.isWeak], ['leverage-led-rally', false]);
    assert.deepEqual([apart.label, apart.isWeak], ['leverage-led-rally', true]);
    assert.ok(piece.rarity < 0.05 && apart.rarity > 0.15, `${piece.rarity} ${apart.rarity}`);
    assert.equal(
      observed(computed(move), { rarity: { ofMove: 0.3 } }).isWeak,
      true,
      "the asset's own history goes before",
    );
  });

  it('says whether its rarity is counted in shuffled hours or made up, and makes none of stated values', () => {
    const move = { returnPct: 5, openInterestChangePct: 6, takerBuySellRatio: 1.08 };
    const basis = (values: RegimeFeatures, rarity?: number) => {
      const one = observed(computed(values), rarity === undefined ? {} : { rarity: { ofMove: rarity } });
      return [one.label, one.rarityBasis, one.rarity === rarity];
    };
    assert.deepEqual(basis(move, 0.0123), ['leverage-led-rally', 'own-history', true]);
    assert.deepEqual(basis(move), ['leverage-led-rally', 'default', false]);
    const stake = { returnPct: 0, openInterestChangePct: 12, openInterestPercentile: 100 };
    const held = observed(computed(stake), { rarity: { ofMove: 0.9, ofStake: 0.01 } });
    assert.deepEqual(
      [held.label, held.rarityBasis, held.rarity],
      ['leverage-build-up', 'own-history', 0.02],
      'what is as rare by one of two looks',
    );
    // What shuffled hours say of moves says nothing of a rate of funding.
    const crowd = {
      returnPct: 0,
      openInterestChangePct: 3,
      fundingAnnualisedPct: 60,
      openInterestPercentile: 98,
    };
    assert.deepEqual(basis(crowd, 0.0123), ['crowded-long', 'default', false]);
    const asked = { asOfMs: 0, baseAsset: 'BTC', coverage: { fresh: 0, of: 0 }, rarity: { ofMove: 0.0123 } };
    const one = assess(parseFeatures(move), { ...asked, source: 'stated' });
    assert.deepEqual([one.rarityBasis, one.rarity === 0.0123], ['default', false]);
  });

  it('has the words of the rules that are in force, for the name and for those that could stand', () => {
    const names = RULES.names.map((one) => ({ ...one, words: `my ${one.words}` }));
    const rules = { ...RULES, version: 'my/1', names };
    const shorts = { returnPct: 6, openInterestChangePct: -6, fundingAnnualisedPct: 4 };
    const rival = observed(computed({ ...shorts, shortLiquidationShare: 0.85, liquidationsZ: 1.3 }), {
      rules,
    });
    assert.deepEqual([rival.label, rival.words], ['spot-led-rally', 'my spot-led rally']);
    assert.ok(rival.statements.includes('Weak: it could as well be my short squeeze.'));
    assert.equal(
      observed(computed({ returnPct: 0.1, openInterestChangePct: 0.1 }), { rules }).words,
      'neutral',
    );
    const rally = observed(computed({ returnPct: 5, openInterestChangePct: 6, fundingAnnualisedPct: 4 }), {
      rules,
    });
    const standing = computed({ returnPct: 0.1, openInterestChangePct: -9, fundingAnnualisedPct: 4 });
    const kept = observed(standing, { rules, asOfMs: NOW + 60_000, previous: rally });
    assert.equal(kept.words, 'my leverage-led rally');
    assert.match(kept.statements.join(' '), /judged anew it would be my spot-led rally\./);
    for (const { label, words } of RULES.names)
      assert.equal(labelWords(label), words, 'without rules those that are built in');
  });
});
