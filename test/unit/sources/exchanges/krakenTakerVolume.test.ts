import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import { HOUR_MS, SECOND_MS } from '../../../../src/core/units.ts';
import { krakenFutures } from '../../../../src/sources/exchanges/krakenFutures/adapter.ts';
import { takerVolume } from '../../../../src/sources/exchanges/krakenFutures/takerVolume.ts';
import { readPoll } from '../../../support/readPoll.ts';

const FIRST_S = Date.UTC(2026, 10, 20) / SECOND_MS;
const inverse: Instrument = {
  key: 'kraken-futures:PI_XBTUSD', exchange: 'kraken-futures', venueSymbol: 'PI_XBTUSD', baseAsset: 'BTC', quoteAsset: 'USD',
  settleAsset: 'BTC', kind: 'perpetual', margin: 'inverse', contractSize: { amount: 1, unit: 'quote' }, status: 'trading',
}; // prettier-ignore

function read(
  data: object,
  { symbol = 'PF_XBTUSD', query = { interval: '3600' }, times = 3, known = [inverse] }: {
    symbol?: string; query?: Record<string, string>; times?: number; known?: readonly Instrument[];
  } = {},
) {
  const timestamp = Array.from({ length: times }, (_, hour) => FIRST_S + hour * 3_600);
  const path = `/api/charts/v1/analytics/${symbol}/cvd`;
  const body = { result: { timestamp, more: false, data }, errors: [] };
  const answer = { method: 'GET', path, query, body, receivedAtMs: (FIRST_S + 86_400) * SECOND_MS } as const;
  return readPoll(krakenFutures, takerVolume, answer, new Map(known.map((one) => [one.key, one])));
} // prettier-ignore

const bought = ['3', '1', '4'];
const sold = ['1', '2', '2.5'];

describe('what takers bought and sold on Kraken Futures', () => {
  it('is read in coins, by hour, where the delta grows by the difference', () => {
    for (const cvd of [['2', '1', '2.5'], ['102', '101', '102.5']]) {
      const { rows, issues } = read({ buyVolume: bought, sellVolume: sold, cvd });
      assert.deepEqual(issues, []);
      const said = rows.map((row) => row.kind === 'taker-volume' && [row.atMs, row.barMs, row.takerBuyBase, row.takerSellBase]);
      assert.deepEqual(said, [3, 1, 4].map((buy, hour) => [FIRST_S * SECOND_MS + hour * HOUR_MS, HOUR_MS, buy, Number(sold[hour])]));
    }
  }); // prettier-ignore

  it('is read where the delta is no sum, and the amounts fall at times', () => {
    const { rows, issues } = read({ buyVolume: bought, sellVolume: sold, cvd: ['2', '-1', '1.5'] });
    assert.deepEqual([rows.length, issues], [3, []]);
  });

  it('is not read where the amounts may be sums since the begin', () => {
    const sums = { buyVolume: ['3', '4', '8'], sellVolume: ['1', '3', '5.5'], cvd: ['2', '1', '2.5'] };
    const one = { buyVolume: ['3'], sellVolume: ['1'], cvd: ['2'] };
    const other = { buyVolume: bought, sellVolume: sold, cvd: ['2', '1', '7'] };
    for (const [data, times] of [[sums, 3], [one, 1], [other, 3]] as const) {
      const { rows, issues } = read(data, { times });
      assert.deepEqual([rows, issues.map(({ code }) => code)], [[], ['implausible']]);
    }
  }); // prettier-ignore

  it('is dollars of inverse contracts, and contracts where their size is not known', () => {
    const data = { buyVolume: bought, sellVolume: sold, cvd: ['2', '1', '2.5'] };
    const { rows } = read(data, { symbol: 'PI_XBTUSD' });
    const [row] = rows;
    assert.ok(row?.kind === 'taker-volume');
    assert.deepEqual([row.takerBuyUsd, row.takerSellUsd, row.takerBuyBase], [3, 1, undefined]);
    const unlisted = read(data, { symbol: 'PI_XBTUSD', known: [] });
    const [bare] = unlisted.rows;
    assert.ok(bare?.kind === 'taker-volume');
    assert.deepEqual([bare.takerBuyContracts, bare.takerBuyUsd], [3, undefined]);
    assert.deepEqual(unlisted.issues.map(({ code }) => code), ['unknown-instrument']); // prettier-ignore
  });

  it('is nothing where lists and times cannot be joined or the bars have no length', () => {
    const data = { buyVolume: bought, sellVolume: sold, cvd: ['2', '1', '2.5'] };
    for (const answer of [
      read(data, { times: 2 }),
      read({ ...data, sellVolume: ['1'] }),
      read(data, { query: {} }),
      read({ ...data, cvd: undefined }),
      read({ ...data, buyVolume: ['3', '-1', 'x'] }),
    ]) {
      assert.deepEqual(answer.rows, []);
      assert.ok(answer.issues.length > 0);
    }
  });
});
