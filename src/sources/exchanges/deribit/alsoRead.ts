import { allRows } from '../../../core/chunk.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import { isRecord } from '../kit/field.ts';
import { anything } from '../kit/fields.ts';
import { defineChannel } from '../stream.ts';
import { barOf, resolutionMs } from './history.ts';
import { placeOf, pushOf } from './push.ts';
import { mapBook, summaryPoll } from './readings.ts';
import { DOCS } from './shared.ts';
import { BY_TIME, tradesPoll } from './trades.ts';

/** Trades come by stream. They stand before the poll of liquidations, which would read their answers as less. */
export const lastTrades = [
  tradesPoll('last-trades-by-time', BY_TIME, true),
  tradesPoll('last-trades', 'get_last_trades_by_instrument', true),
  tradesPoll('last-trades-of-currency', 'get_last_trades_by_currency', true),
  tradesPoll('last-trades-of-currency-by-time', 'get_last_trades_by_currency_and_time', true),
] as const;

const bookSummaryByInstrument = summaryPoll('get_book_summary_by_instrument');

/** Read where a frame is a whole book; the book is polled. */
const book = defineChannel({
  id: 'deribit/book',
  docsUrl: `${DOCS}/#book-instrument_name-interval`,
  yields: ['depth'],
  rhythm: 'steady',
  staleAfterMs: MINUTE_MS,
  asked: false,
  schema: anything,
  map(frame, context) {
    const push = pushOf(frame);
    return mapBook(push.data, context, placeOf(push, context), false);
  },
});

/** Bars are polled. */
const chart = defineChannel({
  id: 'deribit/chart',
  docsUrl: `${DOCS}/#chart-trades-instrument_name-resolution`,
  yields: ['candle'],
  rhythm: 'steady',
  staleAfterMs: MINUTE_MS,
  asked: false,
  schema: anything,
  map(frame, context) {
    const push = pushOf(frame);
    const place = placeOf(push, context);
    const barMs = resolutionMs((push.channel ?? context.params['topic'])?.split('.').at(-1));
    if (barMs === undefined) {
      context.report({
        code: 'decode',
        path: '',
        message: 'the channel does not name the length of the bar',
      });
      return [];
    }
    const row = isRecord(push.data) ? { ...push.data, ticks: push.data['tick'] } : push.data;
    return allRows(barOf(row, context, place, barMs));
  },
});

/** Answers that are read where they are handed in, and never asked for. */
export const alsoReadPolls = [bookSummaryByInstrument] as const;

/** Channels that are read where a frame of theirs is handed in, and never subscribed. */
export const alsoReadChannels = [book, chart] as const;
