import { PerpscopeError } from '../../core/errors.ts';
import type { DataSource, ExchangeId } from '../../core/ids.ts';
import type { ExchangeResult } from './exchangeSession.ts';

/** From so many exchanges on, one that says otherwise is taken for the one that is wrong. */
const MANY = 5;

/**
 * Decides which source a round speaks of, and leaves out who speaks of another. The simulator's mark decides for the
 * exchange that carries it alone: the source is the expected one unless all exchanges, by their newest answers, say
 * otherwise (of five and more: all but one); who is not chosen has no say. So endpoints that lead to the simulator are simulated, and one exchange
 * with the mark or without it takes no other away.
 */
export class OneSource {
  readonly #expected: DataSource;
  readonly #newest = new Map<ExchangeId, DataSource | undefined>();
  #standing: DataSource | undefined;
  /** Undefined for all. */
  #chosen: ReadonlySet<ExchangeId> | undefined;

  constructor(expected: DataSource) {
    this.#expected = expected;
  }

  /** From now on these exchanges decide alone: what the others said is forgotten, and what they say counts for nothing. */
  restrictTo(exchanges: readonly ExchangeId[]): void {
    this.#chosen = new Set(exchanges);
    const others = [...this.#newest.keys()].filter((exchange) => !this.#isChosen(exchange));
    if (others.length === 0) return;
    for (const exchange of others) this.#newest.delete(exchange);
    this.#standing = this.#newest.size === 0 ? undefined : this.#verdict();
  }

  /** Returns the source as far as the answers to date tell; undefined where nobody has answered. */
  of(results: readonly ExchangeResult[]): DataSource | undefined {
    const answered = results.filter((one) => one.isSimulated !== undefined && this.#isChosen(one.exchange));
    if (answered.length === 0) return undefined;
    for (const result of answered) this.#newest.set(result.exchange, sourceOf(result));
    this.#standing = this.#verdict();
    return this.#standing;
  }

  /**
   * Returns the source of a round in which the `open` exchanges have not answered: what they can no longer change, else
   * that of the round before; undefined where neither tells.
   */
  soFar(results: readonly ExchangeResult[], open: readonly ExchangeId[]): DataSource | undefined {
    const ofRound = new Map(
      results.flatMap((one) =>
        one.isSimulated === undefined || !this.#isChosen(one.exchange)
          ? []
          : [[one.exchange, sourceOf(one)] as const],
      ),
    );
    const newest = new Map([...this.#newest, ...ofRound]);
    if (ofRound.size === 0) return this.#standing;
    const unheard = open.filter((exchange) => !newest.has(exchange)).length;
    if (dissentersIn(ofRound, this.#other) > mayDissent(newest.size + unheard)) return this.#expected;
    // At the worst all who are heard again dissent, and of those who are not heard yet any number.
    const turned = new Map([...newest].map(([id, source]) => [id, open.includes(id) ? undefined : source]));
    const worst = dissentersIn(turned, this.#other);
    const numbers = Array.from({ length: unheard + 1 }, (_, index) => index);
    const isCertain = numbers.every((more) => worst + more <= mayDissent(newest.size + more));
    return isCertain ? this.#other : this.#standing;
  }

  #isChosen(exchange: ExchangeId): boolean {
    return this.#chosen?.has(exchange) !== false;
  }

  #verdict(): DataSource {
    const dissenters = dissentersIn(this.#newest, this.#other);
    return dissenters <= mayDissent(this.#newest.size) ? this.#other : this.#expected;
  }

  get #other(): DataSource {
    return this.#expected === 'live' ? 'simulated' : 'live';
  }
}

/** So many of the exchanges may say otherwise. */
const mayDissent = (exchanges: number): number => (exchanges >= MANY ? 1 : 0);

const dissentersIn = (newest: ReadonlyMap<ExchangeId, DataSource | undefined>, from: DataSource): number =>
  [...newest.values()].filter((source) => source !== from).length;

/** Undefined where some answers of the exchange carry the mark and others do not. */
export function sourceOf({ isSimulated, isMixed }: ExchangeResult): DataSource | undefined {
  if (isMixed === true) return undefined;
  return isSimulated === true ? 'simulated' : 'live';
}

/** Returns whether an exchange answered, and for another source than the round's. */
export function isOfOtherSource(result: ExchangeResult, source: DataSource | undefined): boolean {
  return result.isSimulated !== undefined && sourceOf(result) !== source;
}

/** Returns an exchange's result without anything that it said, and with the reason. */
export function withoutAnswers(result: ExchangeResult, source: DataSource | undefined): ExchangeResult {
  const message =
    source === 'simulated'
      ? 'live answers are not shown beside simulated ones'
      : 'its answers carry the mark of the simulator; they are not shown beside live ones';
  const error = new PerpscopeError('decode', message, { exchange: result.exchange });
  return {
    ...result,
    tracked: [],
    openInterestAnswers: [],
    sideStatements: [],
    observations: [],
    answered: 0,
    issues: [{ code: 'unsupported', path: '', message }],
    failures: [{ poll: 'source', error }],
  };
}
