import type { Disposable } from '../../core/disposable.ts';

/** From a command to the moment in which the list that it opens has the keyboard. */
const PAUSE_MS = 1_000;

/**
 * Rests the trees while a command opens a list of choices. The editor gives the keyboard to a tree that it has drawn
 * anew and that had it a moment before; the list, which then has lost it, closes as soon as it is there.
 */
export class PromptPause implements Disposable {
  readonly #waiting = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;

  /** Begins a pause of one second, anew where one is on. */
  begin(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end(), PAUSE_MS);
  }

  /** Draws at once, or once when the pause is over. */
  draw(tree: () => void): void {
    if (this.#timer === undefined) tree();
    else this.#waiting.add(tree);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.clear();
  }

  #end(): void {
    this.#timer = undefined;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const draw of waiting) draw();
  }
}
