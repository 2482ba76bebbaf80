import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import type { Clock } from '../../core/clock.ts';
import type { BootTime } from './bootTime.ts';
import { shortText } from './faults.ts';
import type { HostTable } from './hosts.ts';
import { LONGEST_PAUSE_MS } from './pauseLength.ts';

const MAX_FILE_BYTES = 256 * 1_024;
/** Far more than there are exchanges, and so few that a damaged file leaves room for those in use. */
const MAX_PAUSES = 64;

/** A pause as it stands in the file; epoch ms. */
interface StoredPause {
  readonly exchange: string;
  readonly origin: string;
  readonly closedUntilMs: number;
  readonly reason: string;
  readonly isGeoBlocked?: true;
}

interface StoredPauses {
  readonly version: 1;
  /** When the file was written: pauses are lengths from then on, whatever the clock says later. */
  readonly savedAtMs: number;
  readonly bootId?: string;
  readonly sinceBootMs?: number;
  readonly hosts: readonly StoredPause[];
}

/** A pause with what is left of it. */
interface OpenPause extends Omit<StoredPause, 'closedUntilMs'> {
  readonly remainingMs: number;
}

/**
 * Keeps pauses that exchanges asked for in a file, so that every window and process that shares it, and the next start,
 * leave the host alone as well. Reading and writing are rare and small and therefore synchronous: the moment between
 * "closed here" and "closed everywhere" is as short as it can be. A file that cannot be used costs the sharing alone.
 *
 * No pause in the file is longer than `LONGEST_PAUSE_MS` from the time of writing. Within one start of the machine what
 * has passed since is told by the time since that start, so that setting the clock neither opens nor closes a host.
 */
export class SharedPauses {
  readonly #file: string;
  readonly #hosts: HostTable;
  readonly #clock: Clock;
  readonly #boot: BootTime | undefined;
  #seenMtimeMs: number | undefined;

  constructor(file: string, hosts: HostTable, clock: Clock, boot?: BootTime) {
    this.#file = file;
    this.#hosts = hosts;
    this.#clock = clock;
    this.#boot = boot;
  }

  /** Takes over what others have written since the last look. Called before anything is sent. */
  sync(): void {
    const mtimeMs = this.#mtimeMs();
    if (mtimeMs === undefined || mtimeMs === this.#seenMtimeMs) return;
    this.#seenMtimeMs = mtimeMs;
    const { pauses, isDoubtful } = this.#read();
    for (const { exchange, origin, remainingMs, reason, isGeoBlocked } of pauses)
      this.#hosts.close(this.#hosts.open(exchange, origin), remainingMs, reason, isGeoBlocked);
    // What was cut to the longest pause, or counted from a time to come, must not begin anew at the next start.
    if (isDoubtful) this.publish();
  }

  /** Writes the pauses of this process beside those that stand in the file, each the longer of the two. */
  publish(): void {
    const longest = new Map<string, OpenPause>();
    for (const pause of [...this.#read().pauses, ...this.#own()]) {
      const key = `${pause.exchange} ${pause.origin}`;
      if ((longest.get(key)?.remainingMs ?? 0) < pause.remainingMs) longest.set(key, pause);
    }
    const nowMs = this.#clock.nowMs();
    const state: StoredPauses = {
      version: 1,
      savedAtMs: nowMs,
      ...(this.#boot === undefined
        ? {}
        : { bootId: this.#boot.bootId, sinceBootMs: this.#boot.sinceBootMs() }),
      hosts: [...longest.values()]
        .slice(0, MAX_PAUSES)
        .map(({ remainingMs, ...rest }) => ({ ...rest, closedUntilMs: Math.ceil(nowMs + remainingMs) })),
    };
    const draft = `${this.#file}.${process.pid}`;
    try {
      writeFileSync(draft, JSON.stringify(state));
      renameSync(draft, this.#file);
      this.#seenMtimeMs = this.#mtimeMs();
    } catch {
      // Read-only or full: this process still keeps the pause.
    }
  }

  #own(): OpenPause[] {
    return this.#hosts.closed().map(({ exchange, origin, gate }) => ({
      exchange,
      origin,
      remainingMs: gate.remainingMs,
      reason: gate.reason,
      ...(gate.isGeoBlocked ? { isGeoBlocked: true } : {}),
    }));
  }

  #mtimeMs(): number | undefined {
    try {
      return statSync(this.#file, { throwIfNoEntry: false })?.mtimeMs;
    } catch {
      return undefined;
    }
  }

  /** What stands in the file; nothing where it is absent, damaged or too large. */
  #read(): { readonly pauses: readonly OpenPause[]; readonly isDoubtful: boolean } {
    const none = { pauses: [], isDoubtful: false };
    try {
      if (statSync(this.#file).size > MAX_FILE_BYTES) return none;
      const state = JSON.parse(readFileSync(this.#file, 'utf8')) as Partial<StoredPauses> | null;
      if (state?.version !== 1 || !Array.isArray(state.hosts) || !isTime(state.savedAtMs)) return none;
      const { savedAtMs } = state;
      const passedMs = this.#passedMs(state, savedAtMs);
      const stored = state.hosts.slice(0, MAX_PAUSES).filter(isPause);
      const lengths = stored.map((pause) => Math.min(pause.closedUntilMs - savedAtMs, LONGEST_PAUSE_MS));
      const pauses = stored.map(({ exchange, origin, reason, isGeoBlocked }, index) => ({
        exchange,
        origin,
        reason: typeof reason === 'string' ? shortText(reason) : 'a pause from before',
        ...(isGeoBlocked === true ? { isGeoBlocked } : {}),
        remainingMs: (lengths[index] ?? 0) - passedMs,
      }));
      const isCut = stored.some((pause) => pause.closedUntilMs - savedAtMs > LONGEST_PAUSE_MS);
      return {
        pauses: pauses.filter((pause) => pause.remainingMs > 0),
        isDoubtful: isCut || savedAtMs > this.#clock.nowMs(),
      };
    } catch {
      return none;
    }
  }

  /** Ms since the file was written, never negative: a clock that was set back since would make every pause longer. */
  #passedMs({ bootId, sinceBootMs }: Partial<StoredPauses>, savedAtMs: number): number {
    const boot = this.#boot;
    const byClockMs = Math.max(0, this.#clock.nowMs() - savedAtMs);
    const isSameStart = boot !== undefined && bootId === boot.bootId && isTime(sinceBootMs);
    // A machine that stood still as a whole (a virtual one) does not count that time; its clock is set right afterwards.
    if (!isSameStart || byClockMs >= LONGEST_PAUSE_MS) return byClockMs;
    return Math.max(0, boot.sinceBootMs() - sinceBootMs);
  }
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isPause(pause: unknown): pause is StoredPause {
  const { exchange, origin, closedUntilMs } = (pause ?? {}) as Partial<StoredPause>;
  return typeof exchange === 'string' && typeof origin === 'string' && isTime(closedUntilMs);
}
