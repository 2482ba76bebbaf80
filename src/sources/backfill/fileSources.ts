import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../core/units.ts';
import { isRecord } from '../exchanges/kit/field.ts';
import { UTC, UTC_PLUS_8 } from '../dumps/fileNames.ts';
import { gateCandles, gateFunding } from '../dumps/gate/monthly.ts';
import {
  hyperliquidOpenInterest,
  STATISTICS_SINCE,
  STATISTICS_UNTIL,
} from '../dumps/hyperliquid/openInterest.ts';
import { okxCandles } from '../dumps/okx/candles.ts';
import { okxFunding } from '../dumps/okx/funding.ts';
import { usdMarginedFiles } from './binanceFiles.ts';
import { perpetualOf, type FileLinks, type FileSource } from './fileSource.ts';
import { periodText } from './periods.ts';

const GATE = {
  exchange: 'gate',
  baseUrl: 'https://download.gatedata.org',
  limits: [{ weight: 5, windowMs: SECOND_MS }],
  zoneMs: UTC,
  lagMs: 3 * DAY_MS,
  hasChecksums: false,
  period: 'month',
} as const;
const OKX = {
  exchange: 'okx',
  baseUrl: 'https://static.okx.com',
  limits: [{ weight: 5, windowMs: SECOND_MS }],
  zoneMs: UTC_PLUS_8,
  lagMs: 3 * DAY_MS,
  hasChecksums: false,
  period: 'month',
} as const;

/** Files of market-data-history are found by asking for their period. */
function okxLinks(module: '2' | '3'): FileLinks {
  return {
    path: '/api/v5/public/market-data-history',
    limits: [{ weight: 5, windowMs: 2 * SECOND_MS }],
    query: (venueSymbol, { fromMs }) => ({
      module,
      instType: 'SWAP',
      // Without the kind of contract: BTC-USDT of BTC-USDT-SWAP.
      instFamilyList: venueSymbol.replace(/-SWAP$/, ''),
      dateAggrType: 'monthly',
      begin: String(fromMs),
      end: String(fromMs),
    }),
    find: (body) => linkIn(body),
  };
}

/** The first address anywhere in an answer; of it the path alone, for files are fetched from their own host. */
function linkIn(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.map(linkIn).find((one) => one !== undefined);
  if (!isRecord(value)) return undefined;
  const { url } = value;
  if (typeof url === 'string' && URL.canParse(url)) return new URL(url).pathname;
  return Object.values(value)
    .map(linkIn)
    .find((one) => one !== undefined);
}

const okxFile = (symbol: string, name: string, fromMs: number): string =>
  `${symbol}-${name}-${periodText('month', UTC_PLUS_8, fromMs)}.zip`;

/** Every kind of dump files that is fetched. Where the exchange gives the same by pages, the planner takes pages. */
export const fileSources: readonly FileSource[] = [
  ...usdMarginedFiles,
  {
    ...OKX,
    id: 'okx/fundingrates-files',
    metrics: ['funding'],
    format: okxFunding,
    stepMs: HOUR_MS,
    since: '2022-03-01',
    reason: 'Monthly files of market-data-history, module 3; the exchange is filling them in.',
    typicalBytes: 4_000,
    instrumentOf: perpetualOf,
    pathOf: (symbol, fromMs) => `/${okxFile(symbol, 'fundingrates', fromMs)}`,
    links: okxLinks('3'),
  },
  {
    ...OKX,
    id: 'okx/candlesticks-files',
    metrics: ['price'],
    format: okxCandles,
    stepMs: MINUTE_MS,
    since: '2021-10-01',
    reason: 'Monthly files of one minute of market-data-history, module 2.',
    typicalBytes: 1_200_000,
    instrumentOf: perpetualOf,
    pathOf: (symbol, fromMs) => `/${okxFile(symbol, 'candlesticks', fromMs)}`,
    links: okxLinks('2'),
  },
  {
    ...GATE,
    id: 'gate/candlesticks-files',
    metrics: ['price'],
    format: gateCandles('1h'),
    stepMs: HOUR_MS,
    since: '2021-01-01',
    reason: 'Monthly files of candles by the hour.',
    typicalBytes: 25_000,
    instrumentOf: perpetualOf,
    pathOf: (symbol, fromMs) => gatePath('candlesticks_1h', symbol, fromMs),
  },
  {
    ...GATE,
    id: 'gate/funding-files',
    metrics: ['funding'],
    format: gateFunding,
    stepMs: HOUR_MS,
    since: '2021-01-01',
    reason: 'Monthly files of settled funding.',
    typicalBytes: 1_500,
    instrumentOf: perpetualOf,
    pathOf: (symbol, fromMs) => gatePath('funding_applies', symbol, fromMs),
  },
  {
    exchange: 'hyperliquid',
    id: 'hyperliquid/open-interest-file',
    baseUrl: 'https://d2v1fiwobg9w6.cloudfront.net',
    limits: [{ weight: 1, windowMs: SECOND_MS }],
    zoneMs: UTC,
    lagMs: 0,
    hasChecksums: false,
    metrics: ['open-interest'],
    format: hyperliquidOpenInterest,
    stepMs: DAY_MS,
    period: 'whole',
    since: STATISTICS_SINCE,
    until: STATISTICS_UNTIL,
    reason:
      'One file of the statistics of Hyperliquid, undocumented: means of days from 2023-06-13 on; who read it in October 2026 found none after 2026-04-03.',
    typicalBytes: 12_000_000,
    instrumentOf: perpetualOf,
    pathOf: () => '/open_interest',
  },
];

function gatePath(folder: string, symbol: string, fromMs: number): string {
  const month = periodText('month', UTC, fromMs).replace('-', '');
  return `/futures_usdt/${folder}/${month}/${symbol}-${month}.csv.gz`;
}
