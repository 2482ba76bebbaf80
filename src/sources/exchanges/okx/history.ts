import * as z from 'zod';
import type { LongShortRatio } from '../../../core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, variantOf, type ObservationPoll } from '../contract.ts';
import { columns, decimal, epochMs, nonNegative, text } from '../decode.ts';
import { observe, reportUnknownSize } from '../mapping.ts';
import { settledIntervals } from '../settledIntervals.ts';
import {
  amountOf,
  answer,
  barLength,
  byInstId,
  DOCS,
  dollars,
  mapAny,
  mapData,
  openInterestOf,
  openInterestShape,
  perTwoSeconds,
  reportUnknownBar,
} from './shared.ts';

const RUBIK = '/api/v5/rubik/stat';

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
  request: byInstId(`${RUBIK}/contracts/open-interest-history`, { period: '1H', limit: '100' }),
  schema: answer,
  map(payload, context) {
    const row = columns({ ts: epochMs, ...openInterestShape() });
    const barMs = barLength(context, 'period', payload);
    return mapData(payload.data.map(row.name), context, row.schema, (bar, who, path) => {
      const fields = openInterestOf(context, who, bar, path);
      return fields === undefined ? [] : [observe(context, who, bar.ts, { ...fields, barMs })];
    });
  },
});

const EARLIER_MS = 100 * HOUR_MS;

/** The page before the newest: a week of hours needs two. */
export const openInterestEarlier = variantOf(openInterestHistory, {
  id: 'okx/open-interest-earlier',
  cadenceMs: DAY_MS,
  request: (scope) =>
    byInstId(`${RUBIK}/contracts/open-interest-history`, {
      period: '1H',
      limit: '100',
      end: String(scope.nowMs - EARLIER_MS),
    })(scope),
});

export const openInterestDaily = variantOf(openInterestHistory, {
  id: 'okx/open-interest-daily',
  cadenceMs: 6 * HOUR_MS,
  request: byInstId(`${RUBIK}/contracts/open-interest-history`, { period: '1Dutc', limit: '100' }),
});

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
  schema: answer,
  map(payload, context) {
    // `fundingRate` is what was announced, `realizedRate` what was charged.
    const schema = z.object({ instId: text, realizedRate: decimal, fundingTime: epochMs });
    const keys = { symbolKey: 'instId', timeKey: 'fundingTime' };
    const intervalOf = settledIntervals(context, payload.data, keys);
    return mapData(payload.data, context, schema, (row, who, path) => {
      const interval = intervalOf(who, row.fundingTime, `${path}.realizedRate`);
      if (interval === undefined) return [];
      return [
        observe(context, who, row.fundingTime, {
          kind: 'funding-rate',
          phase: 'settled',
          fundingRatePerInterval: row.realizedRate,
          ...interval,
          settlesAtMs: row.fundingTime,
        }),
      ];
    });
  },
});

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
    schema: answer,
    map(payload, context) {
      const row = columns({ ts: epochMs, ratio: nonNegative });
      const barMs = barLength(context, 'period', payload);
      return mapData(payload.data.map(row.name), context, row.schema, (bar, who) => {
        const fields = { kind: 'long-short-ratio', population, longShortRatio: bar.ratio, barMs } as const;
        // Every population has both sides: a ratio of 0 is none.
        return bar.ratio === 0 ? [] : [observe(context, who, bar.ts, fields)];
      });
    },
  });
}

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
  request: byInstId(`${RUBIK}/taker-volume-contract`, { period: '1H', unit: '0', limit: '100' }),
  schema: answer,
  map(payload, context) {
    const row = columns({ ts: epochMs, sellVol: nonNegative, buyVol: nonNegative });
    const barMs = barLength(context, 'period', payload);
    if (barMs === undefined) {
      reportUnknownBar(context);
      return [];
    }
    // 0 coins, 1 contracts (the documented default), 2 quote currency.
    const unit = context.params['unit'] ?? '1';
    if (!['0', '1', '2'].includes(unit)) {
      context.report({ code: 'unsupported', path: 'data', message: `the unit ${unit} is not known` });
      return [];
    }
    return mapData(payload.data.map(row.name), context, row.schema, (bar, who, path) => {
      const sizes = (volume: number): { base?: number; usd?: number; contracts?: number } => {
        if (unit === '0') return { base: volume };
        if (unit === '2') return { usd: volume };
        return { contracts: volume };
      };
      const [buy, sell] = [sizes(bar.buyVol), sizes(bar.sellVol)];
      const [bought, sold] = [amountOf(buy.contracts, who), amountOf(sell.contracts, who)];
      const isUnsized = unit === '1' && bought.base === undefined && bought.usd === undefined;
      if (isUnsized) reportUnknownSize(context, who, path);
      return [
        observe(context, who, bar.ts, {
          kind: 'taker-volume',
          barMs,
          takerBuyBase: buy.base ?? bought.base,
          takerSellBase: sell.base ?? sold.base,
          takerBuyUsd: dollars(buy.usd, who) ?? bought.usd,
          takerSellUsd: dollars(sell.usd, who) ?? sold.usd,
          takerBuyContracts: isUnsized ? bar.buyVol : undefined,
          takerSellContracts: isUnsized ? bar.sellVol : undefined,
        }),
      ];
    });
  },
});

/** The page before the newest. */
export const takerVolumeEarlier = variantOf(takerVolume, {
  id: 'okx/taker-volume-earlier',
  cadenceMs: DAY_MS,
  request: (scope) =>
    byInstId(`${RUBIK}/taker-volume-contract`, {
      period: '1H',
      unit: '0',
      limit: '100',
      end: String(scope.nowMs - EARLIER_MS),
    })(scope),
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
  schema: answer,
  map(payload, context) {
    const row = columns({ ts: epochMs, sellVol: nonNegative, buyVol: nonNegative });
    const barMs = barLength(context, 'period', payload);
    if (barMs === undefined) {
      reportUnknownBar(context);
      return [];
    }
    const { ccy, ...params } = context.params;
    const asked = { ...context, params: ccy === undefined ? params : { ...params, instId: `${ccy}-USDT` } };
    return mapAny(payload.data.map(row.name), asked, row.schema, (bar, who) => [
      observe(context, who, bar.ts, {
        kind: 'taker-volume',
        barMs,
        takerBuyBase: bar.buyVol,
        takerSellBase: bar.sellVol,
      }),
    ]);
  },
});
