import type { TimeColumn } from '../../src/surfaces/protocol/payloads.ts';

/** A line of a chart that has one for each exchange and may have one for their sum. */
export interface NamedLine {
  readonly id: string;
  readonly label: string;
  readonly isAggregate: boolean;
  readonly isHidden: boolean;
  /** Place among the exchanges, for its colour; −1 of the aggregate. */
  readonly colourIndex: number;
  /** In the unit of the chart. */
  readonly column: TimeColumn;
}
