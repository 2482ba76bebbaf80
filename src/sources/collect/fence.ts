import { PerpscopeError } from '../../core/errors.ts';
import type { HistoryStore } from '../../store/historyStore.ts';
import type { HttpClient } from '../transport/httpClient.ts';
import type { CollectorLease } from './lease.ts';

type Held = Pick<CollectorLease, 'ensureHeld'>;

async function assertHeld(lease: Held): Promise<void> {
  if (!(await lease.ensureHeld()))
    throw new PerpscopeError('aborted', 'another window collects now; this one reads what it writes');
}

/** Returns a client that asks only while the lease is held; else it rejects with `aborted` before anything is sent. */
export function fencedHttp(http: HttpClient, lease: Held): HttpClient {
  return {
    send: async (request, options) => {
      await assertHeld(lease);
      return http.send(request, options);
    },
    nextAttemptAtMs: (exchange, baseUrl) => http.nextAttemptAtMs(exchange, baseUrl),
    usedWeight: (exchange, baseUrl, windowMs) => http.usedWeight(exchange, baseUrl, windowMs),
    pause: (exchange, baseUrl, untilMs, status) => http.pause(exchange, baseUrl, untilMs, status),
    close: () => http.close(),
  };
}

/** Returns a store that is written only while the lease is held; else writing rejects with `aborted`. Reading is free. */
export function fencedStore(store: HistoryStore, lease: Held): HistoryStore {
  const fenced = {
    append: async (rows) => {
      await assertHeld(lease);
      return store.append(rows);
    },
    noteNewest: async (rows) => {
      await assertHeld(lease);
      return store.noteNewest(rows);
    },
    appendJournal: async (entries) => {
      await assertHeld(lease);
      return store.appendJournal(entries);
    },
    appendContext: async (values) => {
      await assertHeld(lease);
      return store.appendContext(values);
    },
    appendGaps: async (gaps) => {
      await assertHeld(lease);
      return store.appendGaps(gaps);
    },
    prune: async (before) => {
      await assertHeld(lease);
      return store.prune(before);
    },
  } satisfies Partial<HistoryStore>;
  return new Proxy(store, {
    get(target, name) {
      if (Object.hasOwn(fenced, name)) return fenced[name as keyof typeof fenced];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
