import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isPerpscopeError } from '../../../../src/core/errors.ts';
import { isBypassed, resolveProxy } from '../../../../src/sources/transport/proxy.ts';

const okx = new URL('https://www.okx.com/api');
const found = (
  target: URL,
  ...args: [Parameters<typeof resolveProxy>[1], Parameters<typeof resolveProxy>[2]]
) => resolveProxy(target, ...args)?.host;

describe('resolveProxy', () => {
  it('prefers the setting to the environment, the scheme to ALL_PROXY, lower case to upper', () => {
    const env = { HTTPS_PROXY: 'http://upper:1', ALL_PROXY: 'http://all:3', http_proxy: 'plain:4' };
    assert.equal(found(okx, { proxy: 'http://set:9' }, env), 'set:9');
    assert.equal(found(okx, {}, env), 'upper:1');
    assert.equal(found(okx, {}, { ...env, https_proxy: 'http://lower:2' }), 'lower:2');
    assert.equal(found(okx, {}, { ALL_PROXY: 'http://all:3' }), 'all:3');
    assert.equal(found(new URL('http://example.com/'), {}, env), 'plain:4');
    assert.equal(found(new URL('wss://ws.okx.com:8443/'), {}, env), 'upper:1');
    assert.equal(found(okx, { proxy: '' }, {}), undefined);
  });

  it('goes to loopback directly, unless the setting says otherwise', () => {
    for (const host of ['127.0.0.1:80', 'localhost', '[::1]:8080', '127.9.9.9', 'a.localhost']) {
      const target = new URL(`http://${host}/`);
      assert.equal(found(target, {}, { HTTP_PROXY: 'http://p:1', ALL_PROXY: 'http://p:1' }), undefined);
      assert.equal(found(target, { proxyLoopback: true }, { HTTP_PROXY: 'http://p:1' }), undefined);
      assert.equal(found(target, { proxy: 'http://p:1' }, {}), undefined);
      assert.equal(found(target, { proxy: 'http://p:1', proxyLoopback: true }, {}), 'p:1');
    }
  });

  it('takes the bypass list of the setting, else that of the environment', () => {
    const env = { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'foo.com, okx.com' };
    assert.equal(found(okx, {}, env), undefined);
    assert.equal(found(okx, { noProxy: ['bybit.com'] }, env), 'p:1');
    assert.equal(found(okx, { noProxy: [] }, env), undefined);
  });

  it('names a proxy it cannot use, without its password', () => {
    for (const proxy of ['socks5://user:hunter2@p:1', 'ftp://user:hunter2@p', 'http://user:hunter2@:x'])
      assert.throws(
        () => resolveProxy(okx, { proxy }, {}),
        (error) => isPerpscopeError(error, 'config') && !error.message.includes('hunter2'),
      );
  });
});

describe('isBypassed', () => {
  const covers = (target: string, ...list: string[]): boolean => isBypassed(new URL(target), list);

  it('matches hosts, suffixes, ports and everything', () => {
    assert.ok(covers('https://www.okx.com/', '*'));
    assert.ok(covers('https://www.okx.com/', 'WWW.okx.com'));
    assert.ok(covers('https://www.okx.com/', 'okx.com'));
    assert.ok(covers('https://www.okx.com/', '.okx.com'));
    assert.ok(covers('https://www.okx.com/', '*.okx.com'));
    assert.ok(covers('https://www.okx.com/', 'okx.com:443'));
    assert.ok(covers('wss://www.okx.com:8443/', 'okx.com:8443'));
    assert.ok(covers('http://[fd00::1]:8080/', '[fd00::1]:8080'));
    assert.ok(covers('http://[fd00::1]/', 'fd00::1'));
    assert.ok(covers('http://10.0.0.1/', '10.0.0.1'));
  });

  it('matches nothing else', () => {
    assert.ok(!covers('https://www.okx.com/', '', '.', 'kx.com', 'okx.co', 'okx.com:80', 'notwww.okx.com'));
    assert.ok(!covers('https://1.10.0.0.1.com/', '10.0.0.1'));
    assert.ok(!covers('http://110.0.0.1/', '10.0.0.1', '.0.0.1', '0.0.1'));
  });
});
