import type { ZodType } from 'zod';
import { issuesOf } from '../../core/apartIssues.ts';
import { instrumentKey } from '../../core/ids.ts';
import type { Instrument, InstrumentKind } from '../../core/instrument.ts';
import type { Issue } from '../../core/issue.ts';
import { siftRows } from '../../core/neighbours.ts';
import type { Observation } from '../../core/observation.ts';
import type {
  EventPage,
  ExchangeAdapter,
  InstrumentDetail,
  MapContext,
  ObservationPoll,
} from './contract.ts';
import { matchPath } from './contract.ts';
import { decodeRow } from './decode.ts';
import { ListCorrections } from './listCorrections.ts';
import type { SideStatement } from './mapContext.ts';
import { whyImpossible } from './plausibility.ts';

/** The known instruments of all exchanges, by key. */
export type InstrumentTable = ReadonlyMap<string, Instrument>;

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

interface DecodablePoll<R> {
  readonly path: string;
  readonly about?: InstrumentKind;
  readonly mayBeEmpty?: boolean;
  accepts?(params: Readonly<Record<string, string>>): boolean;
  readonly events?: { page(payload: never, context: MapContext): EventPage | undefined };
  schema(): ZodType<never>;
  map(payload: never, context: MapContext): R[];
}

const MAX_ISSUES = 200;

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
): { rows: R[]; issues: Issue[]; page?: EventPage; statements?: readonly SideStatement[] } {
  const issues: Issue[] = [];
  const statements: SideStatement[] = [];
  const report = (issue: Issue): void => {
    corrections.note(issue, (key) => instruments.get(key));
    if (issues.length < MAX_ISSUES) issues.push(issue);
  };
  const market = poll.about === 'spot' ? 'spot' : undefined;
  const context: MapContext = {
    exchange: adapter.id,
    endpoint: `${answer.method} ${answer.path}`,
    params: { ...answer.query, ...matchPath(poll.path, answer.path) },
    receivedAtMs: answer.receivedAtMs,
    ...(market === undefined ? {} : { market }),
    instrument: (venueSymbol) =>
      corrections.of(instruments.get(instrumentKey(adapter.id, venueSymbol, market))),
    report,
    stateSides: (statement) => void statements.push(statement),
  };
  try {
    const payload = decodeRow(answer.body, poll.schema(), '', context);
    if (payload === undefined) return { rows: [], issues };
    const mapped = poll.map(payload, context);
    const rows = mapped.filter((row) => {
      const reason = 'kind' in row ? whyImpossible(row as unknown as Observation) : undefined;
      if (reason !== undefined)
        report({ code: 'implausible', path: '', message: `${reason}; it was dropped` });
      return reason === undefined;
    });
    if (rows.length === 0 && issues.length === 0 && poll.mayBeEmpty !== true) {
      report({ code: 'decode', path: '', message: 'the answer holds no rows for this request' });
    }
    const page = issues.length === 0 ? poll.events?.page(payload, context) : undefined;
    return { rows, issues, statements, ...(page === undefined ? {} : { page }) };
  } catch (error) {
    report({ code: 'decode', path: '', message: `the answer could not be read: ${String(error)}` });
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
  return adapter.polls
    .flatMap((one) => [one, ...(one.fallbacks ?? [])])
    .filter((poll) => answersTo(poll, answer));
}

/**
 * Finds what an adapter makes of an answer by its path, and decodes it; an unused endpoint gives `unsupported`. Rows that
 * their neighbours in the answer contradict are left out; what is collected is judged with all that is known, see RowGate.
 */
export function decodeAnswer(adapter: ExchangeAdapter, given: Answer, instruments: InstrumentTable): Decoded {
  const answer = { ...given, path: spelledOut(adapter, given.path) };
  const none = { observations: [], instruments: [], details: [] };
  const venueError = adapter.venueError(answer.body, 200);
  if (venueError !== undefined) {
    const message = `${adapter.displayName} answered ${venueError.code}: ${venueError.message}`;
    return { ...none, issues: [{ code: 'venue-rejected', path: '', message }] };
  }
  const fits = (poll: Matchable): boolean => answersTo(poll, answer);
  const read = <R extends object>(poll: (DecodablePoll<R> & { readonly method: string }) | undefined) =>
    poll !== undefined && fits(poll) ? applyPoll<R>(adapter, poll, answer, instruments) : undefined;
  const polls = adapter.polls.flatMap((one) => [one, ...(one.fallbacks ?? [])]);
  // One answer may hold more than one kind of thing, for example a list of contracts with their funding.
  const listed = read<Instrument>(adapter.instruments);
  const detailed = read<InstrumentDetail>(adapter.instrumentDetails);
  const observed = read<Observation>(polls.find(fits));
  if (listed === undefined && detailed === undefined && observed === undefined) {
    const message = `Perpscope does not use ${given.method} ${given.path} of ${adapter.displayName}`;
    return { ...none, issues: [{ code: 'unsupported', path: '', message }] };
  }
  const sifted = siftRows(observed?.rows ?? []);
  return {
    observations: sifted.kept,
    instruments: listed?.rows ?? [],
    details: detailed?.rows ?? [],
    issues: [...[listed, detailed, observed].flatMap((one) => one?.issues ?? []), ...issuesOf(sifted)],
  };
}
