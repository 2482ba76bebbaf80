import { setImmediate } from 'node:timers/promises';
import type { HistoryStore } from './historyStore.ts';

/** What ranges are read from. */
type Columns = Pick<HistoryStore, 'columns'>;

/**
 * Returns the same history, but before each read the process gets a turn: a file is read without waiting for anything, and a long
 * answer would hear no Ctrl-C. Rejects with the signal's reason once it is aborted.
 */
export function withTurns(store: Columns, signal: AbortSignal): Columns {
  return {
    columns: async (query) => {
      await setImmediate();
      signal.throwIfAborted();
      return store.columns(query);
    },
  };
}
