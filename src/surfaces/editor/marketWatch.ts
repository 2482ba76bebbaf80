import type { Disposable } from '../../core/disposable.ts';

/** What can be watched: a market that then follows what is pushed. */
interface Watchable {
  watch(): Disposable;
}

/** Watches whichever market runs, as long as somebody wants it: engines come and go, those who look stay. */
export class MarketWatch {
  readonly #watchers = new Set<symbol>();
  #market: Watchable | undefined;
  /** Of the market that runs; present while somebody watches. */
  #watching: Disposable | undefined;

  /** Wants the market that runs, and those that follow it, to be watched until the returned disposable is disposed. */
  watch(): Disposable {
    const watcher = Symbol('watcher');
    this.#watchers.add(watcher);
    this.#update();
    return {
      dispose: () => {
        this.#watchers.delete(watcher);
        this.#update();
      },
    };
  }

  /** Takes the market that runs from now on; undefined while none does. */
  follow(market: Watchable | undefined): void {
    this.#watching?.dispose();
    this.#watching = undefined;
    this.#market = market;
    this.#update();
  }

  #update(): void {
    if (this.#watchers.size > 0) this.#watching ??= this.#market?.watch();
    else {
      this.#watching?.dispose();
      this.#watching = undefined;
    }
  }
}
