import type { MarkPrice, Observation, OpenInterest } from '../../../core/observation.ts';
import { DAY_MS, MINUTE_MS } from '../../../core/units.ts';
import { askedBy, definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import { intervalOrIssue } from '../fundingInterval.ts';
import { mapEach } from '../kit/eachRow.ts';
import type { Fields } from '../kit/field.ts';
import { decimal, epochMs, nonNegative, optional, optionalNonZero, positive, text } from '../kit/fields.ts';
import type { Place } from '../kit/place.ts';
import { rowReader } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { observe } from '../mapping.ts';
import { at, bySymbol, envelope, isDated, listed, requestTime, V2 } from './shared.ts';

// A contract that never traded states prices of "0".
const price = optionalNonZero(positive);
const amount = optional(nonNegative);

/** What tickers say in v2; a push may leave its symbol to what was subscribed. */
export const TICKER_V2 = {
  ts: optional(epochMs), lastPr: price, indexPrice: price, markPrice: price,
  baseVolume: amount, quoteVolume: amount, usdtVolume: amount, holdingAmount: amount,
  fundingRate: optional(decimal), nextFundingTime: optionalNonZero(epochMs), deliveryTime: optionalNonZero(epochMs),
} as const; // prettier-ignore
const READER = rowReader({ symbol: text, ...TICKER_V2 }, { symbol: 'symbol' });

export interface TickerFields {
  readonly atMs: number | undefined;
  readonly markPriceQuote: MarkPrice['markPriceQuote'] | undefined;
  readonly indexPriceQuote: MarkPrice['indexPriceQuote'] | undefined;
  readonly lastPriceQuote: MarkPrice['lastPriceQuote'] | undefined;
  readonly volumeBase: number | undefined;
  readonly volumeUsd: number | undefined;
  readonly openInterestBase: number | undefined;
  readonly fundingRate: number | undefined;
  /** When the rate will be paid, where the ticker says so. */
  readonly settlesAtMs?: number | undefined;
}

/** The fields of a v2 ticker. Dated futures state a funding rate of "0": a placeholder, they have none. */
export const fieldsOfV2 = (
  row: Fields<typeof TICKER_V2>,
  who: Subject,
  answeredAtMs: number | undefined,
): TickerFields => ({
  atMs: row.ts ?? answeredAtMs, markPriceQuote: row.markPrice, indexPriceQuote: row.indexPrice, lastPriceQuote: row.lastPr,
  volumeBase: row.baseVolume, volumeUsd: row.quoteVolume ?? row.usdtVolume, openInterestBase: row.holdingAmount,
  fundingRate: isDated(who) || row.deliveryTime !== undefined ? undefined : row.fundingRate,
}); // prettier-ignore

function openInterestOf(base: number, markPriceQuote: number | undefined): Partial<OpenInterest> {
  if (markPriceQuote === undefined) return { openInterestBase: base };
  return { openInterestBase: base, openInterestUsd: base * markPriceQuote, usdBasis: 'mark-price' };
}

/** All that a ticker says; the interval of its rate is the instrument's, held against the settlement it states. */
export function observeTicker(
  context: MapContext,
  who: Subject,
  fields: TickerFields,
  place: Place,
): Observation[] {
  const { atMs, markPriceQuote, indexPriceQuote, lastPriceQuote, volumeBase, volumeUsd } = fields;
  const observations: Observation[] = [];
  if ((markPriceQuote ?? indexPriceQuote ?? lastPriceQuote) !== undefined) {
    const prices = { kind: 'mark-price', markPriceQuote, indexPriceQuote, lastPriceQuote } as const;
    observations.push(observe(context, who, atMs, prices));
  }
  if ((volumeBase ?? volumeUsd) !== undefined) {
    const volume = { kind: 'volume', windowMs: DAY_MS, volumeBase, volumeUsd } as const;
    observations.push(observe(context, who, atMs, volume));
  }
  if (fields.openInterestBase !== undefined) {
    const openInterest = openInterestOf(fields.openInterestBase, markPriceQuote);
    observations.push(observe(context, who, atMs, { kind: 'open-interest', sides: 'both', ...openInterest }));
  }
  if (fields.fundingRate === undefined) return observations;
  const { settlesAtMs } = fields;
  const interval = intervalOrIssue(context, who, { settlesAtMs, atMs }, place.in('fundingRate'));
  if (interval === undefined) return observations;
  const funding = { kind: 'funding-rate', phase: 'predicted', ...interval, settlesAtMs } as const;
  observations.push(observe(context, who, atMs, { ...funding, fundingRatePerInterval: fields.fundingRate }));
  return observations;
}

/**
 * A ticker's funding rate lacks its interval, cap and settlement time. The poll that is asked for leaves it to
 * `fundingRate`, lest the poorer reading replace the richer; elsewhere it may be the only one.
 */
export const v2Ticker = (
  name: string,
  path: string,
  request?: ObservationPoll['request'],
): ObservationPoll<never> =>
  definePoll({
    id: `bitget/${name}`,
    ...at(path, 'contract/market/Get-Ticker'),
    yields: [
      'mark-price',
      'volume',
      'open-interest',
      ...(request === undefined ? (['funding-rate'] as const) : []),
    ],
    tense: 'now',
    cadenceMs: MINUTE_MS,
    ...askedBy(request),
    schema: envelope(listed),
    map(payload, context) {
      return mapEach(context, payload.data, 'data', READER, (row, who, place) => {
        const fields = fieldsOfV2(row, who, row.ts ?? requestTime(payload, context));
        const asked = request === undefined ? fields : { ...fields, fundingRate: undefined };
        return observeTicker(context, who, asked, place);
      });
    },
  });

const TICKER = `${V2}/ticker`;
export const ticker = v2Ticker('ticker', TICKER, bySymbol(TICKER));

const PRICES = `${V2}/symbol-price`;
const PRICE = rowReader(
  { symbol: text, price, indexPrice: price, markPrice: price, ts: optional(epochMs) },
  { symbol: 'symbol' },
);

export const symbolPrice = definePoll({
  id: 'bitget/symbol-price',
  ...at(PRICES, 'contract/market/Get-Symbol-Price'),
  yields: ['mark-price'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: bySymbol(PRICES),
  schema: envelope(listed),
  map: (payload, context) =>
    mapEach(context, payload.data, 'data', PRICE, (row, who) => {
      const { price: lastPriceQuote, indexPrice: indexPriceQuote, markPrice: markPriceQuote } = row;
      if ((lastPriceQuote ?? indexPriceQuote ?? markPriceQuote) === undefined) return [];
      const prices = { kind: 'mark-price', markPriceQuote, indexPriceQuote, lastPriceQuote } as const;
      return [observe(context, who, row.ts ?? requestTime(payload, context), prices)];
    }),
});
