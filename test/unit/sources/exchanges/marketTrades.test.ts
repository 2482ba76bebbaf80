import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isMarketTrade, TRADE_FLAGS } from '../../../../src/sources/exchanges/marketTrades.ts';
import { exchangeAdapters } from '../../../../src/sources/exchanges/registry.ts';
import { decode, decodePush, fixture } from './fixtureAnswers.ts';

type Row = Record<string, unknown>;
interface Case {
  readonly exchange: string;
  readonly name: string;
  readonly market: readonly Row[];
  readonly beside: readonly Row[];
}

/** The trades of a payload, however it wraps them: what states a price. */
const tradesIn = (value: unknown): Row[] => {
  if (Array.isArray(value)) return value.flatMap(tradesIn);
  if (typeof value !== 'object' || value === null) return [];
  const row = value as Row;
  return ['p', 'px', 'price'].some((key) => key in row) ? [row] : Object.values(row).flatMap(tradesIn);
};

const CASES: readonly Case[] = [
  {
    exchange: 'bybit', name: 'ws-public-trade',
    market: [{ BT: false, RPI: true }, { BT: 'false' }, { BT: undefined }],
    beside: [{ BT: true }, { BT: 'true' }, { BT: 1 }],
  },
  {
    exchange: 'binance', name: 'ws-agg-trade',
    market: [{ nq: '0' }, { X: 'MARKET' }],
    beside: [{ X: 'INSURANCE_FUND' }, { X: 'ADL' }],
  },
  {
    exchange: 'okx', name: 'ws-trades',
    market: [{ source: '0' }, { source: '1' }],
    beside: [{ source: '7' }],
  },
  {
    exchange: 'deribit', name: 'last-trades',
    market: [{ liquidation: 'T' }, { block_trade_id: null }],
    beside: [{ block_trade_id: 'BLOCK-1' }, { block_rfq_id: 17 }, { combo_id: 'BTC-FS-25DEC26_PERP' }, { combo_trade_id: 5 }],
  },
  {
    exchange: 'gate', name: 'ws-trades',
    market: [{ is_internal: false }],
    beside: [{ is_internal: true }, { is_internal: 'true' }],
  },
  {
    exchange: 'kraken-futures', name: 'history',
    market: [{ type: 'fill' }, { type: 'liquidation' }],
    beside: [{ type: 'block' }, { type: 'assignment' }, { type: 'termination' }, { type: 'warp-9' }],
  },
]; // prettier-ignore

describe('trades beside the book', () => {
  for (const { exchange, name, market, beside } of CASES) {
    it(`are no trades of ${exchange}, whatever side they state; those in the book are`, () => {
      const adapter = exchangeAdapters.find(({ id }) => id === exchange);
      assert.ok(adapter !== undefined);
      const { transport, path, query, response } = fixture(exchange, name);
      const tradesWith = (changes: Row): number => {
        const body = structuredClone(response);
        for (const row of tradesIn(body)) Object.assign(row, changes);
        const { observations } =
          transport === 'ws' ? decodePush(adapter, body, [], path) : decode(adapter, path, query, body);
        return observations.filter(({ kind }) => kind === 'trade').length;
      };
      assert.ok(tradesIn(response).length > 0);
      for (const changes of market) assert.ok(tradesWith(changes) > 0, JSON.stringify(changes));
      for (const changes of beside) assert.equal(tradesWith(changes), 0, JSON.stringify(changes));
    });
  }

  it('are told by a table of the exchanges that there are', () => {
    const ids = exchangeAdapters.map(({ id }) => id);
    for (const { exchange, fields } of TRADE_FLAGS) {
      assert.ok(ids.includes(exchange), exchange);
      assert.ok(fields.length > 0);
    }
    assert.equal(isMarketTrade('bybit', { isBlockTrade: true }), false, 'the name in answers');
    assert.equal(isMarketTrade('okx', { BT: true }), true, 'a flag of one exchange is none of another');
  });

  it('name an unknown type or source once, and known ones not at all', () => {
    const kraken = exchangeAdapters.find(({ id }) => id === 'kraken-futures');
    assert.ok(kraken !== undefined);
    const { path, query, response } = fixture('kraken-futures', 'history');
    const withType = (type: string) => {
      const body = structuredClone(response);
      for (const row of tradesIn(body)) row['type'] = type;
      return decode(kraken, path, query, body).issues.filter(({ code }) => code === 'unsupported');
    };
    assert.deepEqual(withType('block'), []);
    assert.deepEqual(withType('warp-9').map(({ unknown }) => unknown?.value), ['warp-9']); // prettier-ignore
  });
});
