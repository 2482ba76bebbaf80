import type { Observation } from '../../../core/observation.ts';
import type { MapContext } from '../contract.ts';
import { decodeRows, text } from '../decode.ts';
import { subjectOf } from '../mapping.ts';
import { channel, sentAtMs, type Push } from './channels.ts';
import { STATS, statsOf } from './contractStats.ts';
import { liquidationsOf } from './history.ts';
import { bookRow, depthOf } from './readings.ts';
import { intervalMs, mapNamed, parseSymbol, sizeReporter } from './shared.ts';

/** Bars of statistics name their contract, and their length only in what was subscribed: `…/BTC_USDT/1h`. */
function contractStatsOf(list: readonly unknown[], context: MapContext): Observation[] {
  const barMs = intervalMs((context.params['topic'] ?? '').split('/')[2]);
  if (barMs === undefined && list.length > 0) {
    const message = 'the bar length is not known: it is part of what was subscribed, not of the frame';
    context.report({ code: 'decode', path: '', message });
  }
  const reportSize = sizeReporter(context);
  const schema = STATS.extend({ contract: text });
  return mapNamed(list, context, schema, (row) => row.contract, (row, who, path) =>
    statsOf(context, row, who, path, barMs, reportSize),
  ); // prettier-ignore
}

/** Whole books (event `all`). Rows that name no contract cannot be read. */
function booksOf(payload: Push, context: MapContext): Observation[] {
  const atMs = sentAtMs(payload, context);
  return decodeRows(payload.list, bookRow(), 'result', context).flatMap((book, index) => {
    const path = `result[${index}].`;
    const who = subjectOf({ parseSymbol }, context, book.contract, undefined, path);
    return who === undefined ? [] : depthOf(context, who, book, path, atMs);
  });
}

/** Channels that are read where a frame of theirs is handed in, and never subscribed. */
export const alsoReadChannels = [
  channel({
    name: 'futures.contract_stats', anchor: 'contract-stats-api', isAsked: false,
    yields: ['open-interest', 'long-short-ratio', 'taker-volume', 'liquidation-volume'],
    map: ({ list }, context) => contractStatsOf(list, context),
  }),
  // Private: the liquidations of one user, so never all of them.
  channel({
    name: 'futures.liquidates', anchor: 'liquidates-api', yields: ['liquidation'], isAsked: false, isEvents: true,
    coverage: 'sampled', map: ({ list }, context) => liquidationsOf(list, context, 'sampled'),
  }),
  channel({
    name: 'futures.order_book', anchor: 'order-book-api', yields: ['depth'], isAsked: false, map: booksOf,
  }),
] as const; // prettier-ignore
