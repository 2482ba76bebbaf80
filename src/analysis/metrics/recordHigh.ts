import type { ExchangeId } from '../../core/ids.ts';
import { highestSince, type Reach } from './highestSince.ts';
import { valueAt } from './statistics.ts';

/** Record highs of open interest, in coins, within the history at hand. Never called all-time: the window is named. */

/** Open interest in coins over time: ascending times, NaN for a gap. */
export interface CoinHistory {
  readonly atMs: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

export interface RecordHigh {
  /** The latest reading is above every earlier one; an unchanged level is no record. */
  readonly isRecord: boolean;
  readonly latestBase: number;
  readonly latestAtMs: number;
  /** The highest earlier reading and its time. */
  readonly previousHighBase: number;
  readonly previousHighAtMs: number;
  /** From the first reading to the latest: the window within which this is a record. */
  readonly windowMs: number;
  readonly reach: Reach;
}

/**
 * Returns whether the latest reading is a record within the history, with the window's length. Undefined with less
 * than `minWindowMs` of readings or fewer than two earlier ones.
 */
export function recordHigh(history: CoinHistory, minWindowMs: number): RecordHigh | undefined {
  const known: number[] = [];
  for (let index = 0; index < history.values.length; index += 1) {
    if (Number.isFinite(history.values[index]) && Number.isFinite(history.atMs[index])) known.push(index);
  }
  const last = known.pop();
  const first = known[0];
  if (last === undefined || first === undefined || known.length < 2) return undefined;
  const windowMs = valueAt(history.atMs, last) - valueAt(history.atMs, first);
  const reach = highestSince(history);
  if (windowMs < minWindowMs || reach === undefined) return undefined;
  let high = first;
  for (const index of known)
    if (valueAt(history.values, index) >= valueAt(history.values, high)) high = index;
  return {
    isRecord: valueAt(history.values, last) > valueAt(history.values, high),
    latestBase: valueAt(history.values, last),
    latestAtMs: valueAt(history.atMs, last),
    previousHighBase: valueAt(history.values, high),
    previousHighAtMs: valueAt(history.atMs, high),
    windowMs,
    reach,
  };
}

export interface OpenInterestRecords {
  readonly byExchange: Readonly<Record<ExchangeId, RecordHigh>>;
  /** Over the sum of the exchanges that have enough history. */
  readonly aggregate?: RecordHigh;
  /** Exchanges without enough history to tell. */
  readonly undecided: readonly ExchangeId[];
}

/**
 * Returns the record of each exchange and of their sum. Exchanges with too little history are left out of the sum,
 * so that an exchange that has just been added does not make a record.
 */
export function openInterestRecords(
  histories: readonly (CoinHistory & { readonly exchange: ExchangeId })[],
  minWindowMs: number,
): OpenInterestRecords {
  const byExchange: Record<ExchangeId, RecordHigh> = {};
  const undecided: ExchangeId[] = [];
  const usable: CoinHistory[] = [];
  for (const history of histories) {
    const record = recordHigh(history, minWindowMs);
    if (record === undefined) undecided.push(history.exchange);
    else {
      byExchange[history.exchange] = record;
      usable.push(history);
    }
  }
  const aggregate = usable.length === 0 ? undefined : recordHigh(sumWhereAllReport(usable), minWindowMs);
  return { byExchange, undecided, ...(aggregate === undefined ? {} : { aggregate }) };
}

/** Returns the sum at the times at which every history has a reading; a time that one lacks is left out. */
function sumWhereAllReport(histories: readonly CoinHistory[]): CoinHistory {
  const [first, ...others] = histories;
  const places = others.map(() => 0);
  const [atMs, values]: [number[], number[]] = [[], []];
  for (let at = 0; at < (first?.atMs.length ?? 0); at += 1) {
    const time = valueAt(first?.atMs ?? [], at);
    let total = valueAt(first?.values ?? [], at);
    for (const [index, other] of others.entries()) {
      let place = places[index] ?? 0;
      while (valueAt(other.atMs, place) < time) place += 1;
      places[index] = place;
      total += other.atMs[place] === time ? valueAt(other.values, place) : Number.NaN;
    }
    if (!Number.isFinite(total)) continue;
    atMs.push(time);
    values.push(total);
  }
  return { atMs, values };
}
