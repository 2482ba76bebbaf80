import type { Asset, ExchangeId } from '../core/ids.ts';
import type { OpenInterest } from '../core/observation.ts';
import type { AssetBook } from './assetBook.ts';
import type { AssetSeries, KnownToday, ReadingPoints, SeriesPart, SettledFunding } from './assetSeries.ts';
import { seriesOf, type JoinedSeriesId, type Series, type SeriesId, type SeriesKind } from './catalogue.ts';
import { countedParts, toldUntil, type CountedParts } from './countedParts.ts';
import { lastLabelOf, type HeldPart } from './heldPart.ts';
import { gridOf, partOn } from './gridPart.ts';
import type { ColumnsByExchange } from './hours.ts';
import { joinParts } from './join.ts';
import { listName } from './lists.ts';

/** Returns an asset's history at `nowMs` out of what is held. Pure: later rows do not change it. */
export function assetView(book: AssetBook, asset: Asset, nowMs: number, known: KnownToday): AssetSeries {
  return new AssetView(countedParts(book, nowMs, known), asset, nowMs);
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
      column = joined(this.parts(id), seriesOf(id).kind);
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
      (best, part) => (best === undefined || lastLabelOf(part) >= lastLabelOf(best) ? part : best),
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

/** Parts that have not changed are joined once, whatever else is new. */
const joinedBefore = new WeakMap<
  SeriesPart,
  { readonly parts: readonly SeriesPart[]; readonly columns: ColumnsByExchange }
>();

function joined(parts: readonly SeriesPart[], kind: SeriesKind): ColumnsByExchange {
  const [first] = parts;
  if (first === undefined) return new Map();
  const before = joinedBefore.get(first);
  if (before?.parts.length === parts.length && before.parts.every((part, at) => part === parts[at]))
    return before.columns;
  const columns = joinParts(parts, kind);
  joinedBefore.set(first, { parts, columns });
  return columns;
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
