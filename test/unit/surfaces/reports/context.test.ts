import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ContextSnapshot, ContextValue } from '../../../../src/core/contextValue.ts';
import { DAY_MS, HOUR_MS } from '../../../../src/core/units.ts';
import type { AssetCorrelation, MarketState } from '../../../../src/market/snapshot.ts';
import { marketsTree } from '../../../../src/surfaces/editor/marketsTreeModel.ts';
import type { TreeNode } from '../../../../src/surfaces/editor/treeNode.ts';
import { contextSection } from '../../../../src/surfaces/reports/contextSection.ts';
import {
  contextLine,
  contextNotes,
  contextRows,
  correlationLabel,
} from '../../../../src/surfaces/reports/contextRows.ts';
import { regimeReport } from '../../../../src/surfaces/reports/regimeReport.ts';
import { snapshotText } from '../../../../src/surfaces/reports/snapshotText.ts';
import { NOW, readyState, regimeWith } from '../editor/states.ts';

const value = (fields: Partial<ContextValue>): ContextValue => ({
  kind: 'context',
  provider: 'p',
  metric: 'fear-greed',
  atMs: NOW - HOUR_MS,
  receivedAtMs: NOW,
  unit: 'score',
  value: 26,
  endpoint: 'GET /x',
  ...fields,
});
const provider = (
  id: string,
  fields: Partial<ContextSnapshot>,
  values: readonly (ContextValue & { isStale?: boolean })[] = [],
): ContextSnapshot => ({
  provider: id,
  displayName: id.toUpperCase(),
  docsUrl: 'https://docs.invalid',
  status: 'fresh',
  ...fields,
  values: values.map((one) => ({ isStale: false, ...one })),
});

const CONTEXT: readonly ContextSnapshot[] = [
  provider('index', {}, [value({ label: 'Fear | <b>', barMs: DAY_MS })]),
  provider('caps', { status: 'stale' }, [
    { ...value({ metric: 'market-cap-usd', asset: 'BTC', unit: 'usd', value: 2e12 }), isStale: true },
    value({ metric: 'market-cap-usd', asset: 'ETH', unit: 'usd', value: 4e11 }),
    value({ metric: 'circulating-supply-base', asset: 'BTC', unit: 'base', value: 19.9e6 }),
  ]),
  provider('funds', {}, [
    value({
      metric: 'etf-net-flow-usd',
      asset: 'BTC',
      unit: 'usd',
      value: -3.6e8,
      scope: 'US funds',
      atBasis: 'received',
    }),
  ]),
  provider('keyed', { status: 'needs-key', adds: 'flows', howToSet: 'set PERPSCOPE_X_KEY' }),
  provider('broken', { status: 'failed', reason: 'no answer [x](http://evil.example)' }),
  provider('off1', { status: 'off', reason: 'simulated' }),
  provider('off2', { status: 'off', reason: 'simulated' }),
];
const CORRELATION: AssetCorrelation = {
  metric: 'equity-index', provider: 'fred', scope: 'S&P 500', pearson: 0.412, spearman: 0.38, count: 19,
  fromMs: Date.UTC(2026, 8, 20), toMs: Date.UTC(2026, 9, 19),
}; // prettier-ignore

function stateWith(context: readonly ContextSnapshot[], source: 'live' | 'simulated' = 'live'): MarketState {
  const state = readyState(source);
  assert.ok(state.snapshot !== undefined);
  return { ...state, snapshot: { ...state.snapshot, context } };
}
const snapshotOf = (state: MarketState) => state.snapshot!;
const btc = snapshotOf(readyState()).assets[0]!;
const withComputed = {
  ...btc,
  aggregate: { ...btc.aggregate, openInterestToMarketCap: 0.0128 },
  correlations: [CORRELATION],
};

describe('context in the report', () => {
  const report = regimeReport({
    assessment: regimeWith(),
    snapshot: withComputed,
    context: CONTEXT,
    source: 'live',
    nowMs: NOW,
  });
  const section = report.slice(report.indexOf('## Context'), report.indexOf('## Conventions'));

  it('stands after the aggregate, each number with unit, what it is about, source and age', () => {
    assert.ok(report.indexOf('## Aggregate') < report.indexOf('## Context'));
    assert.match(
      section,
      /\| Fear & Greed Index \| 26 of 100, Fear \\\| \\<b\\> \| 2026-10-20 \| INDEX, GET \/x \| 1 h old \|/,
    );
    assert.match(section, /\| Market capitalisation \| \$2\.00T \|.*\| 1 h old, stale \|/);
    assert.match(section, /\| Circulating supply \| 19\.9M BTC \|/);
    assert.match(section, /\| ETF net flow, day \| −\$360M \| US funds, .*received; no time stated/);
    assert.ok(!section.includes('$400'), "another asset's capitalisation is not shown");
  });

  it('gives one line to each provider without numbers: what a key would add and how to set it, or why', () => {
    assert.match(section, /\n- KEYED: needs a key; it would add flows; set PERPSCOPE_X_KEY\n/);
    assert.match(section, /\n- BROKEN: failed; no answer \\\[x\]/);
    assert.match(section, /\n- Simulated: OFF1, OFF2\.\n/);
    assert.match(section, /\n- CAPS: stale\n/);
    assert.ok(!/\n- INDEX/.test(section));
  });

  it('shows what was computed, with n and formula', () => {
    assert.match(section, /\| Open interest \/ market cap \| 1\.28 % \|/);
    assert.match(
      section,
      /Correlation with equity index.*\| 0\.412 .*ranks 0\.380.*n = 19, 2026-09-20 to 2026-10-19 \|/,
    );
    assert.match(
      report,
      /- Open interest \/ market cap \(percent\): Σ open interest in USD, one-sided where/,
    );
    assert.match(report, /- Correlation of daily returns .*Spearman/);
  });

  it('is not there, nor are its formulas, where there is no provider, nothing computed', () => {
    const plain = regimeReport({ assessment: regimeWith(), snapshot: btc, source: 'live', nowMs: NOW });
    assert.ok(!plain.includes('## Context') && !plain.includes('market cap') && !plain.includes('Spearman'));
  });
});

describe('context in the terminal', () => {
  it('is one line of the regime, and a list of the snapshot', () => {
    const line = contextLine(CONTEXT, withComputed, NOW) ?? '';
    assert.match(
      line,
      /^Context: Fear & Greed Index 26 of 100.*1 h old.*market cap 1\.28 %; needs a key: KEYED/,
    );
    assert.equal(contextLine([], btc, NOW), undefined);
    const text = snapshotText(snapshotOf(stateWith(CONTEXT, 'simulated')));
    assert.match(text, /\nSIMULATED Context\n/);
    assert.match(text, /Market capitalisation ETH +\$400B/);
    assert.match(text, /KEYED: needs a key/);
    assert.ok(!snapshotText(snapshotOf(readyState())).includes('Context'));
  });

  it('writes each unit, with as many digits as the metric has', () => {
    const texts = [
      value({ unit: 'points', value: 5_123.456, metric: 'equity-index' }),
      value({ unit: 'ratio', value: 0.2346, metric: 'estimated-leverage-ratio' }),
      value({ unit: 'ratio', value: 1.0456, metric: 'taker-buy-sell-ratio' }),
      value({ unit: 'base', value: 5, metric: 'miner-outflow-base', asset: 'BTC' }),
      value({ unit: 'score', value: 26.4 }),
    ].map((one) => contextRows([provider('p', {}, [one])], 'BTC', NOW)[0]?.value);
    assert.deepEqual(texts, ['5,123 points', '0.235', '1.05', '5.00 BTC', '26.4 of 100']);
  });

  it('tells the line of a terminal of two metrics alone, and names a correlation’s other side', () => {
    const own = contextLine(CONTEXT, btc, NOW) ?? '';
    assert.ok(!own.includes('Circulating') && !own.includes('ETF') && !own.includes('open interest /'), own);
    const { scope: _scope, ...unscoped } = CORRELATION;
    assert.equal(correlationLabel(CORRELATION), 'Correlation with equity index (S&P 500)');
    assert.equal(correlationLabel(unscoped), 'Correlation with equity index');
  });

  it('has a section without numbers and notes that says so', () => {
    assert.equal(contextSection([], btc, NOW), 'No number beside the exchanges.');
    const table = contextSection([provider('index', {}, [value({})])], btc, NOW).split('\n');
    assert.deepEqual(table.slice(0, 2), ['| Metric | Value | About | Source | Age |', '| --- | --- | --- | --- | --- |']);
    assert.equal(table.length, 3);
  }); // prettier-ignore

  it('has stable ids, one per series', () => {
    const ids = contextRows(CONTEXT, undefined, NOW).map(({ id }) => id);
    assert.deepEqual(
      [ids[0], ids[1], ids[4]],
      ['index/fear-greed//', 'caps/market-cap-usd/BTC/', 'funds/etf-net-flow-usd/BTC/US funds'],
    );
    assert.equal(new Set(ids).size, 5);
    assert.equal(contextNotes(CONTEXT).length, 4);
  });
});

describe('context in the tree', () => {
  const group = (state: MarketState, grouping: 'exchange' | 'asset'): TreeNode | undefined =>
    marketsTree(state, grouping, NOW).find(({ id }) => id === 'context');

  it('is a group of its own in both groupings, and absent without providers', () => {
    for (const grouping of ['exchange', 'asset'] as const) {
      const node = group(stateWith(CONTEXT), grouping);
      const rows = new Map((node?.children ?? []).map((one) => [one.id, one]));
      const [fear, cap] = ['context/index/fear-greed//', 'context/caps/market-cap-usd/BTC/'].map((id) =>
        rows.get(id),
      );
      assert.deepEqual([fear?.label, fear?.description], ['26 of 100', '1 h F&G']);
      assert.match(fear?.spoken ?? '', /^Fear & Greed Index, 26 of 100, Fear/);
      assert.deepEqual([cap?.label, cap?.description, cap?.copied], ['$2.00T', 'cap BTC', '$2.00T']);
      assert.match(cap?.spoken ?? '', /1 h old, stale$/);
      const keyed = rows.get('context/keyed');
      assert.deepEqual([keyed?.description, keyed?.icon], ['', 'key']);
      assert.match(keyed?.tooltip ?? '', /it would add flows; set PERPSCOPE_X_KEY/);
      assert.equal(group(readyState(), grouping), undefined);
    }
  });

  it('is closed, and has a row for a provider without a number', () => {
    const node = group(stateWith(CONTEXT), 'exchange');
    assert.ok([node!, ...node!.children].every(({ isExpanded }) => !isExpanded));
    const keyed = provider('keyed', { status: 'needs-key' });
    const alone = group(stateWith([keyed]), 'exchange');
    assert.deepEqual([alone?.children.length, alone?.children[0]?.description], [1, '']);
  });

  it('says SIMULATED of every number where it stands alone: hover, screen reader, clipboard', () => {
    const node = group(stateWith(CONTEXT, 'simulated'), 'exchange');
    assert.match(node?.spoken ?? '', /^SIMULATED /);
    const numbers = (node?.children ?? []).filter(({ id }) => id.split('/').length > 2);
    assert.equal(numbers.length, 5);
    for (const { spoken = '', tooltip, copied = '', label, description } of numbers) {
      for (const words of [spoken, tooltip, copied]) assert.match(words, /^SIMULATED /);
      assert.doesNotMatch(`${label} ${description}`, /SIMULATED/);
    }
  });
});
