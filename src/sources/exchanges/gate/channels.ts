import * as z from 'zod';
import type { ZodType } from 'zod';
import type { Instrument, InstrumentKind } from '../../../core/instrument.ts';
import type { Observation, ObservationKind } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import type { MapContext } from '../contract.ts';
import { decimal, decodeRow, epochMs, epochSeconds, optional, positive, text } from '../decode.ts';
import { isMarketTrade } from '../marketTrades.ts';
import { observe } from '../mapping.ts';
import { defineChannel, type StreamChannel } from '../stream.ts';
import { flat, mapNamed, sizeReporter, toBase, toUsd, tradeId, wholeMs } from './shared.ts';
import { spotTickersOf, spotTradesOf } from './spot.ts';
import { tickersOf } from './tickers.ts';

export type Frame = Readonly<Record<string, unknown>>;

/** `{ time, time_ms, channel, event, result }`: `result` is a list, a row, or (once recorded) a list in a list. */
export interface Push {
  readonly list: readonly unknown[];
  readonly time?: unknown;
  readonly time_ms?: unknown;
}

const push = (): ZodType<Push> =>
  z
    .object({ result: z.unknown(), time: z.unknown().optional(), time_ms: z.unknown().optional() })
    .transform(({ result, ...times }) => ({ list: flat(result), ...times }));

/** When a frame left: the time of rows that carry none. */
export function sentAtMs({ time, time_ms }: Push, context: MapContext): number | undefined {
  const times = z.object({ time_ms: optional(epochMs), time: optional(epochSeconds) });
  const stated = decodeRow({ time, time_ms }, times, '', context);
  return wholeMs(stated?.time_ms) ?? stated?.time;
}

interface ChannelFacts {
  /** As Gate calls it: `futures.trades`. */
  readonly name: string;
  readonly anchor: string;
  readonly yields: readonly ObservationKind[];
  readonly about?: InstrumentKind;
  readonly isEvents?: boolean;
  readonly isAsked: boolean;
  readonly coverage?: StreamChannel['coverage'];
  map(payload: Push, context: MapContext): Observation[];
}

export const idOf = (name: string): string => `gate/stream-${name.replace('futures.', '').replace('.', '-')}`;

export const channel = ({
  name,
  anchor,
  isEvents,
  isAsked,
  about,
  coverage,
  ...facts
}: ChannelFacts): StreamChannel<never> =>
  defineChannel<Push>({
    ...facts,
    id: idOf(name),
    docsUrl: `https://www.gate.com/docs/developers/${about === 'spot' ? 'apiv4/ws' : 'futures/ws'}/en/#${anchor}`,
    ...(about === undefined ? {} : { about }),
    rhythm: isEvents === true ? 'events' : 'steady',
    // Small contracts can be without a trade for minutes.
    staleAfterMs:
      isEvents === true ? 30 * MINUTE_MS : name.endsWith('.trades') ? 5 * MINUTE_MS : 2 * MINUTE_MS,
    topics: (instruments: readonly Instrument[]) =>
      instruments.flatMap(({ kind, venueSymbol }) =>
        isAsked && kind === (about ?? 'perpetual') ? [`${name}/${venueSymbol}`] : [],
      ),
    ...(coverage === undefined ? {} : { coverage }),
    schema: push,
  });

/**
 * `size` counts contracts, positive of a buying taker. Internal trades are the insurance fund and deleveraging taking
 * over positions: no taker bought or sold, and Gate leaves them out of its bars.
 */
function tradesOf(list: readonly unknown[], context: MapContext): Observation[] {
  const schema = z.object({
    id: tradeId, contract: text, size: decimal, price: positive, create_time: epochSeconds,
    create_time_ms: optional(epochMs), is_internal: z.unknown().optional(),
  }); // prettier-ignore
  const reportSize = sizeReporter(context);
  return mapNamed(list, context, schema, (row) => row.contract, (row, who, path) => {
    if (!isMarketTrade('gate', row) || row.size === 0) return [];
    const size = who.instrument?.contractSize;
    if (size === undefined) reportSize(who, `${path}.size`);
    const contracts = Math.abs(row.size);
    const fields = {
      kind: 'trade', takerSide: row.size > 0 ? 'buy' : 'sell', priceQuote: row.price,
      sizeBase: toBase(contracts, size, row.price), notionalUsd: toUsd(contracts, size, row.price),
      sizeContracts: size === undefined ? contracts : undefined, tradeId: row.id,
    } as const;
    return [observe(context, who, wholeMs(row.create_time_ms) ?? row.create_time, fields)];
  }); // prettier-ignore
}

export const futuresChannels: readonly StreamChannel<never>[] = [
  channel({
    name: 'futures.trades', anchor: 'trades-api', yields: ['trade'], isAsked: true,
    map: ({ list }, context) => tradesOf(list, context),
  }),
  channel({
    name: 'futures.tickers', anchor: 'tickers-api', isAsked: true,
    yields: ['mark-price', 'open-interest', 'funding-rate', 'volume'],
    map: (payload, context) => tickersOf(payload.list, context, sentAtMs(payload, context), false),
  }),
]; // prettier-ignore

export const spotChannels: readonly StreamChannel<never>[] = [
  channel({
    name: 'spot.trades', anchor: 'public-trades-channel', yields: ['trade'], about: 'spot', isAsked: true,
    map: ({ list }, context) => spotTradesOf(list, context),
  }),
  channel({
    name: 'spot.tickers', anchor: 'tickers-channel', yields: ['mark-price', 'volume'], about: 'spot', isAsked: true,
    map: (payload, context) => spotTickersOf(payload.list, context, sentAtMs(payload, context)),
  }),
]; // prettier-ignore
