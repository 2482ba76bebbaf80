import type { Asset, ExchangeId } from '../../../core/ids.ts';
import type { Instrument } from '../../../core/instrument.ts';
import { HOUR_MS } from '../../../core/units.ts';
import type { TrackedInstrument } from '../tracking.ts';

/** What no round has asked for in so long is no longer streamed. */
const KEPT_MS = 2 * HOUR_MS;
const MAX_ASSETS = 200;

interface Followed {
  readonly tracked: readonly TrackedInstrument[];
  readonly seenMonoMs: number;
}

/**
 * What the rounds of the last two hours have asked for. A single question about another asset must not end the streams
 * of what is watched all the time; an exchange that is no longer chosen is not streamed, and remembered until it is.
 */
export class FollowedAssets {
  readonly #exchanges = new Map<ExchangeId, Map<Asset, Followed>>();
  #chosen: readonly ExchangeId[] | undefined;

  /** Streams these exchanges alone from now on, all where none are named. */
  choose(exchanges: readonly ExchangeId[] | undefined): void {
    this.#chosen = exchanges;
  }

  isChosen(exchange: ExchangeId): boolean {
    return this.#chosen?.includes(exchange) !== false;
  }

  /** Takes the instruments of one exchange in a round. */
  add(exchange: ExchangeId, tracked: readonly TrackedInstrument[], monoMs: number): void {
    const assets = this.#exchanges.get(exchange) ?? new Map<Asset, Followed>();
    this.#exchanges.set(exchange, assets);
    for (const asset of new Set(tracked.map((one) => one.asset))) {
      const own = tracked.filter((one) => one.asset === asset);
      const known = assets.get(asset);
      // A round without the list of instruments says nothing new.
      const isWorse = own.every((one) => one.isProvisional) && known !== undefined;
      // Last in order, so that the first is the one that was asked for longest ago.
      assets.delete(asset);
      assets.set(asset, { tracked: isWorse ? known.tracked : own, seenMonoMs: monoMs });
    }
    for (const [asset, { seenMonoMs }] of assets)
      if (monoMs - seenMonoMs > KEPT_MS || assets.size > MAX_ASSETS) assets.delete(asset);
  }

  /** Returns the instruments to stream, by exchange: of the chosen ones alone. */
  instruments(monoMs: number): Map<ExchangeId, readonly Instrument[]> {
    const streamed = [...this.#exchanges].filter(([exchange]) => this.isChosen(exchange));
    return new Map(
      streamed.map(([exchange, assets]) => [
        exchange,
        [...assets]
          .filter(([, { seenMonoMs }]) => monoMs - seenMonoMs <= KEPT_MS)
          // By name, so that the order of asking does not change the topics of a socket.
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .flatMap(([, { tracked }]) => tracked.map((one) => one.instrument)),
      ]),
    );
  }
}
