import type { Instrument } from '../../../core/instrument.ts';
import { MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import { isRecord, plainText } from '../kit/field.ts';
import { anything } from '../kit/fields.ts';
import { rows } from '../kit/payloads.ts';
import { readWhole } from '../kit/rowReader.ts';
import { defineChannel, type FrameRole, type StreamChannel, type StreamSpec } from '../stream.ts';
import { alsoReadChannels } from './alsoRead.ts';
import { placeOf, pushOf, type Push } from './push.ts';
import { mapOne } from './readings.ts';
import { DOCS } from './shared.ts';
import { mapTrades } from './trades.ts';

const eachPerpetual =
  (kind: string) =>
  (instruments: readonly Instrument[]): string[] =>
    // Without a login every 100 ms is the finest; a push holds all that was traded since the one before it.
    instruments.map(({ venueSymbol }) => `${kind}.${venueSymbol}.100ms`);

const trades = defineChannel({
  id: 'deribit/trades',
  docsUrl: `${DOCS}/#trades-instrument_name-interval`,
  yields: ['trade', 'liquidation'],
  rhythm: 'events',
  staleAfterMs: 5 * MINUTE_MS,
  topics: eachPerpetual('trades'),
  backfill: 'deribit/liquidations',
  coverage: 'complete',
  schema: anything,
  map(frame, context) {
    const push = pushOf(frame);
    const data = isRecord(push.data) ? [push.data] : push.data;
    const list = readWhole(data, rows, push.path, context) ?? [];
    return mapTrades(list, context, placeOf(push, context), 'complete', true);
  },
});

const ticker = defineChannel({
  id: 'deribit/ticker',
  docsUrl: `${DOCS}/#ticker-instrument_name-interval`,
  yields: ['mark-price', 'open-interest', 'volume', 'funding-rate'],
  rhythm: 'steady',
  staleAfterMs: MINUTE_MS,
  topics: eachPerpetual('ticker'),
  schema: anything,
  map(frame, context) {
    const push = pushOf(frame);
    return mapOne(push.data, context, placeOf(push, context));
  },
});

const channels: readonly StreamChannel<never>[] = [trades, ticker, ...alsoReadChannels];

/** Deltas name what they follow or are called changes; grouped books (other than `none`) have merged prices. */
function isWholeBook({ channel, data }: Push): boolean {
  if (!isRecord(data) || !Array.isArray(data['bids']) || !Array.isArray(data['asks'])) return false;
  const [, , group, levels] = channel?.split('.') ?? [];
  if (levels !== undefined && group !== 'none') return false;
  if (data['type'] !== undefined) return data['type'] === 'snapshot';
  return data['prev_change_id'] === undefined || data['prev_change_id'] === null;
}

/** Which channel a push is of, by the channel it names, else by keys that only its rows have. */
function channelOf(push: Push): string | undefined {
  const { channel, data } = push;
  if (channel === undefined) {
    const row: unknown = Array.isArray(data) ? data[0] : data;
    if (!isRecord(row) || typeof row['instrument_name'] !== 'string') return undefined;
    if ('trade_seq' in row || ('trade_id' in row && 'direction' in row)) return trades.id;
    if ('bids' in row && 'asks' in row) return isWholeBook(push) ? 'deribit/book' : undefined;
    return 'mark_price' in row && 'open_interest' in row ? ticker.id : undefined;
  }
  if (channel.startsWith('trades.')) return trades.id;
  if (channel.startsWith('ticker.')) return ticker.id;
  if (channel.startsWith('chart.trades.')) return 'deribit/chart';
  return channel.startsWith('book.') && isWholeBook(push) ? 'deribit/book' : undefined;
}

const call = (id: number, method: string, params: object): Readonly<Record<string, unknown>> => ({
  jsonrpc: '2.0',
  id,
  method: `public/${method}`,
  params,
});

const HEARTBEAT_SECONDS = 30;
const SUBSCRIBED_AT_ONCE = 100;

/** What an answer to a call of ours is; undefined for what is no answer. */
function answerRole(frame: Record<string, unknown>): FrameRole | undefined {
  const { error, result } = frame;
  if (isRecord(error) && 'code' in error) {
    const said = isRecord(error['data']) ? error['data']['reason'] : undefined;
    const reason = typeof said === 'string' ? `: ${said}` : '';
    return { role: 'refused', code: plainText(error['code']), message: plainText(error['message']) + reason };
  }
  if (!('result' in frame) || 'params' in frame) return undefined;
  // The list of what is subscribed now; channels that Deribit does not know are left out of it without a word.
  if (Array.isArray(result) && result.length === 0) {
    return { role: 'refused', code: 'nothing-subscribed', message: 'none of the channels exists' };
  }
  if (Array.isArray(result) || result === 'ok') return { role: 'ack' };
  return isRecord(result) && 'version' in result ? { role: 'pong' } : undefined;
}

/** What a frame is: answers by their result or error, notifications by their method, the rest by what it holds. */
function classify(frame: unknown): FrameRole {
  if (isRecord(frame)) {
    const answer = answerRole(frame);
    if (answer !== undefined) return answer;
    if (frame['method'] === 'heartbeat') {
      const type = isRecord(frame['params']) ? frame['params']['type'] : undefined;
      return type === 'test_request' ? { role: 'ping', reply: call(2, 'test', {}) } : { role: 'pong' };
    }
  }
  const push = pushOf(frame);
  const channel = channelOf(push);
  if (channel === undefined) return { role: 'ignored' };
  return { role: 'data', channel, ...(push.channel === undefined ? {} : { topic: push.channel }) };
}

export const stream: StreamSpec = {
  id: 'deribit/public',
  baseUrl: 'wss://www.deribit.com',
  path: '/ws/api/v2',
  channels,
  subscribe(topics) {
    const batches = Array.from({ length: Math.ceil(topics.length / SUBSCRIBED_AT_ONCE) }, (_, index) =>
      topics.slice(index * SUBSCRIBED_AT_ONCE, (index + 1) * SUBSCRIBED_AT_ONCE),
    );
    if (batches.length === 0) return [];
    return [
      // Asked for once: from then on the server sends heartbeats, and asks for `public/test` where it hears nothing.
      call(1, 'set_heartbeat', { interval: HEARTBEAT_SECONDS }),
      ...batches.map((list, index) => call(index + 10, 'subscribe', { channels: list })),
    ];
  },
  classify,
  deadAfterMs: 75 * SECOND_MS,
  maxTopicsPerSocket: 500,
  // A subscription costs 3,000 credits of a pool of 30,000 that regains 10,000 a second.
  messages: { weight: 10, windowMs: 3 * SECOND_MS },
};
