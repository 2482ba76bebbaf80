import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { AssetCharts } from '../../../../src/market/charts.ts';
import { assetCharts } from '../../../../src/market/charts.ts';
import { panelSnapshot, type PanelInput } from '../../../../src/surfaces/editor/panels/panelSnapshot.ts';
import { hoursBack, fundingRow, openInterestRow, THIS_HOUR } from '../../analysis/regime/history.ts';
import type { ExchangeSnapshot } from '../../../../src/market/snapshot.ts';
import { exchangeWith, historyWith } from '../../market/builders.ts';
import { IDLE, NOW, readyState } from './states.ts';

const panel = (changes: Partial<PanelInput> = {}) =>
  panelSnapshot({
    version: 3,
    asset: 'BTC',
    state: readyState(),
    charted: undefined,
    nameOf: (id) => id.toUpperCase(),
    ...changes,
  });
const drawn: AssetCharts = assetCharts(
  historyWith({
    openInterest: [
      ...hoursBack(168, THIS_HOUR, (atMs) => openInterestRow('okx', atMs, 10)),
      ...hoursBack(168, THIS_HOUR, (atMs) => openInterestRow('bybit', atMs, 60, { sides: 'both' })),
    ],
    settledFunding: [fundingRow('okx', THIS_HOUR, 0.0001)],
  }),
  NOW,
);

const charted = { source: 'live' as const, charts: drawn };

describe('what a panel shows', () => {
  it('states source, coverage, newest number and regime in words', () => {
    const { version, asset, source, coverage, asOfMs, regime, problem } = panel();
    assert.deepEqual([version, asset, source, asOfMs], [3, 'BTC', 'live', NOW - 10_000]);
    assert.deepEqual(coverage, { fresh: 4, of: 5 });
    assert.deepEqual(regime, { label: 'spot-led rally', confidence: 0.79, asOfMs: NOW - 20_000 });
    assert.equal(problem, undefined);
  });

  it('passes on how far the clock here is behind, and nothing where it is right', () => {
    const state = readyState();
    const wrong = {
      ...state,
      snapshot: { ...state.snapshot!, machineClock: { behindMs: 9e5, exchanges: 9 } },
    };
    assert.deepEqual([panel({ state: wrong }).clockBehindMs, 'clockBehindMs' in panel()], [9e5, false]);
  });

  it('is loading only while it asks and has nothing to show', () => {
    const asking = { ...IDLE, isRefreshing: true };
    assert.equal(panel({ state: asking }).isLoading, true);
    assert.equal(panel({ state: { ...readyState(), isRefreshing: true }, charted }).isLoading, false);
    // A panel that was just opened is about to ask, though nothing runs yet.
    assert.equal(panel({ state: IDLE }).isLoading, true);
    assert.equal(
      panel({ state: { ...IDLE, phase: 'failed', lastError: 'a wrong setting' } }).isLoading,
      false,
    );
  });

  it('claims no time, regime or chart before anything was read', () => {
    const empty = panel({ state: IDLE });
    assert.deepEqual(
      [empty.asOfMs, empty.regime, empty.charts, empty.coverage],
      [undefined, undefined, [], undefined],
    );
  });

  it('names the problem of the last refresh', () => {
    assert.match(panel({ state: { ...readyState(), phase: 'offline' } }).problem ?? '', /No exchange/);
    assert.equal(panel({ state: { ...readyState(), lastError: 'disk' } }).problem, 'disk');
    const failed = panel({ state: { ...IDLE, phase: 'failed', lastError: 'a wrong setting' } });
    assert.match(failed.problem ?? '', /could not start: a wrong setting/);
  });

  it('names an asset that no exchange lists as the problem', () => {
    const ready = readyState();
    const [asset] = ready.snapshot?.assets ?? [];
    const unlisted = { lists: 2, of: 9, nearest: [] };
    const state = { ...ready, snapshot: { ...ready.snapshot!, assets: [{ ...asset!, unlisted }] } };
    assert.match(
      panel({ state }).problem ?? '',
      /^No exchange lists BTC as a perpetual \(the lists of 2 of 9/,
    );
  });

  it('never shows charts of one source under the label of the other', () => {
    const shown = panel({ state: readyState('simulated'), charted });
    assert.deepEqual([shown.source, shown.charts], ['simulated', []]);
  });

  it('marks every chart with its source, its scope, its own newest number and its own exchanges', () => {
    const shown = panel({ state: readyState('simulated'), charted: { source: 'simulated', charts: drawn } });
    assert.equal(shown.source, 'simulated');
    assert.deepEqual(
      shown.charts.map((chart) => chart.kind),
      ['open-interest', 'funding-heatmap', 'liquidation-heatmap'],
    );
    for (const chart of shown.charts) {
      if ('unavailable' in chart) continue;
      assert.equal(chart.source, 'simulated', chart.kind);
      assert.deepEqual(chart.coverage, { fresh: chart.kind === 'open-interest' ? 2 : 1, of: 5 }, chart.kind);
      assert.equal(chart.asOfMs, THIS_HOUR, chart.kind);
      assert.match(chart.notes[0] ?? '', /one perpetual per exchange.*dollar/);
    }
  });

  it('labels lines and rows by name and says what the aggregate adds up', () => {
    const [openInterest, funding] = panel({ charted }).charts;
    assert.ok(openInterest?.kind === 'open-interest' && 'lines' in openInterest);
    assert.deepEqual(
      openInterest.lines.map((line) => [line.id, line.label, line.sides]),
      [
        ['aggregate', 'Aggregate', 'one'],
        ['bybit', 'BYBIT', 'both, halved'],
        ['okx', 'OKX', 'one'],
      ],
    );
    assert.ok(openInterest.notes.some((note) => note.startsWith('Aggregate = OKX + BYBIT;')));
    assert.ok(funding?.kind === 'funding-heatmap' && 'rows' in funding);
    assert.deepEqual(funding.rows, [{ id: 'okx', intervalHours: 8, label: 'OKX' }]);
    assert.ok(funding.notes.some((note) => /annualised.*simple/.test(note)));
  });

  it('says of exchanges without a current reading that stored history is drawn, and how old it is', () => {
    const notesOf = (statuses: readonly ExchangeSnapshot['status'][]) =>
      panel({
        charted,
        state: readyState(
          'live',
          ['okx', 'bybit'].map((id, at) => exchangeWith(id, [], { status: statuses[at] ?? 'fresh' })),
        ),
      }).charts.flatMap((chart) =>
        'notes' in chart ? [chart.notes.filter((note) => note.includes('stored'))] : [],
      );
    assert.deepEqual(notesOf(['fresh', 'fresh']), [[], []]);
    assert.deepEqual(notesOf(['fresh', 'failed']), [
      ['From stored history, newest 30 min old, without a current reading: Bybit.'],
      [],
    ]);
    assert.deepEqual(notesOf(['failed', 'stale']), [
      ['From stored history, newest 30 min old, without a current reading: Bybit, OKX.'],
      ['From stored history, newest 30 min old, without a current reading: OKX.'],
    ]);
  });

  it('hands on why a chart cannot be drawn', () => {
    const liquidation = panel({ charted }).charts[2];
    assert.ok(liquidation !== undefined && 'unavailable' in liquidation);
    assert.match(liquidation.unavailable, /24 h of prices/);
  });
});
