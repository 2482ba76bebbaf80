import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { createSimulatedMarket, type SimulatedMarket } from '../../../../src/sources/simulator/market.ts';
import {
  EXCHANGES,
  SIMULATED_ASSETS,
  SIMULATED_EXCHANGES,
  type SimulatedExchange,
} from '../../../../src/sources/simulator/profiles.ts';
import { SCENARIOS } from '../../../../src/sources/simulator/scenario.ts';
import {
  isScenarioName,
  SCENARIO_NAMES,
  type ScenarioName,
} from '../../../../src/sources/simulator/scenarioNames.ts';
import { perpetual } from '../../../../src/sources/simulator/symbols.ts';

const ANCHOR_MS = Date.UTC(2026, 10, 22, 5, 17, 0);
const SEEDS = [1, 2, 3, 42];
const DAY = 24 * HOUR_MS;

/** The figures by which a reader would know the scenario, computed from what the market says. */
function figures(market: SimulatedMarket, exchange: SimulatedExchange, asset: string) {
  const symbol = perpetual(exchange, asset);
  const price = (hoursBack: number): number => market.price(symbol, 'last', ANCHOR_MS - hoursBack * HOUR_MS);
  const openInterest = (hoursBack: number): number =>
    market.openInterestBase(symbol, ANCHOR_MS - hoursBack * HOUR_MS);
  const history = Array.from({ length: 30 * 24 }, (_, hour) => openInterest(hour + 1));
  const start = Math.floor(ANCHOR_MS / HOUR_MS) * HOUR_MS;
  const day = market.bar(symbol, start - DAY, start);
  const usual = market.bar(symbol, start - 20 * DAY, start - 6 * DAY);
  return {
    returnPct: (price(0) / price(72) - 1) * 100,
    openInterest: openInterest(0),
    openInterestChangePct: (openInterest(0) / openInterest(72) - 1) * 100,
    isRecord: openInterest(0) >= Math.max(...history),
    takerRatio: day.takerBuyBase / (day.volumeBase - day.takerBuyBase),
    usualTakerRatio: usual.takerBuyBase / (usual.volumeBase - usual.takerBuyBase),
    volumeFactor: day.volumeUsd / (usual.volumeUsd / 14),
    fundingPct: market.fundingRate(symbol, ANCHOR_MS) * 100,
    longShort: market.longShortRatio(symbol, 'all-accounts', ANCHOR_MS),
    depthUsd: market.book(symbol, ANCHOR_MS).bids.reduce((sum, [at, size]) => sum + at * size, 0),
  };
}

/** Dollars liquidated in the last day on all exchanges and assets. */
function liquidated(market: SimulatedMarket, side: 'long' | 'short', endMs = ANCHOR_MS): number {
  return SIMULATED_EXCHANGES.flatMap((exchange) =>
    SIMULATED_ASSETS.flatMap((asset) => market.liquidations(perpetual(exchange, asset), endMs - DAY, endMs)),
  ).reduce((sum, event) => sum + (event.side === side ? event.sizeBase * event.fillPrice : 0), 0);
}

function within(value: number, wanted: number, by: number, what: string): void {
  assert.ok(Math.abs(value - wanted) <= by, `${what}: ${value}, wanted ${wanted} ± ${by}`);
}

const build = (seed: number, scenario: ScenarioName): SimulatedMarket =>
  createSimulatedMarket({ seed, scenario, anchorMs: ANCHOR_MS });

describe('the scenarios', () => {
  it('are known by name, one for each article and a calm one', () => {
    assert.deepEqual(Object.keys(SCENARIOS), [...SCENARIO_NAMES]);
    assert.deepEqual(SCENARIO_NAMES.flatMap((name) => SCENARIOS[name].article ?? []).sort(), [
      '000',
      '001',
      '002',
      '003',
      '004',
    ]);
    assert.ok(isScenarioName('calm') && !isScenarioName('toString'));
  });

  for (const seed of SEEDS) {
    describe(`with seed ${seed}`, () => {
      it('calm: nothing stands out', () => {
        const seen = figures(build(seed, 'calm'), 'binance', 'BTC');
        within(seen.returnPct, 0.3, 0.3, 'return');
        within(seen.openInterestChangePct, 0.2, 0.1, 'open interest');
        within(seen.takerRatio, 1, 0.06, 'taker ratio');
        within(seen.volumeFactor, 1, 0.25, 'volume');
        within(seen.fundingPct, 0.006, 0.002, 'funding');
      });

      it('leverage-led-rally: +11.4 % in 72 h on surging volume, taker buying and rising open interest', () => {
        const market = build(seed, 'leverage-led-rally');
        const seen = figures(market, 'binance', 'BTC');
        within(seen.returnPct, 11.4, 0.5, 'return');
        within(seen.openInterestChangePct, 12, 0.1, 'open interest');
        within(seen.takerRatio / seen.usualTakerRatio, 1.19, 0.06, 'taker ratio');
        within(seen.volumeFactor, 1.52, 0.3, 'volume');
        assert.ok(seen.fundingPct > 0.02, `funding ${seen.fundingPct}`);
        assert.ok(liquidated(market, 'short') > 2 * liquidated(market, 'long'));
        assert.ok(figures(market, 'bybit', 'BTC').volumeFactor > 1.35);
      });

      it('record-open-interest: Binance ETH near 3.7 million and at its record, no other exchange, no direction', () => {
        const market = build(seed, 'record-open-interest');
        const seen = figures(market, 'binance', 'ETH');
        within(seen.openInterest, 3.69e6, 0.02e6, 'open interest');
        assert.ok(seen.isRecord, 'a record on Binance');
        within(seen.returnPct, 0.4, 0.5, 'return');
        for (const exchange of SIMULATED_EXCHANGES) {
          if (exchange !== 'binance')
            assert.ok(!figures(market, exchange, 'ETH').isRecord, `no record on ${exchange}`);
        }
        assert.ok(figures(market, 'binance', 'BTC').openInterestChangePct < seen.openInterestChangePct / 2);
      });

      it('spot-led-rally: up, open interest −6 %, funding 4 % a year, 180 million liquidated, mostly shorts', () => {
        const market = build(seed, 'spot-led-rally');
        const seen = figures(market, 'binance', 'BTC');
        within(seen.returnPct, 5.6, 0.3, 'return');
        within(seen.openInterestChangePct, -6, 0.1, 'open interest');
        within(seen.fundingPct * 1095, 4, 1.5, 'funding a year');
        const [long, short] = [liquidated(market, 'long'), liquidated(market, 'short')];
        within((long + short) / 1e6, 180, 30, 'liquidated');
        assert.ok(short / (long + short) > 0.75, 'mostly shorts');
        within(seen.volumeFactor, 1.05, 0.25, 'no surge of futures volume');
      });

      it('selling-wave: ratio 0.79, thin books, falling open interest, longs liquidated, neutral funding', () => {
        const market = build(seed, 'selling-wave');
        const seen = figures(market, 'binance', 'BTC');
        within(seen.takerRatio, 0.79, 0.03, 'taker ratio');
        within(seen.returnPct, -8.5, 0.3, 'return');
        within(seen.openInterestChangePct, -7.5, 0.1, 'open interest');
        assert.ok(Math.abs(seen.fundingPct * 1095) < 3, `funding ${seen.fundingPct}`);
        assert.ok(seen.depthUsd < 0.6 * figures(build(seed, 'calm'), 'binance', 'BTC').depthUsd, 'thin');
        const long = liquidated(market, 'long');
        assert.ok(long > 8 * liquidated(market, 'short'));
        assert.ok(long > 8 * liquidated(market, 'long', ANCHOR_MS - 10 * DAY), 'a spike');
      });

      it('overheating: funding above 0.5 % or at the cap, long/short above 1.5, extreme open interest', () => {
        const market = build(seed, 'overheating');
        const seen = figures(market, 'binance', 'BTC');
        assert.ok(seen.fundingPct > 0.5, `funding ${seen.fundingPct}`);
        assert.ok(seen.isRecord, 'a record');
        for (const exchange of SIMULATED_EXCHANGES) {
          const there = figures(market, exchange, 'BTC');
          assert.ok(there.longShort > 1.5, `${exchange} ${there.longShort}`);
          const capPct = EXCHANGES[exchange].fundingCap * 100;
          const intervals = (8 * HOUR_MS) / market.fundingIntervalMs(perpetual(exchange, 'BTC'));
          assert.ok(
            there.fundingPct * intervals > 0.5 || Math.abs(there.fundingPct - capPct) < 1e-9,
            `${exchange} ${there.fundingPct}`,
          );
        }
      });
    });
  }
});
