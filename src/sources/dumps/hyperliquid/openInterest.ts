import { DAY_MS } from '../../../core/units.ts';
import { parseSymbol } from '../../exchanges/hyperliquid/shared.ts';
import { isRecord } from '../../exchanges/kit/field.ts';
import { columnsOf } from '../../exchanges/kit/columns.ts';
import type { DumpFormat } from '../dumpFormat.ts';
import { stated, takeLabel, takeNumber } from '../rowCells.ts';

/** The first day that the file tells of, and the day after its last one: it is made anew every day and goes no further. */
export const STATISTICS_SINCE = '2023-06-13';
export const STATISTICS_UNTIL = '2026-04-04';

/**
 * The statistics of open interest: one JSON file about all coins, a number for each coin and day. It is the mean open interest of the day
 * times its mean oracle price, in dollars of longs and shorts added up; a row is labelled with the start of its day. So
 * it is no level of a moment, and no coins are made of it.
 */
export const hyperliquidOpenInterest: DumpFormat = {
  id: 'hyperliquid/open_interest',
  exchange: 'hyperliquid',
  endpoint: 'DUMP open_interest',
  cells: ['time', 'coin', 'open_interest'],
  numbers: ['openInterestUsd'],
  jsonRows: (body) =>
    isRecord(body) && Array.isArray(body['chart_data'])
      ? (body['chart_data'] as unknown[]).map((row) =>
          isRecord(row) ? [cellOf(row['time']), cellOf(row['coin']), cellOf(row['open_interest'])] : [],
        )
      : undefined,
  nameOf: (fileName) =>
    fileName === 'open_interest'
      ? { stepMs: DAY_MS, ...{ fromMs: Date.parse(STATISTICS_SINCE), toMs: Date.parse(STATISTICS_UNTIL) }, isWhole: true }
      : undefined, // prettier-ignore
  parseSymbol,
  read(cells, slot) {
    slot.symbol = cells[1];
    return takeLabel(slot, cells[0], DAY_MS) ?? takeNumber(slot, 0, cells[2], { needed: true });
  },
  chunks({ table, who, context }) {
    const shared = { kind: 'open-interest', sides: 'both', barMs: DAY_MS, usdBasis: 'venue' } as const;
    const out = columnsOf(context, shared, ['openInterestUsd'], table.keys.length);
    for (let row = 0; row < table.keys.length; row += 1)
      out.of(who).push(table.keys[row] ?? 0, stated(table, 0, row));
    return out.chunks();
  },
};

/** What a value says as the text of a cell; nothing where it is neither text nor a number. */
const cellOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
