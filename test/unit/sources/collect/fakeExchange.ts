import type { Read } from '../../../../src/sources/exchanges/kit/field.ts';
import { optional, plainNumber, text } from '../../../../src/sources/exchanges/kit/fields.ts';
import { listOf, object } from '../../../../src/sources/exchanges/kit/payloads.ts';
import { PerpscopeError, type ErrorCode } from '../../../../src/core/errors.ts';
import type { Instrument } from '../../../../src/core/instrument.ts';
import type { Observation } from '../../../../src/core/observation.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import type { SessionDeps } from '../../../../src/sources/collect/exchangeRequests.ts';
import { ExchangeSession } from '../../../../src/sources/collect/exchangeSession.ts';
import { MarketTime } from '../../../../src/sources/collect/marketTime.ts';
import type { ExchangeAdapter, ObservationPoll } from '../../../../src/sources/exchanges/contract.ts';
import {
  defineInstrumentDetailPoll,
  defineInstrumentPoll,
  definePoll,
} from '../../../../src/sources/exchanges/contract.ts';
import { provenance, subjectOf } from '../../../../src/sources/exchanges/mapping.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../../../../src/sources/transport/httpClient.ts';
import type { FakeClock } from '../../../support/fakeClock.ts';
import { instrumentOf } from '../../market/builders.ts';

/** An exchange and a transport made of plain answers, for tests of the session between them. */

export type Reply = unknown;
export interface FakeHttp extends HttpClient {
  /** Paths asked for, with the symbol, in order. */
  readonly asked: string[];
  readonly pauses: { readonly exchange: string; readonly untilMs: number }[];
  /** What a path answers from now on: a body, an error to throw, or a function of the request. */
  on(path: string, reply: Reply): void;
  isSimulated: boolean;
}

export function fakeHttp(clock: FakeClock): FakeHttp {
  const replies = new Map<string, Reply>();
  const http: FakeHttp = {
    asked: [],
    pauses: [],
    isSimulated: false,
    on: (path, reply) => void replies.set(path, reply),
    async send(request: HttpRequest): Promise<HttpAnswer> {
      const { symbol } = request.query;
      http.asked.push(symbol === undefined ? request.path : `${request.path} ${symbol}`);
      const reply = replies.get(request.path);
      const body = typeof reply === 'function' ? (reply as (one: HttpRequest) => unknown)(request) : reply;
      if (body instanceof Error) throw body;
      const receivedAtMs = clock.nowMs();
      return { status: 200, body, bytes: 0, receivedAtMs, latencyMs: 1, isSimulated: http.isSimulated };
    },
    nextAttemptAtMs: (exchange) => http.pauses.find((one) => one.exchange === exchange)?.untilMs,
    usedWeight: () => 0,
    pause: (exchange, _baseUrl, untilMs) => void http.pauses.push({ exchange, untilMs }),
    close: () => Promise.resolve(),
  };
  return http;
}

/** A failure as the transport reports it. `body` is the exchange's own answer to a refused request. */
export function httpError(code: ErrorCode, status?: number, body?: unknown): PerpscopeError {
  const cause = body === undefined ? {} : { cause: { body } };
  return new PerpscopeError(code, `${code} ${status ?? ''}`, {
    ...(status === undefined ? {} : { status }),
    ...cause,
  });
}

const listed = object({ list: listOf(object({ symbol: text, size: plainNumber })) });
const valued = object({ value: plainNumber, symbol: optional(text) });

/** A poll that answers `{ value }` as coins where the contract size is known, else as contracts. */
export function poll(name: string, changes: Partial<ObservationPoll> = {}): ObservationPoll<never> {
  return definePoll<Read<typeof valued>>({
    id: `fake/${name}`,
    method: 'GET',
    path: `/${name}`,
    docsUrl: 'https://example.invalid/',
    weight: 1,
    yields: ['open-interest'],
    tense: 'now',
    cadenceMs: 60_000,
    request: ({ instrument }) => ({
      method: 'GET',
      path: `/${name}`,
      query: { symbol: instrument.venueSymbol },
    }),
    schema: valued,
    map(payload, context) {
      const subject = subjectOf({ parseSymbol }, context, payload.symbol, context.params['symbol'], 'symbol');
      if (subject === undefined) return [];
      const size = subject.instrument?.contractSize.amount;
      const sized =
        size === undefined
          ? { openInterestContracts: payload.value }
          : { openInterestBase: payload.value * size };
      const row = {
        ...provenance(context, subject, undefined),
        kind: 'open-interest',
        sides: 'one',
        ...sized,
      };
      return [row as Observation];
    },
    ...(changes as object),
  });
}

const parseSymbol = (symbol: string) => ({
  baseAsset: symbol.replace(/USDT$/, ''),
  quoteAsset: 'USDT',
  kind: 'perpetual' as const,
  margin: 'linear' as const,
});

export function fakeAdapter(id: string, options: { readonly withDetails?: boolean } = {}): ExchangeAdapter {
  const request = { method: 'GET' as const, query: {} };
  return {
    id,
    displayName: id.toUpperCase(),
    docsUrl: 'https://example.invalid/',
    restBaseUrl: `https://${id}.invalid`,
    limits: [{ weight: 100, windowMs: 1_000 }],
    instruments: defineInstrumentPoll<Read<typeof listed>>({
      id: 'fake/instruments',
      method: 'GET',
      path: '/list',
      docsUrl: 'https://example.invalid/',
      weight: 1,
      requests: () => [{ ...request, path: '/list' }],
      schema: listed,
      map: ({ list }): Instrument[] =>
        list.map(({ symbol, size }) => ({
          ...instrumentOf(id, { contractSize: { amount: size, unit: 'base' } }),
          key: `${id}:${symbol}`,
          venueSymbol: symbol,
          baseAsset: parseSymbol(symbol).baseAsset,
        })),
    }),
    ...(options.withDetails === true
      ? {
          instrumentDetails: defineInstrumentDetailPoll<{ hours: number }>({
            id: 'fake/details',
            method: 'GET',
            path: '/details',
            docsUrl: 'https://example.invalid/',
            weight: 1,
            request: () => ({ ...request, path: '/details' }),
            schema: object({ hours: plainNumber }),
            map: ({ hours }) => [{ venueSymbol: 'BTCUSDT', fundingIntervalMs: hours * HOUR_MS }],
            apply: (instrument, detail) => ({
              ...instrument,
              ...(detail?.fundingIntervalMs === undefined
                ? {}
                : { fundingIntervalMs: detail.fundingIntervalMs }),
            }),
          }),
        }
      : {}),
    polls: [
      poll('now', { fallbacks: [poll('poorer')] }),
      poll('bars', { tense: 'history', cadenceMs: HOUR_MS }),
    ],
    perpetualSymbol: (asset) => `${asset}USDT`,
    parseSymbol,
    venueError(body) {
      const { error, wait } = (body ?? {}) as { error?: string; wait?: number };
      if (error === undefined) return undefined;
      return {
        code: error,
        message: 'says the exchange',
        kind: error === 'too-many' ? 'rate-limited' : 'rejected',
        ...(wait === undefined ? {} : { retryAfterMs: wait }),
      };
    },
  };
}

/** Answers for everything that the fake exchange is asked. */
export function answerAll(http: FakeHttp, value = 5): void {
  http.on('/list', { list: [{ symbol: 'BTCUSDT', size: 0.01 }, { symbol: 'ETHUSDT', size: 0.1 }] }); // prettier-ignore
  http.on('/details', { hours: 4 });
  for (const path of ['/now', '/bars', '/poorer']) http.on(path, { value });
}

/** A session with an exchange at its own address; `more` replaces its parts, for example its time. */
export function sessionOf(
  adapter: ExchangeAdapter,
  http: FakeHttp,
  clock: FakeClock,
  more: Partial<SessionDeps> = {},
): ExchangeSession {
  const time = new MarketTime(clock);
  return new ExchangeSession({ adapter, baseUrl: adapter.restBaseUrl, http, clock, time, ...more });
}
