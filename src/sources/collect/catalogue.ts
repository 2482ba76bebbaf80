import { isPerpscopeError, PerpscopeError, toPerpscopeError } from '../../core/errors.ts';
import type { Asset } from '../../core/ids.ts';
import type { Instrument } from '../../core/instrument.ts';
import type { Issue } from '../../core/issue.ts';
import { unitOfInstrument } from '../../core/scaledUnit.ts';
import { HOUR_MS, MINUTE_MS } from '../../core/units.ts';
import { joinUnknownValues } from '../exchanges/closedList.ts';
import type { HttpRequestSpec, InstrumentDetail } from '../exchanges/contract.ts';
import { readWhole } from '../exchanges/kit/rowReader.ts';
import { applyPoll } from '../exchanges/decodeAnswer.ts';
import type { ListCorrections } from '../exchanges/listCorrections.ts';
import type { ExchangeRequests, RefreshOptions, SessionDeps } from './exchangeRequests.ts';
import { answerTo, type Gathered } from './round.ts';

const MAX_AGE_MS = 6 * HOUR_MS;
/**
 * A list that a payload contradicts is read again at the next round. Where it then says the same, the exchange is slow to
 * change it: so long it is left alone, since the largest lists are megabytes and what the payloads prove holds meanwhile.
 */
const DOUBTED_MAX_AGE_MS = 5 * MINUTE_MS;
const MAX_PAGES = 10;
/** Pages of a list that broke off stand so long: the next round goes on behind them. */
const PAGES_MAX_AGE_MS = 5 * MINUTE_MS;
/** What says nothing about the page that was asked for; after anything else the list is begun anew. */
const GOES_ON_AFTER: readonly string[] = ['aborted', 'timeout', 'network', 'rate-limited'];

/** The instruments that an exchange lists. */
export interface Catalog {
  readonly instruments: ReadonlyMap<string, Instrument>;
  /** The assets with a perpetual in trading. */
  readonly listed: ReadonlySet<Asset>;
  readonly readAtMs: number;
  /** False while what completes the instruments could not be had; only that is then asked again. */
  readonly isComplete: boolean;
  /** Why contracts of the list are not followed, once each. */
  readonly notListed: readonly string[];
}

interface Listed {
  readonly instruments: readonly Instrument[];
  readonly notListed: readonly string[];
}

/** How far one part of a list was read. */
interface Pages {
  readonly instruments: Instrument[];
  readonly issues: Issue[];
  /** What is to be asked next; undefined at the end of the list. */
  next: HttpRequestSpec | undefined;
  count: number;
  readAtMs: number;
}

const isTradingPerpetual = ({ kind, status }: Instrument): boolean =>
  kind === 'perpetual' && status === 'trading';

/** Reads an exchange's list of instruments and keeps it as long as it holds. */
export class Catalogue {
  readonly #deps: SessionDeps;
  readonly #requests: ExchangeRequests;
  readonly #corrections: ListCorrections;
  #current: Catalog | undefined;
  /** What was read of a list that broke off, by the first request of the part. */
  readonly #pages = new Map<string, Pages>();

  constructor(deps: SessionDeps, requests: ExchangeRequests, corrections: ListCorrections) {
    this.#deps = deps;
    this.#requests = requests;
    this.#corrections = corrections;
  }

  /** The newest list that could be read. */
  get current(): Catalog | undefined {
    return this.#current;
  }

  /** Reads the list where it is due; returns why it could not be read. Never rejects. */
  async read(gathered: Gathered, options: RefreshOptions): Promise<PerpscopeError | undefined> {
    const { adapter, clock } = this.#deps;
    const isInDoubt = this.#corrections.isListInDoubt(adapter.id);
    const maxAgeMs = isInDoubt ? DOUBTED_MAX_AGE_MS : MAX_AGE_MS;
    const isYoung = this.#current !== undefined && clock.nowMs() - this.#current.readAtMs < maxAgeMs;
    const young = isYoung ? this.#current : undefined;
    if (young?.isComplete === true) return undefined;
    const done = gathered.asking({ poll: adapter.instruments.id });
    const [listed, details] = await Promise.all([
      young === undefined
        ? this.#readInstruments(gathered, options)
        : { instruments: [...young.instruments.values()], notListed: young.notListed },
      this.#readDetails(gathered, options),
    ]);
    done();
    if (isPerpscopeError(listed)) {
      gathered.failures.push({ poll: adapter.instruments.id, error: listed });
      return listed;
    }
    const complete =
      details === undefined
        ? listed.instruments
        : listed.instruments.map(
            (one) => adapter.instrumentDetails?.apply(one, details.get(one.venueSymbol)) ?? one,
          );
    const instruments = new Map(complete.map((one) => [one.key, one]));
    if (young === undefined) this.#corrections.listWasRead(adapter.id, instruments);
    this.#current = {
      instruments,
      listed: new Set(
        complete.filter(isTradingPerpetual).map((one) => unitOfInstrument(one)?.asset ?? one.baseAsset),
      ),
      readAtMs: young?.readAtMs ?? clock.nowMs(),
      isComplete: adapter.instrumentDetails === undefined || details !== undefined,
      notListed: listed.notListed,
    };
    return undefined;
  }

  async #readInstruments(gathered: Gathered, options: RefreshOptions): Promise<Listed | PerpscopeError> {
    const { adapter } = this.#deps;
    const poll = adapter.instruments;
    const parts = poll.requests().map((first) => this.#pagesOf(first));
    const ends = await Promise.allSettled(parts.map((part) => this.#readOn(part, gathered, options)));
    const broken = ends.flatMap((end) => (end.status === 'rejected' ? [toPerpscopeError(end.reason)] : []));
    const [error] = broken;
    if (!broken.every(({ code }) => GOES_ON_AFTER.includes(code)) || error === undefined) this.#pages.clear();
    if (error !== undefined) {
      gathered.issues.push(...joinUnknownValues(parts.flatMap(({ issues }) => issues)));
      return error;
    }
    // The list comes in pages and parts: what several of them say is said once.
    const issues = joinUnknownValues(parts.flatMap((part) => part.issues));
    gathered.issues.push(...issues);
    const instruments = parts.flatMap((part) => part.instruments);
    const notListed = issues.flatMap(({ code, message }) => (code === 'unsupported' ? [message] : []));
    if (instruments.length > 0) return { instruments, notListed };
    // An exchange without a single contract: the answer was not the list, and must not stand for hours.
    const where = { exchange: adapter.id, endpoint: poll.path };
    return new PerpscopeError('decode', `${poll.path}: the list of instruments is empty`, where);
  }

  /** Of a list that broke off a moment ago the pages that are there; else none. */
  #pagesOf(first: HttpRequestSpec): Pages {
    const nowMs = this.#deps.clock.nowMs();
    const key = JSON.stringify(first);
    const known = this.#pages.get(key);
    if (known !== undefined && Math.abs(nowMs - known.readAtMs) < PAGES_MAX_AGE_MS) return known;
    const none: Pages = { instruments: [], issues: [], next: first, count: 0, readAtMs: nowMs };
    this.#pages.set(key, none);
    return none;
  }

  async #readOn(part: Pages, gathered: Gathered, options: RefreshOptions): Promise<void> {
    const { adapter, clock } = this.#deps;
    const poll = adapter.instruments;
    while (part.next !== undefined && part.count < MAX_PAGES) {
      const asked = part.next;
      const answer = await this.#requests.send(poll, asked, gathered, options);
      const { rows, issues } = applyPoll<Instrument>(adapter, poll, answerTo(asked, answer), new Map());
      part.issues.push(...issues);
      part.instruments.push(...rows);
      // Its issues have been told above.
      const page =
        poll.next === undefined
          ? undefined
          : readWhole(answer.body, poll.schema, '', { report: () => undefined });
      part.next = page === undefined ? undefined : poll.next?.(page, asked);
      part.count += 1;
      part.readAtMs = clock.nowMs();
    }
  }

  async #readDetails(
    gathered: Gathered,
    options: RefreshOptions,
  ): Promise<Map<string, InstrumentDetail> | undefined> {
    const { adapter } = this.#deps;
    const poll = adapter.instrumentDetails;
    if (poll === undefined) return undefined;
    try {
      const spec = poll.request();
      const answer = await this.#requests.send(poll, spec, gathered, options);
      const received = answerTo(spec, answer);
      const { rows, issues } = applyPoll<InstrumentDetail>(adapter, poll, received, new Map());
      gathered.issues.push(...issues);
      return rows.length === 0 ? undefined : new Map(rows.map((detail) => [detail.venueSymbol, detail]));
    } catch (error) {
      gathered.failures.push({ poll: poll.id, error: toPerpscopeError(error) });
      return undefined;
    }
  }
}
