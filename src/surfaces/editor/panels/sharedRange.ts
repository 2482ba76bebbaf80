import type { TimeWindow } from '../../protocol/messages.ts';

/** The stretch of time that linked panels share. It is forgotten with the last of them. */
export class SharedRange {
  readonly #members = new Map<object, (window: TimeWindow) => void>();
  #window: TimeWindow | undefined;

  /** Links a panel. Returns the stretch that it is to show: that of the others, or its own where it is the first. */
  join(member: object, own: TimeWindow, tell: (window: TimeWindow) => void): TimeWindow {
    this.#members.set(member, tell);
    return (this.#window ??= own);
  }

  /** Tells the others where one has moved to; one that is not linked moves nobody. */
  move(member: object, window: TimeWindow): void {
    if (!this.#members.has(member)) return;
    this.#window = window;
    for (const [other, tell] of this.#members) if (other !== member) tell(window);
  }

  leave(member: object): void {
    this.#members.delete(member);
    if (this.#members.size === 0) this.#window = undefined;
  }
}
