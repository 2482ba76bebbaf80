import { formatUtc } from '../../../../src/surfaces/reports/format.ts';
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { lineOf } from '../../../../src/analysis/timeline/line.ts';
import type { AssetCharts } from '../../../../src/market/charts.ts';
import { panelSnapshot, type PanelInput } from '../../../../src/surfaces/editor/panels/panelSnapshot.ts';
import { reportPlaceholder } from '../../../../src/surfaces/editor/reportPlaceholder.ts';
import {
  candleRow,
  hoursBack,
  fundingRow,
  openInterestRow,
  THIS_HOUR,
} from '../../analysis/regime/history.ts';
import type { ExchangeSnapshot } from '../../../../src/market/snapshot.ts';
import { exchangeWith, historyWith } from '../../market/builders.ts';
import { IDLE, NOW, readyState } from './states.ts';
import { assetCharts } from '../../../support/allCharts.ts';

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
);

const charted = { source: 'live' as const, charts: drawn };

describe('what a panel shows', () => {
  it('states source, coverage, newest number and regime in words', () => {
    const { version, asset, source, coverage, asOfMs, regime, problem } = panel();
    assert.deepEqual([version, asset, source, asOfMs], [3, 'BTC', 'live', NOW - 10_000]);
    assert.deepEqual(coverage, { fresh: 4, of: 5 });
    const { assets } = readyState().snapshot!;
    assert.deepEqual(panel().assets, assets.map((one) => one.asset)); // prettier-ignore
    assert.ok(assets.length > 0);
    assert.deepEqual(panel({ state: IDLE }).assets, []);
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
    const more = panel({ state: { ...readyState(), isRefreshing: true }, charted });
    assert.deepEqual([more.isLoading, more.isPartial], [false, true]);
    assert.equal(panel({ state: readyState(), charted }).isPartial, undefined);
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
    assert.match(failed.problem ?? '', /could not start: a wrong setting\.$/);
    const lastError = 'perpscope.exchanges holds "binanse". Did you mean "binance"?';
    const blocked = { ...IDLE, phase: 'failed', lastError, isBlocked: true } as const;
    assert.equal(panel({ state: blocked }).problem, `Perpscope asks nobody: ${lastError}`);
    assert.match(
      reportPlaceholder('BTC', blocked),
      /^# BTC regime\n\nPerpscope asks nobody: .*binanse.*\? Set it right/,
    );
    assert.match(reportPlaceholder('BTC', { ...blocked, lastError: 'disk' }), /asks nobody: disk\. /);
    const offline = reportPlaceholder('BTC', { ...IDLE, phase: 'offline' });
    assert.match(offline, /No exchange could be reached\. .*Show Exchange Health/);
    assert.match(reportPlaceholder('BTC', IDLE), /No numbers have been read yet\. .*Show Exchange Health/);
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
      assert.match(chart.notes[0] ?? '', /^One perpetual per exchange.*dollar/);
    }
  });

  it('labels lines and rows by name and says what the aggregate adds up', () => {
    const [openInterest, funding] = panel({ charted }).charts;
    assert.ok(openInterest?.kind === 'open-interest' && 'lines' in openInterest);
    assert.deepEqual(
      openInterest.lines.map((line) => [line.id, line.label, line.sides]),
      [
        ['aggregate', 'Aggregate of 2', 'one'],
        ['bybit', 'BYBIT', 'both, halved'],
        ['okx', 'OKX', 'one'],
      ],
    );
    assert.equal(openInterest.aggregated, 2);
    assert.ok(openInterest.notes.some((note) => note.startsWith('Aggregate = BYBIT + OKX;')));
    assert.doesNotMatch(openInterest.notes.join(' '), /counted once/);
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
      ['From stored history, newest 30 min old, without a current reading: OKX, Bybit.'],
      ['From stored history, newest 30 min old, without a current reading: OKX.'],
    ]);
  });

  it('is as new as its newest exchange, of the asset that it shows', () => {
    const at = (id: string, newestAtMs: number) => exchangeWith(id, [], { newestAtMs });
    const state = readyState('live', [at('okx', NOW - 60_000), at('bybit', NOW - 5_000), at('gate', NOW - 30_000)]);
    assert.equal(panel({ state }).asOfMs, NOW - 5_000);
    assert.match(panel({ state: { ...IDLE, phase: 'failed' } }).problem ?? '', /could not start: the log says why\./);
  }); // prettier-ignore

  it('counts the exchanges of a chart where no snapshot tells how many there are', () => {
    const { snapshot: _none, ...bare } = readyState();
    const [openInterest, funding] = panel({ charted, state: bare }).charts;
    assert.ok(openInterest !== undefined && 'coverage' in openInterest && funding !== undefined && 'coverage' in funding);
    assert.deepEqual([openInterest.coverage, funding.coverage], [{ fresh: 2, of: 2 }, { fresh: 1, of: 1 }]);
    assert.ok(openInterest.notes.every((note) => !note.includes('stored')));
  }); // prettier-ignore

  it('dates what is stored by the rows of the silent exchanges alone, down to the column that they end in', () => {
    const EIGHT = 8 * 3_600_000;
    const settledMs = Math.floor(NOW / EIGHT) * EIGHT;
    const charts = assetCharts(
      historyWith({
        openInterest: [
          ...hoursBack(168, THIS_HOUR, (atMs) => openInterestRow('okx', atMs, 10)),
          ...hoursBack(100, THIS_HOUR - 5 * 3_600_000, (atMs) => openInterestRow('bybit', atMs, 60)),
        ],
        settledFunding: [
          fundingRow('okx', settledMs, 0.0001),
          fundingRow('bybit', settledMs - 2 * EIGHT, 0.0001),
        ],
      }),
    );
    const state = readyState('live', [exchangeWith('okx', []), exchangeWith('bybit', [], { status: 'failed' })]);
    const notes = panel({ charted: { source: 'live', charts }, state }).charts.flatMap((chart) =>
      'notes' in chart ? chart.notes.filter((note) => note.includes('stored')) : [],
    );
    const words = (age: string) => `From stored history, newest ${age} old, without a current reading: Bybit.`;
    assert.deepEqual(notes, [words('5 h 30 min'), words('20 h 30 min')]);
  }); // prettier-ignore

  it('neither counts nor dates an exchange of which the hours hold no number and that gives none now', () => {
    const openInterest = [
      ...hoursBack(168, THIS_HOUR, (atMs) => openInterestRow('okx', atMs, 10)),
      openInterestRow('bybit', THIS_HOUR - 300 * 3_600_000, 60),
    ];
    const charts = assetCharts(historyWith({ openInterest }));
    const chartWith = (status: ExchangeSnapshot['status']) => {
      const exchanges = [exchangeWith('okx', []), exchangeWith('bybit', [], { status })];
      const [chart] = panel({
        charted: { source: 'live', charts },
        state: readyState('live', exchanges),
      }).charts;
      assert.ok(chart !== undefined && 'lines' in chart && chart.lines.some(({ id }) => id === 'bybit'));
      return { fresh: chart.coverage.fresh, stored: chart.notes.filter((note) => note.includes('stored')) };
    };
    assert.deepEqual(chartWith('failed'), { fresh: 1, stored: [] });
    assert.deepEqual(chartWith('fresh'), { fresh: 2, stored: [] });
  });

  it('says that there is no aggregate where no exchange has enough', () => {
    const openInterest = hoursBack(5, THIS_HOUR, (atMs) => openInterestRow('okx', atMs, 10));
    const charts = assetCharts(historyWith({ openInterest }));
    const [chart] = panel({ charted: { source: 'live', charts } }).charts;
    assert.ok(chart !== undefined && 'notes' in chart);
    assert.equal(chart.notes.at(-1), 'No aggregate: no exchange has half a week of hourly readings.');
    const whole = panel({ charted }).charts[0];
    assert.ok(whole !== undefined && 'notes' in whole && !whole.notes.join().includes('No aggregate'));
  });

  it('says on how much of the usual total the aggregate rests, and whose hours are carried on', () => {
    const hours = (exchange: string, base: number, count: number, without = 0) =>
      hoursBack(count, THIS_HOUR, (atMs) => openInterestRow(exchange, atMs, base)).filter(
        ({ atMs }) => atMs !== THIS_HOUR - without * 3_600_000 || without === 0,
      );
    const wordsOf = (openInterest: ReturnType<typeof hours>) => {
      const charts = assetCharts(historyWith({ openInterest }));
      const [chart] = panel({ charted: { source: 'live', charts } }).charts;
      return chart !== undefined && 'notes' in chart ? chart.notes.at(-1) : undefined;
    };
    const gap = 'an hour that one of them lacks is a gap.';
    assert.equal(wordsOf(hours('okx', 30, 168)), `Aggregate = OKX; ${gap}`);
    assert.equal(
      wordsOf([...hours('okx', 30, 168), ...hours('gate', 10, 20)]),
      `Aggregate = OKX, 75.0 % of the usual total; ${gap}`,
    );
    assert.equal(
      wordsOf([...hours('okx', 30, 168, 5), ...hours('gate', 10, 168)]),
      `Aggregate = GATE + OKX; ${gap} Carried on over an hour or two in coins: OKX.`,
    );
  });

  it('names the price that the levels stand around', () => {
    const openInterest = hoursBack(120, THIS_HOUR, (atMs, index) => openInterestRow('okx', atMs, 1_120 - index));
    const bars = hoursBack(100, THIS_HOUR - 3_600_000, (atMs, index) =>
      candleRow('okx', atMs, 100, { highQuote: 101 + (index % 3), lowQuote: 99 }),
    );
    const from = `from ${formatUtc(THIS_HOUR - 100 * 3_600_000)} on`;
    const labelOf = (rows: object) => {
      const charts = assetCharts(historyWith({ openInterest, ...rows }));
      const chart = panel({ charted: { source: 'live', charts } }).charts[2];
      assert.ok(chart !== undefined && 'priceLabel' in chart);
      assert.match(chart.notes.at(-1) ?? '', /^No margin table was read of OKX: an assumed one/);
      return [chart.priceLabel, chart.notes.at(-2)];
    };
    assert.deepEqual(labelOf({ candles: bars }), ['Last price, OKX', `Open interest of OKX; last price of OKX, hourly, ${from}.`]);
    const marks = bars.map((bar) => ({ ...bar, priceType: 'mark' as const }));
    assert.deepEqual(labelOf({ markCandles: marks }), ['Mark price, OKX', `Open interest of OKX; mark price of OKX, hourly, ${from}.`]);
  }); // prettier-ignore

  it('takes the currency of its prices from the exchange that they are of, and names none where it is not known', () => {
    const openInterest = hoursBack(120, THIS_HOUR, (atMs, index) => openInterestRow('okx', atMs, 1_120 - index));
    const candles = hoursBack(100, THIS_HOUR - 3_600_000, (atMs, index) =>
      candleRow('okx', atMs, 100, { highQuote: 101 + (index % 3), lowQuote: 99 }),
    );
    const charts = assetCharts(historyWith({ openInterest, candles }));
    const quoteWith = (quoteAsset: string | undefined) => {
      const one = exchangeWith('okx', []);
      const instruments = one.instruments.map((each) => ({ ...each, ...(quoteAsset === undefined ? {} : { quoteAsset }) }));
      const chart = panel({ charted: { source: 'live', charts }, state: readyState('live', [{ ...one, instruments }]) }).charts[2];
      return chart !== undefined && 'quoteAsset' in chart ? chart.quoteAsset : undefined;
    };
    assert.deepEqual(['USD', 'USDC', undefined].map(quoteWith), ['USD', 'USDC', 'quote currency']);
  }); // prettier-ignore

  it('shows the regime as a row under open interest, or as a chart of its own where it is asked for alone', () => {
    const hour = 3_600_000;
    const judged = ['neutral', 'spot-led-rally'].map((label, at) =>
      lineOf('BTC', NOW - (5 - at) * 600_000, { label, family: 'short-covering', confidence: 0.5, rarity: 0.1 }),
    );
    const candles = hoursBack(48, THIS_HOUR - hour, (atMs) => candleRow('okx', atMs, 1, { closeQuote: 100 }));
    const openInterest = hoursBack(168, THIS_HOUR, (atMs) => openInterestRow('okx', atMs, 10));
    const charts = assetCharts(historyWith({ openInterest, candles }), [], judged);
    const [row, ...others] = panel({ charted: { source: 'live', charts } }).charts;
    assert.ok(row !== undefined && 'lines' in row && row.regime !== undefined);
    assert.deepEqual(row.regime.runs.map(({ label }) => label), ['neutral', 'spot-led rally']); // prettier-ignore
    assert.deepEqual([row.regime.longestPauseMs, row.regime.fromMs], [900_000, NOW - 168 * hour]);
    assert.deepEqual(others.map(({ kind }) => kind), ['funding-heatmap', 'liquidation-heatmap']); // prettier-ignore
    const alone = panel({ charted: { source: 'live', charts: { regime: charts.regime } } }).charts;
    const [own] = alone;
    assert.ok(alone.length === 1 && own?.kind === 'regime-timeline' && 'runs' in own);
    assert.deepEqual(own.runs, row.regime.runs);
    assert.deepEqual([own.asOfMs, own.coverage, own.priceLabel], [NOW - 2_400_000, { fresh: 4, of: 5 }, 'Last price, OKX']); // prettier-ignore
    assert.equal(own.price?.values.at(-1), 100);
    const simulated = panel({ state: readyState('simulated'), charted: { source: 'live', charts: { regime: charts.regime } } }); // prettier-ignore
    assert.deepEqual(simulated.charts, []);
  }); // prettier-ignore

  it('says in words where no regime was assessed, under open interest and alone', () => {
    const [row] = panel({ charted }).charts;
    assert.ok(row !== undefined && 'lines' in row && !('regime' in row));
    assert.ok(row.notes.some((note) => note.startsWith('No regime was assessed in these 168 h')));
    const [own] = panel({ charted: { source: 'live', charts: { regime: drawn.regime } } }).charts;
    assert.ok(own !== undefined && 'unavailable' in own);
    assert.match(own.unavailable, /kept from the first refresh on\. Press Refresh\.$/);
  });

  it('hands on why a chart cannot be drawn', () => {
    const liquidation = panel({ charted }).charts[2];
    assert.ok(liquidation !== undefined && 'unavailable' in liquidation);
    assert.match(liquidation.unavailable, /24 h of prices/);
  });
});
