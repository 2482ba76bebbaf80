import { allRows } from '../../../core/chunk.ts';
import type { Observation } from '../../../core/observation.ts';
import type { MapContext } from '../contract.ts';
import { namedBar } from '../kit/bars.ts';
import { mapEach } from '../kit/eachRow.ts';
import { text } from '../kit/fields.ts';
import { rowReader } from '../kit/rowReader.ts';
import { channel, sentAtMs, type Push } from './channels.ts';
import { STATS, statsOf } from './contractStats.ts';
import { liquidationsOf } from './history.ts';
import { BOOK, depthOf } from './readings.ts';
import { BARS } from './shared.ts';

const NAMED_STATS = rowReader({ ...STATS, contract: text }, { symbol: 'contract' });

/** Bars of statistics name their contract, and their length only in what was subscribed: `…/BTC_USDT/1h`. */
function contractStatsOf(list: readonly unknown[], context: MapContext): Observation[] {
  const barMs = namedBar((context.params['topic'] ?? '').split('/')[2], BARS);
  if (barMs === undefined && list.length > 0) {
    const message = 'the bar length is not known: it is part of what was subscribed, not of the frame';
    context.report({ code: 'decode', path: '', message });
  }
  return allRows(statsOf(context, list, NAMED_STATS, barMs));
}

const NAMED_BOOK = rowReader(BOOK, { symbol: 'contract' });

/** Whole books (event `all`). Rows that name no contract cannot be read. */
const booksOf = (payload: Push, context: MapContext): Observation[] => {
  const atMs = sentAtMs(payload, context);
  return mapEach(context, payload.list, 'result', NAMED_BOOK, (book, who, at) =>
    depthOf(context, who, book, at, atMs),
  );
};

/** Channels that are read where a frame of theirs is handed in, and never subscribed. */
export const alsoReadChannels = [
  channel({
    name: 'futures.contract_stats', anchor: 'contract-stats-api', asked: false,
    yields: ['open-interest', 'long-short-ratio', 'taker-volume', 'liquidation-volume'],
    map: ({ list }, context) => contractStatsOf(list, context),
  }),
  // Private: the liquidations of one user, so never all of them.
  channel({
    name: 'futures.liquidates', anchor: 'liquidates-api', yields: ['liquidation'], asked: false, isEvents: true,
    coverage: 'sampled', map: ({ list }, context) => liquidationsOf(list, context, 'sampled'),
  }),
  channel({
    name: 'futures.order_book', anchor: 'order-book-api', yields: ['depth'], asked: false, map: booksOf,
  }),
] as const; // prettier-ignore
