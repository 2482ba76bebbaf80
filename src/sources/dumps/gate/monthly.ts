import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { SETTLEMENT_JITTER_MS } from '../../exchanges/fundingInterval.ts';
import { parseSymbol } from '../../exchanges/gate/shared.ts';
import { amounts } from '../../exchanges/kit/amounts.ts';
import { columnsOf } from '../../exchanges/kit/columns.ts';
import type { DumpFormat, DumpName } from '../dumpFormat.ts';
import { periodOf, UTC } from '../fileNames.ts';
import { isBar, stated, takeLabel, takeMoment, takeNumber } from '../rowCells.ts';
import { scheduledRates } from '../scheduledRates.ts';

/** Bars of which there are monthly files. */
const BARS = {
  '1m': MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '1h': HOUR_MS,
  '4h': 4 * HOUR_MS,
  '1d': DAY_MS,
} as const;
const PRICES = ['openQuote', 'highQuote', 'lowQuote', 'closeQuote'] as const;

/** Files of every folder are named alike: `BTC_USDT-202508.csv.gz`; the folder says what they hold. */
function monthOf(fileName: string): DumpName | undefined {
  const [, venueSymbol = '', month] = /^(.+)-(\d{6})\.csv\.gz$/.exec(fileName) ?? [];
  const period = periodOf(month, UTC);
  return period === undefined ? undefined : { venueSymbol, ...period };
}

/**
 * Monthly bars. There is no header and the order is time, volume, close, high, low, open. Volumes are contracts: coins where the
 * size of the contract is known, dollars of inverse ones alone (of others they would need the prices of the trades).
 */
export function gateCandles(bar: keyof typeof BARS): DumpFormat {
  const stepMs = BARS[bar];
  return {
    id: `gate/candlesticks_${bar}`,
    exchange: 'gate',
    endpoint: `DUMP futures/candlesticks_${bar}`,
    cells: ['time', 'volume', 'close', 'high', 'low', 'open'],
    numbers: [...PRICES, 'contracts'],
    nameOf(fileName) {
      const name = monthOf(fileName);
      return name === undefined ? undefined : { ...name, stepMs };
    },
    parseSymbol,
    read(cells, slot) {
      const price = { least: 'above-zero', needed: true } as const;
      const bad =
        takeLabel(slot, cells[0], stepMs) ??
        takeNumber(slot, 4, cells[1], {}) ??
        takeNumber(slot, 3, cells[2], price) ??
        takeNumber(slot, 1, cells[3], price) ??
        takeNumber(slot, 2, cells[4], price) ??
        takeNumber(slot, 0, cells[5], price);
      return bad ?? (isBar(slot.values) ? undefined : 'impossible');
    },
    chunks({ table, who, context }) {
      const shared = { kind: 'candle', priceType: 'last', barMs: stepMs } as const;
      const out = columnsOf(context, shared, [...PRICES, 'volumeBase', 'volumeUsd'], table.keys.length);
      for (let row = 0; row < table.keys.length; row += 1) {
        const [open, high, low, close, contracts] = [0, 1, 2, 3, 4].map((column) =>
          stated(table, column, row),
        );
        const { base, usd } = amounts(who, 'contracts', contracts);
        out.of(who).push(table.keys[row] ?? 0, open, high, low, close, base, usd);
      }
      return out.chunks();
    },
  };
}

/** Monthly settled funding: time and rate, no header, and no interval but that between settlements. */
export const gateFunding: DumpFormat = {
  id: 'gate/funding_applies',
  exchange: 'gate',
  endpoint: 'DUMP futures/funding_applies',
  cells: ['time', 'funding_rate'],
  numbers: ['fundingRatePerInterval'],
  isSettled: true,
  nameOf: monthOf,
  parseSymbol,
  read: (cells, slot) =>
    takeMoment(slot, cells[0], SETTLEMENT_JITTER_MS) ??
    takeNumber(slot, 0, cells[1], { least: 'any', needed: true }),
  chunks: scheduledRates,
};
