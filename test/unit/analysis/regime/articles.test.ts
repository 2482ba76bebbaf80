import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RegimeFeatures } from '../../../../src/analysis/regime/features.ts';
import { EXAMPLE, stated, subsets } from './support.ts';

describe('regime of article 000: futures volume past 1 trillion', () => {
  const numbers = {
    returnPct: 11.4,
    takerRatioChangePct: 19,
    netTakerVolumeUsd: 62e6,
    futuresVolumeChangePct: 52,
  };

  it('is a leverage-led rally, with and without open interest', () => {
    assert.equal(stated(numbers).label, 'leverage-led-rally');
    assert.equal(stated({ ...numbers, returnPct: 12 }).label, 'leverage-led-rally');
    assert.equal(
      stated({ ...numbers, openInterestChangePct: 8, openInterestZ: 1.6 }).label,
      'leverage-led-rally',
    );
    assert.ok(stated(numbers).missing.some(({ metric }) => metric.startsWith('open-interest')));
  });

  it('needs the price and one sign of leverage; less is not enough', () => {
    const parts = subsets(numbers, (part) => part.returnPct !== undefined && Object.keys(part).length >= 2);
    for (const part of parts) assert.equal(stated(part).label, 'leverage-led-rally', JSON.stringify(part));
    assert.equal(stated({ returnPct: 11.4 }).label, 'unknown');
  });

  it('reads the direction from taker flow where the price is not stated, and says so', () => {
    const { returnPct: _, ...flows } = numbers;
    const assessment = stated(flows);
    assert.equal(assessment.label, 'leverage-led-rally');
    assert.ok(assessment.statements.some((line) => line.includes('direction is inferred')));
    assert.ok(assessment.confidence < stated(numbers).confidence);
  });

  it('is not leverage-led where open interest falls', () => {
    assert.equal(
      stated({ ...numbers, openInterestChangePct: -6, fundingAnnualisedPct: 4 }).label,
      'spot-led-rally',
    );
  });
});

describe('regime of article 001: record open interest of ETH on Binance', () => {
  it('is a leverage build-up without a direction', () => {
    for (const more of [
      {},
      { openInterestPercentile: 100 },
      { openInterestZ: 2.4 },
      { returnPct: 5 },
      { returnPct: -5 },
      { fundingAnnualisedPct: 12 },
    ]) {
      const assessment = stated({ asset: 'ETH', openInterestRecord: true, ...more });
      assert.equal(assessment.label, 'leverage-build-up', JSON.stringify(more));
      assert.ok(assessment.statements.some((line) => line.includes('not which way the price will go')));
    }
    assert.equal(stated({ asset: 'ETH', openInterestPercentile: 100 }).label, 'leverage-build-up');
  });

  it('says on which exchange the record is, and that it is not confirmed elsewhere', () => {
    const claims = { binance: true, okx: false, bybit: false };
    const assessment = stated({ openInterestRecord: true, openInterestRecordByExchange: claims });
    assert.ok(
      assessment.statements.includes(
        'Open interest on Binance is at its highest: a record on Binance, not confirmed elsewhere.',
      ),
    );
    assert.equal(stated({ openInterestRecordByExchange: claims }).label, 'leverage-build-up');
    const both = stated({ openInterestRecordByExchange: { binance: true, okx: true } });
    assert.ok(
      both.statements.includes(
        'Open interest on Binance and OKX is at its highest: a record on every exchange with enough history.',
      ),
    );
  });

  it('says that it is not stated whether others confirm it, where only the record is', () => {
    const { statements } = stated({ openInterestRecord: true });
    assert.ok(statements.some((line) => line.includes('not stated whether other exchanges confirm it')));
  });

  it('shows positive funding but needs an extreme before it calls longs crowded', () => {
    const calm = stated({ openInterestRecord: true, fundingAnnualisedPct: 12, longShortRatio: 1.2 });
    assert.equal(calm.label, 'leverage-build-up');
    assert.ok(calm.statements.some((line) => line.includes('longs pay shorts')));
    assert.equal(calm.hasCascadeRisk, false);
    const extreme = stated({ openInterestRecord: true, fundingAnnualisedPct: 60 });
    assert.equal(extreme.label, 'crowded-long');
    const balanced = stated({ openInterestRecord: true, fundingAnnualisedPct: 60, longShortRatio: 1.2 });
    assert.notEqual(balanced.label, 'crowded-long');
  });

  it('is not a build-up while open interest falls', () => {
    assert.notEqual(stated({ openInterestRecord: true, openInterestZ: -1.5 }).label, 'leverage-build-up');
    assert.equal(stated({ openInterestRecord: false }).label, 'unknown');
  });
});

describe('regime of article 002: a rally carried by spot', () => {
  const numbers = {
    returnPct: 5,
    openInterestChangePct: -6,
    fundingAnnualisedPct: 4,
    liquidationsUsd: 180e6,
    shortLiquidationShare: 0.8,
  };

  it('is a spot-led rally, not a short squeeze', () => {
    for (const returnPct of [3, 5, 8])
      assert.equal(stated({ ...numbers, returnPct }).label, 'spot-led-rally');
    assert.equal(stated({ ...numbers, liquidationsZ: 1.4 }).label, 'spot-led-rally');
    assert.equal(stated({ ...numbers, spotVolumeShare: 0.4 }).label, 'spot-led-rally');
    const { liquidationsUsd: _usd, shortLiquidationShare: _share, ...fewer } = numbers;
    assert.equal(stated(fewer).label, 'spot-led-rally');
  });

  it('is a short squeeze only where liquidations of shorts are extreme', () => {
    assert.equal(stated({ ...numbers, liquidationsZ: 2 }).label, 'short-squeeze');
    assert.equal(
      stated({ ...numbers, liquidationsZ: 3, shortLiquidationShare: 0.3 }).label,
      'spot-led-rally',
    );
  });

  it('infers the direction from the side that was liquidated, says so, and is less sure', () => {
    const { returnPct: _, ...rest } = numbers;
    const assessment = stated(rest);
    assert.equal(assessment.label, 'spot-led-rally');
    assert.ok(assessment.statements.some((line) => line.includes('inferred from the share of shorts')));
    assert.ok(assessment.confidence < stated(numbers).confidence);
  });

  it('does not call it spot-led with high funding, or without any sign of who buys', () => {
    assert.notEqual(stated({ ...numbers, fundingAnnualisedPct: 45 }).label, 'spot-led-rally');
    // Price and open interest alone give the family; who buys is not known.
    const bare = stated({ returnPct: 5, openInterestChangePct: -6 });
    assert.deepEqual([bare.family, bare.label], ['short-covering', 'spot-led-rally']);
    assert.ok(bare.confidence < 0.7, String(bare.confidence));
    assert.ok(stated(numbers).remarks.some((line) => line.includes('0.003653 % per 8 h')));
    const { fundingAnnualisedPct: _yearly, ...rest } = numbers;
    const rate = { ...rest, fundingPerIntervalPct: 0.012 };
    assert.equal(stated({ ...rate, fundingIntervalHours: 8 }).label, 'spot-led-rally');
    assert.notEqual(stated({ ...rate, fundingIntervalHours: 1 }).label, 'spot-led-rally');
  });
});

describe('regime of article 003: the largest selling wave in months', () => {
  const numbers = {
    depthZ: -0.8,
    takerImbalanceZ: -2.28,
    openInterestZ: -1.48,
    takerBuySellRatio: 0.79,
    liquidationsZ: 2.34,
    fundingAnnualisedPct: 1,
  };

  it('is deleveraging, with and without the price', () => {
    assert.equal(stated(numbers).label, 'deleveraging');
    assert.equal(stated({ ...numbers, returnPct: -6 }).label, 'deleveraging');
    assert.ok(stated(numbers).statements.some((line) => line.includes('direction is inferred')));
    assert.ok(stated({ ...numbers, returnPct: -6 }).confidence > stated(numbers).confidence);
  });

  it('is deleveraging from any part that has two of flow, open interest and liquidations', () => {
    const parts = subsets(
      numbers,
      (part) =>
        Number(part.takerImbalanceZ !== undefined || part.takerBuySellRatio !== undefined) +
          Number(part.openInterestZ !== undefined) +
          Number(part.liquidationsZ !== undefined) >=
        2,
    );
    assert.ok(parts.length > 20);
    for (const part of parts) assert.equal(stated(part).label, 'deleveraging', JSON.stringify(part));
  });

  it('is an illiquid sell-off where depth decides', () => {
    assert.equal(stated({ ...numbers, depthZ: -1.5 }).label, 'illiquid-sell-off');
    assert.equal(stated({ depthZ: -2, takerImbalanceZ: -2.2, openInterestZ: 0 }).label, 'illiquid-sell-off');
    assert.equal(stated({ ...numbers, depthZ: -1.49 }).label, 'deleveraging');
  });

  it('is nothing of the kind while the price rises', () => {
    assert.notEqual(stated({ ...numbers, returnPct: 4 }).label, 'deleveraging');
  });

  it('lists every number with its threshold', () => {
    const metrics = stated(numbers).evidence.map(({ metric }) => metric);
    for (const id of ['taker-imbalance-z', 'open-interest-z', 'liquidations-z', 'depth-z', 'taker-ratio'])
      assert.ok(metrics.includes(id), id);
  });
});

describe('regime of article 004: overheating', () => {
  const numbers = { fundingPerIntervalPct: 0.5, longShortRatio: 1.6, openInterestPercentile: 99 };

  it('is crowded long with a risk of a cascade', () => {
    for (const more of [
      {},
      { longShortRatio: 1.5 },
      { fundingPerIntervalPct: 0.75 },
      { fundingIntervalHours: 8 },
    ]) {
      const assessment = stated({ ...numbers, ...more });
      assert.equal(assessment.label, 'crowded-long');
      assert.equal(assessment.hasCascadeRisk, true);
    }
    const { openInterestPercentile: _, ...fewer } = numbers;
    assert.equal(stated(fewer).label, 'crowded-long');
    assert.equal(stated({ ...fewer, openInterestRecord: true }).label, 'crowded-long');
  });

  it('needs funding that is dear, and accounts that do not lean the other way', () => {
    assert.equal(stated({ fundingPerIntervalPct: 0.5, longShortRatio: 1.5 }).label, 'crowded-long');
    assert.notEqual(stated({ fundingPerIntervalPct: 0.03, longShortRatio: 1.6 }).label, 'crowded-long');
    assert.notEqual(stated({ fundingPerIntervalPct: 0.5, longShortRatio: 1.3 }).label, 'crowded-long');
    assert.equal(stated({ longShortRatio: 1.6 }).label, 'unknown');
  });

  it('compares rates of other intervals by the year, and derives nothing without an interval', () => {
    const hourly = { fundingPerIntervalPct: 0.3, fundingIntervalHours: 1, longShortRatio: 1.6 };
    const crowd = stated({ ...hourly, openInterestPercentile: 97 });
    assert.equal(crowd.label, 'crowded-long');
    assert.ok(crowd.evidence.some((row) => row.metric === 'funding-annualised' && row.observed === 2628));
    assert.ok(
      crowd.remarks.some((line) => line.includes('0.3 % per 1 h is read as a simple yearly rate of 2628 %')),
    );
    const { fundingIntervalHours: _, ...without } = hourly;
    assert.ok(!stated(without).evidence.some((row) => row.metric === 'funding-annualised'));
  });

  it('judges costly and negative funding by the yearly rate where it is known', () => {
    const crowd = { fundingPercentile: 98, longShortRatio: 1.7 };
    // 0.04 % per 24 h is 14.6 % a year, as good as the base rate.
    const slow = { ...crowd, fundingPerIntervalPct: 0.04, fundingIntervalHours: 24 };
    assert.notEqual(stated(slow).label, 'crowded-long');
    assert.equal(stated({ ...slow, fundingIntervalHours: 4 }).label, 'crowded-long');
    // As far below the base rate of funding as crowded longs pay above it: just below zero is not crowded.
    const mirror = { fundingPercentile: 2, longShortRatio: 0.5, fundingPerIntervalPct: -0.014 };
    assert.equal(stated(mirror).label, 'crowded-short');
    assert.notEqual(stated({ ...mirror, fundingPerIntervalPct: -0.001 }).label, 'crowded-short');
    assert.notEqual(stated({ ...mirror, fundingAnnualisedPct: 5 }).label, 'crowded-short');
  });

  it('says where the funding cap makes 0.5 % impossible', () => {
    const withCap = stated({ ...numbers, fundingPerIntervalPct: 0.3, fundingCapPct: 0.375 });
    assert.ok(withCap.remarks.some((line) => /cannot be reached here.*0\.375 %/.test(line)));
    assert.ok(
      stated(numbers).remarks.some((line) => /0\.375 % on OKX and HTX and ±0\.300 % on Bitget/.test(line)),
    );
    const impossible = stated({ ...numbers, fundingCapPct: 0.3 });
    assert.ok(impossible.remarks.some((line) => line.includes('beyond the cap')));
  });

  it('finds crowding by percentile where a cap holds funding down', () => {
    const capped = {
      fundingPercentile: 98,
      fundingAnnualisedPct: 40,
      longShortRatio: 1.7,
      fundingCapPct: 0.3,
    };
    assert.equal(stated(capped).label, 'crowded-long');
  });

  it('says that a long/short ratio above 1.5 is common', () => {
    assert.ok(stated(numbers).remarks.some((line) => line.includes('often exceeded')));
    const usual = stated({ ...numbers, longShortPercentile: 40 });
    assert.ok(usual.remarks.some((line) => line.includes('is not unusual')));
    const lean = (features: RegimeFeatures) =>
      stated(features).evidence.find(({ metric }) => metric === 'long-short-percentile')?.weight ?? NaN;
    assert.ok(lean({ ...numbers, longShortPercentile: 40 }) < lean({ ...numbers, longShortPercentile: 95 }));
  });
});

describe('the example of the contract', () => {
  it('classifies all keys together and names what contradicts', () => {
    const assessment = stated(EXAMPLE);
    assert.notEqual(assessment.label, 'unknown');
    assert.ok(assessment.remarks.some((line) => line.includes('547.5 % a year, not 4 %')));
    assert.ok(assessment.remarks.some((line) => line.includes('high and as falling')));
    assert.ok(assessment.remarks.some((line) => line.includes('disagree on which side')));
    assert.ok(
      assessment.evidence.some(({ weight, bearing }) => weight < 0 && bearing === 'against'),
      'what contradicts is shown',
    );
  });
});
