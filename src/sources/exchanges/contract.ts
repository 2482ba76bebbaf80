import type { Chunk } from '../../core/chunk.ts';
import type { AnswerBounds } from '../../core/answerBounds.ts';
import type { Asset, ExchangeId } from '../../core/ids.ts';
import type { Instrument, InstrumentKind } from '../../core/instrument.ts';
import type { Liquidation, Observation, ObservationKind, OpenInterest } from '../../core/observation.ts';
import type { Field } from './kit/field.ts';
import type { MapContext, Reading, SymbolParts } from './mapContext.ts';
import type { StreamSpec } from './stream.ts';

export type { MapContext, SymbolParts };

/** One REST request as data. `path` starts with `/` and is joined to the exchange's base address. */
export interface HttpRequestSpec {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What a request is about. `nowMs` lets requests state times; adapters read no clock. */
export interface RequestScope {
  readonly instrument: Instrument;
  readonly nowMs: number;
  /** Of a page before the newest one: the time that it is wanted of, `toMs` exclusive. Absent: the newest. */
  readonly range?: { readonly fromMs: number; readonly toMs: number };
}

/** How far back a history is asked for by pages, besides the newest one. */
export interface Pages {
  /** What one page holds, in ms: as many rows as the exchange gives at once, times their bar. */
  readonly spanMs: number;
  /** How many pages before the newest are wanted. */
  readonly earlier: number;
  /** How often these are asked for. */
  readonly cadenceMs: number;
}

/** What an answer of single events says about its own reach; see `liquidationPages.ts` for what follows from it. */
export interface EventPage {
  /** Times of all rows in the order of the answer, whether or not they became events; epoch ms. */
  readonly rowTimesMs: readonly number[];
  /** Whether there may be more rows than the answer holds. */
  readonly isCut: boolean;
  /** The time that the request or the endpoint's documentation states, both ends inclusive; epoch ms. */
  readonly asked: { readonly fromMs?: number; readonly toMs?: number };
  /**
   * How far back the exchange keeps events by its documentation; absent where no more than that is asked for. Before it,
   * an answer without rows may be about a time that is forgotten.
   */
  readonly keptFromMs?: number;
  /** Names the page before, where the exchange does so. */
  readonly cursor?: string;
}

/** How a poll of single events can prove an hour: an hour without events is one only if an answer holds all of it. */
export interface EventPaging<P> {
  /** Whether the exchange publishes every event. */
  readonly coverage: Liquidation['coverage'];
  /** Pure. Undefined where the answer does not tell. */
  page(payload: P, context: MapContext): EventPage | undefined;
  /** The request for the page before, which must hold everything at and shortly before `edgeMs`; absent where nobody pages. */
  earlier?(scope: RequestScope, edgeMs: number, page: EventPage): HttpRequestSpec | undefined;
}

/** What a metric's numbers are about: the moment of asking, or a series of past bars or settlements. */
export type Tense = 'now' | 'history';

interface PollBase<P, R> extends Reading {
  /** Stable id, `exchange/name`. */
  readonly id: string;
  /** Path template; `{name}` matches one segment. */
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly docsUrl: string;
  /** For exchanges that answer everything under one path: whether an answer to these parameters is this poll's. */
  accepts?(params: Readonly<Record<string, string>>): boolean;
  /** Which of the exchange's hosts answers; `rest` unless stated. */
  readonly host?: HostName;
  /** Cost against the limits of its host (`ExchangeAdapter.limits`), in the exchange's own weight units. */
  readonly weight: number;
  /** How large its answers may be; `SMALL_ANSWER` unless stated. */
  readonly bounds?: AnswerBounds;
  /** A limit that this endpoint has besides its host's, or shares with the endpoints that name the same scope. */
  readonly scope?: LimitScope;
  /** The answer around its rows. Names only the fields used. */
  readonly schema: Field<P>;
  /** Pure. Bad rows become issues; it never throws on what the schema let through. */
  map(payload: P, context: MapContext): readonly R[];
}

/** Fetches observations about one instrument. */
export interface ObservationPoll<P = unknown> extends PollBase<P, Observation | Chunk> {
  readonly yields: readonly ObservationKind[];
  readonly tense: Tense;
  readonly cadenceMs: number;
  /**
   * Which of the followed instruments it is asked for; `perpetual` unless stated. Requests of several instruments that
   * are the same request are sent once, and of the answer the rows about followed assets are kept.
   */
  readonly about?: InstrumentKind;
  /** No rows is a normal answer, for example no liquidation in the last hour. */
  readonly mayBeEmpty?: boolean;
  /** Of polls of liquidations: what proves that an answer holds all of a time. */
  readonly events?: EventPaging<P>;
  /** Asked instead where this one's answer cannot be had or read: poorer endpoints with the same numbers. */
  readonly fallbacks?: readonly ObservationPoll<never>[];
  /** Read where such an answer is handed in, never asked for: it has no request. */
  readonly asked?: false;
  /** Of histories that come in pages; `RequestScope.range` then says which one is asked for. */
  readonly pages?: Pages;
  /** The request for one instrument, or undefined where it does not apply to it. */
  request(scope: RequestScope): HttpRequestSpec | undefined;
}

/** Fetches the list of instruments; `requests` because some exchanges split the list over pages or settle assets. */
export interface InstrumentPoll<P = unknown> extends PollBase<P, Instrument> {
  requests(): readonly HttpRequestSpec[];
  /** The next page, for lists that come in pages. */
  next?(payload: P, previous: HttpRequestSpec): HttpRequestSpec | undefined;
}

/** Fetches what completes an instrument (funding interval, caps) from another endpoint than its list. */
export interface InstrumentDetailPoll<P = unknown> extends PollBase<P, InstrumentDetail> {
  request(): HttpRequestSpec;
  /** Completes an instrument; `detail` is undefined where the answer has no row for it. */
  apply(instrument: Instrument, detail: InstrumentDetail | undefined): Instrument;
}

export interface InstrumentDetail {
  readonly venueSymbol: string;
  readonly fundingIntervalMs?: number;
  readonly fundingCap?: number;
  readonly fundingFloor?: number;
}

/** A limit as the exchange publishes it: so much weight per window, per address. */
export interface RateLimit {
  readonly weight: number;
  readonly windowMs: number;
}

/** A limit that one endpoint has, or several share. Each request costs `weight` (1 unless stated). */
export interface LimitScope {
  readonly name: string;
  readonly limits: readonly RateLimit[];
  readonly weight?: number;
}

/** A host besides the main one. A user's endpoints file names it by the same key. */
export type HostName = 'rest' | 'spot' | 'dumps';

export interface ExtraHost {
  readonly baseUrl: string;
  readonly limits: readonly RateLimit[];
}

/** An error that the exchange reports in its own words, often with status 200. */
export interface VenueError {
  readonly code: string;
  readonly message: string;
  readonly kind: 'rejected' | 'rate-limited';
  /** At least so long must the host be left alone. */
  readonly retryAfterMs?: number;
}

/**
 * How an exchange counts open interest, and how that is known. `documented`: the exchange says so, in its documentation,
 * on a help page or when asked; `measured`: its numbers leave no other reading; `likely`: one indication; `unknown`: none
 * that holds.
 */
export interface OpenInterestSides {
  /** Ids of the polls and channels it is about; absent: all of the exchange. */
  readonly sources?: readonly string[];
  /** The fields, as the exchange names them. */
  readonly fields: string;
  /** What the rows are marked with. Rows are `unverified` where no more than a likelihood is known. */
  readonly sides: OpenInterest['sides'];
  /** What unverified rows probably count. */
  readonly likely?: 'one' | 'both';
  readonly certainty: 'documented' | 'measured' | 'likely' | 'unknown';
  /** One sentence. */
  readonly reason: string;
}

/** Everything Perpscope knows about an exchange: data and pure functions. No fetching, waiting, logging, clock, state. */
export interface ExchangeAdapter {
  readonly id: ExchangeId;
  readonly displayName: string;
  readonly docsUrl: string;
  readonly restBaseUrl: string;
  /** What all paths start with and documentation may leave out. */
  readonly pathPrefix?: string;
  readonly limits: readonly RateLimit[];
  readonly instruments: InstrumentPoll<never>;
  readonly instrumentDetails?: InstrumentDetailPoll<never>;
  readonly polls: readonly ObservationPoll<never>[];
  /** How it counts open interest, by source and field. */
  readonly openInterestSides?: readonly OpenInterestSides[];
  /** Its bars of open interest may say another moment than their label: the newest runs under its start. No hour is made of them. */
  readonly levelBarsRun?: true;
  /** What it pushes; absent where nothing is streamed. */
  readonly streams?: readonly StreamSpec[];
  /** Hosts besides `restBaseUrl`, by the name that polls use. */
  readonly hosts?: Readonly<Partial<Record<HostName, ExtraHost>>>;
  /** Which perpetuals snapshots follow; the default is trading perpetuals settled in USDT. */
  tracks?(instrument: Instrument): boolean;
  /** The spot pair of an asset against USDT (or USD), followed where polls or channels are about `spot`. */
  spotSymbol?(asset: Asset): string;
  /** The usual symbol of an asset's followed perpetual, asked for when the list of instruments cannot be had. */
  perpetualSymbol(asset: Asset): string;
  /** Names a symbol's parts from its spelling alone (never its contract size). */
  parseSymbol(venueSymbol: string): SymbolParts | undefined;
  /** The exchange's own error in a body, whatever the HTTP status; undefined for a normal answer. */
  venueError(body: unknown, status: number): VenueError | undefined;
}

/** What makes no request of its own says `asked: false` instead. */
type ReadOnly<T, M extends keyof T> = Omit<T, M | 'asked'> & { readonly asked: false };

/** Types a poll's payload from its schema; the table of an adapter holds polls of many payload types. */
export function definePoll<P>(
  poll: ObservationPoll<P> | ReadOnly<ObservationPoll<P>, 'request'>,
): ObservationPoll<never> {
  // Also where it is made by a function that gives every poll of its kind a request.
  const whole = poll.asked === false ? { ...poll, request: (): undefined => undefined } : poll;
  return whole as unknown as ObservationPoll<never>;
}

/** How a poll is asked for; without a request it is not. */
export const askedBy = (request: ObservationPoll['request'] | undefined) =>
  request === undefined ? ({ asked: false } as const) : { request };

/** The same answer asked for in another way: other bars, another kind of instrument. */
export function variantOf(
  poll: ObservationPoll<never>,
  changes: Partial<Pick<ObservationPoll, 'id' | 'cadenceMs' | 'request' | 'fallbacks' | 'about' | 'yields'>>,
): ObservationPoll<never> {
  return { ...poll, ...changes };
}

/** As `definePoll`, for the list of instruments. */
export function defineInstrumentPoll<P>(poll: InstrumentPoll<P>): InstrumentPoll<never> {
  return poll as unknown as InstrumentPoll<never>;
}

/** As `definePoll`, for what completes instruments. */
export function defineInstrumentDetailPoll<P>(poll: InstrumentDetailPoll<P>): InstrumentDetailPoll<never> {
  return poll as unknown as InstrumentDetailPoll<never>;
}

/** Matches a path against a template with `{name}` segments; returns the variables, or undefined if it differs. */
export function matchPath(template: string, path: string): Record<string, string> | undefined {
  if (!template.includes('{')) return template === path ? {} : undefined;
  const wanted = template.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const variables: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    if (name !== undefined && value !== '') variables[name] = readSegment(value);
    else if (segment !== value) return undefined;
  }
  return variables;
}

/** A segment of a path as it was meant; one that is not encoded properly stands as it came. */
function readSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
