import { issuesOf } from '../../core/apartIssues.ts';
import type { DataSource, ExchangeId } from '../../core/ids.ts';
import { seriesOf } from '../../core/levelSeries.ts';
import { siftRows } from '../../core/neighbours.ts';
import type { Part } from '../../core/places.ts';
import type { Observation } from '../../core/observation.ts';
import { LevelBook } from './levelBook.ts';
import type { CollectedIssue } from './round.ts';

/** Issues of an exchange's streams that wait for its next round; the oldest are forgotten. */
const MAX_WAITING = 50;

/**
 * The way of all rows, asked for or pushed, to the store and the latest readings: what the level of its instrument
 * contradicts is kept apart here. Rows of the two sources never judge each other.
 */
export class RowGate {
  readonly #books: Readonly<Record<DataSource, LevelBook>> = {
    live: new LevelBook(),
    simulated: new LevelBook(),
  };
  readonly #waiting = new Map<ExchangeId, CollectedIssue[]>();

  /** What is known of the levels of a source. */
  book(source: DataSource): LevelBook {
    return this.#books[source];
  }

  /** Returns the rows that may be counted, and an issue for each series that lost some; `path` of it is the endpoint. */
  sift<P extends Part>(
    source: DataSource,
    rows: readonly P[],
  ): { readonly kept: readonly P[]; readonly issues: readonly CollectedIssue[] } {
    const book = this.#books[source];
    const series = seriesOf(rows);
    book.learn(rows, series);
    const sifted = siftRows(rows, book, { series });
    book.note(sifted, sifted.kept === rows ? series : seriesOf(sifted.kept));
    return { kept: sifted.kept, issues: issuesOf(sifted, true) };
  }

  /** As `sift`, for what is pushed: its issues are told with the next round of the exchange. */
  siftPushed(source: DataSource, rows: readonly Observation[]): readonly Observation[] {
    const { kept, issues } = this.sift(source, rows);
    const exchange = rows[0]?.exchange;
    if (issues.length > 0 && exchange !== undefined)
      this.#waiting.set(exchange, [...(this.#waiting.get(exchange) ?? []), ...issues].slice(-MAX_WAITING));
    return kept;
  }

  /** Returns the issues of an exchange's streams since the last call. */
  takeIssues(exchange: ExchangeId): readonly CollectedIssue[] {
    const issues = this.#waiting.get(exchange) ?? [];
    this.#waiting.delete(exchange);
    return issues;
  }
}
