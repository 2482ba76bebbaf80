import { SECOND_MS } from '../../../core/units.ts';
import type { DeribitRows } from './deribitRows.ts';
import type { Listing, WireReply, WireStreams } from './shared.ts';

/**
 * Deribit's socket: JSON-RPC calls in one direction, answers and notifications in the other. Trades are pushed in bundles of
 * 100 ms, a ticker each second. Raw channels are for accounts.
 */

const PATH = '/ws/api/v2';
const BUNDLE_MS = 100;

const answer = (id: unknown, content: object): object => ({
  jsonrpc: '2.0',
  ...(id === undefined ? {} : { id }),
  ...content,
});
const failed = (id: unknown, code: number, message: string, data?: object): WireReply => ({
  replies: [answer(id, { error: { code, message, ...(data === undefined ? {} : { data }) } })],
});
const push = (channel: string, data: unknown): object => ({
  jsonrpc: '2.0',
  method: 'subscription',
  params: { channel, data },
});

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Builds the stream side of Deribit's wire format. */
export function createDeribitStreams(listings: readonly Listing[], rows: DeribitRows): WireStreams {
  const partsOf = (topic: string): { kind: 'trades' | 'ticker'; listing: Listing } | undefined => {
    const [kind, symbol, interval, ...rest] = topic.split('.');
    const listing = listings.find(({ venueSymbol }) => venueSymbol === symbol);
    const isServed = (kind === 'trades' || kind === 'ticker') && interval === '100ms' && rest.length === 0;
    return isServed && listing !== undefined ? { kind, listing } : undefined;
  };

  const withChannels = (id: unknown, method: string, params: Record<string, unknown>): WireReply => {
    const { channels } = params;
    if (!Array.isArray(channels) || !channels.every((one): one is string => typeof one === 'string')) {
      return failed(id, -32_602, 'Invalid params', { reason: 'value required', param: 'channels' });
    }
    if (channels.some((one) => one.endsWith('.raw'))) {
      return failed(id, 13_778, 'raw_subscriptions_not_available_for_unauthorized');
    }
    // Channels that do not exist are left out of the answer without a word.
    const known = channels.filter((one) => partsOf(one) !== undefined);
    const replies = [answer(id, { result: known })];
    return method === 'public/subscribe' ? { replies, subscribe: known } : { replies, unsubscribe: known };
  };

  return {
    paths: [PATH],
    receive(text, { nowMs }) {
      const call = parse(text);
      if (call === undefined) return failed(undefined, -32_700, 'Parse error');
      const { id, method } = call;
      const params = (typeof call['params'] === 'object' ? call['params'] : null) ?? {};
      switch (method) {
        case 'public/test':
        case 'public/hello':
          return { replies: [answer(id, { result: { version: '1.2.26' }, usIn: nowMs * 1_000 })] };
        case 'public/get_time':
          return { replies: [answer(id, { result: nowMs })] };
        case 'public/set_heartbeat': {
          const { interval } = params as { interval?: unknown };
          if (typeof interval !== 'number' || interval < 10) {
            return failed(id, -32_602, 'Invalid params', {
              reason: 'must be at least 10',
              param: 'interval',
            });
          }
          return { replies: [answer(id, { result: 'ok' })] };
        }
        case 'public/disable_heartbeat':
          return { replies: [answer(id, { result: 'ok' })] };
        case 'public/subscribe':
        case 'public/unsubscribe':
          return withChannels(id, method, params as Record<string, unknown>);
        default:
          return failed(id, -32_601, 'Method not found');
      }
    },
    frames(topic, { fromMs, toMs, path }) {
      const parts = partsOf(topic);
      if (parts === undefined || path !== PATH) return [];
      const { kind, listing } = parts;
      if (kind === 'ticker') {
        const first = Math.floor(fromMs / SECOND_MS) + 1;
        const count = Math.max(0, Math.floor(toMs / SECOND_MS) - first + 1);
        return Array.from({ length: count }, (_, index) =>
          push(topic, rows.ticker(listing, (first + index) * SECOND_MS)),
        );
      }
      const bundles = Map.groupBy(rows.trades(listing, fromMs, toMs), ({ timestamp }) =>
        Math.ceil(timestamp / BUNDLE_MS),
      );
      return [...bundles.values()].map((trades) => push(topic, trades));
    },
    ping: {
      everyMs: 30 * SECOND_MS,
      frame: () => ({ jsonrpc: '2.0', method: 'heartbeat', params: { type: 'test_request' } }),
    },
  };
}
