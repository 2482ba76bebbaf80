import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { silentLogger } from '../../src/core/logger.ts';
import { createEngine, type Engine } from '../../src/engine.ts';
import { adapterOf } from '../../src/sources/exchanges/registry.ts';

describe('the evidence of sides over loopback', function () {
  this.timeout(60_000);
  let engine: Engine;

  before(async () => {
    const adapters = ['bybit', 'gate', 'hyperliquid', 'okx'].map((id) => adapterOf(id));
    engine = await createEngine({
      logger: silentLogger,
      adapters: adapters.filter((one) => one !== undefined),
      simulator: { seed: 7, scenario: 'calm' },
    });
    for (let round = 0; round < 2; round += 1) await engine.market.refresh({ assets: ['BTC', 'ETH'] });
  });
  after(async () => {
    await engine.dispose();
  });

  const words = (exchange: string): string[][] => {
    const health = engine.market.health().exchanges.find((one) => one.exchange === exchange);
    return (health?.sideEvidence ?? []).map((one) => [
      one.endpoint,
      one.stated,
      one.evidence.words,
      String(one.isContradiction),
    ]);
  };

  it('tells from two fields of two answers of Gate that its tickers count one side', () => {
    assert.deepEqual(words('gate'), [
      [
        'GET /api/v4/futures/usdt/tickers total_size',
        'unverified',
        'Open interest counts one side: 2 of 2 values are 1 times the one-sided field',
        'false',
      ],
    ]);
  });

  it('tells from two fields of each row of Bybit that one of them is twice the other', () => {
    const [[endpoint, stated, text, isContradiction] = []] = words('bybit');
    assert.deepEqual(
      [endpoint, stated, isContradiction],
      ['GET /v5/market/tickers openInterest', 'both', 'false'],
    );
    assert.match(text ?? '', /^Open interest counts both sides: (\d+) of \1 values are 2 times/);
  });

  it('says nothing where a handful of coins is listed and no field stands beside the other', () => {
    assert.deepEqual([words('hyperliquid'), words('okx')], [[], []]);
  });
});
