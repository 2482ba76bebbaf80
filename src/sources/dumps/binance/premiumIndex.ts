import type { DumpFormat } from '../dumpFormat.ts';
import { isBar, takePrices } from '../rowCells.ts';
import { BAR_CELLS, barName, takeBarTimes } from './bars.ts';
import type { BinanceMarket } from './markets.ts';

/**
 * `premiumIndexKlines`: the premium as a fraction, which may be negative. It compares the index with impact prices and is exactly 0
 * between them, so it is no basis, and no adapter reads it as one: the file is checked and its numbers are handed out, and
 * no observation is made of them.
 */
export function premiumIndex(market: BinanceMarket): DumpFormat {
  return {
    id: `binance/${market.id}-premiumIndexKlines`,
    exchange: 'binance',
    endpoint: `DUMP futures/${market.id}/premiumIndexKlines`,
    cells: BAR_CELLS,
    numbers: ['premiumOpen', 'premiumHigh', 'premiumLow', 'premiumClose'],
    nameOf: barName,
    parseSymbol: (venueSymbol) => market.parseSymbol(venueSymbol),
    ...(market.market === undefined ? {} : { market: market.market }),
    read(cells, slot, file) {
      const bad =
        takeBarTimes(slot, cells[0], cells[6], file.stepMs ?? 0) ?? takePrices(slot, cells, 1, 'any');
      return bad ?? (isBar(slot.values) ? undefined : 'impossible');
    },
    chunks: () => [],
  };
}
