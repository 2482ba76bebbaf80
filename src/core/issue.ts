/** What can be wrong with part of an answer. Issues are values: they are collected, counted and shown, not thrown. */
export type IssueCode =
  | 'decode' // a field or row does not have the documented shape; it was dropped
  | 'unsupported' // Perpscope does not use this endpoint, channel or market
  | 'unknown-instrument' // the contract size or the instrument itself is not known; no unit was converted
  | 'unknown-interval' // a funding rate without a known interval was dropped
  | 'assumed-interval' // the interval is only the exchange's documented default
  | 'wrong-instrument' // the answer is about another instrument than the one asked for
  | 'implausible' // a value outside what is possible, for example a negative open interest
  | 'implausible-jump' // an amount or price that its neighbours contradict by orders of magnitude; kept apart
  | 'placeholder-zero' // a zero where the market cannot be zero; kept apart
  | 'ahead-of-clock' // dated later than the exchange's own clock; kept apart
  | 'contradiction' // a payload and the list of instruments, or two places of a payload, say different things
  | 'venue-rejected'; // the exchange answered with an error of its own

/** A value of a field that is in no list Perpscope knows, with how many rows of an answer had it. */
export interface UnknownValue {
  readonly field: string;
  readonly value: string;
  readonly rows: number;
  /** What the rows are, in the plural: contracts, trades. */
  readonly things: string;
  /** The name of the first of them. */
  readonly first: string;
  /** What became of them, in a few words. */
  readonly consequence: string;
}

/** One issue. `path` locates it inside the payload (`result.list[3].openInterest`), empty for the whole payload. */
export interface Issue {
  readonly code: IssueCode;
  readonly path: string;
  readonly message: string;
  /** Of `unsupported`, where the reason is a value that nobody knows. */
  readonly unknown?: UnknownValue;
}
