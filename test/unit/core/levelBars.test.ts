import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { mayLevelBarsRun } from '../../../src/core/levelBars.ts';
import { exchangeAdapters } from '../../../src/sources/exchanges/registry.ts';
import { HOUR_MS, MINUTE_MS } from '../../../src/core/units.ts';
import { wayOf } from '../../../src/store/stepWays.ts';

describe('bars of a level that may run under their label', () => {
  it('are those of the exchanges whose adapters say so, and the store makes no hour of them', () => {
    for (const { id, levelBarsRun = false } of exchangeAdapters) {
      assert.equal(mayLevelBarsRun(id), levelBarsRun, id);
      const way = wayOf({ kind: 'open-interest', exchange: id }, 5 * MINUTE_MS, HOUR_MS);
      assert.equal(way, levelBarsRun ? 'none' : 'at-label', id);
    }
    assert.ok(exchangeAdapters.some(({ levelBarsRun }) => levelBarsRun === true));
  });
});
