import { isReachable, type Anchor, type Pace } from '../../core/levels.ts';
import { HOUR_MS, MINUTE_MS } from '../../core/units.ts';

/** A value as an endpoint states it; `rows` say so one after the other. */
export interface Sighting extends Anchor {
  readonly endpoint: string;
  readonly rows: number;
}

interface Candidate {
  value: number;
  readonly firstMs: number;
  lastMs: number;
  rows: number;
  readonly endpoints: Set<string>;
}

/** So long must two endpoints agree on another level, while nobody states the old one, until it is the level. */
const CONFIRMED_BY_TWO_MS = 15 * MINUTE_MS;
/** So long must one endpoint state it. */
const CONFIRMED_BY_ONE_MS = 6 * HOUR_MS;
/** A level that was seen less often is no level yet: it falls to another that was seen so often. */
const FIRM_ROWS = 3;
const MAX_RIVALS = 3;

/**
 * The last plausible level of one quantity of one instrument, and what contradicts it. The first level is the one that
 * more endpoints state than any other; as many on both sides leave it contested. Later a level is replaced only by a
 * rival that lasts: 15 minutes where two endpoints state it, 6 hours where one does, while nobody states the old one. So
 * neither a slip nor a wrong first value stands for ever, and a new unit of the exchange is taken over.
 */
export class LevelMemory {
  readonly #pace: Pace;
  #level: Candidate | undefined;
  #rivals: Candidate[] = [];

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  get level(): Anchor | 'contested' | undefined {
    if (this.#level !== undefined) return { value: this.#level.value, atMs: this.#level.lastMs };
    return this.#rivals.length > 0 ? 'contested' : undefined;
  }

  /** Takes what was found plausible. */
  confirm(seen: Sighting): void {
    if (this.#level === undefined) return this.doubt(seen);
    see(this.#level, seen);
    // The level came back: what contradicted it before was a slip.
    this.#rivals = this.#rivals.filter((rival) => rival.lastMs > seen.atMs);
  }

  /** Takes what contradicts the level, or what comes while there is none. */
  doubt(seen: Sighting): void {
    let own = this.#rivals.find((one) => isReachable(at(one), seen, { ...this.#pace, floor: 0 }));
    if (own === undefined) {
      own = { value: seen.value, firstMs: seen.atMs, lastMs: seen.atMs, rows: 0, endpoints: new Set() };
      this.#rivals = [...this.#rivals, own].slice(-MAX_RIVALS);
    }
    see(own, seen);
    for (const other of this.#rivals) if (other !== own) other.endpoints.delete(seen.endpoint);
    this.#rivals = this.#rivals.filter((one) => one.endpoints.size > 0);
  }

  /** Decides which level holds, after what came together was taken in. */
  settle(): void {
    const next = this.#level === undefined ? this.#mostStated() : this.#rivals.find((one) => this.#wins(one));
    if (next === undefined) return;
    this.#level = next;
    this.#rivals = [];
  }

  #mostStated(): Candidate | undefined {
    const [first, second] = this.#rivals.toSorted((a, b) => b.endpoints.size - a.endpoints.size);
    return first === undefined || first.endpoints.size === second?.endpoints.size ? undefined : first;
  }

  #wins(rival: Candidate): boolean {
    const level = this.#level;
    if (level === undefined || level.lastMs >= rival.firstMs) return false;
    const lastedMs = rival.lastMs - rival.firstMs;
    const isFirmer = level.rows < FIRM_ROWS && rival.rows >= FIRM_ROWS;
    const isAgreed = rival.endpoints.size > 1 && lastedMs >= CONFIRMED_BY_TWO_MS;
    return isFirmer || isAgreed || lastedMs >= CONFIRMED_BY_ONE_MS;
  }
}

const at = ({ value, lastMs }: Candidate): Anchor => ({ value, atMs: lastMs });

function see(candidate: Candidate, { value, atMs, endpoint, rows }: Sighting): void {
  candidate.rows += rows;
  candidate.endpoints.add(endpoint);
  if (atMs < candidate.lastMs) return;
  candidate.value = value;
  candidate.lastMs = atMs;
}
