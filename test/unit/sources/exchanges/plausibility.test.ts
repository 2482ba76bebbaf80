import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { LongShortRatio } from '../../../../src/core/observation.ts';
import { whyImpossible } from '../../../../src/sources/exchanges/plausibility.ts';

const ratio = (shares: Pick<LongShortRatio, 'longShare' | 'shortShare'>): LongShortRatio => ({
  kind: 'long-short-ratio', exchange: 'htx', venueSymbol: 'BTC-USDT', baseAsset: 'BTC', instrument: 'htx:BTC-USDT',
  atMs: 1_790_000_000_000, receivedAtMs: 1_790_000_000_000, endpoint: 'GET /x', population: 'all-accounts',
  longShortRatio: 1.5, ...shares,
}); // prettier-ignore

describe('what cannot be true', () => {
  it('includes a share that is a percentage', () => {
    assert.equal(whyImpossible(ratio({ longShare: 0.6, shortShare: 0.4 })), undefined);
    assert.equal(whyImpossible(ratio({ longShare: 1, shortShare: 0 })), undefined);
    assert.match(whyImpossible(ratio({ longShare: 60, shortShare: 40 })) ?? '', /longShare is 60/);
    assert.match(whyImpossible(ratio({ longShare: -0.1, shortShare: 0.4 })) ?? '', /longShare is -0.1/);
  });
});
