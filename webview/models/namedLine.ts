import type { TimeColumn } from '../../src/surfaces/protocol/payloads.ts';

/** A line of a chart that has one for each exchange and may have one for their sum. */
export interface NamedLine {
  readonly id: string;
  readonly label: string;
  readonly isAggregate: boolean;
  readonly isHidden: boolean;
  /** By `placeOfExchange`, for its colour; −1 of the aggregate. Where two assets are compared it is the asset's. */
  readonly colourIndex: number;
  /** How many lines of the same exchange and side stand before it: feeds of one exchange differ in their dashes. */
  readonly repeat?: number;
  /** In the unit of the chart. */
  readonly column: TimeColumn;
}
