import { isChunk, type Rows } from '../../core/chunk.ts';
import type { Instrument } from '../../core/instrument.ts';
import type { Liquidation, LiquidationVolume } from '../../core/observation.ts';
import { HOUR_MS } from '../../core/units.ts';
import type { EventPage } from '../exchanges/contract.ts';
import { since, spanOf, withSpan, type Span } from './eventSpans.ts';
import { hourOfLiquidations, LATE_MS, MAX_EVENTS, type SummedFeed } from './liquidationSums.ts';
import { identityOf } from './streams/eventWindow.ts';

/** One answer of a poll of liquidations. */
export interface ReceivedPage {
  readonly feed: SummedFeed;
  readonly page: EventPage;
  readonly rows: Rows;
  readonly receivedAtMs: number;
  /** Of a page that was asked for as the one before another: the newest time that was lacking. */
  readonly edgeMs?: number;
}

/** Where the known time of a feed begins, and what is needed to ask for the time before. */
export interface Edge {
  /** The newest time that is lacking, epoch ms. */
  readonly edgeMs: number;
  /** The page that begins there. */
  readonly page: EventPage;
}

/** Whole hours so far back are summed: a day and the week that it is compared with, and one for the hour that runs. */
const WANTED_HOURS = 193;
const KEPT_HOURS = WANTED_HOURS + 1;
/** A feed that was not answered for so long is of an instrument that nobody follows any more. */
const UNHEARD_MS = 24 * HOUR_MS;

const hourOf = (atMs: number): number => Math.floor(atMs / HOUR_MS) * HOUR_MS;

/**
 * Sums the liquidations of one exchange's REST answers by the hour. An hour counts where pages that overlap prove that every
 * event of it is known, from its beginning until it is over by the exchange's clock with room for late events; see
 * `spanOf`. What comes late changes the hour, which is then given out again.
 */
export class LiquidationPages {
  readonly #feeds = new Map<string, FeedPages>();
  #isSimulated: boolean | undefined;

  /** Takes an answer in. One of another source voids what is known: the two must never be added. */
  add(received: ReceivedPage, isSimulated: boolean): void {
    if (this.#isSimulated !== isSimulated) this.#feeds.clear();
    this.#isSimulated = isSimulated;
    const { instrument, endpoint } = received.feed;
    const key = `${endpoint} ${instrument.key}`;
    const feed = this.#feeds.get(key) ?? new FeedPages();
    this.#feeds.set(key, feed);
    feed.add(received);
  }

  /** Where the newest known time of a feed begins, if that is within the hours that are wanted; undefined if not. */
  edge(endpoint: string, instrument: Instrument, exchangeNowMs: number): Edge | undefined {
    const wantedFromMs = hourOf(exchangeNowMs) - WANTED_HOURS * HOUR_MS;
    return this.#feeds.get(`${endpoint} ${instrument.key}`)?.edge(wantedFromMs);
  }

  /**
   * Returns the hours that are proved and were not given out as they are now. `aheadMs`: see `aheadOf`; while that is not
   * known, it is not known either which hours are over. Rows are received at `nowMs`, the time here; how far back is kept
   * is counted from the exchange's, where that differs.
   */
  hours(aheadMs: number | undefined, nowMs: number, exchangeNowMs = nowMs): LiquidationVolume[] {
    const keepFromMs = hourOf(exchangeNowMs) - KEPT_HOURS * HOUR_MS;
    for (const [key, { heardAtMs }] of this.#feeds)
      if (nowMs - heardAtMs > UNHEARD_MS) this.#feeds.delete(key);
    return [...this.#feeds.values()].flatMap((feed) => feed.hours(aheadMs, nowMs, keepFromMs));
  }
}

/** The answers of one endpoint about one instrument. */
class FeedPages {
  /** When the newest answer came, by the clock here. */
  heardAtMs = 0;
  #feed: SummedFeed | undefined;
  #spans: readonly Span[] = [];
  /** Answers of this round. */
  #waiting: ReceivedPage[] = [];
  /** Pages by the beginning of what they prove: one of them is where the known time begins. */
  readonly #pageFrom = new Map<number, EventPage>();
  readonly #events = new Map<string, Liquidation>();
  /** The oldest row that was answered: what is newer is kept by the exchange. */
  #oldestRowMs = Infinity;
  #keptFromMs: number | undefined;
  /** Before this there are more events than can be kept. */
  #floorMs = -Infinity;
  /** What was given out, by the start of the hour. */
  readonly #given = new Map<number, string>();

  add(received: ReceivedPage): void {
    this.heardAtMs = received.receivedAtMs;
    this.#feed = received.feed;
    this.#waiting.push(received);
    this.#keptFromMs = received.page.keptFromMs;
    for (const atMs of received.page.rowTimesMs) this.#oldestRowMs = Math.min(this.#oldestRowMs, atMs);
    const span = spanOf(received.page, untilOf(received, 0));
    if (span !== undefined) this.#pageFrom.set(span.fromMs, received.page);
    const seen = new Map<string, number>();
    for (const row of received.rows) {
      if (isChunk(row) || row.kind !== 'liquidation' || row.instrument !== received.feed.instrument.key)
        continue;
      const identity = identityOf(row);
      // Events of one page that are the same in everything and have no id are different ones.
      const count = row.eventId === undefined ? (seen.get(identity) ?? 0) : 0;
      seen.set(identity, count + 1);
      const key = `${identity} #${count}`;
      if (!this.#events.has(key)) this.#events.set(key, row);
    }
  }

  edge(wantedFromMs: number): Edge | undefined {
    const newest = this.#waiting.findLast((one) => one.edgeMs === undefined);
    if (newest === undefined) return undefined;
    const own = spanOf(newest.page, untilOf(newest, 0));
    if (own === undefined) return undefined;
    const known = this.#merged(0).find(({ fromMs, toMs }) => fromMs <= own.fromMs && toMs >= own.fromMs);
    const page = known && this.#pageFrom.get(known.fromMs);
    if (page === undefined || known === undefined) return undefined;
    if (known.fromMs <= Math.max(wantedFromMs, this.#floorMs)) return undefined;
    return { edgeMs: known.fromMs - 1, page };
  }

  hours(aheadMs: number | undefined, nowMs: number, keepFromMs: number): LiquidationVolume[] {
    if (aheadMs !== undefined) this.#spans = this.#merged(aheadMs);
    this.#waiting = [];
    this.#forget(keepFromMs);
    const feed = this.#feed;
    if (feed === undefined) return [];
    const byHour = Map.groupBy(this.#events.values(), (event) => hourOf(event.atMs));
    const provedFromMs = Math.min(this.#keptFromMs ?? -Infinity, this.#oldestRowMs);
    return since(this.#spans, provedFromMs).flatMap(({ fromMs, toMs }) => {
      const rows: LiquidationVolume[] = [];
      const firstMs = Math.ceil(fromMs / HOUR_MS) * HOUR_MS;
      for (let startMs = firstMs; startMs + HOUR_MS - 1 <= toMs; startMs += HOUR_MS) {
        const row = hourOfLiquidations(feed, startMs, nowMs, byHour.get(startMs) ?? []);
        const { receivedAtMs: _received, ...said } = row;
        const text = JSON.stringify(said);
        if (this.#given.get(startMs) === text) continue;
        this.#given.set(startMs, text);
        rows.push(row);
      }
      return rows;
    });
  }

  /** The spans with those of the answers that wait. */
  #merged(aheadMs: number): readonly Span[] {
    return this.#waiting.reduce((spans, one) => {
      const span = spanOf(one.page, untilOf(one, aheadMs));
      return span === undefined ? spans : withSpan(spans, span);
    }, this.#spans);
  }

  #forget(keepFromMs: number): void {
    if (this.#events.size > MAX_EVENTS) {
      const times = [...this.#events.values()].map(({ atMs }) => atMs).sort((a, b) => a - b);
      this.#floorMs = (times[times.length - MAX_EVENTS] ?? 0) + 1;
    }
    const fromMs = Math.max(keepFromMs, this.#floorMs);
    this.#spans = since(this.#spans, fromMs);
    for (const [key, { atMs }] of this.#events) if (atMs < fromMs) this.#events.delete(key);
    for (const startMs of this.#given.keys()) if (startMs < keepFromMs) this.#given.delete(startMs);
    const begins = new Set(this.#spans.map((span) => span.fromMs));
    for (const pageMs of this.#pageFrom.keys()) if (!begins.has(pageMs)) this.#pageFrom.delete(pageMs);
  }
}

/** Until when an answer can be whole: events come late, and the clock here may be ahead. */
function untilOf({ edgeMs = Infinity, receivedAtMs }: ReceivedPage, aheadMs: number): number {
  return Math.min(edgeMs, receivedAtMs - aheadMs - LATE_MS);
}

/**
 * Returns by how much the clock here is ahead of the exchange's at most, in ms: the smallest age that one of its prices or
 * events had by it when it came. 0 where it is behind, for then an hour is late and not half. Undefined where the exchange
 * stated no time.
 */
export function aheadOf(rows: Rows): number | undefined {
  const ages = rows.flatMap((row) =>
    !isChunk(row) && (row.kind === 'mark-price' || row.kind === 'liquidation') && row.atBasis !== 'received'
      ? [row.receivedAtMs - row.atMs]
      : [],
  );
  return ages.length === 0
    ? undefined
    : Math.max(
        0,
        ages.reduce((a, b) => Math.min(a, b)),
      );
}
