import { makeBook, type OrderBook } from './book.ts';
import { createDrivers } from './drivers.ts';
import { createFlow, type Bar, type Flow, type PriceType } from './flow.ts';
import { createLiquidations, type Liquidations } from './liquidations.ts';
import { createPositions, type Population, type Positions } from './positions.ts';
import { createPricePath } from './prices.ts';
import { fundingIntervalOf } from './profiles.ts';
import { SCENARIOS, type Scenario } from './scenario.ts';
import type { ScenarioName } from './scenarioNames.ts';
import type { MarketSymbol } from './symbols.ts';
import { createTrades, type Trades } from './trades.ts';

/** A settled funding rate, as a fraction per interval. */
export interface SettledFunding {
  readonly atMs: number;
  readonly rate: number;
}

/**
 * A market that is a function of seed, scenario, anchor and time: the same questions get the same answers, in any
 * order, and time that goes on changes nothing that was answered about the past. Sizes are coins, open interest is
 * one-sided, prices are dollars, rates are fractions.
 */
export interface SimulatedMarket extends Flow, Positions, Liquidations, Trades {
  readonly seed: number;
  readonly scenario: Scenario;
  /** The moment at which the scenario has unfolded. */
  readonly anchorMs: number;
  /** Bars of `barMs` that start in [fromMs, toMs), oldest first; the last may be running and ends at `nowMs`. */
  bars(
    symbol: MarketSymbol,
    fromMs: number,
    toMs: number,
    barMs: number,
    nowMs: number,
    type?: PriceType,
  ): Bar[];
  fundingIntervalMs(symbol: MarketSymbol): number;
  /** The next settlement after `atMs`. */
  nextFundingMs(symbol: MarketSymbol, atMs: number): number;
  /** Settlements with fromMs <= atMs <= toMs, oldest first. */
  settledFunding(symbol: MarketSymbol, fromMs: number, toMs: number): SettledFunding[];
  book(symbol: MarketSymbol, atMs: number): OrderBook;
}

export type { Population };

/** Builds a simulated market. */
export function createSimulatedMarket(options: {
  readonly seed: number;
  readonly scenario: ScenarioName;
  readonly anchorMs: number;
}): SimulatedMarket {
  const { seed, anchorMs } = options;
  const scenario = SCENARIOS[options.scenario];
  const drivers = createDrivers(seed, scenario, anchorMs);
  const path = createPricePath(seed, drivers);
  const positions = createPositions(seed, drivers);
  const flow = createFlow(seed, drivers, path, positions);
  const fundingIntervalMs = (symbol: MarketSymbol): number =>
    fundingIntervalOf(symbol.exchange, symbol.asset);
  return {
    seed,
    scenario,
    anchorMs,
    ...flow,
    ...positions,
    ...createLiquidations(seed, drivers, path, positions),
    ...createTrades(seed, flow),
    bars(symbol, fromMs, toMs, barMs, nowMs, type) {
      const bars: Bar[] = [];
      const end = Math.min(toMs, nowMs);
      for (let at = Math.ceil(fromMs / barMs) * barMs; at < end; at += barMs) {
        bars.push(flow.bar(symbol, at, Math.min(at + barMs, nowMs), type));
      }
      return bars;
    },
    fundingIntervalMs,
    nextFundingMs(symbol, atMs) {
      const interval = fundingIntervalMs(symbol);
      return (Math.floor(atMs / interval) + 1) * interval;
    },
    settledFunding(symbol, fromMs, toMs) {
      const interval = fundingIntervalMs(symbol);
      const settled: SettledFunding[] = [];
      for (let at = Math.ceil(fromMs / interval) * interval; at <= toMs; at += interval) {
        // The rate that is paid is the estimate of the interval's last moment.
        settled.push({ atMs: at, rate: positions.fundingRate(symbol, at - 1) });
      }
      return settled;
    },
    book: (symbol, atMs) => makeBook(seed, drivers, symbol, atMs, flow.price(symbol, 'last', atMs)),
  };
}
