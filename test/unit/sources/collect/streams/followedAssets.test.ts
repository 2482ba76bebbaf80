import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HOUR_MS } from '../../../../../src/core/units.ts';
import { FollowedAssets } from '../../../../../src/sources/collect/streams/followedAssets.ts';
import { tracked } from '../../../market/builders.ts';

const followedBy = (assets: FollowedAssets, monoMs: number, chosen?: readonly string[]) =>
  Object.fromEntries([...assets.instruments(monoMs, chosen)].map(([id, list]) => [id, list.length]));

describe('what is streamed', () => {
  it('is of the chosen exchanges alone, and again of the others as soon as they are chosen', () => {
    const assets = new FollowedAssets();
    for (const id of ['okx', 'bybit']) assets.add(id, [tracked(id)], 0);
    assert.deepEqual(followedBy(assets, 1), { okx: 1, bybit: 1 });
    assert.deepEqual(followedBy(assets, 2, ['okx']), { okx: 1 });
    assert.deepEqual(followedBy(assets, 3, []), {});
    assert.deepEqual(followedBy(assets, 4, ['okx', 'bybit']), { okx: 1, bybit: 1 });
  });

  it('ends two hours after the last round that asked for it', () => {
    const assets = new FollowedAssets();
    assets.add('okx', [tracked('okx')], 0);
    assert.deepEqual(followedBy(assets, 2 * HOUR_MS), { okx: 1 });
    assert.deepEqual(followedBy(assets, 2 * HOUR_MS + 1), { okx: 0 });
  });
});
