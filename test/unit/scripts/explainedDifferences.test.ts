import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { compareExplained, readExplained } from '../../clients/explained.mjs';

describe('the explained differences of clients', () => {
  const entry = { exchange: 'htx', client: 'ccxt', method: 'fetchTicker', field: 'volumeBase', ratio: 2, who: 'product', why: 'twice' }; // prettier-ignore
  const difference = { exchange: 'htx', client: 'ccxt', method: 'fetchTicker', field: 'volumeBase', contract: 'linear', value: 20, product: 10 }; // prettier-ignore

  it('cover a difference of the stated ratio, in one of the units of the client', () => {
    assert.deepEqual(compareExplained([difference], [entry]), { unexplained: [], idle: [] });
    const inContracts = { ...difference, value: 2_000, ways: { contracts: 20 } };
    assert.deepEqual(compareExplained([inContracts], [entry]).unexplained, []);
  });

  it('leave another ratio, field, contract or error unexplained', () => {
    const others = [
      [{ ...difference, value: 30 }, entry],
      [{ ...difference, field: 'volumeUsd' }, entry],
      [difference, { ...entry, contract: 'inverse' }],
      [difference, { ...entry, says: 'not spoken' }],
    ] as const;
    for (const [one, by] of others) assert.deepEqual(compareExplained([one], [by]).unexplained, [one]);
  });

  it('are told when nothing needs them any more, unless they are rare', () => {
    assert.deepEqual(compareExplained([], [entry]).idle, [entry]);
    assert.deepEqual(compareExplained([], [{ ...entry, rare: true }]).idle, []);
  });

  it('say of each who is right and why', () => {
    const entries = readExplained();
    assert.ok(entries.length > 40);
    for (const { who, why } of entries) {
      assert.ok(['product', 'client', 'both', 'simulator', 'undecided'].includes(who), who);
      assert.ok(why.length > 20, why);
    }
  });
});
