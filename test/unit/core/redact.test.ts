import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { firstKeyOf } from '../../../src/core/keySource.ts';
import { REDACTED, redactingLogger, Redactor } from '../../../src/core/redact.ts';

describe('the redactor', () => {
  const secret = 'k/9+a=b"c\\d';

  it('takes a secret out however it is written', () => {
    const redactor = new Redactor();
    redactor.add(secret);
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
    const redactor = new Redactor();
    redactor.add('ab');
    assert.equal(redactor.redact('about abc'), 'about abc');
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
