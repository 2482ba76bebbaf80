import type { Candle } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import { askedBy, definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import { columnsOf } from '../kit/columns.ts';
import { eachRow } from '../kit/eachRow.ts';
import { epochMs, ignored, nonNegative, optional, positive } from '../kit/fields.ts';
import { rows } from '../kit/payloads.ts';
import { arrayReader } from '../kit/rowReader.ts';
import { at, barLength, bySymbol, envelope, refusesSpot, V2 } from './shared.ts';

type PriceType = Candle['priceType'];

/** v2 `candles` and v3 answer last, mark or index prices: the request says which (`kLineType`, `type`). */
const askedPriceType = ({ params }: MapContext): PriceType => {
  const asked = (params['kLineType'] ?? params['type'] ?? '').toUpperCase();
  return asked === 'MARK' ? 'mark' : asked === 'INDEX' ? 'index' : 'last';
};

const prices = { ts: epochMs, open: positive, high: positive, low: positive, close: positive };
const amount = optional(nonNegative);
/** Coins, then the value in quote currency; of spot pairs in USDT, before that in quote currency. */
const TRADED = arrayReader({ ...prices, volumeBase: amount, volumeUsd: amount });
// Nothing trades at a mark or index price; those bars carry the contract's or a spot volume.
const UNTRADED = arrayReader({ ...prices, volumeBase: ignored, volumeUsd: ignored });
const TIME_AT = 0;

/** Reads the bars of an answer. */
export function candlesOf(
  list: readonly unknown[],
  context: MapContext,
  priceType: PriceType,
  named = context.params['granularity'] ?? context.params['interval'],
) {
  const barMs = barLength(named, list, TIME_AT, context);
  if (barMs === undefined) return [];
  const bars = columnsOf(
    context,
    { kind: 'candle', priceType, barMs },
    ['openQuote', 'highQuote', 'lowQuote', 'closeQuote', 'volumeBase', 'volumeUsd'],
    list.length,
  );
  const reader = priceType === 'last' ? TRADED : UNTRADED;
  eachRow(context, list, 'data', reader, ({ ts, open, high, low, close, volumeBase, volumeUsd }, who) =>
    bars.of(who).push(ts, open, high, low, close, volumeBase, volumeUsd),
  );
  return bars.chunks();
}

/** A poll of bars; one without a request is not asked. */
export function candlePoll(
  name: string,
  path: string,
  request?: ObservationPoll['request'],
  priceTypeOf: (context: MapContext) => PriceType = askedPriceType,
): ObservationPoll<never> {
  return definePoll({
    id: `bitget/${name}`,
    ...at(path, 'contract/market/Get-Candle-Data'),
    yields: ['candle'],
    tense: 'history',
    cadenceMs: 15 * MINUTE_MS,
    ...askedBy(request),
    schema: envelope(rows),
    map: ({ data }, context) => (refusesSpot(context) ? [] : candlesOf(data, context, priceTypeOf(context))),
  });
}

const HOURLY = { granularity: '1H', limit: '500' };
const CANDLES = `${V2}/candles`;
const markRequest = bySymbol(CANDLES, { ...HOURLY, kLineType: 'MARK' });

export const candles = candlePoll('candles', CANDLES, bySymbol(CANDLES, HOURLY));
export const markCandles = candlePoll('mark-candles', CANDLES, markRequest);
