import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Observation } from '../../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../../../src/core/units.ts';
import type { AssetSnapshot, ExchangeSnapshot } from '../../../../src/market/snapshot.ts';
import { dataDictionaryMarkdown } from '../../../../src/surfaces/reports/dataDictionary.ts';
import { regimeReport } from '../../../../src/surfaces/reports/regimeReport.ts';
import { regimeText, statedRegimeText } from '../../../../src/surfaces/reports/regimeText.ts';
import { snapshotText } from '../../../../src/surfaces/reports/snapshotText.ts';
import { computed, EXAMPLE, NOW, observed, stated } from '../../analysis/regime/support.ts';

function exchange(
  id: string,
  name: string,
  more: Partial<ExchangeSnapshot>,
  observations: object[],
): ExchangeSnapshot {
  const provenance = {
    exchange: id,
    venueSymbol: 'BTCUSDT',
    baseAsset: 'BTC',
    instrument: `${id}:BTCUSDT`,
    atMs: NOW - 12_000,
    receivedAtMs: NOW,
    endpoint: 'GET /numbers',
  };
  const instrument = {
    venueSymbol: 'BTCUSDT',
    kind: 'perpetual' as const,
    margin: 'linear' as const,
    observations: observations.map((one) => ({ ...provenance, ...one }) as Observation),
  };
  return {
    exchange: id,
    displayName: name,
    status: 'fresh',
    issues: [],
    failedRequests: 0,
    instruments: observations.length === 0 ? [] : [instrument],
    ...more,
  };
}

const snapshot: AssetSnapshot = {
  asset: 'BTC',
  exchanges: [
    exchange('binance', 'Binance', {}, [
      {
        kind: 'open-interest',
        openInterestBase: 90_000,
        sides: 'one',
        endpoint: 'GET /fapi/v1/openInterest',
      },
      { kind: 'mark-price', markPriceQuote: 100_000 },
      {
        kind: 'funding-rate',
        fundingRatePerInterval: 0.0001,
        intervalMs: 8 * HOUR_MS,
        intervalBasis: 'instrument',
        phase: 'predicted',
        settlesAtMs: Date.UTC(2026, 8, 21, 16),
      },
      { kind: 'volume', windowMs: DAY_MS, volumeUsd: 12.3e9 },
      {
        kind: 'long-short-ratio',
        population: 'all-accounts',
        longShortRatio: 1.82,
        barMs: HOUR_MS,
        atMs: NOW - HOUR_MS,
      },
      {
        kind: 'depth',
        bandFraction: 0.01,
        midPriceQuote: 100_000,
        bidUsd: 40e6,
        askUsd: 50e6,
        reachedBid: true,
        reachedAsk: false,
        levels: 1000,
      },
    ]),
    exchange('bybit', 'Bybit', {}, [{ kind: 'open-interest', openInterestBase: 60_000, sides: 'both' }]),
    exchange(
      'okx',
      'OKX',
      { status: 'failed', reason: 'broken | [x](http://evil.example) <b>\u202e\nnext' },
      [],
    ),
  ],
  aggregate: {
    openInterestBase: 120_000,
    openInterestUsd: 12e9,
    coverage: { fresh: 2, of: 3 },
    notes: ['OKX is left out: failed.'],
  },
};
const features = computed(
  { returnPct: 5, openInterestChangePct: -6, fundingAnnualisedPct: 4, shortLiquidationShare: 0.8 },
  { windowMs: DAY_MS, ageMs: 120_000 },
);
const assessment = observed(features, { coverage: { fresh: 2, of: 3 } });

describe('regime report', () => {
  const report = regimeReport({ assessment, snapshot, source: 'live', nowMs: NOW });

  it('opens with label, confidence as an estimate, and a reading', () => {
    assert.match(report, /^# BTC: spot-led rally\n/);
    assert.match(report, /estimated confidence \d+ %/);
    assert.match(report, /funding stays moderate/);
  });

  it('says, in report and text, which exchanges stored history alone speaks for', () => {
    const storedHistory = { exchanges: ['okx', 'gate'], newestAtMs: NOW - 3 * HOUR_MS };
    const resting = { ...assessment, storedHistory };
    const words = 'From stored history, newest 3 h old, without a current reading: OKX, Gate';
    for (const [said, own] of [
      [true, resting],
      [false, assessment],
    ] as const) {
      assert.equal(regimeText(own, snapshot, 'live', NOW).includes(words), said);
      assert.equal(
        regimeReport({ assessment: own, snapshot, source: 'live', nowMs: NOW }).includes(words),
        said,
      );
    }
  });

  it('shows each piece of evidence with unit, window, threshold, source and age', () => {
    assert.match(
      report,
      /\| Price change, 24h \| \+5 % \| none \| 24 h \| at least \+1\.5 % \| met, supports \| 3 \| Binance, OKX \| 2 min \|/,
    );
  });

  it('shows the window of a reading and, with what was usual in its own unit, that of its baseline', () => {
    const week = { windowMs: DAY_MS, baselineWindowMs: 7 * DAY_MS };
    const rows = (baselineValue: number, baselineUnit: 'usd' | 'fraction' | 'ratio'): string => {
      const values = {
        openInterestZ: -1.6,
        takerImbalanceZ: -2.4,
        liquidationsZ: 2.5,
        futuresVolumeChangePct: 30,
      };
      const one = observed(computed(values, { ...week, baselineValue, baselineUnit }));
      return regimeReport({ assessment: one, source: 'live', nowMs: NOW });
    };
    assert.match(
      rows(7.2e6, 'usd'),
      /\| Liquidations z-score, 7d \| \+2\.50 sd \| usually \$7\.20 M, over 7 d \| 24 h \|/,
    );
    assert.match(
      rows(0.0123, 'fraction'),
      /\| Open interest z-score, 7d \| -1\.60 sd \| usually \+1\.23 %, over 7 d \| 24 h \|/,
    );
    const ranked = observed(computed({ openInterestPercentile: 99 }, { baselineWindowMs: 30 * DAY_MS }));
    assert.match(
      regimeReport({ assessment: ranked, source: 'live', nowMs: NOW }),
      /\| Open interest percentile, 30d \| percentile 99 \| history of 30 d \| now \|/,
    );
  });

  it('shows exchanges with side, share, funding per interval, next funding and age', () => {
    assert.match(
      report,
      /\| Binance \| fresh \| 90,000\.0 BTC \| \$9\.00 B \| one-sided; USD from mark price \| 75\.0 % \|/,
    );
    assert.match(
      report,
      /\| Bybit \| fresh \| 30,000\.0 BTC \| not reported \| both sides reported, halved \| 25\.0 % \| 12 s \|/,
    );
    assert.match(
      report,
      /\| Binance \| \+0\.0100 % per 8 h, predicted \| \+10\.95 % \| 2026-09-21 16:00 UTC \| 1\.82 \| \$12\.3 B \| at least \$90\.0 M \|/,
    );
    assert.match(report, /\| Bybit \| not reported \| not reported \| not reported \|/);
    assert.match(report, /2 of 3 exchanges/);
  });

  it('names missing inputs, formulas, sources, conventions and the disclaimer', () => {
    assert.match(report, /## Missing inputs\n\n- /);
    assert.match(report, /coins now \/ coins then − 1/);
    assert.match(report, /- Binance: GET \/fapi\/v1\/openInterest, 12 s old/);
    assert.match(report, /USDT and USDC count as one US dollar/);
    assert.match(report, /count one perpetual per exchange: the USDT-margined perpetual/);
    assert.match(report, /not investment advice/i);
  });

  it('escapes what exchanges send', () => {
    assert.ok(report.includes('broken \\| \\[x\\]\\(http\\://evil\\.example\\) \\<b\\> next'));
    assert.ok(!report.includes('\u202e'));
    const rows = report.split('\n').filter((line) => line.startsWith('| OKX'));
    assert.equal(rows.length, 2);
    // Seven columns in the first table, eight in the second: no cell was broken open.
    assert.deepEqual(
      rows.map((row) => row.match(/(?<!\\)\|/g)?.length),
      [8, 9],
    );
  });

  it('leaves no cell blank and never shows undefined or NaN', () => {
    assert.ok(!/\| +\|/.test(report.replaceAll('| --- |', '')));
    assert.ok(!/undefined|NaN|Infinity/.test(report));
  });

  it('marks simulated numbers and does not call them live', () => {
    const simulated = { ...assessment, source: 'simulated' as const };
    const text = [
      regimeReport({ assessment: simulated, snapshot, source: 'simulated', nowMs: NOW }),
      regimeText(simulated, snapshot, 'simulated', NOW),
      snapshotText({ schema: 'perpscope.snapshot/1', asOfMs: NOW, source: 'simulated', assets: [snapshot] }),
    ];
    for (const one of text) {
      assert.match(one, /SIMULATED/);
      assert.ok(!/\blive\b/i.test(one), one);
    }
    assert.ok(!/SIMULATED/.test(report));
  });

  it('works for stated values and for an assessment without anything', () => {
    for (const one of [stated(EXAMPLE), stated({})]) {
      const text = regimeReport({ assessment: one, source: 'live', nowMs: NOW });
      assert.match(text, /stated values, nothing was fetched/);
      assert.ok(!/undefined|NaN/.test(text));
    }
  });

  it('names the candidate while the label dwells', () => {
    const dwelling = { ...assessment, candidate: 'deleveraging' as const };
    assert.match(
      regimeReport({ assessment: dwelling, source: 'live', nowMs: NOW }),
      /Candidate: deleveraging/,
    );
  });
});

describe('regime text', () => {
  it('fits a terminal and holds the same facts', () => {
    const lines = regimeText(assessment, snapshot, 'live', NOW).split('\n');
    assert.ok(lines.length >= 15 && lines.length <= 25, `${lines.length} lines`);
    const text = lines.join('\n');
    assert.match(text, /^BTC: spot-led rally, estimated confidence \d+ %/);
    assert.match(text, /2 of 3 exchanges/);
    assert.match(
      text,
      /Binance +OI 90,000\.0 BTC 75 %, funding \+0\.0100 % per 8 h, L\/S 1\.82, oldest number 1 h/,
    );
    assert.match(text, /OKX +failed: broken/);
    assert.ok(!/\u202e|undefined|NaN/.test(text));
  });

  it('is short for stated values and says that nothing was fetched', () => {
    const lines = statedRegimeText(stated(EXAMPLE)).split('\n');
    assert.ok(lines.length >= 8 && lines.length <= 25, `${lines.length} lines`);
    assert.match(lines[1] ?? '', /stated values/);
  });
});

describe('data dictionary', () => {
  it('lists every metric with formula and window', () => {
    const text = dataDictionaryMarkdown();
    assert.match(text, /- Id: `open-interest-z-7d`/);
    assert.ok(!/undefined/.test(text));
  });
});
