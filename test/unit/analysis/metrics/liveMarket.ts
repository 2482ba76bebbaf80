import type { ExchangeReadings } from '../../../../src/analysis/metrics/exchangeReadings.ts';
import type { MetricInputs, MetricPart } from '../../../../src/analysis/metrics/kit/inputs.ts';
import type { InputStep } from '../../../../src/analysis/metrics/kit/liveInputs.ts';
import type { SettledFunding } from '../../../../src/series/assetSeries.ts';
import { catalogue, seriesOf, type JoinedSeriesId, type SeriesId } from '../../../../src/series/catalogue.ts';
import { stepOf, type ColumnsByExchange, type StepColumn } from '../../../../src/series/hours.ts';
import { DAY_MS, HOUR_MS } from '../../../../src/core/units.ts';

/**
 * A made-up market that is told twice: value by value as it comes, late and corrected, and as whole columns. Every series
 * of the catalogue has values, so that a metric on any of them is tested.
 */

export interface MarketOptions {
  readonly seed: number;
  readonly exchanges: number;
  /** Shares of hours that are missing, that come late, and after which an earlier one is corrected. */
  readonly missing: number;
  readonly late: number;
  readonly corrected: number;
  /** From here on for some days nothing changes. */
  readonly calmFrom: number;
}

const START = Date.UTC(2026, 8, 1);
const NAMES = ['okx', 'binance', 'gate', 'bybit'];
const isFeed = (id: SeriesId): boolean => id.includes('liquidations');

/** Returns numbers between 0 and 1 from a seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Line {
  readonly series: SeriesId;
  readonly exchange: string;
  readonly firstMs: number;
  readonly values: Map<number, number>;
}

export class LiveMarket {
  readonly #options: MarketOptions;
  readonly #random: () => number;
  readonly #lines: Line[];
  readonly #settled = new Map<string, Map<number, number>>();
  readonly #levels = new Map<string, number>();
  #delayed: {
    readonly dueHour: number;
    readonly line: Line;
    readonly atMs: number;
    readonly value: number;
  }[] = [];
  #readings: readonly ExchangeReadings[] = [];
  #hour = 0;

  constructor(options: MarketOptions) {
    this.#options = options;
    this.#random = randomOf(options.seed);
    this.#lines = NAMES.slice(0, options.exchanges).flatMap((exchange, place) =>
      (Object.keys(catalogue) as SeriesId[]).map((series) => {
        // Days begin at an hour of the exchange's own; some exchanges begin later than others.
        const phase = seriesOf(series).stepMs === DAY_MS ? (place % 2) * 8 * HOUR_MS - 40 * DAY_MS : 0;
        const laterMs = place === 0 ? 0 : Math.floor(this.#random() * 150) * HOUR_MS;
        return { series, exchange, firstMs: START + phase + (phase < 0 ? 0 : laterMs), values: new Map() };
      }),
    );
  }

  get nowMs(): number {
    return START + this.#hour * HOUR_MS + 17 * 60_000;
  }

  /** Goes on by an hour; returns what came in it. */
  tick(): InputStep[] {
    this.#hour += 1;
    const steps: InputStep[] = [];
    const { missing, late, corrected } = this.#options;
    for (const line of this.#lines) {
      for (const atMs of this.#newLabels(line)) {
        const value = this.#nextValue(line);
        const chance = this.#fateOf(line, atMs);
        if (chance < missing) continue;
        if (chance < missing + late) this.#delay(line, atMs, value);
        else steps.push(this.#told(line, atMs, value));
      }
      if (this.#random() < corrected) steps.push(...this.#correction(line));
    }
    const due = this.#delayed.filter(({ dueHour }) => dueHour <= this.#hour);
    this.#delayed = this.#delayed.filter(({ dueHour }) => dueHour > this.#hour);
    steps.push(...due.map(({ line, atMs, value }) => this.#told(line, atMs, value)));
    if (this.#hour % 8 === 0) steps.push(...this.#settlements());
    steps.push(this.#newReadings());
    return steps;
  }

  /** All of it as whole columns. */
  inputs(): MetricInputs {
    const nowMs = this.nowMs;
    const of = (series: SeriesId): Line[] =>
      this.#lines
        .filter((line) => line.series === series && line.values.size > 0)
        .sort((a, b) => (a.exchange < b.exchange ? -1 : 1));
    const parts = new Map<SeriesId, MetricPart[]>();
    const partsOf = (id: SeriesId): MetricPart[] => {
      const made =
        parts.get(id) ?? of(id).map((line) => ({ ...feedOf(line), column: columnOf(line, nowMs) }));
      parts.set(id, made);
      return made;
    };
    return {
      nowMs,
      readings: this.#readings,
      series: {
        column: (id): ColumnsByExchange =>
          new Map(partsOf(id).map(({ exchange, column }) => [exchange, column])),
        parts: partsOf,
        settledFunding: [...this.#settled].map(([exchange, rows]) => settledOf(exchange, rows, nowMs)),
      },
    };
  }

  /** Whether a value is told, late or never; buys and sells are of one row and share it. */
  #fateOf({ series, exchange }: Line, atMs: number): number {
    return randomOf(this.#options.seed ^ hashOf(`${series.replace(/buy|sell/, '')} ${exchange} ${atMs}`))();
  }

  /** Days that are over by now are told at the first hour. */
  #newLabels({ series, firstMs, values }: Line): number[] {
    const { stepMs, label } = seriesOf(series);
    const newest = stepOf(this.nowMs - (label === 'end' ? stepMs : 0) - firstMs, stepMs) + firstMs;
    if (newest < firstMs) return [];
    const isFirst = stepMs === DAY_MS && values.size === 0;
    if (!isFirst && newest + stepMs <= this.nowMs - HOUR_MS) return [];
    if (!isFirst && stepMs === DAY_MS && (this.nowMs - newest) / HOUR_MS >= 1) return [];
    const count = isFirst ? (newest - firstMs) / stepMs + 1 : 1;
    return Array.from({ length: count }, (_, back) => newest - (count - 1 - back) * stepMs);
  }

  #nextValue({ series, exchange }: Line): number {
    const { kind, unit } = seriesOf(series);
    const { calmFrom } = this.#options;
    const key = `${series} ${exchange}`;
    const before =
      this.#levels.get(key) ?? (unit === 'usd' ? 1e7 : kind === 'level' ? 6e4 : kind === 'ratio' ? 1.5 : 1e3);
    if (this.#hour >= calmFrom && this.#hour < calmFrom + 220) return before;
    const isBurst = this.#random() < 0.01;
    const spread = isFeed(series) ? 3 : 0.02;
    const next = before * Math.exp(spread * (this.#random() - 0.5)) * (isBurst ? 1.3 : 1);
    const kept = kind === 'ratio' ? Math.round(next * 50) / 50 : next;
    this.#levels.set(key, isFeed(series) ? before : kept);
    return isFeed(series) && this.#random() < 0.2 ? 0 : kept;
  }

  #delay(line: Line, atMs: number, value: number): void {
    const hours = 1 + Math.floor(this.#fateOf(line, -atMs) * 5);
    this.#delayed.push({ dueHour: this.#hour + hours, line, atMs, value });
  }

  #correction(line: Line): InputStep[] {
    const labels = [...line.values.keys()];
    const atMs = labels[Math.floor(this.#random() * labels.length)];
    if (atMs === undefined) return [];
    const isTaken = this.#random() < 0.2 && !line.series.includes('taker');
    const value = isTaken ? Number.NaN : (line.values.get(atMs) ?? 1) * (0.9 + 0.2 * this.#random());
    return [this.#told(line, atMs, value)];
  }

  #told(line: Line, atMs: number, value: number): InputStep {
    if (Number.isNaN(value)) line.values.delete(atMs);
    else line.values.set(atMs, value);
    const { series, exchange } = line;
    return isFeed(series)
      ? { kind: 'feed', series, ...feedOf(line), atMs, value }
      : { kind: 'value', series: series as JoinedSeriesId, exchange, atMs, value };
  }

  #settlements(): InputStep[] {
    return NAMES.slice(0, this.#options.exchanges).map((exchange) => {
      const atMs = START + this.#hour * HOUR_MS;
      const rows = this.#settled.get(exchange) ?? new Map<number, number>();
      const perYear = Math.round(this.#random() * 20) / 100;
      this.#settled.set(exchange, rows.set(atMs, perYear));
      return { kind: 'settled', exchange, instrument: `${exchange}:X`, atMs, ...settledRow(perYear) };
    });
  }

  #newReadings(): InputStep {
    const atMs = this.nowMs - 30_000;
    const one = (): boolean => this.#random() < 0.9;
    this.#readings = NAMES.slice(0, this.#options.exchanges).map((exchange, place): ExchangeReadings => {
      const from = {
        ...{ exchange, venueSymbol: 'X', baseAsset: 'X', instrument: `${exchange}:X` as const, atMs },
        ...{ receivedAtMs: atMs, endpoint: 'GET /now' },
      };
      const rate = (this.#random() - 0.3) / 1e4;
      return {
        ...{ exchange, displayName: exchange, volume24hUsd: 1e9 * this.#random(), volumeAtMs: atMs },
        ...(one() ? { openInterestUsd: 1e9 * (1 + place + Math.floor(this.#hour / 40)) } : {}),
        ...(one() ? { openInterestBase: 1e4 * this.#random(), openInterestAtMs: atMs } : {}),
        ...(one() ? { spotVolume24hUsd: 1e9 * this.#random(), volumesAtMs: atMs - 7 } : {}),
        ...(one() && {
          funding: {
            ...{ ...from, kind: 'funding-rate', phase: 'predicted', intervalBasis: 'payload' },
            ...{ fundingRatePerInterval: rate, intervalMs: 8 * HOUR_MS, cap: 0.003 },
          },
        }),
        ...(one() && {
          longShort: {
            ...{ ...from, kind: 'long-short-ratio', population: 'all-accounts', barMs: HOUR_MS },
            longShortRatio: 1 + this.#random(),
          },
        }),
        ...(one() && {
          depth: {
            ...{ ...from, kind: 'depth', bandFraction: 0.01, midPriceQuote: 6e4, levels: 50 },
            ...{ bidUsd: 1e6 * this.#random(), askUsd: 1e6, reachedBid: one(), reachedAsk: true },
          },
        }),
        ...(one() && {
          basis: {
            ...{ exchange, venueSymbol: 'X-F', expiresAtMs: atMs + 91 * DAY_MS, futuresPriceQuote: 6.1e4 },
            ...{ indexPriceQuote: 6e4, basisFraction: 1 / 60, annualised: this.#random() / 10, atMs },
          },
        }),
      } as ExchangeReadings;
    });
    return { kind: 'readings', readings: this.#readings };
  }
}

const hashOf = (text: string): number =>
  [...text].reduce((hash, char) => (Math.imul(hash, 31) + char.charCodeAt(0)) | 0, 7);

const feedOf = ({ exchange }: Line) => ({
  exchange,
  instrument: `${exchange}:X` as const,
  endpoint: `GET /${exchange}`,
  shared: { coverage: 'complete' },
});

function columnOf({ series, firstMs, values }: Line, nowMs: number): StepColumn {
  const { stepMs } = seriesOf(series);
  const first = stepMs === DAY_MS ? firstMs : stepOf(nowMs - 30 * DAY_MS);
  const steps = Math.floor((nowMs - first) / stepMs) + 1;
  const column = Float64Array.from(
    { length: steps },
    (_, at) => values.get(first + at * stepMs) ?? Number.NaN,
  );
  return { firstMs: first, stepMs, values: column };
}

const settledRow = (perYear: number) => ({
  ratePerInterval: perYear / 1_095,
  intervalMs: 8 * HOUR_MS,
  perYear,
});

function settledOf(exchange: string, rows: ReadonlyMap<number, number>, nowMs: number): SettledFunding {
  const kept = [...rows].filter(([atMs]) => atMs >= nowMs - 30 * DAY_MS);
  const column = (read: (row: (typeof kept)[number]) => number): Float64Array =>
    Float64Array.from(kept, read);
  return {
    ...{ exchange, instrument: `${exchange}:X` },
    atMs: column(([atMs]) => atMs),
    ratePerInterval: column(([, perYear]) => settledRow(perYear).ratePerInterval),
    intervalMs: column(() => 8 * HOUR_MS),
    perYear: column(([, perYear]) => perYear),
  };
}
