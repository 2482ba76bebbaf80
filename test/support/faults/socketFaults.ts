/** What a simulated stream can do wrong, by name. */
export const SOCKET_FAULT_NAMES = [
  'ws-ack-only', // subscriptions are acknowledged, no data follows
  'ws-silent', // half-open: nothing is sent, not even an end; `pongs` answers pings of the protocol
  'ws-pong-only', // pings are answered, nothing else is
  'ws-reset-mid-frame', // the connection is reset in the middle of a frame
  'ws-close', // closed with `code`; 1006 is an end without a closing frame
  'ws-shutdown-notice', // the exchange's own notice, and the end `afterMs` later
  'ws-expire', // closed after `lifeMs` of the exchange's time
  'ws-duplicate', // every push comes three times
  'ws-out-of-order', // pushes come up to 55 s late, so in another order
  'ws-id-gap', // every tenth push is lost
  'ws-replay', // a subscription is answered with the last 30 s again
  'ws-refuse-upgrade', // `status` in place of an upgrade
  'ws-slow-upgrade', // the upgrade is answered after `afterMs`
  'ws-endless-frame', // a frame that never ends, by its stated length or in `fragments`
  'ws-deflate-bomb', // 64 MB of blanks in 64 KB
  'ws-bad-deflate', // a compressed frame that is none
  'ws-garbage', // texts that are no message of the exchange
  'ws-flood', // `perSecond` messages
] as const;
export type SocketFaultName = (typeof SOCKET_FAULT_NAMES)[number];

export interface SocketFault {
  readonly name: SocketFaultName;
  /** Only sockets whose path contains this go wrong. */
  readonly path?: string;
  /** So many connections (or pushes, or ends) go wrong, then all is well again. */
  readonly times?: number;
  readonly code?: number;
  readonly status?: number;
  /** Header of a refused upgrade: seconds or an HTTP date. */
  readonly retryAfter?: string | null;
  readonly afterMs?: number;
  readonly lifeMs?: number;
  readonly perSecond?: number;
  readonly pongs?: boolean;
  readonly form?: 'length' | 'fragments';
  /** What `ws-shutdown-notice` says; nothing unless stated. */
  readonly notice?: unknown;
}

/** Returns whether a name is one of a stream's faults. */
export function isSocketFault(name: string): name is SocketFaultName {
  return (SOCKET_FAULT_NAMES as readonly string[]).includes(name);
}
