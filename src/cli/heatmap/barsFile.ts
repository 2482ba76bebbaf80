import type { ScoredBar } from '../../analysis/calibration/windows.ts';
import { PerpscopeError } from '../../core/errors.ts';
import { DAY_MS, MINUTE_MS } from '../../core/units.ts';
import { csvRows, numberIn, wrongLine, type CsvRow } from '../timeline/csvLines.ts';

/** More is a slip in a time, not a history: nine years of minutes. */
const MOST_BARS = 5_000_000;
const NEEDED = ['time_ms', 'open', 'high', 'low', 'close', 'oi_close'] as const;
const PRICES = ['open', 'high', 'low', 'close'] as const;
const LIQUIDATIONS = ['long_liq', 'short_liq'] as const;

export interface BarsFile {
  readonly bars: readonly ScoredBar[];
  readonly barMs: number;
  /** Rows without all four prices. */
  readonly withoutPrices: number;
  readonly withoutOpenInterest: number;
  readonly hasVolume: boolean;
  readonly hasLiquidations: boolean;
}

interface Row extends Omit<ScoredBar, 'barMs'> {
  readonly isPriced: boolean;
}

/**
 * Reads bars from a CSV file with the columns of a Binance series: `time_ms`, the start of the bar, `open, high, low, close` and
 * `oi_close` in coins have to be there; `volume`, `long_liq` and `short_liq`, in coins, may be. All bars are as long as the
 * shortest step between two rows. In a row that is there an empty liquidation is none, everything else that is empty is not
 * known. Errors: `usage`, with file, line and what was expected.
 */
export async function readBarsFile(file: string): Promise<BarsFile> {
  const rows: Row[] = [];
  let columns: { volume: boolean; liquidations: boolean } | undefined;
  let [barMs, lastMs] = [Infinity, -Infinity];
  for await (const row of csvRows(file, NEEDED)) {
    columns ??= {
      volume: row.text('volume') !== undefined,
      liquidations: LIQUIDATIONS.every((name) => row.text(name) !== undefined),
    };
    const read = rowOf(file, row);
    if (read.atMs <= lastMs)
      throw wrongLine(
        file,
        row.line,
        'bars ascend and each stands once; this one is not after the one before',
      );
    if (rows.length === MOST_BARS) throw wrongLine(file, row.line, `at most ${MOST_BARS} bars`);
    barMs = Math.min(barMs, read.atMs - lastMs);
    lastMs = read.atMs;
    rows.push(read);
  }
  if (columns === undefined || rows.length < 2)
    throw new PerpscopeError('usage', `${file}: at least two bars expected`);
  if (barMs < MINUTE_MS || barMs > DAY_MS)
    throw new PerpscopeError(
      'usage',
      `${file}: bars of a minute to a day expected, the shortest step between two is ${barMs} ms`,
    );
  const bars = rows.filter(({ isPriced }) => isPriced).map((row): ScoredBar => ({ ...row, barMs }));
  return {
    ...{ bars, barMs, withoutPrices: rows.length - bars.length },
    withoutOpenInterest: bars.filter(({ openInterestBase }) => openInterestBase === undefined).length,
    ...{ hasVolume: columns.volume, hasLiquidations: columns.liquidations },
  };
}

function rowOf(file: string, row: CsvRow): Row {
  const price = (name: string): number => numberIn(file, row, name, (value) => value > 0, 'a price above 0');
  const coins = (name: string): number =>
    numberIn(file, row, name, (value) => value >= 0, 'coins, at least 0');
  const known = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value);
  const expected = 'the start of a bar in ms since 1970';
  const atMs = numberIn(file, row, 'time_ms', (value) => value > 0 && Number.isInteger(value), expected);
  if (Number.isNaN(atMs)) throw wrongLine(file, row.line, `time_ms is ${expected}, not empty`);
  const [openQuote, highQuote, lowQuote, closeQuote] = PRICES.map(price) as [number, number, number, number];
  const isPriced = ![openQuote, highQuote, lowQuote, closeQuote].some(Number.isNaN);
  if (isPriced && (lowQuote > Math.min(openQuote, closeQuote) || highQuote < Math.max(openQuote, closeQuote)))
    throw wrongLine(file, row.line, 'open and close lie from low to high');
  const liquidated = (name: string): number => {
    const value = coins(name);
    return (Number.isNaN(value) ? 0 : value) * closeQuote;
  };
  return {
    ...{ atMs, isPriced, openQuote, highQuote, lowQuote, closeQuote },
    openInterestBase: known(coins('oi_close')),
    volumeBase: known(coins('volume')),
    longLiquidatedQuote: liquidated('long_liq'),
    shortLiquidatedQuote: liquidated('short_liq'),
  };
}
