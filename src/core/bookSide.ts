/**
 * Returns one side of a book in USD: as stated, else coins × the middle price. NaN stands for what is not stated, and for a
 * side that cannot be told or would be negative. Source: definitions.md §5.
 */
export function bookSideUsd(statedUsd: number, coins: number, midPriceQuote: number): number {
  const value = Number.isNaN(statedUsd) ? coins * midPriceQuote : statedUsd;
  return Number.isFinite(value) && value >= 0 ? value : Number.NaN;
}
