import type { ExchangeReadings } from '../../../../src/analysis/metrics/exchangeReadings.ts';
import type { Provenance } from '../../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../src/core/units.ts';
import { randomOf } from '../metrics/liveMarket.ts';
import { fundingRow, leans, statesNow, type HistoryRows } from './history.ts';

/** Rows and readings of a made-up asset, the same for a seed for ever: their features are written down beside the tests. */
export interface MadeUp {
  readonly nowMs: number;
  readonly history: HistoryRows;
  readonly readings: readonly ExchangeReadings[];
}

type Rows = { -readonly [Name in keyof HistoryRows]: HistoryRows[Name][number][] };

/** Several exchanges, one with a second instrument and one seen through readings, with gaps and different beginnings. */
export function madeUp(seed: number): MadeUp {
  const random = randomOf(seed);
  const nowMs = Date.UTC(2026, 9, 20, 12) + Math.floor(random() * 60) * MINUTE_MS;
  const exchanges = ['okx', 'binance', 'gate', 'bybit'].slice(0, 1 + (seed % 4));
  const missing = [0, 0.01, 0.05][seed % 3] ?? 0;
  const rows: Rows = {
    ...{ openInterest: [], openInterestDaily: [], candles: [], takerVolume: [], spotTakerVolume: [] },
    ...{ settledFunding: [], liquidationVolume: [], longShort: [], depth: [] },
  };
  for (const [place, exchange] of exchanges.entries()) {
    addExchange(rows, { exchange, symbol: 'BTCUSDT', isRead: place === 1, nowMs, random, missing });
    if (place === 0)
      addExchange(rows, { exchange, symbol: 'BTCUSDC', isRead: false, nowMs, random, missing });
  }
  const placeOf = ({ endpoint, instrument }: Provenance): string => `${endpoint} ${instrument}`;
  const ascending = Object.entries(rows).map(([name, own]) => [
    name,
    (own as Provenance[]).sort((a, b) => a.atMs - b.atMs || (placeOf(a) < placeOf(b) ? -1 : 1)),
  ]);
  return {
    nowMs,
    history: Object.fromEntries(ascending) as HistoryRows,
    readings: exchanges.map((exchange) => readingsFrom(exchange, nowMs, random)),
  };
}

interface Made {
  readonly exchange: string;
  readonly symbol: string;
  /** Its open interest is read by the hour, not published. */
  readonly isRead: boolean;
  readonly nowMs: number;
  readonly random: () => number;
  readonly missing: number;
}

function addExchange(rows: Rows, { exchange, symbol, isRead, nowMs, random, missing }: Made): void {
  const from = (endpoint: string, atMs: number, receivedAtMs = atMs + HOUR_MS + 1_000) => ({
    ...{ exchange, venueSymbol: symbol, baseAsset: 'BTC', instrument: `${exchange}:${symbol}` as const },
    ...{ endpoint: `GET /${exchange}/${endpoint}`, atMs, receivedAtMs },
  });
  const some = (add: () => void): void => void (random() < missing || add());
  const bar = { barMs: HOUR_MS } as const;
  const isFirst = symbol === 'BTCUSDT';
  const thisHour = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  let [coins, price, traded, resting] = [1e4 * (1 + random()), 6e4, 1e3, 1e7];
  const walk = (value: number, size: number): number => value * (1 + size * (random() - 0.5));
  for (let back = random() < 0.3 ? 150 : 400; back >= 0; back -= 1) {
    const atMs = thisHour - back * HOUR_MS;
    [coins, price, traded] = [walk(coins, 0.01), walk(price, 0.005), walk(traded, 0.2)];
    resting = walk(resting, 0.05);
    some(() => {
      const readMs = atMs - Math.floor(20 * random()) * MINUTE_MS;
      const open = { kind: 'open-interest' } as const;
      rows.openInterest.push(
        isRead
          ? { ...from('oi', readMs, readMs), ...open, sides: 'both', openInterestBase: 2 * coins }
          : { ...from('oi', atMs), ...open, ...bar, sides: 'one', openInterestBase: coins },
      );
    });
    some(() =>
      rows.candles.push({
        ...{ ...from('klines', atMs), ...bar, kind: 'candle', priceType: 'last', volumeBase: traded },
        ...{ openQuote: price, highQuote: price * 1.001, lowQuote: price * 0.999, closeQuote: price },
      }),
    );
    const bought = (): number => traded * (0.9 + 0.2 * random());
    const taker = { ...bar, kind: 'taker-volume', takerSellBase: traded } as const;
    some(() => rows.takerVolume.push({ ...from('taker', atMs), ...taker, takerBuyBase: bought() }));
    some(() =>
      rows.longShort.push({
        ...{ ...from('ls', atMs), ...bar, kind: 'long-short-ratio', population: 'all-accounts' },
        longShortRatio: Math.round(50 * (1.5 + 0.3 * (random() - 0.5))) / 50,
      }),
    );
    some(() =>
      rows.liquidationVolume.push({
        ...{ ...from('liq', atMs), ...bar, kind: 'liquidation-volume' },
        ...{ coverage: random() > 0.1 ? 'complete' : 'sampled' },
        ...{ longLiquidatedUsd: random() < 0.3 ? 0 : 1e5 * Math.exp(3 * random()) },
        ...{ shortLiquidatedUsd: 1e5 * Math.exp(3 * random()) },
      }),
    );
    if (!isFirst) continue;
    some(() => rows.spotTakerVolume.push({ ...from('spot', atMs), ...taker, takerBuyBase: bought() }));
    some(() => {
      const readMs = atMs - Math.floor(10 * random()) * MINUTE_MS;
      rows.depth.push({
        ...{ ...from('depth', readMs, readMs), kind: 'depth', bandFraction: 0.01, midPriceQuote: price },
        ...{
          levels: 9,
          bidUsd: resting,
          askUsd: resting * 0.9,
          reachedBid: true,
          reachedAsk: random() > 0.02,
        },
      });
    });
  }
  for (let back = 60; back >= 0; back -= 1)
    some(() =>
      rows.openInterestDaily.push({
        ...from('oi-daily', Math.floor(nowMs / DAY_MS) * DAY_MS - back * DAY_MS),
        ...{ kind: 'open-interest', sides: 'one', barMs: DAY_MS, openInterestBase: walk(coins, 0.2) },
      }),
    );
  if (!isFirst) return;
  for (let back = 85; back >= 0; back -= 1)
    rows.settledFunding.push(
      fundingRow(exchange, thisHour - back * 8 * HOUR_MS, Math.round(20 * random()) / 1e5),
    );
}

function readingsFrom(exchange: string, nowMs: number, random: () => number): ExchangeReadings {
  const funding = fundingRow(exchange, nowMs - 30_000, random() / 1e4, { phase: 'predicted', cap: 0.003 });
  return {
    ...statesNow(exchange, { funding, openInterestUsd: 1e9 * random(), openInterestAtMs: nowMs - 30_000 }),
    ...leans(exchange, 1 + random(), nowMs - 40_000),
    ...{ volume24hUsd: 1e9 * random(), spotVolume24hUsd: 1e8 * random() },
    ...{ volumeAtMs: nowMs - 10_000, volumesAtMs: nowMs - 20_000 },
    basis: {
      ...{ exchange, venueSymbol: 'BTC-F', expiresAtMs: nowMs + 91 * DAY_MS, futuresPriceQuote: 6.1e4 },
      ...{ indexPriceQuote: 6e4, basisFraction: 1 / 60, annualised: random() / 10, atMs: nowMs - 5_000 },
    },
  };
}
