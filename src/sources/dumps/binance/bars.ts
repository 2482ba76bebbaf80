import type { Candle } from '../../../core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { amounts } from '../../exchanges/kit/amounts.ts';
import { namedBar } from '../../exchanges/kit/bars.ts';
import { columnsOf } from '../../exchanges/kit/columns.ts';
import { stampIn, type BadKind } from '../cells.ts';
import type { DumpFormat, DumpName, RowSlot, TableOf } from '../dumpFormat.ts';
import { periodOf, UTC } from '../fileNames.ts';
import { isBar, stated, takeLabel, takeNumber, takePrices } from '../rowCells.ts';
import { coinMargined, type BinanceMarket } from './markets.ts';

export const BAR_CELLS = [
  ...['open_time', 'open', 'high', 'low', 'close', 'volume', 'close_time', 'quote_volume', 'count'],
  ...['taker_buy_volume', 'taker_buy_quote_volume', 'ignore'],
];
const NUMBERS = [
  ...['openQuote', 'highQuote', 'lowQuote', 'closeQuote'],
  ...['volume', 'quoteVolume', 'takerBuyVolume', 'takerBuyQuoteVolume'],
];
const PRICES = ['openQuote', 'highQuote', 'lowQuote', 'closeQuote'] as const;
const FOLDERS = { last: 'klines', mark: 'markPriceKlines', index: 'indexPriceKlines' } as const;
const UNITS = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS } as const;

/** Daily and monthly files of bars are named alike in every folder: `BTCUSDT-5m-2024-01.zip`. */
export function barName(fileName: string): DumpName | undefined {
  const [, venueSymbol = '', bar, day] =
    /^(.+)-(\d+[a-z]+)-(\d{4}-\d{2}(?:-\d{2})?)\.zip$/.exec(fileName) ?? [];
  const [stepMs, period] = [namedBar(bar, UNITS), periodOf(day, UTC)];
  // Weeks and bars of three days do not end with the days of a file.
  if (stepMs === undefined || period === undefined || DAY_MS % stepMs !== 0) return undefined;
  return { venueSymbol, stepMs, ...period };
}

/** Reads the label of a bar, and its end, which must say the same length as the name of the file. */
export function takeBarTimes(
  slot: RowSlot,
  opens: string | undefined,
  closes: string | undefined,
  stepMs: number,
): BadKind | undefined {
  const bad = takeLabel(slot, opens, stepMs);
  if (bad !== undefined) return bad;
  const end = stampIn(closes);
  if (end === undefined) return 'time';
  return end.atMs + 1 - slot.atMs === stepMs ? undefined : 'contradiction';
}

/**
 * `klines`, `markPriceKlines` and `indexPriceKlines`, with a header or without, in ms or (from 2025 on) us. Volumes of USD-M are
 * coins and quote currency; of COIN-M contracts and coins. Traded bars also tell what takers bought and sold.
 */
export function bars(market: BinanceMarket, priceType: Candle['priceType']): DumpFormat {
  const isTraded = priceType === 'last';
  return {
    id: `binance/${market.id}-${FOLDERS[priceType]}`,
    exchange: 'binance',
    endpoint: `DUMP futures/${market.id}/${FOLDERS[priceType]}`,
    cells: BAR_CELLS,
    numbers: isTraded ? NUMBERS : PRICES,
    nameOf: barName,
    parseSymbol: (venueSymbol) => market.parseSymbol(venueSymbol),
    ...(market.market === undefined ? {} : { market: market.market }),
    read(cells, slot, file) {
      const bad = takeBarTimes(slot, cells[0], cells[6], file.stepMs ?? 0) ?? takePrices(slot, cells, 1);
      if (bad !== undefined) return bad;
      if (!isBar(slot.values)) return 'impossible';
      // Bars of marks and indices fill these with placeholders.
      return isTraded ? takeVolumes(slot, cells) : undefined;
    },
    chunks: (of) => (isTraded ? tradedBars(market, of) : priceBars(priceType, of)),
  };
}

function takeVolumes(slot: RowSlot, cells: readonly (string | undefined)[]): BadKind | undefined {
  const places = [5, 7, 9, 10];
  for (const [index, place] of places.entries()) {
    const bad = takeNumber(slot, 4 + index, cells[place], {});
    if (bad !== undefined) return bad;
  }
  const [volume = 0, quote = 0, bought = 0, boughtQuote = 0] = slot.values.subarray(4);
  return bought > volume || boughtQuote > quote ? 'contradiction' : undefined;
}

function priceBars(priceType: Candle['priceType'], { table, who, context, file }: TableOf) {
  const out = columnsOf(
    context,
    { kind: 'candle', priceType, barMs: file.stepMs },
    PRICES,
    table.keys.length,
  );
  for (let row = 0; row < table.keys.length; row += 1) {
    const [open, high, low, close] = [0, 1, 2, 3].map((column) => stated(table, column, row));
    out.of(who).push(table.keys[row] ?? 0, open, high, low, close);
  }
  return out.chunks();
}

function tradedBars({ id }: BinanceMarket, { table, who, context, file }: TableOf) {
  const names = [...PRICES, 'volumeBase', 'volumeUsd', 'takerBuyBase', 'takerBuyUsd'] as const;
  const sides = ['takerBuyBase', 'takerSellBase', 'takerBuyUsd', 'takerSellUsd'] as const;
  const barMs = file.stepMs;
  const out = columnsOf(context, { kind: 'candle', priceType: 'last', barMs }, names, table.keys.length);
  const takers = columnsOf(context, { kind: 'taker-volume', barMs }, sides, table.keys.length);
  const isCoinMargined = id === 'cm';
  const size = coinMargined(who);
  /** What contracts are worth, where that is what their coins cost at a price of the bar: else a contract is not of that size. */
  const dollarsOf = (contracts = Number.NaN, coins = Number.NaN, low = 0, high = 0): number | undefined => {
    const { usd = Number.NaN } = amounts(who, 'contracts', contracts, undefined, size);
    return usd >= coins * low - size.amount && usd <= coins * high + size.amount ? usd : undefined;
  };
  for (let row = 0; row < table.keys.length; row += 1) {
    const at = table.keys[row] ?? 0;
    const [open, high, low, close, first, second, third, fourth] = NUMBERS.map((_, column) =>
      stated(table, column, row),
    );
    const [base, usd, buyBase, buyUsd] = isCoinMargined
      ? [second, dollarsOf(first, second, low, high), fourth, dollarsOf(third, fourth, low, high)]
      : [first, second, third, fourth];
    out.of(who).push(at, open, high, low, close, base, usd, buyBase, buyUsd);
    if (base === undefined || buyBase === undefined) continue;
    // What takers of a finished bar did not buy they sold.
    const sellUsd = usd === undefined || buyUsd === undefined ? undefined : usd - buyUsd;
    takers.of(who).push(at, buyBase, base - buyBase, sellUsd === undefined ? undefined : buyUsd, sellUsd);
  }
  return [...out.chunks(), ...takers.chunks()];
}
