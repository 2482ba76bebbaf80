import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { PerpscopeError } from '../../core/errors.ts';
import {
  ACCEPT_ENCODING,
  type BodyProblem,
  type BodySink,
  createBodySink,
  type SinkLimits,
  tooLarge,
} from './bodySink.ts';
import { toTransportError } from './errorMapping.ts';
import { fault, type Where } from './faults.ts';
import { headerText } from './headers.ts';

export interface RoundTrip {
  readonly dispatcher: Dispatcher;
  /** Proxy on the way, for messages; without credentials. */
  readonly proxy?: string;
  readonly where: Where;
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly body?: string;
  /** Sent besides the usual ones. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly accept?: string;
  readonly userAgent: string;
  readonly limits: SinkLimits;
  readonly signal: AbortSignal;
  /** Asked at the moment of writing to the socket; an error keeps the request from leaving. */
  mayLeave(): PerpscopeError | undefined;
  /** Called with status and headers, before the body has come. */
  onHeaders(status: number, headers: IncomingHttpHeaders): void;
  /** Called when the body is given up for its size. */
  onTooLarge(): void;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Sends one request and resolves with its whole body, decompressed. Rejects with the signal's reason at the moment
 * it fires, with `decode` for a body that is too large or damaged, else with the mapped error of the connection.
 */
export function roundTrip(trip: RoundTrip): Promise<RawAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const { where, signal } = trip;
  let controller: Dispatcher.DispatchController | undefined;
  let sink: BodySink | undefined;
  let isSettled = false;

  const settle = (): boolean => {
    if (isSettled) return false;
    isSettled = true;
    signal.removeEventListener('abort', onAbort);
    return true;
  };
  const fail = (error: unknown): void => {
    if (!settle()) return;
    const mapped = toTransportError(error, where, trip.proxy);
    reject(mapped);
    sink?.destroy();
    controller?.abort(mapped);
  };
  const refuse = ({ problem, isTooLarge }: BodyProblem): void => {
    if (isTooLarge === true && !isSettled) trip.onTooLarge();
    fail(fault('decode', where, problem, 'it is tried again at the next refresh'));
  };
  // A request that still waits for its connection has no controller: it is stopped in onRequestStart.
  const onAbort = (): void => fail(signal.reason);
  if (signal.aborted) {
    fail(signal.reason);
    return promise;
  }
  signal.addEventListener('abort', onAbort, { once: true });

  const openSink = (status: number, headers: IncomingHttpHeaders): void => {
    sink = createBodySink(headerText(headers, 'content-encoding') ?? '', trip.limits, {
      done: (body) => void (settle() && resolve({ status, headers, body })),
      fail: refuse,
      drain: () => controller?.resume(),
    });
    if (Number(headerText(headers, 'content-length')) > trip.limits.maxBytes) refuse(tooLarge(trip.limits));
  };

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(started) {
      const error = isSettled ? new Error('cancelled before it left') : trip.mayLeave();
      controller = started;
      if (error === undefined) return;
      fail(error);
      started.abort(error);
    },
    onResponseStart(_controller, status, headers) {
      if (status < 200 || isSettled) return;
      trip.onHeaders(status, headers);
      openSink(status, headers);
    },
    onResponseData(_controller, chunk) {
      if (!isSettled && sink?.write(chunk) === false && !isSettled) controller?.pause();
    },
    onResponseEnd: () => sink?.end(),
    onResponseError: (_controller, error) => fail(error),
  };
  try {
    trip.dispatcher.dispatch(
      {
        origin: trip.url.origin,
        path: trip.url.pathname + trip.url.search,
        method: trip.method,
        headers: {
          ...trip.headers,
          accept: trip.accept ?? 'application/json',
          'accept-encoding': ACCEPT_ENCODING,
          'user-agent': trip.userAgent,
          ...(trip.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: trip.body ?? null,
      },
      handler,
    );
  } catch (error) {
    fail(error);
  }
  return promise;
}
