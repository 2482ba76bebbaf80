import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { OneSource } from '../../../../src/sources/collect/oneSource.ts';
import { NOW, observe, resultOf } from '../../market/builders.ts';

const NINE = Array.from({ length: 9 }, (_, index) => `x${index}`);
const answer = (exchange: string, isSimulated: boolean) =>
  resultOf(exchange, [observe(exchange, 'mark-price', { markPriceQuote: 100, atMs: NOW })], { isSimulated });
/** Eight exchanges are simulated, the ninth is not. */
const EIGHT_AND_ONE = NINE.map((id) => answer(id, id !== 'x8'));

describe('the source of a round', () => {
  it('is decided by the chosen exchanges alone, whatever the others said before', () => {
    const source = new OneSource('live');
    source.restrictTo(NINE);
    assert.equal(source.of(EIGHT_AND_ONE), 'simulated');
    source.restrictTo(['x8']);
    assert.equal(source.soFar([], ['x8']), 'live', 'by what it said itself');
    source.restrictTo(['x9']);
    assert.equal(source.soFar([], ['x9']), undefined, 'nobody who is chosen has a say yet');
    source.restrictTo(['x8']);
    assert.equal(source.soFar([answer('x8', false)], []), 'live');
    assert.equal(source.of([answer('x8', false)]), 'live');
  });

  it('is that of the exchanges that stay chosen until they are heard again', () => {
    const source = new OneSource('live');
    source.restrictTo(NINE);
    source.of(EIGHT_AND_ONE);
    source.restrictTo(['x0', 'x8']);
    assert.equal(source.soFar([], ['x0', 'x8']), 'live', 'of two each has a say');
    source.restrictTo(['x0']);
    assert.equal(source.soFar([], ['x0']), 'simulated');
  });

  it('is not decided by who answers late and is no longer chosen', () => {
    const source = new OneSource('live');
    source.restrictTo(['x0', 'x1']);
    assert.equal(source.of([answer('x2', false), answer('x0', true), answer('x1', true)]), 'simulated');
    assert.equal(source.of([answer('x2', false)]), undefined);
    assert.equal(source.soFar([answer('x2', false)], []), 'simulated');
  });
});
