import type { Disposable } from '../../core/disposable.ts';
import { PerpscopeError, isPerpscopeError } from '../../core/errors.ts';
import type { ErrorCode } from '../../core/errors.ts';
import type { Envelope } from './messages.ts';

/** How long a request waits for its answer unless the call says otherwise. */
export const DEFAULT_TIMEOUT_MS = 10_000;

const MESSAGE_LIMIT = 300;
/** A side that asks for more at once is out of order: what goes beyond is refused and costs nothing. */
const MAX_SERVED = 32;

/** What one side sends: requests by name with parameters and answer, and events by name. */
interface Side {
  requests: object;
  events: object;
}
type Requests<S extends Side> = S['requests'];
type ParamsOf<R> = R extends { params: infer P } ? P : never;
type ResultOf<R> = R extends { result: infer A } ? A : never;

/** An answer whose buffers are handed over instead of copied: afterwards they are empty on the side that answers. */
export class Transferred<T> {
  readonly value: T;
  readonly buffers: readonly ArrayBuffer[];

  constructor(value: T, buffers: readonly ArrayBuffer[]) {
    this.value = value;
    this.buffers = buffers;
  }
}

type Answer<T> = T | Transferred<T>;

/** One function for each request that the other side may make. The signal fires on `cancel` and on dispose. */
export type RpcHandlers<Theirs extends Side> = {
  readonly [M in keyof Requests<Theirs>]: (
    params: ParamsOf<Requests<Theirs>[M]>,
    signal: AbortSignal,
  ) => Promise<Answer<ResultOf<Requests<Theirs>[M]>>> | Answer<ResultOf<Requests<Theirs>[M]>>;
};

/** One function for each event that the other side may send. */
export type RpcListeners<Theirs extends Side> = {
  readonly [M in keyof Theirs['events']]: (params: Theirs['events'][M]) => void;
};

export type Parsed = { readonly value: unknown } | { readonly problem: string };

/** Checks what arrives before anything acts on it. */
export interface RpcGuards {
  /** Returns the message, or undefined where it has no known shape. */
  envelope(raw: unknown): Envelope | undefined;
  params(type: 'request' | 'event', method: string, params: unknown): Parsed;
}

/** Calls `callback` after `ms`; the returned function calls it off. */
export type RpcTimer = (callback: () => void, ms: number) => () => void;

export interface RpcOptions<Theirs extends Side> {
  /** Sends one message to the other side, handing over the buffers named. May throw where the channel is closed. */
  readonly post: (message: Envelope, transfer: readonly ArrayBuffer[]) => void;
  readonly handlers: RpcHandlers<Theirs>;
  readonly listeners: RpcListeners<Theirs>;
  /** Checks inbound messages; the default only looks at the envelope's shape (for the side that trusts the host). */
  readonly guards?: RpcGuards;
  /** Hears what went wrong and could not be answered: bad messages, listeners that throw. */
  readonly onProblem?: (message: string) => void;
  readonly timer?: RpcTimer;
  readonly timeoutMs?: number;
  /** The first request id. A page that may be loaded again passes a clock reading, so that old answers never fit. */
  readonly firstId?: number;
  /** Who the other side is, for messages; a panel unless stated. */
  readonly otherSide?: string;
  /** Failures are told in so many characters at most. */
  readonly messageLimit?: number;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

export interface RpcPeer<Mine extends Side> extends Disposable {
  /** Asks the other side; rejects with a PerpscopeError on failure, cancellation, timeout and dispose. */
  call<M extends keyof Requests<Mine> & string>(
    method: M,
    params: ParamsOf<Requests<Mine>[M]>,
    options?: CallOptions,
  ): Promise<ResultOf<Requests<Mine>[M]>>;
  /** Tells the other side; wants no answer and never throws. Returns whether it was sent. */
  emit<M extends keyof Mine['events'] & string>(method: M, params: Mine['events'][M]): boolean;
  /** Takes one message from the other side, whatever it is. */
  receive(raw: unknown): void;
  /** Ends the conversation: who waits for an answer is refused with the reason. */
  dispose(reason?: PerpscopeError): void;
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: PerpscopeError): void;
}

const systemTimer: RpcTimer = (callback, ms) => {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
};

const trustingGuards: RpcGuards = {
  envelope: (raw) =>
    typeof raw === 'object' && raw !== null && typeof (raw as { type?: unknown }).type === 'string'
      ? (raw as Envelope)
      : undefined,
  params: (_type, _method, params) => ({ value: params }),
};

/** Returns one line that names a failure, without a stack trace. */
function describe(error: unknown, limit = MESSAGE_LIMIT): { code: ErrorCode; message: string } {
  const text = error instanceof Error ? error.message : String(error);
  const message = (text.split('\n')[0] ?? '').slice(0, limit);
  return {
    code: isPerpscopeError(error) ? error.code : 'protocol',
    message: message || 'the request failed',
  };
}

function ownFunction(table: object, name: string): ((...args: never[]) => unknown) | undefined {
  const found: unknown = Object.hasOwn(table, name) ? (table as Record<string, unknown>)[name] : undefined;
  return typeof found === 'function' ? (found as (...args: never[]) => unknown) : undefined;
}

/**
 * One end of the conversation between host and panel, or between host and engine; both ends run this code. Each request gets exactly one
 * answer: a reply, or a failure with a code and one line. Answers that come late or to nobody are ignored.
 */
export function createRpcPeer<Mine extends Side, Theirs extends Side>(
  options: RpcOptions<Theirs>,
): RpcPeer<Mine> {
  const { guards = trustingGuards, timer = systemTimer, onProblem = () => undefined } = options;
  const pending = new Map<number, Pending>();
  const served = new Map<number, AbortController>();
  const closedWords = `the ${options.otherSide ?? 'panel'} was closed`;
  let nextId = options.firstId ?? 1;
  let isDisposed = false;

  function post(message: Envelope, transfer: readonly ArrayBuffer[] = []): PerpscopeError | undefined {
    try {
      options.post(message, transfer);
      return undefined;
    } catch (error) {
      return new PerpscopeError('protocol', 'the other side cannot be reached', { cause: error });
    }
  }

  function call(method: string, params: unknown, { signal, timeoutMs }: CallOptions = {}): Promise<unknown> {
    if (isDisposed) return Promise.reject(new PerpscopeError('aborted', closedWords));
    if (signal?.aborted)
      return Promise.reject(
        new PerpscopeError('aborted', 'the request was cancelled', { cause: signal.reason }),
      );
    const id = nextId++;
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        pending.delete(id);
        stopTimer();
        signal?.removeEventListener('abort', onAbort);
        finish();
      };
      const giveUp = (error: PerpscopeError): void =>
        settle(() => {
          post({ type: 'cancel', id });
          reject(error);
        });
      const onAbort = (): void =>
        giveUp(new PerpscopeError('aborted', 'the request was cancelled', { cause: signal?.reason }));
      const waitMs = timeoutMs ?? options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
      const stopTimer = timer(
        () => giveUp(new PerpscopeError('timeout', `no answer to ${method} within ${waitMs / 1000} s`)),
        waitMs,
      );
      signal?.addEventListener('abort', onAbort, { once: true });
      pending.set(id, {
        resolve: (result) => settle(() => resolve(result)),
        reject: (error) => settle(() => reject(error)),
      });
      const problem = post({ type: 'request', id, method, params });
      if (problem) pending.get(id)?.reject(problem);
    });
  }

  async function serve(id: number, method: string, params: unknown): Promise<void> {
    // An id names one request and gets one answer: a second request under an id in progress is not a new one.
    if (served.has(id)) return onProblem(`the request id ${id} is already in use`);
    if (served.size >= MAX_SERVED) {
      const message = `more than ${MAX_SERVED} requests at once`;
      return void post({ type: 'failure', id, code: 'protocol', message });
    }
    const controller = new AbortController();
    served.set(id, controller);
    let answer: Envelope;
    let transfer: readonly ArrayBuffer[] = [];
    try {
      const handler = ownFunction(options.handlers, method);
      if (!handler) throw new PerpscopeError('protocol', `unknown request ${method.slice(0, 60)}`);
      const parsed = guards.params('request', method, params);
      if ('problem' in parsed) throw new PerpscopeError('protocol', parsed.problem);
      const run = handler as (params: unknown, signal: AbortSignal) => unknown;
      const result = await run(parsed.value, controller.signal);
      if (result instanceof Transferred) transfer = result.buffers;
      answer = { type: 'reply', id, result: result instanceof Transferred ? result.value : result };
    } catch (error) {
      answer = { type: 'failure', id, ...describe(error, options.messageLimit) };
    }
    served.delete(id);
    if (isDisposed) return;
    const problem = post(answer, transfer);
    if (problem === undefined) return;
    onProblem(`${method}: the answer could not be sent`);
    // What cannot be cloned can still be refused in words; on a closed channel this fails quietly too.
    if (answer.type === 'reply')
      post({ type: 'failure', id, code: 'protocol', message: 'the answer could not be sent' });
  }

  function hear(method: string, params: unknown): void {
    const listener = ownFunction(options.listeners, method);
    if (!listener) return onProblem(`unknown event ${method.slice(0, 60)}`);
    const parsed = guards.params('event', method, params);
    if ('problem' in parsed) return onProblem(parsed.problem);
    try {
      (listener as (params: unknown) => void)(parsed.value);
    } catch (error) {
      onProblem(`${method}: ${describe(error).message}`);
    }
  }

  /** A request that cannot be read still gets its answer, if it has an id to answer to. */
  function refuse(raw: unknown): void {
    if (typeof raw !== 'object' || raw === null) return;
    const { type, id } = raw as { type?: unknown; id?: unknown };
    if (type === 'request' && Number.isSafeInteger(id) && !served.has(id as number))
      post({ type: 'failure', id: id as number, code: 'protocol', message: 'the request cannot be read' });
  }

  function receive(raw: unknown): void {
    if (isDisposed) return;
    const message = guards.envelope(raw);
    if (!message) {
      refuse(raw);
      return onProblem('a message of unknown shape was refused');
    }
    switch (message.type) {
      case 'request':
        return void serve(message.id, message.method, message.params);
      case 'cancel':
        return served.get(message.id)?.abort(new PerpscopeError('aborted', 'the request was cancelled'));
      case 'reply':
        return pending.get(message.id)?.resolve(message.result);
      case 'failure':
        return pending
          .get(message.id)
          ?.reject(new PerpscopeError(message.code as ErrorCode, message.message));
      case 'event':
        return hear(message.method, message.params);
    }
  }

  function dispose(closed = new PerpscopeError('aborted', closedWords)): void {
    if (isDisposed) return;
    isDisposed = true;
    for (const waiting of [...pending.values()]) waiting.reject(closed);
    for (const controller of served.values()) controller.abort(closed);
    served.clear();
  }

  return {
    call: call as RpcPeer<Mine>['call'],
    emit: (method, params) => !isDisposed && post({ type: 'event', method, params }) === undefined,
    receive,
    dispose,
  };
}
