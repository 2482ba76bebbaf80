import assert from 'node:assert/strict';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, it } from 'mocha';
import { BodyRoom } from '../../../../src/sources/transport/bodyRoom.ts';
import { createBodySink } from '../../../../src/sources/transport/bodySink.ts';
import { toTransportError } from '../../../../src/sources/transport/errorMapping.ts';
import { durationText, shortText } from '../../../../src/sources/transport/faults.ts';
import { MAX_FRAME_VALUES, parseFrame } from '../../../../src/sources/transport/frameText.ts';
import { reportedUse } from '../../../../src/sources/transport/headers.ts';
import { excessOf, parseJson } from '../../../../src/sources/transport/json.ts';
import { statusError, statusKind } from '../../../../src/sources/transport/statusPolicy.ts';
import { targetUrl } from '../../../../src/sources/transport/targets.ts';

const WHERE = { exchange: 'okx', endpoint: 'GET /x', host: 'www.okx.com' };

/** Feeds a body in pieces; resolves with its text or with what was wrong. */
function take(encoding: string, body: Buffer, maxBytes = 1_000, piece = 7): Promise<string> {
  return new Promise((resolve) => {
    const rooms = { host: new BodyRoom(1), shared: new BodyRoom(1) };
    const sink = createBodySink(
      encoding,
      { maxBytes, rooms },
      {
        done: (whole) => resolve(whole.toString()),
        fail: ({ problem }) => resolve(`FAIL ${problem}`),
        drain: () => undefined,
      },
    );
    for (let at = 0; at < body.length; at += piece) sink.write(body.subarray(at, at + piece));
    sink.end();
  });
}

describe('createBodySink', () => {
  const text = 'open interest '.repeat(20);

  it('undoes every encoding that is asked for', async () => {
    const bodies: [string, Buffer][] = [
      ['', Buffer.from(text)],
      ['identity', Buffer.from(text)],
      ['gzip', gzipSync(text)],
      [' GZIP ', gzipSync(text)],
      ['deflate', deflateSync(text)],
      ['deflate', deflateRawSync(text)],
    ];
    for (const [encoding, body] of bodies) assert.equal(await take(encoding, body), text, encoding);
    assert.equal(await take('gzip', Buffer.alloc(0)), '');
  });

  it('stops at the limit, counted after decompression', async () => {
    const large = Buffer.alloc(1_001, 0x20);
    for (const [encoding, body] of [
      ['', large],
      ['gzip', gzipSync(large)],
      ['deflate', deflateRawSync(large)],
    ] as const)
      assert.match(await take(encoding, body), /^FAIL the answer is larger than 1000 bytes/, encoding);
    assert.equal((await take('gzip', gzipSync(large.subarray(1)))).length, 1_000);
  });

  it('names damage, a missing end and encodings nobody asked for', async () => {
    const whole = gzipSync(text);
    assert.match(await take('gzip', whole.subarray(0, -4)), /^FAIL the gzip body .* damaged or incomplete/);
    assert.match(await take('deflate', Buffer.from('rubbish')), /^FAIL/);
    for (const encoding of ['br', 'zstd', 'gzip, gzip', 'constructor', '__proto__'])
      assert.match(await take(encoding, whole), /which nobody asked for/);
  });
});

describe('parseJson', () => {
  it('returns any value and says what is wrong with the rest', () => {
    const parsed = (text: string | Buffer): unknown => parseJson(Buffer.from(text), 10);
    assert.deepEqual(parsed('\uFEFF{"a":[1,null]}'), { value: { a: [1, null] } });
    assert.deepEqual(parsed('null'), { value: null });
    const problem = (text: string | Buffer): string => JSON.stringify(parsed(text));
    assert.match(problem(''), /empty/);
    assert.match(problem('{"rate": NaN}'), /13 bytes is not JSON, it begins with .*NaN/);
    assert.match(problem('<!DOCTYPE html>\u0000\u202Elogin'), /begins with .*<!DOCTYPE html> login/);
    assert.match(problem('{"cut": [1, 2'), /not JSON/);
    assert.match(problem(Buffer.from([0x22, 0xff, 0xfe, 0x22])), /not JSON/);
  });

  it('refuses deep nesting, also on both sides of strings, without using the stack', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    const parsed = (text: string): unknown => parseJson(Buffer.from(text), 1_000);
    assert.deepEqual(Object.keys(parsed(nested(64)) as object), ['value']);
    assert.match(JSON.stringify(parsed(nested(65))), /deeper than 64 levels/);
    assert.match(JSON.stringify(parsed('['.repeat(4_000_000))), /deeper than 64/);
    assert.equal(excessOf(Buffer.from(JSON.stringify({ a: '[[[{{"\\' })), 1, 9), undefined);
    assert.equal(excessOf(Buffer.from(JSON.stringify(['\\"[[', [['x']]])), 2, 9), 'depth');
  });

  it('counts values before any is made, ten times the bound as the first one beyond it', () => {
    const list = (count: number, value: string): string => `[${Array(count).fill(value).join(',')}]`;
    const rss = process.resourceUsage().maxRSS;
    for (const value of ['{}', '[]', '1', '"a,[{"', '{"a":1}']) {
      const perValue = /^[[{]/.test(value) ? 2 : 1;
      const fits = Math.floor(10_000 / perValue);
      assert.deepEqual(Object.keys(parseJson(Buffer.from(list(fits, value)), 10_000)), ['value'], value);
      for (const count of [fits + 2, 10 * fits]) {
        const refused = parseJson(Buffer.from(list(count, value)), 10_000);
        assert.deepEqual(refused, { problem: 'the answer holds more than 10000 values', isTooLarge: true });
      }
    }
    const huge = Buffer.from(list(2_700_000, '{}'));
    assert.match(JSON.stringify(parseJson(huge, 10_000)), /more than 10000 values/);
    assert.ok(process.resourceUsage().maxRSS - rss < 128 * 1_024, 'nothing was made of it but its text');
  });
});

describe('parseFrame', () => {
  it('takes frames that hold ten times the values, or one too many, for unreadable', () => {
    const list = (values: number): string => JSON.stringify(Array.from({ length: values }, () => 0));
    assert.equal((parseFrame(list(MAX_FRAME_VALUES)) as unknown[]).length, MAX_FRAME_VALUES);
    for (const values of [MAX_FRAME_VALUES + 1, 10 * MAX_FRAME_VALUES])
      assert.equal(parseFrame(list(values)), undefined);
    assert.deepEqual(parseFrame(JSON.stringify([',[{'.repeat(MAX_FRAME_VALUES)])), [
      ',[{'.repeat(MAX_FRAME_VALUES),
    ]);
  });
});

describe('statusKind', () => {
  it('tells regions, over-use and other refusals apart', () => {
    const cloudFront =
      '<title>ERROR</title>The Amazon CloudFront distribution is configured to block access from your country. There might be too much traffic';
    const cases: [string, number, string, string][] = [
      ['binance', 451, '', 'geo-blocked'],
      ['binance', 429, 'not available in your region', 'rate-limited'],
      ['binance', 418, '', 'rate-limited'],
      ['bybit', 403, cloudFront, 'geo-blocked'],
      ['okx', 403, '{"msg":"This service is not available in your region."}', 'geo-blocked'],
      ['okx', 403, '{"msg":"Your country is restricted"}', 'geo-blocked'],
      ['bybit', 403, '403, access too frequent', 'rate-limited'],
      ['bybit', 403, '', 'rate-limited'],
      ['okx', 403, 'Too many requests', 'rate-limited'],
      [
        'okx',
        403,
        '<style>a{display:block}</style><script>window.location=1</script>Forbidden',
        'http-status',
      ],
      ['okx', 404, '', 'http-status'],
      ['bybit', 500, 'access too frequent', 'http-status'],
    ];
    for (const [exchange, status, text, kind] of cases)
      assert.equal(statusKind(exchange, status, text), kind, `${exchange} ${status} ${text}`);
  });

  it('puts status, endpoint, the words of the exchange and its parsed body on the error', () => {
    const body = { code: '50001', msg: 'busy' };
    const answer = {
      status: 503,
      text: `{"msg":"busy\u0007\n${'x'.repeat(900)}"}`,
      body,
      pause: { ms: 2_000 },
    };
    const error = statusError(WHERE, 'http-status', answer);
    assert.deepEqual(
      [
        error.code,
        error.status,
        error.exchange,
        error.endpoint,
        error.retryable,
        error.retryAfterMs,
        error.cause,
      ],
      ['http-status', 503, 'okx', 'GET /x', true, 2_000, { body }],
    );
    assert.match(
      error.message,
      /^okx GET \/x at www\.okx\.com: HTTP 503 "\{"msg":"busy x+…"; left alone for 2 s$/,
    );
    assert.ok(error.message.length < 330);
    assert.equal(statusError(WHERE, 'http-status', { ...answer, status: 404 }).retryable, false);
  });
});

describe('toTransportError', () => {
  const coded = (code: string, cause?: unknown): Error =>
    Object.assign(new Error('text that nobody reads'), { code, cause });

  it('decides by code, along the causes', () => {
    const cases: [unknown, string, boolean][] = [
      [coded('ECONNREFUSED'), 'network', true],
      [coded('ENOTFOUND'), 'network', true],
      [coded('UND_ERR_CONNECT_TIMEOUT'), 'timeout', true],
      [coded('UND_ERR_SOCKET'), 'network', true],
      [coded('X', coded('Y', coded('ECONNRESET'))), 'network', true],
      [coded('HPE_INVALID_CONSTANT'), 'network', false],
      [coded('CERT_HAS_EXPIRED'), 'network', false],
      [coded('CERT_NOT_YET_VALID'), 'network', false],
      [coded('UND_ERR_DESTROYED'), 'aborted', false],
      [coded('UND_ERR_INVALID_ARG'), 'config', false],
      [new Error('ECONNREFUSED'), 'network', false],
      ['thrown text', 'network', false],
    ];
    for (const [thrown, code, retryable] of cases) {
      const error = toTransportError(thrown, WHERE);
      assert.deepEqual([error.code, error.retryable], [code, retryable], String(thrown));
      assert.equal(error.cause, thrown);
      assert.ok(!error.message.includes('nobody reads'));
    }
    const circular = coded('NEW');
    (circular as { cause?: unknown }).cause = circular;
    assert.match(toTransportError(circular, WHERE).message, /the call failed \(NEW\)/);
  });

  it('keeps its own errors and names a proxy that refuses', () => {
    const own = statusError(WHERE, 'geo-blocked', {
      status: 451,
      text: '',
      body: '',
      pause: undefined,
    });
    assert.equal(toTransportError(own, WHERE), own);
    const refused = toTransportError(coded('PROXY_407'), WHERE, 'corp:3128');
    assert.equal(refused.retryable, false);
    assert.match(refused.message, /the proxy corp:3128 refused the tunnel \(HTTP 407\); check http\.proxy/);
  });
});

describe('texts and addresses', () => {
  it('makes one short clean line of foreign text', () => {
    assert.equal(shortText(' a\u0000\r\n\tb\u200B\u202Ec\u2028d '), 'a b c d');
    assert.equal(shortText('y'.repeat(1_000_000)).length, 200);
    const lengths = [850, 2_000, 600_000, 7_200_000, 3 * 86_400_000, 9_999_999_999_000, 1e21, Infinity];
    assert.deepEqual(lengths.map(durationText), [
      '850 ms', '2 s', '10 min', '2.0 h', '3 days', '317 years', 'more than 1,000 years', 'more than 1,000 years',
    ]); // prettier-ignore
  });

  it('joins base address, path and query, and leaves the host to none of them', () => {
    const url = (baseUrl: string, path: string, query = {}) =>
      targetUrl({ exchange: 'gate', baseUrl, path, query }).href;
    assert.equal(
      url('https://a.io/api/v4/', '/x', { s: 'BTC USDT&', e: '' }),
      'https://a.io/api/v4/x?s=BTC+USDT%26&e=',
    );
    assert.equal(url('https://a.io', '//evil.io/x'), 'https://a.io//evil.io/x');
    for (const path of ['x', '@evil.io/', '/x?y=1', '/x#y', ''])
      assert.throws(() => url('https://a.io', path), /is not a path/);
  });

  it('reads the use that Binance reports', () => {
    const headers = { 'x-mbx-used-weight-1m': '120', 'x-mbx-used-weight': '9', 'x-mbx-used-weight-10s': '7' };
    assert.deepEqual(
      [...reportedUse(headers)],
      [
        [60_000, 120],
        [10_000, 7],
      ],
    );
  });
});
