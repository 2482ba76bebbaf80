import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HOUR_MS, MINUTE_MS } from '../../../../src/core/units.ts';
import type { Bar } from '../../../../src/sources/simulator/flow.ts';
import { createSimulatedMarket, type SimulatedMarket } from '../../../../src/sources/simulator/market.ts';
import {
  EXCHANGES,
  SIMULATED_ASSETS,
  SIMULATED_EXCHANGES,
} from '../../../../src/sources/simulator/profiles.ts';
import { SCENARIO_NAMES, type ScenarioName } from '../../../../src/sources/simulator/scenarioNames.ts';
import { perpetual, quarterlyExpiry, type MarketSymbol } from '../../../../src/sources/simulator/symbols.ts';

const ANCHOR_MS = Date.UTC(2026, 10, 22, 5, 0, 0);
const BTC = perpetual('binance', 'BTC');
const build = (seed: number, scenario: ScenarioName = 'calm'): SimulatedMarket =>
  createSimulatedMarket({ seed, scenario, anchorMs: ANCHOR_MS });

/** Everything that can be asked about one contract at one time. */
function everything(market: SimulatedMarket, symbol: MarketSymbol, atMs: number): unknown {
  return {
    prices: (['last', 'mark', 'index'] as const).map((type) => market.price(symbol, type, atMs)),
    bars: market.bars(symbol, atMs - 30 * HOUR_MS, atMs, HOUR_MS, atMs),
    openInterest: market.openInterestBase(symbol, atMs),
    funding: [market.fundingRate(symbol, atMs), market.settledFunding(symbol, atMs - 100 * HOUR_MS, atMs)],
    ratio: market.longShortRatio(symbol, 'all-accounts', atMs),
    liquidations: market.liquidations(symbol, atMs - 30 * HOUR_MS, atMs),
    book: market.book(symbol, atMs),
  };
}

function checkBar(bar: Bar, what: string): void {
  const numbers = [
    bar.open,
    bar.high,
    bar.low,
    bar.close,
    bar.volumeBase,
    bar.volumeUsd,
    bar.takerBuyBase,
    bar.trades,
  ];
  for (const value of numbers)
    assert.ok(Number.isFinite(value) && value > 0, `${what}: ${JSON.stringify(bar)}`);
  assert.ok(bar.high >= Math.max(bar.open, bar.close), what);
  assert.ok(bar.low <= Math.min(bar.open, bar.close), what);
  assert.ok(bar.takerBuyBase <= bar.volumeBase, what);
  const mean = bar.volumeUsd / bar.volumeBase;
  assert.ok(mean >= bar.low * 0.999 && mean <= bar.high * 1.001, `${what}: mean price ${mean}`);
}

describe('the simulated market', () => {
  it('gives the same numbers for the same seed and anchor, in whatever order they are asked', () => {
    const first = build(7, 'selling-wave');
    const before = everything(first, BTC, ANCHOR_MS);
    const second = build(7, 'selling-wave');
    everything(second, perpetual('gate', 'XRP'), ANCHOR_MS - 200 * HOUR_MS);
    everything(second, BTC, ANCHOR_MS + 50 * HOUR_MS);
    assert.deepEqual(everything(second, BTC, ANCHOR_MS), before);
  });

  it('gives other numbers for another seed', () => {
    assert.notDeepEqual(everything(build(7), BTC, ANCHOR_MS), everything(build(8), BTC, ANCHOR_MS));
  });

  it('goes on in time without changing what was', () => {
    const market = build(9, 'leverage-led-rally');
    const before = everything(market, BTC, ANCHOR_MS);
    everything(market, BTC, ANCHOR_MS + 500 * HOUR_MS);
    assert.deepEqual(everything(market, BTC, ANCHOR_MS), before);
    const later = market.price(BTC, 'last', ANCHOR_MS + 3 * HOUR_MS);
    assert.notEqual(later, market.price(BTC, 'last', ANCHOR_MS));
    assert.ok(Math.abs(later / market.price(BTC, 'last', ANCHOR_MS) - 1) < 0.05);
  });

  for (const scenario of SCENARIO_NAMES) {
    it(`is plausible everywhere in ${scenario}`, () => {
      const market = build(21, scenario);
      const expiresAtMs = quarterlyExpiry(ANCHOR_MS);
      for (const exchange of SIMULATED_EXCHANGES) {
        const symbols: MarketSymbol[] = [
          ...SIMULATED_ASSETS.map((asset) => perpetual(exchange, asset)),
          { exchange, asset: 'BTC', variant: 'inverse' },
          { exchange, asset: 'BTC', variant: 'dated', expiresAtMs },
          perpetual(exchange, 'NEWCOIN'),
        ];
        for (const symbol of symbols) {
          const what = `${scenario} ${exchange} ${symbol.asset} ${symbol.variant}`;
          const bars = market.bars(
            symbol,
            ANCHOR_MS - 120 * HOUR_MS,
            ANCHOR_MS + 5 * HOUR_MS,
            HOUR_MS,
            ANCHOR_MS + 5 * HOUR_MS,
          );
          assert.equal(bars.length, 125);
          for (const [index, bar] of bars.entries()) {
            if (symbol.variant === 'perpetual' && symbol.asset !== 'NEWCOIN') checkBar(bar, what);
            const next = bars[index + 1];
            if (next !== undefined) assert.equal(next.open, bar.close, `${what}: no seam`);
            assert.ok(market.openInterestBase(symbol, bar.endMs) > 0);
            assert.ok(Math.abs(market.fundingRate(symbol, bar.endMs)) <= EXCHANGES[exchange].fundingCap);
            const mark = market.price(symbol, 'mark', bar.endMs);
            assert.ok(
              Math.abs(mark / market.price(symbol, 'index', bar.endMs) - 1) < 0.03,
              `${what}: premium`,
            );
          }
          const { bids, asks } = market.book(symbol, ANCHOR_MS);
          const [bid, ask] = [bids[0]?.[0] ?? 0, asks[0]?.[0] ?? 0];
          assert.ok(bid > 0 && bid < ask, `${what}: book ${bid} ${ask}`);
          assert.ok(
            (bids.at(-1)?.[0] ?? 0) < bid * 0.99 && (asks.at(-1)?.[0] ?? 0) > ask * 1.01,
            `${what}: reach`,
          );
          assert.deepEqual(
            bids.map(([price]) => price),
            bids.map(([price]) => price).sort((a, b) => b - a),
          );
          assert.equal(new Set(asks.map(([price]) => price)).size, asks.length);
          for (const event of market.liquidations(symbol, ANCHOR_MS - 24 * HOUR_MS, ANCHOR_MS)) {
            assert.ok(event.sizeBase > 0 && event.fillPrice > 0 && event.bankruptcyPrice > 0, what);
          }
        }
      }
    });
  }

  it('lets the running bar grow into the finished one', () => {
    const market = build(4);
    const finished = market.bar(BTC, ANCHOR_MS, ANCHOR_MS + HOUR_MS);
    let before = market.bar(BTC, ANCHOR_MS, ANCHOR_MS + 10 * MINUTE_MS);
    for (let minutes = 15; minutes <= 60; minutes += 5) {
      const bar = market.bar(BTC, ANCHOR_MS, ANCHOR_MS + minutes * MINUTE_MS);
      assert.equal(bar.open, finished.open);
      assert.ok(bar.high >= before.high && bar.low <= before.low && bar.volumeBase > before.volumeBase);
      before = bar;
    }
    assert.deepEqual(before, finished);
  });

  it('makes long bars of short ones', () => {
    const market = build(4, 'overheating');
    const parts = market.bars(BTC, ANCHOR_MS - 5 * HOUR_MS, ANCHOR_MS - HOUR_MS, 5 * MINUTE_MS, ANCHOR_MS);
    const whole = market.bar(BTC, ANCHOR_MS - 5 * HOUR_MS, ANCHOR_MS - HOUR_MS);
    assert.equal(whole.high, Math.max(...parts.map((part) => part.high)));
    assert.equal(whole.open, parts[0]?.open);
    const sum = parts.reduce((total, part) => total + part.volumeBase, 0);
    assert.ok(Math.abs(sum - whole.volumeBase) < 1e-6 * sum);
  });

  it('settles every 8 h, SOL every 4 h, at the estimate of the last moment', () => {
    const market = build(2, 'leverage-led-rally');
    for (const [asset, hours] of [
      ['BTC', 8],
      ['ETH', 8],
      ['SOL', 4],
    ] as const) {
      const symbol = perpetual('okx', asset);
      assert.equal(market.fundingIntervalMs(symbol), hours * HOUR_MS);
      const settled = market.settledFunding(symbol, ANCHOR_MS - 30 * 24 * HOUR_MS, ANCHOR_MS);
      assert.equal(settled.length, (30 * 24) / hours);
      for (const { atMs, rate } of settled) {
        assert.equal(atMs % (hours * HOUR_MS), 0);
        assert.equal(rate, market.fundingRate(symbol, atMs - 1));
      }
      const next = market.nextFundingMs(symbol, ANCHOR_MS);
      assert.ok(next > ANCHOR_MS && next - ANCHOR_MS <= hours * HOUR_MS && next % (hours * HOUR_MS) === 0);
    }
  });

  it('closes open interest, liquidates the losing side and thins the book when the price gaps', () => {
    const market = build(5, 'selling-wave');
    const gapMs = ANCHOR_MS - 7 * HOUR_MS;
    const quietMs = gapMs - 3 * HOUR_MS;
    const fall = (fromMs: number): number =>
      Math.log(market.price(BTC, 'last', fromMs + 20 * MINUTE_MS) / market.price(BTC, 'last', fromMs));
    assert.ok(fall(gapMs) < -0.018 && fall(gapMs) < fall(quietMs));
    const before = market.openInterestBase(BTC, gapMs);
    assert.ok(market.openInterestBase(BTC, gapMs + 30 * MINUTE_MS) < before * 0.99);
    const liquidated = (fromMs: number, side: 'long' | 'short'): number =>
      market
        .liquidations(BTC, fromMs, fromMs + HOUR_MS)
        .filter((event) => event.side === side)
        .reduce((sum, event) => sum + event.sizeBase * event.fillPrice, 0);
    assert.ok(liquidated(gapMs, 'long') > 5 * liquidated(quietMs, 'long'));
    assert.ok(liquidated(gapMs, 'long') > 5 * liquidated(gapMs, 'short'));
    const resting = (atMs: number): number =>
      market.book(BTC, atMs).bids.reduce((sum, [price, size]) => sum + price * size, 0);
    assert.ok(resting(gapMs + 2 * MINUTE_MS) < 0.75 * resting(gapMs - 10 * MINUTE_MS));
  });
});
