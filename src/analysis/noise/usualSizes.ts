/** What is usual: the median, and the robust spread around it in the unit of the values. */
export interface Usual {
  readonly middle: number;
  readonly spread: number;
}

/** How large the moves of an asset usually are; NaN of a kind that is not known. */
export interface UsualSizes {
  /** The stretch that a move is taken over. */
  readonly windowMs: number;
  /** How many windows it rests on. */
  readonly hours: number;
  /** The spread of the change of log price around zero. */
  readonly price: number;
  /** The same of log open interest in coins. */
  readonly openInterest: number;
  /** Of (bought − sold) / (bought + sold) by takers. */
  readonly taker: Usual;
  /** Of (shorts − longs) / (shorts + longs) of what was liquidated, in USD. */
  readonly forceSide: Usual;
  /** Of log(1 + USD). */
  readonly forceSize: Usual;
}
