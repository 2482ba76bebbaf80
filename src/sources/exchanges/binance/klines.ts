import type { Candle } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import { columnsOf } from '../kit/columns.ts';
import { eachRow } from '../kit/eachRow.ts';
import { epochMs, ignored, nonNegative, optional, positive } from '../kit/fields.ts';
import { rows } from '../kit/payloads.ts';
import type { Place } from '../kit/place.ts';
import { arrayReader } from '../kit/rowReader.ts';
import { bySymbol, DOCS } from './shared.ts';

const amount = optional(nonNegative);
const TRADED = arrayReader({
  openTime: epochMs,
  open: positive,
  high: positive,
  low: positive,
  close: positive,
  volumeBase: amount,
  closeTime: epochMs,
  volumeUsd: amount,
  trades: ignored,
  takerBuyBase: amount,
  takerBuyUsd: amount,
});
/** Mark and index price bars fill the volume columns with placeholders ("0", "0  "). */
const UNTRADED = arrayReader({
  openTime: epochMs, open: positive, high: positive, low: positive, close: positive, volume: ignored, closeTime: epochMs,
}); // prettier-ignore

const TRADED_SLOTS = TRADED.slots(
  ...(['openTime', 'open', 'high', 'low', 'close', 'volumeBase', 'volumeUsd', 'takerBuyBase', 'takerBuyUsd'] as const),
); // prettier-ignore

const PRICES = ['openQuote', 'highQuote', 'lowQuote', 'closeQuote'] as const;
const AMOUNTS = ['volumeBase', 'volumeUsd', 'takerBuyBase', 'takerBuyUsd'] as const;

type Changes = (Pick<ObservationPoll, 'request'> | { readonly asked: false }) &
  Partial<Pick<ObservationPoll, 'accepts' | 'about' | 'host' | 'docsUrl' | 'weight'>> & {
    /** Also gives each finished bar as taker volume: for markets without an endpoint of it. */
    readonly asTakerVolume?: boolean;
  };

export function klines(
  name: string,
  path: string,
  priceType: Candle['priceType'],
  { asTakerVolume = false, ...changes }: Changes = {
    request: bySymbol(path, { interval: '1h', limit: '500' }),
  },
): ObservationPoll<never> {
  return definePoll({
    id: `binance/${name}`,
    method: 'GET',
    path,
    docsUrl: `${DOCS}/Kline-Candlestick-Data`,
    weight: 5,
    yields: asTakerVolume ? ['candle', 'taker-volume'] : ['candle'],
    tense: 'history',
    cadenceMs: 15 * MINUTE_MS,
    ...changes,
    // A pair is spelled like its perpetual.
    asks: ({ symbol, pair }) => symbol ?? pair,
    schema: rows,
    map: (payload, context) =>
      priceType === 'last'
        ? tradedBars(context, payload, asTakerVolume)
        : priceBars(context, payload, priceType),
  });
}

/** The length of a bar as a constant of its chunk: one object as long as it is the same. */
function barsOf(): (bar: { readonly openTime: number; readonly closeTime: number }) => {
  readonly barMs: number;
} {
  let last = { barMs: 0 };
  return ({ openTime, closeTime }) => {
    const barMs = closeTime + 1 - openTime;
    if (last.barMs !== barMs) last = { barMs };
    return last;
  };
}

function priceBars(context: MapContext, payload: readonly unknown[], priceType: Candle['priceType']) {
  const out = columnsOf(context, { kind: 'candle', priceType }, PRICES, payload.length);
  const barOf = barsOf();
  eachRow(context, payload, '', UNTRADED, (bar, who) =>
    out.of(who, barOf(bar)).push(bar.openTime, bar.open, bar.high, bar.low, bar.close),
  );
  return out.chunks();
}

function tradedBars(context: MapContext, payload: readonly unknown[], asTakerVolume: boolean) {
  const names = [...PRICES, ...AMOUNTS] as const;
  const out = columnsOf(context, { kind: 'candle', priceType: 'last' }, names, payload.length);
  const takers = asTakerVolume
    ? columnsOf(context, { kind: 'taker-volume' }, TAKERS, payload.length)
    : undefined;
  const barOf = barsOf();
  eachRow(context, payload, '', TRADED, (bar, who, at) => {
    const length = barOf(bar);
    out.of(who, length).copy(TRADED.numbers, TRADED_SLOTS);
    if (takers === undefined) return;
    const sides = takersOf(context, bar, at);
    if (sides === undefined) return;
    const { openTime, takerBuyBase, takerBuyUsd } = bar;
    const { takerSellBase, takerSellUsd } = sides;
    takers
      .of(who, length)
      .push(
        openTime,
        takerBuyBase,
        takerSellBase,
        takerSellUsd === undefined ? undefined : takerBuyUsd,
        takerSellUsd,
      );
  });
  return [...out.chunks(), ...(takers?.chunks() ?? [])];
}

const TAKERS = ['takerBuyBase', 'takerSellBase', 'takerBuyUsd', 'takerSellUsd'] as const;

interface Traded {
  readonly closeTime: number;
  readonly volumeBase: number | undefined;
  readonly volumeUsd: number | undefined;
  readonly takerBuyBase: number | undefined;
  readonly takerBuyUsd: number | undefined;
}

/** What takers of a finished bar did not buy they sold. A running bar would be taken for a whole one. */
function takersOf(
  context: MapContext,
  { closeTime, volumeBase, volumeUsd, takerBuyBase, takerBuyUsd }: Traded,
  at: Place,
): { readonly takerSellBase: number; readonly takerSellUsd: number | undefined } | undefined {
  if (closeTime >= context.receivedAtMs || volumeBase === undefined || takerBuyBase === undefined)
    return undefined;
  const takerSellUsd =
    volumeUsd === undefined || takerBuyUsd === undefined ? undefined : volumeUsd - takerBuyUsd;
  if (takerBuyBase > volumeBase || (takerSellUsd ?? 0) < 0) {
    const message = 'takers bought more than was traded';
    context.report({ code: 'implausible', path: at.toString(), message });
    return undefined;
  }
  return { takerSellBase: volumeBase - takerBuyBase, takerSellUsd };
}
