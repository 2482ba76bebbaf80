import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import { silentLogger } from '../../src/core/logger.ts';
import { createEngine } from '../../src/engine.ts';
import type { AssetSnapshot } from '../../src/market/snapshot.ts';

/** Binance and Bybit with one perpetual each, as far as price, open interest and the list need. */
interface Market {
  readonly symbol: string;
  readonly base: string;
  readonly price: string;
  readonly coins: string;
}

function binanceAnswer(path: string, { symbol, base, price, coins }: Market): unknown {
  const kind = { contractType: 'PERPETUAL', deliveryDate: 4_133_404_800_000, status: 'TRADING' };
  const assets = { baseAsset: base, quoteAsset: 'USDT', marginAsset: 'USDT', underlyingType: 'COIN' };
  const time = Date.now() - 500;
  switch (path) {
    case '/fapi/v1/exchangeInfo':
      return { symbols: [{ symbol, pair: symbol, ...kind, ...assets }] };
    case '/fapi/v1/fundingInfo':
      return [{ symbol: 'LPTUSDT', fundingIntervalHours: 4 }];
    case '/fapi/v1/premiumIndex':
      return {
        ...{ symbol, markPrice: price, indexPrice: price, lastFundingRate: '0.0001', time },
        nextFundingTime: Math.ceil(time / 28_800_000) * 28_800_000,
      };
    case '/fapi/v1/openInterest':
      return { symbol, openInterest: coins, time };
  }
  return undefined;
}

function bybitAnswer(path: string, query: URLSearchParams, { symbol, base, price, coins }: Market): unknown {
  const list = (rows: unknown[]) => ({
    ...{ retCode: 0, retMsg: 'OK', time: Date.now() - 300 },
    result: { category: query.get('category'), nextPageCursor: '', list: rows },
  });
  const isLinear = query.get('category') === 'linear';
  if (path === '/v5/market/instruments-info') {
    const kind = {
      contractType: 'LinearPerpetual',
      status: 'Trading',
      deliveryTime: '0',
      fundingInterval: 480,
    };
    return list(isLinear ? [{ symbol, baseCoin: base, quoteCoin: 'USDT', settleCoin: 'USDT', ...kind }] : []);
  }
  if (path !== '/v5/market/tickers' || !isLinear) return undefined;
  const size = { openInterest: String(2 * Number(coins)), singleOpenInterest: coins };
  return list([{ symbol, lastPrice: price, indexPrice: price, markPrice: price, ...size }]);
}

describe('markets that do not fit together', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  async function serve(answer: (url: URL) => unknown): Promise<string> {
    const server = createServer((request, response) => {
      const found = answer(new URL(request.url ?? '/', 'http://127.0.0.1'));
      response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(found ?? {}));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async function read(asset: string, binance: Market, bybit: Market): Promise<AssetSnapshot> {
    const ofBinance = await serve(({ pathname }) => binanceAnswer(pathname, binance));
    const ofBybit = await serve(({ pathname, searchParams }) => bybitAnswer(pathname, searchParams, bybit));
    const engine = await createEngine({
      logger: silentLogger,
      endpoints: { binance: { rest: ofBinance, spot: ofBinance }, bybit: { rest: ofBybit } },
    });
    try {
      const snapshot = await engine.market.refresh({ assets: [asset], exchanges: ['binance', 'bybit'] });
      assert.ok(snapshot.assets[0] !== undefined);
      return snapshot.assets[0];
    } finally {
      await engine.dispose();
    }
  }

  it('are two coins of one ticker: nothing is added up, and the sum says why', async () => {
    const { aggregate } = await read(
      'NEIRO',
      { symbol: 'NEIROUSDT', base: 'NEIRO', price: '0.00031', coins: '1000' },
      { symbol: 'NEIROUSDT', base: 'NEIRO', price: '0.0344', coins: '10' },
    );
    assert.deepEqual(
      [aggregate.openInterestBase, aggregate.openInterestUsd, aggregate.markPriceQuote],
      [undefined, undefined, undefined],
    );
    assert.deepEqual(aggregate.coverage, { fresh: 0, of: 2 });
    assert.ok(aggregate.notes.some((note) => /prices contradict each other/.test(note)));
  });

  it('are thousands beside single coins: both are counted in coins', async () => {
    const { aggregate, exchanges } = await read(
      'PEPE',
      { symbol: '1000PEPEUSDT', base: '1000PEPE', price: '0.0046', coins: '3000000' },
      { symbol: 'PEPEUSDT', base: 'PEPE', price: '0.0000046', coins: '4000000000' },
    );
    assert.equal(aggregate.openInterestBase, 7e9);
    assert.ok(aggregate.notes.includes('Binance trades 1,000 PEPE as one; it is counted in single coins.'));
    const [thousands] = exchanges[0]?.instruments ?? [];
    assert.deepEqual([thousands?.venueSymbol, thousands?.coinsPerUnit], ['1000PEPEUSDT', 1_000]);
    const usd = 3e6 * 0.0046 + 4e9 * 0.0000046;
    assert.ok(Math.abs((aggregate.openInterestUsd ?? 0) / usd - 1) < 1e-9);
  });

  it('are thousands by name and single coins by price: the name is not believed', async () => {
    const { aggregate } = await read(
      'CAT',
      { symbol: '1000CATUSDT', base: '1000CAT', price: '0.0344', coins: '1000' },
      { symbol: 'CATUSDT', base: 'CAT', price: '0.0344', coins: '10' },
    );
    assert.equal(aggregate.openInterestBase, undefined);
    assert.ok(aggregate.notes.some((note) => /prices contradict each other/.test(note)));
  });

  it('are thousands on every exchange: without a price of single coins no coins are added up', async () => {
    const { aggregate } = await read(
      'SATS',
      { symbol: '1000SATSUSDT', base: '1000SATS', price: '0.0002', coins: '1000' },
      { symbol: '1000SATSUSDT', base: '1000SATS', price: '0.0002', coins: '3000' },
    );
    assert.equal(aggregate.openInterestBase, undefined);
    assert.ok(Math.abs((aggregate.openInterestUsd ?? 0) - 0.8) < 1e-9);
    assert.ok(aggregate.notes.some((note) => /No other price confirms how many SATS/.test(note)));
  });
});
