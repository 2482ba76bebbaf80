import type { Instrument } from '../../../core/instrument.ts';
import type { InstrumentKey } from '../../../core/ids.ts';
import type { Liquidation, LiquidationVolume } from '../../../core/observation.ts';
import { HOUR_MS } from '../../../core/units.ts';
import { hourOfLiquidations, LATE_MS, MAX_EVENTS } from '../liquidationSums.ts';

/**
 * Sums the liquidations of a stream by the hour, so that feeds can be compared with their own past. Only hours over
 * which the stream was live and the instrument followed from beginning to end count: of any other hour it is not known
 * what was missed, and it gives nothing. An hour without an event is a sum of zero then. All times are the exchange's.
 */
export class LiquidationHours {
  readonly #coverage: LiquidationVolume['coverage'];
  readonly #endpoint: string;
  readonly #covered = new Map<InstrumentKey, { readonly instrument: Instrument; readonly fromMs: number }>();
  /** The first hour that was not given out. */
  #nextHourMs = 0;
  #events: Liquidation[] = [];

  constructor(channelName: string, coverage: LiquidationVolume['coverage']) {
    this.#coverage = coverage;
    this.#endpoint = `WS ${channelName}`;
  }

  /** The stream is live for these instruments; of each, the first such call begins its coverage. */
  cover(instruments: readonly Instrument[], nowMs: number): void {
    if (this.#covered.size === 0) {
      this.#nextHourMs = Math.ceil(nowMs / HOUR_MS) * HOUR_MS;
      this.#events = [];
    }
    const keys = new Set(instruments.map((one) => one.key));
    for (const key of this.#covered.keys()) if (!keys.has(key)) this.#covered.delete(key);
    for (const instrument of instruments) {
      const { fromMs = nowMs } = this.#covered.get(instrument.key) ?? {};
      this.#covered.set(instrument.key, { instrument, fromMs });
    }
  }

  /** Something was or may have been missed: no hour that is not over counts. */
  uncover(): void {
    this.#covered.clear();
    this.#events = [];
  }

  /** An event of this time could not be counted. */
  missed(atMs: number): void {
    if (atMs >= this.#nextHourMs) this.uncover();
  }

  /** Takes in new events; what is older than the first whole hour is not summed. */
  add(events: readonly Liquidation[]): void {
    for (const event of events) if (event.atMs >= this.#nextHourMs) this.#events.push(event);
    // More than can be summed honestly: what is kept would be a part.
    if (this.#events.length > MAX_EVENTS) this.uncover();
  }

  /**
   * Returns the hours that are over, one row per instrument; each only once. `provenUntilMs`: until then an event or
   * a witness has shown that silence was true.
   */
  drain(nowMs: number, receivedAtMs: number, provenUntilMs: number): LiquidationVolume[] {
    const rows: LiquidationVolume[] = [];
    const untilMs = Math.min(nowMs - LATE_MS, provenUntilMs) - HOUR_MS;
    while (this.#covered.size > 0 && this.#nextHourMs <= untilMs) {
      const startMs = this.#nextHourMs;
      const own = this.#events.filter((event) => event.atMs < startMs + HOUR_MS);
      const byInstrument = Map.groupBy(own, (event) => event.instrument);
      for (const { instrument, fromMs } of this.#covered.values()) {
        if (fromMs > startMs) continue;
        const feed = { instrument, endpoint: this.#endpoint, coverage: this.#coverage };
        const events = byInstrument.get(instrument.key) ?? [];
        rows.push(hourOfLiquidations(feed, startMs, receivedAtMs, events));
      }
      this.#events = this.#events.filter((event) => event.atMs >= startMs + HOUR_MS);
      this.#nextHourMs += HOUR_MS;
    }
    return rows;
  }
}
