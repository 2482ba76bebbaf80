import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { silentLogger } from '../../src/core/logger.ts';
import { createEngine } from '../../src/engine.ts';
import { adapterOf } from '../../src/sources/exchanges/registry.ts';
import { tenth } from '../support/tenthExchange.ts';

describe('an engine of the simulated market', () => {
  it('has no exchange that the simulator does not know: its real address would be asked', async () => {
    const okx = adapterOf('okx');
    assert.ok(okx !== undefined);
    const simulator = { seed: 1, scenario: 'calm' };
    const engine = await createEngine({ logger: silentLogger, adapters: [okx, tenth], simulator });
    try {
      assert.deepEqual(
        engine.adapters.map(({ id }) => id),
        ['okx'],
      );
    } finally {
      await engine.dispose();
    }
  });

  it('has every exchange that it was given where it is not simulated', async () => {
    const engine = await createEngine({ logger: silentLogger, adapters: [tenth] });
    assert.deepEqual(
      engine.adapters.map(({ id }) => id),
      ['tenth'],
    );
    await engine.dispose();
  });
});
