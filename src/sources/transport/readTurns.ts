/** So long the event loop may be held by reading at once. */
const TURN_MS = 4;

/** Reads a little; returns whether there is more to read. */
export type ReadStep = () => boolean;

/**
 * Shares the event loop among sockets that have more to read than fits into a moment: each in its turn reads a little,
 * until the moment is over; then everything else of the process has its turn.
 */
export class ReadTurns {
  readonly #nowMs: () => number;
  readonly #waiting = new Set<ReadStep>();
  #endsAtMs = Number.NEGATIVE_INFINITY;
  #next: NodeJS.Immediate | undefined;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** Whether the present moment has room; the first to ask begins one. */
  get hasTime(): boolean {
    if (this.#next === undefined) this.#begin();
    return this.#nowMs() < this.#endsAtMs;
  }

  /** Calls `step` in its turns until it has no more. */
  wait(step: ReadStep): void {
    this.#waiting.add(step);
    this.#next ??= setImmediate(this.#run);
  }

  /** Forgets a step. */
  leave(step: ReadStep): void {
    this.#waiting.delete(step);
  }

  #begin(): void {
    this.#endsAtMs = this.#nowMs() + TURN_MS;
    this.#next = setImmediate(this.#run);
  }

  readonly #run = (): void => {
    this.#next = undefined;
    if (this.#waiting.size === 0) return;
    this.#begin();
    // A set is walked in order of adding: who has more goes to its end.
    for (const step of this.#waiting) {
      this.#waiting.delete(step);
      if (step()) this.#waiting.add(step);
      if (this.#nowMs() >= this.#endsAtMs) return;
    }
  };
}
