import type { ContractSize } from '../../../core/instrument.ts';
import type { Observation } from '../../../core/observation.ts';
import { DAY_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import { intervalOrIssue } from '../fundingInterval.ts';
import { sizeStated } from '../heldAgainstList.ts';
import { amounts } from '../kit/amounts.ts';
import { mapEach } from '../kit/eachRow.ts';
import type { Fields } from '../kit/field.ts';
import { decimal, nonNegative, optional, optionalNonZero, positive, text } from '../kit/fields.ts';
import { rows } from '../kit/payloads.ts';
import type { Place } from '../kit/place.ts';
import { rowReader } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { sizeReporter, type SizeReporter } from '../kit/unknownSize.ts';
import { observe, unlessFalseZero } from '../mapping.ts';
import { atFutures, byContract, openInterestUnits } from './shared.ts';

const price = optionalNonZero(positive);
const amount = optional(nonNegative);

/** Pushed rows of 2022 spell two volumes without the `h`. */
const TICKER = {
  contract: text, last: price, mark_price: price, index_price: price, funding_rate: optional(decimal),
  total_size: amount, volume_24h: amount, volume_24h_base: amount, volume_24h_quote: amount,
  volume_24h_btc: amount, volume_24h_usd: amount, volume_24_btc: amount, volume_24_usd: amount,
  quanto_multiplier: optional(decimal),
} as const; // prettier-ignore
const READER = rowReader(TICKER, { symbol: 'contract' });
type Ticker = Fields<typeof TICKER>;

/** The size of a contract: the row's own where it states one (of linear contracts, in coins), else the list's. */
function sizeOf(context: MapContext, row: Ticker, who: Subject, at: Place): ContractSize | undefined {
  const coins = row.quanto_multiplier ?? 0;
  const stated =
    who.margin === 'linear' && coins > 0 ? ({ amount: coins, unit: 'base' } as const) : undefined;
  return sizeStated(context, who, stated, at.in('quanto_multiplier'));
}

function volumeOf(
  context: MapContext,
  row: Ticker,
  who: Subject,
  at: Place,
  size: ContractSize | undefined,
  atMs: number | undefined,
  reportSize: SizeReporter,
): Observation[] {
  const contracts = row.volume_24h;
  const converted = amounts(who, 'contracts', contracts, undefined, size);
  const isInverse = who.margin === 'inverse';
  // Of inverse contracts the recorded base and settle volumes are 0 and 6e-16; the BTC volume is right.
  const ofBtc = isInverse && who.baseAsset === 'BTC' ? (row.volume_24h_btc ?? row.volume_24_btc) : undefined;
  const volumeBase = unlessFalseZero(row.volume_24h_base, contracts) ?? ofBtc ?? converted.base;
  const volumeUsd =
    unlessFalseZero(row.volume_24h_quote, contracts) ??
    unlessFalseZero(row.volume_24h_usd ?? row.volume_24_usd, contracts) ??
    converted.usd;
  const volumeContracts = (volumeBase ?? volumeUsd) === undefined ? contracts : undefined;
  if ((volumeBase ?? volumeUsd ?? volumeContracts) === undefined) return [];
  if (volumeContracts !== undefined) reportSize(who, at, 'volume_24h');
  const volume = { kind: 'volume', windowMs: DAY_MS, volumeBase, volumeUsd, volumeContracts } as const;
  return [observe(context, who, atMs, volume)];
}

/** All that tickers say, answered or pushed; `isVolumeOnly` leaves the rest to a better source. */
export function tickersOf(
  list: readonly unknown[],
  context: MapContext,
  atMs: number | undefined,
  isVolumeOnly: boolean,
): Observation[] {
  const reportSize = sizeReporter(context);
  return mapEach(context, list, '', READER, (row, who, at) => {
    const size = sizeOf(context, row, who, at);
    const observations = volumeOf(context, row, who, at, size, atMs, reportSize);
    const { contract: venueSymbol, total_size: stated } = row;
    if (stated !== undefined)
      context.stateSides?.({ field: 'total_size', venueSymbol, size: stated, sides: 'unverified' });
    if (isVolumeOnly) return observations;
    const { mark_price: markPriceQuote, index_price: indexPriceQuote, last: lastPriceQuote } = row;
    if ((markPriceQuote ?? indexPriceQuote ?? lastPriceQuote) !== undefined) {
      const prices = { kind: 'mark-price', markPriceQuote, indexPriceQuote, lastPriceQuote } as const;
      observations.push(observe(context, who, atMs, prices));
    }
    if (stated !== undefined) {
      if (size === undefined) reportSize(who, at, 'total_size');
      const units = openInterestUnits(who, stated, size, markPriceQuote);
      observations.push(
        observe(context, who, atMs, { kind: 'open-interest', sides: 'unverified', ...units }),
      );
    }
    if (row.funding_rate === undefined) return observations;
    const interval = intervalOrIssue(context, who, {}, at.in('funding_rate'));
    if (interval === undefined) return observations;
    const funding = { kind: 'funding-rate', phase: 'predicted', ...interval } as const;
    observations.push(observe(context, who, atMs, { ...funding, fundingRatePerInterval: row.funding_rate }));
    return observations;
  });
}

/**
 * `contract` states prices, funding and open interest with more detail. Beside it the volume only is read, lest the
 * poorer reading of a ticker replace the richer; `tickers` reads it all, in place of `contract` where that fails.
 */
const tickerPoll = (name: string, isVolumeOnly: boolean): ObservationPoll<never> =>
  definePoll({
    id: `gate/${name}`,
    ...atFutures('tickers', 'get-all-futures-trading-statistics'),
    yields: isVolumeOnly ? ['volume'] : ['volume', 'mark-price', 'open-interest', 'funding-rate'],
    tense: 'now',
    cadenceMs: MINUTE_MS,
    request: byContract('tickers'),
    schema: rows,
    map: (payload, context) => tickersOf(payload, context, undefined, isVolumeOnly),
  });

export const volume = tickerPoll('volume', true);
export const tickers = tickerPoll('tickers', false);
