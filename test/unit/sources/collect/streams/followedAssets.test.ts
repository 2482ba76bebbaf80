import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HOUR_MS } from '../../../../../src/core/units.ts';
import { FollowedAssets } from '../../../../../src/sources/collect/streams/followedAssets.ts';
import { tracked } from '../../../market/builders.ts';

const followedBy = (assets: FollowedAssets, monoMs: number) =>
  Object.fromEntries([...assets.instruments(monoMs)].map(([id, list]) => [id, list.length]));

describe('what is streamed', () => {
  it('is of the chosen exchanges alone, and again of the others as soon as they are chosen', () => {
    const assets = new FollowedAssets();
    for (const id of ['okx', 'bybit']) assets.add(id, [tracked(id)], 0);
    assert.deepEqual(followedBy(assets, 1), { okx: 1, bybit: 1 });
    assets.choose(['okx']);
    assert.deepEqual(followedBy(assets, 2), { okx: 1 });
    assert.deepEqual(['okx', 'bybit'].map((id) => assets.isChosen(id)), [true, false]); // prettier-ignore
    assets.choose([]);
    assert.deepEqual(followedBy(assets, 3), {});
    assets.choose(undefined);
    assert.deepEqual(followedBy(assets, 4), { okx: 1, bybit: 1 });
    assert.ok(assets.isChosen('htx'));
  });

  it('ends two hours after the last round that asked for it', () => {
    const assets = new FollowedAssets();
    assets.add('okx', [tracked('okx')], 0);
    assert.deepEqual(followedBy(assets, 2 * HOUR_MS), { okx: 1 });
    assert.deepEqual(followedBy(assets, 2 * HOUR_MS + 1), { okx: 0 });
  });
});
