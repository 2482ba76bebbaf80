import type { Asset } from '../../core/ids.ts';
import type { SimulatedExchange } from './profiles.ts';
import type { ScenarioName } from './scenarioNames.ts';

/**
 * What the market does in the days before its anchor. Every scenario but `calm` stages one of the five articles that
 * the project is judged by; `article` names it, the numbers are the article's where it states any.
 */
export interface Scenario {
  readonly name: ScenarioName;
  readonly article?: string;
  readonly summary: string;
  /** Prices at the anchor, dollars, where the article or its date states them. */
  readonly pricesUsd: Readonly<Partial<Record<Asset, number>>>;
  /** The move of BTC that ends at the anchor; the gaps are part of it. Other assets move by their beta. */
  readonly price: {
    readonly windowHours: number;
    readonly returnPct: number;
    /** How much of it, gaps aside, falls to the last 24 hours; evenly over the window where it is not stated. */
    readonly lastDayShare?: number;
    readonly gaps: readonly { readonly hoursBefore: number; readonly returnPct: number }[];
  };
  /** Change of the open interest in coins that ends at the anchor. `assetWeight` scales it, 1 where not named. */
  readonly openInterest: {
    readonly windowHours: number;
    readonly changePct: PerExchange;
    readonly assetWeight?: Readonly<Partial<Record<Asset, number>>>;
  };
  /** The drivers below fade in from `fromHours` to `fullHours` before the anchor, and hold afterwards. */
  readonly flow: { readonly fromHours: number; readonly fullHours: number };
  readonly fundingPer8hPct: number;
  readonly takerBuySellRatio: number;
  /** Liquidated per day on all exchanges and assets, by side of the position, without what the gaps add. */
  readonly liquidationsUsdPerDay: { readonly long: number; readonly short: number };
  readonly depthFactor: number;
  readonly longShortRatio: number;
  readonly volumeFactor: PerExchange;
  /** The spot pairs' own takers and turnover. */
  readonly spot: { readonly takerBuySellRatio: number; readonly volumeFactor: number };
}

/** One number for all exchanges, with exceptions. */
export interface PerExchange {
  readonly all: number;
  readonly except?: Readonly<Partial<Record<SimulatedExchange, number>>>;
}

const CALM: Scenario = {
  name: 'calm',
  summary: 'nothing happens: small moves, balanced takers, funding near its interest rate',
  pricesUsd: {},
  price: { windowHours: 72, returnPct: 0.3, gaps: [] },
  openInterest: { windowHours: 72, changePct: { all: 0.2 } },
  flow: { fromHours: 72, fullHours: 26 },
  fundingPer8hPct: 0.006,
  takerBuySellRatio: 1,
  liquidationsUsdPerDay: { long: 22e6, short: 20e6 },
  depthFactor: 1,
  longShortRatio: 1.15,
  volumeFactor: { all: 1 },
  spot: { takerBuySellRatio: 1, volumeFactor: 1 },
};

/** The scenarios by name. */
export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  calm: CALM,
  'leverage-led-rally': {
    ...CALM,
    name: 'leverage-led-rally',
    article: '000',
    summary: 'BTC from 85,000 to 94,700 on surging futures volume and aggressive taker buying',
    pricesUsd: { BTC: 94_690, ETH: 1_800, SOL: 152, XRP: 2.2, DOGE: 0.18 },
    price: {
      windowHours: 72,
      returnPct: 11.4,
      lastDayShare: 0.5,
      gaps: [{ hoursBefore: 31, returnPct: 1.6 }],
    },
    openInterest: { windowHours: 72, changePct: { all: 10, except: { binance: 12 } } },
    fundingPer8hPct: 0.028,
    // The article: the ratio rose nearly 19 % over the month.
    takerBuySellRatio: 1.19,
    liquidationsUsdPerDay: { long: 35e6, short: 120e6 },
    depthFactor: 0.9,
    longShortRatio: 1.3,
    // $1.04 trillion after $683 billion; Bybit +64 %; OKX and Bitget as the article's totals go.
    volumeFactor: { all: 1.52, except: { bybit: 1.64, okx: 1.4 } },
    // The futures lead: spot follows with less.
    spot: { takerBuySellRatio: 1.01, volumeFactor: 1.1 },
  },
  'record-open-interest': {
    ...CALM,
    name: 'record-open-interest',
    article: '001',
    summary: 'Binance ETH open interest approaches 3.7 million, a record that no other exchange mirrors',
    price: { windowHours: 72, returnPct: 0.4, gaps: [] },
    openInterest: {
      windowHours: 240,
      // 3.0 million ETH before, 3.69 million at the anchor.
      changePct: { all: -2, except: { binance: 23 } },
      assetWeight: { BTC: 0.3, SOL: 0.2, XRP: 0.2, DOGE: 0.2 },
    },
    fundingPer8hPct: 0.009,
    takerBuySellRatio: 1.01,
    longShortRatio: 1.25,
    volumeFactor: { all: 1, except: { binance: 1.12 } },
  },
  'spot-led-rally': {
    ...CALM,
    name: 'spot-led-rally',
    article: '002',
    summary: 'price climbs, open interest falls about 6 %, funding near 4 % a year, shorts are cleared out',
    pricesUsd: { BTC: 92_400, ETH: 3_150, SOL: 136, XRP: 2.1, DOGE: 0.147 },
    price: { windowHours: 72, returnPct: 5.6, lastDayShare: 0.8, gaps: [] },
    openInterest: { windowHours: 72, changePct: { all: -6 } },
    // 4 % a year, simple, over 1095 intervals of 8 h.
    fundingPer8hPct: 4 / 1095,
    takerBuySellRatio: 0.99,
    // About $180 million in the past day, mostly shorts.
    liquidationsUsdPerDay: { long: 27e6, short: 153e6 },
    depthFactor: 1.05,
    longShortRatio: 1.05,
    volumeFactor: { all: 1.05 },
    // The article: genuine spot buying.
    spot: { takerBuySellRatio: 1.18, volumeFactor: 1.6 },
  },
  'selling-wave': {
    ...CALM,
    name: 'selling-wave',
    article: '003',
    summary: 'thin books, sellers cross the spread, open interest is unwound, longs are liquidated',
    pricesUsd: { BTC: 86_500, ETH: 2_830, SOL: 131, XRP: 2.0, DOGE: 0.15 },
    price: {
      windowHours: 72,
      returnPct: -8.5,
      gaps: [
        { hoursBefore: 19, returnPct: -1.8 },
        { hoursBefore: 7, returnPct: -2.4 },
        { hoursBefore: 1.5, returnPct: -1.6 },
      ],
    },
    openInterest: { windowHours: 72, changePct: { all: -7.5 } },
    fundingPer8hPct: 0.001,
    takerBuySellRatio: 0.79,
    liquidationsUsdPerDay: { long: 210e6, short: 30e6 },
    depthFactor: 0.45,
    longShortRatio: 1.2,
    volumeFactor: { all: 1.45 },
    spot: { takerBuySellRatio: 0.85, volumeFactor: 1.3 },
  },
  overheating: {
    ...CALM,
    name: 'overheating',
    article: '004',
    summary:
      'funding above 0.5 % an interval where the cap allows it, long/short above 1.5, extreme open interest',
    pricesUsd: { BTC: 118_000, ETH: 4_300, SOL: 215, XRP: 3.1, DOGE: 0.27 },
    price: { windowHours: 96, returnPct: 7.5, gaps: [] },
    openInterest: { windowHours: 360, changePct: { all: 32 } },
    flow: { fromHours: 96, fullHours: 26 },
    fundingPer8hPct: 0.62,
    takerBuySellRatio: 1.12,
    liquidationsUsdPerDay: { long: 60e6, short: 110e6 },
    depthFactor: 0.8,
    longShortRatio: 2.1,
    volumeFactor: { all: 1.4 },
    spot: { takerBuySellRatio: 1.02, volumeFactor: 1.1 },
  },
};

/** The market as it is before a scenario begins. */
export const BEFORE: Scenario = CALM;
