import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HOUR_MS, MINUTE_MS } from '../../../../src/core/units.ts';
import type { MarketState } from '../../../../src/market/snapshot.ts';
import { FRESH_LIMIT_MS } from '../../../../src/analysis/metrics/freshness.ts';
import { statusView, type StatusView } from '../../../../src/surfaces/editor/statusModel.ts';
import type { StatusFigure } from '../../../../src/surfaces/editor/statusFigures.ts';
import { exchangeWith, observe } from '../../market/builders.ts';
import { EVIDENCE, EXCHANGES, IDLE, NOW, readyState, regimeWith } from './states.ts';

const view = (state: MarketState, nowMs = NOW) => withSpaces(statusView(state, 'BTC', nowMs));
/** With plain spaces in place of those that keep a number and its unit on one line. */
const withSpaces = (shown: StatusView): StatusView => ({
  ...shown,
  tooltip: shown.tooltip.replaceAll('\u00a0', ' '),
});

describe('the status item', () => {
  it('invites while nothing has been read', () => {
    const { text, tooltip, tone } = view(IDLE);
    assert.equal(text, '$(pulse) BTC not read yet');
    assert.match(tooltip, /No numbers have been read yet/);
    assert.equal(tone, 'plain');
  });

  it('says in its hover whose rules have judged where they are not this window’s, and that a rules file is faulty', () => {
    const judged = (rules: MarketState['rules'], more: Partial<MarketState> = {}) =>
      view({ ...readyState('live', EXCHANGES, regimeWith({ rulesVersion: 'mine/1', rulesDigest: 'a' })), ...(rules === undefined ? {} : { rules }), ...more }).tooltip; // prettier-ignore
    const own = { version: 'mine/1', digest: 'a', file: 'm.json', readAtMs: Date.UTC(2026, 10, 1, 12, 3) };
    assert.doesNotMatch(judged(own), /rules/i);
    assert.doesNotMatch(judged(undefined), /rules/i);
    assert.match(judged({ version: 'built-in/3' }, { isFollowing: true }), /\n\nJudged by rules mine\/1 of the window that collects, not by built-in\/3 of this one\\?\.\n\n/); // prettier-ignore
    assert.match(judged({ ...own, digest: 'b' }), /Judged by rules mine\/1, not by mine\/1 of this one/);
    const faults = ['one', 'two', 'three', 'four'].map((word) => `m.json:1:1: ${word} (syntax)`);
    assert.match(judged({ ...own, faults: faults.slice(0, 1) }), /The rules from m\\?\.json of 2026-11-01 12:03 UTC are in force; the file has an error: m\\?\.json:1:1: one \(syntax\)\.\n/); // prettier-ignore
    assert.match(judged({ ...own, faults }), /three \(syntax\); …\.\n/);
    const { readAtMs: _never, ...unread } = { ...own, version: 'built-in/3', faults };
    assert.match(judged(unread), /The built-in rules are in force; the file has an error/);
  });

  it('says loading while the first numbers come', () => {
    assert.equal(view({ ...IDLE, phase: 'loading', isRefreshing: true }).text, '$(sync~spin) BTC loading');
  });

  it('says why it could not start, or where that stands', () => {
    const failed = { ...IDLE, phase: 'failed' as const };
    assert.match(
      view({ ...failed, lastError: 'a wrong setting' }).tooltip,
      /could not start: a wrong setting\.$/,
    );
    assert.match(view(failed).tooltip, /could not start: the log says why\.$/);
    assert.equal(view(failed).tone, 'warning');
    const numbersOnly = { ...readyState(), regimes: new Map() };
    assert.match(view(numbersOnly).text, /not read yet/);
    const { snapshot: _none, ...noNumbers } = readyState();
    assert.match(view(noNumbers).text, /not read yet/);
  });

  it('says offline, with a warning, where no exchange could be reached and nothing is known', () => {
    const blind = readyState('live', [EXCHANGES[4]!], regimeWith({ label: 'unknown' }));
    for (const state of [
      { ...IDLE, phase: 'offline' as const },
      { ...blind, phase: 'offline' as const },
    ]) {
      const { text, tone, tooltip } = view(state);
      assert.equal(text, '$(debug-disconnect) BTC offline');
      assert.equal(tone, 'warning');
      assert.match(tooltip, /No exchange could be reached/);
    }
  });

  it('says that no exchange lists an asset, instead of calling it stale', () => {
    const ready = readyState('live', [], regimeWith({ label: 'unknown' }));
    const [asset] = ready.snapshot?.assets ?? [];
    const unlisted = { lists: 9, of: 9, nearest: ['BTCDOM'] };
    const state = { ...ready, snapshot: { ...ready.snapshot!, assets: [{ ...asset!, unlisted }] } };
    const { text, tooltip, tone } = view(state);
    assert.deepEqual([text, tone], ['$(question) BTC not listed', 'warning']);
    assert.match(
      tooltip,
      /No exchange lists BTC as a perpetual\. Did you mean BTCDOM\? Run \*\*Perpscope: Select Asset/,
    );
    assert.match(view(ready).text, /stale/);
  });

  it('names in the hover what rests on stored history, and settings that are not used', () => {
    const storedHistory = { exchanges: ['okx'], newestAtMs: NOW - 180 * MINUTE_MS };
    const resting = readyState('live', EXCHANGES, regimeWith({ storedHistory }));
    assert.match(
      view(resting).tooltip,
      /From stored history, newest 3 h old, without a current reading: OKX/,
    );
    assert.doesNotMatch(view(readyState()).tooltip, /stored history|Setting/);
    const { tooltip, text } = statusView(readyState(), 'BTC', NOW, [
      'perpscope.assets: "[a](b)" is no asset',
    ]);
    assert.match(tooltip, /Setting: perpscope\\.assets: "\\\[a\]\(b\)" is no asset$/);
    assert.equal(text, view(readyState()).text);
    assert.match(statusView(IDLE, 'BTC', NOW, ['a: b']).tooltip, /Setting: a: b$/);
  });

  it('shows the regime in words and one key figure with its unit', () => {
    const { text, tone, accessibleText } = view(readyState());
    assert.equal(text, '$(pulse) BTC spot-led rally 79 % · funding +13.1 %/yr');
    assert.equal(tone, 'plain');
    assert.match(accessibleText, /^Perpscope, BTC, spot-led rally, confidence 79 %, funding \+13\.1 %\/yr$/);
  });

  it('falls back on open interest, and shows none rather than a zero', () => {
    const state = readyState();
    const [asset] = state.snapshot!.assets;
    const withAggregate = (aggregate: object): MarketState => ({
      ...state,
      snapshot: { ...state.snapshot!, assets: [{ ...asset!, aggregate: aggregate as never }] },
    });
    const coverage = { fresh: 1, of: 5 };
    assert.equal(
      view(withAggregate({ coverage, notes: [], openInterestUsd: 30.8e9 })).text,
      '$(pulse) BTC spot-led rally 79 % · OI $30.8B',
    );
    assert.equal(view(withAggregate({ coverage, notes: [] })).text, '$(pulse) BTC spot-led rally 79 %');
  });

  it('shows the figures that are chosen, in that order, each with name, unit and window; none that is not known', () => {
    const state = readyState();
    const [asset] = state.snapshot!.assets;
    const of = (value: number) => ({ value, exchanges: ['okx'], ends: [{ exchange: 'okx', basis: 'mark' as const, nowAtMs: NOW, thenAtMs: NOW - 24 * HOUR_MS }] });
    const changes = [{ windowMs: 24 * HOUR_MS, price: of(0.0123), openInterest: of(-0.057), fundingPerYear: of(0.0125) }];
    const changed = { ...state, snapshot: { ...state.snapshot!, assets: [{ ...asset!, changes }] } };
    const shown = (...figures: StatusFigure[]) => statusView(changed, 'BTC', NOW, [], figures).text.replace('$(pulse) BTC spot-led rally 79 %', '');
    assert.equal(shown('price', 'price-24h'), ' · $94,700 · price +1.23 % 24h');
    assert.equal(shown('open-interest-24h', 'open-interest'), ' · OI −5.70 % 24h · OI $30.8B');
    assert.equal(shown('funding-24h', 'funding-7d'), ' · funding +1.25 pp/yr 24h');
    assert.equal(shown('price-1h'), '');
    assert.equal(shown(), '');
    const { tooltip } = view(changed);
    assert.match(tooltip, /Price \+1\.23 % 24 h\n\nOpen interest −5\.70 % 24 h\n\nFunding \+1\.25 pp\/yr 24 h\n/);
  }); // prettier-ignore

  it('says since when the regime stands, or at least since when it was watched', () => {
    const since = NOW - HOUR_MS;
    const tooltip = (watchedSinceMs: number) => view(readyState('live', EXCHANGES, regimeWith({ watchedSinceMs }))).tooltip;
    assert.match(tooltip(since - 1), /Regime since 2026-10-20 11:30 UTC, 1 h ago\n/);
    assert.match(tooltip(since), /Regime since 2026-10-20 11:30 UTC or longer \(watched for 1 h\)\n/);
  }); // prettier-ignore

  it('calls an unknown regime unknown', () => {
    const state = readyState(
      'live',
      EXCHANGES,
      regimeWith({ label: 'unknown', confidence: 0, evidence: [] }),
    );
    assert.match(view(state).text, /BTC unknown · funding/);
    assert.match(view(state).tooltip, /No evidence: see what is missing/);
  });

  it('warns with the age once the assessment is old, the market offline, or nobody fresh', () => {
    const asOfMs = NOW - 20_000;
    const at = asOfMs + FRESH_LIMIT_MS;
    assert.doesNotMatch(view(readyState(), at).text, /stale/);
    const states: readonly [MarketState, number][] = [
      [readyState(), at + 1],
      [{ ...readyState(), phase: 'offline' }, NOW],
      [readyState('live', [EXCHANGES[4]!]), NOW],
    ];
    for (const [state, nowMs] of states) {
      const { text, tone, tooltip } = view(state, nowMs);
      assert.match(text, /^\$\(history\) BTC .*stale, \d+ (s|min) old$/);
      assert.match(tooltip, /ago, stale/);
      assert.equal(tone, 'warning');
    }
    assert.match(view(readyState(), asOfMs + 60 * MINUTE_MS).text, /stale, 1 h old$/);
  });

  it('says SIMULATED in text, tooltip and for screen readers, in every state; never when live', () => {
    const states: MarketState[] = [
      { ...IDLE, source: 'simulated' },
      { ...IDLE, source: 'simulated', isRefreshing: true },
      { ...IDLE, source: 'simulated', phase: 'offline' },
      readyState('simulated'),
    ];
    for (const state of states) {
      const { text, tooltip, accessibleText } = view(state);
      for (const words of [text, tooltip, accessibleText]) assert.match(words, /SIMULATED BTC/);
    }
    for (const state of [IDLE, readyState()])
      assert.doesNotMatch(Object.values(view(state)).join(' '), /SIMULATED/);
  });
});

describe('the tooltip of the status item', () => {
  it('holds confidence, coverage, evidence with thresholds, ages and sources, and what is missing', () => {
    const { tooltip } = view(readyState());
    assert.match(
      tooltip,
      /\n\nConfidence 79 %, seen in 3 % of shuffled hours; rests on 2 of 5 exchanges\n\nRead 20 s ago, from 4 of 5 exchanges\n/,
    );
    assert.match(
      tooltip,
      /\| Open interest z-score against 7 days \| −1\\?\.48 sd \| −1\\?\.5 usual days \| at most −1\\?\.00 sd \| 32 s \| OKX, Bybit \|/,
    );
    assert.match(tooltip, /price rises while open interest falls/);
    assert.match(tooltip, /Missing: Depth index against 7 days/);
  });

  it('holds the numbers of the moment with their units, and says when they were once that is over', () => {
    const line = (nowMs: number) =>
      view(readyState(), nowMs)
        .tooltip.split('\n\n')
        .find((one) => one.includes('open interest $')) ?? '';
    assert.match(line(NOW), /^Now: price \$[\d,]+, the median; open interest \$[\d.]+B \([\d.]+K BTC\); funding \+[\d.]+ %\/yr$/);
    assert.match(line(NOW + 5 * 60_000), /^Oldest part 5 min ago: price/);
  }); // prettier-ignore

  it('calls no number now whose oldest part is a minute old, however new the snapshot is', () => {
    const old = exchangeWith('okx', [observe('okx', 'mark-price', { markPriceQuote: 94_700, atMs: NOW - 3 * MINUTE_MS }), observe('okx', 'open-interest', { openInterestBase: 5 })]);
    assert.match(view(readyState('live', [old, EXCHANGES[0]!])).tooltip, /\n\nOldest part 3 min ago: price/);
  }); // prettier-ignore

  it('counts the age of evidence on while the assessment stands', () => {
    const state = readyState('live', EXCHANGES, regimeWith({ asOfMs: NOW, evidence: [{ ...EVIDENCE, ageMs: 12_000 }] }));
    const age = (nowMs: number) => /sd \| ([^|]+) \| OKX, Bybit/.exec(view(state, nowMs).tooltip)?.[1];
    assert.deepEqual([age(NOW), age(NOW + 3 * MINUTE_MS)], ['12 s', '3 min']);
  }); // prettier-ignore

  it('says of a change how old its newer end is, where that is not now', () => {
    const state = readyState();
    const ends = [{ exchange: 'okx', basis: 'hourly' as const, nowAtMs: NOW - 30 * MINUTE_MS, thenAtMs: NOW - 24.5 * HOUR_MS }];
    const changes = [{ windowMs: 24 * HOUR_MS, openInterest: { value: -0.057, exchanges: ['okx'], ends } }];
    const [asset] = state.snapshot!.assets;
    const changed = { ...state, snapshot: { ...state.snapshot!, assets: [{ ...asset!, changes }] } };
    assert.match(view(changed).tooltip.replaceAll('\\', ''), /Open interest −5\.70 % 24 h \(30 min old\)\n/);
  }); // prettier-ignore

  it('shows what is not met and what is against, and how many reasons it leaves to the report', () => {
    const evidence = Array.from({ length: 11 }, (_, at) => ({ ...EVIDENCE, bearing: at === 0 ? 'against' as const : 'expected' as const }));
    const { tooltip } = view(readyState('live', EXCHANGES, regimeWith({ evidence })));
    assert.equal(tooltip.split('\n').filter((line) => line.startsWith('| Open')).length, 8);
    assert.equal(tooltip.match(/\| not met: at most/g)?.length, 7);
    assert.equal(tooltip.match(/\| against: at most/g)?.length, 1);
    assert.match(tooltip, /3 more in the report/);
  }); // prettier-ignore

  it('leaves what the name does not look at to the report, and gives it no threshold where there is nothing else', () => {
    const beside = { ...EVIDENCE, metric: 'depth-z-7d', bearing: 'beside' as const };
    const tooltip = (...evidence: (typeof EVIDENCE)[]) => view(readyState('live', EXCHANGES, regimeWith({ evidence }))).tooltip;
    assert.doesNotMatch(tooltip(EVIDENCE, beside), /Depth index[^\n]*\|/);
    assert.match(tooltip(EVIDENCE, beside), /\n\n1 more in the report\./);
    assert.match(tooltip(beside), /\| Depth index against 7 days \|[^\n]* \| none \| 32 s \|/);
  }); // prettier-ignore

  it('keeps each number and its unit on one line, in lines and in cells', () => {
    const words = statusView(readyState(), 'BTC', NOW).tooltip.replaceAll('\\', '');
    const units = /[\d][KMBT]? (?:%|sd|s|min|h|d|days|usual|BTC|UTC|of|exchanges)/;
    assert.doesNotMatch(words, units);
    for (const kept of ['+13.1 %/yr', '325K BTC', '−1.48 sd', '20 s ago', '79 %']) assert.ok(words.includes(kept.replace(' ', '\u00a0')), kept);
  }); // prettier-ignore

  it('shows words from outside and does not act on them', () => {
    const hostile = '[click](command:evil) <img src=x> | `x` ![i](http://a.b)\n\n# big\u202e';
    const state = readyState(
      'live',
      EXCHANGES,
      regimeWith({
        statements: [hostile],
        missing: [{ metric: hostile, reason: hostile }],
        evidence: [{ ...EVIDENCE, sources: [hostile], metric: hostile }],
      }),
    );
    const { tooltip } = view(state);
    assert.doesNotMatch(tooltip, /(?<!\\)\[click(?<!\\)\]|(?<!\\)<img|(?<!\\)!\[|\u202e/);
    assert.doesNotMatch(tooltip, /^# big/m);
    const row = tooltip.split('\n').find((line) => line.startsWith('| ') && line.includes('click'));
    assert.equal(row?.match(/(?<!\\)\|/g)?.length, 7, 'the table keeps its six columns');
  });

  it('names a machine whose clock is wrong, and calls an assessment that is dated ahead stale', () => {
    const state = readyState();
    assert.doesNotMatch(view(state).tooltip, /clock/);
    const wrong = {
      ...state,
      snapshot: { ...state.snapshot!, machineClock: { behindMs: -600_000, exchanges: 5 } },
    };
    assert.match(view(wrong).tooltip, /machine's clock is 10 min fast by the clocks of 5 exchanges/);
    assert.match(view(state, NOW - 10 * MINUTE_MS).text, /stale, dated 9 min ahead$/);
  });
});
