import * as z from 'zod';
import type { MarkPrice, Observation, OpenInterest } from '../../../core/observation.ts';
import { DAY_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import { decimal, epochMs, nonNegative, optional, optionalNonZero, positive, text } from '../decode.ts';
import { intervalOrIssue } from '../fundingInterval.ts';
import { observe, type Subject } from '../mapping.ts';
import {
  bySymbol, decodeOnly, DOCS, envelope, isDated, mapNamed, oneOrMany, requestTime, V2, perSecond } from './shared.ts'; // prettier-ignore

// A contract that never traded states prices of "0".
const price = optionalNonZero(positive);
const amount = optional(nonNegative);

export const TICKER_V2 = z.object({
  symbol: text, ts: optional(epochMs), lastPr: price, indexPrice: price, markPrice: price,
  baseVolume: amount, quoteVolume: amount, usdtVolume: amount, holdingAmount: amount,
  fundingRate: optional(decimal), nextFundingTime: optionalNonZero(epochMs), deliveryTime: optionalNonZero(epochMs),
}); // prettier-ignore

export interface TickerFields extends Pick<
  MarkPrice,
  'markPriceQuote' | 'indexPriceQuote' | 'lastPriceQuote'
> {
  atMs: number | undefined;
  volumeBase: number | undefined;
  volumeUsd: number | undefined;
  openInterestBase: number | undefined;
  fundingRate: number | undefined;
  /** When the rate will be paid, where the ticker says so. */
  settlesAtMs?: number | undefined;
}

function openInterestOf(base: number, markPriceQuote: number | undefined): Partial<OpenInterest> {
  if (markPriceQuote === undefined) return { openInterestBase: base };
  return { openInterestBase: base, openInterestUsd: base * markPriceQuote, usdBasis: 'mark-price' };
}

/** All that a ticker says; the interval of its rate is the instrument's, held against the settlement it states. */
export function observeTicker(
  context: MapContext,
  who: Subject,
  fields: TickerFields,
  path: string,
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
  const interval = intervalOrIssue(context, who, { settlesAtMs, atMs }, `${path}.fundingRate`);
  if (interval === undefined) return observations;
  const funding = { kind: 'funding-rate', phase: 'predicted', ...interval, settlesAtMs } as const;
  observations.push(observe(context, who, atMs, { ...funding, fundingRatePerInterval: fields.fundingRate }));
  return observations;
}

/**
 * A ticker's funding rate lacks its interval, cap and settlement time. The poll that is asked for leaves it to
 * `fundingRate`, lest the poorer reading replace the richer; elsewhere it may be the only one.
 */
export const v2Ticker = (name: string, path: string, isAsked: boolean): ObservationPoll<never> =>
  definePoll({
    id: `bitget/${name}`,
    method: 'GET',
    path,
    docsUrl: `${DOCS}/contract/market/Get-Ticker`,
    weight: 1,
    scope: perSecond(path),
    yields: ['mark-price', 'volume', 'open-interest', ...(isAsked ? [] : (['funding-rate'] as const))],
    tense: 'now',
    cadenceMs: MINUTE_MS,
    request: isAsked ? bySymbol(path) : decodeOnly,
    schema: () => envelope(oneOrMany),
    map: (payload, context) =>
      mapNamed(payload.data, 'data', context, TICKER_V2, (row, who, at) => {
        // Dated futures state a funding rate of "0": a placeholder, they have none.
        const hasFunding = !isAsked && !isDated(who) && row.deliveryTime === undefined;
        const fields = {
          atMs: row.ts ?? requestTime(payload, context), markPriceQuote: row.markPrice,
          indexPriceQuote: row.indexPrice, lastPriceQuote: row.lastPr, volumeBase: row.baseVolume,
          volumeUsd: row.quoteVolume ?? row.usdtVolume, openInterestBase: row.holdingAmount,
          fundingRate: hasFunding ? row.fundingRate : undefined,
        }; // prettier-ignore
        return observeTicker(context, who, fields as TickerFields, at);
      }),
  });

export const ticker = v2Ticker('ticker', `${V2}/ticker`, true);
export const symbolPrice = definePoll({
  id: 'bitget/symbol-price',
  method: 'GET',
  path: `${V2}/symbol-price`,
  docsUrl: `${DOCS}/contract/market/Get-Symbol-Price`,
  weight: 1,
  scope: perSecond(`${V2}/symbol-price`),
  yields: ['mark-price'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: bySymbol(`${V2}/symbol-price`),
  schema: () => envelope(oneOrMany),
  map(payload, context) {
    const schema = z.object({
      symbol: text,
      price,
      indexPrice: price,
      markPrice: price,
      ts: optional(epochMs),
    });
    return mapNamed(payload.data, 'data', context, schema, (row, who) => {
      if ((row.price ?? row.indexPrice ?? row.markPrice) === undefined) return [];
      const { price: lastPriceQuote, indexPrice: indexPriceQuote, markPrice: markPriceQuote } = row;
      const prices = { kind: 'mark-price', markPriceQuote, indexPriceQuote, lastPriceQuote } as const;
      return [observe(context, who, row.ts ?? requestTime(payload, context), prices)];
    });
  },
});
