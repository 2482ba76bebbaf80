import type { Observation } from '../../../core/observation.ts';
import { MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import { amounts } from '../kit/amounts.ts';
import {
  epochMs, nonNegative, oneOf, optional, optionalNonZero, positive, present, textOf,
} from '../kit/fields.ts'; // prettier-ignore
import { object, rows } from '../kit/payloads.ts';
import { rowReader } from '../kit/rowReader.ts';
import { sizeReporter } from '../kit/unknownSize.ts';
import { observe } from '../mapping.ts';
import { defineChannel, type FrameRole, type StreamSpec } from '../stream.ts';
import { alsoReadIndexChannels, alsoReadMarketChannels } from './alsoRead.ts';
import { priceReading } from './bars.ts';
import { fundingRows } from './funding.ts';
import { liquidationRows } from './liquidations.ts';
import { tickerReading } from './market.ts';
import { readingChannel } from './readingChannel.ts';
import { answer, codeOf, countedOnce, DOCS, requestedCode, whoOf } from './shared.ts';

const BASE_URL = 'wss://api.hbdm.com';

type Fields = Readonly<Record<string, unknown>>;

const size = optionalNonZero(nonNegative);
const TRADE = rowReader({
  ts: epochMs, price: positive, direction: oneOf('buy', 'sell'), amount: size, quantity: size, trade_turnover: size,
}); // prettier-ignore

const trades = defineChannel({
  id: 'htx/trades',
  docsUrl: `${DOCS}#general-subscribe-trade-detail-data`,
  yields: ['trade'],
  rhythm: 'steady',
  staleAfterMs: 5 * MINUTE_MS,
  topics: (instruments) => instruments.map(({ venueSymbol }) => `market.${venueSymbol}.trade.detail`),
  asks: requestedCode,
  schema: object({ ch: optional(textOf(0, 128)), tick: object({ id: present, data: rows }) }),
  map({ ch, tick }, context) {
    const who = whoOf(context, codeOf(ch), '');
    if (who === undefined) return [];
    const reportSize = sizeReporter(context);
    const found: Observation[] = [];
    TRADE.each(tick.data, 'tick.data', context, (row, place, index) => {
      const [contracts, quantity] = [countedOnce(row.amount), countedOnce(row.quantity)];
      const sizeBase = quantity ?? amounts(who, 'contracts', contracts, row.price).base;
      const sizeContracts = sizeBase === undefined ? contracts : undefined;
      if ((sizeBase ?? sizeContracts) === undefined) {
        context.report({ code: 'decode', path: String(place), message: 'the trade states no size' });
        return;
      }
      if (sizeContracts !== undefined) reportSize(who, place, 'amount');
      const notionalUsd = countedOnce(row.trade_turnover) ?? (sizeBase === undefined ? undefined : sizeBase * row.price); // prettier-ignore
      // A trade's own id is beyond 2^53 and loses its last digits in JSON; that of the push does not.
      const tradeId = Number.isSafeInteger(tick.id) ? `${String(tick.id)}-${index}` : undefined;
      const sizes = { sizeBase, sizeContracts, notionalUsd, tradeId };
      const trade = { kind: 'trade', takerSide: row.direction, priceQuote: row.price, ...sizes } as const;
      found.push(observe(context, who, row.ts, trade));
    });
    return found;
  },
});

const tickers = readingChannel('tickers', ['mark-price', 'volume'], tickerReading, (code) => `market.${code}.detail`); // prettier-ignore
const mark = readingChannel('stream-mark', ['mark-price'], priceReading('mark'), (code) => `market.${code}.mark_price.1min`); // prettier-ignore
const index = readingChannel('stream-index', ['mark-price'], priceReading('index'), (code) => `market.${code}.index.1min`); // prettier-ignore

const isText = (value: unknown): value is string => typeof value === 'string';
const said = (value: unknown): string => (isText(value) || typeof value === 'number' ? String(value) : '');
const refusal = (frame: Fields): FrameRole => ({
  role: 'refused',
  code: said(frame['err-code'] ?? frame['err_code'] ?? frame['code']),
  message: said(frame['err-msg'] ?? frame['err_msg'] ?? frame['message']),
});

/** The kind of a channel name, with the id of the channel that reads it. */
const KINDS: readonly [RegExp, string][] = [
  [/^market\.[^.]+\.trade\.detail$/, trades.id],
  [/^market\.[^.]+\.detail$/, tickers.id],
  [/^market\.[^.]+\.kline\.\w+$/, 'htx/stream-candles'],
  [/^market\.[^.]+\.depth\.(?:step\d+|size_\d+\.high_freq)$/, 'htx/stream-depth'],
  [/^market\.[^.]+\.open_interest$/, 'htx/stream-open-interest'],
  [/^market\.[^.]+\.mark_price\.\w+$/, mark.id],
  [/^market\.[^.]+\.index\.\w+$/, index.id],
  [/^market\.[^.]+\.basis\.\w+\.\w+$/, 'htx/stream-basis'],
];

/** What a frame of the market and index sockets is. */
function marketRole(frame: unknown): FrameRole {
  if (typeof frame !== 'object' || frame === null) return { role: 'ignored' };
  const fields = frame as Fields;
  if (fields['ping'] !== undefined) return { role: 'ping', reply: { pong: fields['ping'] } };
  if (fields['pong'] !== undefined) return { role: 'pong' };
  if (fields['status'] === 'error') return refusal(fields);
  if (fields['subbed'] !== undefined || fields['unsubbed'] !== undefined) return { role: 'ack' };
  const topic = fields['ch'];
  // A REST answer and the answer to a `req` carry a status or `rep`; neither is a push.
  if (!isText(topic) || fields['status'] !== undefined) return { role: 'ignored' };
  const channel = KINDS.find(([pattern]) => pattern.test(topic))?.[1];
  // Changes of a book, pushed after its snapshot.
  const isChange = (fields['tick'] as Fields | null | undefined)?.['event'] === 'update';
  return channel === undefined || isChange ? { role: 'ignored' } : { role: 'data', channel, topic };
}

const funding = defineChannel({
  id: 'htx/stream-funding',
  docsUrl: `${DOCS}#general-subscribe-funding-rate-no-authentication-sub`,
  yields: ['funding-rate'],
  // Pushed once a minute.
  rhythm: 'steady',
  staleAfterMs: 5 * MINUTE_MS,
  topics: (instruments) => instruments.map(({ venueSymbol }) => `public.${venueSymbol}.funding_rate`),
  asks: requestedCode,
  schema: answer,
  map: ({ data, ts }, context) => fundingRows(data, ts, context, true),
});

const liquidations = defineChannel({
  id: 'htx/stream-liquidations',
  docsUrl: `${DOCS}#general-subscribe-liquidation-order-data-no-authentication-sub`,
  yields: ['liquidation'],
  rhythm: 'events',
  staleAfterMs: 30 * MINUTE_MS,
  // Those of all perpetuals: any of them shows that the channel is alive.
  topics: (instruments) => (instruments.length === 0 ? [] : ['public.*.liquidation_orders']),
  backfill: 'htx/liquidations',
  coverage: 'unverified',
  asks: requestedCode,
  schema: answer,
  map: ({ data }, context) => liquidationRows(data, context),
});

/** What a frame of the notification socket is. */
function notificationRole(frame: unknown): FrameRole {
  if (typeof frame !== 'object' || frame === null) return { role: 'ignored' };
  const fields = frame as Fields;
  if (fields['ping'] !== undefined) return { role: 'ping', reply: { pong: fields['ping'] } };
  const code = fields['err-code'];
  switch (fields['op']) {
    case 'ping':
      return { role: 'ping', reply: { op: 'pong', ts: fields['ts'] } };
    case 'pong':
      return { role: 'pong' };
    case 'close':
      return { role: 'closing', message: said(fields['err-msg']) };
    case 'error':
      return refusal(fields);
    case 'sub':
    case 'unsub':
    case 'auth':
      return code === undefined || said(code) === '0' ? { role: 'ack' } : refusal(fields);
    case 'notify': {
      const topic = isText(fields['topic']) ? fields['topic'] : '';
      const kind = /^public\.[^.]+\.(liquidation_orders|funding_rate)$/.exec(topic)?.[1];
      if (kind === undefined) return { role: 'ignored' };
      return { role: 'data', channel: (kind === 'funding_rate' ? funding : liquidations).id, topic };
    }
    default:
      return { role: 'ignored' };
  }
}

/** Servers ping every 5 s and hang up on whoever does not answer. */
const SOCKET = {
  baseUrl: BASE_URL,
  packing: 'gzip',
  deadAfterMs: 30 * SECOND_MS,
  maxTopicsPerSocket: 100,
  messages: { weight: 40, windowMs: SECOND_MS },
} as const;

const marketSocket = (id: string, path: string, channels: StreamSpec['channels']): StreamSpec => ({
  ...SOCKET,
  id,
  path,
  channels,
  subscribe: (topics) => topics.map((topic) => ({ sub: topic, id: topic })),
  classify: marketRole,
});

/** Market data, notifications (funding, liquidations), and prices that are made of an index. */
export const streams: readonly StreamSpec[] = [
  marketSocket('htx/market', '/linear-swap-ws', [trades, tickers, ...alsoReadMarketChannels]),
  {
    ...SOCKET,
    id: 'htx/notifications',
    path: '/linear-swap-notification',
    channels: [liquidations, funding],
    subscribe: (topics) => topics.map((topic) => ({ op: 'sub', cid: topic, topic })),
    classify: notificationRole,
  },
  marketSocket('htx/index', '/ws_index', [mark, index, ...alsoReadIndexChannels]),
];
