import { SETTLEMENT_JITTER_MS } from '../../exchanges/fundingInterval.ts';
import { parseSymbol } from '../../exchanges/okx/shared.ts';
import type { DumpFormat } from '../dumpFormat.ts';
import { periodOf, UTC_PLUS_8 } from '../fileNames.ts';
import { takeMoment, takeNumber } from '../rowCells.ts';
import { scheduledRates } from '../scheduledRates.ts';

/**
 * Settled funding of market-data-history (module 3): `allswap-fundingrates-<day>` holds all perpetuals, `<instrument>-fundingrates-<month>`
 * one. Days and months are those of UTC+8. Where a file states what was charged beside what was announced, that is the rate.
 */
export const okxFunding: DumpFormat = {
  id: 'okx/fundingrates',
  exchange: 'okx',
  endpoint: 'DUMP market-data-history/fundingrates',
  cells: ['instrument_name', 'funding_rate', 'funding_time', 'real_funding_rate'],
  mayLack: ['real_funding_rate'],
  numbers: ['fundingRatePerInterval'],
  isSettled: true,
  nameOf(fileName) {
    const [, symbol, text] = /^(.+)-fundingrates-(\d{4}-\d{2}(?:-\d{2})?)\.zip$/.exec(fileName) ?? [];
    const period = periodOf(text, UTC_PLUS_8);
    if (symbol === undefined || period === undefined) return undefined;
    return symbol === 'allswap' ? period : { venueSymbol: symbol, ...period };
  },
  parseSymbol,
  read(cells, slot) {
    slot.symbol = cells[0];
    const rate = cells[3] === undefined || cells[3] === '' ? cells[1] : cells[3];
    return (
      takeMoment(slot, cells[2], SETTLEMENT_JITTER_MS) ??
      takeNumber(slot, 0, rate, { least: 'any', needed: true })
    );
  },
  chunks: scheduledRates,
};
