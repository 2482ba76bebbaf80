import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { createEngine, type Engine } from '../../src/engine.ts';
import { systemClock } from '../../src/core/clock.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/units.ts';
import type { LiquidationTotals } from '../../src/market/liquidations.ts';
import type { MarketSnapshot } from '../../src/market/snapshot.ts';
import { createSimulatedMarket, type SimulatedMarket } from '../../src/sources/simulator/market.ts';
import type { SimulatedExchange } from '../../src/sources/simulator/profiles.ts';

/** What REST alone tells of liquidations, against the market that it was made from. */
describe('liquidations by REST', function () {
  this.timeout(240_000);
  const startMs = Date.UTC(2026, 10, 22, 5, 17, 23, 456);
  const EXCHANGES = ['bitget', 'gate', 'htx', 'okx'] as const satisfies readonly SimulatedExchange[];
  let engine: Engine;
  let snapshot: MarketSnapshot;
  let market: SimulatedMarket;
  let nowMs = startMs;

  const isWhole = (): boolean =>
    EXCHANGES.every((exchange) =>
      snapshot.assets[0]?.liquidations?.some(
        (one) => one.exchange === exchange && one.windowMs === DAY_MS && one.longUsd !== undefined,
      ),
    );

  before(async () => {
    // Wall time moves by the minute, and waits for limits do not depend on it.
    const clock = { ...systemClock, nowMs: () => nowMs };
    const simulator = { seed: 5, scenario: 'selling-wave' } as const;
    engine = await createEngine({ logger: silentLogger, clock, simulator });
    market = createSimulatedMarket({ ...simulator, anchorMs: startMs });
    const request = { assets: ['BTC'], timeoutMs: 60_000, pastMs: 6_000 };
    snapshot = await engine.market.refresh(request);
    // How far one refresh gets depends on the machine; the next ones go on from there.
    for (let round = 0; round < 10 && !isWhole(); round += 1) {
      nowMs += MINUTE_MS;
      snapshot = await engine.market.refresh(request);
    }
  });
  after(() => engine.dispose());

  const totals = (exchange: string, windowMs: number): LiquidationTotals =>
    snapshot.assets[0]?.liquidations?.find((one) => one.exchange === exchange && one.windowMs === windowMs) ??
    assert.fail(`${exchange} has no liquidations`);

  for (const exchange of EXCHANGES) {
    for (const windowMs of [HOUR_MS, DAY_MS]) {
      it(`are those of ${exchange}'s market over ${windowMs / HOUR_MS} h`, () => {
        const { endMs, longBase, shortBase, coveredHours, longUsd } = totals(exchange, windowMs);
        assert.equal(coveredHours, windowMs / HOUR_MS);
        const events = market.liquidations(
          { exchange, asset: 'BTC', variant: 'perpetual' },
          endMs - windowMs,
          endMs,
        );
        for (const [side, seen] of [
          ['long', longBase],
          ['short', shortBase],
        ] as const) {
          const wanted = events
            .filter((event) => event.side === side)
            .reduce((sum, { sizeBase }) => sum + sizeBase, 0);
          // Contracts are whole, so that each event is rounded.
          const allowed = 0.001 * events.length + 1e-6 * wanted;
          assert.ok(Math.abs((seen ?? NaN) - wanted) <= allowed, `${side}: ${seen}, wanted ${wanted}`);
        }
        assert.ok((longUsd ?? 0) > 0);
      });
    }
  }

  it('reach the regime, which names all of them', () => {
    const regime = engine.market.state.regimes.get('BTC');
    assert.match(regime?.statements.join(' ') ?? '', /Liquidations are those of OKX, Bitget, Gate and HTX/);
  });
});
