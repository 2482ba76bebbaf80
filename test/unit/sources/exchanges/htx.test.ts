import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { roleOf } from '../../../../src/sources/exchanges/decodeFrame.ts';
import { htx } from '../../../../src/sources/exchanges/htx/adapter.ts';
import {
  assertFixture,
  assertRows,
  decode,
  decodePush,
  fixture,
  fixtureNames,
  instrumentsOf,
} from './fixtureAnswers.ts';

const NOW_MS = 1_790_000_000_123;
const details = (() => {
  const { path, query, response } = fixture('htx', 'elements');
  return decode(htx, path, query, response).details;
})();
const known = instrumentsOf(htx, ['instruments']).map(
  (one) =>
    htx.instrumentDetails?.apply(
      one,
      details.find(({ venueSymbol }) => venueSymbol === one.venueSymbol),
    ) ?? one,
);
const symbol = (venueSymbol: string): Instrument =>
  known.find((one) => one.venueSymbol === venueSymbol) as Instrument;
const codes = (issues: readonly { code: string; path: string }[]): string[] =>
  issues.map(({ code, path }) => `${code} ${path}`);
const withoutInstruments = (name: string) => {
  const { path, query, response } = fixture('htx', name);
  return decode(htx, path, query, response);
};
const OPEN_INTEREST = '/v5/market/open_interest';

describe('htx adapter', () => {
  for (const name of fixtureNames('htx'))
    it(`decodes ${name}`, () => {
      assertFixture(htx, name, known);
    });

  it('completes perpetuals with interval and bounds, and leaves dated futures alone', () => {
    assert.equal(symbol('BTC-USDT').fundingIntervalMs, 8 * HOUR_MS);
    assert.equal(symbol('BTC-USDT').fundingCap, 0.003_75);
    assert.equal(symbol('ETH-USDT').fundingIntervalMs, 4 * HOUR_MS);
    assert.ok(!('fundingCap' in symbol('ETH-USDT')));
    assert.ok(!('fundingIntervalMs' in symbol('BTC-USDT-261225')));
  });

  it('takes an open interest of 0 beside trades of the day for none, and a sleeping contract for what it is', () => {
    const read = (traded: number) =>
      decode(htx, OPEN_INTEREST, {}, {
        status: 'ok', ts: NOW_MS,
        data: [{ contract_code: 'BTC-USDT', volume: 0, amount: 0, value: 0, trade_volume: traded, trade_amount: traded }],
      }, known); // prettier-ignore
    assert.deepEqual(read(5_000).observations, []);
    assert.deepEqual(codes(read(5_000).issues), ['placeholder-zero data[0]']);
    assertRows(read(0).observations, [{ openInterestBase: 0 }]);
  });

  it('keeps contracts where the contract size is not known, and says so', () => {
    const depth = withoutInstruments('depth');
    assertRows(depth.observations, [
      { bidContracts: 3_000, askContracts: 2_000, bidBase: null, bidUsd: null },
    ]);
    assert.deepEqual(codes(depth.issues), ['unknown-instrument tick']);
    // The turnover is stated in USDT whatever the contract is.
    const liquidations = withoutInstruments('liquidations');
    assertRows(liquidations.observations, [
      { sizeContracts: 2, sizeBase: null, notionalUsd: 180.001 },
      { sizeContracts: 30, sizeBase: null, notionalUsd: null },
    ]);
    const history = withoutInstruments('open-interest-history-contracts');
    assertRows(history.observations.slice(-1), [
      { openInterestContracts: 27_112, openInterestBase: null, openInterestUsd: 2_440_080 },
    ]);
    assert.deepEqual(codes(history.issues), ['unknown-instrument data.tick[0].volume'], 'said once');
    // Coins that the exchange states need no contract size.
    assertRows(withoutInstruments('open-interest').observations, [{ openInterestBase: 32_000.501 }]);
    assertRows(withoutInstruments('liquidations-v3').observations.slice(0, 1), [{ sizeBase: 0.479 }]);
  });

  it('counts both sides of dated coin-margined contracts, one of perpetuals', () => {
    const row = { volume: 100, amount: 2.5 };
    const sidesOf = (path: string, code: string): unknown =>
      decode(htx, path, {}, { status: 'ok', data: [{ ...row, contract_code: code }], ts: NOW_MS })
        .observations.map((one) => ('sides' in one ? one.sides : undefined))
        .join();
    assert.equal(sidesOf('/api/v1/contract_open_interest', 'BTC261225'), 'both');
    assert.equal(sidesOf('/swap-api/v1/swap_open_interest', 'BTC-USD'), 'one');
  });

  it('does not take contracts for coins', () => {
    const data = { contract_code: 'BTC-USDT', volume: '5000', amount: '5000', value: '450000' };
    const { observations, issues } = decode(htx, OPEN_INTEREST, {}, { code: 200, data, ts: NOW_MS }, known);
    assertRows(observations, [{ openInterestBase: 5, openInterestUsd: 450_000 }]);
    assert.deepEqual(codes(issues), ['implausible data[0].amount']);
  });

  it('gives open interest without a unit no unit', () => {
    const { path, response } = fixture('htx', 'open-interest-history');
    const body = structuredClone(response) as { data: { tick: Record<string, unknown>[] } };
    for (const row of body.data.tick) delete row['amount_type'];
    const { observations, issues } = decode(htx, path, { period: '60min' }, body, known);
    assertRows(observations, [{ openInterestBase: null, openInterestContracts: null, openInterestUsd: 394_689_150.5 }]); // prettier-ignore
    assert.deepEqual(codes(issues), ['decode data.tick[0].volume', 'decode data.tick[1].volume']);
  });

  it('drops a rate without a known interval', () => {
    const push = fixture('htx', 'ws-funding');
    const { observations, issues } = decodePush(htx, push.response, instrumentsOf(htx, ['instruments']));
    assert.deepEqual(observations, []);
    assert.deepEqual(codes(issues), ['unknown-interval data[0].funding_rate']);
    const single = { contract_code: 'BTC-USDT', funding_rate: '0.0001', funding_time: '1790006400000', next_funding_time: null }; // prettier-ignore
    const now = decode(htx, '/linear-swap-api/v1/swap_funding_rate', {}, { status: 'ok', data: single, ts: NOW_MS }); // prettier-ignore
    assert.deepEqual(codes(now.issues), ['unknown-interval data[0].funding_rate']);
  });

  it('takes a rate of 0 without a settlement for no rate', () => {
    const row = { contract_code: 'BTC-USDT', funding_rate: '0', funding_time: '', next_funding_time: null };
    const body = { code: 200, message: 'Success', data: [row], ts: NOW_MS };
    assert.deepEqual(decode(htx, '/v5/market/funding_rate', {}, body, known).observations, []);
  });

  it('gives months, which differ in length, no bar length', () => {
    const { path, response } = fixture('htx', 'klines');
    const bar = { open: 1, close: 1, high: 1, low: 1 };
    const data = [1_785_542_400, 1_788_220_800].map((id) => ({ id, ...bar }));
    const body = { ...(response as object), ch: 'market.BTC-USDT.kline.1mon', data };
    const { observations, issues } = decode(htx, path, {}, body, known);
    assert.deepEqual(observations, []);
    assert.deepEqual(codes(issues), ['decode ']);
  });

  it('refuses rows about another contract than was asked for', () => {
    const { path, response } = fixture('htx', 'open-interest');
    for (const [at, body] of [
      [path, response],
      [fixture('htx', 'klines').path, fixture('htx', 'klines').response],
      [fixture('htx', 'depth').path, fixture('htx', 'depth').response],
    ] as const) {
      const { observations, issues } = decode(htx, at, { contract_code: 'ETH-USDT' }, body, known);
      assert.deepEqual(observations, [], at);
      assert.equal(issues[0]?.code, 'wrong-instrument', at);
    }
    // A dated contract goes by its turn too, but only of the same pair.
    const dated = fixture('htx', 'ticker-dated');
    const other = decode(htx, dated.path, { contract_code: 'ETH-USDT-261225' }, dated.response, known);
    assert.equal(other.issues[0]?.code, 'wrong-instrument');
  });

  it('reads liquidations of coin-margined futures, whose topic names an asset, as contracts', () => {
    const row = { contract_code: 'BTC261225', symbol: 'BTC', direction: 'buy', offset: 'close', volume: 26, price: 90_000, created_at: NOW_MS }; // prettier-ignore
    const frame = { op: 'notify', topic: 'public.BTC.liquidation_orders', ts: NOW_MS, data: [row] };
    const { observations, issues } = decodePush(htx, frame, known);
    assertRows(observations, [
      {
        liquidatedSide: 'short',
        sizeContracts: 26,
        sizeBase: null,
        notionalUsd: null,
        market: 'dated-future',
      },
    ]);
    assert.deepEqual(codes(issues), ['unknown-instrument data[0].volume']);
  });

  it('refuses a book of another contract than its channel', () => {
    const frame = structuredClone(fixture('htx', 'ws-depth').response) as { tick: { ch: string } };
    frame.tick.ch = 'market.ETH-USDT.depth.step0';
    assert.deepEqual(codes(decodePush(htx, frame, known).issues), ['wrong-instrument tick.ch']);
  });

  it('refuses the close of a bar that is over as a price of now', () => {
    const frame = { ...(fixture('htx', 'ws-mark').response as object), ts: NOW_MS + HOUR_MS };
    const { observations, issues } = decodePush(htx, frame, known);
    assert.deepEqual(observations, []);
    assert.deepEqual(codes(issues), ['implausible tick.id']);
  });

  it('reads symbols of all its markets and no others', () => {
    const parts = (name: string): string => {
      const one = htx.parseSymbol(name);
      return one === undefined ? 'none' : `${one.baseAsset} ${one.quoteAsset} ${one.kind} ${one.margin}`;
    };
    assert.equal(parts('1INCH-USDT'), '1INCH USDT perpetual linear');
    assert.equal(parts('BTC-USDT-261225'), 'BTC USDT dated-future linear');
    assert.equal(parts('BTC-USDT-NQ'), 'BTC USDT dated-future linear');
    assert.equal(parts('BTC-USD'), 'BTC USD perpetual inverse');
    assert.equal(parts('ETH200703'), 'ETH USD dated-future inverse');
    assert.equal(parts('BTC_CW'), 'BTC USD dated-future inverse');
    for (const name of ['BTC-USDT-FUTURES', 'btcusdt', 'BTC', '', 'BTC-USDT-2612']) assert.equal(parts(name), 'none', name); // prettier-ignore
  });

  it('reads errors of all its envelopes, and limits as limits', () => {
    const kind = (body: unknown, status = 200): string | undefined => htx.venueError(body, status)?.kind;
    assert.equal(kind({ status: 'error', 'err-code': 'invalid-parameter', 'err-msg': 'invalid symbol' }), 'rejected'); // prettier-ignore
    assert.equal(kind({ status: 'error', err_code: 1332, err_msg: "The contract doesn't exist." }), 'rejected'); // prettier-ignore
    assert.equal(kind({ code: 1332, message: "The contract doesn't exist.", data: null }), 'rejected');
    assert.equal(kind({ status: 'error', err_code: 1032, err_msg: 'too often' }), 'rate-limited');
    assert.equal(kind({ status: 'error', err_code: 1, err_msg: 'x' }, 429), 'rate-limited');
    for (const body of [{ status: 'ok', data: [] }, { code: 200, msg: '', data: [] }, { code: 200, message: 'Success', data: [] }, {}, null, 'x']) assert.equal(kind(body), undefined); // prettier-ignore
  });

  it('asks for what exists: funding and top accounts of perpetuals, prices of dated futures', () => {
    const asked = (venueSymbol: string): string[] =>
      htx.polls.flatMap((poll) => {
        const instrument = symbol(venueSymbol);
        const spec =
          (poll.about ?? 'perpetual') === instrument.kind
            ? poll.request({ instrument, nowMs: NOW_MS })
            : undefined;
        return spec === undefined ? [] : [poll.id];
      });
    assert.deepEqual(asked('BTC-USDT-261225'), [
      'htx/open-interest-dated',
      'htx/ticker-dated',
      'htx/basis-dated',
    ]);
    assert.ok(asked('BTC-USDT').includes('htx/funding') && !asked('BTC-USDT').includes('htx/ticker-dated'));
    const now = htx.polls.filter((poll) => poll.tense === 'now' && asked('BTC-USDT').includes(poll.id));
    assert.ok(now.length <= 6, 'a refresh of every minute stays small');
  });
});

describe('htx streams', () => {
  const [market, notifications, index] = htx.streams ?? [];
  const role = (frame: unknown): string => JSON.stringify(roleOf(htx, frame).role);

  it('subscribes topics as each socket wants it, and each topic is recognised in its frames', () => {
    const perpetuals = [symbol('BTC-USDT'), symbol('ETH-USDT')];
    for (const stream of htx.streams ?? []) {
      assert.equal(stream.packing, 'gzip');
      for (const channel of stream.channels) {
        for (const topic of channel.topics(perpetuals)) {
          const frame = topic.startsWith('public.') ? { op: 'notify', topic } : { ch: topic };
          assert.deepEqual(stream.classify(frame), { role: 'data', channel: channel.id, topic });
        }
      }
    }
    assert.deepEqual(market?.subscribe(['market.BTC-USDT.detail']), [
      { sub: 'market.BTC-USDT.detail', id: 'market.BTC-USDT.detail' },
    ]);
    const topic = 'public.*.liquidation_orders';
    assert.deepEqual(notifications?.channels[0]?.topics(perpetuals), [topic]);
    assert.deepEqual(notifications?.subscribe([topic]), [{ op: 'sub', cid: topic, topic }]);
    assert.equal(index?.path, '/ws_index');
  });

  it('answers pings with what they ask back', () => {
    assert.deepEqual(market?.classify({ ping: 1_790_000_000_000 }), { role: 'ping', reply: { pong: 1_790_000_000_000 } }); // prettier-ignore
    assert.deepEqual(notifications?.classify({ op: 'ping', ts: '1790000000000' }), { role: 'ping', reply: { op: 'pong', ts: '1790000000000' } }); // prettier-ignore
    assert.equal(role({ pong: 1 }), '{"role":"pong"}');
    assert.equal(role({ op: 'pong', ts: 1 }), '{"role":"pong"}');
  });

  it('tells acknowledgements, refusals, ends and what is not read', () => {
    assert.equal(role({ id: '1', status: 'ok', subbed: 'market.BTC-USDT.detail', ts: 1 }), '{"role":"ack"}');
    assert.equal(role({ op: 'sub', cid: '1', topic: 'public.*.funding_rate', ts: 1, 'err-code': 0 }), '{"role":"ack"}'); // prettier-ignore
    assert.equal(
      role({ status: 'error', ts: 1, id: '1', 'err-code': 'bad-request', 'err-msg': 'invalid topic x' }),
      '{"role":"refused","code":"bad-request","message":"invalid topic x"}',
    );
    assert.equal(
      role({ op: 'sub', cid: '1', topic: 'x', 'err-code': 2011, 'err-msg': "Contract doesn't exist.", ts: 1 }), // prettier-ignore
      '{"role":"refused","code":"2011","message":"Contract doesn\'t exist."}',
    );
    assert.equal(role({ op: 'close', ts: 1 }), '{"role":"closing","message":""}');
    for (const frame of [
      { ch: 'market.BTC-USDT.bbo', ts: 1, tick: {} },
      { ch: 'market.BTC-USDT.premium_index.1min', ts: 1, tick: {} },
      { op: 'notify', topic: 'public.*.contract_info', ts: 1, data: [] },
      fixture('htx', 'ws-depth-update').response,
      // The answer of a REST request is no push.
      fixture('htx', 'depth').response,
      null, [], 'text', 7, {}, { ch: 5 }, { op: {} },
    ]) assert.equal(role(frame), '{"role":"ignored"}', JSON.stringify(frame)); // prettier-ignore
  });

  it('tells trades of one push apart, whose own ids JSON rounds to the same number', () => {
    const ids = decodePush(htx, fixture('htx', 'ws-trades').response, known).observations.map((one) =>
      one.kind === 'trade' ? one.tradeId : undefined,
    );
    assert.equal(new Set(ids).size, ids.length);
  });
});
