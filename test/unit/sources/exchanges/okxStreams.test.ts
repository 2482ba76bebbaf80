import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import { decodeFrame } from '../../../../src/sources/exchanges/decodeFrame.ts';
import { okx } from '../../../../src/sources/exchanges/okx/adapter.ts';
import { assertFields, codes, first, fixturesFor } from './wireFixtures.ts';

const { fixture, decode, known } = fixturesFor(okx, ['instruments-swap', 'instruments-futures']);
const [stream] = okx.streams ?? [];
assert.ok(stream);
const swap = known.get('okx:BTC-USDT-SWAP') as Instrument;
const dated = known.get('okx:ETH-USDT-261225') as Instrument;
const spot: Instrument = { ...swap, key: 'okx:spot/BTC-USDT', venueSymbol: 'BTC-USDT', kind: 'spot' };
const topicsOf = (id: string, instruments: readonly Instrument[]): readonly string[] =>
  stream.channels.find((one) => one.id === id)?.topics(instruments) ?? [];

describe('OKX streams', () => {
  it('tells acknowledgements, pongs, refusals, notices and unused channels from data', () => {
    const arg = { channel: 'trades', instId: 'BTC-USDT-SWAP' };
    const roles = [
      'pong',
      { event: 'subscribe', arg, connId: 'a4d3ae55' },
      { event: 'error', code: '60012', msg: 'Invalid request', connId: 'a4d3ae55' },
      {
        event: 'notice',
        code: '64008',
        msg: 'The connection will soon be closed for a service upgrade.',
        connId: 'a',
      },
      { event: 'channel-conn-count', channel: 'orders', connCount: '2', connId: 'a' },
      { event: 'channel-conn-count-error', channel: 'orders', connCount: '20', connId: 'a' },
      { arg: { channel: 'bbo-tbt', instId: 'BTC-USDT' }, data: [] },
      { arg: { channel: 'books', instId: 'BTC-USDT' }, action: 'update', data: [{ asks: [], bids: [] }] },
      { arg, data: [] },
    ].map((frame) => stream.classify(frame).role);
    assert.deepEqual(roles, [
      'pong', 'ack', 'refused', 'closing', 'ignored', 'refused', 'ignored', 'ignored', 'data',
    ]); // prettier-ignore
    const refused = stream.classify({ event: 'error', code: '60018', msg: 'Wrong URL or channel' });
    assert.deepEqual(refused, { role: 'refused', code: '60018', message: 'Wrong URL or channel' });
    for (const odd of [
      undefined,
      null,
      7,
      '',
      [],
      [[]],
      {},
      { data: 1 },
      { arg: null, data: [] },
      { arg: {}, data: {} },
    ])
      assert.equal(stream.classify(odd).role, 'ignored', JSON.stringify(odd));
  });

  it('subscribes what is followed: one topic for all liquidations, spot pairs for trades', () => {
    assert.deepEqual(topicsOf('okx/stream-liquidation-orders', [swap, spot]), ['liquidation-orders/SWAP']);
    assert.deepEqual(topicsOf('okx/stream-index-tickers', [swap, dated, spot]), ['index-tickers/BTC-USDT']);
    assert.deepEqual(topicsOf('okx/stream-trades', [swap, dated, spot]), ['trades/BTC-USDT-SWAP']);
    assert.deepEqual(topicsOf('okx/stream-spot-trades', [swap, dated, spot]), ['trades/BTC-USDT']);
    assert.deepEqual(topicsOf('okx/stream-books', [swap, dated, spot]), []);
    assert.deepEqual(stream.subscribe(['liquidation-orders/SWAP', 'trades/BTC-USDT']), [
      { op: 'subscribe', args: [{ channel: 'liquidation-orders', instType: 'SWAP' }, { channel: 'trades', instId: 'BTC-USDT' }] },
    ]); // prettier-ignore
    const many = Array.from({ length: 120 }, (_, index) => `trades/A${index}-USDT-SWAP`);
    const sizes = stream.subscribe(many).map((message) => (message as { args: unknown[] }).args.length);
    assert.deepEqual(sizes, [50, 50, 20]);
    assert.equal(stream.heartbeat?.message, 'ping');
    assert.ok(stream.heartbeat.everyMs < 30_000);
  });

  it('names the topic of a frame as it was subscribed', () => {
    for (const name of ['ws-liquidation-orders', 'ws-mark-price', 'ws-index-tickers']) {
      const frame = fixture(name).response;
      const role = stream.classify(frame);
      assert.ok(role.role === 'data' && role.topic !== undefined, name);
      const { arg } = frame as { arg: object };
      assert.deepEqual(stream.subscribe([role.topic]), [{ op: 'subscribe', args: [arg] }]);
    }
  });

  it('reads a row without its frame where the row names its instrument', () => {
    for (const name of [
      'ws-liquidation-orders',
      'ws-open-interest',
      'ws-funding-rate',
      'ws-mark-price',
      'ws-index-tickers',
    ]) {
      const { response, ...rest } = fixture(name);
      const [row] = (response as { data: unknown[] }).data;
      const [whole, bare] = [decode(fixture(name)), decode({ ...rest, response: row })];
      assert.deepEqual(first(bare), first(whole), name);
    }
  });

  it('keeps contracts of liquidations and trades where their size is not known', () => {
    const liquidations = decode(fixture('ws-liquidation-orders'), new Map());
    assertFields(liquidations.observations[0], {
      sizeContracts: 20,
      sizeBase: undefined,
      notionalUsd: undefined,
    });
    const trades = decode(fixture('ws-trades'), new Map());
    assertFields(trades.observations[0], { sizeContracts: 25, sizeBase: undefined });
    assertFields(trades.observations[2], { sizeBase: 0.25, sizeContracts: undefined });
    assert.ok(codes(trades).every((code) => code === 'unknown-instrument'));
  });

  it('does not give the index of two coins to a perpetual that is named like it', () => {
    const { response } = fixture('ws-index-tickers');
    const frame = response as { arg: object; data: [object] };
    const body = { ...frame, data: [{ ...frame.data[0], instId: 'ETH-BTC' }] };
    const decoded = decodeFrame(okx, { body, receivedAtMs: 1 }, known);
    assert.deepEqual([decoded.observations, decoded.issues.map(({ code }) => code)], [[], ['unsupported']]);
  });

  it('says that a book that is no snapshot is not used, and refuses a crossed one', () => {
    const { response } = fixture('ws-books');
    const update = decodeFrame(
      okx,
      { body: { ...(response as object), action: 'update' }, receivedAtMs: 1 },
      known,
    );
    assert.deepEqual([update.observations, update.issues.map(({ code }) => code)], [[], ['unsupported']]);
  });

  it('asks dated futures a pair at a time, and coin-margined ones for their own index', () => {
    const asked = (instrument: Instrument): Map<string, Readonly<Record<string, string>>> =>
      new Map(
        okx.polls.flatMap((poll) => {
          const spec = poll.about === instrument.kind ? poll.request({ instrument, nowMs: 0 }) : undefined;
          return spec === undefined ? [] : [[poll.id, spec.query]];
        }),
      );
    const pair = { instType: 'FUTURES', uly: 'ETH-USDT' };
    assert.deepEqual([...asked(dated)], [
      ['okx/dated-mark-price', pair], ['okx/dated-open-interest', pair], ['okx/dated-tickers', pair],
    ]); // prettier-ignore
    const inverse = known.get('okx:ETH-USD-261225') as Instrument;
    assert.deepEqual(asked(inverse).get('okx/dated-index-price'), { instId: 'ETH-USD' });
    assert.deepEqual(
      [...asked(spot).entries()].map(([id, query]) => [id, query['instId'] ?? query['ccy']]),
      [['okx/spot-ticker', 'BTC-USDT'], ['okx/spot-candles', 'BTC-USDT'], ['okx/spot-taker-volume', 'BTC']],
    ); // prettier-ignore
  });

  it('keeps tiers in contracts where the contract size is not known, and gives no table with a hole', () => {
    const tiers = fixture('position-tiers');
    const unsized = decode(tiers, new Map());
    assertFields(unsized.observations[0], { unit: 'contracts' });
    assert.deepEqual(codes(unsized), ['unknown-instrument']);
    const [one, two] = (tiers.response as { data: object[] }).data;
    const broken = decode({ ...tiers, response: { code: '0', data: [one, { ...two, mmr: '' }] } });
    assert.deepEqual(broken.observations, []);
    assert.ok(codes(broken).includes('decode'));
  });

  it('gives every poll a limit of its endpoint, one for all polls of a path', () => {
    const byPath = new Map<string, string>();
    for (const { id, path, scope } of [okx.instruments, ...okx.polls]) {
      assert.ok(scope !== undefined && scope.limits.length > 0, id);
      assert.equal(byPath.get(path) ?? JSON.stringify(scope), JSON.stringify(scope), path);
      byPath.set(path, JSON.stringify(scope));
    }
  });
});
