import type { Asset, DataSource, ExchangeId } from '../../core/ids.ts';
import type { ChoiceId } from './heatmaps.ts';

/** What every chart payload states about itself. */
export interface ChartHeader {
  readonly asset: Asset;
  readonly source: DataSource;
  readonly asOfMs: number;
  readonly coverage: { readonly fresh: number; readonly of: number };
  /** Plain sentences shown under the chart: units, sides, windows, what is left out. */
  readonly notes: readonly string[];
}

/** Columns over time; NaN = gap, drawn as a gap. */
export interface TimeColumn {
  readonly atMs: Float64Array;
  readonly values: Float64Array;
}

export interface OpenInterestLine {
  readonly id: ExchangeId | 'aggregate';
  readonly label: string;
  /** `one`, or why it may count more than once. */
  readonly sides: 'one' | 'both, halved' | 'unverified';
  readonly base: TimeColumn;
  readonly usd: TimeColumn;
}

/**
 * A stretch in which the same was said of the market. It ends where the next one begins; where that begins later, nobody
 * watched between them. Confidence and rarity (0..1) are those that it began with, null where none was kept.
 */
export interface RegimeRun {
  readonly fromMs: number;
  readonly toMs: number;
  /** In words. */
  readonly label: string;
  readonly family: string;
  readonly isWeak: boolean;
  /** Which way the price goes while it stands. */
  readonly direction: -1 | 0 | 1;
  readonly confidence: number | null;
  readonly rarity: number | null;
  /** Whether it is counted in shuffled hours of the asset's own or modelled. */
  readonly rarityBasis: 'own-history' | 'default' | null;
}

/** What was said of the market over time, as it was said then: at least one run, ascending. */
export interface RegimeBand {
  readonly runs: readonly RegimeRun[];
  /** From when on it was looked at. */
  readonly fromMs: number;
  /** Nobody watched where assessments lie further apart. */
  readonly longestPauseMs: number;
}

export interface OpenInterestChart extends ChartHeader {
  readonly kind: 'open-interest';
  /** Drawn under the lines; absent where nothing was assessed. */
  readonly regime?: RegimeBand;
  readonly lines: readonly OpenInterestLine[];
  /** How many exchanges the aggregate adds up; absent where there is no aggregate. */
  readonly aggregated?: number;
}

/**
 * Exchange by time; `cells[row * columns + column]` = annualised funding as a fraction, NaN = no settlement known.
 * A column starts at `columnAtMs` and lasts `columnMs`; starts lie on one grid, a missing start is an empty column.
 */
export interface FundingHeatmap extends ChartHeader {
  readonly kind: 'funding-heatmap';
  readonly rows: readonly {
    readonly id: ExchangeId;
    readonly label: string;
    readonly intervalHours?: number;
  }[];
  readonly columnAtMs: Float64Array;
  readonly columnMs: number;
  readonly cells: Float32Array;
}

/** A price range in which much would be liquidated. Modelled; fractions are of the price at hand, both positive. */
export interface LargestLevel {
  readonly side: 'long' | 'short';
  readonly nearFraction: number;
  readonly farFraction: number;
  readonly lowQuote: number;
  readonly highQuote: number;
  readonly notionalQuote: number;
  /** The least and the most that other splits of leverage give. */
  readonly leastQuote: number;
  readonly mostQuote: number;
}

/**
 * Modelled liquidation levels, price by time, of longs and shorts apart. `cells[row * columns + column]` = modelled notional in USD
 * that would be liquidated in the price bin, row 0 = lowest price; NaN = a time without prices. An estimate: the assumptions are part
 * of the payload.
 */
export interface LiquidationHeatmap extends ChartHeader {
  readonly kind: 'liquidation-heatmap';
  readonly columnAtMs: Float64Array;
  readonly columnMs: number;
  /** Bin edges, ascending, rows + 1 of them, in quote currency. */
  readonly priceEdges: Float64Array;
  readonly rows: number;
  readonly longCells: Float32Array;
  readonly shortCells: Float32Array;
  /** Whose levels are shown. */
  readonly shown: ExchangeId | 'aggregate';
  /** The exchanges whose levels can be shown alone. */
  readonly choices: readonly { readonly id: ExchangeId; readonly label: string }[];
  /** The parts of open interest whose levels are placed, 0..1; absent where it is not known. */
  readonly placed: { readonly long?: number; readonly short?: number };
  /** Largest first. */
  readonly largest: readonly LargestLevel[];
  /** What levels like these foretold of what was liquidated, in a sentence that stands on the face of the chart. */
  readonly score: {
    readonly verdict: 'above-placebo' | 'not-above-placebo' | 'not-scored';
    readonly words: string;
  };
  /** Quote currency of all prices, for example USDT; in words where it is not known. */
  readonly quoteAsset: string;
  readonly price: TimeColumn;
  /** What the price line is, for example "Mark price, Binance"; "Price" where absent. */
  readonly priceLabel?: string;
  readonly assumptions: readonly string[];
  /** What was liquidated in each column, measured; absent where nothing is stored of it. */
  readonly realised?: RealisedLiquidations;
}

/** USD by the side of the position, and the lowest and highest price of each column; NaN = not known. */
export interface RealisedLiquidations {
  readonly longUsd: Float64Array;
  readonly shortUsd: Float64Array;
  readonly lowQuote: Float64Array;
  readonly highQuote: Float64Array;
  /** Whose they are, in words. */
  readonly of: string;
  /** Not all of them are known. */
  readonly isLowerBound: boolean;
}

/** The regime over time, with the price over it. */
export interface RegimeTimeline extends ChartHeader, RegimeBand {
  readonly kind: 'regime-timeline';
  /** The closes of hours, in quote currency; absent where there are too few up to now. */
  readonly price?: TimeColumn;
  /** What the price line is, for example "Mark price, Binance". */
  readonly priceLabel?: string;
  /** Quote currency of the price, in words where it is not known. */
  readonly quoteAsset?: string;
}

export type ChartPayload = OpenInterestChart | FundingHeatmap | LiquidationHeatmap | RegimeTimeline;
export type ChartKind = ChartPayload['kind'];
/** What a panel shows under a title of its own. */
export type PanelItem = ChartKind | ChoiceId;

/** A panel looks back so many hours unless it asks otherwise, and may ask for so many. */
export const PANEL_HOURS = { usual: 168, least: 24, most: 720 } as const;

/** A chart that cannot be drawn yet, and why. */
export interface ChartUnavailable {
  readonly kind: ChartKind;
  readonly unavailable: string;
}

/**
 * The newest readings of what a panel shows, between two snapshots. Complete: each stands for all before it since the
 * snapshot of its `version`.
 */
export interface NewestNumbers {
  readonly version: number;
  readonly asOfMs?: number;
  readonly coverage?: { readonly fresh: number; readonly of: number };
  readonly clockBehindMs?: number;
  /** The end of each line that has a newer reading of the same kind; one-sided, coins and US dollars. */
  readonly openInterest: readonly {
    readonly id: OpenInterestLine['id'];
    readonly atMs: number;
    readonly base: number;
    readonly usd?: number;
  }[];
  /** The newest price of the line in the liquidation heatmap, in its quote currency. */
  readonly price?: { readonly atMs: number; readonly quote: number };
}

/** Everything a panel shows, complete, of the charts that it asked for; sent on `ready`, on return to visible and after each refresh while visible. */
export interface PanelSnapshot {
  readonly version: number;
  readonly asset: Asset;
  readonly source: DataSource;
  /** The assets that are followed, which a card can be compared with; none while nothing has been read. */
  readonly assets?: readonly Asset[];
  readonly isLoading: boolean;
  /** Exchanges are still being asked: more of their history may come with the next snapshot. */
  readonly isPartial?: true;
  /** Time of the newest number in the panel; the newest chart's time where absent. */
  readonly asOfMs?: number;
  /** So far the clock here is behind the exchanges', in ms; absent where it is right. Added to it, ages are right. */
  readonly clockBehindMs?: number;
  /** Exchanges behind the panel's numbers; the widest chart's where absent. */
  readonly coverage?: { readonly fresh: number; readonly of: number };
  /** Why the last refresh failed, in words; the charts then show what was there before. */
  readonly problem?: string;
  /** `label` in words. */
  readonly regime?: { readonly label: string; readonly confidence: number; readonly asOfMs: number };
  readonly charts: readonly (ChartPayload | ChartUnavailable)[];
  /** What has been read since the charts' last hour; absent where nothing has. */
  readonly newest?: NewestNumbers;
}

/** Whom what is taken away is of, and by whom its numbers were made. */
export interface TakenAway {
  readonly asset: Asset;
  readonly chart: PanelItem;
  readonly source: DataSource;
}

/** A chart as it is seen, with its words, as a PNG file. */
export interface ExportedPicture extends TakenAway {
  readonly png: Uint8Array;
}

/** A cell of a table: a time in epoch ms, a number, a text, or null where there is none. */
export type ExportedCell = number | string | null;

/** The numbers of a chart as a table to take away. */
export interface ExportedTable extends TakenAway {
  /** Titles carry the unit. */
  readonly columns: readonly { readonly title: string; readonly type: 'time' | 'number' | 'text' }[];
  readonly rows: readonly (readonly ExportedCell[])[];
}
