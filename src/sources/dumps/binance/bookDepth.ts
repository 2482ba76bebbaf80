import { MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import { columnsOf } from '../../exchanges/kit/columns.ts';
import { dollars } from '../../exchanges/kit/subject.ts';
import { numberIn } from '../cells.ts';
import type { DumpFormat } from '../dumpFormat.ts';
import { periodOf, UTC } from '../fileNames.ts';
import { stated, takeMoment, takeNumber } from '../rowCells.ts';
import { USD_M } from './markets.ts';

/** Snapshots come every 30 s, at times every minute. */
const SPACING_MS = MINUTE_MS;
const WIDEST_PERCENT = 10;

/**
 * Daily `bookDepth` of USD-M: coins (`depth`) and quote currency (`notional`) of all orders within so many percent of the middle,
 * bids at negative percentages, some twelve rows a snapshot. The middle itself is not stated, so rows have none. Each
 * width of band is a series of its own.
 */
export const bookDepth: DumpFormat = {
  id: 'binance/um-bookDepth',
  exchange: 'binance',
  endpoint: 'DUMP futures/um/daily/bookDepth',
  cells: ['timestamp', 'percentage', 'depth', 'notional'],
  numbers: ['bidBase', 'bidQuote', 'askBase', 'askQuote'],
  nameOf(fileName) {
    const [, venueSymbol = '', day] = /^(.+)-bookDepth-(\d{4}-\d{2}-\d{2})\.zip$/.exec(fileName) ?? [];
    const period = periodOf(day, UTC);
    return period === undefined ? undefined : { venueSymbol, stepMs: SPACING_MS, ...period };
  },
  parseSymbol: (venueSymbol) => USD_M.parseSymbol(venueSymbol),
  read(cells, slot) {
    const bad = takeMoment(slot, cells[0], SECOND_MS);
    if (bad !== undefined) return bad;
    const percent = numberIn(cells[1]);
    if (percent === undefined || Number.isNaN(percent)) return 'number';
    if (percent === 0 || Math.abs(percent) > WIDEST_PERCENT) return 'impossible';
    slot.series = String(Math.abs(percent));
    const place = percent < 0 ? 0 : 2;
    return (
      takeNumber(slot, place, cells[2], { needed: true }) ??
      takeNumber(slot, place + 1, cells[3], { needed: true })
    );
  },
  chunks({ table, who, context, series }, notes) {
    const percent = Number(series);
    const shared = {
      kind: 'depth',
      bandFraction: percent / 100,
      reachedBid: true,
      reachedAsk: true,
    } as const;
    const out = columnsOf(context, shared, ['bidUsd', 'askUsd', 'bidBase', 'askBase'], table.keys.length);
    for (let row = 0; row < table.keys.length; row += 1) {
      const [bidBase, bidQuote, askBase, askQuote] = [0, 1, 2, 3].map((column) => stated(table, column, row));
      if (!arePrices(bidBase, bidQuote, askBase, askQuote, percent / 100)) notes.lose(row, 'contradiction');
      else
        out
          .of(who)
          .push(table.atMs[row] ?? 0, dollars(bidQuote, who), dollars(askQuote, who), bidBase, askBase);
    }
    return out.chunks();
  },
};

/** Whether the mean prices of the two sides can lie within one band: asks above bids, and no further apart than the band is wide. */
function arePrices(
  bidBase: number | undefined,
  bidQuote: number | undefined,
  askBase: number | undefined,
  askQuote: number | undefined,
  fraction: number,
): boolean {
  if (!bidBase || !askBase || bidQuote === undefined || askQuote === undefined) return true;
  const apart = askQuote / askBase / (bidQuote / bidBase);
  return apart >= 1 && apart <= ((1 + fraction) / (1 - fraction)) * 1.001;
}
