import type { Chunk } from '../../../core/chunk.ts';
import type { Candle, Observation } from '../../../core/observation.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import { askedBy, definePoll, variantOf, type MapContext, type ObservationPoll } from '../contract.ts';
import { reportUnknownBar } from '../kit/bars.ts';
import { columnsOf } from '../kit/columns.ts';
import { decimal, epochSeconds, nonNegative, optional, optionalNonZero, positive } from '../kit/fields.ts';
import { pathOf, type Path } from '../kit/place.ts';
import { rowReader, type RowReader } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { observe, unlessFalseZero } from '../mapping.ts';
import { at, barLength, byCode, codeOf, countedOnce, DOCS, isBarStart, periodOf, series, whoOf, type Reading } from './shared.ts'; // prettier-ignore

/** Rows of a series with their places: those of an answer, or the one of a push. */
export interface SeriesRows {
  readonly count: number;
  each<T>(reader: RowReader<T>, take: (row: T, at: Path) => void): void;
}

const rowsIn = (list: readonly unknown[], context: MapContext): SeriesRows => ({
  count: list.length,
  each(reader, take) {
    reader.each(list, 'data', context, take);
  },
});

const amount = optional(nonNegative);
const BAR = rowReader({
  id: epochSeconds, open: positive, high: positive, low: positive, close: positive, amount, vol: amount, trade_turnover: amount,
}); // prettier-ignore

/** Bars of prices. Mark and index bars carry zeros for volumes that do not exist. */
export function candlesOf(
  context: MapContext,
  who: Subject,
  rows: SeriesRows,
  { barMs, priceType }: Pick<Candle, 'barMs' | 'priceType'>,
): Chunk[] {
  const isTraded = priceType === 'last';
  const names = ['openQuote', 'highQuote', 'lowQuote', 'closeQuote', 'volumeBase', 'volumeUsd'] as const;
  const out = columnsOf(context, { kind: 'candle', priceType, barMs }, names, rows.count);
  rows.each(BAR, (row, place) => {
    if (!isBarStart(row.id, barMs)) {
      const message = `no bar of ${barMs / MINUTE_MS} minutes starts at ${new Date(row.id).toISOString()}`;
      context.report({ code: 'implausible', path: pathOf(place, 'id'), message });
      return;
    }
    const { open, high, low, close, vol } = row;
    const base = isTraded ? countedOnce(unlessFalseZero(row.amount, vol)) : undefined;
    const usd = isTraded ? countedOnce(unlessFalseZero(row.trade_turnover, row.amount ?? vol)) : undefined;
    out.of(who).push(row.id, open, high, low, close, base, usd);
  });
  return out.chunks();
}

/** A poll of bars; one without a request is not asked. */
export const barsOf = (name: string, path: string, priceType: Candle['priceType'], request?: ObservationPoll['request']) =>
  definePoll({
    id: `htx/${name}`,
    ...at(path, `${DOCS}#general-get-kline-data`),
    yields: ['candle'],
    tense: 'history',
    cadenceMs: 15 * MINUTE_MS,
    ...askedBy(request),
    schema: series,
    map({ ch, data }, context) {
      const who = whoOf(context, codeOf(ch), '');
      const barMs = barLength(context, ch, data, 'id', SECOND_MS);
      if (barMs === undefined) reportUnknownBar(context, '');
      if (who === undefined || barMs === undefined) return [];
      return candlesOf(context, who, rowsIn(data, context), { barMs, priceType });
    },
  }); // prettier-ignore

const KLINE = '/linear-swap-ex/market/history/kline';
const MARK = '/index/market/history/linear_swap_mark_price_kline';
export const candles = barsOf('candles', KLINE, 'last', byCode(KLINE, { period: '60min', size: '500' }));
export const markCandles = barsOf('mark-candles', MARK, 'mark', byCode(MARK, { period: '60min', size: '500' })); // prettier-ignore

const LATE_MS = 5 * SECOND_MS;
const CLOSE = rowReader({ id: epochSeconds, close: positive });

/** The close of the bar that runs at `atMs` is the price then; of a bar that is over it is an old price. */
function closeNow(
  context: MapContext,
  who: Subject,
  raw: unknown,
  path: string,
  { atMs, barMs, name }: { atMs: number | undefined; barMs: number | undefined; name: 'mark' | 'index' },
): Observation[] {
  const row = CLOSE.one(raw, path, context);
  if (row === undefined) return [];
  if (atMs === undefined || barMs === undefined || atMs < row.id || atMs >= row.id + barMs + LATE_MS) {
    const message = 'the bar is not the running one: its close is no price of now';
    context.report({ code: 'implausible', path: `${path}.id`, message });
    return [];
  }
  const close = name === 'mark' ? { markPriceQuote: row.close } : { indexPriceQuote: row.close };
  return [observe(context, who, atMs, { kind: 'mark-price', ...close })];
}

/** Maps a push of mark or index bars to the price at the time of the push. */
export const priceReading =
  (name: 'mark' | 'index') =>
  (payload: Reading, context: MapContext): Observation[] => {
    const who = whoOf(context, codeOf(payload.ch), '');
    const where = { atMs: payload.ts, barMs: periodOf(payload.ch, context), name } as const;
    return who === undefined ? [] : closeNow(context, who, payload.tick, 'tick', where);
  };

/** HTX states the mark price in bars alone: the running minute is asked for. */
export const markPrice = definePoll({
  id: 'htx/mark-price',
  ...at(MARK, `${DOCS}#general-get-kline-data-of-mark-price`),
  accepts: (params) => params['size'] === '1',
  yields: ['mark-price'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: byCode(MARK, { period: '1min', size: '1' }),
  schema: series,
  map({ ch, data, ts }, context) {
    const who = whoOf(context, codeOf(ch), '');
    if (who === undefined) return [];
    const where = { atMs: ts, barMs: periodOf(ch, context), name: 'mark' } as const;
    return data.slice(-1).flatMap((raw) => closeNow(context, who, raw, `data[${data.length - 1}]`, where));
  },
});

const price = optionalNonZero(positive);
const BASIS_ROW = rowReader({
  id: epochSeconds, contract_price: price, index_price: price, basis: optional(decimal), basis_rate: optional(decimal),
}); // prettier-ignore

/** `basis_rate` is basis / index; `…open` means prices of the bar's first moment. */
export function basisOf(
  context: MapContext,
  who: Subject,
  rows: SeriesRows,
  barMs: number | undefined,
): Chunk[] {
  const contractType = who.market === 'dated-future' ? 'dated-future' : 'perpetual';
  const names = ['basisFraction', 'basisQuote', 'futuresPriceQuote', 'indexPriceQuote'] as const;
  const out = columnsOf(context, { kind: 'basis', contractType }, names, rows.count);
  const bar = { barMs };
  rows.each(BASIS_ROW, (row, place) => {
    const { contract_price: futuresPriceQuote, index_price: indexPriceQuote } = row;
    // Without a price behind it a 0 is a placeholder.
    if (futuresPriceQuote === undefined || indexPriceQuote === undefined) {
      const message = 'the basis states no price of contract or index';
      context.report({ code: 'decode', path: pathOf(place), message });
      return;
    }
    const isBar = barMs !== undefined && isBarStart(row.id, barMs);
    out
      .of(who, isBar ? bar : undefined)
      .push(row.id, row.basis_rate, row.basis, futuresPriceQuote, indexPriceQuote);
  });
  return out.chunks();
}

const BASIS = '/index/market/history/linear_swap_basis';
export const basis = definePoll({
  id: 'htx/basis',
  ...at(BASIS, `${DOCS}#general-query-basis-data`),
  yields: ['basis'],
  tense: 'history',
  cadenceMs: 15 * MINUTE_MS,
  request: byCode(BASIS, { period: '60min', basis_price_type: 'open', size: '150' }),
  schema: series,
  map({ ch, data }, context) {
    const who = whoOf(context, codeOf(ch), '');
    const barMs = barLength(context, ch, data, 'id', SECOND_MS);
    return who === undefined ? [] : basisOf(context, who, rowsIn(data, context), barMs);
  },
});
export const datedBasis = { ...variantOf(basis, { id: 'htx/basis-dated', cadenceMs: HOUR_MS }), about: 'dated-future' } as const; // prettier-ignore
