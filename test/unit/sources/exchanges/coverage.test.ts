import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { coverageOf, type SeenPayload } from '../../../../src/sources/exchanges/coverage.ts';
import { htx } from '../../../../src/sources/exchanges/htx/adapter.ts';
import { fixture } from './fixtureAnswers.ts';

const payloads = (...names: readonly string[]): SeenPayload[] =>
  names.map((name) => ({ name, ...fixture('htx', name) }));
const proofs = (seen: readonly SeenPayload[], source: string): readonly string[] =>
  coverageOf(htx, seen).find((one) => one.source === source)?.payloads ?? assert.fail(source);

describe('what payloads prove', () => {
  it('is the market that they are about: a perpetual says nothing of dated futures', () => {
    const seen = payloads('instruments', 'open-interest', 'open-interest-dated');
    assert.deepEqual(proofs(seen, 'htx/open-interest'), ['open-interest']);
    assert.deepEqual(proofs(seen, 'htx/open-interest-dated'), ['open-interest-dated']);
  });

  it('is read with what completes the instruments: pushed rates name no interval', () => {
    assert.deepEqual(proofs(payloads('instruments', 'ws-funding'), 'htx/stream-funding'), []);
    const completed = payloads('instruments', 'elements', 'ws-funding');
    assert.deepEqual(proofs(completed, 'htx/stream-funding'), ['ws-funding']);
  });
});
