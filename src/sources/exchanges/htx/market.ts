import * as z from 'zod';
import type { Observation } from '../../../core/observation.ts';
import { DAY_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext } from '../contract.ts';
import {
  decodeAllRows, decodeRow, epochMs, nonNegative, optional, optionalNonZero, positive, text,
} from '../decode.ts'; // prettier-ignore
import { contractsToBase, observe, unlessFalseZero, type Subject } from '../mapping.ts';
import { sumDepth, type Level } from '../orderBook.ts';
import {
  answer, byCode, codeOf, countedOnce, DOCS, mapNamed, parseSymbol, reading, rowsOf, sizeReporter, whoOf, type Reading,
} from './shared.ts'; // prettier-ignore

const price = optionalNonZero(positive);
const amount = optional(nonNegative);
const TICKER = {
  ts: optional(epochMs), close: price, high: price, low: price, amount, vol: amount, number_of: amount, trade_turnover: amount,
}; // prettier-ignore
type Ticker = z.infer<z.ZodObject<typeof TICKER>>;

/**
 * The turnover in USDT. The batch of v2 puts it in `vol`, where the others have contracts: taken where turnover /
 * coins lies between the lowest and the highest price of the day, as an average price must.
 */
function turnoverOf({ trade_turnover: stated, vol, amount: coins, low, high }: Ticker): number | undefined {
  if (stated !== undefined) return unlessFalseZero(stated, coins);
  if (vol === undefined || coins === undefined || coins <= 0 || low === undefined || high === undefined)
    return undefined;
  const average = vol / coins;
  return average >= low * 0.999 && average <= high * 1.001 ? vol : undefined;
}

function tickerOf(
  context: MapContext,
  who: Subject,
  row: Ticker,
  ts: number | undefined,
  path: string,
): Observation[] {
  const observations: Observation[] = [];
  const atMs = row.ts ?? ts;
  if (row.close !== undefined) {
    observations.push(observe(context, who, atMs, { kind: 'mark-price', lastPriceQuote: row.close }));
  }
  const isLinear = (who.instrument ?? parseSymbol(who.venueSymbol))?.margin === 'linear';
  const volumeBase = countedOnce(unlessFalseZero(row.amount, row.number_of ?? row.vol));
  const volumeUsd = isLinear ? countedOnce(turnoverOf(row)) : undefined;
  if ((volumeBase ?? volumeUsd) !== undefined) {
    observations.push(
      observe(context, who, atMs, { kind: 'volume', windowMs: DAY_MS, volumeBase, volumeUsd }),
    );
  }
  if (observations.length === 0) {
    context.report({ code: 'decode', path, message: 'neither a price nor a volume' });
  }
  return observations;
}

/** Maps a single ticker: `/detail/merged` and the `detail` push have the same shape. */
export function tickerReading(payload: Reading, context: MapContext): Observation[] {
  const who = whoOf(context, codeOf(payload.ch), '');
  const row = who === undefined ? undefined : decodeRow(payload.tick, z.object(TICKER), 'tick', context);
  return who === undefined || row === undefined ? [] : tickerOf(context, who, row, payload.ts, 'tick');
}

const BATCH = '/linear-swap-ex/market/detail/batch_merged';
const tickersOf = (name: string, path: string) =>
  definePoll({
    id: `htx/${name}`,
    method: 'GET',
    path,
    docsUrl: `${DOCS}#general-get-a-batch-of-market-data-overview`,
    weight: 1,
    yields: ['mark-price', 'volume'],
    tense: 'now',
    cadenceMs: MINUTE_MS,
    request: () => ({ method: 'GET', path, query: { business_type: 'swap' } }),
    schema: () => z.object({ ticks: z.array(z.unknown()).max(20_000), ts: optional(epochMs) }),
    map({ ticks, ts }, context) {
      const schema = z.object({ contract_code: text, ...TICKER });
      const list = { list: ticks, path: 'ticks' };
      return mapNamed(list, context, schema, (row) => row.contract_code, (row, who, path) =>
        tickerOf(context, who, row, ts, path),
      ); // prettier-ignore
    },
  });
export const tickers = tickersOf('tickers', BATCH);
export const tickersV2 = tickersOf('tickers-v2', `/v2${BATCH}`);

/** One contract: the batch names dated ones by their turn (BTC-USDT-CQ), which the list of instruments does not know. */
export const datedTicker = definePoll({
  id: 'htx/ticker-dated',
  method: 'GET',
  path: '/linear-swap-ex/market/detail/merged',
  docsUrl: `${DOCS}#general-get-market-data-overview`,
  weight: 1,
  yields: ['mark-price', 'volume'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  about: 'dated-future',
  request: byCode('/linear-swap-ex/market/detail/merged'),
  schema: reading,
  map: tickerReading,
});

export const index = definePoll({
  id: 'htx/index',
  method: 'GET',
  path: '/linear-swap-api/v1/swap_index',
  docsUrl: `${DOCS}#general-query-swap-index-price-information`,
  weight: 1,
  yields: ['mark-price'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: () => ({ method: 'GET', path: '/linear-swap-api/v1/swap_index', query: {} }),
  schema: answer,
  map({ data, ts }, context) {
    const schema = z.object({ contract_code: text, index_price: price, index_ts: optionalNonZero(epochMs) });
    return mapNamed(rowsOf(data), context, schema, (row) => row.contract_code, (row, who) =>
      row.index_price === undefined
        ? []
        : [observe(context, who, row.index_ts ?? ts, { kind: 'mark-price', indexPriceQuote: row.index_price })],
    ); // prettier-ignore
  },
});

/** Maps a whole book. Sizes are contracts; a tick that names another contract than its channel is refused. */
export function depthReading(payload: Reading, context: MapContext): Observation[] {
  const { ch, tick, ts } = payload;
  const who = whoOf(context, codeOf(ch), '');
  if (who === undefined) return [];
  const inner = typeof tick['ch'] === 'string' ? codeOf(tick['ch']) : undefined;
  const outer = codeOf(ch);
  if (inner !== undefined && outer !== undefined && inner !== outer) {
    const message = `the channel is about ${outer}, the book in it about ${inner}`;
    context.report({ code: 'wrong-instrument', path: 'tick.ch', message });
    return [];
  }
  const { instrument } = who;
  if (instrument === undefined) sizeReporter(context)(who, 'tick');
  const level = z.tuple([positive, nonNegative]).rest(z.unknown());
  const side = (name: 'bids' | 'asks'): Level[] => {
    const list = tick[name];
    return decodeAllRows(Array.isArray(list) ? list : [], level, `tick.${name}`, context)
      .filter(([, contracts]) => contracts > 0)
      .map(([quote, contracts]) => [quote, contractsToBase(contracts, instrument, quote) ?? contracts]);
  };
  const sums = sumDepth(side('bids'), side('asks'), instrument === undefined ? undefined : 1);
  if (sums === undefined) {
    context.report({ code: 'implausible', path: '', message: 'the book is empty on one side or crossed' });
    return [];
  }
  const stated = epochMs.safeParse(tick['ts']);
  return [observe(context, who, stated.success ? stated.data : ts, { kind: 'depth', ...sums })];
}

/** The deepest book that is offered: 150 levels a side, which on BTC ends far inside 1 %. */
export const depth = definePoll({
  id: 'htx/depth',
  method: 'GET',
  path: '/linear-swap-ex/market/depth',
  docsUrl: `${DOCS}#general-get-market-depth`,
  weight: 1,
  yields: ['depth'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: byCode('/linear-swap-ex/market/depth', { type: 'step0' }),
  schema: reading,
  map: depthReading,
});
