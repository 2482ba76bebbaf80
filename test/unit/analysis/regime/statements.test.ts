import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Reach } from '../../../../src/analysis/metrics/highestSince.ts';
import type { RegimeFeatures } from '../../../../src/analysis/regime/features.ts';
import { MINUTE_MS } from '../../../../src/core/units.ts';
import { computed, NOW, observed, stated } from './support.ts';

const said = (features: RegimeFeatures): string => stated(features).statements.join(' ');
const remarked = (features: RegimeFeatures): string => stated(features).remarks.join(' ');

describe('statements of a label', () => {
  it('claim nothing about inputs that were not given', () => {
    const rally = { returnPct: 6, openInterestChangePct: 8 };
    assert.equal(stated(rally).label, 'leverage-led-rally');
    assert.ok(!/volume|taker/i.test(said(rally)), said(rally));
    // What price and open interest do is said once.
    assert.match(said(rally), /Price and open interest rise together/);
    assert.doesNotMatch(said(rally), /The price rises/);
    assert.match(
      said({ returnPct: 6, takerBuySellRatio: 1.2, liquidationsZ: 0 }),
      /The price rises and takers buy/,
    );
    assert.match(said({ ...rally, futuresVolumeChangePct: 52 }), /Futures volume surges/);
    assert.ok(!/surges/.test(said({ ...rally, futuresVolumeChangePct: -10 })));
  });

  it('say of a spot-led rally what fits spot buying, with funding only where it is known', () => {
    const rally = { returnPct: 5, openInterestChangePct: -6, shortLiquidationShare: 0.8 };
    assert.equal(stated(rally).label, 'spot-led-rally');
    assert.match(said(rally), /which fits spot buying/);
    assert.ok(!/funding|comes from spot/.test(said(rally)), said(rally));
    assert.match(said({ ...rally, fundingAnnualisedPct: 4 }), /[Ff]unding stays moderate/);
  });

  it('do not call open interest a record where another sign makes it high', () => {
    const high = { openInterestChangePct: 12, openInterestRecord: false };
    assert.equal(stated(high).label, 'leverage-build-up');
    assert.ok(!/record/.test(said(high)), said(high));
  });

  it('do not say that crowded longs pay where only a percentile is known', () => {
    const crowd = { fundingPercentile: 98, longShortRatio: 1.7 };
    assert.equal(stated(crowd).label, 'crowded-long');
    assert.ok(!/\bpay\b/.test(said(crowd)), said(crowd));
  });

  it('do not repeat the meaning of a label that only its dwell keeps', () => {
    const rally = observed(computed({ returnPct: 5, openInterestChangePct: 6, fundingAnnualisedPct: 4 }));
    const standing = computed({ returnPct: 0.1, openInterestChangePct: -9, fundingAnnualisedPct: 4 });
    const kept = observed(standing, { asOfMs: NOW + MINUTE_MS, previous: rally });
    assert.deepEqual([kept.label, kept.isWeak], ['leverage-led-rally', true]);
    assert.ok(!kept.statements.some((line) => /carried by|rises/.test(line)), kept.statements.join(' '));
  });
});

describe('statements of a market without a name', () => {
  it('call nothing usual that is out, on either side', () => {
    const flat = { returnPct: 0.1, windowHours: 24 };
    for (const [beside, words] of [
      [{ openInterestChangePct: 6, openInterestPercentile: 1 }, 'level of open interest'],
      [{ openInterestChangePct: -6, openInterestPercentile: 50 }, 'change of open interest'],
      [
        { openInterestChangePct: 0.1, liquidationsUsd: 3e9, shortLiquidationShare: 0.1 },
        'size of liquidations',
      ],
    ] as const) {
      const { label, statements } = stated({ ...flat, ...beside });
      assert.equal(label, 'neutral');
      assert.match(
        statements[0]!,
        new RegExp(`not all that is known lies inside its usual bands: .*${words}`),
      );
    }
    assert.equal(
      said({ ...flat, openInterestChangePct: 0.5 }),
      'No regime stands out: what is known lies inside its usual bands.',
    );
  });
});

describe('statements of liquidations', () => {
  it('name no exchange where amounts are stated: there is none of that name', () => {
    const squeeze = {
      returnPct: 6,
      openInterestChangePct: -6,
      liquidationsUsd: 3e8,
      shortLiquidationShare: 0.9,
    };
    assert.doesNotMatch(said(squeeze), /those of|stated/);
  });
});

describe('statements of the next best label', () => {
  it('name it where what is known does not decide between the two', () => {
    const shorts = { returnPct: 6, openInterestChangePct: -6, fundingAnnualisedPct: 4 };
    const { label, isWeak, candidates, statements } = observed(
      computed({ ...shorts, shortLiquidationShare: 0.85, liquidationsZ: 1.3 }),
    );
    assert.equal(label, 'spot-led-rally');
    assert.equal(isWeak, true);
    assert.deepEqual([...candidates].sort(), ['short-squeeze', 'spot-led-rally']);
    assert.equal(statements[1], 'Weak: it could as well be short squeeze.');
  });

  it('say of any other weak name why it is weak', () => {
    const why = (features: RegimeFeatures) =>
      stated(features).statements.find((line) => line.startsWith('Weak'));
    assert.match(why({ openInterestRecord: true }) ?? '', /one kind of evidence alone/);
    const rally = { returnPct: 3.5, openInterestChangePct: 8, shortLiquidationShare: 0.5, liquidationsZ: 0 };
    assert.match(why({ ...rally, takerBuySellRatio: 0.99 }) ?? '', /without structure shows as much/);
    assert.match(why({ ...rally, takerBuySellRatio: 1.2, shortLiquidationShare: 0 }) ?? '', /speaks against/);
    assert.equal(why({ ...rally, takerBuySellRatio: 1.2 }), undefined);
  });

  it('remark that spot buying is inferred only where spot takers are not known', () => {
    const rally = { returnPct: 5, openInterestChangePct: -6, fundingAnnualisedPct: 4 };
    const inferred = 'Spot takers are not known; spot buying is inferred from futures.';
    assert.ok(observed(computed(rally)).remarks.includes(inferred));
    assert.ok(!observed(computed({ ...rally, spotLeadZ: 1 })).remarks.includes(inferred));
  });
});

describe('statements of records', () => {
  const byExchange = { binance: true, okx: false };

  it('say whether the sum is at its record, beside the exchange', () => {
    const own = { openInterestRecordByExchange: byExchange };
    const below = stated({ ...own, openInterestRecordAggregate: false }).statements;
    assert.ok(below.some((line) => line.includes('a record on Binance, not confirmed elsewhere')));
    assert.ok(below.includes('The sum over exchanges is below its highest.'));
    const both = stated({ ...own, openInterestRecordAggregate: true }).statements;
    assert.ok(both.includes('The sum over exchanges is at its highest, too.'));
  });

  it('take a record of the sum alone', () => {
    const sum = stated({ openInterestRecordAggregate: true });
    assert.equal(sum.label, 'leverage-build-up');
    assert.match(sum.statements.join(' '), /The sum over exchanges is at its highest; which exchanges/);
    assert.equal(stated({ openInterestRecordAggregate: false }).label, 'unknown');
  });

  it('name the window of computed ones', () => {
    const values = { openInterestRecord: true, openInterestRecordByExchange: byExchange };
    const windowed = computed(values, { baselineWindowMs: 702 * 3_600_000 });
    const { statements } = observed(windowed);
    assert.ok(
      statements.includes(
        'Open interest on Binance is at its highest of the last 29 days: a record on Binance, not confirmed elsewhere.',
      ),
    );
    assert.ok(!/last \d+ days/.test(said(values)));
  });

  describe('since when open interest is at its highest', () => {
    const day = (text: string): number => Date.parse(`${text}T00:00:00Z`);
    const reach = (sinceMs: number | undefined, gaps = 0): Reach => ({
      ...(sinceMs === undefined ? {} : { sinceMs }),
      ...{ fromMs: day('2021-12-01'), toMs: day('2026-09-01'), gaps, longestGapMs: gaps * 4 * 86_400_000 },
    });
    const saying = (own: Record<string, Reach>, sum: Reach, at: readonly string[] = []): string[] => {
      const claims = Object.fromEntries(Object.keys(own).map((id) => [id, at.includes(id)]));
      const isRecord = at.length > 0;
      const features = computed({ openInterestRecord: isRecord, openInterestRecordByExchange: claims, openInterestRecordAggregate: false, returnPct: 1 }); // prettier-ignore
      const { openInterestRecordByExchange: each, openInterestRecordAggregate: whole } = features.origins;
      assert.ok(each !== undefined && whole !== undefined);
      const origins = {
        ...features.origins,
        openInterestRecordByExchange: { ...each, reach: own },
        openInterestRecordAggregate: { ...whole, reach: { sum } },
      };
      return observed({ ...features, origins }).statements.filter((line) => line.includes('history from'));
    };

    it('is said of the sum, and of an exchange whose high has stood for longer', () => {
      const since = {
        sum: reach(day('2025-03-01')),
        okx: reach(day('2025-06-01')),
        binance: reach(day('2024-03-14'), 3),
      };
      assert.deepEqual(saying({ okx: since.okx, binance: since.binance }, since.sum), [
        'Open interest over all exchanges is at its highest since 2025-03-01; history from 2021-12-01.',
        'Open interest on Binance is at its highest since 2024-03-14; history from 2021-12-01 with 3 gaps, the longest 12 d.',
      ]);
    });

    it('is not said of less than a month, nor of what the history has no earlier high of', () => {
      const [near, month] = [reach(day('2026-08-03')), reach(day('2026-08-02'))];
      assert.deepEqual(saying({ okx: near, binance: reach(undefined) }, near), []);
      assert.equal(saying({ okx: month }, near).length, 1);
    });

    it('names the gaps of a history in which there is a record', () => {
      const sum = reach(day('2026-08-30'));
      assert.deepEqual(saying({ binance: reach(undefined, 1) }, sum, ['binance']), [
        'On Binance: history from 2021-12-01 with a gap of 4 d.',
      ]);
      assert.deepEqual(saying({ binance: reach(undefined) }, sum, ['binance']), []);
    });
  });

  it('are remarked on where they are stated against each other', () => {
    const denied = { openInterestRecord: false, openInterestRecordByExchange: byExchange };
    assert.match(remarked(denied), /stated as false, but a record is stated on Binance; false is used/);
    assert.match(
      remarked({ openInterestRecord: false, openInterestRecordAggregate: true }),
      /in the sum over exchanges/,
    );
    assert.ok(!/stated as false/.test(remarked({ openInterestRecord: false })));
    // Of computed values it is no contradiction: the exchange is a small one.
    assert.ok(!observed(computed(denied)).remarks.some((line) => line.includes('stated as false')));
  });
});

describe('remarks on caps of funding', () => {
  const caps = { binance: 2, okx: 0.375, bybit: 0.375, bitget: 0.3, gate: 0.75 };
  const byName =
    '0.5 % per 8 h cannot be reached on OKX (cap 0.375 %), Bybit (cap 0.375 %) and Bitget (cap 0.300 %).';
  const crowd = { fundingPerIntervalPct: 0.48, fundingAnnualisedPct: 525, longShortRatio: 2 };

  it('name the exchanges whose caps are below the usual alarm level', () => {
    const values = { ...crowd, fundingCapPct: 2, fundingCapPctByExchange: caps };
    const assessment = observed(computed(values));
    assert.equal(assessment.label, 'crowded-long');
    assert.equal(assessment.remarks[0], byName);
    const one = stated({ ...crowd, fundingCapPctByExchange: { okx: 0.375, gate: 0.75 } });
    assert.ok(one.remarks.includes('0.5 % per 8 h cannot be reached on OKX (cap 0.375 %).'));
  });

  it('are not made of a rate far from the threshold', () => {
    const calm = { fundingPerIntervalPct: 0.001, fundingAnnualisedPct: 1.1 };
    assert.ok(!/cannot be reached/.test(remarked(calm)));
    const live = observed(computed({ ...calm, fundingCapPct: 2, fundingCapPctByExchange: caps }));
    assert.ok(!live.remarks.some((line) => line.includes('cannot be reached')));
    assert.match(remarked({ fundingPerIntervalPct: 0.3 }), /cannot be reached everywhere/);
    assert.match(remarked({ fundingPerIntervalPct: -0.3 }), /cannot be reached everywhere/);
  });
});
