import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { DataSource, ExchangeId } from '../../../../src/core/ids.ts';
import type { FundingRate, Observation } from '../../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../../../src/core/units.ts';
import { aggregateAsset } from '../../../../src/market/aggregate.ts';
import { fundingChart } from '../../../../src/market/fundingChart.ts';
import { stepChanges } from '../../../../src/market/heatmapCells.ts';
import type { AssetSnapshot, MarketSnapshot } from '../../../../src/market/snapshot.ts';
import { seriesLines, type LinesWish } from '../../../../src/series/range/seriesLines.ts';
import { createMemoryStore } from '../../../../src/store/memoryStore.ts';
import { heatmapPayload, type HeatmapDeps } from '../../../../src/surfaces/editor/panels/heatmapPayload.ts';
import type { HeatmapPayload, HeatmapWish } from '../../../../src/surfaces/protocol/heatmaps.ts';
import { DAY0, openInterestHours, QueryRig } from '../../../support/queryRig.ts';
import { exchangeWith, NOW as READ_MS, observe } from '../../market/builders.ts';
import { seriesOfRows } from '../../series/seriesOfRows.ts';

const GAP = Number.NaN;
const HOURS = 30;
const NOW = DAY0 + HOURS * HOUR_MS;
const NAMES = ['binance', 'okx', 'gate', 'hyperliquid'];
const of = (asset: string, rows: readonly Observation[]): Observation[] =>
  rows.map((row) => ({ ...row, baseAsset: asset, venueSymbol: `${asset}USDT`, instrument: `${row.exchange}:${asset}USDT` as const })); // prettier-ignore
/** Levels that grow by a hundredth an hour, but for those that are stated. */
const levels = (first: number, stated: Readonly<Record<number, number>> = {}): number[] =>
  Array.from({ length: HOURS }, (_, at) => stated[at] ?? first * 1.01 ** at);

async function historyOf(rows: readonly Observation[], source: DataSource = 'live') {
  const store = createMemoryStore(source);
  await store.append(rows);
  const asked: LinesWish[] = [];
  const lines: HeatmapDeps['lines'] = async (wish) => {
    asked.push(wish);
    return { source, ...(await seriesLines(store, wish, { nowMs: NOW })) };
  };
  return { lines, asked };
}

async function heatmap(
  card: HeatmapWish['card'],
  { lines }: Pick<HeatmapDeps, 'lines'>,
  more: Partial<HeatmapDeps> & Partial<HeatmapWish> = {},
): Promise<HeatmapPayload> {
  const { stepMs = HOUR_MS, fromMs = DAY0, toMs = NOW + 1, ...others } = more;
  const deps: HeatmapDeps = {
    lines,
    nameOf: (id) => id.toUpperCase(),
    placeOf: (id) => NAMES.indexOf(id),
    assets: ['BTC', 'ETH'],
    state: {},
    nowMs: NOW,
    ...others,
  };
  return heatmapPayload({ card, asset: 'BTC', stepMs, fromMs, toMs }, deps, new AbortController().signal);
}

const rowOf = ({ rows, values, columns }: HeatmapPayload, id: string): number[] => {
  const at = rows.findIndex((row) => row.id === id);
  return at < 0 ? [] : [...values.subarray(at * columns, (at + 1) * columns)];
};
const about = (actual: number | undefined, expected: number): void =>
  assert.ok(Math.abs((actual ?? GAP) - expected) < 1e-12, `${actual} is not ${expected}`);

describe('a heatmap of the change of open interest', () => {
  it('has none beside a gap, nor beside a level that is left out', async () => {
    const rows = openInterestHours('okx', levels(100, { 3: GAP, 8: 0, 12: 200, 13: 150, 14: 150 }));
    const made = await heatmap('open-interest-change', await historyOf(rows));
    const okx = rowOf(made, 'okx');
    assert.deepEqual([made.firstMs, made.columns, made.stepMs], [DAY0, HOURS - 1, HOUR_MS]);
    about(okx[0], 0.01);
    assert.deepEqual([okx[2], okx[3]], [GAP, GAP], 'neither into the gap nor out of it');
    about(okx[4], 0.01);
    assert.deepEqual([okx[7], okx[8]], [GAP, GAP], 'nor where neighbours contradict a level');
    assert.ok(made.notes.includes('1 value is left out: neighbours contradict them.'), made.notes.join());
    assert.deepEqual([okx[12], okx[13]], [-0.25, 0], 'a level that stays is a change of nothing');
    assert.deepEqual(made.rows, [{ id: 'okx', label: 'OKX' }], 'one exchange has no sum');
  });

  it('states on top the sum that a query states, and names whom it is of', async () => {
    const rig = new QueryRig();
    rig.nowMs = NOW;
    try {
      const rows = [
        ...openInterestHours('okx', levels(50, { 4: GAP, 9: 70 })),
        ...openInterestHours('gate', levels(30, { 11: 80 }), { sides: 'both' }),
        ...openInterestHours('binance', levels(100)).slice(-3),
      ];
      await rig.write(rows);
      const { text } = await rig.run('--metric open-interest --exchange aggregate --since 2026-01-01 --step 1h --format ndjson');
      const stated = text.trimEnd().split('\n').map((line) => (JSON.parse(line) as { openInterestBase: number | null }).openInterestBase ?? GAP);
      assert.equal(stated.length, HOURS);
      const made = await heatmap('open-interest-change', await historyOf(rows));
      assert.deepEqual(made.rows.map(({ label }) => label), ['Aggregate of 2', 'BINANCE', 'OKX', 'GATE']);
      const sum = rowOf(made, 'aggregate');
      const known = sum.flatMap((value, at) => (Number.isNaN(value) ? [] : [at]));
      assert.deepEqual(known, Array.from({ length: HOURS - 1 }, (_, at) => at).filter((at) => at !== 3 && at !== 4));
      for (const at of known) assert.equal(sum[at], (stated[at + 1] ?? GAP) / (stated[at] ?? GAP) - 1);
      assert.deepEqual(made.notes, [
        'Aggregate = GATE + OKX, 36.8 % of the usual total.',
        'Not in the aggregate: BINANCE, values of fewer than half of the steps.',
      ]);
    } finally {
      rig.remove();
    }
  }); // prettier-ignore

  it('has none from nothing, and all of it lost to nothing', () => {
    const changes = stepChanges(Float64Array.of(0, 5, 5, 0, 0, GAP, 2));
    assert.deepEqual([...changes], [GAP, 0, -1, GAP, GAP, GAP]);
    assert.equal(stepChanges(new Float64Array()).length, 0);
  });

  it('names an exchange of which no two levels follow each other', async () => {
    const rows = [...openInterestHours('okx', levels(50)), ...openInterestHours('gate', [GAP, 7])];
    const made = await heatmap('open-interest-change', await historyOf(rows));
    assert.deepEqual(made.rows.map(({ id }) => id), ['okx']); // prettier-ignore
    assert.ok(made.notes.includes('GATE: no step of this time is known at both ends.'), made.notes.join());
  });

  it('is without rows where nothing is kept', async () => {
    const made = await heatmap('open-interest-change', await historyOf([]));
    assert.deepEqual([made.rows, made.columns, made.values.length, made.notes], [[], 0, 0, []]);
  });
});

describe('a heatmap of the change of open interest by asset', () => {
  const two = (asset: string, first: number) => [
    ...of(asset, openInterestHours('okx', levels(first))),
    ...of(asset, openInterestHours('gate', levels(first, { 5: GAP }))),
  ];

  const late = ['binance', 'hyperliquid'].flatMap((id) => openInterestHours(id, levels(1)).slice(-3));

  it('has the sum of each asset, in the order of the settings; one without is named and not drawn', async () => {
    const history = await historyOf([...two('BTC', 10), ...two('ETH', 90), ...of('ETH', late), ...of('SOL', openInterestHours('okx', levels(3)))], 'simulated'); // prettier-ignore
    const made = await heatmap('open-interest-change-assets', history, {
      assets: ['ETH', 'DOGE', 'SOL', 'BTC'],
    });
    assert.deepEqual(made.rows, [
      { id: 'ETH', label: 'ETH' },
      { id: 'BTC', label: 'BTC' },
    ]);
    assert.equal(made.source, 'simulated');
    about(rowOf(made, 'ETH')[0], 0.01);
    assert.deepEqual(rowOf(made, 'BTC').slice(4, 6), [GAP, GAP]);
    assert.deepEqual(made.notes, [
      'ETH: Aggregate = GATE + OKX, 98.8 % of the usual total; not in it: BINANCE, HYPERLIQUID (values of fewer than half of the steps).',
      'DOGE: nothing is kept of this time.',
      'SOL: no aggregate of two exchanges or more can be made of this time.',
      'BTC: Aggregate = GATE + OKX.',
    ]);
    const sums = await Promise.all(['ETH', 'BTC'].map((asset) => heatmap('open-interest-change', history, { lines: (wish, signal) => history.lines({ ...wish, asset }, signal) }))); // prettier-ignore
    assert.deepEqual(sums.map((one) => rowOf(one, 'aggregate')), [rowOf(made, 'ETH'), rowOf(made, 'BTC')]); // prettier-ignore
  });

  it('puts assets on one time, however far each reaches back', async () => {
    const late = two('ETH', 90).filter(({ atMs }) => atMs >= DAY0 + 10 * HOUR_MS);
    const made = await heatmap('open-interest-change-assets', await historyOf([...two('BTC', 10), ...late]));
    assert.deepEqual([made.firstMs, made.columns], [DAY0, HOURS - 1]);
    const eth = rowOf(made, 'ETH');
    assert.ok(eth.slice(0, 10).every(Number.isNaN));
    about(eth[10], 0.01);
  });

  it('is by the hour where five minutes are asked for', async () => {
    const history = await historyOf(two('BTC', 10));
    const made = await heatmap('open-interest-change-assets', history, { stepMs: 300_000 });
    assert.deepEqual([made.stepMs, history.asked.map(({ stepMs }) => stepMs)], [HOUR_MS, [HOUR_MS, HOUR_MS]]);
  });

  it('never mixes sources', async () => {
    const [live, simulated] = [await historyOf(two('BTC', 10)), await historyOf(two('ETH', 10), 'simulated')];
    const lines: HeatmapDeps['lines'] = (wish, signal) =>
      (wish.asset === 'BTC' ? live : simulated).lines(wish, signal);
    await assert.rejects(heatmap('open-interest-change-assets', { lines }), { code: 'engine' });
  });
});

/** A settlement of BTC so many hours after the start, some ms beside its hour as they are. */
function settled(exchange: ExchangeId, hour: number, rate: number, changes: Partial<FundingRate> = {}): Observation {
  return observe(exchange, 'funding-rate', {
    ...{ phase: 'settled', fundingRatePerInterval: rate, atMs: DAY0 + hour * HOUR_MS + 7 },
    ...{ receivedAtMs: DAY0 + hour * HOUR_MS + 1_000, ...changes },
  });
} // prettier-ignore

/** The market now, in which exchanges hold so many coins and have a rate. */
function stateWith(asset: string, coins: Readonly<Record<ExchangeId, number>>): HeatmapDeps['state'] {
  const exchanges = Object.entries(coins).map(([id, openInterestBase]) =>
    exchangeWith(id, [
      observe(id, 'open-interest', { openInterestBase }),
      observe(id, 'mark-price', { markPriceQuote: 100 }),
      observe(id, 'funding-rate', { fundingRatePerInterval: 0.0001 }),
    ]),
  );
  const own: AssetSnapshot = { asset, exchanges, aggregate: aggregateAsset(asset, exchanges, READ_MS) };
  return { snapshot: { asOfMs: READ_MS, assets: [own] } as unknown as MarketSnapshot };
}

describe('a heatmap of funding by asset', () => {
  const perYear = (rate: number, intervalHours = 8): number => (rate * 8_760) / intervalHours;
  const rows = [
    settled('okx', 8, 0.0001),
    settled('okx', 16, 0.0003),
    ...[1, 2, 3].map((hour) => settled('hyperliquid', hour, 0.00001 * hour, { intervalMs: HOUR_MS })),
  ];

  it('is of the exchange with the largest open interest now, named in its row', async () => {
    const state = stateWith('BTC', { okx: 5, hyperliquid: 9 });
    const made = await heatmap('funding-assets', await historyOf(rows), { state, nowMs: READ_MS });
    assert.deepEqual(made.rows, [{ id: 'BTC', label: 'BTC, HYPERLIQUID' }]);
    assert.deepEqual([made.firstMs, made.stepMs, made.columns], [DAY0, 8 * HOUR_MS, 1]);
    about(rowOf(made, 'BTC')[0], perYear(0.00002, 1));
    assert.deepEqual(made.notes, [
      'Of each asset the exchange with the largest open interest now; no mean over exchanges is kept.',
      'ETH: nothing is kept of this time.',
    ]);
  });

  it('is of another one where that has no settlement, which is said', async () => {
    const state = stateWith('BTC', { gate: 99, okx: 5 });
    const made = await heatmap('funding-assets', await historyOf(rows), { state, nowMs: READ_MS, assets: ['BTC'] });
    assert.deepEqual(made.rows.map(({ label }) => label), ['BTC, OKX']);
    assert.match(made.notes[1] ?? '', /^BTC: another exchange, /);
    const unknown = await heatmap('funding-assets', await historyOf(rows), { assets: ['BTC'] });
    assert.deepEqual([unknown.rows, unknown.notes], [made.rows, made.notes]);
  }); // prettier-ignore

  it('states what the heatmap of exchanges states', async () => {
    const more = [
      ...rows,
      settled('okx', 24, -0.0002),
      settled('okx', 20, 0.0004, { intervalMs: 4 * HOUR_MS }),
    ];
    const history = seriesOfRows(more, NOW);
    const chart = fundingChart({ history, inOrder: (a, b) => (a < b ? -1 : 1), nameOf: (id) => id, hours: 24, judged: [] }); // prettier-ignore
    assert.ok('data' in chart);
    const { rows: exchanges, cells, columnAtMs } = chart.data;
    const state = stateWith('BTC', { okx: 5 });
    const made = await heatmap('funding-assets', await historyOf(more), { state, nowMs: READ_MS });
    const [line, from] = [exchanges.findIndex(({ id }) => id === 'okx'), columnAtMs.indexOf(made.firstMs)];
    const shown = cells.subarray(line * columnAtMs.length).subarray(from, from + made.columns);
    assert.deepEqual([...Float32Array.from(rowOf(made, 'BTC'))], [...shown]);
    assert.equal(made.columns, 3);
  });

  it('makes a column of all of its settlements, wherever the time asked for ends', async () => {
    const state = stateWith('BTC', { hyperliquid: 9 });
    const part = { state, nowMs: READ_MS, fromMs: DAY0 + HOUR_MS, toMs: DAY0 + 2 * HOUR_MS };
    about(rowOf(await heatmap('funding-assets', await historyOf(rows), part), 'BTC')[0], perYear(0.00002, 1));
  });

  it('is by the day over a long time, and of no interval that is only guessed', async () => {
    const state = stateWith('BTC', { okx: 5, gate: 9 });
    const guessed = settled('gate', 8, 0.01, { intervalBasis: 'venue-default' });
    const history = await historyOf([...rows, guessed]);
    const made = await heatmap('funding-assets', history, { state, nowMs: READ_MS, stepMs: DAY_MS });
    assert.deepEqual(made.rows.map(({ label }) => label), ['BTC, OKX']);
    about(rowOf(made, 'BTC')[0], perYear(0.0002));
    assert.deepEqual(history.asked.map(({ stepMs }) => stepMs), [HOUR_MS, HOUR_MS]);
  }); // prettier-ignore
});
