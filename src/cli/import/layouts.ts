import type { OpenInterest } from '../../core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/units.ts';
import type { TargetName } from './targets.ts';

/** One column: its name in the file (of rows that are lists: its place), and what it becomes. */
export interface ColumnPlan {
  readonly column: string;
  readonly to: TargetName;
  /** Of readings: which moment they are of; `row` is the time as it is written. */
  readonly at?: 'start' | 'end' | 'row';
  /** So much later than that moment. */
  readonly plusMs?: number;
  /** The source leaves a row out where nothing happened: empty is 0 here, and nowhere else. */
  readonly isNoneWhereEmpty?: true;
}

/** How a file is laid out: everything that its numbers do not say themselves. */
export interface Layout {
  readonly name: string;
  readonly form: 'csv' | 'objects' | 'lists';
  readonly time: string;
  /** Length of a bar, and whether a row is labelled by its start or its end. */
  readonly barMs?: number;
  readonly label?: 'start' | 'end';
  /** Labels are the times of events, somewhat late: the nearest multiple of this is meant. */
  readonly jitterMs?: number;
  /** The column of symbols (BTCUSDT, SOL) and what stands behind the asset in one. */
  readonly symbol?: string;
  readonly quotes?: readonly string[];
  /** The column that says which exchange a row is about. */
  readonly venue?: string;
  /** The one asset a file is about; else `--asset` says it. */
  readonly asset?: string;
  readonly market?: 'spot';
  readonly sides?: OpenInterest['sides'];
  readonly population?: 'all-accounts' | 'unstated';
  readonly priceType?: 'last' | 'mark' | 'index';
  readonly bandFraction?: number;
  /** Of funding: hours per interval, or the column that states them. */
  readonly interval?:
    | { readonly hours: number; readonly byVenue?: Readonly<Record<string, number>> }
    | { readonly column: string };
  readonly columns: readonly ColumnPlan[];
  /** Columns that are known and not kept: no metric is made of them. */
  readonly notRead?: readonly string[];
}

const ohlc = (
  names: readonly [open: string, high: string, low: string, close: string] = ['open', 'high', 'low', 'close'],
): readonly ColumnPlan[] => [
  { column: names[0], to: 'openQuote' },
  { column: names[1], to: 'highQuote' },
  { column: names[2], to: 'lowQuote' },
  { column: names[3], to: 'closeQuote' },
];

/** Of a bar the close of open interest is its level at the end; the ratio of accounts is taken at its label. */
const BINANCE_BARS: Omit<Layout, 'name' | 'columns'> = {
  ...{
    form: 'csv',
    time: 'time_ms',
    label: 'start',
    sides: 'one',
    population: 'all-accounts',
    priceType: 'last',
  },
  notRead: ['time_utc', 'trades', 'buy_trades', 'oi_open', 'oi_high', 'oi_low'],
};
const BINANCE_COLUMNS: readonly ColumnPlan[] = [
  ...ohlc(),
  { column: 'volume', to: 'volumeBase' },
  { column: 'buy_volume', to: 'takerBuyBase' },
  { column: 'oi_close', to: 'openInterestBase', at: 'end' },
  { column: 'ls_ratio', to: 'longShortRatio', at: 'start' },
  { column: 'long_pct', to: 'longPercent', at: 'start' },
  { column: 'short_pct', to: 'shortPercent', at: 'start' },
];
const LIQUIDATIONS: readonly ColumnPlan[] = [
  { column: 'long_liq', to: 'longLiquidatedBase', isNoneWhereEmpty: true },
  { column: 'short_liq', to: 'shortLiquidatedBase', isNoneWhereEmpty: true },
];

/** The layouts that have a name: those of the series beside the project, as they are described there. */
export const LAYOUTS: readonly Layout[] = [
  { ...BINANCE_BARS, name: 'binance-1h', barMs: HOUR_MS, columns: [...BINANCE_COLUMNS, ...LIQUIDATIONS] },
  { ...BINANCE_BARS, name: 'binance-5m', barMs: 5 * MINUTE_MS, columns: BINANCE_COLUMNS },
  {
    ...{ name: 'perps-1d', form: 'csv', time: 'date_utc', barMs: DAY_MS, label: 'start', symbol: 'symbol' },
    ...{ quotes: ['USDT'], sides: 'one', population: 'all-accounts', interval: { hours: 8 } },
    columns: [
      { column: 'close', to: 'lastPriceQuote', at: 'end' },
      { column: 'volume', to: 'windowVolumeBase' },
      { column: 'open_interest', to: 'openInterestBase', at: 'end' },
      // The last settlement within a day: equal to Binance's own of 16:00 on each of 703 days.
      { column: 'funding_pct', to: 'fundingPercentPerInterval', at: 'start', plusMs: 16 * HOUR_MS },
      // Where ratio and liquidations end together the provider had stopped: empty is unknown here.
      { column: 'long_liq', to: 'longLiquidatedBase' },
      { column: 'short_liq', to: 'shortLiquidatedBase' },
      { column: 'ls_ratio', to: 'longShortRatio', at: 'start' },
    ],
  },
  {
    ...{ name: 'binance-funding', form: 'objects', time: 'fundingTime', symbol: 'symbol' },
    ...{ quotes: ['USDT', 'USDC'], interval: { hours: 8 } },
    columns: [
      { column: 'fundingRate', to: 'fundingRatePerInterval', at: 'row' },
      { column: 'markPrice', to: 'markPriceQuote', at: 'row' },
    ],
  },
  {
    ...{ name: 'funding-7-exchanges', form: 'csv', time: 'time_ms', venue: 'exchange', asset: 'BTC' },
    interval: { hours: 8, byVenue: { dydx: 1 } },
    columns: [{ column: 'funding_rate', to: 'fundingRatePerInterval', at: 'row' }],
  },
  {
    ...{ name: 'funding-3-venues', form: 'csv', time: 'time_ms', venue: 'venue', symbol: 'venue_symbol' },
    ...{ quotes: ['USDT', 'USDC', 'PERP'], interval: { column: 'interval_hours' } },
    columns: [
      { column: 'rate_raw', to: 'fundingRatePerInterval', at: 'row' },
      { column: 'mark_price', to: 'markPriceQuote', at: 'row' },
    ],
  },
  {
    // The premium is that of the hour up to the settlement.
    ...{ name: 'hyperliquid-funding', form: 'csv', time: 'time_ms', asset: 'BTC', interval: { hours: 1 } },
    ...{ barMs: HOUR_MS, label: 'end', jitterMs: 10 * MINUTE_MS },
    columns: [
      { column: 'funding_rate', to: 'fundingRatePerInterval', at: 'row' },
      { column: 'premium', to: 'premiumFraction' },
    ],
  },
  {
    ...{ name: 'hyperliquid-depth', form: 'csv', time: 'time_ms', asset: 'BTC', bandFraction: 0.005 },
    columns: [
      { column: 'mid_price', to: 'midPriceQuote', at: 'row' },
      { column: 'depth_50bps', to: 'depthBothSidesUsd', at: 'row' },
    ],
    notRead: ['spread_bps'],
  },
  {
    ...{ name: 'klines-1h', form: 'csv', time: 'time_ms', barMs: HOUR_MS, label: 'start', priceType: 'last' },
    columns: [...ohlc(), { column: 'volume', to: 'volumeBase' }],
  },
  {
    ...{
      name: 'mark-8h',
      form: 'csv',
      time: 'time_ms',
      barMs: 8 * HOUR_MS,
      label: 'start',
      priceType: 'mark',
    },
    columns: ohlc(),
  },
  {
    ...{ name: 'fear-greed', form: 'objects', time: 'timestamp', barMs: DAY_MS, label: 'start', asset: '' },
    columns: [{ column: 'value', to: 'fearGreed', at: 'start' }],
    notRead: ['value_classification', 'time_until_update'],
  },
  {
    ...{
      name: 'spot-1d',
      form: 'lists',
      time: '0',
      barMs: DAY_MS,
      label: 'start',
      market: 'spot',
      priceType: 'last',
    },
    columns: [
      ...ohlc(['1', '2', '3', '4']),
      { column: '5', to: 'volumeBase' },
      { column: '7', to: 'volumeUsd' },
      { column: '9', to: 'takerBuyBase' },
      { column: '10', to: 'takerBuyUsd' },
    ],
    notRead: ['6', '8', '11'],
  },
];
