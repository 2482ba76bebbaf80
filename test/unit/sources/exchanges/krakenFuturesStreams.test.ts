import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import { decodeFrame, decodeFrames, roleOf } from '../../../../src/sources/exchanges/decodeFrame.ts';
import { krakenFutures } from '../../../../src/sources/exchanges/krakenFutures/adapter.ts';
import { stream } from '../../../../src/sources/exchanges/krakenFutures/streams.ts';
import { assertRows, instrumentsOf, RECEIVED_AT_MS } from './fixtureAnswers.ts';

const listed = instrumentsOf(krakenFutures, ['instruments']);
const known: ReadonlyMap<string, Instrument> = new Map(listed.map((one) => [one.key, one]));
const TIME = 1_790_000_000_000;
const read = (body: unknown, table = known) =>
  decodeFrame(krakenFutures, { body, receivedAtMs: RECEIVED_AT_MS }, table);
const role = (body: unknown) => roleOf(krakenFutures, body).role;

const TRADE = {
  feed: 'trade', product_id: 'PF_XBTUSD', uid: '05af78ac-a774-478c-a50c-8b9c234e071e', side: 'sell', type: 'fill',
  seq: 653355, time: TIME, qty: 0.44, price: 90_000,
} as const; // prettier-ignore
const TICKER = {
  time: TIME, product_id: 'PF_XBTUSD', funding_rate: 1.8, funding_rate_prediction: 0.9, relative_funding_rate: 2e-5,
  relative_funding_rate_prediction: 1e-5, next_funding_rate_time: 1_790_002_800_000, feed: 'ticker', bid: 89_999,
  ask: 90_001, volume: 2_000, volumeQuote: 180_000_000, index: 90_010, last: 90_001, suspended: false, tag: 'perpetual',
  pair: 'XBT:USD', openInterest: 1_800, markPrice: 90_000, maturityTime: 0, dtm: 0, leverage: '50x', premium: 0,
} as const; // prettier-ignore

describe('kraken futures streams', () => {
  it('reads a ticker: prices, coins, the relative rate and its settlement', () => {
    const { observations, issues } = read(TICKER);
    assertRows(observations, [
      { kind: 'mark-price', endpoint: 'WS ticker', atMs: TIME, markPriceQuote: 90_000, indexPriceQuote: 90_010, lastPriceQuote: 90_001 },
      { kind: 'open-interest', openInterestBase: 1_800, openInterestUsd: 162_000_000, usdBasis: 'mark-price', sides: 'unverified' },
      { kind: 'volume', volumeBase: 2_000, volumeUsd: 180_000_000 },
      { kind: 'funding-rate', phase: 'predicted', fundingRatePerInterval: 2e-5, intervalMs: 3_600_000, settlesAtMs: 1_790_002_800_000, cap: 0.001 },
    ]);
    assert.deepEqual(issues, []);
  }); // prettier-ignore

  it('has no rate where only the absolute one is pushed, and none for dated futures', () => {
    const { relative_funding_rate: _rate, ...absolute } = TICKER;
    assert.ok(read(absolute).observations.every(({ kind }) => kind !== 'funding-rate'));
    const dated = read({ ...TICKER, product_id: 'FI_XBTUSD_261225', relative_funding_rate: 0 });
    assertRows(dated.observations, [
      { kind: 'mark-price', market: 'dated-future' },
      { kind: 'open-interest', openInterestUsd: 1_800, usdBasis: 'venue', openInterestBase: 0.02 },
      { kind: 'volume', volumeUsd: 2_000, volumeBase: null },
    ]);
  });

  it('reads the volume of a ticker_lite, which states no time', () => {
    const lite = { feed: 'ticker_lite', product_id: 'PF_XBTUSD', bid: 1, ask: 2, volume: 12, premium: 0.1, tag: 'month' };
    assertRows(read(lite).observations, [{ kind: 'volume', volumeBase: 12, atBasis: 'received', atMs: RECEIVED_AT_MS }]);
  }); // prettier-ignore

  it('reads a fill as a trade, and a liquidation as both, by the side of the position', () => {
    assertRows(read(TRADE).observations, [
      { kind: 'trade', takerSide: 'sell', sizeBase: 0.44, notionalUsd: 39_600, tradeId: TRADE.uid, atMs: TIME },
    ]);
    assertRows(read({ ...TRADE, type: 'liquidation' }).observations, [
      { kind: 'trade', takerSide: 'sell' },
      { kind: 'liquidation', liquidatedSide: 'long', sizeBase: 0.44, priceBasis: 'fill', coverage: 'complete', eventId: TRADE.uid },
    ]);
    const inverse = { ...TRADE, type: 'liquidation', side: 'buy', product_id: 'PI_XBTUSD', qty: 9_000 };
    assertRows(read(inverse).observations.slice(1), [
      { liquidatedSide: 'short', notionalUsd: 9_000, sizeBase: 0.1, sizeContracts: null },
    ]);
    const unlisted = read(inverse, new Map());
    assertRows(unlisted.observations.slice(1), [{ sizeContracts: 9_000, sizeBase: null, notionalUsd: null }]);
    assert.deepEqual(unlisted.issues.map(({ code }) => code), ['unknown-instrument']);
  }); // prettier-ignore

  it('leaves out trades that nobody took', () => {
    for (const type of ['assignment', 'termination', 'block']) {
      const { observations, issues } = read({ ...TRADE, type });
      assert.deepEqual([observations, issues.map(({ code }) => code)], [[], ['unsupported']], type);
    }
  });

  it('reads of a snapshot the liquidations only: its trades are over', () => {
    const trades = [
      TRADE,
      { ...TRADE, type: 'liquidation', uid: 'b' },
      null,
      { ...TRADE, product_id: 'PI_XBTUSD' },
    ];
    const { observations, issues } = read({ feed: 'trade_snapshot', product_id: 'PF_XBTUSD', trades });
    assertRows(observations, [{ kind: 'liquidation', eventId: 'b' }]);
    assert.deepEqual(
      issues.map(({ code, path }) => `${code} ${path}`),
      ['decode trades[2]', 'wrong-instrument trades[3]'],
    );
    assert.deepEqual(role({ feed: 'trade_snapshot', product_id: 'PF_XBTUSD', trades }), {
      role: 'data', channel: 'kraken-futures/trade', topic: 'trade:PF_XBTUSD',
    }); // prettier-ignore
  });

  it('sums a snapshot of the book and ignores its changes', () => {
    const snapshot = {
      feed: 'book_snapshot', product_id: 'PI_XBTUSD', timestamp: TIME, seq: 1, tickSize: null,
      bids: [{ price: 89_990, qty: 179_980 }], asks: [{ price: 90_010, qty: 90_010 }],
    }; // prettier-ignore
    assertRows(read(snapshot).observations, [{ kind: 'depth', bidBase: 2, askBase: 1, bidUsd: 179_980, atMs: TIME }]);
    const broken = { ...snapshot, bids: [{ price: 89_990, qty: 'x' }] };
    assert.deepEqual(read(broken).observations, []);
    const change = { feed: 'book', product_id: 'PI_XBTUSD', side: 'sell', seq: 2, price: 90_020, qty: 5, timestamp: TIME };
    assert.deepEqual(role(change), { role: 'ignored' });
  }); // prettier-ignore

  it('knows what is no data', () => {
    assert.deepEqual(role({ event: 'subscribed', feed: 'ticker', product_ids: ['PF_XBTUSD'] }), {
      role: 'ack',
    });
    assert.deepEqual(role({ event: 'unsubscribed', feed: 'trade', product_ids: ['PF_XBTUSD'] }), {
      role: 'ack',
    });
    assert.deepEqual(role({ event: 'info', version: 1 }), { role: 'ignored' });
    assert.deepEqual(role({ feed: 'heartbeat', time: TIME }), { role: 'pong' });
    assert.deepEqual(role({ event: 'error', message: 'Invalid product id' }), {
      role: 'refused', code: 'error', message: 'Invalid product id',
    }); // prettier-ignore
    assert.equal(role({ event: 'alert', message: 'Bad websocket message' }).role, 'refused');
    assert.equal(role({ event: 'error', message: 'Already subscribed to feed, re-requesting' }).role, 'ack');
    assert.equal(role({ event: 'subscribed_failed', feed: 'trade' }).role, 'refused');
    assert.equal(read({ event: 'error', message: 'Invalid feed' }).issues[0]?.code, 'venue-rejected');
    for (const odd of ['pong', '', null, 1, [], {}, { feed: {} }, { feed: '__proto__' }])
      assert.deepEqual(role(odd), { role: 'ignored' }, JSON.stringify(odd));
  });

  it('subscribes in batches, one feed a message, and asks for the heartbeat', () => {
    const instruments = Array.from({ length: 60 }, (_, index) => ({ venueSymbol: `PF_A${index}USD` })) as Instrument[];
    const topics = stream.channels.flatMap((channel) => [...channel.topics(instruments)]);
    assert.equal(topics.length, 120);
    const messages = stream.subscribe(topics) as { event: string; feed: string; product_ids?: string[] }[];
    assert.deepEqual(messages.map(({ feed, product_ids: ids }) => [feed, ids?.length]), [
      ['heartbeat', undefined], ['ticker', 50], ['ticker', 10], ['trade', 50], ['trade', 10],
    ]);
    assert.ok(messages.every(({ event }) => event === 'subscribe'));
    assert.deepEqual(stream.heartbeat?.message, messages[0]);
  }); // prettier-ignore

  it('never makes a number of what is broken, and never throws', () => {
    const frames: Record<string, unknown>[] = [TICKER, TRADE, { ...TRADE, type: 'liquidation' }];
    let tried = 0;
    for (const frame of frames) {
      const zeros = JSON.stringify(read(frame).observations).split(':0,').length;
      for (const key of Object.keys(frame)) {
        for (const by of [undefined, null, '', ' ', 'NaN', '0x10', '1e999', -1, true, [], {}, '__proto__']) {
          const { observations } = read({ ...frame, [key]: by });
          tried += 1;
          const text = JSON.stringify(observations);
          assert.ok(text.split(':0,').length <= zeros, `${key} = ${String(by)}: a zero appeared`);
          assert.doesNotMatch(text, /null/, `${key} = ${String(by)}`);
        }
      }
    }
    assert.ok(tried > 300);
    const session = [{ received: TIME, message: TRADE }, { received: TIME, message: 'x' }, null, 7];
    const decoded = decodeFrames(krakenFutures, { body: session, receivedAtMs: TIME }, known);
    assertRows(decoded.observations, [{ kind: 'trade', receivedAtMs: TIME }]);
  });
});
