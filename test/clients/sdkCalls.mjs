/** The exchanges' own or best-known SDKs: do they get an answer, and is it the one that was sent. */
import { USDMClient } from 'binance';
import { RestClientV2, RestClientV3 } from 'bitget-api';
import { RestClientV5 } from 'bybit-api';
import { RestClient as GateClient } from 'gateio-api';
import { HttpTransport, InfoClient } from '@nktkas/hyperliquid';
import { RestClient as OkxClient } from 'okx-api';

const HOUR_MS = 3_600_000;

function callsOf(nowMs) {
  const symbol = { symbol: 'BTCUSDT' };
  const period = { ...symbol, period: '1h', limit: 5 };
  const bars = { ...symbol, interval: '1h', limit: 5 };
  const linear = { category: 'linear', ...symbol };
  const futures = { ...symbol, productType: 'USDT-FUTURES' };
  const category = { ...symbol, category: 'USDT-FUTURES' };
  const swap = { instId: 'BTC-USDT-SWAP' };
  const stat = { ...swap, period: '1H', limit: '5' };
  const usdt = { settle: 'usdt', contract: 'BTC_USDT' };
  return {
    binance: { getExchangeInfo: [], getOpenInterest: [symbol], getOpenInterestStatistics: [period], getMarkPrice: [symbol], getFundingRateHistory: [{ ...symbol, limit: 5 }], getFundingRates: [], get24hrChangeStatistics: [symbol], getKlines: [bars], getMarkPriceKlines: [bars], getOrderBook: [{ ...symbol, limit: 100 }], getGlobalLongShortAccountRatio: [period], getTopTradersLongShortAccountRatio: [period], getTopTradersLongShortPositionRatio: [period], getTakerBuySellVolume: [period], getBasis: [{ pair: 'BTCUSDT', contractType: 'PERPETUAL', period: '1h', limit: 5 }] },
    bybit: { getInstrumentsInfo: [{ category: 'linear' }], getTickers: [linear], getOpenInterest: [{ ...linear, intervalTime: '1h', limit: 5 }], getFundingRateHistory: [{ ...linear, limit: 5 }], getKline: [{ ...linear, interval: '60', limit: 5 }], getMarkPriceKline: [{ ...linear, interval: '60', limit: 5 }], getOrderbook: [{ ...linear, limit: 50 }], getLongShortRatio: [{ ...linear, period: '1h', limit: 5 }], getRiskLimit: [linear] },
    okx: { getInstruments: [{ instType: 'SWAP' }], getTicker: [swap], getOpenInterest: [{ instType: 'SWAP', ...swap }], getFundingRate: [swap], getFundingRateHistory: [{ ...swap, limit: '5' }], getMarkPrice: [{ instType: 'SWAP', ...swap }], getIndexTickers: [{ instId: 'BTC-USDT' }], getCandles: [{ ...swap, bar: '1H', limit: '5' }], getHistoricCandles: [{ ...swap, bar: '1H', limit: '5' }], getMarkPriceCandles: [{ ...swap, bar: '1H', limit: '5' }], getOrderBook: [{ ...swap, sz: '50' }], getOpenInterestHistory: [stat], getContractTakerVolume: [{ ...stat, unit: '0' }], getLongShortContractRatio: [stat], getTopTradersAccountRatio: [stat], getTopTradersContractPositionRatio: [stat] },
    bitget: { getFuturesContractConfig: [{ productType: 'USDT-FUTURES' }], getFuturesTicker: [futures], getFuturesOpenInterest: [futures], getFuturesCurrentFundingRate: [futures], getFuturesHistoricFundingRates: [{ ...futures, pageSize: '5' }], getFuturesCandles: [{ ...futures, granularity: '1H', limit: '5' }], getFuturesHistoricCandles: [{ ...futures, granularity: '1H', limit: '5' }], getFuturesSymbolPrice: [futures], getFuturesMergeDepth: [{ ...futures, precision: 'scale1', limit: '50' }], getFuturesPositionTier: [futures], getFuturesActiveTakerBuySellVolumeData: [{ ...symbol, period: '1h' }], getFuturesActiveLongShortAccountData: [{ ...symbol, period: '1h' }] },
    'bitget v3': { getOpenInterest: [category], getLiquidations: [{ ...category, limit: '5' }], getPositionTier: [category] },
    gate: { getFuturesContracts: [{ settle: 'usdt' }], getFuturesContract: [usdt], getFuturesTickers: [usdt], getFuturesOrderBook: [{ ...usdt, limit: 50 }], getFuturesStats: [{ ...usdt, interval: '1h', limit: 5 }], getFundingRates: [{ ...usdt, limit: 5 }], getFuturesCandles: [{ ...usdt, interval: '1h', limit: 5 }], getLiquidationHistory: [{ ...usdt, limit: 5 }], getRiskLimitTiers: [usdt] },
    hyperliquid: { meta: [], metaAndAssetCtxs: [], l2Book: [{ coin: 'BTC', nSigFigs: 3 }], candleSnapshot: [{ coin: 'BTC', interval: '1h', startTime: nowMs - 5 * HOUR_MS, endTime: nowMs }], fundingHistory: [{ coin: 'BTC', startTime: nowMs - 5 * HOUR_MS }], predictedFundings: [], allMids: [], marginTable: [{ id: 56 }] },
  }; // prettier-ignore
}

const CLIENTS = {
  binance: (base) => Object.assign(new USDMClient({ baseUrl: base }), { baseUrl: base }),
  bybit: (base) => new RestClientV5({ baseUrl: base }),
  okx: (base) => new OkxClient({ baseUrl: base }),
  bitget: (base) => new RestClientV2({ baseUrl: base }),
  'bitget v3': (base) => new RestClientV3({ baseUrl: base }),
  gate: (base) => new GateClient({ baseUrl: `${base}/api/v4` }),
  hyperliquid: (base) => new InfoClient({ transport: new HttpTransport({ apiUrl: base }) }),
};

/** Asks through every SDK. A call agrees where the SDK is content and the product reads the answer behind it. */
export async function sdkCalls(recorder) {
  const all = await Promise.all(
    Object.entries(callsOf(Date.now())).map(async ([name, methods]) => {
      const [exchange] = name.split(' ');
      const client = CLIENTS[name](recorder.endpoints[exchange].rest);
      const calls = [];
      for (const [method, given] of Object.entries(methods)) {
        const before = recorder.answers.length;
        let error;
        try {
          await client[method](...given);
        } catch (thrown) {
          error = String(thrown?.message ?? JSON.stringify(thrown?.body ?? thrown)).slice(0, 120);
        }
        const answer = recorder.answers.slice(before).find((one) => one.exchange === exchange);
        calls.push({
          exchange,
          client: 'SDK',
          method,
          contract: 'linear',
          kind: 'call',
          field: 'call',
          error,
          answer,
        });
      }
      return calls;
    }),
  );
  return all.flat();
}

/** A call's verdict, once the product has read the answers. */
export function sdkVerdict({ answer, error, ...call }) {
  const isRead = (answer?.observations?.length ?? 0) + (answer?.instruments?.length ?? 0) > 0;
  const isAnswered = error === undefined && answer?.status === 200;
  return { ...call, value: error ?? `status ${answer?.status}`, product: 'an answer', verdict: !isAnswered ? 'differ' : isRead ? 'agree' : 'unread' }; // prettier-ignore
}
