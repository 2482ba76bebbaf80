import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { currentNumbers } from '../../src/analysis/metrics/currentNumbers.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { createEngine } from '../../src/engine.ts';
import type { MarketState } from '../../src/market/snapshot.ts';
import { FakeClock } from '../support/fakeClock.ts';

/** Longest pause between two pushes of a price by the exchange itself, in s; a second where it is not named. */
const PACE_S: Readonly<Record<string, number>> = { binance: 3, hyperliquid: 3, htx: 5 };
const SECONDS = 60;

describe('F2 what exchanges push', () => {
  it('moves the numbers of each within two seconds, for a minute, while somebody watches', async () => {
    const clock = new FakeClock(Date.UTC(2026, 10, 22, 5, 17, 23));
    const engine = await createEngine({
      ...{ logger: silentLogger, clock, streams: true },
      simulator: { seed: 1, scenario: 'calm' },
    });
    try {
      const refreshed = engine.market.refresh({ assets: ['BTC'] });
      let isRead = false;
      void refreshed.finally(() => (isRead = true));
      /** Lets time pass, and what is under way meanwhile arrive: sockets know no fake clock. */
      const pass = async (ms: number): Promise<void> => {
        await clock.advance(ms);
        for (let turn = 0; turn < 100 && !isHeard(); turn += 1)
          await new Promise((resolve) => setTimeout(resolve, 5));
      };
      const isHeard = (): boolean => {
        const newest = new Map<string, number>();
        for (const { exchange, lastDataAtMs = 0 } of engine.streamStatus()?.streams ?? [])
          newest.set(exchange, Math.max(lastDataAtMs, newest.get(exchange) ?? 0));
        return [...newest].every(([id, atMs]) => clock.nowMs() - atMs < (PACE_S[id] ?? 1) * 1_000);
      };
      while (!isRead) await pass(100).then(() => new Promise((resolve) => setTimeout(resolve, 5)));
      await refreshed;
      const isLive = (): boolean =>
        new Set(engine.streamStatus()?.streams.flatMap((one) => (one.state === 'live' ? one.exchange : [])))
          .size === engine.adapters.length;
      for (let tick = 0; tick < 60 && !isLive(); tick += 1) await pass(1_000);
      const { regimes } = engine.market.state;
      const changedAtMs = new Map<string, number>();
      const longestMs = new Map<string, number>();
      const prices = new Map<string, number | undefined>();
      const pushed: MarketState[] = [];
      const watching = engine.market.watch();
      engine.market.onDidChange((state) => {
        pushed.push(state);
        for (const { exchange, instruments } of state.snapshot?.assets[0]?.exchanges ?? []) {
          const price = currentNumbers(instruments).price?.quote;
          if (price === prices.get(exchange)) continue;
          const nowMs = clock.nowMs();
          const pauseMs = nowMs - (changedAtMs.get(exchange) ?? nowMs);
          longestMs.set(exchange, Math.max(pauseMs, longestMs.get(exchange) ?? 0));
          changedAtMs.set(exchange, nowMs);
          prices.set(exchange, price);
        }
      });
      for (let second = 0; second < SECONDS; second += 1) await pass(1_000);
      assert.ok(pushed.length >= SECONDS - 5 && pushed.length <= SECONDS + 1, `${pushed.length} snapshots`);
      for (const { id } of engine.adapters) {
        const limitMs = ((PACE_S[id] ?? 1) + 2) * 1_000;
        assert.ok((longestMs.get(id) ?? Infinity) <= limitMs, `${id}: ${longestMs.get(id)} ms`);
        assert.ok(clock.nowMs() - (changedAtMs.get(id) ?? 0) <= limitMs, `${id} stands still`);
      }
      assert.ok(pushed.every((state) => state.isPushed === true && state.regimes === regimes));
      watching.dispose();
      const { length } = pushed;
      for (let second = 0; second < 3; second += 1) await pass(1_000);
      assert.equal(pushed.length, length, 'nobody looks: nothing is computed');
    } finally {
      await engine.dispose();
    }
  });
});
