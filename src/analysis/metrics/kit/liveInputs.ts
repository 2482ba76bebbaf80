import type { ExchangeId, InstrumentKey } from '../../../core/ids.ts';
import { DAY_MS } from '../../../core/units.ts';
import type { SettledFunding } from '../../../series/assetSeries.ts';
import { seriesOf, type JoinedSeriesId, type SeriesId } from '../../../series/catalogue.ts';
import { stepOf, valuesFrom, type StepColumn } from '../../../series/hours.ts';
import type { ExchangeReadings } from '../exchangeReadings.ts';
import type { MetricInputs, MetricPart } from './inputs.ts';
import { LiveColumn } from './liveColumn.ts';

/** One value of an input. What a time is of that is known already, it replaces; NaN takes it away. */
export type InputStep =
  | {
      readonly kind: 'value';
      readonly series: JoinedSeriesId;
      readonly exchange: ExchangeId;
      /** The label of the step. */
      readonly atMs: number;
      readonly value: number;
    }
  /** Of series that are told apart by feed. */
  | {
      readonly kind: 'feed';
      readonly series: SeriesId;
      readonly exchange: ExchangeId;
      readonly instrument: InstrumentKey;
      readonly endpoint: string;
      readonly shared: MetricPart['shared'];
      readonly atMs: number;
      readonly value: number;
    }
  | {
      readonly kind: 'settled';
      readonly exchange: ExchangeId;
      readonly instrument: InstrumentKey;
      readonly atMs: number;
      readonly ratePerInterval: number;
      readonly intervalMs: number;
      readonly perYear: number;
    }
  /** All current readings anew. */
  | { readonly kind: 'readings'; readonly readings: readonly ExchangeReadings[] };

/** So far back history is looked at; by the day as far as there is any, ten years at most. */
const HISTORY_MS = 30 * DAY_MS;
const MOST_DAYS = 3_660;

interface LivePart extends Omit<MetricPart, 'column'> {
  readonly live: LiveColumn;
}

/** What metrics are computed from, taken in value by value. One of them serves the runs of all metrics. */
export class LiveInputs {
  readonly #columns = new Map<JoinedSeriesId, LiveColumn[]>();
  readonly #parts = new Map<SeriesId, Map<string, LivePart>>();
  readonly #settled = new Map<InstrumentKey, Settlements>();
  #readings: readonly ExchangeReadings[] = [];
  /** Made once for all runs that ask at a moment. */
  #whole: MetricInputs | undefined;

  take(step: InputStep): void {
    this.#whole = undefined;
    if (step.kind === 'value') this.#columnOf(step.series, step.exchange).set(step.atMs, step.value);
    else if (step.kind === 'feed') this.#partOf(step).live.set(step.atMs, step.value);
    else if (step.kind === 'settled') this.#settlementsOf(step).set(step);
    else this.#readings = step.readings;
  }

  /** The columns of a series, ascending by exchange. */
  columns(series: JoinedSeriesId): readonly LiveColumn[] {
    return this.#columns.get(series) ?? [];
  }

  /** The label of the first hour that is looked back to. */
  fromMs(nowMs: number): number {
    return stepOf(nowMs - HISTORY_MS);
  }

  /** All of it as it stands at a moment, in the form that histories are read in. The arrays must not be written to. */
  inputs(nowMs: number): MetricInputs {
    if (this.#whole?.nowMs !== nowMs) this.#whole = this.#wholeAt(nowMs);
    return this.#whole;
  }

  #wholeAt(nowMs: number): MetricInputs {
    const fromMs = this.fromMs(nowMs);
    const recent = ({ stepMs, column }: LiveColumn): StepColumn =>
      stepMs < DAY_MS
        ? { firstMs: fromMs, stepMs, values: valuesFrom(column, fromMs, stepsOf(stepMs)) }
        : column;
    const settled = this.#settled;
    return {
      nowMs,
      readings: this.#readings,
      series: {
        column: (id) => new Map(this.columns(id).map((live) => [live.exchange, recent(live)])),
        parts: (id) => this.#partsOf(id).map(({ live, ...part }) => ({ ...part, column: recent(live) })),
        get settledFunding() {
          return [...settled.values()].map((one) => one.since(nowMs - HISTORY_MS));
        },
      },
    };
  }

  /** Of what is taken in joined, an exchange's column is its only part. */
  #partsOf(id: SeriesId): LivePart[] {
    const joined = this.#columns.get(id as JoinedSeriesId) ?? [];
    return [
      ...(this.#parts.get(id)?.values() ?? []),
      ...joined.map((live): LivePart => {
        const { exchange } = live;
        return { exchange, instrument: `${exchange}:`, endpoint: exchange, shared: {}, live };
      }),
    ];
  }

  #columnOf(series: JoinedSeriesId, exchange: ExchangeId): LiveColumn {
    const columns = this.#columns.get(series) ?? [];
    const known = columns.find((one) => one.exchange === exchange);
    if (known !== undefined) return known;
    const made = liveColumn(series, exchange);
    this.#columns.set(
      series,
      [...columns, made].sort((a, b) => (a.exchange < b.exchange ? -1 : 1)),
    );
    return made;
  }

  #partOf({ series, exchange, instrument, endpoint, shared }: InputStep & { kind: 'feed' }): LivePart {
    const parts = this.#parts.get(series) ?? new Map<string, LivePart>();
    this.#parts.set(series, parts);
    const key = JSON.stringify([exchange, instrument, endpoint, shared]);
    const part = parts.get(key) ?? {
      exchange,
      instrument,
      endpoint,
      shared,
      live: liveColumn(series, exchange),
    };
    parts.set(key, part);
    return part;
  }

  #settlementsOf({ exchange, instrument }: InputStep & { kind: 'settled' }): Settlements {
    const known = this.#settled.get(instrument) ?? new Settlements(exchange, instrument);
    this.#settled.set(instrument, known);
    return known;
  }
}

function liveColumn(series: SeriesId, exchange: ExchangeId): LiveColumn {
  const { stepMs } = seriesOf(series);
  return new LiveColumn(exchange, stepMs, stepMs < DAY_MS ? stepsOf(stepMs) : MOST_DAYS);
}

/** From the step that was 30 days ago to the one that a reading of now belongs to. */
const stepsOf = (stepMs: number): number => HISTORY_MS / stepMs + 2;

type Settlement = InputStep & { readonly kind: 'settled' };

/** The settlements of one instrument by time. */
class Settlements {
  readonly #exchange: ExchangeId;
  readonly #instrument: InstrumentKey;
  #rows: Settlement[] = [];

  constructor(exchange: ExchangeId, instrument: InstrumentKey) {
    this.#exchange = exchange;
    this.#instrument = instrument;
  }

  set(step: Settlement): void {
    const after = this.#rows.findLastIndex(({ atMs }) => atMs <= step.atMs);
    const isKnown = this.#rows[after]?.atMs === step.atMs;
    this.#rows.splice(isKnown ? after : after + 1, Number(isKnown), step);
  }

  since(fromMs: number): SettledFunding {
    this.#rows = this.#rows.filter(({ atMs }) => atMs >= fromMs);
    const rows = this.#rows;
    return {
      exchange: this.#exchange,
      instrument: this.#instrument,
      atMs: Float64Array.from(rows, ({ atMs }) => atMs),
      ratePerInterval: Float64Array.from(rows, ({ ratePerInterval }) => ratePerInterval),
      intervalMs: Float64Array.from(rows, ({ intervalMs }) => intervalMs),
      perYear: Float64Array.from(rows, ({ perYear }) => perYear),
    };
  }
}
