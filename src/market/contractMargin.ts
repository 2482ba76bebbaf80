import type { ExchangeId } from '../core/ids.ts';
import type { ExchangeAdapter } from '../sources/exchanges/contract.ts';
import type { MarginFacts } from './marginTables.ts';
import type { AssetSnapshot } from './snapshot.ts';

/** An exchange, and what the spelling of its symbols says. */
export type SymbolReader = Pick<ExchangeAdapter, 'id' | 'parseSymbol'>;

/**
 * Returns of which margin a contract is: as the list of instruments states it where a snapshot has it, else as its symbol spells it, so
 * that a history tells the same with a snapshot beside it and without. Undefined where neither says it.
 */
export function contractMargin(
  readers: readonly SymbolReader[],
  listed: AssetSnapshot['exchanges'] = [],
): MarginFacts['marginOf'] {
  const statedOf = (exchange: ExchangeId, venueSymbol: string) =>
    listed
      .find((one) => one.exchange === exchange)
      ?.instruments.find((one) => one.venueSymbol === venueSymbol)?.margin;
  return (exchange, venueSymbol) => {
    const spelled = readers.find(({ id }) => id === exchange)?.parseSymbol(venueSymbol)?.margin;
    const margin = statedOf(exchange, venueSymbol) ?? spelled;
    // A quanto contract gains and loses with the price as a linear one does, in a coin that is not the price's.
    return margin === 'quanto' ? 'linear' : margin;
  };
}
