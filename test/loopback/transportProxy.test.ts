import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { isPerpscopeError } from '../../src/core/errors.ts';
import type { HttpRequest } from '../../src/sources/transport/httpClient.ts';
import type { ProxySettings } from '../../src/sources/transport/proxy.ts';
import { systemClock } from '../../src/core/clock.ts';
import { createStreamWire, serveWire, until } from '../support/streamWire.ts';
import { type FaultServer, startFaultServer } from '../support/faultServer.ts';
import { createHttpClient, createWebSocketClient } from '../support/subject.ts';

type ProxyMode = 'open' | 'password' | 'silent' | 'forbidden';

interface ConnectProxy {
  readonly host: string;
  readonly tunnels: { readonly target: string; readonly authorization: string | undefined }[];
  readonly others: number;
  close(): Promise<void>;
}

/** A proxy that opens tunnels, asks for `Basic user:pass` if told to, or stays silent. */
async function startProxy(mode: ProxyMode = 'open'): Promise<ConnectProxy> {
  const tunnels: ConnectProxy['tunnels'] = [];
  const sockets = new Set<Socket>();
  let others = 0;
  const server = createServer((_request, response) => {
    others += 1;
    response.end();
  });
  server.on('connection', (socket: Socket) => void sockets.add(socket.on('error', () => undefined)));
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    const authorization = request.headers['proxy-authorization'];
    tunnels.push({ target: request.url ?? '', authorization });
    if (mode === 'silent') return;
    if (mode === 'forbidden') return void socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
    const expected = `Basic ${Buffer.from('user:p@ss').toString('base64')}`;
    if (mode === 'password' && authorization !== expected)
      return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n');
    const { hostname, port } = new URL(`http://${request.url ?? ''}`);
    const upstream = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    tunnels,
    get others() {
      return others;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('HTTP client: proxy', () => {
  let server: FaultServer;
  const proxies: ConnectProxy[] = [];
  beforeEach(async () => {
    server = await startFaultServer();
  });
  afterEach(async () => {
    for (const proxy of proxies.splice(0)) await proxy.close();
    await server.close();
  });
  const start = async (mode?: ProxyMode): Promise<ConnectProxy> => {
    const proxy = await startProxy(mode);
    proxies.push(proxy);
    return proxy;
  };
  /** Sends ten requests and closes; returns the status of the last. */
  async function ask(settings: ProxySettings, env: Record<string, string> = {}): Promise<number> {
    const client = createHttpClient({
      proxy: { proxyLoopback: true, ...settings },
      env,
      random: () => 0,
      connectTimeoutMs: 200,
      callTimeoutMs: 3_000,
    });
    const request: HttpRequest = {
      exchange: 'okx',
      baseUrl: server.url,
      method: 'GET',
      path: '/x',
      query: {},
      weight: 1,
      limits: [],
    };
    try {
      for (let index = 0; index < 9; index++) await client.send(request);
      return (await client.send(request)).status;
    } finally {
      await client.close();
    }
  }

  it('opens tunnels and keeps them', async () => {
    const proxy = await start();
    assert.equal(await ask({ proxy: `http://${proxy.host}` }), 200);
    assert.deepEqual(proxy.tunnels[0], { target: server.url.slice(7), authorization: undefined });
    assert.ok(proxy.tunnels.length <= 2 && server.accepted === proxy.tunnels.length);
    assert.deepEqual([proxy.others, server.requests.length], [0, 10]);
  });

  it('gives its user name and password to the proxy and not to the exchange', async () => {
    const proxy = await start('password');
    assert.equal(await ask({ proxy: `http://user:p%40ss@${proxy.host}` }), 200);
    assert.equal(server.requests[0]?.headers['proxy-authorization'], undefined);
  });

  it('names a proxy that refuses, without its password, and asks it once', async () => {
    const proxy = await start('password');
    await assert.rejects(ask({ proxy: `http://user:hunter2@${proxy.host}` }), (error) => {
      assert.ok(isPerpscopeError(error, 'network'));
      assert.ok(
        error.message.includes(`the proxy ${proxy.host} refused the tunnel (HTTP 407); check http.proxy`),
      );
      assert.ok(!error.message.includes('hunter2'));
      return true;
    });
    assert.deepEqual([proxy.tunnels.length, server.requests.length], [1, 0]);
    const closed = await start('forbidden');
    await assert.rejects(ask({ proxy: `http://${closed.host}` }), (error) => {
      assert.ok(isPerpscopeError(error, 'network'));
      return error.message.includes('refused the tunnel (HTTP 403); ask who runs the proxy');
    });
  });

  it('names a proxy that is not there or does not answer', async () => {
    const gone = await startProxy();
    await gone.close();
    await assert.rejects(ask({ proxy: `http://${gone.host}` }), (error) => {
      assert.ok(isPerpscopeError(error, 'network'));
      return /refused \(ECONNREFUSED\) by way of proxy 127\.0\.0\.1:\d+;/.test(error.message);
    });
    const silent = await start('silent');
    await assert.rejects(ask({ proxy: `http://${silent.host}` }), (error) =>
      isPerpscopeError(error, 'timeout'),
    );
    assert.equal(server.requests.length, 0);
  });

  it('goes past the proxy for hosts on the bypass list', async () => {
    const proxy = await start();
    assert.equal(await ask({ proxy: `http://${proxy.host}`, noProxy: [`127.0.0.1:${server.port}`] }), 200);
    assert.equal(await ask({ proxy: `http://${proxy.host}` }, { NO_PROXY: '127.0.0.1' }), 200);
    assert.equal(proxy.tunnels.length, 0);
    assert.equal(await ask({ proxy: `http://${proxy.host}`, noProxy: ['127.0.0.1:1'] }), 200);
    assert.ok(proxy.tunnels.length > 0);
  });

  it('never takes loopback through a proxy of the environment', async () => {
    const proxy = await start();
    const url = `http://${proxy.host}`;
    assert.equal(await ask({}, { HTTP_PROXY: url, HTTPS_PROXY: url, ALL_PROXY: url }), 200);
    assert.equal(await ask({ proxy: url, proxyLoopback: false }), 200);
    assert.equal(proxy.tunnels.length, 0);
  });

  it('fails with the reason when the proxy cannot be used at all', async () => {
    await assert.rejects(ask({ proxy: 'socks5://127.0.0.1:1' }), (error) =>
      isPerpscopeError(error, 'config'),
    );
    assert.equal(server.requests.length, 0);
  });
});

describe('WebSocket client: proxy', () => {
  it('goes through the proxy of the settings, which sees the host and nothing else, and names it when it refuses', async () => {
    const wire = await serveWire(createStreamWire(), systemClock);
    for (const mode of ['open', 'password'] as const) {
      const proxy = await startProxy(mode);
      const client = createWebSocketClient({
        env: {},
        proxy: { proxy: `http://${proxy.host}`, proxyLoopback: true },
      });
      const texts: unknown[] = [];
      const ends: string[] = [];
      const socket = client.connect(
        { exchange: 'fake', url: `${wire.url}/ws` },
        {
          onOpen: () => socket.send('ping'),
          onMessage: (text) => void texts.push(text),
          onClose: ({ error }) => void ends.push(error.message),
        },
      );
      await until('an answer', () => texts.length + ends.length >= (mode === 'open' ? 2 : 1));
      if (mode === 'open') assert.deepEqual(texts, ['{"hello":true}', 'pong']);
      else assert.match(ends.join(' '), new RegExp(`by way of proxy|the proxy ${proxy.host}`));
      assert.equal(proxy.tunnels[0]?.target, new URL(wire.url).host);
      assert.equal(proxy.others, 0);
      await client.close();
      await proxy.close();
    }
    await wire.close();
  });
});
