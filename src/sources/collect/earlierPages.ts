import type { Clock } from '../../core/clock.ts';
import type { PerpscopeError } from '../../core/errors.ts';
import { HOUR_MS, SECOND_MS } from '../../core/units.ts';
import type { ObservationPoll } from '../exchanges/contract.ts';
import type { LiquidationPages } from './liquidationPages.ts';
import type { Group, Round } from './round.ts';

/** Pages of past events asked for at one refresh; the next one goes on where it ended. */
const MAX_PAGES = 60;
/** So long a refresh goes on asking for them unless it is told otherwise: current numbers wait for nothing old. */
const USUAL_MS = SECOND_MS / 2;

/** Walks back from the newest page of events to what is known, so that the hours between can be summed. */
export class EarlierPages {
  readonly #pages: LiquidationPages;
  readonly #clock: Clock;
  /** Until when there is no use in asking for a feed's past, by poll and instrument. */
  readonly #endUntilMs = new Map<string, number>();
  /** What was asked about before, by poll and instrument. */
  readonly #seen = new Set<string>();

  constructor(pages: LiquidationPages, clock: Clock) {
    this.#pages = pages;
    this.#clock = clock;
  }

  /** Asks page after page by `ask`, which resolves with why nothing came. Never rejects where `ask` does not. */
  async walk(
    poll: ObservationPoll<never>,
    { spec, instruments }: Group,
    { nowMs, exchangeNowMs, options }: Round,
    ask: (group: Group, edgeMs: number) => Promise<PerpscopeError | undefined>,
  ): Promise<void> {
    const [instrument] = instruments;
    const { events } = poll;
    if (events?.earlier === undefined || instrument === undefined || instruments.length > 1) return;
    const key = `${poll.id} ${instrument.key}`;
    if (nowMs < (this.#endUntilMs.get(key) ?? 0)) return;
    // The first numbers of a session wait for nothing old, unless the caller wants it.
    const isFirst = !this.#seen.has(key);
    this.#seen.add(key);
    if (isFirst && options.pastMs === undefined) return;
    const untilMs = this.#clock.monotonicMs() + (options.pastMs ?? USUAL_MS);
    const edgeOf = () => this.#pages.edge(`${spec.method} ${spec.path}`, instrument, exchangeNowMs);
    for (let pages = 0, edge = edgeOf(); pages < MAX_PAGES && edge !== undefined; pages += 1) {
      if (this.#clock.monotonicMs() > untilMs) return;
      const { edgeMs, page } = edge;
      const before = events.earlier({ instrument, nowMs: exchangeNowMs }, edgeMs, page);
      // The newest page is there: what is older and cannot be had is no failure of the round.
      if (before !== undefined && (await ask({ spec: before, instruments }, edgeMs)) !== undefined) return;
      edge = edgeOf();
      if (edge?.edgeMs !== edgeMs) continue;
      this.#endUntilMs.set(key, nowMs + HOUR_MS);
      return;
    }
  }
}
