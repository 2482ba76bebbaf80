import type { ExchangeId } from '../../../core/ids.ts';
import type { Collected } from '../collector.ts';
import type { EarlierStreams } from './earlierStreams.ts';
import type { Streams } from './startStreams.ts';
import type { StreamHubStatus } from './streamStatus.ts';

export interface HeldStreamsDeps {
  readonly start: (earlier: EarlierStreams | undefined) => Streams;
  /** Until when who collected before had what; asked at each start. */
  readonly earlier?: () => Promise<EarlierStreams | undefined>;
  /** Whether this process is the one that receives; always unless stated. */
  readonly mayRun?: () => boolean;
  /** Told why streams could not be started or ended. */
  readonly onFailed?: (error: unknown) => void;
}

/** The streams of who collects: begun with its first round, ended when another one collects in its place. */
export class HeldStreams {
  readonly #deps: HeldStreamsDeps;
  #starting: Promise<Streams | undefined> | undefined;
  #running: Streams | undefined;
  /** Counts the ends: what was still starting then never runs. */
  #ends = 0;
  #ending: Promise<void> = Promise.resolve();
  /** Undefined for all. */
  #chosen: readonly ExchangeId[] | undefined;

  constructor(deps: HeldStreamsDeps) {
    this.#deps = deps;
  }

  /** Follows what a round has found; a round that ended after another process took over begins nothing. */
  onCollected(collected: Collected): void {
    if (!this.#mayRun) return;
    if (this.#running !== undefined) return this.#running.onCollected(collected);
    const starting = (this.#starting ??= this.#start());
    void starting.then((streams) => {
      if (this.#starting === starting) streams?.onCollected(collected);
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
      const ended = starting
        .then((streams) => streams?.dispose())
        .catch((error: unknown) => this.#deps.onFailed?.(error));
      this.#ending = Promise.all([this.#ending, ended]).then(() => undefined);
    }
    return this.#ending;
  }

  get #mayRun(): boolean {
    return this.#deps.mayRun?.() !== false;
  }

  /** Resolves with undefined where they were ended meanwhile or cannot be started: the next round tries again. Never rejects. */
  async #start(): Promise<Streams | undefined> {
    const ends = this.#ends;
    const earlier = await this.#deps.earlier?.().catch(() => undefined);
    if (this.#ends !== ends) return undefined;
    try {
      if (this.#mayRun) {
        const streams = this.#deps.start(earlier);
        streams.choose(this.#chosen);
        this.#running = streams;
        return streams;
      }
    } catch (error) {
      this.#deps.onFailed?.(error);
    }
    this.#starting = undefined;
    return undefined;
  }
}
