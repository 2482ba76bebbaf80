import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/units.ts';
import { epochSeconds, nonNegative, optional, text } from '../exchanges/kit/fields.ts';
import { object, rows } from '../exchanges/kit/payloads.ts';
import { rowReader } from '../exchanges/kit/rowReader.ts';
import { contextValue, defineContextRequest, type ContextProvider } from './contract.ts';

/*
 * Evidence. https://alternative.me/crypto/fear-and-greed-index/#api
 *
 * | endpoint | yields | unit, time | seen |
 * | --- | --- | --- | --- |
 * | GET /fng/?limit=N | fear-greed | score 0..100 as text; `timestamp` in seconds as text, 00:00 UTC of the day; newest first | recorded |
 *
 * `metadata.error` is null in every recorded answer; a text there is taken as a refusal (docs). With `date_format` the
 * timestamp is a local date: it is never asked for, and such rows are refused as no time.
 */

const days = rowReader({ value: nonNegative, timestamp: epochSeconds, value_classification: optional(text) });

const fearGreed = defineContextRequest({
  id: 'alternative-me/fear-greed',
  docsUrl: 'https://alternative.me/crypto/fear-and-greed-index/#api',
  path: '/fng/',
  yields: ['fear-greed'],
  cadenceMs: HOUR_MS,
  // The day's value appears at its start; six hours of grace for a late one.
  freshForMs: 30 * HOUR_MS,
  weight: 1,
  specs: () => [{ path: '/fng/', query: { limit: '31' } }],
  schema: object({ data: rows }),
  map: ({ data }, scope) =>
    days.list(data, 'data', scope).map(({ value, timestamp, value_classification: label }) =>
      contextValue(scope, 'fear-greed', value, {
        atMs: timestamp,
        barMs: DAY_MS,
        ...(label === undefined ? {} : { label }),
      }),
    ),
});

/** Crypto Fear & Greed Index: one score a day for the whole market, without a key. */
export const alternativeMe: ContextProvider = {
  id: 'alternative-me',
  displayName: 'alternative.me',
  docsUrl: 'https://alternative.me/crypto/fear-and-greed-index/',
  baseUrl: 'https://api.alternative.me',
  // Stated on the page above: 60 requests a minute over 10 minutes.
  limits: [{ weight: 60, windowMs: MINUTE_MS }],
  adds: 'the Crypto Fear & Greed Index',
  requests: [fearGreed],
  rejection(body) {
    const error = (body as { metadata?: { error?: unknown } | null } | null)?.metadata?.error;
    return typeof error === 'string' && error !== ''
      ? { code: 'error', message: error, kind: 'rejected' }
      : undefined;
  },
};
