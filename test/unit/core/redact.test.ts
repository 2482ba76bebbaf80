import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { firstKeyOf } from '../../../src/core/keySource.ts';
import { REDACTED, redactingLogger, Redactor } from '../../../src/core/redact.ts';
import { seed } from '../analysis/metrics/seed.ts';
import { SPELLINGS, tellsOf } from '../../support/spelledKeys.ts';

const knowing = (...secrets: string[]): Redactor => {
  const redactor = new Redactor();
  for (const secret of secrets) redactor.add(secret);
  return redactor;
};

describe('the redactor', () => {
  const secret = 'k/9+a=b"c\\d';

  it('takes a secret out however it is written', () => {
    const redactor = knowing(secret);
    const forms = [
      secret,
      encodeURIComponent(secret),
      JSON.stringify({ secret }),
      Buffer.from(secret).toString('base64'),
      `Bearer ${secret}, again ${secret}`,
    ];
    for (const form of forms) {
      const clean = redactor.redact(`before ${form} after`);
      assert.ok(!clean.includes('9+a') && !clean.includes('9%2Ba'), clean);
      assert.ok(clean.includes(REDACTED) && clean.startsWith('before') && clean.endsWith('after'), clean);
    }
    assert.equal(redactor.redact(Buffer.from(secret).toString('base64')), REDACTED);
  });

  it('leaves everything else alone, and does not look for what is too short', () => {
    assert.equal(knowing('ab').redact('about abc'), 'about abc');
    // A short key is looked for as it stands alone: its letters are in many words.
    assert.equal(
      knowing('rate').redact('the Rate is 5, e t a r, moderate: -'),
      `the Rate is 5, e t a r, mode${REDACTED}: -`,
    );
  });

  const key = fc
    .uint8Array({ minLength: 15, maxLength: 36 })
    .map((bytes) => Buffer.from(bytes).toString('base64url'))
    .filter((text) => new Set(text.toLowerCase()).size > 10)
    // A part that could be a word or a number is left alone: both ends of a key that is cut show that they are none.
    .filter((text) => [text.slice(0, 8), text.slice(-8)].every((end) => /[a-z].*\d|\d.*[a-z]/i.test(end)));

  for (const [name, spell] of Object.entries(SPELLINGS))
    it(`finds a key that is ${name} (seed ${seed})`, () => {
      fc.assert(
        fc.property(key, fc.nat(30), (canary, before) => {
          const text = `${'x '.repeat(before)}said: ${spell(canary)} ✓ ✓`;
          const clean = knowing(canary).redact(text);
          assert.deepEqual(tellsOf(canary, clean), [], clean);
          assert.ok(clean.endsWith(' ✓ ✓'), clean);
        }),
        { seed, numRuns: 60 },
      );
    });

  it(`finds what is left of a key that a server or a limit has cut (seed ${seed})`, () => {
    fc.assert(
      fc.property(
        key,
        fc.integer({ min: 6, max: 18 }),
        fc.constantFrom('', '…', '...', '"}', ' '),
        (canary, kept, end) => {
          // A shorter beginning that could be a word or a number is left alone.
          fc.pre(kept >= 16 || /[a-z].*\d|\d.*[a-z]/i.test(canary.slice(0, kept)));
          const clean = knowing(canary).redact(`invalid key ${canary.slice(0, kept)}${end}`);
          assert.equal(clean, `invalid key ${REDACTED}${end}`);
        },
      ),
      { seed, numRuns: 500 },
    );
  });

  it('leaves the words and numbers of a report alone', () => {
    const redactor = knowing(
      '3f9a6c1e-77b2-4d0e-9a55-0c1d2e3f4a5b',
      'CANARYk3yZ9abcDEFtail7777',
      'open-interest-key-2026',
    );
    const text =
      'Open interest 291,320.7 BTC, $26.9 B at 2026-11-29 00:47 UTC; GET /fapi/v1/openInterest at fapi.binance.com: ' +
      'HTTP 400 "open interest", contract 1000PEPEUSDT, hash 0xdeadbeefdeadbeefdeadbeef, base64 SGVsbG8gV29ybGQhIQ==';
    assert.equal(redactor.redact(text), text);
  });

  for (const [secret, texts] of [
    ['binance-prod-a8f3c9d21e77', ['{"exchange":"binance","x":1}', 'about binance', 'only <b>binance</b>']],
    ['bitcoin2024secretkey99', ['scope "bitcoin"', 'BTC (bitcoin)', 'bitcoin…']],
    ['20240115-aaaa-bbbb-cccc', ['{"date":"202401"}', 'date 2024-01-1', 'until 20240115']],
    ['cafebabe-1234-5678-9abc-def012345678', ['price 1234-5678', 'e 1234 5678 9', 'at 1234, 5678, 9 abc']],
    ['market-data-4f9ad1c2b3', ['HTTP 404 "market-data"', 'market data']],
    ['api_key_3829ab7c1de', ['missing "api_key"', 'HTTP 401 "missing API key"', 'api_key...']],
  ] as const)
    it(`leaves the words that ${secret} begins with alone`, () => {
      for (const text of texts) assert.equal(knowing(secret).redact(text), text);
      assert.equal(knowing(secret).redact(`say ${secret}!`), `say ${REDACTED}!`);
    });

  it('takes time in proportion to the length of a text, whatever it is made of', () => {
    const redactor = knowing(
      '0123456789abcdef0123456789abcdef',
      'CG-AbCdEfGhIjKlMnOpQrStUvWx',
      `${'x'.repeat(30)}${'yZ1234567890abcdefghijklmnop'.repeat(4)}`,
    );
    const timeOf = (text: string): number => {
      const times = Array.from({ length: 5 }, () => {
        const startMs = performance.now();
        redactor.redact(text);
        return performance.now() - startMs;
      });
      return Math.min(...times);
    };
    for (const unit of [
      '"',
      ' ',
      '. ',
      '...',
      '…',
      '])}',
      'x',
      '%41',
      'abcdefghij0123456789',
      'CG-AbC',
      '<p>it 1</p>\n',
    ]) {
      const textOf = (length: number): string => `${unit.repeat(length / unit.length)}x`;
      timeOf(textOf(10_000));
      const [once, twice] = [timeOf(textOf(10_000)), timeOf(textOf(20_000))];
      assert.ok(
        twice <= 3 * once + 100,
        `${JSON.stringify(unit)}: ${once} ms, of twice the length ${twice} ms`,
      );
      assert.ok(twice < 500, `${JSON.stringify(unit)}: ${twice} ms`);
    }
  }).timeout(20_000);

  it('reads no more than it must', () => {
    const clean = knowing('CANARYk3yZ9abcDEFtail7777').redact('y'.repeat(5_000_000));
    assert.equal(clean.length, 100_000);
  });

  it('stands before a logger', () => {
    const redactor = new Redactor();
    const lines: string[] = [];
    const push = (line: string): void => void lines.push(line);
    const logger = redactingLogger({ debug: push, info: push, warn: push, error: push }, redactor);
    redactor.add('canary-1234');
    for (const level of ['debug', 'info', 'warn', 'error'] as const) logger[level](`${level} canary-1234`);
    assert.deepEqual(
      lines,
      ['debug', 'info', 'warn', 'error'].map((level) => `${level} ${REDACTED}`),
    );
  });
});

describe('sources of keys', () => {
  it('are asked in order, and an empty key is none', async () => {
    const source = (keys: Record<string, string>) => ({ get: (id: string) => Promise.resolve(keys[id]) });
    const keys = firstKeyOf(source({ a: ' first ', b: '  ' }), source({ a: 'second', b: 'third' }));
    assert.equal(await keys.get('a'), 'first');
    assert.equal(await keys.get('b'), 'third');
    assert.equal(await keys.get('c'), undefined);
  });
});
