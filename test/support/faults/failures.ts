import type { SimulatedHost } from '../../../src/sources/simulator/profiles.ts';
import type { WireAnswer } from '../../../src/sources/simulator/wire/shared.ts';

export type FailureKind = 'geo-blocked' | 'rate-limited' | 'banned' | 'server-error';

type Said = readonly [status: number, code: string | number, message: string];

/** An exchange's own words for what goes wrong, and the shape in which it says them. */
interface Failures {
  readonly said: Readonly<Record<FailureKind, Said>>;
  body(code: string | number, message: string, nowMs: number): unknown;
}

/** The providers of context give no codes: the message is the kind's name. */
const provider = (body: (message: string) => unknown): Failures => ({
  said: {
    'geo-blocked': [451, 0, 'geo-blocked'],
    'rate-limited': [429, 0, 'rate-limited'],
    banned: [429, 0, 'banned'],
    'server-error': [502, 0, 'server-error'],
  },
  body: (_code, message) => body(message),
});

const FAILURES: Readonly<Record<SimulatedHost, Failures>> = {
  binance: {
    said: {
      'geo-blocked': [451, 0, "Service unavailable from a restricted location according to 'b. Eligibility' in https://www.binance.com/en/terms. Please contact customer service if you believe you received this message in error."],
      'rate-limited': [429, -1003, 'Too many requests; current limit of IP(127.0.0.1) is 2400 requests per minute. Please use the websocket for live updates to avoid polling the API.'],
      banned: [418, -1003, 'Way too many requests; IP(127.0.0.1) banned until 1893456000000. Please use the websocket for live updates to avoid bans.'],
      'server-error': [503, -1001, 'Internal error; unable to process your request. Please try again.'],
    },
    body: (code, msg) => ({ code, msg }),
  }, // prettier-ignore
  okx: {
    said: {
      'geo-blocked': [
        451,
        '51155',
        'Due to local laws and regulations, this service is not available in your region.',
      ],
      'rate-limited': [429, '50011', 'Too Many Requests'],
      banned: [418, '50061', 'Requests too frequent; the address is blocked for a while.'],
      'server-error': [503, '50001', 'Service temporarily unavailable. Try again later.'],
    },
    body: (code, msg) => ({ code, data: [], msg }),
  },
  bybit: {
    said: {
      'geo-blocked': [
        451,
        10024,
        'Unable to serve you: the product or service is not available in your region.',
      ],
      'rate-limited': [429, 10006, 'Too many visits. Exceeded the API Rate Limit.'],
      banned: [418, 10018, 'Exceeded the IP Rate Limit.'],
      'server-error': [503, 10016, 'Server error.'],
    },
    body: (retCode, retMsg, time) => ({ retCode, retMsg, result: {}, retExtInfo: {}, time }),
  },
  bitget: {
    said: {
      'geo-blocked': [451, '40037', 'The service is not available in your country or region.'],
      'rate-limited': [429, '429', 'Too Many Requests'],
      banned: [418, '30007', 'request over limit, connection close'],
      'server-error': [500, '40725', 'service return an error'],
    },
    body: (code, msg, nowMs) => ({ code, msg, requestTime: nowMs - 9, data: null }),
  },
  gate: {
    said: {
      'geo-blocked': [451, 'FORBIDDEN', 'Service is not available in your region'],
      'rate-limited': [429, 'TOO_MANY_REQUESTS', 'Request Rate limit Exceeded (311)'],
      banned: [418, 'TOO_MANY_REQUESTS', 'IP address is temporarily banned'],
      'server-error': [500, 'INTERNAL', 'Internal server error'],
    },
    body: (label, message) => ({ label, message }),
  },
  deribit: {
    said: {
      // No code is documented for regions and bans: the first two tell what the status says.
      'geo-blocked': [451, 451, 'unavailable_for_legal_reasons'],
      'rate-limited': [429, 10_028, 'too_many_requests'],
      banned: [418, 10_028, 'too_many_requests'],
      'server-error': [500, 11_094, 'internal_server_error'],
    },
    body: (code, message, nowMs) => ({
      ...{ jsonrpc: '2.0', error: { code, message } },
      ...{ usIn: nowMs * 1_000, usOut: nowMs * 1_000 + 250, usDiff: 250, testnet: false },
    }),
  },
  hyperliquid: {
    said: {
      'geo-blocked': [451, 0, 'Unavailable for legal reasons'],
      'rate-limited': [429, 0, ''],
      banned: [418, 0, 'Your address is banned'],
      'server-error': [500, 0, 'Internal server error'],
    },
    // A bare text, or nothing at all.
    body: (_code, message) => (message === '' ? null : message),
  },
  'kraken-futures': {
    said: {
      'geo-blocked': [451, 0, 'unavailableInRegion'],
      'rate-limited': [429, 0, 'apiLimitExceeded'],
      banned: [418, 0, 'apiLimitExceeded'],
      'server-error': [500, 0, 'Server Error'],
    },
    body: (_code, error, nowMs) => ({ result: 'error', serverTime: new Date(nowMs).toISOString(), error }),
  },
  htx: {
    said: {
      'geo-blocked': [451, 'access-denied', 'Service is not available in your region.'],
      'rate-limited': [429, 1032, 'The number of access exceeded the limit.'],
      banned: [418, 1084, 'Your contract API try trading too often, please try again later.'],
      'server-error': [503, 1000, 'System busy.'],
    },
    body: (code, message, nowMs) => ({ status: 'error', err_code: code, err_msg: message, ts: nowMs }),
  },
  'alternative-me': provider((error) => ({ name: 'Fear and Greed Index', data: [], metadata: { error } })),
  coingecko: provider((message) => ({ status: { error_code: 429, error_message: message } })),
  fred: provider((message) => ({ error_message: message })),
};

/** Returns what an exchange answers, in its own words, when it refuses. */
export function failureOf(exchange: SimulatedHost, kind: FailureKind, nowMs: number): WireAnswer {
  const { said, body } = FAILURES[exchange];
  const [status, code, message] = said[kind];
  return { status, body: body(code, message, nowMs) };
}
