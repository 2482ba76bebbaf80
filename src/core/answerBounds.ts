/** How large an answer may be. What is larger is no answer of that endpoint, whoever sent it, and is given up unread. */
export interface AnswerBounds {
  /** Bytes of the body, after decompression. */
  readonly maxBytes: number;
  /** Values in it, counted before any of them is made: one short value is a few bytes on the wire and many in memory. */
  readonly maxValues: number;
}

const MIB = 1_048_576;

/**
 * Of one instrument: the longest pages of history (1,000 bars of 13 values, 250 kB) and the deepest books (1,000 levels,
 * 6,000 values) have room four times over.
 */
export const SMALL_ANSWER: AnswerBounds = { maxBytes: MIB, maxValues: 50_000 };

/** Lists of all instruments (up to 1,000 rows of 1 kB and 60 values), and histories that come whole. */
export const LIST_ANSWER: AnswerBounds = { maxBytes: 4 * MIB, maxValues: 200_000 };

/** Binance's list, the largest of all: every contract with its filters. */
export const LONGEST_LIST_ANSWER: AnswerBounds = { maxBytes: 8 * MIB, maxValues: 320_000 };
