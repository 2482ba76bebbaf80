import { type ErrorCode, isPerpscopeError, type PerpscopeError } from '../../core/errors.ts';
import { fault, type Where } from './faults.ts';

/** Codes of undici, of node's sockets and of its TLS, and what each means for a caller. */
interface Meaning {
  readonly code: ErrorCode;
  readonly what: string;
  readonly todo: string;
  readonly retryable: boolean;
}

const LATER = 'check the network or proxy, it is tried again at the next refresh';
const CERTIFICATE =
  'install the certificate authority of your network, or see the setting http.proxyStrictSSL';

const network = (what: string, retryable = true, todo = LATER): Meaning => ({
  code: 'network',
  what,
  todo,
  retryable,
});
const timeout = (what: string): Meaning => ({ code: 'timeout', what, todo: LATER, retryable: true });
const untrusted = (what: string): Meaning => network(what, false, CERTIFICATE);

const MEANINGS: ReadonlyMap<string, Meaning> = new Map([
  ['UND_ERR_CONNECT_TIMEOUT', timeout('no connection in time')],
  ['UND_ERR_HEADERS_TIMEOUT', timeout('connected, but no answer in time')],
  ['UND_ERR_BODY_TIMEOUT', timeout('the answer stopped half-way')],
  ['ETIMEDOUT', timeout('no connection in time')],
  ['UND_ERR_SOCKET', network('the connection was closed before the answer was complete')],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', network('the answer was cut short')],
  ['HPE_INVALID_EOF_STATE', network('the answer was cut short')],
  ['HPE_CLOSED_CONNECTION', network('the answer was cut short')],
  ['ECONNRESET', network('the connection was reset')],
  ['ECONNABORTED', network('the connection was aborted')],
  ['EPIPE', network('the connection was closed while asking')],
  ['ECONNREFUSED', network('the connection was refused')],
  ['ENOTFOUND', network('the host name is not known')],
  ['EAI_AGAIN', network('the name server does not answer')],
  ['EHOSTUNREACH', network('the host cannot be reached')],
  ['ENETUNREACH', network('the network cannot be reached')],
  ['ENETDOWN', network('the network is down')],
  ['UND_ERR_PRX_CONN', network('the proxy closed the connection', true, 'check http.proxy')],
  ['UND_ERR_PRX_TLS', network('the proxy has an invalid certificate', false, CERTIFICATE)],
  ['UND_ERR_HEADERS_OVERFLOW', network('the headers of the answer are too large', false)],
  ['HPE_HEADER_OVERFLOW', network('the headers of the answer are too large', false)],
  ['EPROTO', network('no secure connection could be agreed', false)],
  [
    'UND_ERR_DESTROYED',
    { code: 'aborted', what: 'the client was closed', todo: 'ask again', retryable: false },
  ],
  ['UND_ERR_CLOSED', { code: 'aborted', what: 'the client was closed', todo: 'ask again', retryable: false }],
  [
    'UND_ERR_INVALID_ARG',
    {
      code: 'config',
      what: 'the request is malformed',
      todo: 'check the address and query',
      retryable: false,
    },
  ],
  ['CERT_HAS_EXPIRED', untrusted('the certificate of the host has expired')],
  ['ERR_TLS_CERT_ALTNAME_INVALID', untrusted('the certificate is for another host')],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', untrusted('the certificate of the host is self-signed')],
  ['SELF_SIGNED_CERT_IN_CHAIN', untrusted('the certificate chain ends in an unknown authority')],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', untrusted('the certificate of the host cannot be verified')],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', untrusted('the authority of the certificate is not known')],
]);

/** Families of codes, for those that have no entry of their own. */
const FAMILIES: readonly (readonly [string, Meaning])[] = [
  ['HPE_', network('the answer is not HTTP', false)],
  ['CERT_', untrusted('the certificate of the host is not valid')],
  ['ERR_TLS_', network('no secure connection could be agreed', false)],
  ['ERR_SSL_', network('no secure connection could be agreed', false)],
];

function meaningOf(code: string): Meaning | undefined {
  return MEANINGS.get(code) ?? FAMILIES.find(([prefix]) => code.startsWith(prefix))?.[1];
}

/** The first code along the chain of causes that says something; the depth is bounded against cycles. */
function findCode(error: unknown): { code: string; meaning: Meaning | undefined } {
  let first = '';
  let current: unknown = error;
  for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth++) {
    const { code, cause } = current as { code?: unknown; cause?: unknown };
    if (typeof code === 'string') {
      const meaning = meaningOf(code);
      if (meaning !== undefined) return { code, meaning };
      first ||= code;
    }
    current = cause;
  }
  return { code: first, meaning: undefined };
}

/**
 * Returns the PerpscopeError for whatever a connection failed with, decided by its `code`. A PerpscopeError stays
 * as it is. `proxy` names the proxy on the way, without credentials, if there is one.
 */
export function toTransportError(error: unknown, where: Where, proxy?: string): PerpscopeError {
  if (isPerpscopeError(error)) return error;
  const { code, meaning } = findCode(error);
  const suffix = (code === '' ? '' : ` (${code})`) + (proxy === undefined ? '' : ` by way of proxy ${proxy}`);
  const refusal = /^PROXY_(\d+)$/.exec(code)?.[1];
  if (refusal !== undefined && proxy !== undefined) {
    const todo =
      refusal === '407'
        ? 'check http.proxy, its user name and password'
        : 'ask who runs the proxy whether it lets this host through';
    return fault('network', where, `the proxy ${proxy} refused the tunnel (HTTP ${refusal})`, todo, {
      cause: error,
    });
  }
  if (meaning === undefined)
    return fault('network', where, `the call failed${suffix}`, LATER, { cause: error });
  const { what, todo, retryable } = meaning;
  return fault(meaning.code, where, what + suffix, todo, { retryable, cause: error });
}
