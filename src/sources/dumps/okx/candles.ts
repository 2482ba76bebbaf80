import { MINUTE_MS } from '../../../core/units.ts';
import { amounts } from '../../exchanges/kit/amounts.ts';
import { columnsOf } from '../../exchanges/kit/columns.ts';
import { dollars } from '../../exchanges/kit/subject.ts';
import { parseSymbol } from '../../exchanges/okx/shared.ts';
import type { DumpFormat } from '../dumpFormat.ts';
import { periodOf, UTC_PLUS_8 } from '../fileNames.ts';
import { isBar, stated, takeLabel, takeNumber, takePrices } from '../rowCells.ts';

const PRICES = ['openQuote', 'highQuote', 'lowQuote', 'closeQuote'] as const;

/**
 * Bars of a minute of market-data-history (module 2), days and months of UTC+8. Volumes are contracts, coins and quote
 * currency. `confirm` is not read: files come two days late, and it says 0 of minutes that are long over.
 */
export const okxCandles: DumpFormat = {
  id: 'okx/candlesticks',
  exchange: 'okx',
  endpoint: 'DUMP market-data-history/candlesticks',
  cells: ['instrument_name', 'open', 'high', 'low', 'close', 'vol', 'vol_ccy', 'vol_quote', 'open_time'],
  mayLack: ['vol', 'vol_ccy', 'vol_quote'],
  numbers: [...PRICES, 'contracts', 'volumeBase', 'volumeQuote'],
  nameOf(fileName) {
    const [, symbol, text] = /^(.+)-candlesticks-(\d{4}-\d{2}(?:-\d{2})?)\.zip$/.exec(fileName) ?? [];
    const period = periodOf(text, UTC_PLUS_8);
    if (symbol === undefined || period === undefined) return undefined;
    if (symbol === 'allswap') return { stepMs: MINUTE_MS, ...period };
    // Volumes of spot pairs have other units.
    const isContract = (parseSymbol(symbol)?.kind ?? 'spot') !== 'spot';
    return isContract ? { venueSymbol: symbol, stepMs: MINUTE_MS, ...period } : undefined;
  },
  parseSymbol,
  read(cells, slot) {
    slot.symbol = cells[0];
    const bad = takeLabel(slot, cells[8], MINUTE_MS) ?? takePrices(slot, cells, 1);
    if (bad !== undefined) return bad;
    if (!isBar(slot.values)) return 'impossible';
    return (
      takeNumber(slot, 4, cells[5], {}) ??
      takeNumber(slot, 5, cells[6], {}) ??
      takeNumber(slot, 6, cells[7], {})
    );
  },
  chunks({ table, who, context, file }) {
    const shared = { kind: 'candle', priceType: 'last', barMs: file.stepMs } as const;
    const out = columnsOf(context, shared, [...PRICES, 'volumeBase', 'volumeUsd'], table.keys.length);
    for (let row = 0; row < table.keys.length; row += 1) {
      const [open, high, low, close, contracts, coins, quote] = [0, 1, 2, 3, 4, 5, 6].map((at) =>
        stated(table, at, row),
      );
      const traded = amounts(who, 'contracts', contracts);
      const usd = dollars(quote, who) ?? traded.usd;
      out.of(who).push(table.keys[row] ?? 0, open, high, low, close, coins ?? traded.base, usd);
    }
    return out.chunks();
  },
};
