import type { Chunk, Rows } from '../../core/chunk.ts';
import type { PerpscopeError } from '../../core/errors.ts';
import type { Asset } from '../../core/ids.ts';
import type { Instrument } from '../../core/instrument.ts';
import type { Issue } from '../../core/issue.ts';
import type { Observation, ObservationKind } from '../../core/observation.ts';
import type { HostName, HttpRequestSpec, ObservationPoll } from '../exchanges/contract.ts';
import type { Answer } from '../exchanges/decodeAnswer.ts';
import type { RefreshOptions } from './exchangeRequests.ts';
import type { OpenInterestAnswer, ReceivedStatement } from './openInterestAnswer.ts';

/** A request that failed, by the poll it belongs to. */
export interface PollFailure {
  readonly poll: string;
  /** Absent where all assets are concerned, for example by the list of instruments. */
  readonly asset?: Asset;
  /** Absent for the main one: what another host refuses says nothing about the perpetuals. */
  readonly host?: HostName;
  /** The current numbers of perpetuals that it was asked for. */
  readonly current?: readonly ObservationKind[];
  /** It may still be answered, after its time too. */
  readonly isOpen?: true;
  readonly error: PerpscopeError;
}

/** Returns the failures that are one: what a running round waits for has time yet. */
export function failuresOf({
  isPart,
  failures,
}: {
  readonly isPart?: true;
  readonly failures: readonly PollFailure[];
}): readonly PollFailure[] {
  return isPart === true ? failures.filter(({ isOpen }) => isOpen !== true) : failures;
}

/** An issue, with the asset it is about where it is about one. */
export interface CollectedIssue extends Issue {
  readonly asset?: Asset;
}

/** What one refresh works on. */
export interface Round {
  readonly followed: readonly Instrument[];
  readonly known: Map<string, Instrument>;
  readonly gathered: Gathered;
  readonly nowMs: number;
  /** Now by the exchange's own clock, for questions about a span of time. */
  readonly exchangeNowMs: number;
  readonly options: RefreshOptions;
}

/** One request and the instruments that it is about. */
export interface Group {
  readonly spec: HttpRequestSpec;
  readonly instruments: readonly Instrument[];
}

/**
 * Returns a poll as it is asked: for the newest page, and, of a history in pages, for each earlier page at the cadence of
 * those. Pages are told apart by their names, as polls are.
 */
export function pagesOf(poll: ObservationPoll<never>): readonly ObservationPoll<never>[] {
  const { pages } = poll;
  if (pages === undefined) return [poll];
  const { spanMs, earlier, cadenceMs } = pages;
  const earlierPages = Array.from({ length: earlier }, (_, index): ObservationPoll<never> => {
    const id = index === 0 ? `${poll.id}-earlier` : `${poll.id}-earlier-${index + 1}`;
    const request: ObservationPoll['request'] = (scope) => {
      const toMs = scope.nowMs - (index + 1) * spanMs;
      return poll.request({ ...scope, range: { fromMs: toMs - spanMs, toMs } });
    };
    return { ...poll, id, cadenceMs, request };
  });
  return [poll, ...earlierPages];
}

/** The requests of a poll for the followed instruments that it is about; the same request is sent once. */
export function groupsOf(
  poll: ObservationPoll<never>,
  { followed, exchangeNowMs }: Pick<Round, 'followed' | 'exchangeNowMs'>,
): Group[] {
  const groups = new Map<string, { spec: HttpRequestSpec; instruments: Instrument[] }>();
  for (const instrument of followed) {
    if (instrument.kind !== (poll.about ?? 'perpetual')) continue;
    const spec = poll.request({ instrument, nowMs: exchangeNowMs });
    if (spec === undefined) continue;
    const key = JSON.stringify(spec);
    const group = groups.get(key) ?? { spec, instruments: [] };
    group.instruments.push(instrument);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** An answer with what its request said: query and the plain fields of a JSON body. */
export function answerTo(spec: HttpRequestSpec, answer: { body: unknown; receivedAtMs: number }): Answer {
  const fields = typeof spec.body === 'object' && spec.body !== null ? Object.entries(spec.body) : [];
  const plain = fields.filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
  const query = { ...spec.query, ...Object.fromEntries(plain.map(([key, value]) => [key, String(value)])) };
  return {
    method: spec.method,
    path: spec.path,
    query,
    body: answer.body,
    receivedAtMs: answer.receivedAtMs,
  };
}

/** What was asked, as a failure to answer it would be told. */
export type Asked = Omit<PollFailure, 'error' | 'isOpen'>;

/** What came in a round. */
export interface Taken {
  readonly observations: Rows;
  readonly issues: readonly CollectedIssue[];
  readonly failures: readonly PollFailure[];
  readonly openInterestAnswers: readonly OpenInterestAnswer[];
  readonly sideStatements: readonly ReceivedStatement[];
  readonly answered: number;
}

/** What a refresh gathers while its requests run side by side. */
export class Gathered {
  observations: (Observation | Chunk)[] = [];
  issues: CollectedIssue[] = [];
  failures: PollFailure[] = [];
  openInterestAnswers: OpenInterestAnswer[] = [];
  sideStatements: ReceivedStatement[] = [];
  answered = 0;
  isSimulated: boolean | undefined;
  isMixed?: true;
  readonly #open = new Set<Asked>();

  /** What was asked and is not answered yet. */
  get open(): readonly Asked[] {
    return [...this.#open];
  }

  /** Notes that something is being asked; the returned function notes that it is answered, or has failed. */
  asking(asked: Asked): () => void {
    this.#open.add(asked);
    return () => void this.#open.delete(asked);
  }

  /** Returns what came since the last call. */
  take(): Taken {
    const { observations, issues, failures, openInterestAnswers, sideStatements, answered } = this;
    this.observations = [];
    this.issues = [];
    this.failures = [];
    this.openInterestAnswers = [];
    this.sideStatements = [];
    this.answered = 0;
    return { observations, issues, failures, openInterestAnswers, sideStatements, answered };
  }
}
