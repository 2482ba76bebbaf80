import type { ContextMetric } from '../../core/contextValue.ts';
import type { Asset } from '../../core/ids.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../core/units.ts';
import { readDecimal } from '../exchanges/kit/decimals.ts';
import { plainText } from '../exchanges/kit/field.ts';
import { nonNegative, text, timeBy } from '../exchanges/kit/fields.ts';
import { object, rows } from '../exchanges/kit/payloads.ts';
import { rowReader } from '../exchanges/kit/rowReader.ts';
import {
  contextValue,
  defineContextRequest,
  hasBarEnded,
  type ContextProvider,
  type ContextRequest,
} from './contract.ts';
import { readDay } from './dailyCsv.ts';

/*
 * Evidence. https://cryptoquant.com/docs; no payload was at hand.
 *
 * | endpoint | yields | unit, time | seen |
 * | --- | --- | --- | --- |
 * | GET /v1/{coin}/exchange-flows/inflow `inflow_total` | exchange-inflow-base | coins a day, all exchanges | knowledge |
 * | GET /v1/btc/miner-flows/outflow `outflow_total` | miner-outflow-base | coins a day, all miners | knowledge |
 * | GET /v1/{coin}/market-data/taker-buy-sell-stats `taker_buy_sell_ratio` | taker-buy-sell-ratio | buys / sells of a day, all exchanges (definitions.md §2) | knowledge |
 * | GET /v1/{coin}/market-indicator/estimated-leverage-ratio `estimated_leverage_ratio` | estimated-leverage-ratio | open interest / coins on exchanges (definitions.md §6) | knowledge |
 *
 * Answers are { status: { code: 200, message }, result: { window, data: [{ date: "2026-11-20", … }] } }; `date` is the
 * start of a UTC day. A running day is left out. Articles 000, 001 and 003 quote these numbers.
 */

const COINS: Readonly<Record<Asset, string>> = { BTC: 'btc', ETH: 'eth' };

interface Series {
  readonly name: string;
  readonly path: string;
  readonly field: string;
  readonly metric: ContextMetric;
  readonly who: { readonly exchange: 'all_exchange' } | { readonly miner: 'all_miner' };
  readonly coins: readonly Asset[];
  readonly scope: string;
}

const LONGEST_DAY = 64;
const day = timeBy(
  (value) =>
    typeof value === 'string' && value.length <= LONGEST_DAY
      ? (readDay(value.replace(/[ T]00:00:00Z?$/, '')) ?? Number.NaN)
      : Number.NaN,
  'not a day',
);

function daily({ name, path, field, metric, who, coins, scope: about }: Series): ContextRequest<never> {
  const days = rowReader({ date: day, [field]: nonNegative });
  return defineContextRequest({
    id: `cryptoquant/${name}`,
    docsUrl: 'https://cryptoquant.com/docs',
    path: `/v1/{coin}${path}`,
    yields: [metric],
    cadenceMs: 3 * HOUR_MS,
    freshForMs: 60 * HOUR_MS,
    weight: 1,
    specs: ({ assets }) =>
      assets
        .filter((asset) => coins.includes(asset))
        .map((asset) => ({
          path: `/v1/${COINS[asset] ?? ''}${path}`,
          query: { ...who, window: 'day', limit: '31' },
        })),
    schema: object({ result: object({ window: text, data: rows }) }),
    map({ result }, scope) {
      const asset = coins.find((one) => COINS[one] === scope.params['coin']);
      if (asset === undefined || result.window !== 'day') {
        const message = 'another coin or another window than a day';
        scope.report({ code: 'unsupported', path: 'result', message });
        return [];
      }
      return days
        .list(result.data, 'result.data', scope)
        .filter(({ date }) => hasBarEnded(date, DAY_MS, scope))
        .map((one) =>
          contextValue(scope, metric, (one as Record<string, number>)[field] ?? Number.NaN, {
            asset,
            atMs: one.date,
            barMs: DAY_MS,
            scope: about,
          }),
        );
    },
  });
}

const who = { exchange: 'all_exchange' } as const;
const both = ['BTC', 'ETH'];

/** On-chain flows and leverage of a day. Needs a key. */
export const cryptoQuant: ContextProvider = {
  id: 'cryptoquant',
  displayName: 'CryptoQuant',
  docsUrl: 'https://cryptoquant.com/docs',
  baseUrl: 'https://api.cryptoquant.com',
  // The smallest plan with an API.
  limits: [{ weight: 10, windowMs: MINUTE_MS }],
  adds: 'exchange inflow, miner outflow, taker buy/sell ratio and estimated leverage ratio of the day',
  key: {
    environment: 'PERPSCOPE_CRYPTOQUANT_KEY',
    header: 'authorization',
    prefix: 'Bearer ',
    signUpUrl: 'https://cryptoquant.com/pricing',
  },
  requests: [
    daily({
      name: 'exchange-inflow', path: '/exchange-flows/inflow', field: 'inflow_total', metric: 'exchange-inflow-base',
      who, coins: both, scope: 'all exchanges of CryptoQuant',
    }),
    daily({
      name: 'miner-outflow', path: '/miner-flows/outflow', field: 'outflow_total', metric: 'miner-outflow-base',
      who: { miner: 'all_miner' }, coins: ['BTC'], scope: 'all miners of CryptoQuant',
    }),
    daily({
      name: 'taker-ratio', path: '/market-data/taker-buy-sell-stats', field: 'taker_buy_sell_ratio',
      metric: 'taker-buy-sell-ratio', who, coins: both, scope: 'all exchanges of CryptoQuant',
    }),
    daily({
      name: 'leverage-ratio', path: '/market-indicator/estimated-leverage-ratio', field: 'estimated_leverage_ratio',
      metric: 'estimated-leverage-ratio', who, coins: both, scope: 'all exchanges of CryptoQuant',
    }),
  ], // prettier-ignore
  rejection(body) {
    const status = (body as { status?: { code?: unknown; message?: unknown } | null } | null)?.status;
    if (status?.code === undefined || readDecimal(status.code) === 200) return undefined;
    const code = plainText(status.code);
    const message = plainText(status.message);
    if (code === '429') return { code, message, kind: 'rate-limited' };
    return { code, message, kind: code === '401' || code === '403' ? 'key-refused' : 'rejected' };
  },
};
