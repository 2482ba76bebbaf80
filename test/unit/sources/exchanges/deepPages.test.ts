import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import type { Observation } from '../../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../../../src/core/units.ts';
import {
  BACKFILL_METRICS,
  type DeepPages,
  type PageRange,
} from '../../../../src/sources/exchanges/deepPages.ts';
import { deepPages, notByPage } from '../../../../src/sources/exchanges/deepRegistry.ts';
import { exchangeAdapters } from '../../../../src/sources/exchanges/registry.ts';
import { createSimulatedMarket } from '../../../../src/sources/simulator/market.ts';
import { jittered } from '../../../../src/sources/simulator/wire/binance.ts';
import { pageAt, reachFromMs, readPage } from '../../../support/deepPage.ts';
import { simulatedSides, type SimulatedSide } from '../../../support/simulatedSide.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 5, 17, 23, 456);
const market = createSimulatedMarket({ seed: 11, scenario: 'selling-wave', anchorMs: NOW_MS });
const sides = simulatedSides(market, NOW_MS);
/** More than three years before now, where histories go back to the first day. */
const DEEP_MS = NOW_MS - 1_250 * DAY_MS;
/** Before anything was traded. */
const BEFORE_ALL_MS = Date.UTC(2019, 0, 1);

const sideOf = (deep: DeepPages): SimulatedSide => {
  const side = sides.find(({ exchange }) => deep.id.startsWith(`${exchange}/`));
  assert.ok(side !== undefined, deep.id);
  return side;
};

/** Of settlements SOL as well, which settles twice as often; of open interest a contract that counts dollars. */
function subjectsOf(deep: DeepPages): Instrument[] {
  const kind = deep.about ?? deep.poll.about ?? 'perpetual';
  const listed = [...sideOf(deep).table.values()].filter((one) => one.kind === kind);
  const first = (asset: string, margin: string): Instrument[] =>
    listed.filter((one) => one.baseAsset === asset && one.margin === margin).slice(0, 1);
  return [
    ...first('BTC', 'linear'),
    ...(deep.metric === 'funding' ? first('SOL', 'linear') : []),
    ...(deep.metric === 'open-interest' ? first('BTC', 'inverse') : []),
  ];
}

/** The labels that a page must hold, of the time since `sinceMs`. */
function wantedLabels(deep: DeepPages, instrument: Instrument, range: PageRange, sinceMs: number): number[] {
  const listing = sideOf(deep).wire.listings.find(
    ({ venueSymbol }) => venueSymbol === instrument.venueSymbol,
  );
  assert.ok(listing !== undefined);
  const isFunding = deep.metric === 'funding';
  const stepMs = isFunding ? market.fundingIntervalMs(listing) : deep.stepMs;
  const labels: number[] = [];
  for (
    let atMs = Math.ceil(Math.max(range.fromMs, sinceMs) / stepMs) * stepMs;
    atMs < range.toMs;
    atMs += stepMs
  )
    labels.push(isFunding && instrument.exchange === 'binance' ? jittered(atMs) : atMs);
  return labels;
}

/**
 * Since when all of a history can be asked for. Of settlements the first have none before them; elsewhere a bar is spared, or
 * ten.
 */
const soundFromMs = (deep: DeepPages): number =>
  deep.reach === 'launch'
    ? 0
    : reachFromMs(deep, NOW_MS, 0) + (deep.metric === 'funding' ? 2 * DAY_MS : 10 * deep.stepMs);

/** What is wrong with three pages that end with the one that holds a time; nothing, where all is well. */
function faultsOf(deep: DeepPages, atMs: number): string[] {
  const last = pageAt(deep, atMs);
  const sinceMs = soundFromMs(deep);
  const spanMs = last.toMs - last.fromMs;
  const ranges = [2, 1, 0].map((back) => ({
    fromMs: last.fromMs - back * spanMs,
    toMs: last.toMs - back * spanMs,
  }));
  return subjectsOf(deep).flatMap((instrument) => {
    const pages = ranges.map((range) => readPage(sideOf(deep), deep, { instrument, range, nowMs: NOW_MS }));
    return [deep.metric, ...(deep.also ?? [])].flatMap((metric) => {
      const faults: string[] = [];
      // Three populations and three exchanges may share a kind, and an answer only one of them.
      const bySeries = new Map<string, number[]>();
      for (const [index, page] of pages.entries()) {
        const range = ranges[index] as PageRange;
        for (const issue of page?.issues ?? []) faults.push(`${issue.code} ${issue.path}: ${issue.message}`);
        for (const row of page?.rows.get(metric) ?? []) {
          if (row.atMs < Math.max(range.fromMs, sinceMs) || row.atMs >= range.toMs) continue;
          const series = seriesOf(row);
          bySeries.set(series, [...(bySeries.get(series) ?? []), row.atMs]);
          if ('barMs' in row && row.barMs !== deep.stepMs) faults.push(`bars of ${row.barMs} ms`);
        }
      }
      if (bySeries.size === 0) faults.push('no rows');
      const wanted = ranges.flatMap((range) => wantedLabels(deep, instrument, range, sinceMs));
      for (const [series, labels] of bySeries) {
        const sorted = labels.toSorted((a, b) => a - b);
        const doubled = sorted.filter((label, index) => label === sorted[index - 1]);
        const missing = wanted.filter((label) => !sorted.includes(label));
        const extra = sorted.filter((label) => !wanted.includes(label));
        for (const [what, some] of Object.entries({ doubled, missing, extra }))
          if (some.length > 0) faults.push(`${metric} ${series}: ${some.length} ${what}, ${new Date(some[0] ?? 0).toISOString()}`); // prettier-ignore
      }
      return faults.map((fault) => `${deep.id} of ${instrument.venueSymbol}: ${fault}`);
    });
  });
}

const seriesOf = (row: Observation): string =>
  [row.kind, 'population' in row ? row.population : '', 'priceType' in row ? row.priceType : ''].join('/');

const isOf = (id: string) => (deep: DeepPages) => deep.id === id;
/** Those of the others are in deepPagesRest.test.ts. */
const FIVE = deepPages.filter(({ id }) => /^(?:binance|okx|bybit|bitget|gate)\//.test(id));
const named = (id: string): DeepPages => deepPages.find(isOf(id)) ?? assert.fail(id);

describe('histories that are asked for page by page', function () {
  this.timeout(120_000);

  for (const deep of FIVE) {
    describe(deep.id, () => {
      const spanMs = deep.rows * deep.stepMs;
      const reachMs = reachFromMs(deep, NOW_MS, DEEP_MS);

      it('gives every label of adjacent pages once, now and at its depth', () => {
        // The last bar that is over, and the oldest three pages of which all is within reach.
        const newestMs = pageAt(deep, NOW_MS - spanMs).fromMs;
        const oldestMs = pageAt(deep, reachMs + spanMs).fromMs + 2 * spanMs;
        assert.ok(subjectsOf(deep).length > 0, 'nothing to ask for');
        assert.deepEqual(
          [...new Set([newestMs, Math.min(oldestMs, newestMs)])].flatMap((atMs) => faultsOf(deep, atMs)),
          [],
        );
      });

      if (deep.reach !== 'launch')
        it('gives what there is of the page in which its reach begins', () => {
          const range = pageAt(deep, reachMs);
          for (const instrument of subjectsOf(deep)) {
            const page = readPage(sideOf(deep), deep, { instrument, range, nowMs: NOW_MS });
            assert.equal(page?.isRefused, false);
            const labels = (page?.rows.get(deep.metric) ?? []).map(({ atMs }) => atMs);
            for (const label of wantedLabels(deep, instrument, range, soundFromMs(deep)))
              assert.ok(labels.includes(label), new Date(label).toISOString());
          }
        });

      it('gives nothing that is older', () => {
        const oldMs = deep.reach === 'launch' ? BEFORE_ALL_MS : reachMs - 2 * spanMs - 3 * DAY_MS;
        for (const instrument of subjectsOf(deep)) {
          const page = readPage(sideOf(deep), deep, {
            instrument,
            range: pageAt(deep, oldMs),
            nowMs: NOW_MS,
          });
          assert.deepEqual([...(page?.rows.values() ?? [])].flat(), []);
        }
      });
    });
  }

  it('ask for no more than an answer holds, should there be a row at every step', () => {
    for (const deep of FIVE) {
      const [instrument] = subjectsOf(deep);
      assert.ok(instrument !== undefined);
      const range = pageAt(deep, NOW_MS - 20 * DAY_MS);
      const query = deep.request({ instrument, range, nowMs: NOW_MS })?.query ?? assert.fail(deep.id);
      const numbers = Object.values(query).map(Number);
      const timesMs = numbers.filter((one) => one > 1e9).map((one) => (one < 1e11 ? one * 1_000 : one));
      const firstMs = Math.ceil(Math.min(...timesMs, range.fromMs) / deep.stepMs) * deep.stepMs;
      const lastMs = Math.max(...timesMs.filter((one) => one >= range.toMs - 1), range.toMs - 1);
      // The ends that OKX is told are not answered.
      const outMs = deep.id.startsWith('okx/') ? 1 : 0;
      const asked = Math.floor((lastMs - outMs - firstMs) / deep.stepMs) + 1;
      // Gate takes no limit beside a range of bars: it answers 2,000 of contracts, 1,000 of pairs.
      const most = Number(query['limit'] ?? 1_000);
      assert.ok(asked <= most && deep.rows <= most, `${deep.id}: ${asked} of ${most}`);
    }
  });

  it('would be seen to miss a label where an end is off by one', () => {
    const deep = named('okx/deep-open-interest');
    const off = (key: 'begin' | 'end', byMs: number): DeepPages => ({
      ...deep,
      request(scope) {
        const spec = deep.request(scope);
        return spec && { ...spec, query: { ...spec.query, [key]: String(Number(spec.query[key]) + byMs) } };
      },
    });
    const atMs = NOW_MS - 30 * DAY_MS;
    assert.deepEqual(faultsOf(deep, atMs), []);
    assert.match(faultsOf(off('begin', 1), atMs).join('\n'), /3 missing/);
    assert.match(faultsOf(off('end', -HOUR_MS), atMs).join('\n'), /3 missing/);
    const shorter = { ...named('bybit/deep-open-interest-5m'), rows: 201 };
    assert.match(faultsOf(shorter, DEEP_MS).join('\n'), /3 missing/);
  });

  it('would be seen to lack settlements where these are read without their neighbours', () => {
    const deep = named('binance/deep-funding');
    const alone: DeepPages = {
      ...deep,
      request(scope) {
        const spec = deep.request(scope);
        return spec && { ...spec, query: { ...spec.query, startTime: String(scope.range.fromMs) } };
      },
    };
    assert.match(faultsOf(alone, DEEP_MS).join('\n'), /3 missing/);
  });

  it('would be seen to claim more than is kept', () => {
    const claims = [
      ['binance/deep-open-interest-5m', { days: 60 }],
      ['okx/deep-open-interest-5m', { rows: 2_880 }],
      ['okx/deep-taker-volume-daily', { since: '2023-01-01' }],
      ['gate/deep-contract-stats', { days: 200 }],
      ['gate/deep-candles', { rows: 12_000 }],
      ['bybit/deep-long-short', { since: '2020-05-01' }],
    ] as const;
    for (const [id, reach] of claims) {
      const deep: DeepPages = { ...named(id), reach };
      const oldestMs = reachFromMs(deep, NOW_MS, 0) + deep.rows * deep.stepMs;
      assert.match(faultsOf(deep, oldestMs).join('\n'), /missing|no rows/, id);
    }
  });

  it('name everything that can be wanted of an exchange, or say why it is not to be had', () => {
    const exchanges = new Set(deepPages.map(({ id }) => id.split('/')[0]));
    for (const exchange of exchanges) {
      const given = deepPages
        .filter(({ id }) => id.startsWith(`${exchange}/`))
        .flatMap(({ metric, also = [] }) => [metric, ...also]);
      const missing = notByPage.filter((one) => one.exchange === exchange).map(({ metric }) => metric);
      assert.deepEqual(
        missing.filter((metric) => given.includes(metric)),
        [],
        exchange,
      );
      assert.deepEqual(new Set([...given, ...missing]), new Set(BACKFILL_METRICS), exchange);
      assert.equal(new Set(missing).size, missing.length, exchange);
    }
  });

  it('have names of their own, and state their reach in one sentence', () => {
    const ids = deepPages.map(({ id }) => id);
    const polled = exchangeAdapters.flatMap(({ polls }) => polls.map(({ id }) => id));
    assert.equal(new Set([...ids, ...polled]).size, ids.length + new Set(polled).size);
    for (const { id, reason } of deepPages) {
      assert.ok(
        exchangeAdapters.some((one) => id.startsWith(`${one.id}/`)),
        id,
      );
      assert.match(reason, /^[A-Z].*\.$/, id);
    }
    for (const { reason } of notByPage) assert.match(reason, /^[A-Z].*\.$/);
  });
});
