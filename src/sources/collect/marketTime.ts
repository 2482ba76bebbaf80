import { AHEAD_TOLERANCE_MS, type Clock, type MachineClock } from '../../core/clock.ts';
import type { ExchangeId } from '../../core/ids.ts';
import { isChunk, type Rows } from '../../core/chunk.ts';
import type { MarkPrice } from '../../core/observation.ts';
import { MINUTE_MS, SECOND_MS } from '../../core/units.ts';
import { clockVote, middleOf, type ClockVerdict, type ClockWitness } from './clockVote.ts';

/** Of the newest answers and prices of an exchange so many tell its time. */
const KEPT_DATES = 9;
const KEPT_PRICES = 5;
/** Wall and monotonic time have parted by more: the clock here was set or slept, and what was learned before is void. */
const JUMP_MS = 2 * SECOND_MS;
const LONGEST_MS = 30 * MINUTE_MS;
/** Samples of an exchange are compared with its newest: what is older by more may be of before a change. */
const TOGETHER_MS = 2 * MINUTE_MS;
/** Honest clocks differ by as much. */
const APART_MS = SECOND_MS / 2;
/** A price is dated when it was made, and may be received so much later. */
const PRICE_DELAY_MS = MINUTE_MS;
/** Each second it is judged anew; between that, thousands of rows may ask. */
const VERDICT_FOR_MS = SECOND_MS;
/** From so many exchanges on their verdict outweighs what one says of its own time. */
const QUORUM = 3;

interface Sample {
  /** The exchange's time less the time here. */
  readonly offsetMs: number;
  /** Either way. */
  readonly errorMs: number;
  readonly wallMs: number;
  readonly monoMs: number;
}

interface Heard {
  dates: Sample[];
  prices: Sample[];
}

/** What an answer tells about the time of who sent it. */
export interface DatedAnswer {
  readonly receivedAtMs: number;
  readonly latencyMs: number;
  readonly serverDateMs?: number;
}

/**
 * What time it is by the clocks of the exchanges. Each exchange tells its own by the `Date` headers of its answers and
 * by the times of its mark prices; what most of them and the clock here agree on is the time that ages are counted by.
 * Times that go in are those of the clock here.
 */
export class MarketTime {
  readonly #clock: Clock;
  readonly #heard = new Map<ExchangeId, Heard>();
  #verdict: (ClockVerdict & { readonly wallMs: number; readonly monoMs: number }) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes the date of an answer that was just received. */
  noteAnswer(exchange: ExchangeId, { receivedAtMs, latencyMs, serverDateMs }: DatedAnswer): void {
    if (serverDateMs === undefined) return;
    const heard = this.#of(exchange);
    // The date was written while the answer was under way, and counts whole seconds.
    const offsetMs = serverDateMs + SECOND_MS / 2 - (receivedAtMs - latencyMs / 2);
    const errorMs = (SECOND_MS + latencyMs) / 2;
    // Who speaks for the first time is a witness more; of the others the next second's verdict takes account.
    if (heard.dates.length === 0) this.#verdict = undefined;
    heard.dates = [...heard.dates, this.#sample(offsetMs, errorMs)].slice(-KEPT_DATES);
  }

  /** Takes the times of mark prices that were just received; a time of receipt is that of the clock here. */
  notePrices(exchange: ExchangeId, rows: Rows): void {
    const dated = rows.filter(
      (row): row is MarkPrice => !isChunk(row) && row.kind === 'mark-price' && row.atBasis !== 'received',
    );
    if (dated.length === 0) return;
    const heard = this.#of(exchange);
    const samples = dated.slice(-KEPT_PRICES).map((row) => this.#sample(row.atMs - row.receivedAtMs, 0));
    heard.prices = [...heard.prices, ...samples].slice(-KEPT_PRICES);
  }

  /** What was heard of an exchange came from somebody else. */
  forget(exchange: ExchangeId): void {
    this.#heard.delete(exchange);
    this.#verdict = undefined;
  }

  /** Now, epoch ms. */
  nowMs(): number {
    return this.#clock.nowMs() + this.offsetMs();
  }

  /** What must be added to a time of the clock here; 0 while that is right, or nothing better is known. */
  offsetMs(): number {
    return this.#judged().offsetMs;
  }

  /** How many exchanges say so, each by itself. */
  agreedBy(): number {
    return this.#judged().exchanges;
  }

  /** The clock here where the exchanges say that it is wrong by more than clocks may differ. */
  machineClock(): MachineClock | undefined {
    const { offsetMs, exchanges } = this.#judged();
    return Math.abs(offsetMs) <= AHEAD_TOLERANCE_MS ? undefined : { behindMs: offsetMs, exchanges };
  }

  /**
   * Returns the exchange's own time at a time of the clock here: by its dates, else by five prices. Where these
   * contradict what three exchanges agree on, by that. Undefined while nothing has told.
   */
  at(exchange: ExchangeId, wallMs: number): number | undefined {
    const { offsetMs, exchanges } = this.#judged();
    const isAgreed = exchanges >= QUORUM;
    const heard = this.#heard.get(exchange);
    const prices = this.#valid(heard?.prices);
    const own = [
      middleOf(this.#valid(heard?.dates).map((one) => one.offsetMs)),
      prices.length < KEPT_PRICES ? undefined : middleOf(prices.map((one) => one.offsetMs)),
    ].find((one) => one !== undefined && (!isAgreed || Math.abs(one - offsetMs) <= AHEAD_TOLERANCE_MS));
    const known = own ?? (isAgreed ? offsetMs : undefined);
    return known === undefined ? undefined : wallMs + Math.round(known);
  }

  #judged(): ClockVerdict {
    const [wallMs, monoMs] = [this.#clock.nowMs(), this.#clock.monotonicMs()];
    const before = this.#verdict;
    if (before !== undefined && monoMs - before.monoMs < VERDICT_FOR_MS && !hasJumped(before, wallMs, monoMs))
      return before;
    const witnesses = [...this.#heard].flatMap(([exchange, { dates, prices }]) => [
      ...dateWitness(exchange, this.#valid(dates)),
      ...priceWitness(exchange, this.#valid(prices)),
    ]);
    const verdict = { ...clockVote(witnesses), wallMs, monoMs };
    this.#verdict = verdict;
    return verdict;
  }

  #sample(offsetMs: number, errorMs: number): Sample {
    return { offsetMs, errorMs, wallMs: this.#clock.nowMs(), monoMs: this.#clock.monotonicMs() };
  }

  #valid(samples: readonly Sample[] = []): Sample[] {
    const [wallMs, monoMs] = [this.#clock.nowMs(), this.#clock.monotonicMs()];
    const fromMs = Math.max(monoMs - LONGEST_MS, (samples.at(-1)?.monoMs ?? 0) - TOGETHER_MS);
    return samples.filter((one) => one.monoMs >= fromMs && !hasJumped(one, wallMs, monoMs));
  }

  #of(exchange: ExchangeId): Heard {
    const heard = this.#heard.get(exchange) ?? { dates: [], prices: [] };
    this.#heard.set(exchange, heard);
    return heard;
  }
}

function hasJumped(
  since: { readonly wallMs: number; readonly monoMs: number },
  wallMs: number,
  monoMs: number,
): boolean {
  return Math.abs(wallMs - since.wallMs - (monoMs - since.monoMs)) > JUMP_MS;
}

function dateWitness(exchange: ExchangeId, samples: readonly Sample[]): ClockWitness[] {
  const offsetMs = middleOf(samples.map((one) => one.offsetMs));
  if (offsetMs === undefined) return [];
  const errorMs = (middleOf(samples.map((one) => one.errorMs)) ?? 0) + APART_MS;
  return [{ exchange, lowMs: offsetMs - errorMs, highMs: offsetMs + errorMs, offsetMs, isExact: true }];
}

function priceWitness(exchange: ExchangeId, samples: readonly Sample[]): ClockWitness[] {
  const offsetMs = middleOf(samples.map((one) => one.offsetMs));
  if (offsetMs === undefined) return [];
  const [lowMs, highMs] = [offsetMs - APART_MS, offsetMs + PRICE_DELAY_MS];
  return [{ exchange, lowMs, highMs, offsetMs, isExact: false }];
}
