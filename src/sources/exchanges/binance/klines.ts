import * as z from 'zod';
import type { Candle, Observation } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import { columns, epochMs, nonNegative, optional, positive, rows } from '../decode.ts';
import { mapRows, observe, type Subject } from '../mapping.ts';
import { bySymbol, DOCS, parseSymbol } from './shared.ts';

type Changes = Pick<ObservationPoll, 'request'> &
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
    schema: () => rows,
    map(payload, context) {
      // Mark and index price bars fill the volume columns with placeholders ("0", "0  ").
      const traded = priceType === 'last' ? optional(nonNegative) : z.unknown().transform(() => undefined);
      const row = columns({
        openTime: epochMs,
        open: positive,
        high: positive,
        low: positive,
        close: positive,
        volumeBase: traded,
        closeTime: epochMs,
        volumeUsd: traded,
        trades: z.unknown(),
        takerBuyBase: traded,
        takerBuyUsd: traded,
      });
      // A pair is spelled like its perpetual.
      const requested = context.params['symbol'] ?? context.params['pair'];
      const where = { path: '', requested, symbolIn: () => undefined };
      return mapRows({ parseSymbol }, context, payload.map(row.name), row.schema, where, (bar, who, at) => {
        const { volumeBase, volumeUsd, takerBuyBase, takerBuyUsd } = bar;
        const barMs = bar.closeTime + 1 - bar.openTime;
        return [
          observe(context, who, bar.openTime, {
            kind: 'candle',
            priceType,
            barMs,
            openQuote: bar.open,
            highQuote: bar.high,
            lowQuote: bar.low,
            closeQuote: bar.close,
            volumeBase,
            volumeUsd,
            takerBuyBase,
            takerBuyUsd,
          }),
          ...(asTakerVolume ? takerVolumeOf(context, who, { ...bar, barMs }, at) : []),
        ];
      });
    },
  });
}

interface Traded {
  readonly openTime: number;
  readonly closeTime: number;
  readonly barMs: number;
  readonly volumeBase?: number | undefined;
  readonly volumeUsd?: number | undefined;
  readonly takerBuyBase?: number | undefined;
  readonly takerBuyUsd?: number | undefined;
}

/** The takers of a finished bar: what they did not buy they sold. A running bar would be taken for a whole one. */
function takerVolumeOf(context: MapContext, who: Subject, bar: Traded, path: string): Observation[] {
  const { volumeBase, volumeUsd, takerBuyBase, takerBuyUsd, barMs } = bar;
  if (bar.closeTime >= context.receivedAtMs || volumeBase === undefined || takerBuyBase === undefined)
    return [];
  const takerSellUsd =
    volumeUsd === undefined || takerBuyUsd === undefined ? undefined : volumeUsd - takerBuyUsd;
  if (takerBuyBase > volumeBase || (takerSellUsd ?? 0) < 0) {
    const message = 'takers bought more than was traded';
    context.report({ code: 'implausible', path, message });
    return [];
  }
  return [
    observe(context, who, bar.openTime, {
      kind: 'taker-volume',
      barMs,
      takerBuyBase,
      takerSellBase: volumeBase - takerBuyBase,
      takerBuyUsd: takerSellUsd === undefined ? undefined : takerBuyUsd,
      takerSellUsd,
    }),
  ];
}

const decodeOnly = (): undefined => undefined;

/** Read where such an answer is handed in, never asked for. Of the continuous contracts only one is an instrument. */
export const otherKlines: readonly ObservationPoll<never>[] = [
  klines('index-klines', '/fapi/v1/indexPriceKlines', 'index', { request: decodeOnly }),
  klines('continuous-klines', '/fapi/v1/continuousKlines', 'last', {
    request: decodeOnly,
    accepts: ({ contractType }) => contractType === 'PERPETUAL',
  }),
];
