import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { DatedBasis } from '../../../../src/analysis/metrics/basis.ts';
import type { Evidence, RegimeAssessment } from '../../../../src/analysis/regime/assessment.ts';
import type { Observation } from '../../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../../../src/core/units.ts';
import type { AssetSnapshot, ExchangeSnapshot } from '../../../../src/market/snapshot.ts';
import { regimeReport as unspacedReport } from '../../../../src/surfaces/reports/regimeReport.ts';
import { regimeText, statedRegimeText } from '../../../../src/surfaces/reports/regimeText.ts';
import { snapshotText } from '../../../../src/surfaces/reports/snapshotText.ts';
import { computed, EXAMPLE, NOW, observed, stated } from '../../analysis/regime/support.ts';

/** The report with plain spaces in place of those that keep a number and its unit on one line. */
const regimeReport = (input: Parameters<typeof unspacedReport>[0]): string =>
  unspacedReport(input).replaceAll('\u00a0', ' ');

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
    assert.match(report, /^# BTC: spot-led rally \(weak\)\n/);
    assert.match(
      report,
      /\n\*\*Spot-led rally \(weak\)\*\*, confidence \d+ %, seen in \d+ % of modelled hours; rests on 2 of 3 exchanges; input quality good \(\d+ %\)/,
    );
    assert.match(report, /[Ff]unding stays moderate/);
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

  it('shows exchanges with side, share, funding per interval, next funding and age', () => {
    assert.match(
      report,
      /\| Binance \| fresh \| 90\.0K BTC \| \$9\.00B \| one-sided; USD from mark price \| 75\.0 % \|/,
    );
    assert.match(
      report,
      /\| Bybit \| fresh \| 30\.0K BTC \| not reported \| both sides reported, halved \| 25\.0 % \| 12 s \|/,
    );
    assert.match(
      report,
      /\| Binance \| \+0\.0100 % per 8 h, predicted \(12 s\) \| \+10\.9 % \| 2026-09-21 16:00 UTC, in \d+ h[^|]* \| 1\.82 \(1 h\) \| \$12\.3B \(12 s\) \| at least \$90\.0M \(12 s\) \|/,
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
    assert.ok(report.includes('broken \\| \\[x](http:/\\/evil\\.example) \\<b\\> next'));
    assert.ok(!report.includes('\u202e'));
    const rows = report.split('\n').filter((line) => line.startsWith('| OKX'));
    assert.equal(rows.length, 2);
    // Seven columns in both tables: no cell was broken open.
    assert.deepEqual(
      rows.map((row) => row.match(/(?<!\\)\|/g)?.length),
      [8, 8],
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
});

describe('regime report, by its parts', () => {
  const of = (more: Partial<RegimeAssessment>, changes?: Partial<AssetSnapshot>): string =>
    regimeReport({
      assessment: { ...assessment, ...more },
      snapshot: changes === undefined ? undefined : { ...snapshot, ...changes },
      source: 'live',
      nowMs: NOW,
    });
  const evidence = (
    metric: string,
    weight: number,
    observedPct: number,
    bearing: Evidence['bearing'] = 'for',
  ): Evidence => ({
    ...{
      metric,
      weight,
      bearing,
      isMet: bearing === 'for',
      observed: observedPct,
      unit: 'percent',
      threshold: 1,
      direction: 'above',
    },
    ...{ scope: 'aggregate', sources: [] },
  });

  it('reads its heaviest support aloud, each metric once, four at most, and nothing that is not met or speaks against', () => {
    const rows = [
      evidence('Bar', 5, 2),
      evidence('Bar', 4, 2),
      evidence('C', 3, 3),
      evidence('D', 2, 4),
      evidence('A', 1, 1),
      evidence('E', 0.5, 5),
      evidence('F', 9, 6, 'expected'),
      evidence('G', -9, 7, 'against'),
      evidence('H', 0, 8, 'beside'),
    ];
    const text = of({ evidence: rows, statements: ['rises', 'Falls?'], hasCascadeRisk: true });
    assert.ok(
      text.includes(
        'rises. Falls? Main reasons: bar +2.00 %, c +3.00 %, d +4.00 %, a +1.00 %. Longs and leverage are crowded, so that a fall could feed on itself; this is an estimate.\n',
      ),
      text,
    );
    assert.ok(!of({ evidence: [], statements: ['rises'] }).includes('Main reasons'));
    // What the name does not look at stands apart, without a threshold.
    assert.match(text, /\n\nNo sign for a name or against it:\n\n\| Metric \| Observed \| How far out \| Baseline \|[^\n]*\n[^\n]*\n\| H \| \+8.00 % \| not reported \| none \| now \| not reported \| not reported \|\n\n/);
    assert.match(text, /\| G \| \+7\.00 % \| not reported \| at least \+1\.00 % \| against \|/);
    assert.match(text, /\| F \| \+6\.00 % \| not reported \| at least \+1\.00 % \| not met \|/);
    assert.match(of({ evidence: [] }), /## Evidence\n\nNo input that a rule looks at is there\./);
    const stated = of({ evidence: rows, source: 'stated' });
    assert.match(stated, /\| A \| \+1\.00 % \| not reported \| at least \+1\.00 % \| for \| none \| not stated \| not reported \| stated \|/);
  }); // prettier-ignore

  it('says since when a label stands, or at least since watching began', () => {
    const asOfMs = Date.UTC(2026, 8, 21, 12);
    const sinceMs = asOfMs - HOUR_MS;
    const head = (watchedSinceMs: number) => of({ asOfMs, sinceMs, watchedSinceMs }).split('\n')[2] ?? '';
    const rest = /\. As of 2026-09-21 12:00 UTC\. Source: live\.$/;
    for (const line of [head(sinceMs), head(sinceMs - 1)]) assert.match(line, rest);
    assert.match(head(sinceMs - 1), /, since 2026-09-21 11:00 UTC, \d+ (h|min)[^,]* ago\. As of/);
    assert.match(head(sinceMs), /, since 2026-09-21 11:00 UTC or longer \(watched for [^)]+\)\. As of/);
    assert.doesNotMatch(of({ source: 'stated' }).split('\n')[2] ?? '', /since/);
  });

  it('states the aggregate with every unit, and names the largest exchange', () => {
    const sums = {
      ...snapshot.aggregate,
      ...{ fundingAnnualisedOiWeighted: 0.1095, volume24hUsd: 12.3e9, spotVolumeShare: 0.25, basisAnnualised: 0.05 },
      ...{ depthUsd: 90e6, isDepthLowerBound: true, longShortRatio: 1.82, markPriceQuote: 100_000 },
      ...{ largestShare: { exchange: 'binance', share: 0.75 }, concentrationHhi: 0.625 },
      sources: {
        openInterestBase: { exchanges: ['binance', 'bybit'], oldestAtMs: NOW - 12_000 },
        longShort: { exchanges: ['binance'], oldestAtMs: NOW - HOUR_MS },
      },
    };
    const part = (aggregate: AssetSnapshot['aggregate']) => {
      const text = of({}, { aggregate });
      return text.slice(text.indexOf('## Aggregate'), text.indexOf('## Changes')).trim().split('\n').slice(2);
    };
    assert.deepEqual(part(sums), [
      '2 of 3 exchanges are counted: Binance, Bybit.',
      '',
      '| Metric | Value | Made from | Oldest part |',
      '| --- | --- | --- | --- |',
      '| Open interest | 120K BTC | all that are counted | 12 s |',
      '| Open interest, USD | $12.0B | none | not reported |',
      '| Funding, annualised, weighted by open interest | +10.9 % | none | not reported |',
      '| Volume, 24 h | $12.3B | none | not reported |',
      '| Spot share of volume, 24 h | 25.0 % | none | not reported |',
      '| Basis a year, future nearest three months, median | +5.00 % | none | not reported |',
      '| Depth ±1 % | at least $90.0M | none | not reported |',
      '| Long/short, median | 1.82 | Binance | 1 h |',
      '| Mark price, median | $100,000 | none | not reported |',
      '| Largest share of open interest | Binance 75.0 % | all that are counted | 12 s |',
      '| Concentration, HHI 0 to 1 | 0.625 | all that are counted | 12 s |',
      '',
      '- OKX is left out: failed.',
    ]);
    const other = part({ ...sums, isDepthLowerBound: false, largestShare: { exchange: 'gone', share: 0.5 }, notes: [] });
    assert.ok(other.includes('| Depth ±1 % | $90.0M | none | not reported |') && other.includes('| Largest share of open interest | gone 50.0 % | all that are counted | 12 s |'));
    assert.equal(other.at(-1), '| Concentration, HHI 0 to 1 | 0.625 | all that are counted | 12 s |');
  }); // prettier-ignore

  it('has a term structure where there is one, by the year where that says something', () => {
    const expiresAtMs = NOW + 30 * DAY_MS;
    const future = {
      ...{ exchange: 'okx', venueSymbol: 'BTC-F', expiresAtMs, futuresPriceQuote: 102, indexPriceQuote: 100 },
      ...{ basisFraction: 0.02, atMs: NOW - 12_000 },
    };
    const withFutures = (...termStructure: DatedBasis[]) =>
      of({}, { exchanges: [exchange('okx', 'OKX', { termStructure }, [])] });
    assert.match(of({}, {}), /No exchange gave a dated future with its index\./);
    const rows = withFutures({ ...future, annualised: 0.1 }, { ...future, venueSymbol: 'BTC-G' })
      .split('\n')
      .filter((line) => /BTC.+[FG] /.test(line));
    assert.equal(rows.length, 2);
    assert.match(rows[0] ?? '', /\+2\.00 % \| \+10\.0 %/);
    assert.match(rows[1] ?? '', /\+2\.00 % \| (?!\+)/);
    assert.ok(!withFutures(future).includes('No exchange gave a dated future'));
  });

  it('names each endpoint once, by its newest number, and says so of an exchange without numbers', () => {
    const twice = exchange('okx', 'OKX', {}, [
      { kind: 'open-interest', openInterestBase: 1, sides: 'one', endpoint: 'GET /both', atMs: NOW - 5_000 },
      { kind: 'volume', windowMs: DAY_MS, volumeUsd: 1, endpoint: 'GET /both', atMs: NOW - 60_000 },
      { kind: 'long-short-ratio', population: 'all-accounts', longShortRatio: 1, barMs: HOUR_MS, endpoint: 'GET /both', atMs: NOW - HOUR_MS },
    ]);
    const text = of({}, { exchanges: [twice, exchange('gate', 'Gate', {}, [])] });
    assert.match(text, /- OKX: GET \/both, 5 s old\n- Gate: no numbers\n/);
    assert.match(of({}, { exchanges: [] }), /## Sources\n\nNo exchange gave numbers\./);
  }); // prettier-ignore

  it('says of settled funding no next time, and where an interval is only assumed', () => {
    const rate = { kind: 'funding-rate', fundingRatePerInterval: 0.0001, intervalMs: 8 * HOUR_MS, settlesAtMs: NOW + HOUR_MS, phase: 'predicted' };
    const assumed = exchange('okx', 'OKX', {}, [{ ...rate, intervalBasis: 'venue-default' }]);
    const text = of({}, { exchanges: [assumed] });
    assert.match(text, /\| OKX \| \+0\.0100 % per 8 h, predicted, interval not stated \(12 s\) \| not reported \|/);
    const book = { kind: 'depth', bandFraction: 0.01, midPriceQuote: 1, bidUsd: 1e6, askUsd: 1e6, reachedBid: true, reachedAsk: true, levels: 9 };
    assert.match(of({}, { exchanges: [exchange('okx', 'OKX', {}, [book])] }), /\| not reported \| \$2\.00M \(12 s\) \|/);
  }); // prettier-ignore

  it('explains the formulas of what it shows and no others', () => {
    assert.match(of({ evidence: [] }), /## Formulas\n\nNone used\./);
    const plain = of({ evidence: [] }, {});
    assert.ok(plain.includes('\n- Concentration') || /- [^\n]*HHI|- [^\n]*concentration/i.test(plain));
    assert.ok(!/\n- [^\n]*iquidation[^\n]*: /.test(plain.slice(plain.indexOf('## Formulas'), plain.indexOf('## Sources'))));
    const known = of({ evidence: [evidence('no-such-metric', 1, 1)] }, { liquidations: [] });
    assert.match(known.slice(known.indexOf('## Formulas'), known.indexOf('## Sources')), /\n- [^\n]*iquidation/);
  }); // prettier-ignore
});

describe('regime text', () => {
  it('fits a terminal and holds the same facts', () => {
    const lines = regimeText(assessment, snapshot, 'live', NOW).split('\n');
    assert.ok(lines.length >= 15 && lines.length <= 25, `${lines.length} lines`);
    const text = lines.join('\n');
    assert.match(
      text,
      /^BTC: spot-led rally \(weak\), confidence \d+ %, seen in \d+ % of modelled hours; rests on 2 of 3 exchanges\n/,
    );
    assert.match(text, /2 of 3 exchanges/);
    assert.match(
      text,
      /Binance +OI 90\.0K BTC 75\.0 %, funding \+0\.0100 % per 8 h, L\/S 1\.82, oldest number 1 h/,
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
