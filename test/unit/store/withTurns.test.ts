import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RangeStore } from '../../../src/series/range/rangeQuery.ts';
import { withTurns } from '../../../src/store/withTurns.ts';

/** A file that answers at once, as SQLite does. */
class Instant implements RangeStore {
  reads = 0;
  async columns(): Promise<[]> {
    this.reads += 1;
    return [];
  }
}

const QUERY = { baseAsset: 'BTC', fromMs: 0, toMs: 1, kind: 'candle', facet: '', fields: [] } as never;

describe('a long query', () => {
  it('lets the process hear a signal between two reads, and ends with its reason', async () => {
    const ending = new AbortController();
    const history = new Instant();
    const store = withTurns(history, ending.signal);
    // What comes from outside is heard in a turn of the process, never between promises.
    setImmediate(() => ending.abort(new Error('ended from outside')));
    const reads = async (): Promise<void> => {
      for (let at = 0; at < 1_000; at += 1) await store.columns(QUERY);
    };
    await assert.rejects(reads(), /ended from outside/);
    assert.ok(history.reads < 3, `${history.reads} reads`);
  });
});
