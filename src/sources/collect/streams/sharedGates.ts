import type { PerpscopeError } from '../../../core/errors.ts';
import type { ExchangeId } from '../../../core/ids.ts';
import type { HttpClient } from '../../transport/httpClient.ts';

/** Whether the hosts of streams may be asked (`https://host`). */
export interface StreamGates {
  nextAttemptAtMs(exchange: ExchangeId, baseUrl: string): number | undefined;
  /** Leaves a host alone until then, for `refusal` said so. */
  pause(exchange: ExchangeId, baseUrl: string, untilMs: number, refusal: PerpscopeError): void;
}

/** Statuses by which an exchange shuts out the address that asks too much, from all of its hosts. */
const BANS: readonly (number | undefined)[] = [403, 418];

/** The name under which the dialling of streams alone is paused, for streams and REST may share a host. */
const diallingOf = (exchange: ExchangeId): string => `${exchange} streams`;

/**
 * Returns gates that streams share with REST. Exchanges count by the address that asks, so no stream is opened while
 * REST is to be left alone, on whichever host; and a host that is asked too much by streams is left alone by REST. Any
 * other refusal (a wall before the streams, a region, maintenance) is about streams: REST learns its own by asking.
 */
export function sharedGates(
  http: Pick<HttpClient, 'nextAttemptAtMs' | 'pause'>,
  restUrlOf: (exchange: ExchangeId) => string | undefined,
): StreamGates {
  return {
    nextAttemptAtMs(exchange, baseUrl) {
      const urls = [baseUrl, restUrlOf(exchange)].filter((url) => url !== undefined);
      const times = [
        http.nextAttemptAtMs(diallingOf(exchange), baseUrl),
        ...urls.map((url) => http.nextAttemptAtMs(exchange, url)),
      ].filter((time) => time !== undefined);
      return times.length === 0 ? undefined : Math.max(...times);
    },
    pause(exchange, baseUrl, untilMs, { code, status }) {
      if (code !== 'rate-limited') return http.pause(diallingOf(exchange), baseUrl, untilMs, status);
      http.pause(exchange, baseUrl, untilMs, status);
      const restUrl = restUrlOf(exchange);
      if (restUrl !== undefined && BANS.includes(status)) http.pause(exchange, restUrl, untilMs, status);
    },
  };
}
