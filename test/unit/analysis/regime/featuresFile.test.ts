import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseFeatures, parseFeaturesText } from '../../../../src/analysis/regime/featuresFile.ts';
import { isPerpscopeError } from '../../../../src/core/errors.ts';
import { EXAMPLE } from './support.ts';

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

  it('reads text and says where it is not JSON', () => {
    assert.equal(parseFeaturesText('\uFEFF{"depthZ":-0.8}').values.depthZ, -0.8);
    assert.throws(() => parseFeaturesText('{', 'f.json'), /f\.json: not valid JSON/);
  });
});
