import * as z from 'zod';
import type { Candle } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import { columns, epochMs, nonNegative, optional, positive, rows } from '../decode.ts';
import { observe } from '../mapping.ts';
import {
  barLength, bySymbol, DOCS, envelope, mapUnnamed, refusesSpot, V2, valuesOf, perSecond } from './shared.ts'; // prettier-ignore

type PriceType = Candle['priceType'];

/** v2 `candles` and v3 answer last, mark or index prices: the request says which (`kLineType`, `type`). */
const askedPriceType = ({ params }: MapContext): PriceType => {
  const asked = (params['kLineType'] ?? params['type'] ?? '').toUpperCase();
  return asked === 'MARK' ? 'mark' : asked === 'INDEX' ? 'index' : 'last';
};

export function candlePoll(
  name: string,
  path: string,
  request: ObservationPoll['request'],
  priceTypeOf: (context: MapContext) => PriceType = askedPriceType,
): ObservationPoll<never> {
  return definePoll({
    id: `bitget/${name}`,
    method: 'GET',
    path,
    docsUrl: `${DOCS}/contract/market/Get-Candle-Data`,
    weight: 1,
    scope: perSecond(path),
    yields: ['candle'],
    tense: 'history',
    cadenceMs: 15 * MINUTE_MS,
    request,
    schema: () => envelope(rows),
    map(payload, context) {
      if (refusesSpot(context)) return [];
      const priceType = priceTypeOf(context);
      // Nothing trades at a mark or index price; those bars carry the contract's or a spot volume.
      const traded = priceType === 'last' ? optional(nonNegative) : z.unknown().transform(() => undefined);
      const row = columns({
        ts: epochMs, open: positive, high: positive, low: positive, close: positive,
        volumeBase: traded, volumeUsd: traded,
      }); // prettier-ignore
      const named = context.params['granularity'] ?? context.params['interval'];
      const barMs = barLength(named, valuesOf(payload.data, 0), context);
      if (barMs === undefined) return [];
      return mapUnnamed(payload.data.map(row.name), context, row.schema, (bar, who) => {
        const {
          open: openQuote,
          high: highQuote,
          low: lowQuote,
          close: closeQuote,
          volumeBase,
          volumeUsd,
        } = bar;
        const prices = {
          kind: 'candle',
          priceType,
          barMs,
          openQuote,
          highQuote,
          lowQuote,
          closeQuote,
        } as const;
        return [observe(context, who, bar.ts, { ...prices, volumeBase, volumeUsd })];
      });
    },
  });
}

const HOURLY = { granularity: '1H', limit: '500' };
const CANDLES = `${V2}/candles`;

export const candles = candlePoll('candles', CANDLES, bySymbol(CANDLES, HOURLY));
export const markCandles = candlePoll(
  'mark-candles',
  CANDLES,
  bySymbol(CANDLES, { ...HOURLY, kLineType: 'MARK' }),
);
