/** What is known about the time in which a channel of events was silent. */
export interface SilenceEvidence {
  readonly silentMs: number;
  /** Half of the channel's own pauses were shorter; absent before it has had five of them. */
  readonly medianPauseMs?: number;
  /** Events that the exchange's own history shows within the silence; absent where it has none or did not answer. */
  readonly eventsInHistory?: number;
  /** Whether a steady channel of the same socket received data meanwhile; absent where the socket has none. */
  readonly othersHaveData?: boolean;
  /** The farthest that price and open interest went from where they were when the silence began, as fractions. */
  readonly priceMove?: number;
  readonly openInterestMove?: number;
}

/** A silence of so many usual pauses is suspicious. */
export const SUSPICIOUS_PAUSES = 20;
/** The market has moved: leveraged positions were closed by force somewhere. */
export const SUSPICIOUS_PRICE_MOVE = 0.01;
export const SUSPICIOUS_OPEN_INTEREST_MOVE = 0.02;

/**
 * Returns whether a silent channel of events has failed (`stale`) or is `quiet`. The exchange's own history decides
 * where it can be had. Else all of these must hold: other channels of the socket go on, price moved by 1 % or open
 * interest by 2 %, and the silence is longer than 20 of the channel's median pauses. What is not known never accuses.
 */
export function judgeSilence(evidence: SilenceEvidence): 'stale' | 'quiet' {
  const { eventsInHistory, medianPauseMs, silentMs, othersHaveData } = evidence;
  if (eventsInHistory !== undefined) return eventsInHistory > 0 ? 'stale' : 'quiet';
  const { priceMove = 0, openInterestMove = 0 } = evidence;
  const hasMoved =
    Math.abs(priceMove) >= SUSPICIOUS_PRICE_MOVE ||
    Math.abs(openInterestMove) >= SUSPICIOUS_OPEN_INTEREST_MOVE;
  const isLong = medianPauseMs !== undefined && silentMs > SUSPICIOUS_PAUSES * medianPauseMs;
  return othersHaveData === true && hasMoved && isLong ? 'stale' : 'quiet';
}

const KEPT_PAUSES = 51;
const ENOUGH_PAUSES = 5;

/** The pauses between the last 52 events of a channel. */
export class Pauses {
  readonly #pauses: number[] = [];
  #lastMs: number | undefined;

  /** Takes the monotonic time of an event. */
  add(atMs: number): void {
    if (this.#lastMs !== undefined) this.#pauses.push(atMs - this.#lastMs);
    if (this.#pauses.length > KEPT_PAUSES) this.#pauses.shift();
    this.#lastMs = atMs;
  }

  /** Returns the median in ms; undefined before five pauses are known. */
  get medianMs(): number | undefined {
    if (this.#pauses.length < ENOUGH_PAUSES) return undefined;
    return this.#pauses.toSorted((a, b) => a - b)[Math.floor(this.#pauses.length / 2)];
  }
}
