import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ContractSize, Instrument } from '../../../../../src/core/instrument.ts';
import { amounts, countedBy, type Counted } from '../../../../../src/sources/exchanges/kit/amounts.ts';
import { namedBar, spacingOf } from '../../../../../src/sources/exchanges/kit/bars.ts';
import type { Subject } from '../../../../../src/sources/exchanges/mapContext.ts';

const linear: ContractSize = { amount: 0.01, unit: 'base' };
const inverse: ContractSize = { amount: 100, unit: 'quote' };

function who(size: ContractSize | undefined, quoteAsset = 'USDT'): Subject {
  const instrument = size === undefined ? undefined : ({ contractSize: size } as Instrument);
  return { venueSymbol: 'BTC', baseAsset: 'BTC', instrument, quoteAsset };
}

/** What a quantity counts, of which contract, quoted in what, at what price: coins, dollars, contracts. */
const TABLE: readonly [
  counted: Counted,
  quantity: number | undefined,
  size: ContractSize | undefined,
  quote: string,
  price: number | undefined,
  expected: readonly [base?: number | undefined, usd?: number | undefined, contracts?: number | undefined],
][] = [
  ['contracts', 200, linear, 'USDT', undefined, [2, undefined]],
  ['contracts', 200, linear, 'USDT', 50_000, [2, 100_000]],
  ['contracts', 200, linear, 'EUR', 50_000, [2, undefined]],
  ['contracts', 200, inverse, 'USD', undefined, [undefined, 20_000]],
  ['contracts', 200, inverse, 'USD', 50_000, [0.4, 20_000]],
  ['contracts', 200, inverse, 'BTC', 50_000, [0.4, undefined]],
  ['contracts', 200, inverse, 'USD', 0, [undefined, 20_000]],
  ['contracts', 200, inverse, 'USD', -1, [undefined, 20_000]],
  ['contracts', 200, undefined, 'USDT', 50_000, [undefined, undefined, 200]],
  ['contracts', 0, linear, 'USDT', 50_000, [0, 0]],
  ['contracts', undefined, linear, 'USDT', 50_000, []],
  ['contracts', undefined, undefined, 'USDT', 50_000, []],
  ['coins', 2, undefined, 'USDC', 50_000, [2, 100_000]],
  ['coins', 2, linear, 'USDT', undefined, [2, undefined]],
  ['coins', 2, inverse, 'EUR', 50_000, [2, undefined]],
  ['quote', 100_000, undefined, 'USD', 50_000, [2, 100_000]],
  ['quote', 100_000, linear, 'USDT', undefined, [undefined, 100_000]],
  ['quote', 100_000, linear, 'EUR', 50_000, [2, undefined]],
];

describe('what a size counts', () => {
  for (const [counted, quantity, size, quote, price, expected] of TABLE) {
    const of = size === undefined ? 'an unknown contract' : `contracts of ${size.amount} ${size.unit}`;
    it(`${quantity} ${counted} of ${of} in ${quote} at ${price} are ${expected.join(', ') || 'nothing'}`, () => {
      const { base, usd, contracts } = amounts(who(size, quote), counted, quantity, price);
      assert.deepEqual([base, usd, contracts], [expected[0], expected[1], expected[2]]);
    });
  }

  it('is known of coins without a contract, by a size from elsewhere, and by the margin', () => {
    assert.deepEqual(amounts(who(undefined), 'contracts', 5, undefined, linear).base, 0.05);
    assert.equal(countedBy({ ...who(undefined), margin: 'inverse' }), 'quote');
    assert.equal(countedBy({ ...who(undefined), margin: 'linear' }), 'coins');
  });
});

describe('how long a bar is', () => {
  const units = { m: 60_000, H: 3_600_000, Hutc: 3_600_000, D: 86_400_000, '': 60_000 };

  it('is told by its name: a number and a unit as the exchange spells it, or one of them', () => {
    const lengths = ['5m', '1H', '6Hutc', '60', 'D'].map((name) => namedBar(name, units));
    assert.deepEqual(lengths, [300_000, 3_600_000, 21_600_000, 3_600_000, 86_400_000]);
  });

  it('is not told by months, other spellings, zeros, and names of prototypes', () => {
    for (const name of ['1M', '1h', '0m', '', 'H1', '-5m', '1.5H', 'constructor', '5toString', undefined])
      assert.equal(namedBar(name, units), undefined, String(name));
  });

  it('is the smallest spacing of the rows that have a time', () => {
    const rows = [['180', 1], [null], 'x', [0], ['60', 2], ['60', 3], [{}], null];
    assert.equal(spacingOf(rows, 0, 1_000), 60_000);
    assert.equal(spacingOf([[5], [5]], 0), undefined);
    assert.equal(spacingOf([], 'ts'), undefined);
  });
});
