import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { DAY_MS, HOUR_MS } from '../../../../src/core/units.ts';
import type { LiquidationTotals } from '../../../../src/market/liquidations.ts';
import type { AssetSnapshot, MarketState } from '../../../../src/market/snapshot.ts';
import { marketsTree } from '../../../../src/surfaces/editor/marketsTreeModel.ts';
import type { TreeNode } from '../../../../src/surfaces/editor/treeNode.ts';
import {
  liquidationRows,
  liquidationSection,
  liquidationSumRow,
} from '../../../../src/surfaces/reports/liquidationRows.ts';
import { snapshotText } from '../../../../src/surfaces/reports/snapshotText.ts';
import { exchangeWith, NOW } from '../../market/builders.ts';

const totals = (exchange: string, changes: Partial<LiquidationTotals> = {}): LiquidationTotals => ({
  exchange,
  endpoint: `GET /${exchange}, summed by the hour`,
  windowMs: DAY_MS,
  coveredHours: 24,
  hours: 24,
  coverage: 'unverified',
  endMs: NOW - 30 * 60_000,
  longUsd: 1e6,
  shortUsd: 2e5,
  isLowerBound: true,
  ...changes,
});
const partial = (exchange: string): LiquidationTotals => {
  const { longUsd: _longs, shortUsd: _shorts, ...rest } = totals(exchange, { coveredHours: 15 });
  return rest;
};
const snapshotWith = (liquidations: readonly LiquidationTotals[]): AssetSnapshot => ({
  asset: 'BTC',
  exchanges: ['gate', 'okx', 'htx'].map((id) => exchangeWith(id, [])),
  aggregate: { notes: [], coverage: { fresh: 3, of: 3 } },
  liquidations,
});
const textOf = (asset: AssetSnapshot): string =>
  snapshotText({ schema: 'perpscope.snapshot/1', asOfMs: NOW, source: 'live', assets: [asset] });

describe('liquidations as rows', () => {
  it('state both sides, the bound, the feed and the age of one exchange', () => {
    const [row, ...others] = liquidationRows(
      snapshotWith([totals('okx', { longBase: 10, shortBase: 2 }), totals('gate')]),
      'okx',
      NOW,
    );
    assert.deepEqual(others, []);
    assert.equal(row?.label, 'Liquidations 24 h');
    assert.equal(row.value, 'longs $1.00M, shorts $200K · lower bound');
    assert.equal(row.ageText, '30 min old');
    assert.match(row.detail, /^GET \/okx, summed by the hour\nuntil .* UTC, 24 of 24 h covered\n/);
    assert.match(row.detail, /not known to be complete/);
    assert.match(row.detail, /longs 10\.0 BTC, shorts 2\.00 BTC$/);
  });

  it('claim no bound of a complete feed, and say of an old number that it is', () => {
    const whole = totals('okx', { coverage: 'complete', isLowerBound: false, endMs: NOW - 4 * HOUR_MS });
    const [row] = liquidationRows(snapshotWith([whole]), 'okx', NOW);
    assert.equal(row?.value, 'longs $1.00M, shorts $200K');
    assert.deepEqual([row.isStale, row.ageText], [true, '4 h old, stale']);
  });

  it('show how much of a day is covered instead of a part of it', () => {
    const [row] = liquidationRows(snapshotWith([partial('okx')]), 'okx', NOW);
    assert.equal(row?.value, '15 of 24 h covered');
  });

  it('have no sum over exchanges without their names, and leave partial days out by name', () => {
    const alone = liquidationSumRow(snapshotWith([totals('gate'), partial('okx')]), DAY_MS, NOW);
    assert.equal(alone?.value, 'at least longs $1.00M, shorts $200K, of Gate alone');
    assert.match(alone.detail, /OKX is left out: 15 of 24 h covered/);
    assert.match(alone.detail, /no covered hour: HTX/);
    const complete = totals('okx', { coverage: 'complete', isLowerBound: false, endMs: NOW - HOUR_MS });
    const both = liquidationSumRow(snapshotWith([totals('gate'), complete]), DAY_MS, NOW);
    assert.equal(both?.value, 'at least longs $2.00M, shorts $400K, of OKX and Gate');
    assert.equal(both.ageText, '1 h old', 'as old as the oldest part');
    assert.equal(
      liquidationSumRow(snapshotWith([complete]), DAY_MS, NOW)?.value,
      'longs $1.00M, shorts $200K, of OKX alone',
    );
    assert.equal(liquidationSumRow(snapshotWith([partial('okx')]), DAY_MS, NOW), undefined);
    assert.equal(liquidationSumRow(snapshotWith([totals('gate')]), HOUR_MS, NOW), undefined);
  });

  it('name in the sum each part once, and show a sum of zero as zero', () => {
    const none = totals('okx', { longUsd: 0, shortUsd: 0 });
    const sum = liquidationSumRow(snapshotWith([none, partial('gate')]), DAY_MS, NOW);
    assert.equal(sum?.value, 'at least longs $0, shorts $0, of OKX alone');
    assert.equal(
      sum.detail,
      'OKX: longs $0, shorts $0 · lower bound, GET /okx, summed by the hour\nGATE is left out: 15 of 24 h covered\nno covered hour: HTX',
    );
    const gone = liquidationSumRow({ ...snapshotWith([totals('gone')]), exchanges: [] }, DAY_MS, NOW);
    assert.match(gone?.detail ?? '', /^gone: longs/);
  });

  it('state coins only where both sides have them', () => {
    const coins = (changes: Partial<LiquidationTotals>) =>
      liquidationSection(snapshotWith([totals('okx', changes)]), NOW)
        .split('\n')[2]
        ?.split(' | ')[4];
    assert.equal(coins({ longBase: 10, shortBase: 2 }), 'longs 10.0 BTC, shorts 2.00 BTC');
    assert.deepEqual([coins({ longBase: 10 }), coins({ shortBase: 2 })], ['not reported', 'not reported']);
  });

  it('end the section with the table where there is no sum and no exchange without an hour', () => {
    const section = liquidationSection(snapshotWith(['gate', 'okx', 'htx'].map(partial)), NOW);
    assert.match(section, / \|$/);
  });

  it('stand in the report with exchange, feed, sides, coverage and hours', () => {
    const section = liquidationSection(snapshotWith([totals('gate'), partial('okx')]), NOW);
    assert.match(
      section,
      /\| GATE \| 24 h \| at least \$1\.00M \| at least \$200K \| not reported \| 24 of 24 h covered \| not known to be complete, lower bound \| GET \/gate, summed by the hour \| 30 min old \|/,
    );
    assert.match(
      section,
      /\| OKX \| 24 h \| no sum yet \| no sum yet \| not reported \| 15 of 24 h covered \|/,
    );
    assert.match(section, /- Liquidations 24 h: at least longs .* of Gate alone/);
    assert.match(section, /- No covered hour: HTX$/);
    assert.match(liquidationSection(snapshotWith([]), NOW), /^No exchange has covered an hour/);
  });

  it('stand in the snapshot’s text for all and for each exchange', () => {
    const text = textOf(snapshotWith([totals('gate'), partial('okx')]));
    assert.match(
      text,
      /\n {2}Liquidations 24 h +at least longs \$1\.00M, shorts \$200K, of Gate alone \(30 min old\)\n/,
    );
    assert.match(
      text,
      /\n {4}Liquidations 24 h +longs \$1\.00M, shorts \$200K · lower bound \(30 min old\)\n/,
    );
    assert.match(text, /\n {4}Liquidations 24 h +15 of 24 h covered \(30 min old\)\n/);
    assert.doesNotMatch(textOf(snapshotWith([])), /Liquidations/);
  });

  it('stand in the tree under the exchange and under all of them', () => {
    const state = (liquidations: readonly LiquidationTotals[]): MarketState => {
      const asset = snapshotWith(liquidations);
      const exchanges = asset.exchanges.map((one) => ({ ...one, newestAtMs: NOW }));
      return {
        phase: 'ready', source: 'simulated', isRefreshing: false, regimes: new Map(),
        snapshot: { schema: 'perpscope.snapshot/1', asOfMs: NOW, source: 'simulated', assets: [{ ...asset, exchanges }] },
      }; // prettier-ignore
    };
    const all = (nodes: readonly TreeNode[]): TreeNode[] =>
      nodes.flatMap((node) => [node, ...all(node.children)]);
    const shown = all(marketsTree(state([totals('gate')]), 'asset', NOW)).filter(({ id }) =>
      id.endsWith('liquidations-24h'),
    );
    assert.deepEqual(
      shown.map(({ id, label, description, spoken }) => [id, label, description, spoken]),
      [
        [
          'BTC/aggregate/liquidations-24h',
          '≥$1.20M',
          'liq 24h',
          'SIMULATED Liquidations 24 h, at least longs $1.00M, shorts $200K, of Gate alone, 30 min old',
        ],
        [
          'BTC/BTC/gate/liquidations-24h',
          '≥$1.20M',
          'liq 24h',
          'SIMULATED Liquidations 24 h, longs $1.00M, shorts $200K · lower bound, 30 min old',
        ],
      ],
    );
  });
});
