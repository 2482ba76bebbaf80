import type { Asset } from '../../../core/ids.ts';
import { DAY_MS, MINUTE_MS } from '../../../core/units.ts';
import type { SimulatedMarket } from '../market.ts';
import { SIMULATED_ASSETS, type SimulatedProvider } from '../profiles.ts';
import { streamOf, uniformAt } from '../random.ts';
import { perpetual } from '../symbols.ts';
import { route, type WireAnswer, type WireExchange, type WireRequest } from './shared.ts';

/*
 * The context providers of the simulated market, each in its provider's own format. Scores and levels are made from
 * the market's prices and the seed; nothing here is a measurement.
 */

const BTC = perpetual('binance', 'BTC');
const dayOf = (atMs: number): number => Math.floor(atMs / DAY_MS) * DAY_MS;

const NOT_FOUND: WireAnswer = { status: 404, body: { error: 'not found' } };

/** Returns the simulated Fear & Greed score of a day: high after rises of the last week, 5 to 95. */
export function simulatedFearGreed(market: SimulatedMarket, dayMs: number): number {
  const priceAt = (atMs: number): number => market.price(BTC, 'last', atMs);
  const weekly = priceAt(dayMs) / priceAt(dayMs - 7 * DAY_MS) - 1;
  return Math.round(Math.max(5, Math.min(95, 50 + 300 * weekly)));
}

const classification = (score: number): string => {
  if (score < 25) return 'Extreme Fear';
  if (score < 47) return 'Fear';
  if (score < 55) return 'Neutral';
  return score < 76 ? 'Greed' : 'Extreme Greed';
};

function alternativeMe(market: SimulatedMarket): WireExchange {
  const index = ({ query, nowMs }: WireRequest): unknown => {
    const wanted = Number(query['limit'] ?? '1');
    const count = Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, 400) : 400;
    const today = dayOf(nowMs);
    return {
      name: 'Fear and Greed Index',
      data: Array.from({ length: count }, (_, back) => {
        const dayMs = today - back * DAY_MS;
        const score = simulatedFearGreed(market, dayMs);
        const untilUpdate = String(Math.ceil((today + DAY_MS - nowMs) / 1_000));
        return {
          value: String(score),
          value_classification: classification(score),
          timestamp: String(dayMs / 1_000),
          ...(back === 0 ? { time_until_update: untilUpdate } : {}),
        };
      }),
      metadata: { error: null },
    };
  };
  return {
    id: 'alternative-me',
    listings: [],
    answer: (request) => route({ '/fng/': index, '/fng': index }, request, NOT_FOUND),
  };
}

const COINS: Readonly<
  Record<string, { readonly asset: Asset; readonly name: string; readonly supply: number }>
> = {
  bitcoin: { asset: 'BTC', name: 'Bitcoin', supply: 19_900_000 },
  ethereum: { asset: 'ETH', name: 'Ethereum', supply: 120_700_000 },
  solana: { asset: 'SOL', name: 'Solana', supply: 540_000_000 },
  ripple: { asset: 'XRP', name: 'XRP', supply: 59_000_000_000 },
  dogecoin: { asset: 'DOGE', name: 'Dogecoin', supply: 150_000_000_000 },
};

function coinGecko(market: SimulatedMarket): WireExchange {
  const markets = ({ query, nowMs }: WireRequest): unknown => {
    const atMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
    const ids = (query['ids'] ?? Object.keys(COINS).join(',')).split(',');
    return ids.flatMap((id) => {
      const coin = Object.hasOwn(COINS, id) ? COINS[id] : undefined;
      if (coin === undefined || !SIMULATED_ASSETS.includes(coin.asset)) return [];
      const price = market.price(perpetual('binance', coin.asset), 'last', atMs);
      return [
        {
          id,
          symbol: coin.asset.toLowerCase(),
          name: coin.name,
          current_price: price,
          market_cap: Math.round(price * coin.supply),
          circulating_supply: coin.supply,
          total_supply: coin.supply,
          last_updated: new Date(atMs).toISOString(),
        },
      ];
    });
  };
  return {
    id: 'coingecko',
    listings: [],
    answer: (request) => route({ '/api/v3/coins/markets': markets }, request, NOT_FOUND),
  };
}

const FRED_SERIES: Readonly<Record<string, { readonly level: number; readonly beta: number }>> = {
  SP500: { level: 6_600, beta: 0.15 },
  DTWEXBGS: { level: 121, beta: -0.04 },
};

/** Levels of trading days that move a little with the simulated bitcoin price; holidays are not made up. */
function fred(market: SimulatedMarket): WireExchange {
  const graph = ({ query, nowMs }: WireRequest): unknown => {
    const id = query['id'] ?? '';
    const series = Object.hasOwn(FRED_SERIES, id) ? FRED_SERIES[id] : undefined;
    if (series === undefined) return `observation_date,${id}\n`;
    const stream = streamOf(market.seed, id);
    const asked = Date.parse(`${query['cosd'] ?? ''}T00:00:00Z`);
    const firstMs = Math.max(Number.isFinite(asked) ? asked : 0, dayOf(nowMs) - 400 * DAY_MS);
    const reference = market.price(BTC, 'last', market.anchorMs);
    const lines = [`observation_date,${id}`];
    // The level of a day is known on the next one.
    for (let dayMs = dayOf(firstMs); dayMs < dayOf(nowMs); dayMs += DAY_MS) {
      if ([0, 6].includes(new Date(dayMs).getUTCDay())) continue;
      const own = 0.01 * (uniformAt(stream, dayMs / DAY_MS) - 0.5);
      const moved = series.beta * Math.log(market.price(BTC, 'last', dayMs + DAY_MS - 1) / reference);
      lines.push(
        `${new Date(dayMs).toISOString().slice(0, 10)},${(series.level * Math.exp(moved + own)).toFixed(2)}`,
      );
    }
    return `${lines.join('\n')}\n`;
  };
  return {
    id: 'fred',
    listings: [],
    answer: (request) => route({ '/graph/fredgraph.csv': graph }, request, NOT_FOUND),
  };
}

/** The wire format of each simulated provider. */
export const CONTEXT_WIRES: Readonly<Record<SimulatedProvider, (market: SimulatedMarket) => WireExchange>> = {
  'alternative-me': alternativeMe,
  coingecko: coinGecko,
  fred,
};
