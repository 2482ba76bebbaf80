import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import type { Observation } from '../../../core/observation.ts';
import { askedBy, definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import { isFull, timesOf } from '../eventPage.ts';
import { readDecimal } from '../kit/decimals.ts';
import { eachRow, mapEach } from '../kit/eachRow.ts';
import { NO, plainText } from '../kit/field.ts';
import { decimal, epochMs, optional, plainNumber, positive, text } from '../kit/fields.ts';
import { either, mapped, object, rows } from '../kit/payloads.ts';
import { rowReader } from '../kit/rowReader.ts';
import { observe } from '../mapping.ts';
import { settledColumns } from '../settledIntervals.ts';
import { at, byPerpetual, envelope, isDated, productType, refusesSpot, side, V2, V3 } from './shared.ts';

// v2 answers a list, v3 a list inside `resultList`.
const SETTLED_LIST = envelope(
  either(
    rows,
    mapped(object({ resultList: rows }), ({ resultList }) => resultList),
  ),
);

/** A poll of settled rates; one without a request is not asked. */
export function fundingHistory(
  name: string,
  path: string,
  timeKey: string,
  request?: ObservationPoll['request'],
): ObservationPoll<never> {
  const reader = rowReader({ symbol: text, fundingRate: decimal, [timeKey]: epochMs }, { symbol: 'symbol' });
  return definePoll({
    id: `bitget/${name}`,
    ...at(path, 'contract/market/Get-History-Funding-Rate'),
    yields: ['funding-rate'],
    tense: 'history',
    cadenceMs: HOUR_MS,
    ...askedBy(request),
    schema: SETTLED_LIST,
    map({ data }, context) {
      const out = settledColumns(context, data, { symbolKey: 'symbol', timeKey });
      eachRow(context, data, 'data', reader, (row, who, place) =>
        out.push(who, row[timeKey] as number, row.fundingRate, place, 'fundingRate'),
      );
      return out.chunks();
    },
  });
}

const SETTLED = `${V2}/history-fund-rate`;
const NEWEST = { pageSize: '100', pageNo: '1' };

export const fundingSettled = fundingHistory(
  'funding-history',
  SETTLED,
  'fundingTime',
  byPerpetual(SETTLED, NEWEST),
);

/** Three days by the documentation; a day is left for a clock that is wrong. */
const KEPT_MS = 2 * DAY_MS;
const CURSOR = mapped(either(text, plainNumber), plainText);
const isTime = (value: number): boolean => epochMs.read(value) !== NO;
const LIQUIDATION_LIST = envelope(
  either(
    mapped(rows, (list) => ({ list, cursor: undefined })),
    object({ list: rows, cursor: optional(CURSOR) }),
  ),
);

/**
 * `amount` is quote currency: the recorded 13.70319 at 0.1649 is 83.1 coins to the last digit, and 13.70319 coins is
 * no size that can be traded. `side` is the position's. Of coin-margined rows no sample shows the unit.
 */
export const liquidationsV3: ObservationPoll<never> = definePoll({
  id: 'bitget/v3-liquidations',
  ...at(`${V3}/liquidations`, 'uta/public/Get-Liquidations'),
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
  schema: LIQUIDATION_LIST,
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

const LIQUIDATION = rowReader(
  { symbol: text, side, price: positive, amount: positive, ts: epochMs },
  { symbol: 'symbol' },
);

/** Liquidations, answered or pushed. */
export function liquidationsOf(list: readonly unknown[], context: MapContext): Observation[] {
  return mapEach(context, list, 'data', LIQUIDATION, (row, who, place) => {
    if (who.margin !== 'linear' || isDated(who)) {
      const message = `the unit of ${who.venueSymbol}'s amount is not documented`;
      context.report({ code: 'unsupported', path: String(place), message });
      return [];
    }
    const event = {
      kind: 'liquidation', liquidatedSide: row.side === 'buy' ? 'long' : 'short', priceQuote: row.price,
      priceBasis: 'order', sizeBase: row.amount / row.price, notionalUsd: row.amount, coverage: 'unverified',
    } as const; // prettier-ignore
    return [observe(context, who, row.ts, event)];
  });
}
