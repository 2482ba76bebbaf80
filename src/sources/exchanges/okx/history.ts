import type { LongShortRatio } from '../../../core/observation.ts';
import { TAKER_AMOUNTS } from '../../../core/takerAmounts.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, variantOf, type ObservationPoll } from '../contract.ts';
import { amounts, type Amounts } from '../kit/amounts.ts';
import { reportUnknownBar } from '../kit/bars.ts';
import { columnsOf } from '../kit/columns.ts';
import { eachRow } from '../kit/eachRow.ts';
import { decimal, epochMs, nonNegative, text } from '../kit/fields.ts';
import { arrayReader, rowReader } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { reportUnknownSize } from '../mapping.ts';
import { settledColumns } from '../settledIntervals.ts';
import {
  answer,
  asks,
  barLength,
  byInstId,
  DOCS,
  eachContract,
  openInterestOf,
  openInterestShape,
  perTwoSeconds,
} from './shared.ts';

const RUBIK = '/api/v5/rubik/stat';

/** A hundred hours are a page: a week of hours needs two. */
const PAGES = { spanMs: 100 * HOUR_MS, earlier: 1, cadenceMs: DAY_MS } as const;

/** Asks for hours: the newest, or those before a time. */
const hourly =
  (path: string, extra: Record<string, string> = {}): ObservationPoll['request'] =>
  (scope) =>
    byInstId(path, {
      period: '1H',
      ...extra,
      limit: '100',
      ...(scope.range === undefined ? {} : { end: String(scope.range.toMs) }),
    })(scope);

const OPEN_INTEREST = arrayReader({ ts: epochMs, ...openInterestShape });
const VENUE = { usdBasis: 'venue' } as const;

export const openInterestHistory = definePoll({
  id: 'okx/open-interest-history',
  method: 'GET',
  path: `${RUBIK}/contracts/open-interest-history`,
  docsUrl: `${DOCS}#trading-statistics-rest-api-get-contract-open-interest-history`,
  weight: 1,
  scope: perTwoSeconds(`${RUBIK}/contracts/open-interest-history`, 10),
  yields: ['open-interest'],
  tense: 'history',
  cadenceMs: 15 * MINUTE_MS,
  pages: PAGES,
  request: hourly(`${RUBIK}/contracts/open-interest-history`),
  asks,
  schema: answer,
  map({ data }, context) {
    const shared = {
      kind: 'open-interest',
      sides: 'unverified',
      barMs: barLength(context, 'period', data),
    } as const;
    const names = ['openInterestBase', 'openInterestUsd', 'openInterestContracts'] as const;
    const out = columnsOf(context, shared, names, data.length);
    eachContract(context, data, OPEN_INTEREST, (row, who, at) => {
      const stated = openInterestOf(context, who, row, at);
      if (stated === undefined) return;
      const { base, usd, contracts } = stated;
      out.of(who, usd === undefined ? undefined : VENUE).push(row.ts, base, usd, contracts);
    });
    return out.chunks();
  },
});

export const openInterestDaily = variantOf(openInterestHistory, {
  id: 'okx/open-interest-daily',
  cadenceMs: 6 * HOUR_MS,
  request: byInstId(`${RUBIK}/contracts/open-interest-history`, { period: '1Dutc', limit: '100' }),
});

// `fundingRate` is what was announced, `realizedRate` what was charged.
const SETTLED = rowReader(
  { instId: text, realizedRate: decimal, fundingTime: epochMs },
  { symbol: 'instId' },
);

export const fundingHistory = definePoll({
  id: 'okx/funding-history',
  method: 'GET',
  path: '/api/v5/public/funding-rate-history',
  docsUrl: `${DOCS}#public-data-rest-api-get-funding-rate-history`,
  weight: 1,
  scope: perTwoSeconds('/api/v5/public/funding-rate-history', 10),
  yields: ['funding-rate'],
  tense: 'history',
  cadenceMs: HOUR_MS,
  request: (scope) =>
    scope.instrument.kind === 'perpetual'
      ? byInstId('/api/v5/public/funding-rate-history', { limit: '100' })(scope)
      : undefined,
  asks,
  schema: answer,
  map({ data }, context) {
    const out = settledColumns(context, data, { symbolKey: 'instId', timeKey: 'fundingTime' });
    eachContract(context, data, SETTLED, (row, who, at) =>
      out.push(who, row.fundingTime, row.realizedRate, at, 'realizedRate'),
    );
    return out.chunks();
  },
});

const RATIO = arrayReader({ ts: epochMs, ratio: nonNegative });

export function longShort(suffix: string, population: LongShortRatio['population']): ObservationPoll<never> {
  const path = `${RUBIK}/contracts/${suffix}`;
  return definePoll({
    id: `okx/long-short-${population}`,
    method: 'GET',
    path,
    docsUrl: `${DOCS}#trading-statistics-rest-api-get-contract-long-short-ratio`,
    weight: 1,
    scope: perTwoSeconds(path, 5),
    yields: ['long-short-ratio'],
    tense: 'history',
    cadenceMs: 15 * MINUTE_MS,
    request: byInstId(path, { period: '1H', limit: '100' }),
    asks,
    schema: answer,
    map({ data }, context) {
      const shared = {
        kind: 'long-short-ratio',
        population,
        barMs: barLength(context, 'period', data),
      } as const;
      const out = columnsOf(context, shared, ['longShortRatio'], data.length);
      eachContract(context, data, RATIO, ({ ts, ratio }, who) => {
        // Every population has both sides: a ratio of 0 is none.
        if (ratio !== 0) out.of(who).push(ts, ratio);
      });
      return out.chunks();
    },
  });
}

const TAKERS = arrayReader({ ts: epochMs, sellVol: nonNegative, buyVol: nonNegative });
/** 0 coins, 1 contracts (the documented default), 2 quote currency. */
const UNITS = new Map([['0', 'coins'], ['1', 'contracts'], ['2', 'quote']] as const); // prettier-ignore

export const takerVolume = definePoll({
  id: 'okx/taker-volume',
  method: 'GET',
  path: `${RUBIK}/taker-volume-contract`,
  docsUrl: `${DOCS}#trading-statistics-rest-api-get-contract-taker-volume`,
  weight: 1,
  scope: perTwoSeconds(`${RUBIK}/taker-volume-contract`, 5),
  yields: ['taker-volume'],
  tense: 'history',
  cadenceMs: 15 * MINUTE_MS,
  pages: PAGES,
  request: hourly(`${RUBIK}/taker-volume-contract`, { unit: '0' }),
  asks,
  schema: answer,
  map({ data }, context) {
    const barMs = barLength(context, 'period', data);
    if (barMs === undefined) {
      reportUnknownBar(context, 'data');
      return [];
    }
    const { unit = '1' } = context.params;
    const counted = UNITS.get(unit as '0');
    if (counted === undefined) {
      context.report({ code: 'unsupported', path: 'data', message: `the unit ${unit} is not known` });
      return [];
    }
    const out = columnsOf(context, { kind: 'taker-volume', barMs }, TAKER_AMOUNTS, data.length);
    const amountOf = (who: Subject, volume: number): Amounts => amounts(who, counted, volume);
    eachContract(context, data, TAKERS, (row, who, at) => {
      const [buy, sell] = [amountOf(who, row.buyVol), amountOf(who, row.sellVol)];
      if (buy.contracts !== undefined) reportUnknownSize(context, who, at.toString());
      out.of(who).push(row.ts, buy.base, sell.base, buy.usd, sell.usd, buy.contracts, sell.contracts);
    });
    return out.chunks();
  },
});

/**
 * Takers of all spot pairs of a currency together: OKX states none per pair. They stand under the USDT pair, the only
 * spot instrument that is followed, and are not its own volume. Coins: the sample's 7596.2651 and 7149.4855 are too
 * little for the dollars of a day, and have the decimals of coins.
 */
export const spotTakerVolume = definePoll({
  id: 'okx/spot-taker-volume',
  method: 'GET',
  path: `${RUBIK}/taker-volume`,
  docsUrl: `${DOCS}#trading-statistics-rest-api-get-taker-volume`,
  // Of contracts the same path adds up perpetuals and dated futures of every margin: not read.
  accepts: ({ instType }) => instType === 'SPOT',
  weight: 1,
  scope: perTwoSeconds(`${RUBIK}/taker-volume`, 5),
  about: 'spot',
  yields: ['taker-volume'],
  tense: 'history',
  cadenceMs: 15 * MINUTE_MS,
  request: ({ instrument }) =>
    instrument.kind === 'spot'
      ? {
          method: 'GET',
          path: `${RUBIK}/taker-volume`,
          query: { ccy: instrument.baseAsset, instType: 'SPOT', period: '1H' },
        }
      : undefined,
  asks: ({ ccy, instId }) => (ccy === undefined ? instId : `${ccy}-USDT`),
  schema: answer,
  map({ data }, context) {
    const barMs = barLength(context, 'period', data);
    if (barMs === undefined) {
      reportUnknownBar(context, 'data');
      return [];
    }
    const names = ['takerBuyBase', 'takerSellBase'] as const;
    const out = columnsOf(context, { kind: 'taker-volume', barMs }, names, data.length);
    eachRow(context, data, 'data', TAKERS, (row, who) => out.of(who).push(row.ts, row.buyVol, row.sellVol));
    return out.chunks();
  },
});
