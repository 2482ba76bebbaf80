import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { waysOf } from '../../../../src/sources/collect/ways.ts';
import { binance } from '../../../../src/sources/exchanges/binance/adapter.ts';
import { proxyHost } from '../../../../src/sources/transport/proxy.ts';
import { wayRow } from '../../../../src/surfaces/reports/wayRow.ts';

const through = (settings: { proxy?: string; noProxy?: string[] }, env: Record<string, string> = {}) =>
  waysOf(binance, undefined, (url) => proxyHost(url, settings, env));

describe('the way of an exchange’s calls', () => {
  it('covers requests, further hosts and streams, each host once', () => {
    const hosts = through({}).map(({ host }) => host);
    assert.deepEqual(hosts, [...new Set(hosts)]);
    assert.equal(hosts[0], new URL(binance.restBaseUrl).host);
    for (const { baseUrl } of binance.streams ?? []) assert.ok(hosts.includes(new URL(baseUrl).host));
    assert.equal(wayRow(through({})).value, 'direct');
  });

  it('names the proxy of settings or environment, never its user and password', () => {
    for (const ways of [
      through({ proxy: 'http://me:secret@10.0.0.1:8080' }),
      through({}, { HTTPS_PROXY: 'http://me:secret@10.0.0.1:8080' }),
    ]) {
      const row = wayRow(ways);
      assert.equal(row.value, 'by way of proxy 10.0.0.1:8080');
      assert.doesNotMatch(JSON.stringify([row, ways]), /secret|me@/);
    }
  });

  it('tells hosts apart where one is on the bypass list', () => {
    const ways = through({ proxy: 'http://10.0.0.1:8080', noProxy: [new URL(binance.restBaseUrl).host] });
    const { value, detail } = wayRow(ways);
    assert.match(value, /^\d hosts by way of proxy 10\.0\.0\.1:8080, 1 host direct$/);
    assert.match(detail, /^fapi\.binance\.com: direct\n/);
  });

  it('takes addresses that replace the exchange’s own, and loopback directly', () => {
    const replaced = { rest: 'https://mirror.example:8443/x', ws: 'ws://127.0.0.1:9' };
    const ways = waysOf(binance, replaced, (url) => proxyHost(url, { proxy: 'http://p:1' }, {}));
    assert.deepEqual(ways, [{ host: 'mirror.example:8443', proxy: 'p:1' }, { host: '127.0.0.1:9' }]);
  });

  it('leaves an unusable proxy to the failure that names it', () => {
    assert.equal(wayRow(through({ proxy: 'socks5://x:1' })).value, 'direct');
  });
});
