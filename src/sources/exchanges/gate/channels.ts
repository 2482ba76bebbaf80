import type { Instrument, InstrumentKind } from '../../../core/instrument.ts';
import type { Observation, ObservationKind } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import type { MapContext } from '../contract.ts';
import { amounts } from '../kit/amounts.ts';
import { mapEach } from '../kit/eachRow.ts';
import { isRecord, NO, type Field } from '../kit/field.ts';
import {
  anything, decimal, epochMs, epochSeconds, optional, positive, present, text,
} from '../kit/fields.ts'; // prettier-ignore
import { idText } from '../kit/ids.ts';
import { object } from '../kit/payloads.ts';
import { readWhole, rowReader } from '../kit/rowReader.ts';
import { sizeReporter } from '../kit/unknownSize.ts';
import { isMarketTrade } from '../marketTrades.ts';
import { observe } from '../mapping.ts';
import { defineChannel, type StreamChannel } from '../stream.ts';
import { flat, wholeMs } from './shared.ts';
import { spotTickersOf, spotTradesOf } from './spot.ts';
import { tickersOf } from './tickers.ts';

export type Frame = Readonly<Record<string, unknown>>;

/** `{ time, time_ms, channel, event, result }`: `result` is a list, a row, or (once recorded) a list in a list. */
export interface Push {
  readonly list: readonly unknown[];
  readonly time?: unknown;
  readonly time_ms?: unknown;
}

const PUSH: Field<Push> = {
  read(frame) {
    if (!isRecord(frame) || frame['result'] === undefined) return NO;
    return { list: flat(frame['result']), time: frame['time'], time_ms: frame['time_ms'] };
  },
  faults: (frame) => object({ result: present }).faults(frame),
};
const TIMES = object({ time_ms: optional(epochMs), time: optional(epochSeconds) });

/** When a frame left: the time of rows that carry none. */
export function sentAtMs({ time, time_ms }: Push, context: MapContext): number | undefined {
  const stated = readWhole({ time, time_ms }, TIMES, '', context);
  return wholeMs(stated?.time_ms) ?? stated?.time;
}

interface ChannelFacts {
  /** As Gate calls it: `futures.trades`. */
  readonly name: string;
  readonly anchor: string;
  readonly yields: readonly ObservationKind[];
  readonly about?: InstrumentKind;
  readonly isEvents?: boolean;
  /** Read where it is handed in, never subscribed. */
  readonly asked?: false;
  readonly coverage?: StreamChannel['coverage'];
  map(payload: Push, context: MapContext): Observation[];
}

export const idOf = (name: string): string => `gate/stream-${name.replace('futures.', '').replace('.', '-')}`;

export const channel = ({
  name,
  anchor,
  isEvents,
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
        kind === (about ?? 'perpetual') ? [`${name}/${venueSymbol}`] : [],
      ),
    ...(coverage === undefined ? {} : { coverage }),
    schema: PUSH,
  });

const TRADE = rowReader(
  {
    id: idText, contract: text, size: decimal, price: positive, create_time: epochSeconds,
    create_time_ms: optional(epochMs), is_internal: anything,
  },
  { symbol: 'contract' },
); // prettier-ignore

/**
 * `size` counts contracts, positive of a buying taker. Internal trades are the insurance fund and deleveraging taking
 * over positions: no taker bought or sold, and Gate leaves them out of its bars.
 */
function tradesOf(list: readonly unknown[], context: MapContext): Observation[] {
  const reportSize = sizeReporter(context);
  return mapEach(context, list, '', TRADE, (row, who, at) => {
    if (!isMarketTrade('gate', row) || row.size === 0) return [];
    if (who.instrument === undefined) reportSize(who, at, 'size');
    const { base: sizeBase, usd: notionalUsd, contracts: sizeContracts } = amounts(who, 'contracts', Math.abs(row.size), row.price); // prettier-ignore
    const fields = {
      kind: 'trade', takerSide: row.size > 0 ? 'buy' : 'sell', priceQuote: row.price, sizeBase, notionalUsd, sizeContracts,
      tradeId: row.id,
    } as const; // prettier-ignore
    return [observe(context, who, wholeMs(row.create_time_ms) ?? row.create_time, fields)];
  });
}

export const futuresChannels: readonly StreamChannel<never>[] = [
  channel({
    name: 'futures.trades', anchor: 'trades-api', yields: ['trade'],
    map: ({ list }, context) => tradesOf(list, context),
  }),
  channel({
    name: 'futures.tickers', anchor: 'tickers-api',
    yields: ['mark-price', 'open-interest', 'funding-rate', 'volume'],
    map: (payload, context) => tickersOf(payload.list, context, sentAtMs(payload, context), false),
  }),
]; // prettier-ignore

export const spotChannels: readonly StreamChannel<never>[] = [
  channel({
    name: 'spot.trades', anchor: 'public-trades-channel', yields: ['trade'], about: 'spot',
    map: ({ list }, context) => spotTradesOf(list, context),
  }),
  channel({
    name: 'spot.tickers', anchor: 'tickers-channel', yields: ['mark-price', 'volume'], about: 'spot',
    map: (payload, context) => spotTickersOf(payload.list, context, sentAtMs(payload, context)),
  }),
]; // prettier-ignore
