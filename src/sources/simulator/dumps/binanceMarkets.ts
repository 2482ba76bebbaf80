import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { SIMULATED_ASSETS } from '../profiles.ts';
import type { MarketSymbol } from '../symbols.ts';

/** The three markets of data.binance.vision: spot, USD-M (`um`) and COIN-M (`cm`). */
export type BinanceMarketId = 'spot' | 'um' | 'cm';

/** Kinds of files, by the folder that they stand in. */
export const BINANCE_KINDS = [
  ...['metrics', 'bookDepth', 'fundingRate'],
  ...['klines', 'markPriceKlines', 'indexPriceKlines', 'premiumIndexKlines'],
] as const;
export type BinanceKind =
  | 'metrics'
  | 'bookDepth'
  | 'fundingRate'
  | 'klines'
  | 'markPriceKlines'
  | 'indexPriceKlines'
  | 'premiumIndexKlines';

/** Bars of which there are files. */
export const BINANCE_BARS: Readonly<Record<string, number>> = {
  '1m': MINUTE_MS, '5m': 5 * MINUTE_MS, '15m': 15 * MINUTE_MS, '30m': 30 * MINUTE_MS, '1h': HOUR_MS, '2h': 2 * HOUR_MS,
  '4h': 4 * HOUR_MS, '6h': 6 * HOUR_MS, '8h': 8 * HOUR_MS, '12h': 12 * HOUR_MS, '1d': DAY_MS,
}; // prettier-ignore

export const MARKET_FOLDERS: Readonly<Record<BinanceMarketId, string>> = {
  spot: 'spot',
  um: 'futures/um',
  cm: 'futures/cm',
};

/** Returns the paths below which files of a market stand, by how long a time they are about. */
export function kindsOf(market: BinanceMarketId, isMonthly: boolean): readonly BinanceKind[] {
  if (market === 'spot') return ['klines'];
  const bars = ['klines', 'markPriceKlines', 'indexPriceKlines', 'premiumIndexKlines'] as const;
  if (isMonthly) return ['fundingRate', ...bars];
  return market === 'um' ? ['bookDepth', 'metrics', ...bars] : ['metrics', ...bars];
}

/** Whether files of a kind stand in a folder for each length of bar. */
export const isBars = (kind: BinanceKind): boolean => kind.endsWith('lines');

/** Returns how a market names the contracts of an asset. Indices of COIN-M belong to the pair, not to a contract. */
export function symbolOf(market: BinanceMarketId, kind: BinanceKind, asset: string): string {
  if (market !== 'cm') return `${asset}USDT`;
  return kind === 'indexPriceKlines' ? `${asset}USD` : `${asset}USD_PERP`;
}

/** Returns the contract of a name in a market, undefined where there is none. */
export function contractNamed(
  market: BinanceMarketId,
  kind: BinanceKind,
  name: string,
): MarketSymbol | undefined {
  const asset = SIMULATED_ASSETS.find((one) => symbolOf(market, kind, one) === name);
  const variant = { spot: 'spot', um: 'perpetual', cm: 'inverse' } as const;
  return asset === undefined ? undefined : { exchange: 'binance', asset, variant: variant[market] };
}

/** Dollars that a COIN-M contract stands for. */
export const contractUsd = ({ asset }: MarketSymbol): number => (asset === 'BTC' ? 100 : 10);

/** The day of the first files of a kind. */
export function firstDayMs(kind: BinanceKind): number {
  if (kind === 'metrics') return Date.UTC(2021, 11, 1);
  return kind === 'bookDepth' ? Date.UTC(2023, 0, 1) : Date.UTC(2020, 0, 1);
}

const at = (text: string): number => Date.parse(`${text}Z`);
const MAIN = ['BTCUSDT', 'ETHUSDT'];

/** Stretches that the real files lack to this day, by starts of bars (binance/binance-public-data #335, #484). */
export const LASTING_HOLES: readonly {
  readonly kind: BinanceKind;
  readonly symbols?: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
}[] = [
  { kind: 'metrics', fromMs: at('2024-02-16T13:30'), toMs: at('2024-02-17T00:00') },
  { kind: 'markPriceKlines', symbols: MAIN, fromMs: at('2023-11-10T03:40'), toMs: at('2023-11-10T04:05') },
  {
    kind: 'premiumIndexKlines',
    symbols: ['BTCUSDT'],
    fromMs: at('2021-01-24T00:00'),
    toMs: at('2021-02-22T00:00'),
  },
];
