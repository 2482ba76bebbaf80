import { allRows } from '../../../core/chunk.ts';
import type { Observation } from '../../../core/observation.ts';
import { HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext } from '../contract.ts';
import { runningInterval } from '../fundingInterval.ts';
import { readDecimal } from '../kit/decimals.ts';
import { NO } from '../kit/field.ts';
import { anything, decimal, epochMs, optional, optionalNonZero, positive, text } from '../kit/fields.ts';
import { listOf, object, record, rows, tuple } from '../kit/payloads.ts';
import { readWhole, rowReader } from '../kit/rowReader.ts';
import { observe } from '../mapping.ts';
import { defineChannel } from '../stream.ts';
import { currentInterval } from './assetContexts.ts';
import { BOOK, mapBook } from './depth.ts';
import { candlesOf } from './history.ts';
import { readTable } from './marginTiers.ts';
import {
  foreignIn, foreignKind, INFO_DOCS, ofTypes, PERPETUALS_DOCS, reportForeign, subjectOfCoin, SUBSCRIPTIONS, unwrapped,
} from './shared.ts'; // prettier-ignore
import { mapTrades } from './trades.ts';

const FORECAST = rowReader({
  fundingRate: decimal,
  nextFundingTime: optionalNonZero(epochMs),
  fundingIntervalHours: optionalNonZero(positive),
});

/** A coin, and what each exchange says of it. */
const ENTRY = tuple(text, listOf(anything));

/** Rates of several exchanges beside each other; only Hyperliquid's own are read. Decoded, not asked: contexts have them. */
const predictedFundings = definePoll({
  id: 'hyperliquid/predicted-fundings',
  ...ofTypes(`${PERPETUALS_DOCS}#retrieve-predicted-funding-rates-for-different-venues`, 'predictedFundings'),
  weight: 20,
  yields: ['funding-rate'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  asked: false,
  schema: rows,
  map(payload, context) {
    const foreign: string[] = [];
    const observations = payload.flatMap((raw, index): Observation[] => {
      const row = readWhole(raw, ENTRY, `[${index}]`, context);
      if (row === undefined) return [];
      const [coin, venues] = row;
      if (foreignIn(context, coin) !== undefined) foreign.push(coin);
      const at = venues.findIndex((venue) => Array.isArray(venue) && venue[0] === 'HlPerp');
      const stated = at < 0 ? undefined : (venues[at] as readonly unknown[])[1];
      if (stated === undefined || stated === null || foreignIn(context, coin) !== undefined) return [];
      const path = `[${index}][1][${at}][1]`;
      const rate = FORECAST.one(stated, path, context);
      const who = rate === undefined ? undefined : subjectOfCoin(context, coin, `[${index}]`);
      if (rate === undefined || who === undefined) return [];
      const hours = rate.fundingIntervalHours;
      const settlesAtMs = rate.nextFundingTime;
      const evidence = { statedMs: hours === undefined ? undefined : hours * HOUR_MS, settlesAtMs };
      const known = runningInterval(context, who, evidence, `${path}.fundingRate`);
      if (known === 'contradicted') return [];
      const interval = known === 'unknown' ? currentInterval(context, who, `${path}.fundingRate`) : known;
      const funding = { kind: 'funding-rate', phase: 'predicted', ...interval } as const;
      return [
        observe(context, who, undefined, {
          ...funding,
          fundingRatePerInterval: rate.fundingRate,
          settlesAtMs,
        }),
      ];
    });
    reportForeign(context, foreign, '');
    return observations;
  },
});

const price = optionalNonZero(positive);

/** Maps mid prices by coin: half way between best bid and ask, no trade and no mark price. */
function mapMids(
  mids: Readonly<Record<string, unknown>>,
  context: MapContext,
  dex: string | undefined = context.params['dex'],
): Observation[] {
  let left = 0;
  const observations = Object.entries(mids).flatMap(([coin, value]): Observation[] => {
    if (foreignKind(coin) !== undefined || (dex ?? '') !== '') {
      left += 1;
      return [];
    }
    const read = price.read(value);
    if (read === NO) {
      context.report({
        code: 'decode',
        path: coin,
        message: price.faults(value)[0]?.message ?? 'not a price',
      });
      return [];
    }
    const who = read === undefined ? undefined : subjectOfCoin(context, coin, coin);
    return who === undefined
      ? []
      : [observe(context, who, undefined, { kind: 'mark-price', midPriceQuote: read })];
  });
  if (left > 0) {
    const message = `${left} of the names are spot pairs or contracts of other dexs; they were left out`;
    context.report({ code: 'unsupported', path: '', message });
  }
  return observations;
}

/** Decoded, not asked: contexts state mid prices beside mark and oracle prices. */
const mids = definePoll({
  id: 'hyperliquid/mids',
  ...ofTypes(`${INFO_DOCS}#retrieve-mids-for-all-coins`, 'allMids'),
  weight: 2,
  yields: ['mark-price'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  asked: false,
  schema: record,
  map: (payload, context) => mapMids(payload, context),
});

/** The newest few trades. Decoded, not asked: the stream has them all. */
const recentTrades = definePoll({
  id: 'hyperliquid/recent-trades',
  ...ofTypes(INFO_DOCS, 'recentTrades'),
  weight: 20,
  yields: ['trade'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  mayBeEmpty: true,
  asked: false,
  schema: rows,
  map: (payload, context) => mapTrades(payload, context, ''),
});

/** One table by its id. It names no coin, so that it gives numbers only where the request did. */
const marginTable = definePoll({
  id: 'hyperliquid/margin-table',
  ...ofTypes(PERPETUALS_DOCS, 'marginTable'),
  weight: 20,
  yields: ['margin-tiers'],
  tense: 'history',
  cadenceMs: 6 * HOUR_MS,
  asked: false,
  schema: record,
  map(payload, context) {
    const tiers = readTable(payload, '', context);
    if (tiers === undefined) return [];
    if (context.params['coin'] === undefined) {
      const id = readDecimal(context.params['id']);
      const message = `the table${id === undefined ? '' : ` ${id}`} names no coin; the list of coins says whose it is`;
      context.report({ code: 'unknown-instrument', path: '', message });
      return [];
    }
    const who = subjectOfCoin(context, undefined, '');
    return who === undefined
      ? []
      : [observe(context, who, undefined, { kind: 'margin-tiers', unit: 'usd', tiers })];
  },
});
const bookChannel = defineChannel({
  id: 'hyperliquid/l2Book',
  docsUrl: SUBSCRIPTIONS,
  yields: ['depth'],
  rhythm: 'steady',
  staleAfterMs: MINUTE_MS,
  asked: false,
  schema: unwrapped(BOOK),
  // Pushed books are in the coin's own ticks unless merging was subscribed, which nothing here does.
  map: (payload, context) => mapBook(payload, context, undefined, 'data'),
});

const candleChannel = defineChannel({
  id: 'hyperliquid/candle',
  docsUrl: SUBSCRIPTIONS,
  yields: ['candle'],
  rhythm: 'steady',
  staleAfterMs: MINUTE_MS,
  asked: false,
  schema: unwrapped(anything),
  map: (payload, context) =>
    allRows(candlesOf(Array.isArray(payload) ? (payload as unknown[]) : [payload], context, 'data')),
});

const midsChannel = defineChannel({
  id: 'hyperliquid/allMids',
  docsUrl: SUBSCRIPTIONS,
  yields: ['mark-price'],
  rhythm: 'steady',
  staleAfterMs: MINUTE_MS,
  asked: false,
  schema: unwrapped(object({ mids: record, dex: optional(text) })),
  map: (payload, context) => mapMids(payload.mids, context, payload.dex),
});

/** Contexts of whole dexs, in the order of their lists of coins: without those lists nothing says whose a row is. */
const unnamedChannel = defineChannel({
  id: 'hyperliquid/allDexsAssetCtxs',
  docsUrl: SUBSCRIPTIONS,
  yields: [],
  rhythm: 'steady',
  staleAfterMs: MINUTE_MS,
  asked: false,
  schema: unwrapped(anything),
  map(_payload, context): Observation[] {
    const message =
      'the rows name no coin (their order is that of a list of coins which is not in the frame); activeAssetCtx names it';
    context.report({ code: 'unknown-instrument', path: 'data.ctxs', message });
    return [];
  },
});

/** Answers that are read where they are handed in, and never asked for. */
export const alsoReadPolls = [predictedFundings, mids, marginTable, recentTrades] as const;

/** Channels that are read where a frame of theirs is handed in, and never subscribed. */
export const alsoReadChannels = [bookChannel, candleChannel, midsChannel, unnamedChannel] as const;
