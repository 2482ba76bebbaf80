import * as z from 'zod';
import type { ContractSize } from '../../../core/instrument.ts';
import type { Observation } from '../../../core/observation.ts';
import { DAY_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import { decimal, nonNegative, optional, optionalNonZero, positive, rows, text } from '../decode.ts';
import { intervalOrIssue } from '../fundingInterval.ts';
import { sizeStated } from '../heldAgainstList.ts';
import { observe, unlessFalseZero, type Subject } from '../mapping.ts';
import {
  byContract, DOCS, FUTURES, mapNamed, openInterestUnits, parseSymbol, perEndpoint, sizeReporter, toBase, toUsd,
} from './shared.ts'; // prettier-ignore

const price = optionalNonZero(positive);
const amount = optional(nonNegative);

/** Pushed rows of 2022 spell two volumes without the `h`. */
const TICKER = z.object({
  contract: text, last: price, mark_price: price, index_price: price, funding_rate: optional(decimal),
  total_size: amount, volume_24h: amount, volume_24h_base: amount, volume_24h_quote: amount,
  volume_24h_btc: amount, volume_24h_usd: amount, volume_24_btc: amount, volume_24_usd: amount,
  quanto_multiplier: optional(decimal),
}); // prettier-ignore
type Ticker = z.infer<typeof TICKER>;

type ReportSize = ReturnType<typeof sizeReporter>;

/** The size of a contract: the row's own where it states one (of linear contracts, in coins), else the list's. */
function sizeOf(context: MapContext, row: Ticker, who: Subject, path: string): ContractSize | undefined {
  const amount = row.quanto_multiplier ?? 0;
  const isLinear = parseSymbol(who.venueSymbol)?.margin === 'linear';
  const stated = isLinear && amount > 0 ? ({ amount, unit: 'base' } as const) : undefined;
  return sizeStated(context, who, stated, `${path}.quanto_multiplier`);
}

function volumeOf(
  context: MapContext,
  row: Ticker,
  who: Subject,
  path: string,
  size: ContractSize | undefined,
  atMs: number | undefined,
  reportSize: ReportSize,
): Observation[] {
  const contracts = row.volume_24h;
  const isInverse = (who.instrument ?? parseSymbol(who.venueSymbol))?.margin === 'inverse';
  // Of inverse contracts the recorded base and settle volumes are 0 and 6e-16; the BTC volume is right.
  const ofBtc = isInverse && who.baseAsset === 'BTC' ? (row.volume_24h_btc ?? row.volume_24_btc) : undefined;
  const volumeBase =
    unlessFalseZero(row.volume_24h_base, contracts) ??
    ofBtc ??
    (isInverse ? undefined : toBase(contracts, size, undefined));
  const volumeUsd =
    unlessFalseZero(row.volume_24h_quote, contracts) ??
    unlessFalseZero(row.volume_24h_usd ?? row.volume_24_usd, contracts) ??
    toUsd(contracts, size, undefined);
  const volumeContracts = (volumeBase ?? volumeUsd) === undefined ? contracts : undefined;
  if ((volumeBase ?? volumeUsd ?? volumeContracts) === undefined) return [];
  if (volumeContracts !== undefined) reportSize(who, `${path}.volume_24h`);
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
  return mapNamed(list, context, TICKER, (row) => row.contract, (row, who, path) => {
    const size = sizeOf(context, row, who, path);
    const observations = volumeOf(context, row, who, path, size, atMs, reportSize);
    const { contract: venueSymbol, total_size: stated } = row;
    if (stated !== undefined)
      context.stateSides?.({ field: 'total_size', venueSymbol, size: stated, sides: 'unverified' });
    if (isVolumeOnly) return observations;
    const { mark_price: markPriceQuote, index_price: indexPriceQuote, last: lastPriceQuote } = row;
    if ((markPriceQuote ?? indexPriceQuote ?? lastPriceQuote) !== undefined) {
      const prices = { kind: 'mark-price', markPriceQuote, indexPriceQuote, lastPriceQuote } as const;
      observations.push(observe(context, who, atMs, prices));
    }
    if (row.total_size !== undefined) {
      if (size === undefined) reportSize(who, `${path}.total_size`);
      const units = openInterestUnits(row.total_size, size, markPriceQuote);
      observations.push(observe(context, who, atMs, { kind: 'open-interest', sides: 'unverified', ...units }));
    }
    if (row.funding_rate === undefined) return observations;
    const interval = intervalOrIssue(context, who, {}, `${path}.funding_rate`);
    if (interval === undefined) return observations;
    const funding = { kind: 'funding-rate', phase: 'predicted', ...interval } as const;
    return [...observations, observe(context, who, atMs, { ...funding, fundingRatePerInterval: row.funding_rate })];
  }); // prettier-ignore
}

/**
 * `contract` states prices, funding and open interest with more detail. Beside it the volume only is read, lest the
 * poorer reading of a ticker replace the richer; `tickers` reads it all, in place of `contract` where that fails.
 */
const tickerPoll = (name: string, isVolumeOnly: boolean): ObservationPoll<never> =>
  definePoll({
    id: `gate/${name}`,
    method: 'GET',
    path: `${FUTURES}/tickers`,
    docsUrl: `${DOCS}/#get-all-futures-trading-statistics`,
    weight: 1,
    scope: perEndpoint(`${FUTURES}/tickers`),
    yields: isVolumeOnly ? ['volume'] : ['volume', 'mark-price', 'open-interest', 'funding-rate'],
    tense: 'now',
    cadenceMs: MINUTE_MS,
    request: byContract('tickers'),
    schema: () => rows,
    map: (payload, context) => tickersOf(payload, context, undefined, isVolumeOnly),
  });

export const volume = tickerPoll('volume', true);
export const tickers = tickerPoll('tickers', false);
