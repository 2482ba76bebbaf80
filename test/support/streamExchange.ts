import { instrumentKey } from '../../src/core/ids.ts';
import type { Instrument } from '../../src/core/instrument.ts';
import type { Observation } from '../../src/core/observation.ts';
import type { ExchangeAdapter } from '../../src/sources/exchanges/contract.ts';
import type { Read } from '../../src/sources/exchanges/kit/field.ts';
import { oneOf, optional, plainNumber, text } from '../../src/sources/exchanges/kit/fields.ts';
import { object } from '../../src/sources/exchanges/kit/payloads.ts';
import type { MapContext } from '../../src/sources/exchanges/mapContext.ts';
import {
  defineChannel,
  type FrameRole,
  type StreamChannel,
  type StreamSpec,
} from '../../src/sources/exchanges/stream.ts';

/** The adapter's side of the made-up exchange of `streamWire.ts`. */

const frame = object({ s: text, t: plainNumber, p: plainNumber, id: optional(text), side: optional(oneOf('buy', 'sell')), q: optional(plainNumber) }); // prettier-ignore
type WireFrame = Read<typeof frame>;

function baseOf(
  row: WireFrame,
  context: MapContext,
): Pick<
  Observation,
  'exchange' | 'venueSymbol' | 'baseAsset' | 'instrument' | 'atMs' | 'receivedAtMs' | 'endpoint'
> {
  return {
    exchange: context.exchange,
    venueSymbol: row.s,
    baseAsset: row.s.replace('USDT', ''),
    instrument: instrumentKey(context.exchange, row.s),
    atMs: row.t,
    receivedAtMs: context.receivedAtMs,
    endpoint: context.endpoint,
  };
}

function channel(
  name: 'trade' | 'price' | 'liq',
  map: (row: WireFrame, context: MapContext) => Observation,
  changes: Partial<StreamChannel<WireFrame>>,
): StreamChannel<never> {
  return defineChannel<WireFrame>({
    id: `fake/${name}`,
    docsUrl: 'https://example.invalid/',
    yields: [name === 'trade' ? 'trade' : name === 'liq' ? 'liquidation' : 'mark-price'],
    rhythm: 'steady',
    staleAfterMs: 20_000,
    topics: (instruments) => instruments.map((one) => `${name}.${one.venueSymbol}`),
    schema: frame,
    map: (row, context) => [map(row, context)],
    ...changes,
  });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

export function classify(value: unknown): FrameRole {
  if (value === 'pong') return { role: 'pong' };
  if (!isRecord(value)) return { role: 'ignored' };
  if (typeof value['ch'] === 'string') return { role: 'data', channel: `fake/${value['ch']}` };
  if ('ack' in value) return { role: 'ack' };
  if ('ping' in value) return { role: 'ping', reply: { pong: value['ping'] } };
  if ('refused' in value)
    return { role: 'refused', code: '4', message: `no topic ${String(value['refused'])}` };
  if (value['event'] === 'going-away') return { role: 'closing', message: 'maintenance' };
  return { role: 'ignored' };
}

export interface StreamExchangeOptions {
  readonly spec?: Partial<StreamSpec>;
  /** Which channels: all three unless stated. */
  readonly channels?: readonly ('trade' | 'price' | 'liq')[];
  readonly liq?: Partial<StreamChannel<WireFrame>>;
  readonly price?: Partial<StreamChannel<WireFrame>>;
  readonly trade?: Partial<StreamChannel<WireFrame>>;
}

/** Returns an adapter of which streams alone are used. */
export function streamExchange(options: StreamExchangeOptions = {}): ExchangeAdapter {
  const all = {
    trade: () => channel('trade', (row, context) => ({ ...baseOf(row, context), kind: 'trade', takerSide: row.side ?? 'buy', priceQuote: row.p, sizeBase: row.q ?? 0, tradeId: row.id ?? '' }), options.trade ?? {}),
    price: () => channel('price', (row, context) => ({ ...baseOf(row, context), kind: 'mark-price', markPriceQuote: row.p }), options.price ?? {}),
    liq: () => channel('liq', (row, context) => ({ ...baseOf(row, context), kind: 'liquidation', liquidatedSide: row.side === 'buy' ? 'short' : 'long', priceQuote: row.p, priceBasis: 'fill', sizeBase: row.q ?? 0, coverage: 'complete', eventId: row.id ?? '' }), { rhythm: 'events', staleAfterMs: 60_000, ...options.liq }),
  }; // prettier-ignore
  const stream: StreamSpec = {
    id: 'fake/main',
    baseUrl: 'wss://fake.invalid',
    path: '/ws',
    channels: (options.channels ?? ['trade', 'price', 'liq']).map((name) => all[name]()),
    subscribe: (topics) => [{ op: 'sub', topics }],
    classify,
    heartbeat: { everyMs: 10_000, message: 'ping' },
    deadAfterMs: 30_000,
    maxTopicsPerSocket: 100,
    ...options.spec,
  };
  return {
    id: 'fake',
    displayName: 'Fake',
    docsUrl: 'https://example.invalid/',
    restBaseUrl: 'https://fake.invalid',
    limits: [{ weight: 100, windowMs: 1_000 }],
    instruments: undefined as never,
    polls: [],
    streams: [stream],
    perpetualSymbol: (asset) => `${asset}USDT`,
    parseSymbol: () => undefined,
    venueError: () => undefined,
  };
}

export function instrument(asset: string): Instrument {
  return {
    key: instrumentKey('fake', `${asset}USDT`),
    exchange: 'fake',
    venueSymbol: `${asset}USDT`,
    baseAsset: asset,
    quoteAsset: 'USDT',
    settleAsset: 'USDT',
    kind: 'perpetual',
    margin: 'linear',
    contractSize: { amount: 1, unit: 'base' },
    status: 'trading',
  };
}
