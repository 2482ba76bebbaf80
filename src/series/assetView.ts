import { AHEAD_TOLERANCE_MS } from '../core/clock.ts';
import type { Asset, ExchangeId } from '../core/ids.ts';
import type { OpenInterest } from '../core/observation.ts';
import { DAY_MS, HOUR_MS } from '../core/units.ts';
import { HISTORY_WINDOW_MS, type AssetBook } from './assetBook.ts';
import type { AssetSeries, KnownToday, ReadingPoints, SeriesPart, SettledFunding } from './assetSeries.ts';
import { seriesOf, type JoinedSeriesId, type Series, type SeriesId } from './catalogue.ts';
import { countedParts, toldUntil, type CountedParts } from './countedParts.ts';
import type { HeldPart } from './heldPart.ts';
import { stepOf, type ColumnsByExchange } from './hours.ts';
import { joinParts } from './join.ts';
import { listName } from './lists.ts';

/** Returns an asset's history at `nowMs` out of what is held. Pure: later rows do not change it. */
export function assetView(book: AssetBook, asset: Asset, nowMs: number, known: KnownToday): AssetSeries {
  return new AssetView(countedParts(book, nowMs, known), asset, nowMs);
}

interface Grid {
  readonly firstMs: number;
  readonly stepMs: number;
  readonly length: number;
}

class AssetView implements AssetSeries {
  readonly asset: Asset;
  readonly nowMs: number;
  readonly settledFunding: readonly SettledFunding[];
  readonly readings: AssetSeries['readings'];
  readonly apart: number;
  readonly #counted: CountedParts;
  readonly #columns = new Map<SeriesId, ColumnsByExchange>();
  readonly #parts = new Map<SeriesId, readonly SeriesPart[]>();

  constructor(counted: CountedParts, asset: Asset, nowMs: number) {
    this.#counted = counted;
    this.asset = asset;
    this.nowMs = nowMs;
    this.settledFunding = counted.settledFunding;
    this.readings = counted.readings;
    this.apart = counted.apart;
  }

  column(id: JoinedSeriesId): ColumnsByExchange {
    let column = this.#columns.get(id);
    if (column === undefined) {
      column = joinParts(this.parts(id), seriesOf(id).kind);
      this.#columns.set(id, column);
    }
    return column;
  }

  parts(id: SeriesId): readonly SeriesPart[] {
    let parts = this.#parts.get(id);
    if (parts === undefined) {
      const series = seriesOf(id);
      const held = this.#heldOf(series);
      parts = [...Map.groupBy(held, ({ exchange }) => exchange).values()].flatMap((own) => {
        const grid = gridOf(own, series, this.nowMs);
        return own.flatMap((part) => partOn(grid, part, series, this.nowMs));
      });
      this.#parts.set(id, parts);
    }
    return parts;
  }

  sidesOf(exchange: ExchangeId): OpenInterest['sides'] | undefined {
    const own = this.#heldOf(seriesOf('open-interest')).filter((part) => part.exchange === exchange);
    const [first, ...others] = own;
    const newest = others.reduce<HeldPart | undefined>(
      (best, part) => (best === undefined || lastOf(part) >= lastOf(best) ? part : best),
      first,
    );
    return newest?.shared['sides'] as OpenInterest['sides'] | undefined;
  }

  toldUntilMs(exchange: ExchangeId): number | undefined {
    return toldUntil(this.#counted, exchange);
  }

  only(isWanted: (exchange: ExchangeId) => boolean): AssetSeries {
    return new PartOfSeries(this, isWanted);
  }

  #heldOf({ observation, facet, market, hasReadings }: Series): readonly HeldPart[] {
    const own = this.#counted.lists.get(listName(observation, facet)) ?? [];
    const readings =
      hasReadings === true ? (this.#counted.lists.get(listName(observation, 'now')) ?? []) : [];
    const isOfMarket = ({ shared }: HeldPart): boolean => (shared['market'] ?? 'perpetual') === market;
    return [...own, ...readings].filter(isOfMarket);
  }
}

/** A history without some exchanges; what is computed stays computed. */
class PartOfSeries implements AssetSeries {
  readonly #whole: AssetSeries;
  readonly #isWanted: (exchange: ExchangeId) => boolean;
  readonly settledFunding: readonly SettledFunding[];
  readonly readings: AssetSeries['readings'];

  constructor(whole: AssetSeries, isWanted: (exchange: ExchangeId) => boolean) {
    this.#whole = whole;
    this.#isWanted = isWanted;
    const of = <P extends { readonly exchange: ExchangeId }>(list: readonly P[]): P[] =>
      list.filter(({ exchange }) => isWanted(exchange));
    this.settledFunding = of(whole.settledFunding);
    const { prices, runningFunding, openInterest } = whole.readings;
    this.readings = {
      prices: of<ReadingPoints>(prices),
      runningFunding: of<ReadingPoints>(runningFunding),
      openInterest: of<ReadingPoints>(openInterest),
    };
  }

  get asset(): Asset {
    return this.#whole.asset;
  }

  get nowMs(): number {
    return this.#whole.nowMs;
  }

  get apart(): number {
    return this.#whole.apart;
  }

  column(id: JoinedSeriesId): ColumnsByExchange {
    return new Map([...this.#whole.column(id)].filter(([exchange]) => this.#isWanted(exchange)));
  }

  parts(id: SeriesId): readonly SeriesPart[] {
    return this.#whole.parts(id).filter(({ exchange }) => this.#isWanted(exchange));
  }

  sidesOf(exchange: ExchangeId): OpenInterest['sides'] | undefined {
    return this.#isWanted(exchange) ? this.#whole.sidesOf(exchange) : undefined;
  }

  toldUntilMs(exchange: ExchangeId): number | undefined {
    return this.#isWanted(exchange) ? this.#whole.toldUntilMs(exchange) : undefined;
  }

  only(isWanted: (exchange: ExchangeId) => boolean): AssetSeries {
    return new PartOfSeries(this, isWanted);
  }
}

/** The label of the last place with a row. */
function lastOf({ firstMs, stepMs, receivedAtMs }: HeldPart): number {
  return firstMs + receivedAtMs.findLastIndex((value) => !Number.isNaN(value)) * stepMs;
}

/**
 * The steps that columns of an exchange stand on: by the hour the same for all, by the day as the exchange's days begin
 * (of the newest part, where they differ).
 */
function gridOf(parts: readonly HeldPart[], { stepMs }: Series, nowMs: number): Grid {
  if (stepMs === HOUR_MS) {
    const firstMs = Math.ceil((nowMs - HISTORY_WINDOW_MS) / stepMs) * stepMs;
    const lastMs = stepOf(nowMs) + stepMs;
    return { firstMs, stepMs, length: (lastMs - firstMs) / stepMs + 1 };
  }
  const phase = parts.reduce((a, b) => (lastOf(b) > lastOf(a) ? b : a)).firstMs % DAY_MS;
  const own = parts.filter(({ firstMs }) => firstMs % DAY_MS === phase);
  const firstMs = own.reduce((least, part) => Math.min(least, part.firstMs), Infinity);
  const lastMs = own.reduce((most, part) => Math.max(most, lastOf(part)), firstMs);
  return { firstMs, stepMs, length: (lastMs - firstMs) / stepMs + 1 };
}

/** Returns a part's values on a grid; nothing where it stands between its steps. */
function partOn(grid: Grid, part: HeldPart, series: Series, nowMs: number): SeriesPart[] {
  const offset = (grid.firstMs - part.firstMs) / grid.stepMs;
  if (!Number.isInteger(offset)) return [];
  const isReading = !('barMs' in part.shared);
  // A bar that runs has no close and no volume yet; and no bar is there before it begins.
  const untilMs = series.label === 'end' ? nowMs - grid.stepMs : nowMs + AHEAD_TOLERANCE_MS;
  const [values, receivedAtMs, awayMs] = [gaps(grid.length), gaps(grid.length), gaps(grid.length)];
  const until = isReading
    ? grid.length - 1
    : Math.min(grid.length - 1, Math.floor((untilMs - grid.firstMs) / grid.stepMs));
  for (let at = Math.max(0, -offset); at <= until && at + offset < part.receivedAtMs.length; at += 1) {
    const value = series.value(part, at + offset);
    if (!Number.isFinite(value)) continue;
    const received = part.receivedAtMs[at + offset] ?? Number.NaN;
    values[at] = value;
    receivedAtMs[at] = received;
    awayMs[at] = Math.abs(received - (grid.firstMs + at * grid.stepMs));
  }
  if (receivedAtMs.every(Number.isNaN)) return [];
  const { exchange, instrument, endpoint, shared } = part;
  const column = { firstMs: grid.firstMs, stepMs: grid.stepMs, values };
  return [{ exchange, instrument, endpoint, shared, column, receivedAtMs, ...(isReading ? { awayMs } : {}) }];
}

const gaps = (length: number): Float64Array => new Float64Array(length).fill(Number.NaN);
