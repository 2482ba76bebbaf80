import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { silentLogger } from '../../src/core/logger.ts';
import { createEngine } from '../../src/engine.ts';
import { storedHistory } from '../../src/market/roundEnd.ts';
import { openSqliteStore } from '../../src/store/sqliteStore.ts';
import { contentOf } from '../unit/series/seriesOfRows.ts';

describe('the history that an engine holds', function () {
  this.timeout(120_000);

  it('is to the bit the one in its file, after answers of all exchanges', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'perpscope-held-'));
    const engine = await createEngine({
      ...{ logger: silentLogger, simulator: { seed: 7, scenario: 'calm' } },
      ...{ storePath: join(folder, 'history.sqlite') },
    });
    try {
      for (let round = 0; round < 3; round += 1) await engine.market.refresh({ assets: ['BTC', 'ETH'] });
      const [file] = (await readdir(folder)).filter((name) => name.endsWith('.sqlite'));
      const store = await openSqliteStore(join(folder, file ?? ''), { source: 'simulated' });
      try {
        for (const asset of ['BTC', 'ETH']) {
          const { history } = await engine.market.history(asset);
          const { adapters } = engine;
          const from = { adapters, storeOf: () => Promise.resolve(store) };
          const anew = await storedHistory(from, asset, 'simulated', history.nowMs);
          assert.ok(history.column('open-interest').size === adapters.length);
          assert.deepEqual(contentOf(history), contentOf(anew));
        }
      } finally {
        await store.close();
      }
    } finally {
      await engine.dispose();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
