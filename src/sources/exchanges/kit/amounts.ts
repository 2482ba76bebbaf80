import type { ContractSize } from '../../../core/instrument.ts';
import { dollars, type Subject } from './subject.ts';

/** What a quantity of the wire counts: contracts by the size in the list, coins, or quote currency. */
export type Counted = 'contracts' | 'coins' | 'quote';

/** One amount in all units that it can be stated in. `contracts` stands alone: their size is not known. */
export interface Amounts {
  readonly base: number | undefined;
  readonly usd: number | undefined;
  readonly contracts: number | undefined;
}

const NONE: Amounts = { base: undefined, usd: undefined, contracts: undefined };

/**
 * Converts a quantity: contracts by the instrument's contract size (`size` where it is known from elsewhere), coins and quote
 * currency by a price of the same payload, where there is one. Dollars only where the quote currency counts as one. What
 * cannot be converted is undefined, never 0.
 */
export function amounts(
  who: Subject,
  counted: Counted,
  quantity: number | undefined,
  priceQuote?: number,
  size: ContractSize | undefined = who.instrument?.contractSize,
): Amounts {
  if (quantity === undefined) return NONE;
  if (counted === 'contracts') {
    if (size === undefined) return { base: undefined, usd: undefined, contracts: quantity };
    const unit = size.unit === 'base' ? 'coins' : 'quote';
    return amounts(who, unit, quantity * size.amount, priceQuote);
  }
  const price = priceQuote !== undefined && priceQuote > 0 ? priceQuote : undefined;
  if (counted === 'coins') {
    const quote = price === undefined ? undefined : quantity * price;
    return { base: quantity, usd: dollars(quote, who), contracts: undefined };
  }
  const base = price === undefined ? undefined : quantity / price;
  return { base, usd: dollars(quantity, who), contracts: undefined };
}

/** What quantities of a contract count at exchanges that state no contracts: dollars of inverse ones, coins of all others. */
export const countedBy = ({ margin }: Subject): Counted => (margin === 'inverse' ? 'quote' : 'coins');
