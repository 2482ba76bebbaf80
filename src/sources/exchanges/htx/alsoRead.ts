import { allRows } from '../../../core/chunk.ts';
import type { Observation } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import { variantOf, type MapContext } from '../contract.ts';
import { reportUnknownBar } from '../kit/bars.ts';
import { defineChannel } from '../stream.ts';
import { barsOf, basisOf, candlesOf, type SeriesRows } from './bars.ts';
import { fundingOf } from './funding.ts';
import { unproved } from './liquidations.ts';
import { depthReading } from './market.ts';
import { openInterestOf, openInterestRows } from './openInterest.ts';
import { readingChannel } from './readingChannel.ts';
import { answer, codeOf, DOCS, periodOf, whoOf, type Reading } from './shared.ts';

const SINGLE = '/linear-swap-api/v1/swap_funding_rate';
const fundingSingle = fundingOf(
  'funding-single',
  SINGLE,
  `${DOCS}#general-query-funding-rate`,
  () => undefined,
);

const indexCandles = barsOf('index-candles', '/index/market/history/index', 'index');

/** The first version, which is gone from the exchange's own list. */
const liquidationsV1 = {
  ...variantOf(unproved, { id: 'htx/liquidations-v1', request: () => undefined }),
  path: '/linear-swap-api/v1/swap_liquidation_orders',
  docsUrl: `${DOCS}#general-query-liquidation-orders`,
};

/** Of the coin-margined market: `amount` is stated in coins there too. */
const coinMarginedOpenInterest = ['/swap-api/v1/swap_open_interest', '/api/v1/contract_open_interest'].map(
  (path) => openInterestOf(`coin-margined${path.replaceAll('/', '-')}`, path, DOCS),
); // prettier-ignore

/** The one row of a push. */
const rowOf = ({ tick }: Reading, context: MapContext): SeriesRows => ({
  count: 1,
  each(reader, take) {
    const row = reader.one(tick, 'tick', context);
    if (row !== undefined) take(row, 'tick');
  },
});

/** Maps a push of bars of traded prices: the running bar. */
function barReading(payload: Reading, context: MapContext): Observation[] {
  const who = whoOf(context, codeOf(payload.ch), '');
  const barMs = periodOf(payload.ch, context);
  if (barMs === undefined) reportUnknownBar(context, '');
  if (who === undefined || barMs === undefined) return [];
  return allRows(candlesOf(context, who, rowOf(payload, context), { barMs, priceType: 'last' }));
}

/** Maps a push of the basis. */
function basisReading(payload: Reading, context: MapContext): Observation[] {
  const who = whoOf(context, codeOf(payload.ch), '');
  const barMs = periodOf(payload.ch, context);
  return who === undefined ? [] : allRows(basisOf(context, who, rowOf(payload, context), barMs));
}

const depth = readingChannel('stream-depth', ['depth'], depthReading);
const bars = readingChannel('stream-candles', ['candle'], barReading);
const basis = readingChannel('stream-basis', ['basis'], basisReading);

/** Not pushed by the exchange: archives (Tardis) wrap polled answers into frames like these. */
const archivedOpenInterest = defineChannel({
  id: 'htx/stream-open-interest',
  docsUrl: DOCS,
  yields: ['open-interest'],
  rhythm: 'steady',
  staleAfterMs: 5 * MINUTE_MS,
  asked: false,
  schema: answer,
  // The channel names a dated contract by its turn (ETH_NW), the rows by its code.
  map: ({ data, ts }, context) => openInterestRows(data, ts, context),
});

/** Answers that are read where they are handed in, and never asked for. */
export const alsoReadPolls = [
  fundingSingle,
  indexCandles,
  liquidationsV1,
  ...coinMarginedOpenInterest,
] as const;

/** Channels that are read where a frame of theirs is handed in, and never subscribed. */
export const alsoReadMarketChannels = [bars, depth, archivedOpenInterest] as const;
export const alsoReadIndexChannels = [basis] as const;
