import type { ExchangeId } from '../../../core/ids.ts';
import type { JoinedSeriesId } from '../../../series/catalogue.ts';
import { mayTakePart } from '../../../series/sums.ts';
import type { LiveColumn } from './liveColumn.ts';
import type { LiveInputs } from './liveInputs.ts';
import type { Tail, TailRun } from './tails.ts';
import { FRESH_MS, type Stretch } from './windows.ts';

/** What was read off at the newest hour. */
export interface SumReading<Result> {
  readonly exchanges: readonly ExchangeId[];
  readonly endMs: number;
  readonly stepMs: number;
  readonly result: Result;
}

/**
 * Reads the newest end of sums over exchanges, kept up hour by hour: what `newestAlignedSum` and the tail's batch give. As
 * long as the same exchanges take part and hours come in order, an hour costs one addition per exchange and a step of the tail. When an
 * exchange comes or goes, or an hour that was counted changes, the stretch is gone through anew.
 */
export class SumRun<Result> {
  readonly #series: readonly JoinedSeriesId[];
  readonly #stretch: Stretch;
  readonly #tail: Tail<Result>;
  #run: TailRun<Result>;
  #counted = '';
  #endMs = Number.NaN;

  constructor(series: readonly JoinedSeriesId[], stretch: Stretch, tail: Tail<Result>) {
    this.#series = series;
    this.#stretch = stretch;
    this.#tail = tail;
    this.#run = tail.start(stretch.steps);
  }

  at(live: LiveInputs, nowMs: number): SumReading<Result> | undefined {
    const parts = this.#series.map((id) => this.#partAt(live.columns(id), nowMs));
    const known = parts.filter((part) => part !== undefined);
    const [first] = known;
    if (first === undefined || known.length < parts.length) return undefined;
    if (known.some(({ endMs }) => endMs !== first.endMs)) return undefined;
    const { stepMs } = first;
    const counted = known
      .map(({ columns }) => columns.map(({ exchange, edits }) => `${exchange} ${edits}`).join())
      .join(';');
    const isNext = counted === this.#counted && first.endMs >= this.#endMs;
    if (!isNext) this.#run = this.#tail.start(this.#stretch.steps);
    const fromMs = isNext ? this.#endMs + stepMs : first.endMs - (this.#stretch.steps - 1) * stepMs;
    for (let atMs = fromMs; atMs <= first.endMs; atMs += stepMs) {
      this.#run.push(known.map(({ columns }) => sumAt(columns, atMs)));
    }
    [this.#counted, this.#endMs] = [counted, first.endMs];
    const exchanges = first.columns.map(({ exchange }) => exchange);
    return { exchanges, endMs: first.endMs, stepMs, result: this.#run.read() };
  }

  /** The exchanges that take part and the hour that their sum ends with. */
  #partAt(columns: readonly LiveColumn[], nowMs: number) {
    const newestMs = columns.reduce((newest, one) => Math.max(newest, one.newestLabel(nowMs)), -Infinity);
    if (!(nowMs - newestMs <= FRESH_MS)) return undefined;
    const stepMs = columns[0]?.stepMs ?? 0;
    const takesPart = (endMs: number): LiveColumn[] => columns.filter((one) => this.#isCounted(one, endMs));
    const [latest, earlier] = [takesPart(newestMs), takesPart(newestMs - stepMs)];
    const isEarlier = earlier.length > latest.length;
    const counted = isEarlier ? earlier : latest;
    if (counted.length === 0) return undefined;
    return { columns: counted, endMs: isEarlier ? newestMs - stepMs : newestMs, stepMs };
  }

  #isCounted(column: LiveColumn, endMs: number): boolean {
    const { steps, minimumSteps } = this.#stretch;
    if (Number.isNaN(column.valueAt(endMs))) return false;
    const { known, span } = column.stretch(endMs, steps);
    return mayTakePart(known, span, minimumSteps);
  }
}

function sumAt(columns: readonly LiveColumn[], atMs: number): number {
  let sum = 0;
  for (const column of columns) sum += column.valueAt(atMs);
  return sum;
}
