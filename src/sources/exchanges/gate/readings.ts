import * as z from 'zod';
import type { Observation } from '../../../core/observation.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import { definePoll, type ObservationPoll } from '../contract.ts';
import {
  decimal, decodeRow, decodeAllRows, epochSeconds, nonNegative, optional, optionalNonZero, positive, rows, text,
} from '../decode.ts'; // prettier-ignore
import { intervalOrIssue, observe, subjectOf, unlessFalseZero } from '../mapping.ts';
import { sumDepth } from '../orderBook.ts';
import { CONTRACT, contractSizeOf, fundingCapOf } from './instruments.ts';
import {
  byContract, DOCS, FUTURES, mapNamed, openInterestUnits, parseSymbol, pathOf, sizeReporter, toBase, toUsd,
} from './shared.ts'; // prettier-ignore

const price = optionalNonZero(positive);

export const contract = definePoll({
  id: 'gate/contract',
  method: 'GET',
  path: `${FUTURES}/contracts/{contract}`,
  docsUrl: `${DOCS}/#get-a-single-contract`,
  weight: 1,
  yields: ['mark-price', 'funding-rate', 'open-interest'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: ({ instrument }) =>
    instrument.kind === 'perpetual'
      ? { method: 'GET', path: pathOf(instrument, `contracts/${instrument.venueSymbol}`), query: {} }
      : undefined,
  schema: () => z.record(z.string(), z.unknown()),
  map(payload, context) {
    const schema = z.object({
      ...CONTRACT,
      mark_price: price,
      index_price: price,
      last_price: price,
      funding_rate: optional(decimal),
      funding_next_apply: optionalNonZero(epochSeconds),
      position_size: optional(nonNegative),
    });
    const reportSize = sizeReporter(context);
    return mapNamed([payload], context, schema, (row) => row.name, (row, who, path) => {
      const observations: Observation[] = [];
      const { mark_price: markPriceQuote, index_price: indexPriceQuote, last_price: lastPriceQuote } = row;
      if ((markPriceQuote ?? indexPriceQuote ?? lastPriceQuote) !== undefined) {
        const prices = { kind: 'mark-price', markPriceQuote, indexPriceQuote, lastPriceQuote } as const;
        observations.push(observe(context, who, undefined, prices));
      }
      if (row.position_size !== undefined) {
        const size = contractSizeOf(row) ?? who.instrument?.contractSize;
        if (size === undefined) reportSize(who, `${path}.position_size`);
        const units = openInterestUnits(row.position_size, size, markPriceQuote);
        observations.push(observe(context, who, undefined, { kind: 'open-interest', sides: 'one', ...units }));
      }
      if (row.funding_rate === undefined) return observations;
      const seconds = row.funding_interval;
      const stated =
        seconds === undefined
          ? undefined
          : ({ intervalMs: seconds * SECOND_MS, intervalBasis: 'payload' } as const);
      const interval = intervalOrIssue(context, who, stated, `${path}.funding_rate`);
      if (interval === undefined) return observations;
      const cap = fundingCapOf(row);
      // `funding_rate` is what `funding_next_apply` will settle; `funding_rate_indicative` is about the period after.
      const funding = {
        kind: 'funding-rate', phase: 'predicted', fundingRatePerInterval: row.funding_rate, ...interval,
        settlesAtMs: row.funding_next_apply, cap, floor: cap === undefined ? undefined : -cap,
      } as const; // prettier-ignore
      return [...observations, observe(context, who, undefined, funding)];
    }); // prettier-ignore
  },
});

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
    yields: isVolumeOnly ? ['volume'] : ['volume', 'mark-price', 'open-interest', 'funding-rate'],
    tense: 'now',
    cadenceMs: MINUTE_MS,
    request: byContract('tickers'),
    schema: () => rows,
    map(payload, context) {
      const amount = optional(nonNegative);
      const schema = z.object({
        contract: text, last: price, mark_price: price, index_price: price, funding_rate: optional(decimal),
        total_size: amount, volume_24h: amount, volume_24h_base: amount, volume_24h_quote: amount,
        volume_24h_btc: amount, volume_24h_usd: amount,
      }); // prettier-ignore
      const reportSize = sizeReporter(context);
      return mapNamed(payload, context, schema, (row) => row.contract, (row, who, path) => {
        const observations: Observation[] = [];
        const size = who.instrument?.contractSize;
        const contracts = row.volume_24h;
        const isInverse = (who.instrument ?? parseSymbol(who.venueSymbol))?.margin === 'inverse';
        // Of inverse contracts the recorded base and settle volumes are 0 and 6e-16; the BTC volume is right.
        const ofBtc = isInverse && who.baseAsset === 'BTC' ? row.volume_24h_btc : undefined;
        const volumeBase =
          unlessFalseZero(row.volume_24h_base, contracts) ?? ofBtc ?? (isInverse ? undefined : toBase(contracts, size, undefined));
        const volumeUsd =
          unlessFalseZero(row.volume_24h_quote, contracts) ??
          unlessFalseZero(row.volume_24h_usd, contracts) ?? toUsd(contracts, size, undefined);
        const volumeContracts = (volumeBase ?? volumeUsd) === undefined ? contracts : undefined;
        if ((volumeBase ?? volumeUsd ?? volumeContracts) !== undefined) {
          const volume = { kind: 'volume', windowMs: DAY_MS, volumeBase, volumeUsd, volumeContracts } as const;
          observations.push(observe(context, who, undefined, volume));
          if (volumeContracts !== undefined) reportSize(who, `${path}.volume_24h`);
        }
        if (isVolumeOnly) return observations;
        const { mark_price: markPriceQuote, index_price: indexPriceQuote, last: lastPriceQuote } = row;
        if ((markPriceQuote ?? indexPriceQuote ?? lastPriceQuote) !== undefined) {
          const prices = { kind: 'mark-price', markPriceQuote, indexPriceQuote, lastPriceQuote } as const;
          observations.push(observe(context, who, undefined, prices));
        }
        if (row.total_size !== undefined) {
          if (size === undefined) reportSize(who, `${path}.total_size`);
          const units = openInterestUnits(row.total_size, size, markPriceQuote);
          observations.push(observe(context, who, undefined, { kind: 'open-interest', sides: 'unverified', ...units }));
        }
        if (row.funding_rate === undefined) return observations;
        const interval = intervalOrIssue(context, who, undefined, `${path}.funding_rate`);
        if (interval === undefined) return observations;
        const funding = { kind: 'funding-rate', phase: 'predicted', ...interval } as const;
        return [...observations, observe(context, who, undefined, { ...funding, fundingRatePerInterval: row.funding_rate })];
      }); // prettier-ignore
    },
  });

export const volume = tickerPoll('volume', true);
export const tickers = tickerPoll('tickers', false);

export const depth = definePoll({
  id: 'gate/depth',
  method: 'GET',
  path: `${FUTURES}/order_book`,
  docsUrl: `${DOCS}/#query-futures-market-depth-information`,
  weight: 1,
  yields: ['depth'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request: byContract('order_book', { limit: '300' }),
  schema: () =>
    z.object({ asks: rows, bids: rows, current: z.unknown().optional(), update: z.unknown().optional() }),
  map(payload, context) {
    const who = subjectOf({ parseSymbol }, context, undefined, context.params['contract'], '');
    if (who === undefined) return [];
    const size = who.instrument?.contractSize;
    if (size === undefined) sizeReporter(context)(who, 'bids');
    const level = z.object({ p: positive, s: nonNegative });
    // Inverse sizes are dollars; divided by their price they are coins, and the sums come out right in both units.
    const side = (list: readonly unknown[], path: string): [number, number][] =>
      decodeAllRows(list, level, path, context).map(({ p, s }) => [p, toBase(s, size, p) ?? s]);
    const sums = sumDepth(
      side(payload.bids, 'bids'),
      side(payload.asks, 'asks'),
      size === undefined ? undefined : 1,
    );
    if (sums === undefined) {
      context.report({ code: 'implausible', path: '', message: 'the book is empty on one side or crossed' });
      return [];
    }
    const times = z.object({ current: optional(epochSeconds), update: optional(epochSeconds) });
    const stated = decodeRow({ current: payload.current, update: payload.update }, times, '', context);
    return [observe(context, who, stated?.update ?? stated?.current, { kind: 'depth', ...sums })];
  },
});
