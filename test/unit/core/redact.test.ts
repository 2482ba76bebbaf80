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
    .filter((text) => new Set(text.toLowerCase()).size > 10);

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
