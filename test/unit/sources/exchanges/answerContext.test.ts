import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import { applyChannel } from '../../../../src/sources/exchanges/decodeFrame.ts';
import { ListCorrections } from '../../../../src/sources/exchanges/listCorrections.ts';
import { bybit } from '../../../../src/sources/exchanges/bybit/adapter.ts';
import { okx } from '../../../../src/sources/exchanges/okx/adapter.ts';
import { readPoll } from '../../../support/readPoll.ts';

const NOW = Date.UTC(2026, 10, 22);
const swap: Instrument = {
  key: 'okx:BTC-USDT-SWAP', exchange: 'okx', venueSymbol: 'BTC-USDT-SWAP', baseAsset: 'BTC', quoteAsset: 'USDT', settleAsset: 'USDT',
  kind: 'perpetual', margin: 'linear', contractSize: { amount: 0.01, unit: 'base' }, status: 'trading',
}; // prettier-ignore
const row = (fields: object) => ({ instId: 'BTC-USDT-SWAP', instType: 'SWAP', ts: String(NOW), ...fields });
/** Ten thousand contracts are a thousand coins: the list's size is out of date. */
const proof = row({ oi: '10000', oiCcy: '1000' });
const table = (instrument: Instrument) => new Map([[instrument.key, instrument]]);

describe('who a row is about, remembered', () => {
  it('holds within an answer until a row proves something against the list', () => {
    const poll = okx.polls.find(({ id }) => id === 'okx/open-interest') ?? assert.fail();
    const body = { code: '0', data: [row({ oi: '200' }), proof, row({ oi: '200' })] };
    const answer = { method: 'GET', path: poll.path, query: {}, body, receivedAtMs: NOW } as const;
    const { rows, issues } = readPoll(okx, poll, answer, table(swap));
    const coins = rows.map((one) => (one.kind === 'open-interest' ? one.openInterestBase : undefined));
    assert.deepEqual(coins, [2, 1_000, 20]);
    assert.deepEqual(issues.map(({ code }) => code), ['contradiction']); // prettier-ignore
  });

  it('holds over frames until the list, or what is known against it, is another', () => {
    const stream = okx.streams?.[0] ?? assert.fail();
    const channel = stream.channels.find(({ id }) => id === 'okx/stream-open-interest') ?? assert.fail();
    const corrections = new ListCorrections();
    const coins = (fields: object, known: ReadonlyMap<string, Instrument>, facts = corrections): unknown => {
      const body = { arg: { channel: 'open-interest', instId: 'BTC-USDT-SWAP' }, data: [fields] };
      const topic = 'open-interest/BTC-USDT-SWAP';
      const [one] = applyChannel(okx, channel, { body, receivedAtMs: NOW, topic }, known, facts).rows;
      return one?.kind === 'open-interest' ? one.openInterestBase : undefined;
    };
    const list = table(swap);
    assert.equal(coins(row({ oi: '200' }), list), 2);
    assert.equal(coins(row({ oi: '200' }), list), 2);
    assert.equal(coins(proof, list), 1_000);
    assert.equal(coins(row({ oi: '200' }), list), 20);
    assert.equal(coins(row({ oi: '200' }), list, new ListCorrections()), 2, 'facts of somebody else');
    const read = table({ ...swap, contractSize: { amount: 0.1, unit: 'base' } });
    corrections.listWasRead('okx', read);
    assert.equal(coins(row({ oi: '200' }), read), 20);
    assert.equal(
      coins(row({ oi: '200' }), table({ ...swap, contractSize: { amount: 1, unit: 'base' } })),
      200,
    );
  });

  it("is another row's matter where a push asks for another topic", () => {
    const stream = okx.streams?.[0] ?? assert.fail();
    const channel = stream.channels.find(({ id }) => id === 'okx/stream-open-interest') ?? assert.fail();
    const body = {
      arg: { channel: 'open-interest', instId: 'ETH-USDT-SWAP' },
      data: [row({ oi: '1', oiCcy: '2' })],
    };
    const { rows } = applyChannel(okx, channel, { body, receivedAtMs: NOW }, table(swap));
    assert.equal(rows[0]?.venueSymbol, 'BTC-USDT-SWAP', 'a row is about what it names itself');
  });

  it('is kept apart for each topic: a row that is known from one is refused in another', () => {
    const stream = bybit.streams?.[0] ?? assert.fail();
    const channel = stream.channels.find(({ id }) => id === 'bybit/stream-publicTrade') ?? assert.fail();
    const [known, corrections] = [table(swap), new ListCorrections()];
    const read = (topic: string, s: string): unknown => {
      const body = { topic, data: [{ T: NOW, s, S: 'Buy', v: '1', p: '2', L: 'PlusTick', i: 'a' }] };
      const frame = { body, receivedAtMs: NOW, topic };
      const { rows, issues } = applyChannel(bybit, channel, frame, known, corrections);
      return issues[0]?.code ?? rows[0]?.venueSymbol;
    };
    for (let turn = 0; turn < 2; turn += 1) {
      assert.equal(read('publicTrade.BTCUSDT', 'BTCUSDT'), 'BTCUSDT');
      assert.equal(read('publicTrade.ETHUSDT', 'ETHUSDT'), 'ETHUSDT');
      assert.equal(read('publicTrade.BTCUSDT', 'ETHUSDT'), 'wrong-instrument');
    }
  });
});
