import * as z from 'zod';
import type { LongShortRatio } from '../../../core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, variantOf, type ObservationPoll } from '../contract.ts';
import { columns, decimal, epochMs, nonNegative, optional, positive, text } from '../decode.ts';
import { intervalOrIssue, observe, reportUnknownSize, scheduleBySymbol } from '../mapping.ts';
import {
  amountOf,
  answer,
  barLength,
  byInstId,
  DOCS,
  dollars,
  mapData,
  openInterestOf,
  openInterestShape,
  reportUnknownBar,
} from './shared.ts';

const RUBIK = '/api/v5/rubik/stat';

export const openInterestHistory = definePoll({
  id: 'okx/open-interest-history',
  method: 'GET',
  path: `${RUBIK}/contracts/open-interest-history`,
  docsUrl: `${DOCS}#trading-statistics-rest-api-get-contract-open-interest-history`,
  weight: 4,
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
  weight: 2,
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
    const schedule = scheduleBySymbol(payload.data, 'instId', 'fundingTime');
    return mapData(payload.data, context, schema, (row, who, path) => {
      const known = schedule(row.instId, row.fundingTime);
      const interval = intervalOrIssue(context, who, known, `${path}.realizedRate`);
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
    weight: 4,
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
  weight: 4,
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

export function candles(
  name: 'candles' | 'mark-price-candles' | 'history-candles' | 'history-mark-price-candles',
  priceType: 'last' | 'mark',
): ObservationPoll<never> {
  const path = `/api/v5/market/${name}`;
  const isTraded = priceType === 'last';
  // The older bars are only read where such an answer is handed in.
  const isAsked = !name.startsWith('history-');
  const anchor = isTraded
    ? 'order-book-trading-market-data-get-candlesticks'
    : 'public-data-rest-api-get-mark-price-candlesticks';
  return definePoll({
    id: `okx/${name}`,
    method: 'GET',
    path,
    docsUrl: `${DOCS}#${anchor}`,
    weight: 1,
    yields: ['candle'],
    tense: 'history',
    cadenceMs: 15 * MINUTE_MS,
    request: isAsked ? byInstId(path, { bar: '1H', limit: isTraded ? '300' : '100' }) : () => undefined,
    schema: answer,
    map(payload, context) {
      const prices = { ts: epochMs, open: positive, high: positive, low: positive, close: positive };
      // Traded bars go on with contracts, coins, quote currency; mark price bars with the flag `confirm`.
      const volume = isTraded ? optional(nonNegative) : z.unknown().transform(() => undefined);
      const row = columns({ ...prices, vol: volume, volCcy: volume, volCcyQuote: volume });
      const barMs = barLength(context, 'bar', payload);
      if (barMs === undefined) {
        reportUnknownBar(context);
        return [];
      }
      return mapData(payload.data.map(row.name), context, row.schema, (bar, who) => {
        const fromContracts = amountOf(bar.vol, who);
        return [
          observe(context, who, bar.ts, {
            kind: 'candle',
            priceType,
            barMs,
            openQuote: bar.open,
            highQuote: bar.high,
            lowQuote: bar.low,
            closeQuote: bar.close,
            volumeBase: bar.volCcy ?? fromContracts.base,
            volumeUsd: dollars(bar.volCcyQuote, who) ?? fromContracts.usd,
          }),
        ];
      });
    },
  });
}
