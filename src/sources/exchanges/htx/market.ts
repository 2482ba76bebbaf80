import type { Observation } from '../../../core/observation.ts';
import { DAY_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext } from '../contract.ts';
import { amounts } from '../kit/amounts.ts';
import { readSide, sumBook, type Side } from '../kit/book.ts';
import { mapEach } from '../kit/eachRow.ts';
import { NO, type Fields } from '../kit/field.ts';
import { epochMs, nonNegative, optional, optionalNonZero, positive, text } from '../kit/fields.ts';
import { object, rows } from '../kit/payloads.ts';
import type { Path } from '../kit/place.ts';
import { rowReader } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { sizeReporter } from '../kit/unknownSize.ts';
import { observe, unlessFalseZero } from '../mapping.ts';
import { answer, at, byCode, codeOf, countedOnce, DOCS, reading, rowsOf, whoOf, type Reading } from './shared.ts'; // prettier-ignore

const price = optionalNonZero(positive);
const amount = optional(nonNegative);
const TICKER = {
  ts: optional(epochMs), close: price, high: price, low: price, amount, vol: amount, number_of: amount, trade_turnover: amount,
} as const; // prettier-ignore
type Ticker = Fields<typeof TICKER>;
const ONE = rowReader(TICKER);
const NAMED = rowReader({ contract_code: text, ...TICKER }, { symbol: 'contract_code' });

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
  path: Path,
): Observation[] {
  const observations: Observation[] = [];
  const atMs = row.ts ?? ts;
  if (row.close !== undefined) {
    observations.push(observe(context, who, atMs, { kind: 'mark-price', lastPriceQuote: row.close }));
  }
  const volumeBase = countedOnce(unlessFalseZero(row.amount, row.number_of ?? row.vol));
  const volumeUsd = who.margin === 'linear' ? countedOnce(turnoverOf(row)) : undefined;
  if ((volumeBase ?? volumeUsd) !== undefined) {
    observations.push(
      observe(context, who, atMs, { kind: 'volume', windowMs: DAY_MS, volumeBase, volumeUsd }),
    );
  }
  if (observations.length === 0) {
    context.report({ code: 'decode', path: String(path), message: 'neither a price nor a volume' });
  }
  return observations;
}

/** Maps a single ticker: `/detail/merged` and the `detail` push have the same shape. */
export function tickerReading(payload: Reading, context: MapContext): Observation[] {
  const who = whoOf(context, codeOf(payload.ch), '');
  const row = who === undefined ? undefined : ONE.one(payload.tick, 'tick', context);
  return who === undefined || row === undefined ? [] : tickerOf(context, who, row, payload.ts, 'tick');
}

const BATCH = '/linear-swap-ex/market/detail/batch_merged';
const tickersOf = (name: string, path: string) =>
  definePoll({
    id: `htx/${name}`,
    ...at(path, `${DOCS}#general-get-a-batch-of-market-data-overview`),
    yields: ['mark-price', 'volume'],
    tense: 'now',
    cadenceMs: MINUTE_MS,
    request: () => ({ method: 'GET', path, query: { business_type: 'swap' } }),
    schema: object({ ticks: rows, ts: optional(epochMs) }),
    map: ({ ticks, ts }, context) =>
      mapEach(context, ticks, 'ticks', NAMED, (row, who, place) => tickerOf(context, who, row, ts, place)),
  });
export const tickers = tickersOf('tickers', BATCH);
export const tickersV2 = tickersOf('tickers-v2', `/v2${BATCH}`);

/** One contract: the batch names dated ones by their turn (BTC-USDT-CQ), which the list of instruments does not know. */
export const datedTicker = definePoll({
  id: 'htx/ticker-dated',
  ...at('/linear-swap-ex/market/detail/merged', `${DOCS}#general-get-market-data-overview`),
  yields: ['mark-price', 'volume'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  about: 'dated-future',
  request: byCode('/linear-swap-ex/market/detail/merged'),
  schema: reading,
  map: tickerReading,
});

const INDEX_PATH = '/linear-swap-api/v1/swap_index';
const INDEX = rowReader(
  { contract_code: text, index_price: price, index_ts: optionalNonZero(epochMs) },
  { symbol: 'contract_code' },
);

export const index = definePoll({
  id: 'htx/index',
  ...at(INDEX_PATH, `${DOCS}#general-query-swap-index-price-information`),
  yields: ['mark-price'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: () => ({ method: 'GET', path: INDEX_PATH, query: {} }),
  schema: answer,
  map({ data, ts }, context) {
    const { list, path } = rowsOf(data);
    return mapEach(context, list, path, INDEX, ({ index_price: indexPriceQuote, index_ts: atMs }, who) =>
      indexPriceQuote === undefined
        ? []
        : [observe(context, who, atMs ?? ts, { kind: 'mark-price', indexPriceQuote })],
    );
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
  const isSized = who.instrument !== undefined;
  if (!isSized) sizeReporter(context)(who, 'tick');
  const toBase = (contracts: number, quote: number): number =>
    amounts(who, 'contracts', contracts, quote).base ?? contracts;
  const side = (name: 'bids' | 'asks'): Side => {
    const list = tick[name];
    return readSide(context, Array.isArray(list) ? list : [], `tick.${name}`, toBase);
  };
  const sums = sumBook(side('bids'), side('asks'), isSized ? 1 : undefined);
  if (sums === undefined) {
    context.report({ code: 'implausible', path: '', message: 'the book is empty on one side or crossed' });
    return [];
  }
  const stated = epochMs.read(tick['ts']);
  return [observe(context, who, stated === NO ? ts : stated, { kind: 'depth', ...sums })];
}

/** The deepest book that is offered: 150 levels a side, which on BTC ends far inside 1 %. */
export const depth = definePoll({
  id: 'htx/depth',
  ...at('/linear-swap-ex/market/depth', `${DOCS}#general-get-market-depth`),
  yields: ['depth'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: byCode('/linear-swap-ex/market/depth', { type: 'step0' }),
  schema: reading,
  map: depthReading,
});
