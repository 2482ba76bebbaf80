import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, describe, it } from 'mocha';
import { systemClock } from '../../src/core/clock.ts';
import type { SocketEnd } from '../../src/sources/transport/webSocketClient.ts';
import { createRig, type Rig } from '../support/streamRig.ts';
import { createStreamWire, serveWire, until } from '../support/streamWire.ts';
import { createHttpClient, createWebSocketClient } from '../support/subject.ts';

/** Names that are unknown so many times, then have these addresses. */
function names(failures: number, addresses: readonly string[]): LookupFunction & { asked: number } {
  const answer = (name: string, options: { all?: boolean }, told: (...args: never[]) => void): void => {
    lookup.asked += 1;
    const tell = told as (error: Error | null, address?: unknown, family?: number) => void;
    if (lookup.asked <= failures)
      return tell(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' }));
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    if (options.all === true) return tell(null, found);
    tell(null, found[0]?.address, found[0]?.family);
  };
  const lookup = Object.assign(answer as LookupFunction, { asked: 0 });
  return lookup;
}

describe('streams on networks and with frames that fail', () => {
  const closing: (() => Promise<unknown> | void)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  it('F10 a name that is not known and then is: named, tried again, live without a reload', async () => {
    const lookup = names(2, ['127.0.0.1']);
    const rig: Rig = await createRig({ host: 'exchange.invalid', lookup });
    closing.push(() => rig.close());
    await rig.run(1);
    assert.match(rig.stream('trade').lastError ?? '', /the host name is not known \(ENOTFOUND\)/);
    await rig.run(12);
    assert.equal(lookup.asked, 3);
    assert.equal(rig.stream('trade').state, 'live');
  });

  it('frames that cannot be handled cost a line a minute, not a line each', async () => {
    // An answer that cannot be sent as JSON.
    const rig = await createRig({
      exchange: { spec: { classify: () => ({ role: 'ping', reply: { n: 1n } }) } },
    });
    closing.push(() => rig.close());
    await rig.run(30);
    assert.ok(rig.stream('trade').messages === 0 && rig.lines.length <= 3, `${rig.lines.length} lines`);
    assert.ok(rig.lines.some((line) => line.startsWith('a frame could not be read')));
  });

  it('F10 an IPv6 address that leads nowhere: connected by IPv4 in time, REST and streams', async () => {
    // 100::/64 is the prefix whose packets are thrown away.
    const lookup = names(0, ['100::1', '127.0.0.1']);
    const wire = await serveWire(createStreamWire(), systemClock, 100);
    const client = createWebSocketClient({ env: {}, lookup });
    const http = createHttpClient({ env: {}, lookup });
    closing.push(
      () => wire.close(),
      () => client.close(),
      () => http.close(),
    );
    const startMs = performance.now();
    let isOpen = false;
    const ends: SocketEnd[] = [];
    const url = wire.url.replace('127.0.0.1', 'exchange.invalid');
    client.connect(
      { exchange: 'fake', url: `${url}/ws` },
      {
        onOpen: () => void (isOpen = true),
        onMessage: () => undefined,
        onClose: (end) => void ends.push(end),
      },
    );
    await until('open', () => isOpen);
    assert.ok(performance.now() - startMs < 5_000);
    assert.deepEqual(ends, []);
    wire.server.removeAllListeners('request');
    wire.server.on('request', (_request, response) => response.end('{}'));
    const baseUrl = url.replace('ws:', 'http:');
    const { status } = await http.send({ exchange: 'fake', baseUrl, method: 'GET', path: '/x', query: {}, weight: 1, limits: [] }); // prettier-ignore
    assert.equal(status, 200);
  });

  it('F6 a TLS handshake that is cut off: ends as an error of the network, nothing is left open', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined).once('data', () => socket.resetAndDestroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = createWebSocketClient({ env: {} });
    closing.push(
      () => void server.close(),
      () => client.close(),
    );
    const ends: SocketEnd[] = [];
    client.connect(
      { exchange: 'fake', url: `wss://127.0.0.1:${(server.address() as AddressInfo).port}/ws` },
      { onOpen: () => undefined, onMessage: () => undefined, onClose: (end) => void ends.push(end) },
    );
    await until('the end', () => ends.length === 1);
    assert.deepEqual([ends[0]?.code, ends[0]?.error.code, client.size], [1_006, 'network', 0]);
  });

  for (const [status, said] of [
    [407, /the proxy 127\.0\.0\.1:\d+ refused the tunnel \(HTTP 407\); check http\.proxy/],
    [undefined, /by way of proxy|proxy/],
  ] as const)
    it(`F10 a proxy that ${status === undefined ? 'hangs up' : `refuses with ${status}`}: named within 15 s, without its password, and connected once it lets through`, async () => {
      const wire = await serveWire(createStreamWire(), systemClock, 100);
      closing.push(() => wire.close());
      let isOpenProxy = false;
      const proxy = createServer();
      const inside = new Set<Duplex>();
      proxy.on('connect', (_request, socket) => {
        inside.add(socket.on('error', () => undefined));
        if (!isOpenProxy)
          return void (status === undefined
            ? socket.destroy()
            : socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`));
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        wire.server.emit('connection', socket);
      });
      proxy.listen(0, '127.0.0.1');
      await once(proxy, 'listening');
      closing.push(() => {
        for (const socket of inside) socket.destroy();
        proxy.close();
      });
      const { port } = proxy.address() as AddressInfo;
      const settings = { proxy: `http://user:s3cret@127.0.0.1:${port}`, proxyLoopback: true };
      const client = createWebSocketClient({ env: {}, proxy: settings });
      closing.push(() => client.close());
      const ends: SocketEnd[] = [];
      let isOpen = false;
      const dial = (): void =>
        void client.connect(
          { exchange: 'fake', url: `${wire.url}/ws` },
          {
            onOpen: () => void (isOpen = true),
            onMessage: () => undefined,
            onClose: (end) => void ends.push(end),
          },
        );
      const startMs = performance.now();
      dial();
      await until('the end', () => ends.length === 1, 15_000);
      assert.ok(performance.now() - startMs < 15_000);
      assert.match(ends[0]?.error.message ?? '', said);
      assert.ok(!(ends[0]?.error.message ?? '').includes('s3cret'));
      isOpenProxy = true;
      dial();
      await until('open', () => isOpen);
    });
});
