import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RegimeFeatures } from '../../../../src/analysis/regime/features.ts';
import { computed, observed, stated } from './support.ts';

const remarked = (features: RegimeFeatures): string => stated(features).remarks.join('\n');
const live = (features: RegimeFeatures): string => observed(computed(features)).remarks.join('\n');

/** Says of each part which of its inputs bring a remark and which do not. */
function bringsRemark(words: string, yes: readonly RegimeFeatures[], no: readonly RegimeFeatures[]): void {
  for (const features of yes) assert.ok(remarked(features).includes(words), JSON.stringify(features));
  for (const features of no) assert.ok(!remarked(features).includes(words), JSON.stringify(features));
}

describe('remarks on contradicting inputs', () => {
  it('high and falling open interest, from -2 %, z -1 and percentile 95 on', () => {
    bringsRemark(
      'Open interest is given as high and as falling',
      [
        { openInterestChangePct: -2, openInterestRecord: true },
        { openInterestZ: -1, openInterestPercentile: 95 },
      ],
      [
        { openInterestChangePct: -1.9, openInterestRecord: true },
        { openInterestZ: -0.9, openInterestPercentile: 95 },
        { openInterestZ: -1, openInterestPercentile: 94.9 },
        { openInterestZ: -1, openInterestRecord: false },
        { openInterestChangePct: -2 },
        { openInterestRecord: true },
      ],
    );
  });

  it('takers on both sides, a ratio of 1 being neither', () => {
    bringsRemark(
      'The taker inputs disagree',
      [
        { takerImbalanceZ: 0.1, takerBuySellRatio: 0.99 },
        { takerImbalanceZ: -0.1, takerBuySellRatio: 1.01 },
        { takerBuySellRatio: 1.01, netTakerVolumeUsd: -1 },
      ],
      [
        { takerImbalanceZ: 0.1, takerBuySellRatio: 1.01, netTakerVolumeUsd: 1 },
        { takerImbalanceZ: -0.1, takerBuySellRatio: 0.99 },
        { takerImbalanceZ: 0.1, takerBuySellRatio: 1 },
        { takerImbalanceZ: -0.1, takerBuySellRatio: 1 },
        { takerImbalanceZ: 0, netTakerVolumeUsd: -1 },
      ],
    );
  });

  it('price against taker flow, from one standard deviation on', () => {
    bringsRemark(
      'Price and taker flow point in opposite directions',
      [
        { returnPct: 0.1, takerImbalanceZ: -1 },
        { returnPct: -0.1, takerImbalanceZ: 1 },
      ],
      [
        { returnPct: 0.1, takerImbalanceZ: -0.9 },
        { returnPct: 0.1, takerImbalanceZ: 1 },
        { returnPct: -0.1, takerImbalanceZ: -1 },
        { returnPct: 0, takerImbalanceZ: -1 },
        { returnPct: 5 },
      ],
    );
  });

  it('funding rates that differ by more than a fifth of the larger one', () => {
    // 0.01 % per 8 h is 10.95 % a year; 8.76 is exactly four fifths of it.
    const rate = { fundingPerIntervalPct: 0.01, fundingIntervalHours: 8 };
    bringsRemark(
      'The stated funding rates disagree: 0.01 % per 8 h is 10.95 % a year, not ',
      [8.75, 13.7, -10.95].map((fundingAnnualisedPct) => ({ ...rate, fundingAnnualisedPct })),
      [8.77, 10.95, 13.68].map((fundingAnnualisedPct) => ({ ...rate, fundingAnnualisedPct })),
    );
    const hourly = { fundingPerIntervalPct: 0.01, fundingIntervalHours: 1, fundingAnnualisedPct: 10.95 };
    assert.match(remarked(hourly), /0.01 % per 1 h is 87.6 % a year, not 10.95 %/);
    assert.doesNotMatch(live(hourly), /disagree/);
    assert.doesNotMatch(remarked({ fundingPerIntervalPct: 0.01, fundingAnnualisedPct: 99 }), /disagree/);
  });
});

describe('remarks on funding', () => {
  it('names a cap below 0.5 % where it is stated or the rate is near it', () => {
    const words = 'cannot be reached here: funding is capped at 0.375 % per interval.';
    bringsRemark(words, [{ fundingCapPct: 0.375 }], []);
    assert.doesNotMatch(remarked({ fundingCapPct: 0.5 }), /cannot be reached/);
    assert.doesNotMatch(live({ fundingCapPct: 0.375, fundingPerIntervalPct: 0.029 }), /cannot be reached/);
    assert.ok(live({ fundingCapPct: 0.375, fundingPerIntervalPct: 0.3 }).includes(words));
    assert.ok(live({ fundingCapPct: 0.375, fundingPerIntervalPct: -0.3 }).includes(words));
    assert.doesNotMatch(live({ fundingPerIntervalPct: 0.029 }), /cannot be reached/);
    assert.match(
      live({ fundingPerIntervalPct: 0.3 }),
      /The usual alarm level of 0\.5 % per interval cannot be reached everywhere/,
    );
  });

  it('names caps per exchange below 0.5 %, of live rates only near them', () => {
    const caps = { fundingCapPctByExchange: { okx: 0.375, gate: 0.5 } };
    assert.match(remarked(caps), /0.5 % per 8 h cannot be reached on OKX \(cap 0\.375 %\)\./);
    assert.doesNotMatch(live({ ...caps, fundingPerIntervalPct: 0.029 }), /cannot be reached/);
    assert.doesNotMatch(remarked({ fundingCapPctByExchange: { gate: 0.5 } }), /cannot be reached/);
    const [long, short] = [
      { fundingPercentile: 97, longShortRatio: 2 },
      { fundingPercentile: 3, longShortRatio: 0.5 },
    ];
    for (const crowd of [long, short]) {
      assert.match(live(crowd), /cannot be reached everywhere/);
      assert.match(live({ ...crowd, ...caps }), /cannot be reached on OKX/);
    }
  });

  it('calls a rate beyond its cap wrong, on either side', () => {
    const words = /The funding rate of -?0.31 % is beyond the cap of 0.300 %; one of the two is wrong/;
    assert.match(remarked({ fundingCapPct: 0.3, fundingPerIntervalPct: 0.31 }), words);
    assert.match(remarked({ fundingCapPct: 0.3, fundingPerIntervalPct: -0.31 }), words);
    for (const fundingPerIntervalPct of [0.3, -0.3])
      assert.doesNotMatch(remarked({ fundingCapPct: 0.3, fundingPerIntervalPct }), /beyond the cap/);
  });

  it('says how a yearly rate alone, and a rate per interval alone, are read', () => {
    assert.match(
      remarked({ fundingAnnualisedPct: 10.95 }),
      /Funding of 10.95 % is read as a simple yearly rate, 0.01 % per 8 h/,
    );
    assert.match(
      remarked({ fundingPerIntervalPct: 0.01, fundingIntervalHours: 4 }),
      /Funding of 0.01 % per 4 h is read as a simple yearly rate of 21.9 %/,
    );
    const both = { fundingPerIntervalPct: 0.01, fundingIntervalHours: 8, fundingAnnualisedPct: 11 };
    assert.doesNotMatch(remarked(both), /is read as/);
    assert.doesNotMatch(live({ fundingAnnualisedPct: 10.95 }), /is read as/);
  });
});

describe('remarks on ratios, baselines and windows', () => {
  it('say of a long/short ratio from 1.5 on whether it is unusual, from percentile 90 on', () => {
    assert.doesNotMatch(remarked({ longShortRatio: 1.49 }), /often exceeded/);
    assert.match(
      remarked({ longShortRatio: 1.5 }),
      /above 1.5 is often exceeded; its percentile would say more/,
    );
    const at = (longShortPercentile: number): string =>
      remarked({ longShortRatio: 1.5, longShortPercentile });
    assert.match(at(90), /at the 90th percentile of its own history this one is unusual/);
    assert.match(at(89.9), /at the 89.9th percentile of its own history this one is not unusual/);
  });

  it('say how an amount of liquidations without a baseline is judged', () => {
    const words = /Whether 180 million USD of liquidations is unusual is judged by a table/;
    assert.match(remarked({ liquidationsUsd: 180e6 }), words);
    assert.doesNotMatch(remarked({ liquidationsUsd: 180e6, liquidationsZ: 1 }), words);
    assert.doesNotMatch(live({ liquidationsUsd: 180e6 }), words);
  });

  it('say of stated scores that their windows are not known', () => {
    bringsRemark(
      'The windows of the stated z-scores and percentiles are not known',
      [{ depthZ: 0 }, { fundingPercentile: 50 }],
      [{ returnPct: 1 }, { longShortRatio: 1 }],
    );
  });

  it('give numbers to four digits', () => {
    assert.match(remarked({ liquidationsUsd: 123_456_789 }), /Whether 123.5 million USD/);
  });

  it('say of changes without a window that they are taken as of a day', () => {
    const words = /window of the stated changes is not known; they are taken as of 24 h/;
    assert.match(remarked({ returnPct: 5 }), words);
    assert.doesNotMatch(remarked({ returnPct: 5, windowHours: 72 }), words);
    assert.doesNotMatch(live({ returnPct: 5 }), words);
  });

  it('say of a record that no named exchange nor the sum has', () => {
    const words = /neither on an exchange that is named nor in the sum/;
    const record = { openInterestRecord: true };
    const [none, one] = [{ binance: false }, { binance: true, okx: false }];
    const claims = (at: Record<string, boolean>) => ({ openInterestRecordByExchange: at });
    assert.match(remarked({ ...record, ...claims(none), openInterestRecordAggregate: false }), words);
    assert.doesNotMatch(remarked({ ...record, ...claims(one), openInterestRecordAggregate: false }), words);
    assert.doesNotMatch(remarked({ ...record, ...claims(none), openInterestRecordAggregate: true }), words);
    assert.doesNotMatch(remarked({ ...record, ...claims(none) }), words);
    assert.doesNotMatch(remarked({ ...record, openInterestRecordAggregate: false }), words);
    assert.doesNotMatch(
      remarked({ openInterestRecord: false, ...claims(none), openInterestRecordAggregate: false }),
      /stated as false/,
    );
  });
});
