import type { DataSource, ExchangeId } from '../../core/ids.ts';
import type { ExchangeResult } from './exchangeSession.ts';
import type { MarketTime } from './marketTime.ts';
import { isOfOtherSource, sourceOf, withoutAnswers, type OneSource } from './oneSource.ts';
import { inMarketTime, rightlyDated } from './rightlyDated.ts';
import type { RowGate } from './rowGate.ts';

/** So many exchanges must agree on the time before the answers of a round are dated by it. */
export const QUORUM = 3;

/** Results that may be shown, and the source that they speak of; it is absent where nobody has answered. */
export interface Judged {
  readonly source?: DataSource;
  readonly results: readonly ExchangeResult[];
}

export interface JudgeDeps {
  readonly source: OneSource;
  readonly time: MarketTime;
  readonly gate: RowGate;
}

/**
 * Judges the answers of one round as they come. An exchange says neither of which market a round speaks nor what time it
 * is: what it answers is held until the others' answers tell, at the longest until the end of the round. Its rows are
 * held against the levels of its own instruments alone, for which nobody needs to be waited for.
 */
export class RoundJudge {
  readonly #deps: JudgeDeps;
  readonly #asked: readonly ExchangeId[];
  /** As they came, of which the time is not agreed on. */
  #undated: ExchangeResult[] = [];
  /** Dated and sifted, of which the source is not decided. */
  #held: ExchangeResult[] = [];
  readonly #answered = new Map<ExchangeId, ExchangeResult>();
  readonly #told = new Map<ExchangeId, ExchangeResult>();

  constructor(asked: readonly ExchangeId[], deps: JudgeDeps) {
    this.#asked = asked;
    this.#deps = deps;
  }

  /** Takes an exchange's answer in; returns what may be shown from now on. */
  add(result: ExchangeResult): Judged {
    const { source, time } = this.#deps;
    time.notePrices(result.exchange, result.observations);
    this.#undated.push(result);
    this.#answered.set(result.exchange, result);
    const answered = [...this.#answered.values()];
    const open = this.#asked.filter((exchange) => !this.#answered.has(exchange));
    const verdict = source.soFar(answered, open);
    const left = this.#leaveOut(verdict);
    // Of one mark all of them: whatever the verdict, they stand or fall together.
    const marks = answered.flatMap((one) => (one.isSimulated === undefined ? [] : [sourceOf(one)]));
    const isOneMind = new Set(marks).size <= 1;
    const isTimeAgreed = time.agreedBy() >= Math.min(QUORUM, this.#asked.length);
    if (isTimeAgreed && (verdict !== undefined || isOneMind)) this.#date();
    return verdict === undefined ? { results: [] } : this.#tell(verdict, left);
  }

  /** Nobody is waited for any longer: returns all that was not shown yet, or is not what it was shown as. */
  end(): Judged {
    const verdict = this.#deps.source.of([...this.#answered.values()]);
    const left = this.#leaveOut(verdict);
    this.#date();
    return this.#tell(verdict, left);
  }

  /** What an exchange's answer has become, as it was told last; in the order in which they answered. */
  get results(): readonly ExchangeResult[] {
    return [...this.#told.values()];
  }

  #tell(source: DataSource | undefined, left: readonly ExchangeResult[]): Judged {
    const results = [...left, ...this.#held];
    this.#held = [];
    for (const result of results) this.#told.set(result.exchange, result);
    return { ...(source === undefined ? {} : { source }), results };
  }

  /** Takes out who speaks of another source; nobody learns the time from these. */
  #leaveOut(source: DataSource | undefined): ExchangeResult[] {
    if (source === undefined) return [];
    const isOther = (result: ExchangeResult): boolean => isOfOtherSource(result, source);
    const undated = this.#undated.filter(isOther).map((result) => this.#inTime(result));
    const dated = [...this.#held, ...this.#told.values()].filter((one) => one.answered > 0 && isOther(one));
    this.#undated = this.#undated.filter((one) => !isOther(one));
    this.#held = this.#held.filter((one) => !isOther(one));
    return [...undated, ...dated].map((result) => {
      this.#deps.time.forget(result.exchange);
      return withoutAnswers(result, source);
    });
  }

  /** Brings what waits to the exchanges' time and holds it against the levels of its instruments. */
  #date(): void {
    this.#held.push(...this.#undated.map((result) => this.#sifted(this.#dated(result))));
    this.#undated = [];
  }

  /** What the levels of its instruments contradict is no longer part of a result, but an issue of it. */
  #sifted(result: ExchangeResult): ExchangeResult {
    const source = sourceOf(result);
    if (result.isSimulated === undefined || source === undefined) return result;
    const { gate } = this.#deps;
    const { kept, issues } = gate.sift(source, result.observations);
    const pushed = gate.takeIssues(result.exchange);
    return { ...result, observations: kept, issues: [...result.issues, ...issues, ...pushed] };
  }

  /** Brings all times of a result to the exchanges' clocks; rows that are dated ahead of them become an issue. */
  #dated(result: ExchangeResult): ExchangeResult {
    const { time } = this.#deps;
    const { rows, issues } = rightlyDated(inMarketTime(result.observations, time.offsetMs()), time.nowMs());
    const dated = { ...this.#inTime(result), observations: rows };
    return issues.length === 0 ? dated : { ...dated, issues: [...result.issues, ...issues] };
  }

  #inTime(result: ExchangeResult): ExchangeResult {
    const offsetMs = this.#deps.time.offsetMs();
    const inTime = <T extends { readonly nextAttemptAtMs?: number }>(one: T): T =>
      one.nextAttemptAtMs === undefined ? one : { ...one, nextAttemptAtMs: one.nextAttemptAtMs + offsetMs };
    return {
      ...inTime(result),
      startedAtMs: result.startedAtMs + offsetMs,
      budgets: result.budgets.map(inTime),
    };
  }
}
