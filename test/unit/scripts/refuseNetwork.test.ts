import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { describe, it } from 'mocha';
import { isLoopback, refuseNetwork } from '../../../scripts/testing/refuseNetwork.mjs';

describe('a layer without a network', () => {
  it('tells this machine from others', () => {
    for (const host of ['127.0.0.1', '127.8.0.1', 'localhost', '::1', undefined])
      assert.equal(isLoopback(host), true, host);
    for (const host of ['10.0.0.1', 'example.invalid', '2001:db8::1', '127.0.0.1.example.invalid'])
      assert.equal(isLoopback(host), false, host);
  });

  it('refuses sockets and fetch to other machines and lets this one be reached', async () => {
    const restore = refuseNetwork();
    const server = createServer((_, response) => response.end('here'));
    try {
      const sockets = [connect(443, '192.0.2.1'), connect({ port: 443, host: 'example.invalid' })];
      for (const [error] of await Promise.all(sockets.map((socket) => once(socket, 'error')))) {
        assert.match((error as Error).message, /without a network/);
      }
      await assert.rejects(fetch('http://192.0.2.1/'), (error: Error) => {
        assert.match((error.cause as Error).message, /without a network/);
        return true;
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      assert.equal(await (await fetch(url, { headers: { connection: 'close' } })).text(), 'here');
    } finally {
      server.close();
      restore();
    }
  });
});
