import type { InterceptedCall } from '../../../src/sources/simulator/interceptor.ts';
import type { SimulatedHost } from '../../../src/sources/simulator/profiles.ts';
import { failureOf } from './failures.ts';
import {
  aboutAnother,
  drip,
  dripHeaders,
  HTML_PAGE,
  sendBomb,
  sendEndless,
  withNulls,
  type Packing,
} from './wrongBodies.ts';

/** What a simulated exchange can do wrong, by name. */
export const FAULT_NAMES = [
  'geo-block', // 451 and a body in the exchange's style
  'rate-limit', // 429 with Retry-After
  'ban', // 418 with a long Retry-After
  'forbidden', // 403 "access too frequent", as Bybit says that it is asked too often
  'server-error', // 500 or 503 and a body in the exchange's style
  'garbage', // a web page, or JSON that is cut off
  'empty', // {}
  'null-fields', // the right answer with null in place of every value
  'wrong-symbol', // the right answer about another contract
  'stall', // the request is taken and never answered
  'slow-header', // headers that come byte by byte and never end
  'slow-drip', // the right answer, byte by byte
  'endless-body', // an array that never ends
  'gzip-bomb', // 64 MB of blanks in 64 KB
  'br-bomb', // the same in other packings, the second of which nobody asked for
  'zstd-bomb',
  'refuse', // the connection is reset
  'no-connect', // connections are never completed, of streams neither
] as const;
export type FaultName = (typeof FAULT_NAMES)[number];

export interface Fault {
  readonly name: FaultName;
  /** Only requests whose path contains this go wrong. */
  readonly path?: string;
  /** So many requests go wrong, then all is well again. */
  readonly times?: number;
  /** The header of `rate-limit` and `ban`: seconds or an HTTP date; null leaves it out. */
  readonly retryAfter?: string | null;
  /** Of `garbage`. */
  readonly form?: 'html' | 'cut-json';
  /** Time between two bytes of `slow-drip` and `slow-header`. */
  readonly byteEveryMs?: number;
}

/** What goes wrong with the requests to each simulated exchange. */
export class RequestFaults {
  readonly #faults = new Map<SimulatedHost, Fault & { left: number }>();

  /** Makes an exchange go wrong, or right again with undefined. */
  set(exchange: SimulatedHost, fault: Fault | undefined): void {
    if (fault === undefined) this.#faults.delete(exchange);
    else this.#faults.set(exchange, { ...fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  /** Answers as the fault wants it; returns false where the exchange is to answer itself. */
  answer(call: InterceptedCall): boolean {
    const fault = this.#faults.get(call.wire.id);
    if (fault === undefined || !call.request.path.includes(fault.path ?? '') || fault.left <= 0) return false;
    fault.left -= 1;
    answerWrongly(call, fault);
    return true;
  }
}

function answerWrongly(call: InterceptedCall, fault: Fault): void {
  const { request, response, wire } = call;
  const failure = (kind: Parameters<typeof failureOf>[1], headers?: Readonly<Record<string, string>>): void =>
    call.send(failureOf(wire.id, kind, request.nowMs), headers);
  const retryAfter = (usualSeconds: string): Record<string, string> =>
    fault.retryAfter === null ? {} : { 'retry-after': fault.retryAfter ?? usualSeconds };

  switch (fault.name) {
    case 'geo-block':
      return failure('geo-blocked');
    case 'rate-limit':
      return failure('rate-limited', retryAfter('2'));
    case 'ban':
      return failure('banned', retryAfter('7200'));
    case 'forbidden':
      return call.send({ status: 403, body: { retCode: 403, retMsg: 'access too frequent' } });
    case 'server-error':
      return failure('server-error');
    case 'garbage': {
      const isHtml = fault.form !== 'cut-json';
      const whole = JSON.stringify(call.answer().body);
      call.head(200, isHtml ? { 'content-type': 'text/html' } : {});
      response.end(isHtml ? HTML_PAGE : whole.slice(0, Math.max(1, Math.floor(whole.length * 0.6))));
      return;
    }
    case 'empty':
      return call.send({ status: 200, body: {} });
    case 'null-fields': {
      const { status, body } = call.answer();
      return call.send({ status, body: withNulls(body) });
    }
    case 'wrong-symbol':
      return call.send(call.answer(aboutAnother(request, wire.listings)));
    case 'slow-header':
      return dripHeaders(response, fault.byteEveryMs ?? 1_000);
    case 'slow-drip': {
      const { status, body } = call.answer();
      call.head(status);
      return drip(response, JSON.stringify(body), fault.byteEveryMs ?? 1_000);
    }
    case 'endless-body':
      call.head(200);
      return sendEndless(response);
    case 'gzip-bomb':
    case 'br-bomb':
    case 'zstd-bomb': {
      const packing = fault.name.replace('-bomb', '') as Packing;
      call.head(200, { 'content-encoding': packing });
      return sendBomb(response, packing);
    }
    case 'refuse':
      response.socket?.resetAndDestroy();
      return;
    // A request that is taken and never answered, and one that cannot come.
    case 'stall':
    case 'no-connect':
      return;
  }
}
