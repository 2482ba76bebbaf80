import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../../../src/core/units.ts';
import type {
  EventPage,
  ExchangeAdapter,
  ObservationPoll,
} from '../../../../src/sources/exchanges/contract.ts';
import { readPoll } from '../../../support/readPoll.ts';
import { bitget } from '../../../../src/sources/exchanges/bitget/adapter.ts';
import { deribit } from '../../../../src/sources/exchanges/deribit/adapter.ts';
import { gate } from '../../../../src/sources/exchanges/gate/adapter.ts';
import { htx } from '../../../../src/sources/exchanges/htx/adapter.ts';
import { okx } from '../../../../src/sources/exchanges/okx/adapter.ts';
import { instrumentOf } from '../../market/builders.ts';

const NOW = Date.UTC(2026, 9, 20, 12, 30);

/** A poll as it is asked about one instrument, and what it makes of an answer. */
function paged(adapter: ExchangeAdapter, id: string, venueSymbol: string, changes: Partial<Instrument> = {}) {
  const poll: ObservationPoll<never> = adapter.polls.find((one) => one.id === id) ?? assert.fail(id);
  const instrument = instrumentOf(adapter.id, {
    key: `${adapter.id}:${venueSymbol}`,
    venueSymbol,
    ...changes,
  });
  const scope = { instrument, nowMs: NOW };
  const first = poll.request(scope) ?? assert.fail('not asked');
  const read = (body: unknown, query = first.query): EventPage | undefined =>
    readPoll(
      adapter,
      poll,
      { method: 'GET', path: first.path, query, body, receivedAtMs: NOW },
      new Map([[instrument.key, instrument]]),
    ).page;
  const earlier = (edgeMs: number, page: EventPage) => poll.events?.earlier?.(scope, edgeMs, page)?.query;
  return { first: first.query, read, earlier, poll };
}

describe('what an answer of liquidations says of its reach', () => {
  it('nothing where the answer lacks its rows', () => {
    const { read, first } = paged(htx, 'htx/liquidations', 'BTC-USDT');
    assert.ok(read({ code: 200, data: [], ts: NOW }, first));
    assert.equal(read({ code: 200, ts: NOW }, first), undefined);
  });

  it('OKX: its rows alone, and the page before by a time that overlaps', () => {
    const { read, earlier } = paged(okx, 'okx/liquidations', 'BTC-USDT-SWAP', { contractSize: { amount: 0.01, unit: 'base' } }); // prettier-ignore
    const detail = (ts: number, side = 'sell') => ({ bkPx: '90000', posSide: 'long', side, sz: '1', ts: String(ts) }); // prettier-ignore
    const body = (details: object[]) => ({
      code: '0',
      data: [{ instId: 'BTC-USDT-SWAP', uly: 'BTC-USDT', details }],
    });
    const page = read(body([detail(NOW - 5), detail(NOW - 9)]));
    assert.deepEqual(page, { rowTimesMs: [NOW - 5, NOW - 9], isCut: true, asked: {} });
    const query = earlier(NOW - 9, page);
    assert.equal(query?.['after'], String(NOW - 8));
    assert.equal(read(body([]), query)?.asked.toMs, NOW - 9);
    assert.equal(read(body([detail(NOW - 5), detail(NOW - 9, 'buy')])), undefined, 'one row is of no use');
  });

  it('Bitget: to the last page of a cursor, which overlaps where it is a time', () => {
    const { read, earlier, first } = paged(bitget, 'bitget/v3-liquidations', 'BTCUSDT');
    const row = (ts: number) => ({
      symbol: 'BTCUSDT',
      side: 'buy',
      price: '90000',
      amount: '900',
      ts: String(ts),
    });
    const body = (list: object[], cursor: unknown = '') => ({ code: '00000', data: { list, cursor } });
    const keptFromMs = NOW - 2 * DAY_MS;
    const one = { rowTimesMs: [NOW - 5], isCut: false, asked: {}, keptFromMs };
    assert.deepEqual(read(body([row(NOW - 5)])), one);
    const page = read(body([row(NOW - 5), row(NOW - 9)], String(NOW - 9)));
    assert.equal(page?.isCut, true);
    assert.equal(earlier(NOW - 9, page)?.['cursor'], String(NOW - 8));
    assert.equal(earlier(NOW - 9, { ...page, cursor: 'id-77' })?.['cursor'], 'id-77');
    const last = read(body([]), { ...first, cursor: String(NOW - 8) });
    assert.deepEqual(last, { rowTimesMs: [], isCut: false, asked: { toMs: NOW - 9 }, keptFromMs });
  });

  it('HTX: the window that was asked for, unless the page may be full', () => {
    const { read, earlier, poll } = paged(htx, 'htx/liquidations', 'BTC-USDT', { contractSize: { amount: 0.001, unit: 'base' } }); // prettier-ignore
    const row = (atMs: number) => ({
      contract_code: 'BTC-USDT', liquidation_time: String(atMs), position_side: 'long', side: 'sell', volume: '10',
      amount: '10', bankrupt_price: '90000', trade_turnover: '900',
    }); // prettier-ignore
    const body = (count: number) => ({ code: 200, data: Array.from({ length: count }, (_, index) => row(NOW - 5 - index)) }); // prettier-ignore
    const page = read(body(3));
    assert.deepEqual(page?.asked, { fromMs: NOW - HOUR_MS + 1, toMs: NOW - 1 });
    assert.deepEqual([page.isCut, page.rowTimesMs.length], [false, 3]);
    assert.equal(page.keptFromMs, NOW - 26 * HOUR_MS);
    assert.equal(read(body(100))?.isCut, true);
    assert.equal(read(body(50))?.isCut, true, 'a round number may be a smaller limit of the server');
    assert.equal(earlier(NOW - HOUR_MS, page)?.['end_time'], String(NOW - HOUR_MS + SECOND_MS));
    assert.ok(
      poll.fallbacks?.every(({ events }) => events === undefined),
      'older answers prove nothing',
    );
  });

  it('Gate: the window in seconds', () => {
    const { read } = paged(gate, 'gate/liquidations', 'BTC_USDT', { contractSize: { amount: 0.0001, unit: 'base' } }); // prettier-ignore
    const seconds = NOW / SECOND_MS;
    const body = [{ time: seconds - 5, contract: 'BTC_USDT', size: 3, order_size: -3, order_price: '90000', fill_price: '90001', left: 0 }]; // prettier-ignore
    const asked = { fromMs: NOW - HOUR_MS + SECOND_MS, toMs: NOW - SECOND_MS };
    assert.deepEqual(read(body), { rowTimesMs: [NOW - 5 * SECOND_MS], isCut: false, asked });
  });

  it('Deribit: the times of all trades, whole only where it says that there are no more', () => {
    const { read } = paged(deribit, 'deribit/liquidations', 'BTC-PERPETUAL', { contractSize: { amount: 10, unit: 'quote' } }); // prettier-ignore
    const trades = [{ timestamp: NOW - 5, price: 90_000, amount: 10, direction: 'sell', trade_id: '1' }];
    const asked = { fromMs: NOW - HOUR_MS + 1, toMs: NOW - 1 };
    const page = { rowTimesMs: [NOW - 5], isCut: false, asked };
    assert.deepEqual(read({ result: { trades, has_more: false } }), page);
    assert.deepEqual(read({ result: { trades, has_more: true } }), { ...page, isCut: true });
    assert.equal(read({ result: { trades } })?.isCut, true);
  });
});
