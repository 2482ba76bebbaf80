import type { Asset } from '../../core/ids.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../core/units.ts';
import type { BackfillMetric } from '../exchanges/deepPages.ts';
import { bars } from '../dumps/binance/bars.ts';
import { bookDepth } from '../dumps/binance/bookDepth.ts';
import { funding } from '../dumps/binance/funding.ts';
import { COIN_M, coinMarginedPerpetual, USD_M, type BinanceMarket } from '../dumps/binance/markets.ts';
import { metrics } from '../dumps/binance/metrics.ts';
import { UTC } from '../dumps/fileNames.ts';
import { perpetualOf, type FileSource } from './fileSource.ts';
import { periodText } from './periods.ts';

const BINANCE = {
  exchange: 'binance',
  baseUrl: 'https://data.binance.vision',
  // No limit is published for these hosts: so few that nobody minds.
  limits: [{ weight: 10, windowMs: SECOND_MS }],
  zoneMs: UTC,
  lagMs: 2 * DAY_MS,
  hasChecksums: true,
} as const;

/** What files of one market have in common. */
interface OfMarket {
  readonly market: BinanceMarket;
  readonly instrumentOf: FileSource['instrumentOf'];
}

const shared = ({ market, instrumentOf }: OfMarket) => ({
  ...BINANCE,
  instrumentOf,
  ...(market.market === undefined ? {} : { market: market.market }),
});

/** `/data/futures/um/daily/metrics/BTCUSDT/BTCUSDT-metrics-2024-02-29.zip` and the like. */
const pathIn =
  (folder: string, period: 'day' | 'month', name: string, bar = ''): FileSource['pathOf'] =>
  (symbol, fromMs) =>
    `/data/futures/${folder}/${symbol}/${bar === '' ? '' : `${bar}/`}${symbol}-${name}-${periodText(period, UTC, fromMs)}.zip`;

function metricsFiles(of: OfMarket): FileSource {
  const { id } = of.market;
  return {
    ...shared(of),
    id: `binance/${id}-metrics-files`,
    metrics: ['open-interest', 'long-short'],
    format: metrics(of.market),
    stepMs: 5 * MINUTE_MS,
    period: 'day',
    since: '2021-12-01',
    reason: 'Daily files of five minutes since 2021-12-01 (binance/binance-public-data).',
    typicalBytes: 12_000,
    pathOf: pathIn(`${id}/daily/metrics`, 'day', 'metrics'),
  };
}

function barFiles(
  of: OfMarket,
  folder: 'klines' | 'markPriceKlines',
  own: readonly BackfillMetric[],
  since: Pick<FileSource, 'since' | 'reason'>,
): FileSource {
  const { id } = of.market;
  return {
    ...shared(of),
    id: `binance/${id}-${folder}-files`,
    metrics: own,
    format: bars(of.market, folder === 'klines' ? 'last' : 'mark'),
    stepMs: HOUR_MS,
    period: 'month',
    ...since,
    typicalBytes: 45_000,
    pathOf: pathIn(`${id}/monthly/${folder}`, 'month', '1h', '1h'),
  };
}

const USD: OfMarket = { market: USD_M, instrumentOf: perpetualOf };
const FIRST_USD = {
  since: '2020-01-01',
  reason: 'Monthly files since the first contracts (binance/binance-public-data).',
};
const FIRST_COIN = {
  since: '2020-08-01',
  reason: 'Monthly files since the first coin-margined perpetuals (binance/binance-public-data).',
};

/** Files about the perpetuals that are followed. */
export const usdMarginedFiles: readonly FileSource[] = [
  metricsFiles(USD),
  barFiles(USD, 'klines', ['price', 'taker'], FIRST_USD),
  barFiles(USD, 'markPriceKlines', ['mark-price'], FIRST_USD),
  {
    ...shared(USD),
    id: 'binance/um-bookDepth-files',
    metrics: ['depth'],
    format: bookDepth,
    stepMs: 30 * SECOND_MS,
    period: 'day',
    since: '2023-01-01',
    reason: 'Daily files of half minutes since 2023 (binance/binance-public-data#437).',
    typicalBytes: 600_000,
    pathOf: pathIn('um/daily/bookDepth', 'day', 'bookDepth'),
  },
];

/**
 * Returns the files about coin-margined perpetuals of the assets that have one. Nothing else of them is read: all of their history
 * comes from files. Their indices are those of the pair, and their premiums are no basis, so that neither is fetched.
 */
export function coinMarginedFiles(isListed: (asset: Asset) => boolean): readonly FileSource[] {
  const coin: OfMarket = {
    market: COIN_M,
    instrumentOf: ({ kind, baseAsset }) =>
      kind === 'perpetual' && isListed(baseAsset) ? coinMarginedPerpetual(baseAsset) : undefined,
  };
  return [
    metricsFiles(coin),
    barFiles(coin, 'klines', ['price', 'taker'], FIRST_COIN),
    barFiles(coin, 'markPriceKlines', ['mark-price'], FIRST_COIN),
    {
      ...shared(coin),
      id: 'binance/cm-fundingRate-files',
      metrics: ['funding'],
      format: funding(COIN_M),
      stepMs: HOUR_MS,
      period: 'month',
      ...FIRST_COIN,
      typicalBytes: 1_500,
      pathOf: pathIn('cm/monthly/fundingRate', 'month', 'fundingRate'),
    },
  ];
}
