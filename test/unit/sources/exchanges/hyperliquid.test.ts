import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { decodeAnswer, type Decoded } from '../../../../src/sources/exchanges/decodeAnswer.ts';
import { hyperliquid } from '../../../../src/sources/exchanges/hyperliquid/adapter.ts';
import { figuresFor } from '../../../../src/sources/exchanges/hyperliquid/depth.ts';
import { sumWalletPositions } from '../../../../src/sources/exchanges/hyperliquid/positions.ts';
import { assertRows, decodePush, fixture, fixtureNames, RECEIVED_AT_MS } from './fixtureAnswers.ts';

type Query = Readonly<Record<string, unknown>>;

function decode(query: Query, body: unknown, instruments: readonly Instrument[] = []): Decoded {
  const texts = Object.fromEntries(Object.entries(query).map(([key, value]) => [key, String(value)]));
  const answer = { method: 'POST', path: '/info', query: texts, body, receivedAtMs: RECEIVED_AT_MS } as const;
  return decodeAnswer(hyperliquid, answer, new Map(instruments.map((one) => [one.key, one])));
}

const known = decode({ type: 'meta' }, fixture('hyperliquid', 'meta').response).instruments;
const btc = known.find(({ venueSymbol }) => venueSymbol === 'BTC') as Instrument;
const codes = (decoded: Decoded): string[] => decoded.issues.map(({ code, path }) => `${code} ${path}`);
const bodyOf = (id: string, instrument: Instrument = btc, nowMs = RECEIVED_AT_MS): unknown =>
  hyperliquid.polls.find((poll) => poll.id === id)?.request({ instrument, nowMs })?.body;

describe('hyperliquid adapter', () => {
  for (const name of fixtureNames('hyperliquid'))
    it(`decodes ${name}`, () => {
      const {
        transport,
        path,
        query,
        response,
        expected,
        expectedIssues = [],
      } = fixture('hyperliquid', name);
      const decoded =
        transport === 'ws' ? decodePush(hyperliquid, response, known, path) : decode(query, response, known);
      assertRows([...decoded.observations, ...decoded.instruments], expected);
      assert.deepEqual(
        decoded.issues.map(({ code }) => code),
        expectedIssues,
        JSON.stringify(decoded.issues),
      );
    });

  it('posts one request for all coins and tells answers apart by their type', () => {
    const eth = known[1] as Instrument;
    const all = hyperliquid.polls.find(({ id }) => id === 'hyperliquid/asset-contexts');
    assert.deepEqual(
      all?.request({ instrument: btc, nowMs: 1 }),
      all?.request({ instrument: eth, nowMs: 1 }),
    );
    assert.deepEqual(hyperliquid.instruments.requests(), [
      { method: 'POST', path: '/info', query: {}, body: { type: 'metaAndAssetCtxs' } },
    ]);
    assert.deepEqual(codes(decode({ type: 'perpsAtOpenInterestCap' }, ['BADGER'])), ['unsupported ']);
    assert.deepEqual(codes(decode({}, {})), ['unsupported ']);
  });

  it('asks for no more rows of funding than one answer holds, oldest first as they are', () => {
    const since = (id: string): number =>
      (RECEIVED_AT_MS - (bodyOf(id) as { startTime: number }).startTime) / HOUR_MS;
    assert.ok(since('hyperliquid/funding-history') < 500);
    assert.ok(since('hyperliquid/funding-history') > 480);
    assert.deepEqual(bodyOf('hyperliquid/candles'), {
      type: 'candleSnapshot',
      req: { coin: 'BTC', interval: '1h', startTime: RECEIVED_AT_MS - 500 * HOUR_MS, endTime: RECEIVED_AT_MS },
    }); // prettier-ignore
  });

  it('asks for books in the steps that come nearest to ±1 % at the listed price', () => {
    assert.deepEqual(bodyOf('hyperliquid/depth', { ...btc, listPriceQuote: 95_000 }), {
      type: 'l2Book', coin: 'BTC', nSigFigs: 3,
    }); // prettier-ignore
    assert.deepEqual(
      [105_000, 0.19, 3_000, 0.00405, 9.9, undefined, 0].map((price) => figuresFor(price)),
      [4, 4, 4, 3, 3, 4, 4],
    );
  });

  it('calls sums of merged levels a lower bound where much of the band is missing', () => {
    const level = (px: number): object => ({ px: String(px), sz: '1', n: 1 });
    // Steps of 10 at 4,500: the bids of 4,450 to 4,455 lie in the band and are merged with those below it.
    const side = (from: number, step: number): object[] =>
      Array.from({ length: 20 }, (_, index) => level(from + index * step));
    const book = { coin: 'ETH', time: 1_790_000_000_000, levels: [side(4_500, -10), side(4_510, 10)] };
    const merged = decode({ type: 'l2Book', coin: 'ETH', nSigFigs: 3 }, book).observations;
    assertRows(merged, [{ reachedBid: true, reachedAsk: true, bidBase: 5, askBase: 5 }]);
    const near = { ...book, levels: [side(4_499, -10), side(4_511, 10)] };
    assertRows(decode({ type: 'l2Book', coin: 'ETH', nSigFigs: 3 }, near).observations, [
      { reachedBid: false, reachedAsk: false, bidBase: 4, askBase: 4 },
    ]);
    const short = { ...book, levels: [side(4_500, -1), side(4_510, 1)] };
    assertRows(decode({ type: 'l2Book', coin: 'ETH', nSigFigs: 4 }, short).observations, [
      { reachedBid: false, reachedAsk: false },
    ]);
  });

  it('does not pair contexts with coins where their numbers differ', () => {
    const { response } = fixture('hyperliquid', 'meta-and-asset-ctxs');
    const [meta, contexts] = response as [object, object[]];
    const decoded = decode({ type: 'metaAndAssetCtxs' }, [meta, contexts.slice(1)], known);
    assert.deepEqual(decoded.observations, []);
    assert.deepEqual(codes(decoded), ['decode [1]']);
    assertRows(decoded.instruments.slice(0, 1), [{ venueSymbol: 'BTC', listPriceQuote: null }]);
  });

  it('keeps the pairing where a coin or a context cannot be read', () => {
    const { response } = fixture('hyperliquid', 'meta-and-asset-ctxs');
    const [meta, contexts] = response as [{ universe: object[] }, object[]];
    const universe = [{ name: null }, ...meta.universe.slice(1)];
    const decoded = decode({ type: 'metaAndAssetCtxs' }, [
      { universe },
      [...contexts.slice(0, 2), 'x', null],
    ]);
    assertRows(
      decoded.observations.filter(({ kind }) => kind === 'mark-price'),
      [{ venueSymbol: 'ETH', markPriceQuote: 3001.5 }],
    );
  });

  it('never takes a lone settlement of the time when funding was paid every 8 h for an hourly one', () => {
    const row = (time: number): object => ({ coin: 'BTC', fundingRate: '0.0001', premium: '0', time });
    const changing = decode({ type: 'fundingHistory' }, [row(Date.UTC(2023, 6, 1))], known);
    assert.deepEqual([changing.observations, codes(changing)], [[], ['unknown-interval [0].fundingRate']]);
    const old = decode({ type: 'fundingHistory', coin: 'BTC' }, [row(1_683_849_600_048)], known);
    assertRows(old.observations.slice(0, 1), [{ intervalMs: 8 * HOUR_MS, intervalBasis: 'venue-default' }]);
    assert.deepEqual(codes(old), ['assumed-interval [0].fundingRate']);
    const late = [row(1_790_000_000_000)];
    assertRows(decode({ type: 'fundingHistory' }, late, known).observations, [
      { intervalMs: HOUR_MS, intervalBasis: 'instrument' },
      { kind: 'basis', barMs: HOUR_MS },
    ]);
    const unknown = decode({ type: 'fundingHistory' }, late);
    assertRows(unknown.observations.slice(0, 1), [{ intervalMs: HOUR_MS, intervalBasis: 'venue-default' }]);
    assert.deepEqual(codes(unknown), ['assumed-interval [0].fundingRate']);
  });

  it('does not take a missing settlement for a longer interval', () => {
    const row = (hour: number): object => ({
      coin: 'BTC', fundingRate: '0.0001', time: 1_789_999_200_000 + hour * HOUR_MS,
    }); // prettier-ignore
    const rows = decode({ type: 'fundingHistory', coin: 'BTC' }, [row(0), row(2)], known).observations;
    assertRows(rows, [{ intervalMs: HOUR_MS, intervalBasis: 'instrument' }, { intervalMs: HOUR_MS }]);
  });

  it('refuses spot pairs, coins of other dexs and outcomes by name', () => {
    for (const coin of ['@107', 'PURR/USDC', 'xyz:TSLA', '#12', 'A-B']) {
      const book = {
        coin,
        time: 1_790_000_000_000,
        levels: [[{ px: '1', sz: '1' }], [{ px: '2', sz: '1' }]],
      };
      const decoded = decode({ type: 'l2Book', coin }, book);
      assert.deepEqual([decoded.observations, codes(decoded)], [[], ['unsupported ']], coin);
      assert.equal(hyperliquid.parseSymbol(coin), undefined);
    }
    assert.deepEqual(hyperliquid.parseSymbol('kPEPE'), {
      baseAsset: 'KPEPE', quoteAsset: 'USDC', kind: 'perpetual', margin: 'linear',
    }); // prettier-ignore
  });

  it('takes nothing of another dex for the first one, however its coins are spelled', () => {
    const { response } = fixture('hyperliquid', 'meta-and-asset-ctxs');
    const decoded = decode({ type: 'metaAndAssetCtxs', dex: 'xyz' }, response, known);
    assert.deepEqual([decoded.observations, decoded.instruments], [[], []]);
    assert.deepEqual(new Set(codes(decoded)), new Set(['unsupported [0].universe']));
    const mids = decode({ type: 'allMids', dex: 'xyz' }, { BTC: '1.0' }, known);
    assert.deepEqual([mids.observations, codes(mids)], [[], ['unsupported ']]);
    const first = decode({ type: 'allMids', dex: '' }, { BTC: '1.0' }, known);
    assert.equal(first.observations.length, 1);
  });

  it('refuses a book of another coin than the one asked for', () => {
    const { response } = fixture('hyperliquid', 'l2-book');
    const decoded = decode({ type: 'l2Book', coin: 'ETH' }, response, known);
    assert.deepEqual([decoded.observations, codes(decoded)], [[], ['wrong-instrument ']]);
  });

  it('follows trading perpetuals settled in USDC', () => {
    assert.deepEqual(
      known.filter((one) => hyperliquid.tracks?.(one)).map(({ venueSymbol }) => venueSymbol),
      ['BTC', 'ETH', 'kPEPE'],
    );
    assert.equal(hyperliquid.tracks?.({ ...btc, settleAsset: 'USDT' }), false);
  });

  it('knows its errors', () => {
    assert.equal(hyperliquid.venueError([], 200), undefined);
    assert.equal(hyperliquid.venueError(null, 429)?.kind, 'rate-limited');
    const text = 'Failed to deserialize the JSON body into the target type';
    assert.equal(hyperliquid.venueError(text, 422)?.kind, 'rejected');
  });

  it('sums what wallets hold, so that the side of the open interest can be judged', () => {
    const wallet = (coin: string, szi: unknown): object => ({
      assetPositions: [{ type: 'oneWay', position: { coin, szi, entryPx: '1', liquidationPx: null } }],
      time: 1_790_000_000_000,
    });
    const answers = [
      wallet('BTC', '600.5'),
      wallet('BTC', '-200'),
      wallet('ETH', '9'),
      wallet('BTC', ''),
      null,
    ];
    const sums = sumWalletPositions(answers, 'BTC');
    assert.deepEqual(sums, { longBase: 600.5, shortBase: 200, wallets: 5, unread: 2 });
  });
});
