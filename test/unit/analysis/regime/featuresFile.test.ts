import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseFeatures, parseFeaturesText } from '../../../../src/analysis/regime/featuresFile.ts';
import { isPerpscopeError } from '../../../../src/core/errors.ts';
import { EXAMPLE, stated } from './support.ts';

function refusal(json: unknown): string {
  try {
    parseFeatures(json, 'f.json');
  } catch (error) {
    assert.ok(isPerpscopeError(error, 'usage'));
    return error.message;
  }
  return assert.fail(`accepted ${JSON.stringify(json)}`);
}

describe('features file', () => {
  it('takes every documented key and keeps its value', () => {
    const set = parseFeatures(EXAMPLE);
    assert.deepEqual(set.values, EXAMPLE);
    assert.deepEqual(set.origins.returnPct, { sources: ['stated'] });
    assert.deepEqual(parseFeatures({}).values, {});
    assert.equal(parseFeatures({ asset: 'eth' }).values.asset, 'ETH');
  });

  it('names an unknown key and the nearest known one', () => {
    assert.match(
      refusal({ openIntrestZ: 1 }),
      /f\.json: unknown key "openIntrestZ"; did you mean "openInterestZ"\?/,
    );
    assert.match(refusal({ returnPercent: 1 }), /did you mean "returnPct"/);
    assert.match(refusal({ longshortratio: 1 }), /did you mean "longShortRatio"/);
    assert.match(refusal({ xyz: 1 }), /unknown key "xyz"; known keys are asset, /);
    assert.match(refusal(JSON.parse('{"__proto__": 1}')), /unknown key "__proto__"/);
    assert.match(refusal({ constructor: 1 }), /unknown key "constructor"/);
  });

  it('refuses wrong types and impossible values', () => {
    assert.match(refusal({ returnPct: '11.4' }), /"returnPct" must be a number, not "11.4"/);
    assert.match(refusal({ returnPct: null }), /must be a number, not null/);
    assert.match(refusal({ depthZ: NaN }), /finite/);
    assert.match(refusal(JSON.parse('{"depthZ": 1e999}')), /finite/);
    assert.match(refusal({ openInterestRecord: 1 }), /true or false/);
    assert.match(refusal({ shortLiquidationShare: 80 }), /between 0 and 1, not 80 \(a share is a fraction/);
    assert.match(refusal({ openInterestPercentile: 101 }), /between 0 and 100/);
    assert.match(refusal({ fundingIntervalHours: 0 }), /above 0/);
    assert.match(refusal({ longShortRatio: -1 }), /at least 0/);
    assert.match(refusal({ asset: 'BTC\u001b[31m' }), /ticker/);
    assert.match(refusal({ openInterestRecordByExchange: { binance: 'yes' } }), /exchange ids/);
    for (const json of [null, [], 'text', 3]) assert.match(refusal(json), /expected a JSON object/);
  });

  it('derives the yearly rate from rate and interval, and says so in its origin', () => {
    const { values, origins } = parseFeatures({ fundingPerIntervalPct: 0.015, fundingIntervalHours: 1 });
    assert.ok(Math.abs((values.fundingAnnualisedPct ?? 0) - 131.4) < 1e-9);
    assert.deepEqual(origins.fundingAnnualisedPct, {
      sources: ['stated'],
      derivedFrom: ['fundingPerIntervalPct', 'fundingIntervalHours'],
    });
    const both = { fundingPerIntervalPct: 0.5, fundingIntervalHours: 8, fundingAnnualisedPct: 4 };
    assert.equal(parseFeatures(both).values.fundingAnnualisedPct, 4);
    assert.deepEqual(parseFeatures({ fundingPerIntervalPct: 0.5 }).values, { fundingPerIntervalPct: 0.5 });
  });

  it('takes the record of the sum and caps by exchange', () => {
    const json = { openInterestRecordAggregate: true, fundingCapPctByExchange: { okx: 0.375 } };
    assert.deepEqual(parseFeatures(json).values, json);
    assert.match(refusal({ openInterestRecordAggregate: 1 }), /true or false/);
    assert.match(refusal({ fundingCapPctByExchange: 0.375 }), /map exchange ids to percent/);
    assert.match(refusal({ fundingCapPctByExchange: { OKX: 1 } }), /map exchange ids to percent/);
    assert.match(refusal({ fundingCapPctByExchange: { okx: -1 } }), /"fundingCapPctByExchange.okx" must be/);
  });

  it('bounds percent, so that no remark overflows', () => {
    for (const key of ['returnPct', 'fundingPerIntervalPct', 'fundingAnnualisedPct', 'basisAnnualisedPct'])
      assert.match(refusal({ [key]: 1e300 }), /between -\d+ and 1000000, not 1e\+300 \(percent/, key);
    assert.match(refusal({ fundingPerIntervalPct: -1e7 }), /between -1000000 and 1000000, not -10000000/);
    const smallest = { fundingPerIntervalPct: 1e6, fundingIntervalHours: Number.MIN_VALUE };
    for (const more of [{}, { fundingAnnualisedPct: 4 }])
      assert.ok(!/Infinity/.test(JSON.stringify(stated({ ...smallest, ...more }))));
  });

  it('reads text and says where it is not JSON', () => {
    assert.equal(parseFeaturesText('\uFEFF{"depthZ":-0.8}').values.depthZ, -0.8);
    assert.throws(() => parseFeaturesText('{', 'f.json'), /f\.json: not valid JSON/);
  });
});
