import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { isPerpscopeError } from '../../../../src/core/errors.ts';
import {
  parseEndpoints,
  parseEndpointsText,
  readEndpoints,
} from '../../../../src/sources/transport/endpoints.ts';

const IDS = ['binance', 'okx', 'bybit', 'kraken-futures', 'htx'];
const parse = (value: unknown) => parseEndpoints(value, IDS, 'endpoints.json');
const refuses = (value: unknown, pattern: RegExp): void =>
  assert.throws(
    () => parse(value),
    (error) => isPerpscopeError(error, 'config') && pattern.test(error.message) && !/\n/.test(error.message),
    `${JSON.stringify(value)} against ${pattern}`,
  );
const rest = (address: unknown) => ({ okx: { rest: address } });

describe('parseEndpoints', () => {
  it('reads addresses by exchange and passes over remarks', () => {
    const found = parse({
      $comment: 'made by perpscope simulate',
      source: 'simulated',
      binance: {
        rest: 'http://127.0.0.1:4101/',
        ws: 'ws://localhost:4101',
        spot: 'http://[::1]:1',
        dumps: 'https://d.io',
      },
      okx: { rest: 'https://proxy.example.com/okx/' },
    });
    assert.deepEqual(
      [...found],
      [
        [
          'binance',
          {
            rest: 'http://127.0.0.1:4101',
            ws: 'ws://localhost:4101',
            spot: 'http://[::1]:1',
            dumps: 'https://d.io',
          },
        ],
        ['okx', { rest: 'https://proxy.example.com/okx' }],
      ],
    );
  });

  it('names unknown exchanges and names with the nearest known one', () => {
    refuses({ binanse: {} }, /endpoints\.json.*unknown exchange "binanse".*did you mean "binance"\?/);
    refuses({ kraken: { rest: 'https://a.io' } }, /known are binance, okx/);
    refuses({ okx: { rset: 'https://a.io' } }, /at okx\).*"rset".*did you mean "rest"/);
    refuses({ source: { rest: 'https://a.io' } }, /unknown exchange "source"/);
    refuses(JSON.parse('{"__proto__": {"rest": "https://a.io"}}'), /unknown exchange "__proto__"/);
    refuses({ 'bad\u202E\nname': {} }, /unknown exchange "bad name"/);
  });

  it('refuses other shapes', () => {
    for (const value of [null, [], 'x', 3]) refuses(value, /not an object of exchanges/);
    refuses({ okx: 'https://a.io' }, /at okx\): not an object/);
    refuses({ okx: {} }, /no "rest" address/);
    for (const value of [3, '', 'okx.com', 'file:///etc/passwd', 'wss://a.io', 'javascript:1'])
      refuses(rest(value), /at okx\.rest\): not a http:\/\/ or https:\/\/ URL/);
    refuses(
      { okx: { rest: 'https://a.io', ws: 'https://a.io' } },
      /at okx\.ws\): not a ws:\/\/ or wss:\/\/ URL/,
    );
  });

  it('refuses credentials, plain text outside this machine, queries', () => {
    refuses(rest('https://user:secret@a.io'), /^(?!.*secret).*credentials/);
    refuses(rest('http://a.io'), /not encrypted outside this machine; use https/);
    refuses({ okx: { rest: 'https://a.io', ws: 'ws://a.io' } }, /use wss/);
    refuses(rest('https://a.io/?x=1'), /query/);
    refuses(rest('https://a.io/#x'), /query or fragment/);
  });

  it('refuses internal networks in every spelling', () => {
    const hosts = `10.1.2.3 192.168.0.1 172.31.0.1 169.254.169.254 100.64.0.1 0.0.0.0 0xa9fea9fe 2852039166 0251.0376.0.1
      [fe80::1] [fd00::1] [::] [::ffff:10.0.0.1] [::ffff:169.254.169.254] [64:ff9b::a00:1] [64:ff9b:1::a00:1] [2002:a9fe:a9fe::] [::a9fe:a9fe] [2001:0:a9fe::1] 255.255.255.255 224.0.0.1`;
    for (const host of hosts.split(/\s+/)) refuses(rest(`https://${host}/`), /private or link-local/);
    for (const host of ['8.8.8.8', '172.32.0.1', '[2606:4700::1111]', '0x7f.1', '[::ffff:127.0.0.1]'])
      assert.equal(parse(rest(`https://${host}/`)).size, 1, host);
  });
});

describe('endpoints files', () => {
  it('names what is wrong with the file', async () => {
    assert.throws(
      () => parseEndpointsText('{', IDS, 'f.json'),
      /endpoints \(f\.json\): not JSON; correct the file/,
    );
    const folder = mkdtempSync(join(tmpdir(), 'perpscope-endpoints-'));
    try {
      const file = join(folder, 'e.json');
      writeFileSync(file, '\uFEFF{"okx":{"rest":"http://127.0.0.1:1"}}');
      assert.equal((await readEndpoints(file, IDS)).get('okx')?.rest, 'http://127.0.0.1:1');
      await assert.rejects(
        readEndpoints(join(folder, 'no.json'), IDS),
        /not readable \(ENOENT\); check the path/,
      );
      await assert.rejects(readEndpoints(folder, IDS), (error) => isPerpscopeError(error, 'config'));
      writeFileSync(file, ' '.repeat(1_048_577));
      await assert.rejects(readEndpoints(file, IDS), /larger than 1 MiB/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
