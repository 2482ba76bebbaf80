/** What ccxt.pro watches, and raw subscriptions for the frames that tardis-dev's mappers read. */
import WebSocket from 'ws';
import { gunzipSync } from 'node:zlib';
import { ccxtExchange } from './ccxtExchange.mjs';

const SYMBOLS = {
  deribit: ['BTC/USD:BTC', 'SOL/USDC:USDC', 'ETH/USD:ETH'],
  hyperliquid: ['BTC/USDC:USDC', 'SOL/USDC:USDC'],
  'kraken-futures': ['BTC/USD:USD', 'SOL/USD:USD', 'BTC/USD:BTC'],
  okx: ['BTC/USDT:USDT', 'SOL/USDT:USDT', 'BTC/USD:BTC'],
  bybit: ['BTC/USDT:USDT', 'SOL/USDT:USDT', 'BTC/USD:BTC'],
};
const USUAL = ['BTC/USDT:USDT', 'SOL/USDT:USDT', 'ETH/USDT:USDT'];
const ONE_OF = ['watchMarkPrice', 'watchFundingRate'];

const each = (list, make) => list.flatMap(make);
const USDT = ['BTC', 'SOL', 'ETH'];
const okxArgs = [
  ...each(['BTC-USDT-SWAP', 'SOL-USDT-SWAP', 'BTC-USD-SWAP'], (instId) => ['trades', 'tickers', 'mark-price', 'open-interest', 'funding-rate'].map((channel) => ({ channel, instId }))),
  { channel: 'index-tickers', instId: 'BTC-USDT' },
  { channel: 'liquidation-orders', instType: 'SWAP' },
]; // prettier-ignore
const bybitArgs = (symbol) => [`publicTrade.${symbol}`, `tickers.${symbol}`, `allLiquidation.${symbol}`];

/** Path and messages, written from the exchanges' documentation. */
const RAW = {
  binance: [[`/market/stream?streams=${each(USDT, (coin) => ['aggTrade', 'markPrice@1s', 'forceOrder'].map((what) => `${coin.toLowerCase()}usdt@${what}`)).join('/')}`, []]],
  okx: [['/ws/v5/public', [{ op: 'subscribe', args: okxArgs }]]],
  bybit: [['/v5/public/linear', [{ op: 'subscribe', args: each(USDT, (coin) => bybitArgs(`${coin}USDT`)) }]], ['/v5/public/inverse', [{ op: 'subscribe', args: bybitArgs('BTCUSD') }]]],
  bitget: [['/v2/ws/public', [{ op: 'subscribe', args: each(USDT, (coin) => ['trade', 'ticker'].map((channel) => ({ instType: 'USDT-FUTURES', channel, instId: `${coin}USDT` }))) }]]],
  gate: [['/v4/ws/usdt', ['futures.trades', 'futures.tickers'].map((channel) => ({ time: 1, channel, event: 'subscribe', payload: USDT.map((coin) => `${coin}_USDT`) }))]],
  deribit: [['/ws/api/v2', [{ jsonrpc: '2.0', id: 1, method: 'public/subscribe', params: { channels: each(['BTC-PERPETUAL', 'ETH-PERPETUAL', 'SOL_USDC-PERPETUAL', 'BTC_USDC-PERPETUAL'], (name) => [`trades.${name}.100ms`, `ticker.${name}.100ms`]) } }]]],
  hyperliquid: [['/ws', each(USDT, (coin) => ['trades', 'activeAssetCtx', 'l2Book'].map((type) => ({ method: 'subscribe', subscription: { type, coin } })))]],
  'kraken-futures': [['/ws/v1', ['trade', 'ticker'].map((feed) => ({ event: 'subscribe', feed, product_ids: ['PF_XBTUSD', 'PF_SOLUSD', 'PF_ETHUSD', 'PI_XBTUSD'] }))]],
  htx: [['/linear-swap-ws', each(USDT, (coin) => [`market.${coin}-USDT.trade.detail`, `market.${coin}-USDT.detail`].map((sub) => ({ sub, id: sub })))], ['/linear-swap-notification', ['liquidation_orders', 'funding_rate'].map((what) => ({ op: 'sub', cid: what, topic: `public.*.${what}` }))]],
}; // prettier-ignore

/** Answers what a server asks as a sign of life. */
function signOfLife({ ping, op, ts, params }) {
  if (ping !== undefined) return { pong: ping };
  if (op === 'ping') return { op: 'pong', ts };
  return params?.type === 'test_request'
    ? { jsonrpc: '2.0', id: 9, method: 'public/test', params: {} }
    : undefined;
}

function openRaw(base, path, messages) {
  const socket = new WebSocket(base + path);
  socket.on('open', () => messages.forEach((message) => socket.send(JSON.stringify(message))));
  socket.on('message', (data, isBinary) => {
    const text = isBinary ? gunzipSync(data).toString() : data.toString();
    const reply = text.startsWith('{') ? signOfLife(JSON.parse(text)) : undefined;
    if (reply !== undefined) socket.send(JSON.stringify(reply));
  });
  socket.on('error', () => undefined);
  return socket;
}

/** Follows an exchange for a time; returns what ccxt.pro told and what it could not. */
export async function followStreams(exchange, recorder, untilMs) {
  const to = recorder.endpoints[exchange];
  const raw = RAW[exchange].map(([path, messages]) => openRaw(to.ws, path, messages));
  // A refused channel fails every watcher of its connection, so those that may be refused have one of their own.
  const [main, other] = await Promise.all([
    ccxtExchange(exchange, to, true),
    ccxtExchange(exchange, to, true),
  ]);
  const events = [];
  const failures = [];
  const follow = async (client, method, symbol, more = []) => {
    if (!client.has[method]) return;
    while (Date.now() < untilMs) {
      const left = new Promise((resolve) => setTimeout(resolve, Math.max(1, untilMs - Date.now())));
      try {
        const told = await Promise.race([client[method](symbol, ...more), left]);
        for (const row of told === undefined ? [] : [told].flat())
          events.push({ method, market: client.markets[row.symbol ?? symbol], row: { ...row } });
      } catch (error) {
        if (Date.now() < untilMs)
          failures.push({
            method,
            error: `${error.constructor.name}: ${String(error.message).slice(0, 120)}`,
          });
        return;
      }
    }
  };
  const symbols = SYMBOLS[exchange] ?? USUAL;
  const aggregated = exchange === 'binance' ? [undefined, undefined, { name: 'aggTrade' }] : [];
  await Promise.all([
    ...symbols.flatMap((symbol) => [
      follow(main, 'watchTrades', symbol, aggregated),
      follow(main, 'watchLiquidations', symbol),
    ]),
    // Binance's ticker stream is one that the simulator does not push.
    ...(exchange === 'binance' ? [] : symbols.map((symbol) => follow(main, 'watchTicker', symbol))),
    ...ONE_OF.map((method) => follow(other, method, symbols[0])),
  ]);
  for (const client of [main, other]) await client.close().catch(() => undefined);
  for (const socket of raw) socket.close();
  return { events, failures };
}
