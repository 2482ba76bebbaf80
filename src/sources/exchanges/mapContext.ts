import type { ExchangeId } from '../../core/ids.ts';
import type { Instrument } from '../../core/instrument.ts';
import type { Issue } from '../../core/issue.ts';

/** A field that states an instrument's open interest in the exchange's own unit, and the sides that it is taken to count. */
export interface SideStatement {
  readonly field: string;
  readonly venueSymbol: string;
  readonly size: number;
  readonly sides: 'one' | 'both' | 'unverified';
}

/** What a `map` may know besides the payload. */
export interface MapContext {
  readonly exchange: ExchangeId;
  /** `GET /path`, without the query. */
  readonly endpoint: string;
  /** The request's query, the fields of its JSON body and the variables of its path template. Empty when a bare body is decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly receivedAtMs: number;
  /** Present where the endpoint or channel is about spot pairs. */
  readonly market?: 'spot';
  /** The instrument by the exchange's own symbol (of the context's market), if it is known. */
  instrument(venueSymbol: string): Instrument | undefined;
  report(issue: Issue): void;
  /** Takes fields that state one open interest, beside each other evidence of what they count. */
  stateSides?(statement: SideStatement): void;
}
