import type { ExchangeId } from '../../../core/ids.ts';
import type { Collected } from '../collector.ts';
import type { EarlierStreams } from './earlierStreams.ts';
import type { Streams } from './startStreams.ts';
import type { StreamHubStatus } from './streamStatus.ts';

export interface HeldStreamsDeps {
  readonly start: (earlier: EarlierStreams | undefined) => Streams;
  /** Until when who collected before had what; asked at each start. */
  readonly earlier?: () => Promise<EarlierStreams | undefined>;
}

/** The streams of who collects: begun with its first round, ended when another one collects in its place. */
export class HeldStreams {
  readonly #deps: HeldStreamsDeps;
  #starting: Promise<Streams> | undefined;
  #running: Streams | undefined;
  /** Counts the ends: what was still starting then never runs. */
  #ends = 0;
  #ending: Promise<void> = Promise.resolve();
  /** Undefined for all. */
  #chosen: readonly ExchangeId[] | undefined;

  constructor(deps: HeldStreamsDeps) {
    this.#deps = deps;
  }

  /** Follows what a round has found. */
  onCollected(collected: Collected): void {
    if (this.#running !== undefined) return this.#running.onCollected(collected);
    const starting = (this.#starting ??= this.#start());
    void starting.then((streams) => {
      if (this.#starting === starting) streams.onCollected(collected);
    });
  }

  /** Receives from these exchanges alone (undefined: all) from now on. */
  choose(exchanges: readonly ExchangeId[] | undefined): void {
    this.#chosen = exchanges;
    this.#running?.choose(exchanges);
  }

  /** Undefined while nothing is received. */
  status(): StreamHubStatus | undefined {
    return this.#running?.status();
  }

  /** Ends all connections and writes what waits; a round after it starts them anew. */
  stop(): Promise<void> {
    const starting = this.#starting;
    this.#ends += 1;
    this.#starting = undefined;
    this.#running = undefined;
    if (starting !== undefined) {
      const ended = starting.then((streams) => streams.dispose());
      this.#ending = Promise.all([this.#ending, ended]).then(() => undefined);
    }
    return this.#ending;
  }

  async #start(): Promise<Streams> {
    const ends = this.#ends;
    const earlier = await this.#deps.earlier?.().catch(() => undefined);
    const streams = this.#deps.start(earlier);
    if (this.#ends === ends) {
      streams.choose(this.#chosen);
      this.#running = streams;
    }
    return streams;
  }
}
