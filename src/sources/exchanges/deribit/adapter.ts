import { SECOND_MS } from '../../../core/units.ts';
import { variantOf, type ExchangeAdapter } from '../contract.ts';
import { candles, fundingHistory } from './history.ts';
import { instruments } from './instruments.ts';
import { bookSummary, bookSummaryByInstrument, orderBook, ticker } from './readings.ts';
import { DOCS, isRecord, parseSymbol } from './shared.ts';
import { stream } from './streams.ts';
import { lastTrades, liquidations } from './trades.ts';

/** Assets whose main perpetual is inverse. All others are traded in USDC. */
const INVERSE: ReadonlySet<string> = new Set(['BTC', 'ETH']);
const perpetualSymbol = (asset: string): string =>
  INVERSE.has(asset) ? `${asset}-PERPETUAL` : `${asset}_USDC-PERPETUAL`;

/** Too many requests, too many at once, queues that are full. */
const LIMITED: ReadonlySet<string> = new Set(['10028', '10047', '10066']);

export const deribit: ExchangeAdapter = {
  id: 'deribit',
  displayName: 'Deribit',
  docsUrl: DOCS,
  restBaseUrl: 'https://www.deribit.com',
  pathPrefix: '/api/v2',
  // 50,000 credits, regained at 10,000 a second: any five seconds hold 100 requests.
  limits: [{ weight: 50_000, windowMs: 5 * SECOND_MS }],
  instruments,
  polls: [
    variantOf(orderBook, { fallbacks: [ticker] }),
    bookSummary,
    bookSummaryByInstrument,
    fundingHistory,
    candles,
    ...lastTrades,
    liquidations,
  ],
  streams: [stream],
  tracks: ({ kind, status, venueSymbol, baseAsset }) =>
    kind === 'perpetual' && status === 'trading' && venueSymbol === perpetualSymbol(baseAsset),
  perpetualSymbol,
  parseSymbol,
  venueError(body, status) {
    if (!isRecord(body)) return undefined;
    const error = isRecord(body['error']) ? body['error'] : body;
    const { code, message, data } = error;
    if ((typeof code !== 'number' && typeof code !== 'string') || typeof message !== 'string')
      return undefined;
    const { reason, param } = isRecord(data) ? data : {};
    const details = [reason, param].filter((part) => typeof part === 'string').join(' ');
    const isLimited = status === 429 || LIMITED.has(String(code));
    return {
      code: String(code),
      message: details === '' ? message : `${message} (${details})`,
      kind: isLimited ? 'rate-limited' : 'rejected',
    };
  },
};
