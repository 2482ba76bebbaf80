import type { Bar, PriceType } from '../flow.ts';
import type { SimulatedMarket } from '../market.ts';
import { assetProfile } from '../profiles.ts';
import type { MarketSymbol } from '../symbols.ts';
import { text } from '../wire/shared.ts';
import { contractUsd, type BinanceKind, type BinanceMarketId } from './binanceMarkets.ts';
import { dumpBars } from './minutes.ts';
import type { DumpPeriod } from './periods.ts';
import type { DumpTable } from './table.ts';

/** Binance's files of bars: trades, marks, indices and premiums have the same columns. */

const HEADER =
  'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore';
/** Files of derivatives from before have no header; those of spot pairs have none at all. */
const HEADER_FROM_MS = Date.UTC(2022, 0, 1);
/** Times of spot files are microseconds from this day on. */
export const MICROSECONDS_FROM_MS = Date.UTC(2025, 0, 1);

/** Returns the bars of a day or month. */
export function barsTable(
  market: SimulatedMarket,
  { id, kind, barMs }: { readonly id: BinanceMarketId; readonly kind: BinanceKind; readonly barMs: number },
  symbol: MarketSymbol,
  period: DumpPeriod,
): DumpTable {
  const isInMicroseconds = id === 'spot' && period.fromMs >= MICROSECONDS_FROM_MS;
  // The last moment of a bar is a unit of time before the next one.
  const endOf = (ms: number): string => String(isInMicroseconds ? ms * 1_000 - 1 : ms - 1);
  const row = (startMs: number, prices: readonly string[], [volume = '0', ...others]: readonly string[]) => ({
    atMs: startMs,
    labelMs: startMs,
    cells: [...prices, volume, endOf(startMs + barMs), ...others, '0'],
  });
  const rows =
    kind === 'premiumIndexKlines'
      ? premiums(market, symbol, period, barMs).map(({ startMs, prices }) =>
          row(startMs, prices, placeholders(barMs)),
        )
      : dumpBars(market, symbol, period, barMs, PRICE_TYPES[kind]).map((bar) =>
          row(
            bar.startMs,
            pricesOf(bar, symbol, kind === 'klines' ? 0 : 2),
            kind === 'klines' ? volumesOf(bar, id, symbol) : placeholders(barMs),
          ),
        );
  return {
    ...(id !== 'spot' && period.fromMs >= HEADER_FROM_MS ? { header: HEADER } : {}),
    label: (ms) => (isInMicroseconds ? `${ms}000` : String(ms)),
    rows,
  };
}

const PRICE_TYPES: Readonly<Partial<Record<BinanceKind, PriceType>>> = {
  markPriceKlines: 'mark',
  indexPriceKlines: 'index',
};

/** Marks, indices and premiums are readings, one a second: nothing is traded at them. */
const placeholders = (barMs: number): string[] => ['0', '0', String(barMs / 1_000), '0', '0'];

function pricesOf({ open, high, low, close }: Bar, { asset }: MarketSymbol, moreDecimals: number): string[] {
  const decimals = assetProfile(asset).priceDecimals + moreDecimals;
  return [open, high, low, close].map((price) => text(price, decimals));
}

/** Coins and quote currency, at COIN-M contracts and coins; how many trades; what takers bought of both. */
function volumesOf(bar: Bar, id: BinanceMarketId, symbol: MarketSymbol): string[] {
  const { sizeDecimals } = assetProfile(symbol.asset);
  const sizes = (base: number, usd: number): string[] =>
    id === 'cm'
      ? [text(Math.round(usd / contractUsd(symbol)), 0), text(base)]
      : [text(base, sizeDecimals), text(usd, 5)];
  const [volume = '', quote = ''] = sizes(bar.volumeBase, bar.volumeUsd);
  return [volume, quote, String(bar.trades), ...sizes(bar.takerBuyBase, bar.takerBuyUsd)];
}

function premiums(
  market: SimulatedMarket,
  symbol: MarketSymbol,
  { fromMs, toMs }: DumpPeriod,
  barMs: number,
): { readonly startMs: number; readonly prices: string[] }[] {
  const rows: { startMs: number; prices: string[] }[] = [];
  for (let startMs = fromMs; startMs < toMs; startMs += barMs) {
    const [open = 0, middle = 0, close = 0] = [0, barMs / 2, barMs].map((ms) =>
      market.premium(symbol, startMs + ms),
    );
    const [high, low] = [Math.max(open, middle, close), Math.min(open, middle, close)];
    rows.push({ startMs, prices: [open, high, low, close].map((premium) => text(premium)) });
  }
  return rows;
}
