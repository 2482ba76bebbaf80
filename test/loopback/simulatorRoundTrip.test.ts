import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Instrument } from '../../src/core/instrument.ts';
import { HOUR_MS } from '../../src/core/units.ts';
import { exchangeAdapters } from '../../src/sources/exchanges/registry.ts';
import {
  SIMULATED_EXCHANGES,
  SIMULATED_PROVIDERS,
  type SimulatedExchange,
} from '../../src/sources/simulator/profiles.ts';
import { createWire, startSimulator, type Simulator } from '../../src/sources/simulator/server.ts';
import type { Listing } from '../../src/sources/simulator/wire/shared.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { assertTrue } from '../support/simulatedTruth.ts';
import {
  fetchAnswer,
  fetchInstruments,
  fetchObservations,
  spotInstruments,
} from '../unit/sources/simulator/simulatorClient.ts';

/** 17 minutes and some into an hour, so that a bar is running. */
const NOW_MS = Date.UTC(2026, 10, 22, 5, 17, 23, 456);

describe('the simulated exchanges, read by the real adapters', () => {
  let simulator: Simulator;
  before(async () => {
    simulator = await startSimulator({ seed: 11, scenario: 'selling-wave', clock: new FakeClock(NOW_MS) });
  });
  after(async () => {
    await simulator.close();
  });

  it('listens on the loopback address only, and marks every answer', async () => {
    for (const [exchange, { rest, ws }] of Object.entries(simulator.endpoints)) {
      assert.match(rest, /^http:\/\/127\.0\.0\.1:\d+$/, exchange);
      assert.equal(ws, rest.replace('http', 'ws'));
      const { status, headers } = await fetchAnswer(rest, { path: '/nothing/here', query: {} });
      assert.equal(status, 404);
      assert.equal(headers.get('x-perpscope-simulated'), '1');
      assert.equal(headers.get('content-type'), 'application/json');
    }
    assert.deepEqual(Object.keys(simulator.endpoints), [...SIMULATED_EXCHANGES, ...SIMULATED_PROVIDERS]);
  });

  for (const adapter of exchangeAdapters) {
    const exchange = adapter.id as SimulatedExchange;
    if (!SIMULATED_EXCHANGES.includes(exchange)) continue;

    describe(adapter.displayName, function () {
      this.timeout(60_000);
      let table: Map<string, Instrument>;
      let listings: readonly Listing[];
      before(async () => {
        table = await fetchInstruments(simulator, adapter, NOW_MS);
        listings = createWire(exchange, simulator.market).listings;
        for (const pair of spotInstruments(listings)) table.set(pair.key, pair);
      });

      it('lists the linear perpetuals with their funding interval', () => {
        const perpetuals = [...table.values()].filter(
          ({ kind, margin }) => kind === 'perpetual' && margin === 'linear',
        );
        const intervals = perpetuals.map(({ baseAsset, fundingIntervalMs }) => [
          baseAsset,
          fundingIntervalMs ?? 0,
        ]);
        // OKX states the interval with the rate, not with the instrument; Deribit has no settlements.
        const byExchange: Partial<Record<SimulatedExchange, number[]>> = {
          okx: [0, 0],
          deribit: [0, 0],
          hyperliquid: [HOUR_MS, HOUR_MS],
          'kraken-futures': [HOUR_MS, HOUR_MS],
        };
        const known = byExchange[exchange] ?? [8 * HOUR_MS, 4 * HOUR_MS];
        assert.deepEqual(intervals, [
          ['BTC', known[0]], ['ETH', known[0]], ['SOL', known[1]], ['XRP', known[0]], ['DOGE', known[0]],
        ]); // prettier-ignore
      });

      it('lists other kinds where the list holds them', () => {
        const kinds = new Set([...table.values()].map(({ kind, margin }) => `${kind} ${margin}`));
        const wanted: Readonly<Record<SimulatedExchange, readonly string[]>> = {
          binance: ['dated-future linear'],
          okx: ['perpetual inverse', 'dated-future linear'],
          bybit: ['perpetual inverse', 'dated-future linear'],
          // These adapters ask for the list of USDT-margined contracts only.
          bitget: [],
          gate: [],
          deribit: ['perpetual inverse', 'dated-future inverse'],
          // Perpetuals only.
          hyperliquid: [],
          'kraken-futures': ['perpetual inverse', 'dated-future linear'],
          htx: ['dated-future linear'],
        };
        for (const kind of wanted[exchange]) assert.ok(kinds.has(kind), kind);
      });

      it('answers every poll about every listed contract with what the market says', async () => {
        for (const instrument of table.values()) {
          const listing = listings.find(
            ({ venueSymbol, variant }) =>
              venueSymbol === instrument.venueSymbol && (variant === 'spot') === (instrument.kind === 'spot'),
          );
          assert.ok(listing !== undefined, instrument.venueSymbol);
          const mayBeEmpty = (pollId: string): boolean =>
            pollId.includes('liquidations') ||
            (pollId.includes('funding') && instrument.kind !== 'perpetual');
          const answers = await fetchObservations(
            simulator,
            adapter,
            instrument,
            table,
            NOW_MS,
            (pollId, issue) =>
              issue.message.includes('holds no rows')
                ? mayBeEmpty(pollId)
                : // The oldest settlement has none before it; OKX lists no interval with the instrument.
                  pollId === 'okx/funding-history' &&
                  issue.code === 'unknown-interval' &&
                  issue.path.includes('[99]'),
          );
          for (const { pollId, observations: all } of answers) {
            // One answer may be about every contract (Hyperliquid).
            const observations = all.filter((one) => one.instrument === instrument.key);
            assert.ok(
              observations.length > 0 || mayBeEmpty(pollId),
              `${pollId} of ${instrument.venueSymbol} is empty`,
            );
            for (const observation of observations) {
              // Deribit's summaries are about all futures of a currency.
              const isSpot = observation.market === 'spot';
              const about = listings.find(
                ({ venueSymbol, variant }) =>
                  venueSymbol === observation.venueSymbol && (variant === 'spot') === isSpot,
              );
              assertTrue(simulator.market, about ?? listing, observation, NOW_MS);
            }
          }
        }
      });
    });
  }
});
