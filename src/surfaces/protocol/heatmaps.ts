import type { Asset, DataSource, ExchangeId } from '../../core/ids.ts';
import { CARD_IDS, type CardId, type CardWish } from './cards.ts';

/** The cards of rows by time that a panel shows beside its charts, coloured about zero. */
export const HEATMAP_IDS = ['open-interest-change', 'open-interest-change-assets', 'funding-assets'] as const;
export type HeatmapId = (typeof HEATMAP_IDS)[number];

/** All cards that can be chosen. */
export const CHOICE_IDS = [...CARD_IDS, ...HEATMAP_IDS] as const;
export type ChoiceId = CardId | HeatmapId;

/** As of a card of lines. A heatmap of assets is of all that are followed, whatever `asset` the panel is of. */
export type HeatmapWish = CardWish<HeatmapId>;

/** Whose numbers a row are: of an exchange, of the sum over exchanges, or of an asset. */
export interface HeatmapRow {
  readonly id: ExchangeId | Asset | 'aggregate';
  /** Unique within its card. */
  readonly label: string;
}

/** The cells of a card over the time that was asked for. */
export interface HeatmapPayload {
  readonly card: HeatmapId;
  readonly asset: Asset;
  readonly source: DataSource;
  /** Column `i` lasts from `firstMs + i × stepMs` for `stepMs`. Which may be longer than was asked for. */
  readonly stepMs: number;
  readonly firstMs: number;
  readonly columns: number;
  /** The top row first; one of which nothing is known is not among them, and named in `notes`. */
  readonly rows: readonly HeatmapRow[];
  /** Fractions, `values[row × columns + column]`; NaN = not known. */
  readonly values: Float64Array;
  /** Plain sentences. */
  readonly notes: readonly string[];
}
