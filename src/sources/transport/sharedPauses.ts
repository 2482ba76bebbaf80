import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import type { Clock } from '../../core/clock.ts';
import { DAY_MS } from '../../core/units.ts';
import type { HostState, HostTable, TransportState } from './hosts.ts';

/** Longer than any ban that an exchange documents (Binance: three days); a damaged file must not close a host for ever. */
const LONGEST_MS = 7 * DAY_MS;
const MAX_FILE_BYTES = 256 * 1_024;

/**
 * Keeps pauses that exchanges asked for in a file, so that every window and process that shares it, and the next start,
 * leave the host alone as well. Reading and writing are rare and small and therefore synchronous: the moment between
 * "closed here" and "closed everywhere" is as short as it can be. A file that cannot be used costs the sharing alone.
 */
export class SharedPauses {
  readonly #file: string;
  readonly #hosts: HostTable;
  readonly #clock: Clock;
  #seenMtimeMs: number | undefined;

  constructor(file: string, hosts: HostTable, clock: Clock) {
    this.#file = file;
    this.#hosts = hosts;
    this.#clock = clock;
  }

  /** Takes over what others have written since the last look. Called before anything is sent. */
  sync(): void {
    const mtimeMs = this.#mtimeMs();
    if (mtimeMs === undefined || mtimeMs === this.#seenMtimeMs) return;
    this.#seenMtimeMs = mtimeMs;
    this.#hosts.restorePauses(this.#read());
  }

  /** Writes the pauses of this process beside those that stand in the file, each the longer of the two. */
  publish(): void {
    const nowMs = this.#clock.nowMs();
    const known = new Map<string, HostState>();
    for (const host of [...this.#read().hosts, ...this.#hosts.snapshot().hosts]) {
      const { exchange, origin, closedUntilMs, reason } = host;
      if (closedUntilMs === undefined || closedUntilMs <= nowMs) continue;
      const key = `${exchange} ${origin}`;
      if ((known.get(key)?.closedUntilMs ?? 0) >= closedUntilMs) continue;
      known.set(key, {
        exchange,
        origin,
        closedUntilMs,
        ...(reason === undefined ? {} : { reason }),
        used: [],
      });
    }
    const state: TransportState = { version: 1, savedAtMs: nowMs, hosts: [...known.values()] };
    const draft = `${this.#file}.${process.pid}`;
    try {
      writeFileSync(draft, JSON.stringify(state));
      renameSync(draft, this.#file);
      this.#seenMtimeMs = this.#mtimeMs();
    } catch {
      // Read-only or full: this process still keeps the pause.
    }
  }

  #mtimeMs(): number | undefined {
    try {
      return statSync(this.#file, { throwIfNoEntry: false })?.mtimeMs;
    } catch {
      return undefined;
    }
  }

  /** What stands in the file; nothing where it is absent, damaged or too large. */
  #read(): TransportState {
    const none: TransportState = { version: 1, savedAtMs: this.#clock.nowMs(), hosts: [] };
    try {
      if ((statSync(this.#file).size ?? 0) > MAX_FILE_BYTES) return none;
      const state = JSON.parse(readFileSync(this.#file, 'utf8')) as Partial<TransportState> | null;
      if (state?.version !== 1 || !Array.isArray(state.hosts)) return none;
      const longestMs = this.#clock.nowMs() + LONGEST_MS;
      const hosts = state.hosts.filter(isPause).map((host) => ({
        ...host,
        closedUntilMs: Math.min(host.closedUntilMs, longestMs),
        used: [],
      }));
      return { ...none, hosts };
    } catch {
      return none;
    }
  }
}

function isPause(host: unknown): host is HostState & { readonly closedUntilMs: number } {
  const { exchange, origin, closedUntilMs } = (host ?? {}) as Partial<HostState>;
  return typeof exchange === 'string' && typeof origin === 'string' && Number.isFinite(closedUntilMs);
}
