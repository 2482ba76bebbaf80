import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { scaledUnitOf, unitOfInstrument } from '../../../src/core/scaledUnit.ts';

describe('the unit that a contract is named by', () => {
  const cases: readonly [string, string | undefined, number?][] = [
    ['1000PEPE', 'PEPE', 1_000],
    ['10000SATS', 'SATS', 10_000],
    ['1000000MOG', 'MOG', 1_000_000],
    ['1MBABYDOGE', 'BABYDOGE', 1_000_000],
    ['SHIB1000', 'SHIB', 1_000],
    ['1000X', 'X', 1_000],
    ['1000龙虾', '龙虾', 1_000],
    ['1INCH', undefined],
    ['BTC', undefined],
    ['1000', undefined],
    ['C98', undefined],
    ['1MIL', undefined],
    ['100', undefined],
    ['KAVA', undefined],
  ];
  for (const [name, asset, coinsPerUnit] of cases)
    it(`${name} is of ${asset ?? 'single coins'}`, () => {
      assert.deepEqual(scaledUnitOf(name), asset === undefined ? undefined : { asset, coinsPerUnit });
    });

  it('reads a small k of the exchange before capitals as a thousand, and no large one', () => {
    assert.deepEqual(unitOfInstrument({ baseAsset: 'KPEPE', venueSymbol: 'kPEPE' }), { asset: 'PEPE', coinsPerUnit: 1_000 }); // prettier-ignore
    assert.equal(unitOfInstrument({ baseAsset: 'KAVA', venueSymbol: 'KAVA' }), undefined);
    assert.equal(unitOfInstrument({ baseAsset: 'KAVA', venueSymbol: 'KAVAUSDT' }), undefined);
  });
});
