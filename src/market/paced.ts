import type { Clock } from '../core/clock.ts';

/** Runs a task at once when it is asked for, and then at most once in `everyMs`: the last time after the last asking. */
export class Paced {
  readonly #task: () => void;
  readonly #everyMs: number;
  readonly #clock: Clock;
  readonly #ended = new AbortController();
  #isResting = false;
  #isAsked = false;

  constructor(task: () => void, everyMs: number, clock: Clock) {
    this.#task = task;
    this.#everyMs = everyMs;
    this.#clock = clock;
  }

  ask(): void {
    if (this.#ended.signal.aborted) return;
    if (this.#isResting) this.#isAsked = true;
    else this.#run();
  }

  /** What was asked for and has not run is done otherwise. */
  forget(): void {
    this.#isAsked = false;
  }

  dispose(): void {
    this.#ended.abort();
  }

  #run(): void {
    this.#isAsked = false;
    this.#isResting = true;
    this.#clock.sleep(this.#everyMs, this.#ended.signal).then(
      () => {
        this.#isResting = false;
        if (this.#isAsked) this.#run();
      },
      () => undefined,
    );
    this.#task();
  }
}
