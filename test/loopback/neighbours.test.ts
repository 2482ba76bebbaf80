import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import type { Clock } from '../../src/core/clock.ts';
import { systemClock } from '../../src/core/clock.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { createEngine } from '../../src/engine.ts';
import { HOUR_MS } from '../../src/core/units.ts';
import { startSimulator, type Simulator } from '../../src/sources/simulator/server.ts';
import { startSpoilingServer, type Spoil, type SpoilingServer } from '../support/spoilingServer.ts';

type Row = Record<string, unknown>;

/** Time stands still, so that two runs ask for the same and are answered the same. */
const NOW = Math.floor(Date.now() / HOUR_MS) * HOUR_MS + HOUR_MS / 3;
const clock: Clock = { ...systemClock, nowMs: () => NOW };

const HISTORY = '/futures/data/openInterestHist';
const BARS = '/fapi/v1/klines';
const READING = '/fapi/v1/openInterest';

const times = (value: unknown, factor: number): string => String(parseFloat(String(value)) * factor);
const scaledInterest = (row: Row, factor: number): Row => ({
  ...row,
  sumOpenInterest: times(row['sumOpenInterest'], factor),
  sumOpenInterestValue: times(row['sumOpenInterestValue'], factor),
});
/** Rows at these places, counted from the newest, are changed; or left out where there is no change. */
const atPlaces =
  (places: readonly number[], change: ((row: Row) => unknown) | undefined) =>
  (body: unknown): unknown => {
    if (!Array.isArray(body) || body.length < 200) return body;
    return (body as Row[]).flatMap((row, index) => {
      if (!places.includes(body.length - 1 - index)) return [row];
      return change === undefined ? [] : [change(row)];
    });
  };
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

describe('rows against their neighbours over loopback', function () {
  this.timeout(240_000);
  let simulator: Simulator;
  let binance: SpoilingServer;

  before(async () => {
    simulator = await startSimulator({ seed: 11, scenario: 'spot-led-rally', clock });
    binance = await startSpoilingServer(simulator.endpoints['binance']?.rest ?? '');
  });
  after(async () => {
    await binance.close();
    await simulator.close();
  });
  afterEach(() => binance.spoil(undefined));

  /** What the market makes of the exchanges while Binance answers like this. */
  async function marketOf(spoil?: Spoil, exchanges: readonly string[] = ['binance', 'okx']) {
    binance.spoil(spoil);
    const endpoints = { ...simulator.endpoints, binance: { rest: binance.url, spot: binance.url } };
    const engine = await createEngine({ logger: silentLogger, clock, endpoints });
    try {
      const snapshot = await engine.market.refresh({
        // How many pages of the past fit into a time is of the machine, not of the market: none is walked.
        pastMs: -1,
        assets: ['BTC'],
        timeoutMs: 60_000,
        exchanges,
      });
      const [asset] = snapshot.assets;
      assert.ok(asset !== undefined);
      const { charts } = await engine.charts({
        asset: 'BTC',
        charts: ['openInterest', 'funding', 'liquidation'],
        hours: 168,
      });
      const health = engine.market.health().exchanges.find((one) => one.exchange === 'binance');
      const own = asset.exchanges.find((one) => one.exchange === 'binance');
      return {
        aggregate: asset.aggregate,
        regime: engine.market.state.regimes.get('BTC'),
        charts,
        issues: own?.issues ?? [],
        drops: health?.drops ?? {},
        interest: own?.instruments[0]?.observations.find(
          (one) => one.kind === 'open-interest' && one.barMs === undefined,
        ),
      };
    } finally {
      await engine.dispose();
    }
  }

  const historyOf = (places: readonly number[], change?: (row: Row) => Row): Spoil => {
    const spoilt = atPlaces(places, change);
    return (path, body) => (path === HISTORY ? spoilt(body) : body);
  };

  const cases: readonly (readonly [string, readonly number[], (row: Row) => Row])[] = [
    ['a zero as the newest row', [0], (row) => scaledInterest(row, 0)],
    ['a hundred and sixteen zeros', range(20, 136), (row) => scaledInterest(row, 0)],
    ['a row of a thousand times', [30], (row) => scaledInterest(row, 1_000)],
    ['the newest three rows of a thousandth', [0, 1, 2], (row) => scaledInterest(row, 0.001)],
  ];
  for (const [what, places, change] of cases) {
    it(`shows and judges the market as if ${what} had not come`, async () => {
      // Alone, a zero of Binance was the whole market's.
      for (const exchanges of [['binance', 'okx'], ['binance']]) {
        const without = await marketOf(historyOf(places), exchanges);
        const spoilt = await marketOf(historyOf(places, change), exchanges);
        assert.deepEqual(spoilt.aggregate, without.aggregate);
        assert.deepEqual(spoilt.regime, without.regime);
        assert.deepEqual(spoilt.charts, without.charts);
        assert.deepEqual(without.issues, []);
        const code = parseFloat(String(change({ sumOpenInterest: '1' })['sumOpenInterest'])) === 0
          ? 'placeholder-zero'
          : 'implausible-jump'; // prettier-ignore
        const issue = spoilt.issues.find((one) => one.code === code);
        assert.equal(issue?.path, `GET ${HISTORY}`);
        assert.equal(issue.count, places.length);
        assert.ok((spoilt.drops[code] ?? 0) >= places.length);
      }
    });
  }

  it('leaves bars of another scale out of features and charts', async () => {
    const scaled = (row: Row): unknown[] =>
      Object.values(row).map((value, index) => (index >= 1 && index <= 4 ? times(value, 1_000) : value));
    const barsOf = (change?: (row: Row) => unknown): Spoil => {
      const spoilt = atPlaces([5, 6, 40], change);
      return (path, body) => (path === BARS ? spoilt(body) : body);
    };
    const without = await marketOf(barsOf());
    const spoilt = await marketOf(barsOf(scaled));
    assert.deepEqual(spoilt.regime?.label, without.regime?.label);
    assert.deepEqual(spoilt.charts, without.charts);
    assert.ok(spoilt.issues.some((one) => one.code === 'implausible-jump' && one.path === `GET ${BARS}`));
  });

  for (const [factor, code] of [
    [0, 'placeholder-zero'],
    [1_000, 'implausible-jump'],
    [0.001, 'implausible-jump'],
  ] as const) {
    it(`leaves a current open interest of ${factor} times out of the sum and says so`, async () => {
      const clean = await marketOf();
      const spoilt = await marketOf((path, body) => {
        if (path !== READING) return body;
        const row = body as Row;
        return { ...row, openInterest: times(row['openInterest'], factor) };
      });
      assert.ok(clean.interest?.kind === 'open-interest');
      assert.equal(spoilt.interest, undefined);
      const rest = (clean.aggregate.openInterestBase ?? 0) - (clean.interest.openInterestBase ?? 0);
      assert.ok(Math.abs((spoilt.aggregate.openInterestBase ?? 0) / rest - 1) < 1e-9);
      assert.ok(
        spoilt.aggregate.notes.some((note) =>
          /^Not in the open interest in coins.*: Binance \(.+\)\.$/.test(note),
        ),
      );
      const issue = spoilt.issues.find((one) => one.code === code);
      assert.equal(issue?.path, `GET ${READING}`);
      assert.match(issue.message, /openInterestBase of BTCUSDT/);
    });
  }
});
