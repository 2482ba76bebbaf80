import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import type { BookLevel } from '../book.ts';
import type { SimulatedMarket } from '../market.ts';
import type { MarketSymbol } from '../symbols.ts';
import { jittered } from '../wire/binance.ts';
import { text } from '../wire/shared.ts';
import { contractUsd, symbolOf, type BinanceMarketId } from './binanceMarkets.ts';
import { timeText, type DumpPeriod } from './periods.ts';
import type { DumpRow, DumpTable } from './table.ts';

/** Binance's files of five-minute metrics, of settled funding and of order books. */

export const METRICS_STEP_MS = 5 * MINUTE_MS;

/** From the file of this day on labels of USD-M are the starts of five minutes; before they were their ends. */
export const LABELS_ARE_STARTS_FROM_MS = Date.UTC(2026, 5, 25);

/** How far the labels of a file of metrics lie behind the starts of their five minutes. COIN-M always states the start. */
export const labelShiftMs = (market: BinanceMarketId, { fromMs }: DumpPeriod): number =>
  market === 'um' && fromMs < LABELS_ARE_STARTS_FROM_MS ? METRICS_STEP_MS : 0;

/** Returns the metrics of a day: open interest and ratios of the end of each five minutes, takers of the whole. */
export function metricsTable(
  market: SimulatedMarket,
  id: BinanceMarketId,
  symbol: MarketSymbol,
  period: DumpPeriod,
): DumpTable {
  const shiftMs = labelShiftMs(id, period);
  const name = symbolOf(id, 'metrics', symbol.asset);
  const rows: DumpRow[] = [];
  for (let atMs = period.fromMs; atMs < period.toMs; atMs += METRICS_STEP_MS) {
    const endMs = atMs + METRICS_STEP_MS;
    const coins = market.openInterestBase(symbol, endMs);
    const usd = coins * market.price(symbol, 'mark', endMs);
    // COIN-M counts contracts, and states their coins beside them.
    const sizes =
      id === 'cm' ? [text(Math.round(usd / contractUsd(symbol)), 0), text(coins)] : [text(coins), text(usd)];
    const { volumeBase, takerBuyBase } = market.bar(symbol, atMs, endMs);
    const soldBase = volumeBase - takerBuyBase;
    const ratios = (['top-accounts', 'top-positions', 'all-accounts'] as const).map((population) =>
      text(market.longShortRatio(symbol, population, endMs)),
    );
    const takers = soldBase > 0 ? text(takerBuyBase / soldBase) : '';
    rows.push({ atMs, labelMs: atMs + shiftMs, cells: [name, ...sizes, ...ratios, takers] });
  }
  const header =
    'create_time,symbol,sum_open_interest,sum_open_interest_value,count_toptrader_long_short_ratio,' +
    'sum_toptrader_long_short_ratio,count_long_short_ratio,sum_taker_long_short_vol_ratio';
  return { header, label: timeText, rows };
}

/** Returns the settlements of a month, some ms after their hour as REST states them. */
export function fundingTable(
  market: SimulatedMarket,
  symbol: MarketSymbol,
  { fromMs, toMs }: DumpPeriod,
): DumpTable {
  const hours = String(market.fundingIntervalMs(symbol) / HOUR_MS);
  const rows = market.settledFunding(symbol, fromMs, toMs - 1).map(({ atMs, rate }) => ({
    atMs,
    labelMs: jittered(atMs),
    cells: [hours, text(rate)],
  }));
  return { header: 'calc_time,funding_interval_hours,last_funding_rate', label: String, rows };
}

export const SNAPSHOT_MS = 30 * SECOND_MS;
export const FIRST_SNAPSHOT_MS = 8 * SECOND_MS;
const BANDS = [1, 2, 3, 4, 5];
/** Newer files have a band of 0.2 % as well; since when is documented nowhere. */
const NARROW_BAND = 0.2;
const NARROW_FROM_MS = Date.UTC(2025, 0, 1);
const AT_A_TIME = 50;

/** Returns the order books of a day: all orders within so many percent of the middle, bids below 0. */
export async function depthTable(
  market: SimulatedMarket,
  symbol: MarketSymbol,
  { fromMs, toMs }: DumpPeriod,
): Promise<DumpTable> {
  const bands = fromMs >= NARROW_FROM_MS ? [NARROW_BAND, ...BANDS] : BANDS;
  const rows: DumpRow[] = [];
  for (let atMs = fromMs + FIRST_SNAPSHOT_MS, made = 1; atMs < toMs; atMs += SNAPSHOT_MS, made += 1) {
    const { bids, asks } = market.book(symbol, atMs);
    const middle = ((bids[0]?.[0] ?? 0) + (asks[0]?.[0] ?? 0)) / 2;
    const row = (percent: number, [base, quote]: Sum): DumpRow => ({
      atMs,
      labelMs: atMs,
      cells: [percent.toFixed(2), text(base), text(quote)],
    });
    const [below, above] = [within(bids, middle, bands), within(asks, middle, bands)];
    rows.push(...bands.map((band, index) => row(-band, below[index] ?? [0, 0])).reverse());
    rows.push(...bands.map((band, index) => row(band, above[index] ?? [0, 0])));
    // A day has 2,880 books: whoever shares the thread is let in between.
    if (made % AT_A_TIME === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return { header: 'timestamp,percentage,depth,notional', label: timeText, rows };
}

type Sum = readonly [base: number, quote: number];

/** Sums the orders of one side within each width of band; the widths ascend, and so do the distances of the levels. */
function within(levels: readonly BookLevel[], middle: number, bands: readonly number[]): Sum[] {
  let [level, base, quote] = [0, 0, 0];
  return bands.map((band) => {
    const reach = (middle * band) / 100;
    for (let next = levels[level]; next !== undefined; next = levels[(level += 1)]) {
      if (Math.abs(next[0] - middle) > reach) break;
      base += next[1];
      quote += next[0] * next[1];
    }
    return [base, quote];
  });
}
