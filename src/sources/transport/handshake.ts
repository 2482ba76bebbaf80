import type { IncomingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import { Dispatcher } from 'undici';
import { MAX_FRAME_BYTES } from './frameText.ts';

/** What the server answered to the wish to upgrade. */
export interface HandshakeAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Present where it upgraded. */
  readonly socket?: Duplex;
}

export interface HandshakeWatcher {
  onAnswer(answer: HandshakeAnswer): void;
  /** Why there was no answer, with the code of the connection's error. */
  onError(error: unknown): void;
  /** Returns what the WebSocket reads and writes in place of the socket. */
  wrap(socket: Duplex): Duplex;
}

/**
 * A dispatcher that shows the answer to an upgrade, which the WebSocket of undici keeps to itself: its status says why
 * it was refused, its headers whether the simulator speaks. It also bounds what a message may hold, compressed or not.
 */
export class HandshakeDispatcher extends Dispatcher {
  readonly #inner: Dispatcher;
  readonly #watcher: HandshakeWatcher;

  constructor(inner: Dispatcher, watcher: HandshakeWatcher) {
    super();
    this.#inner = inner;
    this.#watcher = watcher;
  }

  /** Read by undici's WebSocket when it is connected. */
  get webSocketOptions(): { readonly maxPayloadSize: number; readonly maxFragments: number } {
    return { maxPayloadSize: MAX_FRAME_BYTES, maxFragments: 1_024 };
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const { onAnswer, onError, wrap } = this.#watcher;
    const watched: Dispatcher.DispatchHandler = {
      onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
      onRequestUpgrade(controller, status, headers, bare) {
        const socket = wrap(bare);
        onAnswer({ status, headers, socket });
        handler.onRequestUpgrade?.(controller, status, headers, socket);
      },
      onResponseStart(controller, status, headers, statusText) {
        if (status >= 200) onAnswer({ status, headers });
        handler.onResponseStart?.(controller, status, headers, statusText);
      },
      onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
      onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
      onResponseError(controller, error) {
        onError(error);
        handler.onResponseError?.(controller, error);
      },
    };
    return this.#inner.dispatch(options, watched);
  }
}
