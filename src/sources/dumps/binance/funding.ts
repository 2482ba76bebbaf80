import { HOUR_MS } from '../../../core/units.ts';
import { FUNDING_INTERVALS_MS, SETTLEMENT_JITTER_MS } from '../../exchanges/fundingInterval.ts';
import { columnsOf } from '../../exchanges/kit/columns.ts';
import type { DumpFormat } from '../dumpFormat.ts';
import { periodOf, UTC } from '../fileNames.ts';
import { stated, takeMoment, takeNumber } from '../rowCells.ts';
import type { BinanceMarket } from './markets.ts';

/** Monthly `fundingRate`: settled rates as fractions of the interval that stands beside them. Times are some ms late and stay so. */
export function funding(market: BinanceMarket): DumpFormat {
  return {
    id: `binance/${market.id}-fundingRate`,
    exchange: 'binance',
    endpoint: `DUMP futures/${market.id}/monthly/fundingRate`,
    cells: ['calc_time', 'funding_interval_hours', 'last_funding_rate'],
    numbers: ['intervalHours', 'fundingRatePerInterval'],
    nameOf(fileName) {
      const [, venueSymbol = '', month] = /^(.+)-fundingRate-(\d{4}-\d{2})\.zip$/.exec(fileName) ?? [];
      const period = periodOf(month, UTC);
      return period === undefined ? undefined : { venueSymbol, ...period };
    },
    parseSymbol: (venueSymbol) => market.parseSymbol(venueSymbol),
    ...(market.market === undefined ? {} : { market: market.market }),
    read: (cells, slot) =>
      takeMoment(slot, cells[0], SETTLEMENT_JITTER_MS) ??
      takeNumber(slot, 0, cells[1], { least: 'above-zero', needed: true }) ??
      takeNumber(slot, 1, cells[2], { least: 'any', needed: true }),
    chunks({ table, who, context }, notes) {
      const shared = { kind: 'funding-rate', phase: 'settled', intervalBasis: 'payload' } as const;
      const names = ['fundingRatePerInterval', 'intervalMs', 'settlesAtMs'] as const;
      const out = columnsOf(context, shared, names, table.keys.length);
      for (let row = 0; row < table.keys.length; row += 1) {
        const intervalMs = (stated(table, 0, row) ?? 0) * HOUR_MS;
        const spacingMs = (table.atMs[row] ?? 0) - (table.atMs[row - 1] ?? Number.NEGATIVE_INFINITY);
        if (!FUNDING_INTERVALS_MS.includes(intervalMs)) notes.lose(row, 'unknown-interval');
        // A settlement within the interval that a rate is for: the rate is for a shorter one.
        else if (spacingMs < intervalMs - SETTLEMENT_JITTER_MS) notes.lose(row, 'contradiction');
        else {
          notes.step(row, intervalMs);
          const atMs = table.atMs[row] ?? 0;
          out.of(who).push(atMs, stated(table, 1, row), intervalMs, atMs);
        }
      }
      return out.chunks();
    },
  };
}
