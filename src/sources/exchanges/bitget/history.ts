import * as z from 'zod';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import type { Observation } from '../../../core/observation.ts';
import { definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import { decimal, epochMs, optional, plainText, positive, readDecimal, rows, text } from '../decode.ts';
import { isFull, timesOf } from '../eventPage.ts';
import { observe } from '../mapping.ts';
import { settledIntervals } from '../settledIntervals.ts';
import {
  byPerpetual,
  decodeOnly,
  DOCS,
  envelope,
  isDated,
  mapNamed,
  parseSymbol,
  productType,
  refusesSpot,
  V2,
  V3,
  withField,
  perSecond,
} from './shared.ts';

export function fundingHistory(
  name: string,
  path: string,
  timeKey: string,
  isAsked: boolean,
): ObservationPoll<never> {
  return definePoll({
    id: `bitget/${name}`,
    method: 'GET',
    path,
    docsUrl: `${DOCS}/contract/market/Get-History-Funding-Rate`,
    weight: 1,
    scope: perSecond(path),
    yields: ['funding-rate'],
    tense: 'history',
    cadenceMs: HOUR_MS,
    request: isAsked ? byPerpetual(path, { pageSize: '100', pageNo: '1' }) : decodeOnly,
    // v2 answers a list, v3 a list inside `resultList`.
    schema: () =>
      envelope(z.union([rows, z.object({ resultList: rows }).transform((data) => data.resultList)])),
    map(payload, context) {
      const schema = withField({ symbol: text, fundingRate: decimal }, timeKey, epochMs);
      const intervalOf = settledIntervals(context, payload.data, { symbolKey: 'symbol', timeKey });
      return mapNamed(payload.data, 'data', context, schema, (row, who, at) => {
        const interval = intervalOf(who, row.value, `${at}.fundingRate`);
        if (interval === undefined) return [];
        const settled = { kind: 'funding-rate', phase: 'settled', settlesAtMs: row.value } as const;
        const rate = { ...settled, ...interval, fundingRatePerInterval: row.fundingRate };
        return [observe(context, who, row.value, rate)];
      });
    },
  });
}

export const fundingSettled = fundingHistory(
  'funding-history',
  `${V2}/history-fund-rate`,
  'fundingTime',
  true,
);
/** Three days by the documentation; a day is left for a clock that is wrong. */
const KEPT_MS = 2 * DAY_MS;
const CURSOR = z.union([text, z.number()]).transform(plainText);
const isTime = (value: number): boolean => epochMs.safeParse(value).success;

/**
 * `amount` is quote currency: the recorded 13.70319 at 0.1649 is 83.1 coins to the last digit, and 13.70319 coins is
 * no size that can be traded. `side` is the position's. Of coin-margined rows no sample shows the unit.
 */
export const liquidationsV3: ObservationPoll<never> = definePoll({
  id: 'bitget/v3-liquidations',
  method: 'GET',
  path: `${V3}/liquidations`,
  docsUrl: `${DOCS}/uta/public/Get-Liquidations`,
  weight: 1,
  scope: perSecond(`${V3}/liquidations`),
  yields: ['liquidation'],
  mayBeEmpty: true,
  tense: 'history',
  cadenceMs: MINUTE_MS,
  // The last 100 of three days: what the stream pushed while it was not listened to.
  request: ({ instrument }) =>
    instrument.kind === 'perpetual' && instrument.margin === 'linear'
      ? {
          method: 'GET',
          path: `${V3}/liquidations`,
          query: {
            category: productType(instrument).toUpperCase(),
            symbol: instrument.venueSymbol,
            limit: '100',
          },
        }
      : undefined,
  schema: () =>
    envelope(
      z.union([
        rows.transform((list): { list: unknown[]; cursor?: string | undefined } => ({ list })),
        z.object({ list: rows, cursor: optional(CURSOR) }),
      ]),
    ),
  events: {
    coverage: 'unverified',
    page({ data: { list, cursor } }, context) {
      const before = readDecimal(context.params['cursor']);
      // While there is a cursor there may be more; an empty page is the end.
      const isCut = list.length > 0 && (cursor !== undefined || isFull(list, context));
      return {
        rowTimesMs: timesOf(list, 'ts'),
        isCut,
        // A cursor that is a time ends the page; any other says where in the list it goes on.
        asked: before !== undefined && isTime(before) ? { toMs: before - 1 } : {},
        keptFromMs: context.receivedAtMs - KEPT_MS,
        ...(cursor === undefined ? {} : { cursor }),
      };
    },
    earlier({ instrument, nowMs }, edgeMs, { cursor }) {
      const first = liquidationsV3.request({ instrument, nowMs });
      if (first === undefined || cursor === undefined) return undefined;
      // Events of the very millisecond at the edge may stand on both sides of it: the pages must overlap.
      const next = readDecimal(cursor) === edgeMs ? String(edgeMs + 1) : cursor;
      return { ...first, query: { ...first.query, cursor: next } };
    },
  },
  map: (payload, context) => (refusesSpot(context) ? [] : liquidationsOf(payload.data.list, context)),
});

/** Liquidations, answered or pushed. */
export function liquidationsOf(list: readonly unknown[], context: MapContext): Observation[] {
  const side = z.string().transform((value) => value.toLowerCase()).pipe(z.enum(['buy', 'sell'])); // prettier-ignore
  const schema = z.object({ symbol: text, side, price: positive, amount: positive, ts: epochMs });
  return mapNamed(list, 'data', context, schema, (row, who, at) => {
    if ((who.instrument ?? parseSymbol(who.venueSymbol))?.margin !== 'linear' || isDated(who)) {
      const message = `the unit of ${who.venueSymbol}'s amount is not documented`;
      context.report({ code: 'unsupported', path: at, message });
      return [];
    }
    const event = {
        kind: 'liquidation', liquidatedSide: row.side === 'buy' ? 'long' : 'short', priceQuote: row.price,
        priceBasis: 'order', sizeBase: row.amount / row.price, notionalUsd: row.amount, coverage: 'unverified',
      } as const; // prettier-ignore
    return [observe(context, who, row.ts, event)];
  });
}
