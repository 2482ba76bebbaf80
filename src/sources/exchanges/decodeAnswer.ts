import { allRows, type Chunk, type Rows } from '../../core/chunk.ts';
import { issuesOf } from '../../core/apartIssues.ts';
import type { Instrument, InstrumentKind } from '../../core/instrument.ts';
import type { Issue } from '../../core/issue.ts';
import { siftRows } from '../../core/neighbours.ts';
import type { Observation } from '../../core/observation.ts';
import { AnswerContext, type InstrumentTable } from './answerContext.ts';
import type {
  EventPage,
  ExchangeAdapter,
  InstrumentDetail,
  MapContext,
  ObservationPoll,
} from './contract.ts';
import { matchPath } from './contract.ts';
import { ListCorrections } from './listCorrections.ts';
import type { Reading, SideStatement } from './mapContext.ts';
import type { Field } from './kit/field.ts';
import { readWhole } from './kit/rowReader.ts';
import { plausibleOf } from './plausibility.ts';

export type { InstrumentTable };

/** An answer as it arrived, with what its request said. */
export interface Answer {
  readonly method: 'GET' | 'POST' | 'WS';
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly receivedAtMs: number;
}

export interface Decoded {
  readonly observations: readonly Observation[];
  readonly instruments: readonly Instrument[];
  readonly details: readonly InstrumentDetail[];
  readonly issues: readonly Issue[];
}

/** As `Decoded`, with histories as columns. */
export interface ReadAnswer extends Omit<Decoded, 'observations'> {
  readonly rows: Rows;
}

interface DecodablePoll<R> extends Reading {
  readonly path: string;
  readonly about?: InstrumentKind;
  readonly mayBeEmpty?: boolean;
  accepts?(params: Readonly<Record<string, string>>): boolean;
  readonly events?: { page(payload: never, context: MapContext): EventPage | undefined };
  readonly schema: Field<never>;
  map(payload: never, context: MapContext): readonly R[];
}

/**
 * Applies one poll to one answer: schema, then map. Never throws: what does not fit becomes issues. What cannot be
 * true is dropped as `implausible`. The instruments are read as `corrections` knows them, which takes note of what the
 * answer says against them. `page` is the reach of an answer of events; one with a row that could not be used has none,
 * for what it lacks would pass for nothing.
 */
export function applyPoll<R extends object>(
  adapter: ExchangeAdapter,
  poll: DecodablePoll<R>,
  answer: Answer,
  instruments: InstrumentTable,
  corrections = new ListCorrections(),
): Applied<R> {
  const endpoint = `${answer.method} ${answer.path}`;
  const context = new AnswerContext(adapter, poll, endpoint, instruments, corrections);
  context.begin({ ...answer.query, ...matchPath(poll.path, answer.path) }, answer.receivedAtMs);
  return applyIn(context, poll, answer.body);
}

/** What came of an answer or a frame. */
export interface Applied<R> {
  readonly rows: R[];
  readonly issues: Issue[];
  readonly page?: EventPage;
  readonly statements?: readonly SideStatement[];
}

/** As `applyPoll`, in a context that has begun with the answer. */
export function applyIn<R extends object>(
  context: AnswerContext,
  poll: Pick<DecodablePoll<R>, 'schema' | 'map' | 'events' | 'mayBeEmpty'>,
  body: unknown,
): Applied<R> {
  const { issues, statements } = context;
  try {
    const payload = readWhole(body, poll.schema, '', context);
    if (payload === undefined) return { rows: [], issues };
    const rows = plausibleOf(poll.map(payload, context), context);
    if (rows.length === 0 && issues.length === 0 && poll.mayBeEmpty !== true) {
      context.report({ code: 'decode', path: '', message: 'the answer holds no rows for this request' });
    }
    const page = issues.length === 0 ? poll.events?.page(payload, context) : undefined;
    return page === undefined ? { rows, issues, statements } : { rows, issues, statements, page };
  } catch (error) {
    context.report({ code: 'decode', path: '', message: `the answer could not be read: ${String(error)}` });
    return { rows: [], issues };
  }
}

/** Spells a path as the templates do: without slashes at its end, with the prefix that documentation may leave out. */
function spelledOut({ pathPrefix = '' }: ExchangeAdapter, path: string): string {
  const bare = path.replace(/\/+$/, '');
  return bare.startsWith(`${pathPrefix}/`) ? bare : `${pathPrefix}${bare}`;
}

type Matchable = Pick<DecodablePoll<object>, 'path' | 'accepts'> & { readonly method: string };

/** Returns whether an answer (its path spelled out) is one to this poll's requests. */
function answersTo(poll: Matchable, answer: Answer): boolean {
  return (
    poll.method === answer.method &&
    matchPath(poll.path, answer.path) !== undefined &&
    (poll.accepts?.(answer.query) ?? true)
  );
}

/** Returns the polls of an adapter whose requests an answer fits, fallbacks included; the first is the one that reads it. */
export function pollsFor(adapter: ExchangeAdapter, given: Answer): ObservationPoll<never>[] {
  const answer = { ...given, path: spelledOut(adapter, given.path) };
  return allPolls(adapter).filter((poll) => answersTo(poll, answer));
}

/** An adapter never changes: its polls with their fallbacks are listed once, not for each answer. */
const POLLS = new WeakMap<ExchangeAdapter, readonly ObservationPoll<never>[]>();

function allPolls(adapter: ExchangeAdapter): readonly ObservationPoll<never>[] {
  let polls = POLLS.get(adapter);
  if (polls === undefined)
    POLLS.set(adapter, (polls = adapter.polls.flatMap((one) => [one, ...(one.fallbacks ?? [])])));
  return polls;
}

/** As `readAnswer`, with every row of a history as an observation: for the command line, coverage and tests. */
export function decodeAnswer(adapter: ExchangeAdapter, given: Answer, instruments: InstrumentTable): Decoded {
  const { rows, ...rest } = readAnswer(adapter, given, instruments);
  return { observations: allRows(rows), ...rest };
}

/**
 * Finds what an adapter makes of an answer by its path, and decodes it; an unused endpoint gives `unsupported`. Rows that
 * their neighbours in the answer contradict are left out; what is collected is judged with all that is known, see RowGate.
 */
export function readAnswer(
  adapter: ExchangeAdapter,
  given: Answer,
  instruments: InstrumentTable,
): ReadAnswer {
  const answer = { ...given, path: spelledOut(adapter, given.path) };
  const none = { rows: [], instruments: [], details: [] };
  const venueError = adapter.venueError(answer.body, 200);
  if (venueError !== undefined) {
    const message = `${adapter.displayName} answered ${venueError.code}: ${venueError.message}`;
    return { ...none, issues: [{ code: 'venue-rejected', path: '', message }] };
  }
  const fits = (poll: Matchable): boolean => answersTo(poll, answer);
  const read = <R extends object>(poll: (DecodablePoll<R> & { readonly method: string }) | undefined) =>
    poll !== undefined && fits(poll) ? applyPoll<R>(adapter, poll, answer, instruments) : undefined;
  // One answer may hold more than one kind of thing, for example a list of contracts with their funding.
  const listed = read<Instrument>(adapter.instruments);
  const detailed = read<InstrumentDetail>(adapter.instrumentDetails);
  const observed = read<Observation | Chunk>(allPolls(adapter).find(fits));
  if (listed === undefined && detailed === undefined && observed === undefined) {
    const message = `Perpscope does not use ${given.method} ${given.path} of ${adapter.displayName}`;
    return { ...none, issues: [{ code: 'unsupported', path: '', message }] };
  }
  const sifted = siftRows(observed?.rows ?? []);
  return {
    rows: sifted.kept,
    instruments: listed?.rows ?? [],
    details: detailed?.rows ?? [],
    issues: [...[listed, detailed, observed].flatMap((one) => one?.issues ?? []), ...issuesOf(sifted)],
  };
}
