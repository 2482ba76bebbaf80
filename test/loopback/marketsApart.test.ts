import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { silentLogger } from '../../src/core/logger.ts';
import { createEngine, type Engine, type EngineOptions } from '../../src/engine.ts';
import { openSqliteStore } from '../../src/store/sqliteStore.ts';

const BTC = { assets: ['BTC'] };

describe('windows of different markets on one history', () => {
  let folder: string;
  let engines: Engine[] = [];
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'perpscope-'))));
  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = async (seed: number, scenario: string, share?: EngineOptions['share']): Promise<Engine> => {
    const engine = await createEngine({
      ...{ logger: silentLogger, storePath: join(folder, 'h.sqlite'), simulator: { seed, scenario } },
      ...(share === undefined ? {} : { share }),
    });
    engines = [...engines, engine];
    await engine.market.refresh(BTC);
    return engine;
  };
  const files = (): string[] => readdirSync(folder).filter((name) => name.endsWith('.sqlite'));

  it('keep files apart, with one that collects for each and no label of another', async () => {
    const hot = await open(77, 'overheating', 'window');
    const calm = await open(1, 'calm', 'window');
    const follower = await open(1, 'calm', 'collect');
    assert.deepEqual(
      [hot, calm, follower].map(({ market }) => market.health().collecting?.isHere),
      [true, true, false],
    );
    assert.deepEqual(files().sort(), ['h.simulated.calm-1.sqlite', 'h.simulated.overheating-77.sqlite']);
    const [of, judged] = [hot, calm].map(({ market }) => market.state.regimes.get('BTC'));
    assert.notEqual(judged?.label, of?.label);
    assert.deepEqual(follower.market.state.regimes.get('BTC')?.label, judged?.label);
    await calm.dispose();
    const store = await openSqliteStore(join(folder, 'h.simulated.calm-1.sqlite'), { source: 'simulated' });
    const labels = (await store.journal({ topic: 'regime' })).map(
      ({ body }) => (body as { label: string }).label,
    );
    await store.close();
    assert.deepEqual([...new Set(labels)], [judged?.label]);
  });

  it('leave the file of a process that shares it with nobody its name', async () => {
    await open(1, 'calm');
    assert.deepEqual(files(), ['h.simulated.sqlite']);
  });
});
