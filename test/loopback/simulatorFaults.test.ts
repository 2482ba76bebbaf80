import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { isPerpscopeError, type PerpscopeError } from '../../src/core/errors.ts';
import { decodeAnswer } from '../../src/sources/exchanges/decodeAnswer.ts';
import { adapterOf } from '../../src/sources/exchanges/registry.ts';
import { SIMULATED_EXCHANGES, type SimulatedExchange } from '../../src/sources/simulator/profiles.ts';
import { createHttpClient } from '../../src/sources/transport/httpClient.ts';
import {
  createWebSocketClient,
  type ClientSocket,
  type SocketEnd,
} from '../../src/sources/transport/webSocketClient.ts';
import { startFaultySimulator, type FaultySimulator } from '../support/faults/faultySimulator.ts';
import { FAULT_NAMES } from '../support/faults/requestFaults.ts';
import { HTML_PAGE } from '../support/faults/wrongBodies.ts';
import { FakeClock } from '../support/fakeClock.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 5, 17, 23, 456);

/** One request per exchange that names a contract, and the symbol it names. */
const ASK: Readonly<
  Record<SimulatedExchange, { path: string; query: Record<string, string>; method?: 'POST' }>
> = {
  binance: { path: '/fapi/v1/openInterest', query: { symbol: 'BTCUSDT' } },
  okx: { path: '/api/v5/public/open-interest', query: { instType: 'SWAP', instId: 'BTC-USDT-SWAP' } },
  bybit: { path: '/v5/market/tickers', query: { category: 'linear', symbol: 'BTCUSDT' } },
  bitget: { path: '/api/v2/mix/market/ticker', query: { productType: 'usdt-futures', symbol: 'BTCUSDT' } },
  gate: { path: '/api/v4/futures/usdt/contracts/BTC_USDT', query: {} },
  deribit: { path: '/api/v2/public/ticker', query: { instrument_name: 'BTC-PERPETUAL' } },
  hyperliquid: { path: '/info', query: { type: 'l2Book', coin: 'BTC' }, method: 'POST' },
  'kraken-futures': { path: '/derivatives/api/v3/tickers/PF_XBTUSD', query: {} },
  htx: { path: '/v5/market/open_interest', query: { contract_code: 'BTC-USDT' } },
};

describe('the faults of the simulated exchanges', () => {
  let simulator: FaultySimulator;
  const get = (exchange: SimulatedExchange, signal?: AbortSignal): Promise<Response> => {
    const { path, query, method } = ASK[exchange];
    const url = `${simulator.endpoints[exchange]?.rest}${path}?${new URLSearchParams(query).toString()}`;
    const post = method === undefined ? {} : { method, body: JSON.stringify(query) };
    return fetch(url, signal === undefined ? post : { ...post, signal });
  };
  const decode = (exchange: SimulatedExchange, body: unknown): ReturnType<typeof decodeAnswer> => {
    const adapter = adapterOf(exchange);
    assert.ok(adapter !== undefined);
    return decodeAnswer(adapter, { method: 'GET', ...ASK[exchange], body, receivedAtMs: NOW_MS }, new Map());
  };
  beforeEach(async () => {
    simulator = await startFaultySimulator({ seed: 3, scenario: 'calm', clock: new FakeClock(NOW_MS) });
  });
  afterEach(async () => {
    await simulator.close();
  });

  for (const [fault, status, kind] of [
    ['geo-block', 451, 'rejected'],
    ['rate-limit', 429, 'rate-limited'],
    ['ban', 418, undefined],
    ['server-error', undefined, 'rejected'],
  ] as const) {
    it(`${fault}: a status and a body that the adapter reads as the exchange's own error`, async () => {
      for (const exchange of SIMULATED_EXCHANGES) {
        simulator.setFault(exchange, fault);
        const response = await get(exchange);
        if (status === undefined) assert.ok(response.status >= 500, exchange);
        else assert.equal(response.status, status, exchange);
        assert.equal(response.headers.get('x-perpscope-simulated'), '1');
        const error = adapterOf(exchange)?.venueError(await response.json(), response.status);
        // Binance refuses regions with `code: 0`, which its adapter reads by the status alone.
        if (fault !== 'geo-block' || exchange !== 'binance')
          assert.ok(error !== undefined, `${exchange} says why`);
        if (kind !== undefined && error !== undefined) assert.equal(error.kind, kind, exchange);
        const wait = response.headers.get('retry-after');
        assert.equal(wait, { 'rate-limit': '2', ban: '7200' }[fault as string] ?? null, exchange);
      }
    });
  }

  it('rate-limit: Retry-After as told, as a date, or not at all, for so many requests', async () => {
    const date = new Date(NOW_MS + 60_000).toUTCString();
    for (const retryAfter of ['600', date, null]) {
      simulator.setFault('okx', { name: 'rate-limit', retryAfter, times: 1 });
      const limited = await get('okx');
      assert.equal(limited.status, 429);
      assert.equal(limited.headers.get('retry-after'), retryAfter);
      await limited.arrayBuffer();
      const well = await get('okx');
      assert.equal(well.status, 200);
      await well.arrayBuffer();
    }
  });

  it('garbage: a web page, or JSON that ends early', async () => {
    simulator.setFault('gate', 'garbage');
    assert.equal(await (await get('gate')).text(), HTML_PAGE);
    simulator.setFault('gate', { name: 'garbage', form: 'cut-json' });
    const cut = await (await get('gate')).text();
    assert.ok(cut.startsWith('{"name":"BTC_USDT"'));
    assert.throws(() => JSON.parse(cut) as unknown);
  });

  it('empty, null-fields: nothing to decode, and no number out of nothing', async () => {
    for (const exchange of SIMULATED_EXCHANGES) {
      for (const fault of ['empty', 'null-fields'] as const) {
        simulator.setFault(exchange, fault);
        const body: unknown = await (await get(exchange)).json();
        if (fault === 'empty') assert.deepEqual(body, {});
        else assert.doesNotMatch(JSON.stringify(body), /:(?!null|\{|\[)/, exchange);
        assert.deepEqual(decode(exchange, body).observations, [], `${exchange} ${fault}`);
      }
    }
  });

  it('wrong-symbol: a right answer about another contract, which the adapters refuse', async () => {
    for (const exchange of SIMULATED_EXCHANGES) {
      simulator.setFault(exchange, 'wrong-symbol');
      const body: unknown = await (await get(exchange)).json();
      assert.match(JSON.stringify(body), /"ETH/, exchange);
      const { observations, issues } = decode(exchange, body);
      assert.deepEqual(observations, [], exchange);
      assert.ok(
        issues.some(({ code }) => code === 'wrong-instrument'),
        `${exchange} ${JSON.stringify(issues)}`,
      );
    }
  });

  it('stall: takes the request and says nothing', async () => {
    simulator.setFault('bybit', 'stall');
    const aborter = new AbortController();
    const pending = get('bybit', aborter.signal);
    while (simulator.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const first = await Promise.race([pending, new Promise((resolve) => setTimeout(resolve, 60, 'silence'))]);
    assert.equal(first, 'silence');
    aborter.abort();
    await assert.rejects(pending);
  });

  it('slow-drip: sends the right answer byte by byte', async () => {
    const wanted = await (await get('binance')).text();
    simulator.setFault('binance', { name: 'slow-drip', byteEveryMs: 1 });
    const response = await get('binance');
    let [chunks, seen] = [0, ''];
    for await (const chunk of response.body ?? []) {
      chunks += 1;
      seen += Buffer.from(chunk as Uint8Array).toString();
    }
    assert.equal(seen, wanted);
    assert.ok(chunks > wanted.length / 4, `${chunks} chunks for ${wanted.length} bytes`);
  });

  it('slow-header: begins an answer whose headers do not end', async () => {
    simulator.setFault('binance', { name: 'slow-header', byteEveryMs: 1 });
    const { port } = new URL(simulator.endpoints['binance']?.rest ?? '');
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('GET /fapi/v1/time HTTP/1.1\r\nhost: x\r\n\r\n');
    let seen = '';
    for await (const chunk of socket) {
      seen += String(chunk);
      if (seen.endsWith('aaaaa')) break;
    }
    assert.ok(seen.startsWith('HTTP/1.1 200 OK\r\n') && !seen.includes('\r\n\r\n'));
    socket.destroy();
  });

  it('endless-body: sends more than anyone should keep', async () => {
    simulator.setFault('okx', 'endless-body');
    let bytes = 0;
    for await (const chunk of (await get('okx')).body ?? []) {
      bytes += (chunk as Uint8Array).length;
      if (bytes > 8 * 1024 * 1024) break;
    }
    assert.ok(bytes > 8 * 1024 * 1024);
  });

  it('gzip-bomb: unpacks to 64 MB of a body of less than 100 KB', async () => {
    simulator.setFault('okx', 'gzip-bomb');
    const { port } = new URL(simulator.endpoints['okx']?.rest ?? '');
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    let packed = 0;
    for await (const chunk of socket) packed += (chunk as Buffer).length;
    assert.ok(packed > 10_000 && packed < 100_000, `${packed} bytes packed`);
    let bytes = 0;
    for await (const chunk of (await get('okx')).body ?? []) bytes += (chunk as Uint8Array).length;
    assert.equal(bytes, 64 * 1024 * 1024);
  });

  for (const packing of ['br', 'zstd'] as const) {
    it(`${packing}-bomb: a small body that the client refuses unread`, async () => {
      simulator.setFault('okx', `${packing}-bomb`);
      const client = createHttpClient({ env: {} });
      try {
        const request = { ...ASK.okx, exchange: 'okx', baseUrl: simulator.endpoints['okx']?.rest ?? '' };
        const call = client.send({ ...request, method: 'GET', weight: 1, limits: [] });
        await assert.rejects(call, new RegExp(`content encoding "${packing}"`));
      } finally {
        await client.close();
      }
    });
  }

  it('forbidden: 403 that pauses Bybit for ten minutes', async () => {
    simulator.setFault('bybit', { name: 'forbidden', times: 1 });
    const client = createHttpClient({ env: {} });
    try {
      const baseUrl = simulator.endpoints['bybit']?.rest ?? '';
      const request = {
        ...ASK.bybit,
        exchange: 'bybit',
        baseUrl,
        method: 'GET',
        weight: 1,
        limits: [],
      } as const;
      for (const _ of [1, 2])
        await assert.rejects(client.send(request), (error) => isPerpscopeError(error, 'rate-limited'));
      assert.equal(simulator.requests.length, 1);
      const leftMs = (client.nextAttemptAtMs('bybit', baseUrl) ?? 0) - Date.now();
      assert.ok(leftMs > 590_000 && leftMs <= 600_000, `${leftMs} ms`);
    } finally {
      await client.close();
    }
  });

  it('refuse: resets the connection', async () => {
    simulator.setFault('gate', 'refuse');
    await assert.rejects(get('gate'), (error: Error) => {
      assert.match(String((error.cause as NodeJS.ErrnoException).code), /ECONNRESET|UND_ERR_SOCKET/);
      return true;
    });
  });

  it('F4 no-connect: a connection that never comes about is given up by REST and streams, and comes back', async function () {
    this.timeout(30_000);
    simulator.setFault('bybit', 'no-connect');
    await simulator.settled();
    const address = simulator.endpoints['bybit'];
    assert.ok(address !== undefined);
    const http = createHttpClient({ env: {}, random: () => 0, connectTimeoutMs: 200, callTimeoutMs: 2_000 });
    const client = createWebSocketClient({ env: {}, connectTimeoutMs: 300 });
    const ends: SocketEnd[] = [];
    let isOpen = false;
    const dial = (): ClientSocket =>
      client.connect(
        { exchange: 'bybit', url: `${address.ws}/v5/public/linear` },
        {
          onOpen: () => void (isOpen = true),
          onMessage: () => undefined,
          onClose: (end) => void ends.push(end),
        },
      );
    const ask = () =>
      http.send({ exchange: 'bybit', baseUrl: address.rest, method: 'GET', path: '/v5/market/time', query: {}, weight: 1, limits: [] }); // prettier-ignore
    const startMs = performance.now();
    dial();
    await assert.rejects(ask(), (error: PerpscopeError) => error.code === 'timeout');
    while (ends.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(ends[0]?.error.code, 'timeout');
    assert.ok(performance.now() - startMs < 15_000);
    assert.deepEqual([client.size, simulator.requests.length], [0, 0]);
    simulator.setFault('bybit', undefined);
    await simulator.settled();
    assert.equal((await ask()).status, 200);
    const socket = dial();
    while (!isOpen) await new Promise((resolve) => setTimeout(resolve, 5));
    socket.close();
    await client.close();
    await http.close();
    // What blocks the port goes with the simulator.
    simulator.setFault('bybit', 'no-connect');
  });

  it('touches only the exchange, and only the path it names, and ends when it is taken back', async () => {
    simulator.setFault('binance', { name: 'server-error', path: '/depth' });
    assert.equal((await get('binance')).status, 200);
    simulator.setFault('binance', 'server-error');
    assert.equal((await get('binance')).status, 503);
    assert.equal((await get('okx')).status, 200);
    simulator.setFault('binance', undefined);
    assert.equal((await get('binance')).status, 200);
  });

  it('can be there from the start, and answers late when told so', async () => {
    const other = await startFaultySimulator({
      seed: 1, scenario: 'calm', clock: new FakeClock(NOW_MS), exchanges: ['okx'], latencyMs: 40, faults: { okx: 'ban' },
    }); // prettier-ignore
    const begun = performance.now();
    const response = await fetch(`${other.endpoints['okx']?.rest}/api/v5/public/time`);
    assert.equal(response.status, 418);
    assert.ok(performance.now() - begun >= 35);
    assert.deepEqual(Object.keys(other.endpoints), ['okx']);
    await other.close();
  });

  it('refuses an upgrade to WebSocket with 501', async () => {
    const { port } = new URL(simulator.endpoints['bybit']?.ws ?? '');
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      'GET /v5/public/linear HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n',
    );
    let seen = '';
    for await (const chunk of socket) seen += String(chunk);
    // 501 where the exchange streams nothing, 400 where it does: the request has no key.
    assert.match(seen, /^HTTP\/1\.1 (501|400) /);
  });

  it('ends every connection on close, also those that hang', async () => {
    const { port } = new URL(simulator.endpoints['bybit']?.rest ?? '');
    for (const fault of ['stall', 'slow-header', 'slow-drip', 'endless-body'] as const) {
      simulator.setFault('bybit', fault);
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => undefined);
      const known = simulator.requests.length;
      socket.write('GET /v5/market/time HTTP/1.1\r\nhost: x\r\n\r\n');
      while (simulator.requests.length === known) await new Promise((resolve) => setImmediate(resolve));
    }
    await simulator.close();
    const again = connect(Number(port), '127.0.0.1');
    const [error] = (await once(again, 'error')) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNREFUSED');
  });

  it('has a test for every name', () => {
    const tested = [
      'geo-block', 'rate-limit', 'ban', 'server-error', 'garbage', 'empty', 'null-fields', 'wrong-symbol', 'stall',
      'slow-header', 'slow-drip', 'endless-body', 'gzip-bomb', 'refuse', 'forbidden', 'br-bomb', 'zstd-bomb',
      'no-connect',
    ]; // prettier-ignore
    assert.deepEqual([...FAULT_NAMES].sort(), tested.sort());
  });
});
