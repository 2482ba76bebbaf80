/** Beyond three usual sizes a move says no more for being larger. */
const MOST = 3;

/** What tells a move from noise, in usual sizes; NaN or absent = not known. */
export interface Coherent {
  readonly price: number;
  readonly taker?: number;
  readonly spot?: number;
  readonly forceSide?: number;
}

/**
 * Returns how much of one piece a move is: its size, and how far takers, spot takers and liquidations of the same hours lie on its
 * side. In noise they are on either side as often. What is not known says nothing; NaN where the price is not known.
 */
export function coherenceOf({ price, taker, spot, forceSide }: Coherent): number {
  const side = price < 0 ? -1 : 1;
  return clipped(Math.abs(price)) + onSide(side, taker) + onSide(side, spot) + onSide(side, forceSide);
}

function onSide(side: number, value = Number.NaN): number {
  return Number.isNaN(value) ? 0 : clipped(side * value);
}

const clipped = (value: number): number => Math.max(-MOST, Math.min(MOST, value));
