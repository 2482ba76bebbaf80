import type { AssetSeries, SeriesPart } from '../../../series/assetSeries.ts';
import type { SeriesId } from '../../../series/catalogue.ts';
import type { ExchangeReadings } from '../exchangeReadings.ts';

/** What metrics are computed from: an asset's history as series, and what its exchanges state now. */
export interface MetricInputs {
  readonly nowMs: number;
  readonly series: MetricSeries;
  /** The current numbers of the exchanges that are counted, fresh ones only. */
  readonly readings: readonly ExchangeReadings[];
}

/** The part of an asset's history that metrics read. */
export interface MetricSeries extends Pick<AssetSeries, 'column' | 'settledFunding'> {
  parts(id: SeriesId): readonly MetricPart[];
}

/** One stored series of an instrument. */
export type MetricPart = Pick<SeriesPart, 'exchange' | 'instrument' | 'endpoint' | 'awayMs' | 'column'> & {
  readonly shared: Readonly<Record<string, unknown>>;
};
