import * as z from 'zod';
import type { Candle, Observation } from '../../../core/observation.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import { definePoll, variantOf, type MapContext, type ObservationPoll } from '../contract.ts';
import { decimal, decodeRow, epochSeconds, nonNegative, optional, optionalNonZero, positive } from '../decode.ts'; // prettier-ignore
import { observe, unlessFalseZero, type Subject } from '../mapping.ts';
import {
  barLength, byCode, codeOf, countedOnce, DOCS, isBarStart, periodOf, reportNoPeriod, series, whoOf, type Reading,
} from './shared.ts'; // prettier-ignore

const amount = optional(nonNegative);
const BAR = z.object({
  id: epochSeconds, open: positive, high: positive, low: positive, close: positive, amount, vol: amount, trade_turnover: amount,
}); // prettier-ignore

/** One bar. Mark and index bars carry zeros for volumes that do not exist. */
export function barOf(
  context: MapContext,
  who: Subject,
  raw: unknown,
  path: string,
  { barMs, priceType }: Pick<Candle, 'barMs' | 'priceType'>,
): Observation[] {
  const row = decodeRow(raw, BAR, path, context);
  if (row === undefined) return [];
  if (!isBarStart(row.id, barMs)) {
    const message = `no bar of ${barMs / MINUTE_MS} minutes starts at ${new Date(row.id).toISOString()}`;
    context.report({ code: 'implausible', path: `${path}.id`, message });
    return [];
  }
  const isTraded = priceType === 'last';
  const bar = {
    kind: 'candle', priceType, barMs, openQuote: row.open, highQuote: row.high, lowQuote: row.low, closeQuote: row.close,
    volumeBase: isTraded ? countedOnce(unlessFalseZero(row.amount, row.vol)) : undefined,
    volumeUsd: isTraded ? countedOnce(unlessFalseZero(row.trade_turnover, row.amount ?? row.vol)) : undefined,
  } as const; // prettier-ignore
  return [observe(context, who, row.id, bar)];
}

export const barsOf = (name: string, path: string, priceType: Candle['priceType'], request: ObservationPoll['request']) =>
  definePoll({
    id: `htx/${name}`,
    method: 'GET',
    path,
    docsUrl: `${DOCS}#general-get-kline-data`,
    weight: 1,
    yields: ['candle'],
    tense: 'history',
    cadenceMs: 15 * MINUTE_MS,
    request,
    schema: series,
    map({ ch, data }, context) {
      const who = whoOf(context, codeOf(ch), '');
      const barMs = barLength(data, 'id', SECOND_MS, periodOf(ch, context));
      if (barMs === undefined) reportNoPeriod(context);
      if (who === undefined || barMs === undefined) return [];
      return data.flatMap((raw, at) => barOf(context, who, raw, `data[${at}]`, { barMs, priceType }));
    },
  }); // prettier-ignore

const KLINE = '/linear-swap-ex/market/history/kline';
const MARK = '/index/market/history/linear_swap_mark_price_kline';
export const candles = barsOf('candles', KLINE, 'last', byCode(KLINE, { period: '60min', size: '500' }));
export const markCandles = barsOf('mark-candles', MARK, 'mark', byCode(MARK, { period: '60min', size: '500' })); // prettier-ignore
const LATE_MS = 5 * SECOND_MS;
/** The close of the bar that runs at `atMs` is the price then; of a bar that is over it is an old price. */
function closeNow(
  context: MapContext,
  who: Subject,
  raw: unknown,
  path: string,
  { atMs, barMs, name }: { atMs: number | undefined; barMs: number | undefined; name: 'mark' | 'index' },
): Observation[] {
  const row = decodeRow(raw, z.object({ id: epochSeconds, close: positive }), path, context);
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
  method: 'GET',
  path: MARK,
  docsUrl: `${DOCS}#general-get-kline-data-of-mark-price`,
  accepts: (params) => params['size'] === '1',
  weight: 1,
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

/** `basis_rate` is basis / index; `…open` means prices of the bar's first moment. */
export function basisOf(
  context: MapContext,
  who: Subject,
  raw: unknown,
  path: string,
  barMs: number | undefined,
): Observation[] {
  const price = optionalNonZero(positive);
  const schema = z.object({
    id: epochSeconds, contract_price: price, index_price: price, basis: optional(decimal), basis_rate: optional(decimal),
  }); // prettier-ignore
  const row = decodeRow(raw, schema, path, context);
  if (row === undefined) return [];
  const { contract_price: futuresPriceQuote, index_price: indexPriceQuote } = row;
  // Without a price behind it a 0 is a placeholder.
  if (futuresPriceQuote === undefined || indexPriceQuote === undefined) {
    context.report({ code: 'decode', path, message: 'the basis states no price of contract or index' });
    return [];
  }
  const contractType = who.market === 'dated-future' ? 'dated-future' : 'perpetual';
  const bar = barMs !== undefined && isBarStart(row.id, barMs) ? barMs : undefined;
  const basis = {
    kind: 'basis', basisFraction: row.basis_rate, basisQuote: row.basis, futuresPriceQuote, indexPriceQuote, contractType,
    barMs: bar,
  } as const; // prettier-ignore
  return [observe(context, who, row.id, basis)];
}

const BASIS = '/index/market/history/linear_swap_basis';
export const basis = definePoll({
  id: 'htx/basis',
  method: 'GET',
  path: BASIS,
  docsUrl: `${DOCS}#general-query-basis-data`,
  weight: 1,
  yields: ['basis'],
  tense: 'history',
  cadenceMs: 15 * MINUTE_MS,
  request: byCode(BASIS, { period: '60min', basis_price_type: 'open', size: '150' }),
  schema: series,
  map({ ch, data }, context) {
    const who = whoOf(context, codeOf(ch), '');
    const barMs = barLength(data, 'id', SECOND_MS, periodOf(ch, context));
    if (who === undefined) return [];
    return data.flatMap((raw, at) => basisOf(context, who, raw, `data[${at}]`, barMs));
  },
});
export const datedBasis = { ...variantOf(basis, { id: 'htx/basis-dated', cadenceMs: HOUR_MS }), about: 'dated-future' } as const; // prettier-ignore
