import type { Asset, ExchangeId } from '../../core/ids.ts';
import type { Instrument, Margin } from '../../core/instrument.ts';
import type { Issue } from '../../core/issue.ts';
import type { Provenance } from '../../core/observation.ts';
import type { Path } from './kit/place.ts';

export interface SymbolParts {
  readonly baseAsset: Asset;
  readonly quoteAsset: string;
  readonly kind: Instrument['kind'];
  readonly margin: Instrument['margin'];
}

/** Who a row is about: the known instrument, if any, and the names that stand even without it. */
export interface Subject {
  readonly venueSymbol: string;
  readonly baseAsset: string;
  readonly instrument: Instrument | undefined;
  /** As of its rows: absent for the perpetuals that are followed. */
  readonly market?: Provenance['market'];
  /** By the list, else by the spelling of the symbol. */
  readonly quoteAsset?: string;
  readonly margin?: Margin;
}

/** The parameters of a request, by name. */
export type Params = Readonly<Record<string, string>>;

/** What a poll or channel states about who its rows are about; see `MapContext.subject`. */
export interface Reading {
  /**
   * The parameter of the request, or (of frames) the `topic`, that names the symbol: a row about another one is refused,
   * and rows that name none are about it. A function where it names it in another spelling. Absent where none does.
   */
  readonly asks?: string | ((params: Params) => string | undefined);
  /** Reads its symbols, where they are not those of the adapter's contracts. */
  parseSymbol?(venueSymbol: string): SymbolParts | undefined;
}

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
  readonly params: Params;
  readonly receivedAtMs: number;
  /** Present where the endpoint or channel is about spot pairs. */
  readonly market?: 'spot';
  /** The instrument by the exchange's own symbol (of the context's market), if it is known. */
  instrument(venueSymbol: string): Instrument | undefined;
  /**
   * Returns who a row is about, or undefined (with an issue) where nobody is named, another than the request asked for, or a
   * symbol that cannot be read. `named` is the symbol in the row, `path` where it stands.
   */
  subject(named: string | undefined, path: Path): Subject | undefined;
  report(issue: Issue): void;
  /** Takes fields that state one open interest, beside each other evidence of what they count. */
  stateSides?(statement: SideStatement): void;
}
